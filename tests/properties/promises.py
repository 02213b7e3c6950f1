"""What must hold whatever people, networks and power supplies do: nothing doubled, nothing lost, both sides agree."""

from __future__ import annotations

from collections import Counter
from typing import Any

from accordant.flows.qbd.proof import comparable
from accordant.flows.qbd.resolving import resolved
from accordant.sync.agree import GONE
from accordant.sync.pairs import UNBOUND
from tests.properties.memory_wms import MAPPINGS
from tests.properties.people import RESOURCES, People, Typed
from tests.properties.two_sides import FLOWS, Office, named

Json = dict[str, Any]
# QuickBooks changes these of a record without a new time of change; they come over with a later full compare.
UNTIMED = {"customer": {"balance", "total_balance"},
           "item": {"quantity_on_hand", "quantity_on_order", "quantity_on_sales_order"}}  # fmt: skip


def nothing_is_doubled(office: Office, people: People) -> None:
    """One record of QuickBooks per key of ours, one of ours per record of QuickBooks."""
    marks = Counter(
        row["externalId"] for every in RESOURCES.values() for name in every for row in office.list(name)
        if row.get("externalId")
    )  # fmt: skip
    doubled = {mark: count for mark, count in marks.items() if count > 1}
    assert not doubled, f"created more than once in QuickBooks: {doubled}"
    for object_type in MAPPINGS:
        ids = [row["quickbooks_id"] for row in office.shelf(object_type) if row["quickbooks_id"]]
        assert len(ids) == len(set(ids)), f"{object_type}s of the WMS share a record of QuickBooks: {ids}"
        theirs = {row["id"]: row for name in RESOURCES[object_type] for row in office.list(name)}
        for row in office.shelf(object_type):
            if ("ours", object_type, row["key"]) in people.made:
                continue
            assert row["quickbooks_id"], f"{object_type} {row['key']} of the WMS came from nowhere"
            twin = theirs.get(row["quickbooks_id"])
            assert twin is None or not twin.get("externalId") or people.removed, (
                f"{object_type} {row['quickbooks_id']} was made from the WMS and came back as {row['key']}"
            )


def both_sides_agree(office: Office, people: People) -> Counter[str]:
    """Every record is on both sides with the same content, or stands in a list with its reason.

    Returns:
        how many records each reason excuses.
    """
    excused: Counter[str] = Counter()
    keys = _bound_keys(office)
    for object_type, flow in FLOWS.items():
        reasons = {(row["object_type"], row["key"]): row["code"] for row in office.troubles(flow)}
        bindings = [row for (owner, _, _), row in office.store.binding.items() if owner == flow]
        for binding in bindings:
            key, remote_id = binding["key"], binding["remote_id"]
            why = reasons.get((object_type, key)) or reasons.get((object_type, UNBOUND + remote_id))
            if why:
                excused[why] += 1
            else:
                _agrees(people, object_type, binding, keys)
        bound = {("ours", row["key"]) for row in bindings} | {("theirs", row["remote_id"]) for row in bindings}
        for side, sign in (("ours", ""), ("theirs", UNBOUND)):
            for key in people.keys(side, object_type):
                if (side, key) in bound:
                    continue
                why = reasons.get((object_type, sign + key))
                why = why or _matched(reasons, office, side, object_type, key)
                assert why, f"{object_type} {key} is only on {side}, and nobody is told why"
                excused[why] += 1
    return excused


def _matched(reasons: dict[Any, str], office: Office, side: str, object_type: str, key: str) -> str:
    """Return why the record across that was matched with this one by its name or number was not linked."""
    seen = {place: row for place, row in office.store.side_record.items() if place[2] == object_type}
    mine = seen.get((FLOWS[object_type], side, object_type, key))
    if side == "ours" or mine is None:
        return ""
    found = [row["key"] for (_, other, _, _), row in seen.items()
             if other == "ours" and row["natural_key"] == mine["natural_key"]]  # fmt: skip
    return next((reasons[object_type, our_key] for our_key in found if (object_type, our_key) in reasons), "")


