"""The real suites on staged rows: every bad value of a document gets its code, and good ones pass."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.include_dir import include_dir
from accordant.store.database import Database
from accordant.store.migrate import migrate
from accordant.store.runs import open_run
from accordant.store.staging import stage
from accordant.sync.catalogue import CATALOGUE
from accordant.sync.errors import Misconfigured
from accordant.tasks import validate as validation
from tests.flows.shapes import article, document, invoice

FLOW = "raw_data_to_inventree"
LONG = "x" * 101

DATA = {
    "missing": {},
    "null": {"data": None},
    "text": {"data": "[]"},
    "number": {"data": 3},
    "bool": {"data": True},
    "nested": {"data": [[invoice()]]},
    "mixed": {"data": [invoice(), "x"]},
    "nulls": {"data": [None]},
}

INVOICES: dict[str, tuple[dict[str, Any], str]] = {
    "no serie": ({"serie": None}, "INVOICE_UNNUMBERED"),
    "empty numar": ({"numar": "  "}, "INVOICE_UNNUMBERED"),
    "serie ;": ({"serie": "A;B"}, "INVOICE_NUMBER_INVALID"),
    "serie ;;": ({"serie": "A;B;C"}, "INVOICE_NUMBER_INVALID"),
    "serie ends in ;": ({"serie": "A;;"}, "INVOICE_NUMBER_INVALID"),
    "serie like a marker": ({"serie": "A;NUMAR=1;B"}, "INVOICE_NUMBER_INVALID"),
    "serie =": ({"serie": "A=B"}, "INVOICE_NUMBER_INVALID"),
    "numar ,": ({"numar": "1,2"}, "INVOICE_NUMBER_INVALID"),
    "numar quote": ({"numar": 'a"b'}, "INVOICE_NUMBER_INVALID"),
    "numar backslash": ({"numar": "a\\b"}, "INVOICE_NUMBER_INVALID"),
    "numar ;": ({"numar": "1;2"}, "INVOICE_NUMBER_INVALID"),
    "numar long": ({"numar": "1" * 250}, "INVOICE_NUMBER_INVALID"),
    "date 13-40": ({"data_emitere": "2025-13-40"}, "INVOICE_DATE_INVALID"),
    "date null": ({"data_emitere": None}, "INVOICE_DATE_INVALID"),
    "date of 0001": ({"data_emitere": "0001-01-01"}, "INVOICE_DATE_INVALID"),
    "date of 9999": ({"data_emitere": "9999-12-31"}, "INVOICE_DATE_INVALID"),
    "no articles": ({"articole": None}, "INVOICE_EMPTY"),
    "articles text": ({"articole": "x"}, "INVOICE_EMPTY"),
    "articles none": ({"articole": []}, "INVOICE_EMPTY"),
    "customer null": ({"denumire_client": None}, "CUSTOMER_NAME_INVALID"),
    "customer spaces": ({"denumire_client": " \t\u200b"}, "CUSTOMER_NAME_INVALID"),
    "customer long": ({"denumire_client": LONG}, "CUSTOMER_NAME_INVALID"),
    "customer html": ({"denumire_client": "<b>Papirus</b>"}, "CUSTOMER_NAME_INVALID"),
    "customer script": ({"denumire_client": "a<script src=x>"}, "CUSTOMER_NAME_INVALID"),
    "tax id long": ({"cod_unic_client": "DE" + "1" * 60}, "CUSTOMER_NAME_INVALID"),
    "tax id unchecked": ({"cod_unic_client": "12345678"}, "TAX_ID_UNCHECKED"),
}

GOOD_INVOICES: dict[str, dict[str, Any]] = {
    "plain": {},
    "date only": {"data_emitere": "2025-11-20"},
    "serie spaces": {"serie": "A B"},
    "unicode": {"serie": "ȚĂ-1/2"},
    "customer & quotes": {"denumire_client": 'A < B > C & "D" 漢字 🧾'},
    "customer 100": {"denumire_client": "x" * 100},
    "control": {"denumire_client": "Line\nbreak\x00"},
    "foreign": {"cod_unic_client": "DE123456789"},
    "no tax id": {"cod_unic_client": None},
    "dash": {"cod_unic_client": "-"},
    "marker 250": {"numar": "1" * 232},
}

ARTICLES: dict[str, tuple[Any, str]] = {
    "article null": (None, "ARTICLE_SHAPE"),
    "article text": ("x", "ARTICLE_SHAPE"),
    "article list": ([], "ARTICLE_SHAPE"),
    "name null": (article(None), "ARTICLE_NAME_INVALID"),
    "name spaces": (article("  \n "), "ARTICLE_NAME_INVALID"),
    "name long": (article(LONG), "ARTICLE_NAME_INVALID"),
    "name html": (article("<i>x</i>"), "ARTICLE_NAME_INVALID"),
    "name number": (article(3.5), "ARTICLE_NAME_INVALID"),
    "code long": (article(cod_conta_produs=LONG), "ARTICLE_CODE_INVALID"),
    "code html": (article(cod_conta_produs="<p>"), "ARTICLE_CODE_INVALID"),
    "quantity null": (article(quantity=None), "QUANTITY_INVALID"),
    "quantity 3,5": (article(quantity="3,5"), "QUANTITY_INVALID"),
    "quantity NaN": (article(quantity=math.nan), "QUANTITY_INVALID"),
    "quantity inf": (article(quantity=math.inf), "QUANTITY_INVALID"),
    "quantity true": (article(quantity=True), "QUANTITY_INVALID"),
    "quantity 1e30": (article(quantity=1e30), "QUANTITY_PRECISION"),
    "quantity 0.123456": (article(quantity=0.123456), "QUANTITY_PRECISION"),
    "quantity -1": (article(quantity=-1), "STORNO_LINE"),
    "quantity '-0.5'": (article(quantity="-0.5"), "STORNO_LINE"),
    "price null": (article(price=None), "PRICE_INVALID"),
    "price 3,5": (article(price="3,5"), "PRICE_INVALID"),
    "price NaN": (article(price=math.nan), "PRICE_INVALID"),
    "price -1": (article(price=-1), "PRICE_INVALID"),
    "price 1e30": (article(price=1e30), "PRICE_PRECISION"),
    "price 7 decimals": (article(price="0.1234567"), "PRICE_PRECISION"),
    "details long": (article(detalii="x" * 501), "DETAILS_CUT"),
}

GOOD_ARTICLES: dict[str, Any] = {
    "article": article(),
    "quantity 0": article(quantity=0),
    "quantity text": article(quantity=" 2.50 "),
    "double noise": article(quantity=3.1 + 0.2),
    "price 4 decimals": article(price=3045.7353),
    "name 100": article("x" * 100),
    "amp": article("A & B < C"),
    "details 500": article(detalii="x" * 500),
    "price 0": article(price=0),
    "quantity max": article(quantity=9999999999),
    "price max": article(price=9999999999999),
    "code": article(cod_conta_produs=707),
}


@dataclass
class Validated:
    """A validated run: its quarantine by document, and which rows may go on."""

    conninfo: str
    counts: dict[str, int]
    troubles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    valid: dict[str, dict[str, bool]] = field(default_factory=dict)

    def codes(self, source: str) -> list[str]:
        return [row["code"] for row in self.troubles.get(source, [])]


def documents() -> Iterator[dict[str, Any]]:
    for name, data in DATA.items():
        yield {"_id": f"data {name}", **data}
    number = iter(range(10_000, 99_999))
    for name, (fields, _) in INVOICES.items():
        yield document(invoice(**{"numar": str(next(number)), **fields}), _id=name)
    for name, fields in GOOD_INVOICES.items():
        yield document(invoice(**{"numar": str(next(number)), **fields}), _id=f"good {name}")
    for name, (one, _) in ARTICLES.items():
        yield document(invoice(article("Good"), one, numar=str(next(number))), _id=name)
    for name, one in GOOD_ARTICLES.items():
        yield document(invoice(one, numar=str(next(number))), _id=f"good {name}")
    yield document(invoice(numar="twice"), _id="twice 1")
    yield document(invoice(article(quantity=4), numar="twice"), _id="twice 2")
    yield document(invoice(numar="copy"), _id="copy 1")
    yield document(invoice(numar="copy"), _id="copy 2")
    yield document(invoice(article(quantity=-1), article(quantity="3,5", price=None), numar="all bad"), _id="all bad")


@pytest.fixture(scope="module")
def address(postgres: Any) -> Iterator[str]:
    """A migrated store that the Connection accordant_store leads to."""
    postgres.create_database("validation")
    conninfo = f"host={postgres.socket_dir} user=postgres dbname=validation"
    migrate(conninfo)
    connection = {
        "conn_type": "postgres",
        "host": str(postgres.socket_dir),
        "login": "postgres",
        "schema": "validation",
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AIRFLOW_CONN_ACCORDANT_STORE", json.dumps(connection))
        yield conninfo


def staged(conninfo: str, *documents: dict[str, Any]) -> str:
    with Database(conninfo, 2) as database:
        run = open_run(
            database, flow=FLOW, ours="a", theirs="b", airflow_run_id=str(uuid4()), preview=False, parameters={}
        )
        stage(database, run.id, "ours", document_rows(documents))
    return run.id


def result_of(conninfo: str, run_id: str, counts: dict[str, int]) -> Validated:
    done = Validated(conninfo, counts)
    with Database(conninfo, 2) as database, database.transaction() as connection:
        for row in connection.execute("SELECT * FROM accordant.run_trouble WHERE run_id = %s ORDER BY code", (run_id,)):
            done.troubles.setdefault(row["source"], []).append(row)
        rows = connection.execute(
            "SELECT object_type, key, valid, COALESCE(content->>'source', NULLIF(parent, ''), key) AS source "
            "FROM accordant.staged_record WHERE run_id = %s ORDER BY seq",
            (run_id,),
        )
        for row in rows:
            done.valid.setdefault(row["source"], {})[f"{row['object_type']} {row['key']}"] = row["valid"]
    return done


@pytest.fixture(scope="module")
def validated(address: str) -> Validated:
    """All cases, validated in one run."""
    run_id = staged(address, *documents())
    return result_of(address, run_id, validation.validate(FLOW, run_id))


@pytest.mark.parametrize("name", DATA)
def test_data_of_a_wrong_shape_is_refused_as_a_document(validated: Validated, name: str) -> None:
    assert validated.codes(f"data {name}") == ["DATA_SHAPE"]


@pytest.mark.parametrize("name", INVOICES)
def test_a_bad_invoice_gets_its_code(validated: Validated, name: str) -> None:
    code = INVOICES[name][1]
    assert set(validated.codes(name)) == {code}
    goes_on = code == "TAX_ID_UNCHECKED"
    order = next(valid for key, valid in validated.valid[name].items() if key.startswith("sales_order "))
    assert order is goes_on


@pytest.mark.parametrize("name", ARTICLES)
def test_a_bad_article_gets_its_code_and_the_good_one_beside_it_goes_on(validated: Validated, name: str) -> None:
    code = ARTICLES[name][1]
    assert validated.codes(name) == [code]
    (order, good, bad) = [valid for key, valid in validated.valid[name].items() if not key.startswith("document")]
    assert (order, good, bad) == (True, True, code == "DETAILS_CUT")


@pytest.mark.parametrize("name", [*GOOD_INVOICES, *GOOD_ARTICLES])
def test_what_is_good_passes_without_a_word(validated: Validated, name: str) -> None:
    assert validated.codes(f"good {name}") == []
    assert all(validated.valid[f"good {name}"].values())


def test_one_number_with_two_contents_is_a_conflict_in_both_documents(validated: Validated) -> None:
    assert validated.codes("twice 1") == validated.codes("twice 2") == ["INVOICE_TWICE_DIFFERENT"]
    assert [row["severity"] for row in validated.troubles["twice 1"]] == ["conflict"]


def test_one_number_with_one_content_in_two_documents_is_fine(validated: Validated) -> None:
    assert validated.codes("copy 1") == validated.codes("copy 2") == []


def test_a_storno_line_is_never_dropped_in_silence(validated: Validated) -> None:
    (trouble,) = validated.troubles["quantity -1"]
    assert trouble["severity"] == "refused"
    assert "-1" in trouble["sentence"]
    assert trouble["parent"].startswith("SERIE=ACC;NUMAR=")


def test_each_field_of_an_article_is_named_once(validated: Validated) -> None:
    assert validated.codes("all bad") == ["PRICE_INVALID", "QUANTITY_INVALID", "STORNO_LINE"]


def test_every_entry_is_a_whole_sentence_that_shows_what_stood_there(validated: Validated) -> None:
    for source, rows in validated.troubles.items():
        for row in rows:
            assert row["sentence"].strip()
            assert "{" not in row["sentence"].replace("{}", ""), source
            assert row["field"]
            assert row["code"] in CATALOGUE
    (shown,) = [row["sentence"] for row in validated.troubles["quantity 3,5"]]
    assert "'3,5'" in shown


def test_the_counts_say_how_many_were_refused(validated: Validated) -> None:
    assert validated.counts["document"] == len(DATA)
    refused = [
        valid for rows in validated.valid.values() for key, valid in rows.items() if key.startswith("sales_order ")
    ]
    assert validated.counts["sales_order"] == refused.count(False) > 20


# -- rules that are critical or broken


@pytest.fixture
def suites(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replace one expectation's fields in a suite."""
    (tmp_path / "expectations").mkdir()
    for path in (include_dir() / "expectations").glob("*.json"):
        (tmp_path / "expectations" / path.name).write_text(path.read_text())
    monkeypatch.setattr(validation, "include_dir", lambda: tmp_path)

    def change(object_type: str, **fields: Any) -> None:
        path = tmp_path / "expectations" / f"{FLOW}.{object_type}.json"
        suite = json.loads(path.read_text())
        first = suite["expectations"][0]
        suite["expectations"] = [{**first, **fields, "meta": {**first["meta"], **fields.get("meta", {})}}]
        path.write_text(json.dumps(suite))

    return change


