"""What must change on each side, and what stands as agreed while nothing is written yet."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.lines import LineKind
from accordant.sync.merge import Names, Side
from accordant.sync.pairs import Kind, Pair, Seen
from accordant.sync.patches import agreed_so_far, differences, patches_of
from accordant.sync.policy import MergePolicy

NAMES = Names("the WMS", "QuickBooks")
FIELDS = ("name", "phone")


def kind(**words: Any) -> Kind:
    lines = words.pop("lines", None)
    policy = MergePolicy.model_validate({"kind": "authority", "authority": "ours", **words})
    return Kind("customer", FIELDS, policy, NAMES, {"is_active": False}, lines)


def changed(base: dict[str, Any] | None, ours: dict[str, Any], theirs: dict[str, Any], what: Kind) -> Any:
    pair = Pair("1", "A", "Acme", Seen("1", ours), Seen("A", theirs), base)
    assert pair.ours is not None
    assert pair.theirs is not None
    found = differences(pair, what, pair.ours, pair.theirs)
    return found, agreed_so_far(pair, what, pair.ours, found), patches_of(what, found, pair.ours, pair.theirs)


BASE = {"name": "Acme", "phone": "1"}


def test_what_each_side_changed_alone_goes_to_the_other() -> None:
    _, _, (mine, others) = changed(BASE, {"name": "Acme Ltd", "phone": "1"}, {"name": "Acme", "phone": "2"}, kind())
    assert (mine.before, mine.after) == ({"phone": "1"}, {"phone": "2"})
    assert (others.before, others.after) == ({"name": "Acme"}, {"name": "Acme Ltd"})
    assert mine.rules == {"phone": "changed in QuickBooks only"}
    assert others.rules == {"name": "changed in the WMS only"}


def test_contact_details_changed_only_in_the_wms_are_pushed() -> None:
    customers = kind(authority="theirs", exceptions=("phone",))
    _, _, (mine, others) = changed(BASE, {"name": "Acme", "phone": "2"}, dict(BASE), customers)
    assert mine.after == {}
    assert others.after == {"phone": "2"}


def test_an_authority_takes_back_what_only_the_other_side_changed() -> None:
    customers = kind(authority="theirs", exceptions=("phone",))
    _, _, (mine, others) = changed(BASE, {"name": "Renamed", "phone": "1"}, dict(BASE), customers)
    assert mine.after == {"name": "Acme"}
    assert mine.rules == {"name": "QuickBooks owns this field"}
    assert others.after == {}


def test_what_both_changed_is_written_where_the_policy_says() -> None:
    ours, theirs = {"name": "Acme", "phone": "2"}, {"name": "Acme", "phone": "3"}
    _, _, (mine, others) = changed(BASE, ours, theirs, kind())
    assert (mine.after, others.after) == ({}, {"phone": "2"})
    _, _, (mine, others) = changed(BASE, ours, theirs, kind(authority="theirs"))
    assert (mine.after, others.after) == ({"phone": "3"}, {})


def test_nothing_is_written_of_a_field_that_a_person_must_decide() -> None:
    found, agreed, (mine, others) = changed(
        BASE, {"name": "A", "phone": "2"}, {"name": "B", "phone": "1"}, kind(ask=True)
    )
    assert [one.name for one in found.asked] == ["name"]
    assert (mine.after, others.after) == ({}, {"phone": "2"})
    assert agreed["name"] == "Acme", "until somebody answers, the old agreement stands"


def test_where_the_sides_differ_the_old_agreement_stands_until_something_is_written() -> None:
    _, agreed, _ = changed(BASE, {"name": "Acme", "phone": "2"}, {"name": "Acme", "phone": "3"}, kind())
    assert agreed == BASE


def test_at_first_meeting_nothing_is_agreed_of_a_field_that_differs() -> None:
    _, agreed, _ = changed(None, {"name": "Acme", "phone": "2"}, {"name": "Acme", "phone": "3"}, kind())
    assert agreed == {"name": "Acme"}


def test_at_first_meeting_what_is_empty_is_filled_in_on_either_side() -> None:
    customers = kind(authority="theirs", exceptions=())
    _, _, (mine, others) = changed(None, {"name": "Acme", "phone": ""}, {"name": "", "phone": "3"}, customers)
    assert (mine.after, others.after) == ({"phone": "3"}, {"name": "Acme"})


def test_lines_go_only_to_the_side_that_has_not_got_them() -> None:
    what = kind(lines=LineKind(("item", "quantity")))
    line = {"item": "bolt", "quantity": "1"}
    base = {**BASE, "lines": [{**line, "ours": "1", "theirs": "A"}]}
    ours = {**BASE, "lines": [{**line, "id": "1", "quantity": "2"}]}
    theirs = {**BASE, "lines": [{**line, "id": "A"}]}
    _, agreed, (mine, others) = changed(base, ours, theirs, what)
    assert mine.after == {}
    assert others.after == {"lines": [{"item": "bolt", "quantity": "2", "ours": "1", "theirs": "A"}]}
    assert others.rules == {"lines": "line 1 (bolt) quantity: changed in the WMS only"}
    assert agreed["lines"] == base["lines"]


VALUES = st.fixed_dictionaries({name: st.sampled_from(["", "1", "2", "3"]) for name in FIELDS})
POLICIES = st.sampled_from([
    {}, {"authority": "theirs"}, {"authority": "theirs", "exceptions": ("phone",)}, {"kind": "one way"},
    {"kind": "latest timestamp", "authority": None},
])  # fmt: skip


@given(st.none() | VALUES, VALUES, VALUES, POLICIES)
def test_once_the_patches_are_applied_both_sides_are_equal(base: Any, ours: Any, theirs: Any, words: Any) -> None:
    _, agreed, (mine, others) = changed(base, ours, theirs, kind(**words))
    assert {**ours, **mine.after} == {**theirs, **others.after} == {**agreed, **mine.after, **others.after}
    assert mine.before == {name: ours[name] for name in mine.after}
    assert mine.rules.keys() == mine.after.keys()


@given(st.none() | VALUES, VALUES, VALUES, POLICIES, st.sampled_from(list(Side)))
def test_a_run_that_dies_between_its_two_writes_is_taken_up_where_it_stopped(
    base: Any, ours: Any, theirs: Any, words: Any, written: Side
) -> None:
    """After one of two patches, the next plan has the other one, or nothing."""
    what = kind(**words)
    _, agreed, (mine, others) = changed(base, ours, theirs, what)
    if written is Side.OURS:
        ours, agreed = {**ours, **mine.after}, {**agreed, **mine.after}
        missing = others.after
    else:
        theirs, agreed = {**theirs, **others.after}, {**agreed, **others.after}
        missing = mine.after
    _, _, (mine, others) = changed(agreed if base is not None else None, ours, theirs, what)
    if base is not None:
        assert (mine.after, others.after) == (({}, missing) if written is Side.OURS else (missing, {}))
