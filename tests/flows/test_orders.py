"""One invoice and its order: created, completed, updated, or left to a person; never doubled, never lost."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.flow import FLOW
from accordant.flows.raw_data_to_inventree.masters import Unusable
from accordant.flows.raw_data_to_inventree.target import InvenTreeTarget
from accordant.sync.merge import Policy
from accordant.sync.operations import Operation, Severity, Trouble
from tests.flows.fakes import Bound, Memory
from tests.flows.ledger import Ledger, codes, operations
from tests.flows.shapes import article

PAPER, INK, TONER = article("Hârtie A4", 3, 21.5), article("Cerneală", 1, 99.9), article("Toner", 2, 10)
NEW_LINE, NEW_ORDER = ("create", "sales_order_line"), ("create", "sales_order")
OLD_LINE, OLD_ORDER = ("link", "sales_order_line"), ("link", "sales_order")
CHANGED_LINE, CHANGED_ORDER = ("update", "sales_order_line"), ("update", "sales_order")


def agreed(*articles: dict[str, Any], **fields: Any) -> Ledger:
    """An invoice that was agreed before."""
    ledger = Ledger()
    return ledger.apply(ledger.decide(*articles, **fields))


# -- new


def test_a_new_invoice_becomes_one_order_with_a_line_per_article() -> None:
    decisions = Ledger().decide(PAPER, INK, PAPER)
    assert operations(decisions) == [NEW_ORDER, NEW_LINE, NEW_LINE, NEW_LINE]
    assert codes(decisions) == []


def test_an_order_is_in_the_currency_of_the_settings_and_named_by_its_marker() -> None:
    order, line = Ledger().decide(PAPER)
    assert isinstance(order, Operation)
    assert isinstance(line, Operation)
    assert (order.key, order.after["currency"], order.after["date"]) == ("SERIE=ACC;NUMAR=17", "RON", "2025-11-20")
    assert line.after["currency"] == "RON"


def test_an_invoice_with_only_storno_lines_makes_no_order_and_says_so() -> None:
    decisions = Ledger().decide(article(quantity=-1))
    assert operations(decisions) == []
    assert codes(decisions) == ["INVOICE_NO_GOOD_LINE"]


def test_beside_a_refused_line_the_others_go() -> None:
    assert operations(Ledger().decide(PAPER, article("Retur", -1), INK)) == [NEW_ORDER, NEW_LINE, NEW_LINE]


@pytest.mark.parametrize("severity", [Severity.REFUSED, Severity.CONFLICT])
def test_an_invoice_of_an_unusable_customer_waits_as_a_whole(severity: Severity) -> None:
    ledger = Ledger(customers={"tax:18547290": Unusable(severity, "COMPANY_NOT_CUSTOMER", "why")})
    (trouble,) = ledger.decide(PAPER)
    assert isinstance(trouble, Trouble)
    assert (trouble.severity, trouble.code, trouble.sentence) == (severity, "COMPANY_NOT_CUSTOMER", "why")


def test_an_article_of_an_unusable_part_is_named_and_the_others_go() -> None:
    ledger = Ledger(parts={"cerneală": Unusable(Severity.REFUSED, "PART_INACTIVE", "why")})
    decisions = ledger.decide(PAPER, INK)
    assert operations(decisions) == [NEW_ORDER, NEW_LINE]
    assert codes(decisions) == ["PART_INACTIVE"]


# -- agreed before


def test_an_unchanged_invoice_needs_nothing() -> None:
    assert agreed(PAPER, INK, PAPER).decide(PAPER, INK, PAPER) == []


@pytest.mark.parametrize(
    "changed", [article("Hârtie A4", 4, 21.5), article("Hârtie A4", 3, 20), article("Hârtie A4", 3, 21.5, detalii="x")]
)
def test_a_changed_quantity_price_or_detail_is_updated(changed: dict[str, Any]) -> None:
    ledger = agreed(PAPER, INK)
    decisions = ledger.decide(changed, INK)
    assert operations(decisions) == [CHANGED_LINE]
    assert ledger.apply(decisions).decide(changed, INK) == []


def test_a_changed_date_is_updated() -> None:
    ledger = agreed(PAPER)
    decisions = ledger.decide(PAPER, data_emitere="2025-11-21")
    assert operations(decisions) == [CHANGED_ORDER]
    assert ledger.apply(decisions).decide(PAPER, data_emitere="2025-11-21") == []


def test_an_added_article_is_added() -> None:
    assert operations(agreed(PAPER).decide(PAPER, INK)) == [NEW_LINE]


def test_a_line_that_vanished_from_the_document_is_a_conflict_and_is_never_deleted() -> None:
    ledger = agreed(PAPER, INK)
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == []
    assert codes(decisions) == ["LINE_VANISHED"]
    assert ledger.decide(PAPER) == decisions, "until somebody acts"
    ledger.lines.popitem()
    assert ledger.decide(PAPER) == [], "somebody deleted it there too"


def test_a_line_that_became_storno_is_neither_vanished_nor_changed() -> None:
    """Validation has quarantined it under its own code; one trouble per line is enough."""
    assert agreed(PAPER, INK).decide(PAPER, article("Cerneală", -1, 99.9)) == []


def test_a_line_deleted_in_inventree_is_a_conflict_and_is_not_made_again() -> None:
    ledger = agreed(PAPER, INK)
    ledger.lines.popitem()
    decisions = ledger.decide(PAPER, INK)
    assert operations(decisions) == []
    assert codes(decisions) == ["LINE_GONE"]


def test_an_order_deleted_in_inventree_is_a_conflict_and_is_not_made_again() -> None:
    ledger = agreed(PAPER)
    ledger.order, ledger.lines = None, {}
    decisions = ledger.decide(PAPER, INK)
    assert operations(decisions) == []
    assert codes(decisions) == ["ORDER_GONE"]


@pytest.mark.parametrize("name", ["quantity", "price", "notes"])
def test_what_a_person_changed_in_inventree_alone_is_kept_with_a_warning(name: str) -> None:
    ledger = agreed(PAPER)
    (line,) = ledger.lines.values()
    line[name] = "9"
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == []
    assert codes(decisions) == ["TARGET_EDITED"]


def test_what_both_changed_differently_waits_for_a_person() -> None:
    ledger = agreed(PAPER)
    next(iter(ledger.lines.values()))["quantity"] = "9"
    decisions = ledger.decide(article("Hârtie A4", 4, 21.5))
    assert operations(decisions) == []
    (trouble,) = decisions
    assert isinstance(trouble, Trouble)
    assert (trouble.code, trouble.field) == ("BOTH_CHANGED", "quantity")
    assert (trouble.base_value, trouble.our_value, trouble.their_value) == ("3", "4", "9")


def test_what_both_changed_to_the_same_value_is_agreed() -> None:
    ledger = agreed(PAPER)
    next(iter(ledger.lines.values()))["quantity"] = "4"
    decisions = ledger.decide(article("Hârtie A4", 4, 21.5))
    assert operations(decisions) == [("link", "sales_order_line")], "the base is brought up to date"
    assert ledger.apply(decisions).decide(article("Hârtie A4", 4, 21.5)) == []


def test_a_value_that_people_mended_on_both_sides_is_the_base_from_then_on() -> None:
    """Otherwise a later change back in the document would look like a change of the target's, and be lost."""
    ledger = agreed(PAPER)
    next(iter(ledger.lines.values()))["price"] = "30"
    ledger.apply(ledger.decide(article("Hârtie A4", 3, 30)))
    assert operations(ledger.decide(PAPER)) == [("update", "sales_order_line")]


