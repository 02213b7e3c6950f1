"""What a changed record does to the tables: operations that a person can read, and the rule that decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accordant.flows.printavo.tables import ROOTS
from accordant.sync.merge import Side
from accordant.sync.operations import Action, Operation, Severity, Trouble

Row = Mapping[str, Any]

BOOK = "company_order"
_PHASES = {table.record: place for place, table in enumerate(ROOTS)}
_GONE = len(_PHASES)
_BOOKS = 2 * len(_PHASES)
_NAMES = {"status": "name", "customer": "company_name", "contact": "full_name", "order": "visual_id"}
_SHOWN = {  # what a plan shows of a new record
    "status": ("name", "type"),
    "customer": ("company_name",),
    "contact": ("full_name", "email", "customer_id"),
    "order": ("kind", "visual_id", "nickname", "status_id", "customer_id", "total", "customer_due", "production_due"),
}
_PARTS = {
    "line_item_group": "groups", "line_item": "lines", "line_item_size": "sizes", "fee": "fees", "payment": "payments",
}  # fmt: skip
_HIDDEN = ("order_id", "company", "shown", "printavo_customer_due", "printavo_production_due", "seen_customer_due",
           "seen_production_due", "our_customer_due", "our_production_due", "customer_change",
           "production_change")  # fmt: skip
_IN_BOOK = ("visual_id", "nickname", "customer_name", "status", "customer_due", "production_due", "total")
_RULES = {
    "ours": "corrected in the table, and kept",
    "theirs": "changed in Printavo",
    ("both", True): "changed in both: Printavo wins",
    ("both", False): "changed in both: the table wins",
}
_DUE = (("customer", "customer_due"), ("production", "production_due"))


def operation(record: str, key: str, before: Row | None, after: Row | None, parts: Mapping[str, int]) -> Operation:
    """Return what a changed record of Printavo does to its table.

    Args:
        record: what it is.
        before, after: the whole rows; of an update only the fields that differ are shown.
        parts: {table: rows of it that change}.
    """
    name = str((after or before or {}).get(_NAMES[record]) or "")
    told = {part: f"{count} changed" for part, count in _told(parts).items()}
    if after is None:
        assert before is not None
        rule, shown = "not in Printavo any more", _only(before, _SHOWN[record])
        return _made(_GONE + _PHASES[record], record, key, Action.DEACTIVATE, rule, shown, {"gone": "yes"}, name)
    if before is None:
        return _made(
            _PHASES[record], record, key, Action.CREATE, "new in Printavo", None, _only(after, _SHOWN[record]), name
        )
    fields = [field for field in after if after[field] != before.get(field)]
    rule = f"changed in Printavo: {', '.join([*fields, *told])}"
    return _made(
        _PHASES[record], record, key, Action.UPDATE, rule, _only(before, fields), {**_only(after, fields), **told}, name
    )


def book_decisions(company: str, row: Row, *, printavo_wins: bool) -> Iterator[Operation | Trouble]:
    """Yield what changes in a company's table, and where a date that a person entered was decided on."""
    before, after, key = row["before"], row["after"], f"{company} {row['id']}"
    name = str(row["visual_id"] or row["id"])
    if after is None:
        yield _made(_BOOKS, BOOK, key, Action.UPDATE, _why_away(row), _only(before, _IN_BOOK), {"shown": "no"}, name)
        return
    yield from _dates_decided(company, key, row, printavo_wins=printavo_wins)
    if before is None:
        yield _made(
            _BOOKS, BOOK, key, Action.CREATE, f"an order of {company}", None, _only(after, _IN_BOOK), name,
            _rules(row, printavo_wins=printavo_wins),
        )  # fmt: skip
        return
    fields = [field for field in after if field not in _HIDDEN and after[field] != before.get(field)]
    if fields:
        yield _made(
            _BOOKS, BOOK, key, Action.UPDATE, f"changed: {', '.join(fields)}", _only(before, fields),
            _only(after, fields), name, _rules(row, printavo_wins=printavo_wins),
        )  # fmt: skip


def _why_away(row: Row) -> str:
    if not row["is_known"]:
        return "no order of Printavo: somebody entered it in the table"
    if row["is_gone"]:
        return "not in Printavo any more"
    return f"hidden: its status is {row['status_now']}, or its company changed"


def _rules(row: Row, *, printavo_wins: bool) -> dict[str, str]:
    found = {field: row[f"{side}_change"] for side, field in _DUE if row[f"{side}_change"]}
    return {field: _RULES[(change, printavo_wins) if change == "both" else change] for field, change in found.items()}


def _dates_decided(company: str, key: str, row: Row, *, printavo_wins: bool) -> Iterator[Trouble]:
    """Yield what a person should know: a correction that stands against Printavo, or that Printavo overruled."""
    words = _rules(row, printavo_wins=printavo_wins)
    for side, field in _DUE:
        change, seen = row[f"{side}_change"], row[f"seen_{field}"]
        theirs, ours = row[f"printavo_{field}"], row[f"our_{field}"]
        if row["shown"] and seen not in (ours, theirs):
            stood = f"{field.replace('_', ' ')}: {_day(seen)} stood in {company}_orders"
            sentence = f"{stood}; a file says {_day(ours)}, and counts."
            yield Trouble(
                Severity.WARNING, BOOK, key, "DUE_DATE_DECIDED", sentence, field=field, source=key,
                base_value=_day(seen), our_value=_day(ours), their_value=_day(theirs),
            )  # fmt: skip
        if change not in ("ours", "both"):
            continue
        sentence = (
            f"{field.replace('_', ' ')}: {_day(ours)} in {company}_orders, {_day(theirs)} in Printavo; {words[field]}."
        )
        code = "DUE_DATE_CORRECTED" if change == "ours" else "DUE_DATE_DECIDED"
        yield Trouble(
            Severity.WARNING, BOOK, key, code, sentence, field=field, source=key,
            our_value=_day(ours), their_value=_day(theirs),
        )  # fmt: skip


def _day(value: Any) -> str:
    return "(empty)" if value is None else value.isoformat()


def _told(parts: Mapping[str, int]) -> dict[str, int]:
    return {_PARTS[part]: count for part, count in sorted(parts.items())}


def _only(row: Row, fields: Any) -> dict[str, Any]:
    return {field: row.get(field) for field in fields}


def _made(
    phase: int, object_type: str, key: str, action: Action, rule: str, before: Row | None, after: Row, name: str,
    rules: Mapping[str, str] | None = None,
) -> Operation:  # fmt: skip
    return Operation(
        phase, key, object_type, key, action, rule, after, before=before, source=key, side=Side.OURS, name=name,
        rules=rules or {},
    )  # fmt: skip
