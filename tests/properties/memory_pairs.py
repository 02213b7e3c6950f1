"""The pairs of records that a plan is made of: what include/sql/store/pairs_*.sql select, in Python."""

from __future__ import annotations

from collections import Counter
from typing import Any

Row = dict[str, Any]
Table = dict[tuple[str, ...], Row]
Match = tuple[str, str, str, int, int]  # our key, their key, how, and how many of each side share the natural key


def changed(side_record: Table, binding: Table, flow: str, object_type: str) -> list[Row]:
    """Bound records of which either side is not as it was agreed."""
    found = []
    for b, o, t in _bound(side_record, binding, flow, object_type):
        moved = _get(o, "hash") != b["ours_hash"] or _get(t, "hash") != b["theirs_hash"]
        if moved and _get(o, "valid", True) and _get(t, "valid", True):
            found.append(_pair(b, o, t))
    return found


def touched(side_record: Table, binding: Table, flow: str, object_type: str, run_id: str) -> list[Row]:
    """Bound records that a run wrote, or saw changed on either side."""
    found = []
    for b, o, t in _bound(side_record, binding, flow, object_type):
        if run_id in (b["run_id"], _get(o, "run_id"), _get(t, "run_id")):
            agreed = {"agreed_ours": b["ours_hash"], "agreed_theirs": b["theirs_hash"]}
            found.append({**_pair(b, o, t), **agreed})
    return found


def _bound(side_record: Table, binding: Table, flow: str, object_type: str) -> list[tuple[Row, Row | None, Row | None]]:
    rows = [row for (owner, kind, _), row in binding.items() if (owner, kind) == (flow, object_type)]
    return [
        (
            b, side_record.get((flow, "ours", object_type, b["key"])),
            side_record.get((flow, "theirs", object_type, b["remote_id"])),
        )
        for b in sorted(rows, key=lambda row: row["key"].encode())
    ]  # fmt: skip


def _pair(b: Row, o: Row | None, t: Row | None) -> Row:
    head = {name: b[name] for name in ("key", "remote_id", "base", "base_hash")}
    return {**head, **_sides(o, t)}


def _sides(o: Row | None, t: Row | None) -> Row:
    sides = {"revision": _get(t, "revision")}
    for side, row in (("ours", o), ("theirs", t)):
        sides[side] = _get(row, "content")
        sides |= {f"{side}_{name}": _get(row, name) for name in ("hash", "changed_at", "gone", "name")}
    return sides


def _get(row: Row | None, name: str, otherwise: Any = None) -> Any:
    return otherwise if row is None else row[name]


def unbound(side_record: Table, binding: Table, flow: str, object_type: str) -> list[Row]:
    """Records of either side that are not agreed yet, matched by id, by mark and by natural key."""
    bound = [row for (owner, kind, _), row in binding.items() if (owner, kind) == (flow, object_type)]
    ours_bound, theirs_bound = {row["key"] for row in bound}, {row["remote_id"] for row in bound}
    here = {side: _of(side_record, flow, side, object_type) for side in ("ours", "theirs")}
    mine = {key: row for key, row in here["ours"].items() if not row["gone"] and key not in ours_bound}
    other = {key: row for key, row in here["theirs"].items() if key not in theirs_bound}
    found = _found(mine, other)
    mine_found, other_found = {m for m, _, _ in found}, {o for _, o, _ in found}
    free_mine = {key: row for key, row in mine.items() if key not in mine_found}
    free_other = {key: row for key, row in other.items() if not row["gone"] and key not in other_found}
    matched = [(m, o, how, 1, 1) for m, o, how in found] + _by_natural_key(free_mine, free_other)
    taken = _taken(here, ours_bound, theirs_bound)
    rows = [_row(one, mine, other, taken) for one in matched]
    return sorted((row for row in rows if row is not None), key=_order)


def _of(side_record: Table, flow: str, side: str, object_type: str) -> dict[str, Row]:
    wanted = (flow, side, object_type)
    return {place[3]: row for place, row in side_record.items() if place[:3] == wanted}


def _found(mine: dict[str, Row], other: dict[str, Row]) -> list[tuple[str, str, str]]:
    by_id = [(m, row["link"]) for m, row in mine.items() if row["link"] and row["link"] in other]
    mine_by_id, other_by_id = {m for m, _ in by_id}, {o for _, o in by_id}
    by_mark = [
        (m, o) for m, row in mine.items() for o, theirs in other.items()
        if row["mark"] and row["mark"] == theirs["mark"] and not theirs["gone"]
        and m not in mine_by_id and o not in other_by_id
    ]  # fmt: skip
    return [(m, o, "the id it keeps") for m, o in by_id] + [(m, o, "our mark") for m, o in by_mark]


def _by_natural_key(mine: dict[str, Row], other: dict[str, Row]) -> list[Match]:
    n_mine = Counter(row["natural_key"] for row in mine.values())
    n_other = Counter(row["natural_key"] for row in other.values())
    n_mine[""] = n_other[""] = 1
    found = []
    for m, row in mine.items():
        nk = row["natural_key"]
        partners = [o for o, theirs in other.items() if nk and theirs["natural_key"] == nk]
        found += [(m, o, "natural key", n_mine[nk], n_other[nk]) for o in partners]
        if not partners:
            found.append((m, "", "natural key", n_mine[nk], 0))
    keys = {row["natural_key"] for row in mine.values()} - {""}
    for o, theirs in other.items():
        if theirs["natural_key"] not in keys:
            found.append(("", o, "natural key", 0, n_other[theirs["natural_key"]]))
    return found


def _taken(here: dict[str, dict[str, Row]], ours_bound: set[str], theirs_bound: set[str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for side, keys in (("ours", ours_bound), ("theirs", theirs_bound)):
        for key, row in here[side].items():
            if row["natural_key"] and not row["gone"] and key in keys:
                place = (side, row["natural_key"])
                found[place] = min(found.get(place, row["name"]), row["name"])
    return found


def _row(match: Match, mine: dict[str, Row], other: dict[str, Row], taken: dict[tuple[str, str], str]) -> Row | None:
    our_key, their_key, how, n_mine, n_other = match
    o, t = mine.get(our_key) if our_key else None, other.get(their_key) if their_key else None
    if not (_get(o, "valid", True) and _get(t, "valid", True)):
        return None
    natural = o["natural_key"] if o is not None else t["natural_key"] if t is not None else ""
    alone = o is None or t is None
    taken_by = taken.get(("ours" if o is None else "theirs", natural), "") if alone and natural else ""
    return {
        "how": how, "mine": n_mine, "others": n_other, "key": our_key, "remote_id": their_key,
        "link": _get(o, "link", ""), "base": None, "base_hash": "", **_sides(o, t), "taken_by": taken_by,
        "rank": _get(o, "rank", _get(t, "rank")),
    }  # fmt: skip


def _order(row: Row) -> tuple[int, bytes, bytes]:
    key, remote_id = row["key"], row["remote_id"]
    return row["rank"], (key or "@" + remote_id).encode(), remote_id.encode()
