"""The lines of an order: matched by their ids, merged field by field, kept or removed as the sides say."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.lines import LineKind, LinesMerge, merge_lines
from accordant.sync.merge import OURS_DECIDES, PERSON_DECIDES, THEIRS_DECIDES, Rule, Side

KIND = LineKind(("item", "quantity", "price", "amount"), owners={"amount": Side.THEIRS})
Line = dict[str, Any]


def line(id: str, item: str = "bolt", quantity: str = "1", price: str = "5", amount: str = "5") -> Line:
    return {"id": id, "item": item, "quantity": quantity, "price": price, "amount": amount}


def known(ours: str, theirs: str, item: str = "bolt", **values: str) -> Line:
    return {**line("", item, **values), "ours": ours, "theirs": theirs}


def merged(base: list[Line] | None, ours: list[Line], theirs: list[Line], resolution: Any = OURS_DECIDES) -> LinesMerge:
    return merge_lines(KIND, base, ours, theirs, resolution)


def shown(found: LinesMerge) -> list[tuple[str, str, str, str]]:
    return [(one["ours"], one["theirs"], one["item"], one["quantity"]) for one in found.value]


def rules(found: LinesMerge) -> list[Rule]:
    return [rule for _, rule in found.because]


BASE = [known("1", "A"), known("2", "B", "nut")]
OURS = [line("1"), line("2", "nut")]
THEIRS = [line("A"), line("B", "nut")]


def test_lines_that_agree_need_no_rule_and_keep_both_ids() -> None:
    found = merged(BASE, OURS, THEIRS)
    assert shown(found) == [("1", "A", "bolt", "1"), ("2", "B", "nut", "1")]
    assert found.because == []


def test_a_line_removed_in_quickbooks_and_unchanged_in_the_wms_is_removed() -> None:
    found = merged(BASE, OURS, THEIRS[:1])
    assert shown(found) == [("1", "A", "bolt", "1")]
    assert found.because == [("line 2 (nut) removed", Rule.CHANGED_BY_THEM)]


def test_a_line_removed_in_the_wms_and_unchanged_in_quickbooks_is_removed() -> None:
    found = merged(BASE, OURS[:1], THEIRS)
    assert shown(found) == [("1", "A", "bolt", "1")]
    assert rules(found) == [Rule.CHANGED_BY_US]


def test_a_line_removed_on_one_side_and_changed_on_the_other_is_for_the_policy() -> None:
    changed = [OURS[0], line("2", "nut", quantity="9")]
    assert shown(merged(BASE, changed, THEIRS[:1], OURS_DECIDES))[1:] == [("2", "", "nut", "9")]
    assert shown(merged(BASE, changed, THEIRS[:1], THEIRS_DECIDES)) == [("1", "A", "bolt", "1")]


def test_a_person_is_asked_about_a_line_removed_on_one_side_and_changed_on_the_other() -> None:
    changed = [OURS[0], line("2", "nut", quantity="9")]
    found = merged(BASE, changed, THEIRS[:1], PERSON_DECIDES)
    assert [one.rule for one in found.asked] == [Rule.PERSON_DECIDES]


def test_a_line_removed_on_both_sides_is_gone_without_a_word() -> None:
    found = merged(BASE, OURS[:1], THEIRS[:1])
    assert shown(found) == [("1", "A", "bolt", "1")]
    assert found.because == []


def test_lines_added_on_both_sides_are_both_kept() -> None:
    found = merged(BASE, [*OURS, line("3", "screw")], [*THEIRS, line("C", "washer")])
    assert shown(found)[2:] == [("3", "", "screw", "1"), ("", "C", "washer", "1")]
    assert rules(found) == [Rule.CHANGED_BY_US, Rule.CHANGED_BY_THEM]


def test_the_same_line_added_on_both_sides_is_one_line() -> None:
    found = merged(BASE, [*OURS, line("3", "screw")], [*THEIRS, line("C", "screw")])
    assert shown(found)[2:] == [("3", "C", "screw", "1")]
    assert found.because == []


def test_at_first_meeting_equal_lines_are_paired_before_lines_of_the_same_item() -> None:
    ours = [line("1", quantity="1"), line("2", quantity="2")]
    theirs = [line("A", quantity="2"), line("B", quantity="1")]
    assert shown(merged(None, ours, theirs)) == [("1", "B", "bolt", "1"), ("2", "A", "bolt", "2")]


def test_each_field_of_a_line_flows_by_itself() -> None:
    found = merged(BASE, [line("1", quantity="7"), OURS[1]], [line("A", price="6"), THEIRS[1]])
    assert (found.value[0]["quantity"], found.value[0]["price"]) == ("7", "6")
    assert rules(found) == [Rule.CHANGED_BY_US, Rule.CHANGED_BY_THEM]


def test_what_quickbooks_computes_of_a_line_comes_from_quickbooks() -> None:
    found = merged(BASE, OURS, [line("A", amount="4.99"), THEIRS[1]], OURS_DECIDES)
    assert found.value[0]["amount"] == "4.99"
    assert rules(found) == [Rule.THEIRS_OWNS]


def test_lines_put_in_another_order_are_the_same_lines() -> None:
    found = merged(BASE, OURS[::-1], THEIRS)
    assert shown(found) == [("2", "B", "nut", "1"), ("1", "A", "bolt", "1")]
    assert found.because == []


def test_a_line_whose_id_is_not_known_yet_is_recognised_by_its_item() -> None:
    found = merged([known("1", "")], [line("1")], [line("A")])
    assert shown(found) == [("1", "A", "bolt", "1")]


LINES = st.lists(st.tuples(st.sampled_from(["bolt", "nut"]), st.sampled_from(["1", "2"])), max_size=4)


@given(LINES, LINES, LINES, st.sampled_from([OURS_DECIDES, THEIRS_DECIDES]))
def test_merging_what_was_merged_changes_nothing(base: Any, ours: Any, theirs: Any, resolution: Any) -> None:
    """Whatever the sides were, once both have the merged lines there is nothing left to do."""
    before = [known(f"o{n}", f"t{n}", item, quantity=quantity) for n, (item, quantity) in enumerate(base)]
    mine = [line(f"o{n}", item, quantity) for n, (item, quantity) in enumerate(ours)]
    others = [line(f"t{n}", item, quantity) for n, (item, quantity) in enumerate(theirs)]
    value = merged(before, mine, others, resolution).value
    agreed = [
        {**one, "ours": one["ours"] or f"x{n}", "theirs": one["theirs"] or f"y{n}"} for n, one in enumerate(value)
    ]
    again = merged(
        agreed, [{**one, "id": one["ours"]} for one in agreed], [{**one, "id": one["theirs"]} for one in agreed]
    )
    assert again.because == []
    assert again.value == agreed


@given(LINES, LINES, LINES)
def test_no_line_appears_twice(base: Any, ours: Any, theirs: Any) -> None:
    before = [known(f"o{n}", f"t{n}", item, quantity=quantity) for n, (item, quantity) in enumerate(base)]
    mine = [line(f"o{n}", item, quantity) for n, (item, quantity) in enumerate(ours)]
    others = [line(f"t{n}", item, quantity) for n, (item, quantity) in enumerate(theirs)]
    value = merged(before, mine, others).value
    for side in ("ours", "theirs"):
        ids = [one[side] for one in value if one[side]]
        assert len(ids) == len(set(ids))