@pytest.mark.parametrize(("policy", "quantity"), [(Policy.OURS, "4"), (Policy.THEIRS, "9")])
def test_a_policy_decides_where_it_is_set(policy: Policy, quantity: str) -> None:
    ledger = agreed(PAPER)
    ledger.policy = policy
    next(iter(ledger.lines.values()))["quantity"] = "9"
    ledger.apply(ledger.decide(article("Hârtie A4", 4, 21.5)))
    assert [line["quantity"] for line in ledger.lines.values()] == [quantity]


def test_where_the_target_decides_somebody_is_told() -> None:
    """Both sides differ from then on: the certificate needs a reason for it."""
    ledger = agreed(PAPER)
    ledger.policy = Policy.THEIRS
    next(iter(ledger.lines.values()))["quantity"] = "9"
    assert codes(ledger.decide(article("Hârtie A4", 4, 21.5))) != []


def test_a_change_on_each_side_of_different_fields_is_merged() -> None:
    ledger = agreed(PAPER)
    (line,) = ledger.lines.values()
    line["notes"] = "from the office"
    decisions = ledger.decide(article("Hârtie A4", 4, 21.5))
    ledger.apply(decisions)
    assert (line["quantity"], line["notes"]) == ("4", "from the office")
    assert codes(decisions) == ["TARGET_EDITED"]


