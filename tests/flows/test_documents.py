"""A raw document is taken apart whatever is in it: nothing raises, nothing is dropped, nothing is guessed."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from typing import Any

import pytest
from bson import Int64
from hypothesis import given, settings
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.documents import document_hash, document_rows
from accordant.sync.records import StagedRow, canonical_json
from tests.flows.shapes import DOCUMENTS, PRODUCTS, article, document, invoice


def rows(*documents: dict[str, Any]) -> list[StagedRow]:
    return list(document_rows(documents))


def only(object_type: str, *documents: dict[str, Any]) -> list[StagedRow]:
    return [row for row in rows(*documents) if row.object_type == object_type]


def line(**fields: Any) -> dict[str, Any]:
    (row,) = only("sales_order_line", document(invoice(article(**fields))))
    return row.content


def order(**fields: Any) -> StagedRow:
    (row,) = only("sales_order", document(invoice(**fields)))
    return row


# -- whatever comes


@given(DOCUMENTS)
@settings(max_examples=250)
def test_no_document_whatsoever_raises(raw: dict[str, Any]) -> None:
    for row in rows(raw):
        canonical_json(row.content).encode()
        row.fingerprint()


@given(DOCUMENTS)
def test_the_rows_of_a_document_are_the_same_each_time(raw: dict[str, Any]) -> None:
    assert [(row, row.fingerprint()) for row in rows(raw)] == [(row, row.fingerprint()) for row in rows(raw)]


@given(DOCUMENTS)
def test_every_document_invoice_and_article_becomes_one_row(raw: dict[str, Any]) -> None:
    (head,) = only("document", raw)
    assert len(only("sales_order", raw)) == head.content["invoices"]
    data = raw.get("data")
    invoices = data if isinstance(data, list) else [data]
    if head.content["invoices"]:
        lists = [one["articole"] for one in invoices if isinstance(one.get("articole"), list)]
        assert len(only("sales_order_line", raw)) == sum(map(len, lists)), "a bad article is a row too"


@given(DOCUMENTS)
def test_no_two_articles_of_an_invoice_have_one_key(raw: dict[str, Any]) -> None:
    for position, row in enumerate(only("sales_order", raw)):
        data = raw["data"] if isinstance(raw["data"], list) else [raw["data"]]
        keys = [one.key for one in only("sales_order_line", {"_id": "x", "data": [data[position]]})]
        assert len(set(keys)) == len(keys), row.key


@given(DOCUMENTS)
def test_names_as_staged_are_one_trimmed_line(raw: dict[str, Any]) -> None:
    for row in rows(raw):
        for name in ("name", "customer_name", "serie", "numar", "code"):
            text = row.content.get(name)
            assert text is None or (text and text == " ".join(text.split()) and "\x00" not in text)


@pytest.mark.parametrize("value", ["\ud800", "Toner \udfff"])
@pytest.mark.parametrize("field", ["nume_produs", "detalii", "cod_conta_produs"])
def test_half_a_character_from_a_json_file_does_not_stop_the_others(field: str, value: str) -> None:
    """json.loads('"\\ud800"') gives a lone surrogate; neither UTF-8 nor Postgres holds one."""
    (row,) = only("sales_order_line", document(invoice(article(**{field: value}))))
    canonical_json(row.content).encode()
    row.key.encode()


# -- documents


@pytest.mark.parametrize(
    ("data", "shape"),
    [
        ({}, "missing"),
        ({"data": None}, "null"),
        ({"data": "[]"}, "a text"),
        ({"data": True}, "true or false"),
        ({"data": 3}, "a number"),
        ({"data": math.nan}, "a number"),
        ({"data": [[invoice()]]}, "a list of other things"),
        ({"data": [invoice(), None]}, "a list of other things"),
        ({"data": ["x"]}, "a list of other things"),
    ],
)
def test_data_of_a_wrong_shape_is_named_and_no_invoice_is_taken(data: dict[str, Any], shape: str) -> None:
    (row,) = rows({"_id": "d1", **data})
    assert (row.object_type, row.content["shape"], row.content["invoices"]) == ("document", shape, 0)


@pytest.mark.parametrize(("data", "count"), [([], 0), (invoice(), 1), ([invoice(), invoice(numar="18")], 2)])
def test_data_may_be_a_list_of_invoices_or_one(data: Any, count: int) -> None:
    (row,) = only("document", {"_id": "d1", "data": data})
    assert (row.content["shape"], row.content["invoices"]) == ("invoices", count)


def test_a_document_is_known_by_its_id_whatever_its_type() -> None:
    assert [row.key for row in only("document", {"_id": 7, "data": []}, {"_id": "x", "data": []})] == ["7", "x"]


@pytest.mark.parametrize("change", [{"numar": "18"}, {"data_emitere": "2025-11-21"}, {"note": "new field"}])
def test_a_change_anywhere_in_the_data_changes_the_hash(change: dict[str, Any]) -> None:
    assert document_hash(document(invoice(**change))) != document_hash(document(invoice()))


@pytest.mark.parametrize("change", [{"price": 21.51}, {"quantity": 4}, {"detalii": "x"}, {"name": "Hartie A4"}])
def test_a_changed_price_is_noticed_too(change: dict[str, Any]) -> None:
    """The earlier script's hash left the price out, so a changed price was missed."""
    assert document_hash(document(invoice(article(**change)))) != document_hash(document())