def _bound_keys(office: Office) -> dict[tuple[str, str], str]:
    return {
        (object_type, row["remote_id"]): row["key"]
        for object_type, flow in FLOWS.items()
        for (owner, _, _), row in office.store.binding.items()
        if owner == flow
    }


def _agrees(people: People, object_type: str, binding: Json, keys: dict[tuple[str, str], str]) -> None:
    mapping, kind = MAPPINGS[object_type], named(FLOWS[object_type]).kind  # type: ignore[attr-defined]
    key, remote_id = binding["key"], binding["remote_id"]
    ours, theirs = people.content("ours", object_type, key), people.content("theirs", object_type, remote_id)
    left = [content for content in (ours, theirs) if content is not None]
    if len(left) < 2:
        assert all(kind.is_retired(content) for content in left), (
            f"{object_type} {key} = {remote_id} was deleted on one side and is in use on the other"
        )
        return
    if GONE in binding["base"]:
        return
    theirs = resolved(mapping, theirs, lambda of, id: keys.get((of, id)) or UNBOUND + id)
    ours, theirs = comparable(kind, ours), comparable(kind, theirs)
    names = ours.keys() - UNTIMED.get(object_type, set())
    apart = {name: (ours[name], theirs[name]) for name in sorted(names) if ours[name] != theirs[name]}
    assert not apart, f"{object_type} {key} = {remote_id} differs, and nobody is told: {apart}"


def no_edit_is_lost(office: Office, people: People) -> None:
    """What somebody typed stands where they typed it, or an operation of a plan replaced it by a rule it names."""
    tried = [row for row in office.operations() if row["attempts"]]
    runs = {ran.run_id: place for place, ran in enumerate(office.runs)}
    for (side, object_type, key, name), typed in people.typed.items():
        content = people.content(side, object_type, key)
        if content is None or _value(content, name) == typed.value:
            continue
        assert any(
            _replaced(row, (side, object_type, key), name, typed) for row in tried
            if runs[row["run_id"]] >= typed.before_run - 1
        ) or _is_owners(people, side, object_type, key, name, content, office), (
            f"{typed.value!r} was typed into {name} of {object_type} {key} ({side}); "
            f"now it is {_value(content, name)!r}, and no rule says why"
        )  # fmt: skip


def _value(content: Json, name: Any) -> Any:
    if isinstance(name, str):
        return content.get(name)
    line = next((line for line in content["lines"] if line["id"] == name[0]), {})
    return line.get(name[1])


def _replaced(row: Json, place: tuple[str, str, str], name: Any, typed: Typed) -> bool:
    """Tell whether an operation knew of the value, wrote another, and says by which rule."""
    side, object_type, key = place
    written = row["key"] if side == "ours" else row["remote_id"]
    if (row["side"], row["object_type"], written) != (side, object_type, key) or row["before"] is None:
        return False
    field = name if isinstance(name, str) else "lines"
    if field not in row["after"] or not row["rules"].get(field):
        return False
    if field == "lines":
        line = next((line for line in row["before"]["lines"] if line["id"] == name[0]), None)
        return line is not None and (name[1] == "item" or line[name[1]] == typed.value)
    refers = name in MAPPINGS[object_type].references
    return refers or row["before"][field] == typed.value


def _is_owners(people: People, side: str, object_type: str, key: str, name: Any, content: Json, office: Office) -> bool:
    """Tell whether a field of the WMS that QuickBooks alone gives has QuickBooks' value."""
    kind = named(FLOWS[object_type]).kind  # type: ignore[attr-defined]
    if side != "ours" or name not in kind.policy.theirs:
        return False
    binding = office.store.binding.get((FLOWS[object_type], object_type, key))
    theirs = people.content("theirs", object_type, binding["remote_id"]) if binding else None
    return theirs is not None and theirs[name] == content[name]