def test_what_a_person_changed_survives_a_later_change_of_another_field() -> None:
    """The price was kept once; writing the quantity must not make it look like the document's change next time."""
    ledger = agreed(PAPER)
    (line,) = ledger.lines.values()
    line["price"] = "19"
    for quantity in (4, 4, 5):
        ledger.apply(ledger.decide(article("Hârtie A4", quantity, 21.5)))
    assert (line["quantity"], line["price"]) == ("5", "19")


def test_a_price_that_somebody_cleared_in_inventree_does_not_stop_the_plan() -> None:
    """The limit on money is computed for every operation of the plan: one that raises stops the whole run."""
    ledger = agreed(PAPER)
    ((pk, line),) = ledger.lines.items()
    line["price"] = ""
    memory = Memory()
    memory.has_order(1, "SERIE=ACC;NUMAR=17")
    memory.has_line(int(pk), 1, sale_price=None)
    for one in ledger.decide(article("Hârtie A4", 4, 21.5)):
        if isinstance(one, Operation):
            assert FLOW.money_of(one) >= 0
            InvenTreeTarget(memory, "issue_date").send(one, Bound({("sales_order", one.group): "1"}))
    assert all(body.get("sale_price") != "" for _, _, body in memory.sent), "InvenTree refuses an empty text as a price"


# -- issued orders


@pytest.mark.parametrize("status", [15, 20, 25, 30, 40, 50, 60])
@pytest.mark.parametrize(
    ("articles", "fields"),
    [
        ((article("Hârtie A4", 4, 21.5),), {}),
        ((PAPER, INK), {}),
        ((PAPER,), {"data_emitere": "2025-11-21"}),
    ],
)
def test_an_order_that_is_no_draft_is_never_written(status: int, articles: tuple[Any, ...], fields: Any) -> None:
    ledger = agreed(PAPER)
    assert ledger.order is not None
    ledger.order["status"] = status
    decisions = ledger.decide(*articles, **fields)
    assert operations(decisions) == []
    assert codes(decisions) == ["ORDER_NOT_DRAFT"]


def test_an_issued_order_without_changes_is_fine() -> None:
    ledger = agreed(PAPER)
    assert ledger.order is not None
    ledger.order["status"] = 20
    assert ledger.decide(PAPER) == []


# -- the first meeting with an order that is there already


def test_an_order_of_the_earlier_script_is_linked_and_completed() -> None:
    ledger = Ledger().has_order(date="2025-11-20")
    ledger.has_line("Hârtie A4", "3", "21.5")
    decisions = ledger.decide(PAPER, INK)
    assert operations(decisions) == [OLD_ORDER, OLD_LINE, NEW_LINE]
    assert ledger.apply(decisions).decide(PAPER, INK) == []


def test_an_empty_date_of_the_earlier_script_is_filled_in() -> None:
    ledger = Ledger().has_order()
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == [CHANGED_ORDER, NEW_LINE]
    assert ledger.apply(decisions).decide(PAPER) == []


def test_two_lines_of_one_product_meet_the_two_that_are_there() -> None:
    ledger = Ledger().has_order(date="2025-11-20")
    second, first = ledger.has_line("Hârtie A4", "5", "20"), ledger.has_line("Hârtie A4", "3", "21.5")
    decisions = ledger.decide(PAPER, article("Hârtie A4", 5, 20))
    linked = [one.remote_id for one in decisions if isinstance(one, Operation) and one.object_type != "sales_order"]
    assert linked == [first, second], "each meets the one that is equal to it"
    assert operations(decisions) == [OLD_ORDER, OLD_LINE, OLD_LINE]


def test_the_line_that_the_earlier_script_lost_is_added() -> None:
    """It keyed lines by part, so two articles of one product became one line."""
    ledger = Ledger().has_order(date="2025-11-20")
    ledger.has_line("Hârtie A4", "5", "20")
    decisions = ledger.decide(PAPER, article("Hârtie A4", 5, 20))
    assert operations(ledger.apply(decisions).decide(PAPER, article("Hârtie A4", 5, 20))) == []
    assert sorted(quantity for _, quantity, _ in ledger.held()) == ["3", "5"]


