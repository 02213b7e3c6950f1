"""The operations on one record, in the order they must go, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from accordant.sync.agree import GONE, agree
from accordant.sync.merge import Names, Side
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.pairs import UNBOUND, Kind, Pair, Seen
from accordant.sync.policy import MergePolicy

BASE = {"name": "Acme", "parent": "", "is_active": True}


def kind(**words: Any) -> Kind:
    policy = MergePolicy.model_validate({"kind": "authority", "authority": "ours", **words.pop("policy", {})})
    return Kind(
        "customer", tuple(BASE), policy, Names("the WMS", "QuickBooks"), {"is_active": False},
        references={"parent": "customer"}, **words,
    )  # fmt: skip


def seen(key: str, gone: bool = False, **values: Any) -> Seen:
    return Seen(key, {**BASE, **values}, f"hash of {key}", gone=gone)


def pair(ours: Seen | None, theirs: Seen | None, base: dict[str, Any] | None = None, **words: Any) -> Pair:
    return Pair(ours.key if ours else "", theirs.key if theirs else "", "customer Acme", ours, theirs, base,
                "mark" if base else "", **words)  # fmt: skip


def operations(found: list[Operation | Trouble]) -> list[Operation]:
    assert all(isinstance(one, Operation) for one in found), found
    return [one for one in found if isinstance(one, Operation)]


def troubles(found: list[Operation | Trouble]) -> list[tuple[Severity, str]]:
    return [(one.severity, one.code) for one in found if isinstance(one, Trouble)]


def planned(one: Pair, what: Kind, held: Callable[[Side, str, str], bool] | None = None) -> list[Operation | Trouble]:
    return list(agree(one, what, held) if held else agree(one, what))


def test_a_record_of_one_side_is_created_on_the_other() -> None:
    (there,) = operations(planned(pair(seen("1"), None), kind()))
    assert (there.action, there.side, there.key, there.rule) == (Action.CREATE, Side.THEIRS, "1", "only in the WMS")
    (here,) = operations(planned(pair(None, seen("A")), kind()))
    assert (here.action, here.side, here.remote_id) == (Action.CREATE, Side.OURS, "A")
    assert here.key == UNBOUND + "A", "it has no key of ours yet"


def test_a_one_way_flow_creates_nothing_at_its_source_and_says_so() -> None:
    what = kind(policy={"kind": "one way", "authority": "theirs"}, creates=frozenset({Side.OURS}))
    assert troubles(planned(pair(seen("1"), None), what)) == [(Severity.WARNING, "NOT_CREATED")]


def test_a_record_that_waits_for_another_is_held_and_not_sent() -> None:
    found = planned(pair(seen("1", parent="9"), None), kind(), lambda *_: True)
    assert troubles(found) == [(Severity.HELD, "WAITS_FOR_REFERENCE")]


def test_equal_records_that_meet_are_linked_and_nothing_is_written() -> None:
    (link,) = operations(planned(pair(seen("1"), seen("A"), how="same full name"), kind()))
    assert (link.action, link.rule, link.settles) == (Action.LINK, "same full name", True)
    assert link.base == BASE


def test_records_that_meet_with_differences_are_linked_before_either_is_written() -> None:
    found = operations(planned(pair(seen("1", name="A", parent="2"), seen("A", name="B")), kind()))
    assert [one.action for one in found] == [Action.LINK, Action.UPDATE]
    assert (found[0].settles, found[1].follows, found[1].settles) == (False, True, True)


def test_our_side_is_written_first_and_each_write_says_what_is_agreed_after_it() -> None:
    ours, theirs = seen("1", name="New"), seen("A", is_active=False)
    first, second = operations(planned(pair(ours, theirs, BASE), kind()))
    assert (first.side, first.action, first.settles, first.follows) == (Side.OURS, Action.DEACTIVATE, False, False)
    assert (second.side, second.action, second.settles, second.follows) == (Side.THEIRS, Action.UPDATE, True, True)
    assert first.base == {**BASE, "is_active": False}, "the new name is not agreed before it is written"
    assert second.base == {"name": "New", "parent": "", "is_active": False}
    assert (first.seen, second.seen) == ("hash of 1", "hash of A")


def test_a_part_that_waits_leaves_the_record_unsettled_and_the_rest_goes() -> None:
    ours, theirs = seen("1", parent="9"), seen("A", name="New")
    found = planned(pair(ours, theirs, BASE), kind(), lambda side, *_: side is Side.THEIRS)
    assert troubles(found) == [(Severity.HELD, "WAITS_FOR_REFERENCE")]
    (write,) = [one for one in found if isinstance(one, Operation)]
    assert (write.side, write.after, write.settles) == (Side.OURS, {"name": "New"}, False)


def test_a_conflict_waits_for_a_person_and_the_other_fields_go() -> None:
    ours, theirs = seen("1", name="A", is_active=False), seen("A", name="B")
    found = planned(pair(ours, theirs, BASE), kind(policy={"ask": True}))
    assert troubles(found) == [(Severity.CONFLICT, "BOTH_CHANGED")]
    (write,) = [one for one in found if isinstance(one, Operation)]
    assert (write.after, write.settles) == ({"is_active": False}, False)


def test_what_was_deleted_in_quickbooks_is_retired_in_the_wms_and_never_deleted() -> None:
    (write,) = operations(planned(pair(seen("1"), seen("A", gone=True), BASE), kind()))
    assert (write.side, write.action, write.after) == (Side.OURS, Action.DEACTIVATE, {"is_active": False})
    assert write.rules == {"is_active": "deleted in QuickBooks: retired, never deleted"}
    assert write.base[GONE] == "theirs"


def test_what_was_deleted_in_the_wms_is_retired_in_quickbooks() -> None:
    (write,) = operations(planned(pair(seen("1", gone=True), seen("A"), BASE), kind()))
    assert (write.side, write.after) == (Side.THEIRS, {"is_active": False})
    assert write.base[GONE] == "ours"


def test_what_was_retired_already_needs_no_write_when_the_other_side_deletes_it() -> None:
    (link,) = operations(planned(pair(seen("1", is_active=False), seen("A", gone=True), BASE), kind()))
    assert link.action is Action.LINK


def test_a_deleted_record_that_somebody_takes_into_use_again_is_for_a_person() -> None:
    gone = {**BASE, "is_active": False, GONE: "theirs"}
    found = planned(pair(seen("1"), seen("A", gone=True), gone), kind())
    assert troubles(found) == [(Severity.CONFLICT, "RECORD_GONE")]


def test_an_agreed_record_that_is_not_read_any_more_is_no_deletion() -> None:
    assert troubles(planned(pair(seen("1"), None, BASE), kind())) == [(Severity.CONFLICT, "RECORD_GONE")]


def test_records_that_differ_in_what_cannot_change_are_not_linked() -> None:
    what = kind(fixed=("name",))
    found = planned(pair(seen("1", name="A"), seen("A", name="B")), what)
    assert troubles(found) == [(Severity.CONFLICT, "FIXED_FIELD_DIFFERS")]