def test_our_own_status_does_not_change_the_hash() -> None:
    assert document_hash({**document(), "sync_status": 1, "sync_log": {"x": 1}}) == document_hash(document())


def test_the_order_of_fields_is_no_change_but_the_order_of_articles_is() -> None:
    turned = dict(reversed(invoice().items()))
    assert document_hash(document(turned)) == document_hash(document())
    two = invoice(article(), article("Toner"))
    assert document_hash(document(two)) != document_hash(document(invoice(article("Toner"), article())))


# -- invoices


@pytest.mark.parametrize("field", ["serie", "numar"])
@pytest.mark.parametrize("value", [None, "", "   ", "\u200b", "\x00", [], {}, True])
def test_an_invoice_without_serie_or_numar_has_no_marker_and_is_told_apart_by_its_place(field: str, value: Any) -> None:
    raw = document(invoice(**{field: value}), invoice(**{field: value}))
    first, second = only("sales_order", raw)
    assert first.content["marker"] is None
    assert (first.key, second.key) == ("d1[0]", "d1[1]")


@pytest.mark.parametrize("numar", [17, Int64(17), "17", " 17 "])
def test_a_number_is_the_same_as_int_and_as_text(numar: Any) -> None:
    assert order(numar=numar).key == "SERIE=ACC;NUMAR=17"


def test_a_whole_number_that_arrives_as_a_double_is_that_number() -> None:
    """Documents written from JavaScript hold every number as a double."""
    assert order(numar=17.0).key == "SERIE=ACC;NUMAR=17"
    assert order(cod_unic_client=18547290.0).content["tax_id"] == "18547290"


@pytest.mark.parametrize(
    ("given_date", "day"),
    [
        ("2025-11-20T00:00:00", "2025-11-20"),
        ("2025-11-20", "2025-11-20"),
        (" 2025-11-20 ", "2025-11-20"),
        ("2025-11-20 10:11:12", "2025-11-20"),
        ("2025-11-20T10:11:12.123Z", "2025-11-20"),
        (datetime(2025, 11, 20, 9, tzinfo=UTC), "2025-11-20"),
        (date(2025, 11, 20), "2025-11-20"),
        ("2024-02-29", "2024-02-29"),
        ("2025-02-29", None),
        ("2025-13-40", None),
        ("20.11.2025", None),
        ("11/20/2025", None),
        ("", None),
        (None, None),
        (20251120, None),
        (1763596800.0, None),
        ({"$date": "2025-11-20"}, None),
        ([], None),
    ],
)
def test_a_date_is_a_day_of_the_calendar_or_none(given_date: Any, day: str | None) -> None:
    assert order(data_emitere=given_date).content["date"] == day


@pytest.mark.parametrize("articles", [None, "x", {}, 3])
def test_an_invoice_whose_articles_are_no_list_says_so(articles: Any) -> None:
    assert order(articole=articles).content["articles"] is None


def test_an_invoice_with_an_empty_list_has_none() -> None:
    assert order(articole=[]).content["articles"] == 0