def test_a_line_that_differs_at_first_meeting_waits_for_a_person() -> None:
    ledger = Ledger().has_order(date="2025-11-20")
    ledger.has_line("Hârtie A4", "2", "21.5")
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == [OLD_ORDER]
    assert codes(decisions) == ["BOTH_CHANGED"]
    assert codes(ledger.apply(decisions).decide(PAPER)) == ["BOTH_CHANGED"], "it waits until a person acts"


def test_a_date_that_differs_at_first_meeting_waits_for_a_person() -> None:
    ledger = Ledger().has_order(date="2025-11-01")
    decisions = ledger.decide(PAPER)
    assert codes(decisions) == ["BOTH_CHANGED"]
    again = ledger.apply(decisions).decide(PAPER)
    assert codes(again) == ["BOTH_CHANGED"], "it waits until a person acts"
    assert operations(again) == []


def test_an_order_with_our_marker_of_another_customer_is_left_alone() -> None:
    ledger = Ledger().has_order(customer_id="8")
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == []
    assert codes(decisions) == ["ORDER_OTHER_CUSTOMER"]


def test_an_order_of_another_customer_is_left_alone_when_ours_is_only_created_in_this_plan() -> None:
    """A customer that InvenTree does not have yet cannot own an order there."""
    ledger = Ledger(customer_id=None).has_order(customer_id="8")
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == []
    assert codes(decisions) == ["ORDER_OTHER_CUSTOMER"]


def test_two_orders_with_one_marker_are_for_a_person() -> None:
    ledger = Ledger().has_order()
    invoice = ledger._invoice  # two rows instead of one
    twice = lambda *arguments: _doubled(invoice(*arguments))  # noqa: E731
    ledger._invoice = twice  # type: ignore[method-assign]
    decisions = ledger.decide(PAPER)
    assert operations(decisions) == []
    assert codes(decisions) == ["SEVERAL_MATCHES"]


def _doubled(invoice: Any) -> Any:
    from dataclasses import replace

    return replace(invoice, found=[*invoice.found, *invoice.found])


def test_a_line_bound_to_a_storno_article_is_not_taken_for_another_article() -> None:
    """One line for two keys: the store holds one key per remote id and would stop the load, in every run."""
    ledger = Ledger().has_order(date="2025-11-20")
    ledger.has_line("Hârtie A4", "3", "21.5")  # the earlier script's: it carries no mark
    ledger.apply(ledger.decide(PAPER))
    ledger.apply(ledger.decide(article("Hârtie A4", -3, 21.5), PAPER))
    assert len(ledger.bound_lines) == 2


# -- laws

QUANTITIES = st.sampled_from([1, 2, 3, -1, "3,5"])
PRICES = st.sampled_from([10, 20.5])
BASKETS = st.lists(
    st.builds(article, st.sampled_from(["Hârtie A4", "Toner", "Cerneală"]), QUANTITIES, PRICES), max_size=5
)
OLD_LINES = st.lists(
    st.tuples(st.sampled_from(["Hârtie A4", "Toner"]), st.sampled_from(["1", "2"]), st.sampled_from(["10", "20.5"])),
    max_size=3,
)
DATES = st.sampled_from(["", "2025-11-20", "2025-01-01"])


def somewhere(old_lines: Any, date: str, status: int, policy: Policy) -> Ledger:
    """A ledger with an order of the earlier script, if it had any lines."""
    ledger = Ledger(policy=policy)
    if old_lines:
        ledger.has_order(date=date, status=status)
        for line in old_lines:
            ledger.has_line(*line)
    return ledger


STATUS = st.sampled_from([10, 10, 20])
POLICY = st.sampled_from(list(Policy))


@given(BASKETS, OLD_LINES, DATES, STATUS, POLICY)
@settings(max_examples=300)
def test_a_second_run_right_after_plans_nothing(basket: Any, old: Any, date: str, status: int, policy: Policy) -> None:
    ledger = somewhere(old, date, status, policy)
    ledger.apply(ledger.decide(*basket))
    assert operations(ledger.decide(*basket)) == []