def test_a_failed_critical_rule_stops_the_run_before_anything_is_refused(address: str, suites: Any) -> None:
    suites("document", meta={"severity": "critical"})
    run_id = staged(address, document(_id="good"), {"_id": "bad", "data": None})
    with pytest.raises(Misconfigured) as caught:
        validation.validate(FLOW, run_id)
    assert caught.value.code.code == "DATA_SHAPE"
    assert "1 rows" in str(caught.value)
    done = result_of(address, run_id, {})
    assert done.troubles == {}
    assert all(valid for rows in done.valid.values() for valid in rows.values())


@pytest.mark.parametrize(
    "broken",
    [
        {"kwargs": {"column": "no_such_column", "value_set": ["x"]}},
        {"type": "expect_column_values_to_match_regex", "kwargs": {"column": "shape", "regex": "["}},
    ],
)
def test_a_broken_rule_is_for_a_person_and_refuses_nobody(address: str, suites: Any, broken: dict[str, Any]) -> None:
    suites("document", **broken)
    run_id = staged(address, document())
    with pytest.raises(Misconfigured) as caught:
        validation.validate(FLOW, run_id)
    assert caught.value.code.code == "VALIDATION_BROKEN"
    assert f"{FLOW}.document" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert result_of(address, run_id, {}).troubles == {}


def test_the_reason_a_step_failed_can_be_read_in_the_run(address: str, suites: Any) -> None:
    suites("document", meta={"severity": "critical"})
    run_id = staged(address, {"_id": "bad", "data": None})
    with pytest.raises(Misconfigured):
        validation.validate(FLOW, run_id)
    with Database(address, 1) as database:
        row = database.row("store/run_get", run=run_id)
    assert row is not None
    assert (row["state"], row["step"]) == ("failed", "validate")
    assert "DATA_SHAPE" in row["problem"]


def test_a_number_longer_than_any_database_holds_is_refused_alone(address: str) -> None:
    """One such article must not make every run of the flow fail for ever."""
    run_id = staged(
        address, document(invoice(article(quantity="9" * 140_000), numar="18"), _id="huge"), document(_id="good")
    )
    done = result_of(address, run_id, validation.validate(FLOW, run_id))
    assert len(done.codes("huge")) == 1
    assert done.codes("good") == []


def test_a_run_without_documents_asks_great_expectations_nothing(address: str) -> None:
    assert validation.validate(FLOW, staged(address)) == {"document": 0, "sales_order": 0, "sales_order_line": 0}