def test_an_invoice_in_two_documents_has_one_key_and_equal_content_one_hash() -> None:
    one, two = only("sales_order", document(_id="d1"), document(_id="d2"))
    assert (one.key, one.fingerprint()) == (two.key, two.fingerprint())
    assert (one.parent, two.parent) == ("d1", "d2")


# -- articles


def test_two_articles_of_one_product_are_two_lines() -> None:
    lines = only("sales_order_line", document(invoice(article(), article())))
    assert len({row.key for row in lines}) == 2


def test_case_and_spaces_do_not_make_another_product() -> None:
    one, two = only("sales_order_line", document(invoice(article("Hârtie A4"), article("  HÂRTIE\n a4 "))))
    assert one.content["part_key"] == two.content["part_key"]


def test_diacritics_make_another_product() -> None:
    one, two = only("sales_order_line", document(invoice(article("Hârtie A4"), article("Hartie A4"))))
    assert one.content["part_key"] != two.content["part_key"]


@given(st.lists(PRODUCTS, max_size=6), st.integers(0, 6))
def test_an_article_inserted_anywhere_leaves_the_other_products_marks_alone(names: list[str], place: int) -> None:
    def marks(products: list[str]) -> list[str]:
        lines = only("sales_order_line", document(invoice(*map(article, products), articole=[*map(article, products)])))
        return [row.content["mark"] for row in lines if row.content["name"] != "Nou"]

    assert marks([*names[:place], "Nou", *names[place:]]) == marks(names)


@given(st.lists(PRODUCTS, max_size=6))
def test_every_article_has_a_mark_of_its_own_that_fits_a_reference(names: list[str]) -> None:
    lines = only("sales_order_line", document(invoice(articole=[*map(article, names)])))
    marks = [row.content["mark"] for row in lines]
    assert len(set(marks)) == len(names)
    assert all(mark.isascii() and len(mark) <= 100 and "#" not in mark for mark in marks)


@given(st.permutations(["Hârtie A4", "Cerneală", "Toner", "Hârtie A4"]))
def test_another_order_of_the_articles_gives_the_same_marks(names: list[str]) -> None:
    marks = {row.content["mark"] for row in only("sales_order_line", document(invoice(*map(article, names))))}
    usual = ["Hârtie A4", "Cerneală", "Toner", "Hârtie A4"]
    assert marks == {row.content["mark"] for row in only("sales_order_line", document(invoice(*map(article, usual))))}


@pytest.mark.parametrize("entry", [None, "x", 3, [], [article()]])
def test_an_article_that_is_no_object_is_a_row_that_says_so(entry: Any) -> None:
    good, bad = only("sales_order_line", document(invoice(article(), entry)))
    assert good.content["is_object"]
    assert not bad.content["is_object"]
    assert bad.content["mark"] == "article 2"


@pytest.mark.parametrize("quantity", [None, "3,5", "", "x", math.nan, math.inf, True, [], {}])
def test_a_quantity_that_is_no_number_is_none_and_shown_as_given(quantity: Any) -> None:
    content = line(quantity=quantity)
    assert content["quantity"] is None
    assert content["quantity_given"] == (None if quantity is None else str(quantity))


@pytest.mark.parametrize(
    ("quantity", "text"), [(-2, "-2"), ("-2.50", "-2.5"), (0, "0"), (-0.0, "0"), (1e30, "1" + 30 * "0")]
)
def test_a_storno_quantity_stays_negative_and_nothing_is_rounded(quantity: Any, text: str) -> None:
    assert line(quantity=quantity)["quantity"] == text


def test_a_price_keeps_its_four_decimals() -> None:
    assert line(price=3045.7353)["price"] == "3045.7353"


def test_long_details_are_cut_and_the_length_is_kept_for_the_warning() -> None:
    content = line(detalii="x" * 600)
    assert (len(content["notes"]), content["notes_length"]) == (500, 600)


@pytest.mark.parametrize("extra", [400, 499, 500])
def test_details_as_staged_are_what_inventree_gives_back(extra: int) -> None:
    """InvenTree trims what it stores: a cut that ends in a space would differ from it for ever."""
    notes = line(detalii="x" * extra + " " + "y" * 200)["notes"]
    assert notes == notes.strip()