@given(BASKETS, BASKETS, OLD_LINES, DATES, POLICY)
@settings(max_examples=300)
def test_whatever_changes_no_line_is_doubled_or_bound_twice(
    first: Any, second: Any, old: Any, date: str, policy: Policy
) -> None:
    """A ledger refuses a second key for one line, as the store does."""
    ledger = somewhere(old, date, 10, policy)
    ledger.apply(ledger.decide(*first))
    ledger.apply(ledger.decide(*second))
    assert operations(ledger.decide(*second)) == []


EDITS = st.sampled_from([("quantity", "9"), ("price", "19"), ("price", "10")])


ONE_LINE = st.builds(lambda quantity, price: [article("Toner", quantity, price)], st.sampled_from([1, 2]), PRICES)


@given(st.lists(EDITS | ONE_LINE, min_size=2, max_size=4), ONE_LINE)
@example([("quantity", "9"), [article("Toner", 1, 20.5)], ("price", "10"), [article("Toner", 2, 20.5)]],
         [article("Toner", 2, 10)])  # fmt: skip
@settings(max_examples=300)
def test_what_a_person_changed_alone_is_never_overwritten(steps: list[Any], first: Any) -> None:
    """Documents and people change in any order; a field that only people changed stays as they left it."""
    ledger = agreed(*first)
    last = ledger.good_lines(*first)
    since_edit: dict[tuple[str, str], set[str]] = {}  # what the document said since somebody edited a field
    for step in steps:
        if isinstance(step, tuple) and ledger.bound_lines:
            key = min(ledger.bound_lines)
            line = ledger.lines[ledger.bound_lines[key].remote_id]
            if line[step[0]] == step[1]:
                continue  # to type what is there already is no edit
            line[step[0]] = step[1]
            since_edit[key, step[0]] = {last[key][step[0]]}
        elif isinstance(step, list):
            last |= ledger.good_lines(*step)
            for (key, name), values in since_edit.items():
                values.add(last[key][name])
            decisions = ledger.decide(*step)
            for one in decisions:
                for (key, name), values in since_edit.items():
                    if isinstance(one, Operation) and one.key == key and one.before is not None and len(values) == 1:
                        assert one.after[name] == one.before[name], f"{name}: {one.rule}"
            ledger.apply(decisions)


@given(BASKETS, OLD_LINES, DATES)
@settings(max_examples=200)
def test_a_conflict_waits_until_a_person_acts(basket: Any, old: Any, date: str) -> None:
    ledger = somewhere(old, date, 10, Policy.ASK)
    before = [one for one in ledger.decide(*basket) if isinstance(one, Trouble) and one.severity is Severity.CONFLICT]
    ledger.apply(ledger.decide(*basket))
    after = [one.code for one in ledger.decide(*basket) if isinstance(one, Trouble)]
    assert {one.code for one in before} <= set(after)


@given(BASKETS, st.data())
def test_another_order_of_the_articles_changes_nothing(basket: Any, data: Any) -> None:
    """Articles of one product are alike but for their place: those may swap their numbers, the others not."""
    alone = list({one["nume_produs"]: one for one in basket}.values())
    ledger = agreed(*alone)
    assert operations(ledger.decide(*data.draw(st.permutations(alone)))) == []


@given(
    st.lists(st.builds(article, st.sampled_from(["A", "B"]), st.sampled_from([1, 2]), PRICES), min_size=1, max_size=5)
)
def test_after_load_inventree_has_exactly_the_invoices_lines(basket: Any) -> None:
    ledger = agreed(*basket)
    assert sorted((quantity, price) for _, quantity, price in ledger.held()) == sorted(
        (str(one["cantitate"]), str(one["pret_unitar"])) for one in basket
    )


@given(BASKETS, BASKETS, DATES)
def test_every_decision_names_its_rule_or_says_what_is_wrong(first: Any, second: Any, date: str) -> None:
    ledger = somewhere([("Toner", "1", "10")], date, 10, Policy.ASK)
    ledger.apply(ledger.decide(*first))
    for one in ledger.decide(*second):
        assert one.source == "d1"
        assert one.rule if isinstance(one, Operation) else one.sentence.endswith(".")


@given(BASKETS, BASKETS)
def test_an_order_goes_before_its_lines_and_all_go_in_one_group(first: Any, second: Any) -> None:
    ledger = agreed(*first)
    kinds = [one for one in ledger.decide(*second) if isinstance(one, Operation)]
    assert [one.object_type for one in kinds] == sorted((one.object_type for one in kinds), key=len)
    assert {one.group for one in kinds} <= {"SERIE=ACC;NUMAR=17"}
