"""What an operation changes, for an accountant to read: values before and after, and the rule that decided."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.table import Table
from rich.text import Text

from accordant.commands.output import cell, table

# {(object type, our key or @ and the other side's id): what people call the record}
RecordNames = Mapping[tuple[str, str], str]

LINES = "lines"
_IDS = frozenset({"id", "ours", "theirs"})  # of a line, on the two sides
_IN_RULES = {"new": "added", "removed": "removed"}  # how a rule calls what became of a line
_LINE_ORDER = ("item", "quantity", "unit_price", "unit_cost", "amount", "description")
_ADDRESS = ("line1", "line2", "line3", "line4", "line5", "city", "state", "postal_code", "country")
_EMPTY: tuple[Any, ...] = (None, "", {}, [])
# One difference in the rule of all lines: what the line is about, which field, and why.
_LINE_RULE = re.compile(r"line \d+ \((.*?)\) (\w+): (.*?)(?=; line \d+ \(|$)")


def changes_of(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each field that changes, with its value before and after and its rule; lines also row by row.

    Of a new record, each field that has a value.
    """
    found = []
    for name, was, becomes in _changed(operation["before"], operation["after"]):
        change = {"field": name, "from": was, "to": becomes, "rule": operation["rules"].get(name, "")}
        if name == LINES:
            change["rows"] = list(_rows(was or (), becomes or (), operation["side"]))
        found.append(change)
    return found


def _changed(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    old = before or {}
    for name in [*after, *(name for name in old if name not in after)]:
        was, becomes = old.get(name), after.get(name)
        if was != becomes and not (before is None and becomes in _EMPTY):
            yield name, was, becomes


# -- lines


def _rows(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], side: str) -> Iterator[Any]:
    """Yield the lines of the written record, each as it was and as it will be; a removed one comes last."""
    known = {line["id"]: line for line in before}
    pairs: list[tuple[Any, Any]] = [(known.pop(line[side], None), line) for line in after]
    pairs += [(line, None) for line in known.values()]
    for number, (was, becomes) in enumerate(pairs, start=1):
        yield _row(number, was, becomes)


def _row(number: int, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> dict[str, Any]:
    was, becomes = _values(before), _values(after)
    if was is None:
        change = "new"
    elif becomes is None:
        change = "removed"
    else:
        change = "as it was" if was == becomes else "changed"
    return {"line": number, "change": change, "from": was, "to": becomes}


def _values(line: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if line is None else {name: value for name, value in line.items() if name not in _IDS}


# -- references


def references_in(changes: Iterable[Mapping[str, Any]], types: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (object type, reference) of every record that the changes name; `types` is {field: object type}."""
    for change in changes:
        parts = [{change["field"]: change[end]} for end in ("from", "to")]
        parts += [row[end] or {} for row in change.get("rows", ()) for end in ("from", "to")]
        for part in parts:
            yield from ((types[name], value) for name, value in part.items() if name in types and value)


# -- for people


class Reader:
    """Puts values into words.

    Args:
        types: {field: object type} of the fields that refer to other records.
        names: what people call those records.
    """

    def __init__(self, types: Mapping[str, str], names: RecordNames) -> None:
        self._types, self._names = types, names

    def fields(self, changes: Iterable[Mapping[str, Any]]) -> Table | None:
        """Return the fields that change as a table; None where only lines do."""
        plain = [change for change in changes if change["field"] != LINES]
        with_rules = any(change["rule"] for change in plain)
        shown = table("      field", "from", "to", *(["rule"] if with_rules else []))
        for change in plain:
            name, rule = change["field"], [cell(change["rule"])] if with_rules else []
            ends = (cell(self.value(name, change[end])) for end in ("from", "to"))
            shown.add_row(cell(f"      {name}"), *ends, *rule)
        return shown if plain else None

    def lines(self, change: Mapping[str, Any]) -> Iterator[Table | Text]:
        """Yield the lines of a record: those that change as a table, each with its rule, and how many do not."""
        rows = [row for row in change["rows"] if row["change"] != "as it was"]
        columns = [name for name in _columns(rows) if any(self._cell(name, row) != "-" for row in rows)]
        rules = [_rule_of(row, change["rule"]) for row in rows]
        with_rules = any(rules)
        headings = (name.replace("_", " ") for name in columns)
        shown = table("      line", "", *headings, *(["rule"] if with_rules else []))
        for row, rule in zip(rows, rules, strict=True):
            cells = (cell(self._cell(name, row)) for name in columns)
            shown.add_row(cell(f"      {row['line']}"), row["change"], *cells, *([cell(rule)] if with_rules else []))
        yield shown
        if same := len(change["rows"]) - len(rows):
            yield Text(f"      {same:,} more, as {'it was' if same == 1 else 'they were'}", "dim")
        if change["rule"] and not with_rules:
            yield Text(f"      rule: {change['rule']}", "dim")

    def _cell(self, name: str, row: Mapping[str, Any]) -> str:
        ends = [self.value(name, row[end].get(name)) for end in ("from", "to") if row[end] is not None]
        return " → ".join(dict.fromkeys(ends))

    def value(self, field: str, value: Any) -> str:
        """Return a value as a person reads it; a reference by the name of its record."""
        if value in _EMPTY:
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, dict):
            return _in_one_line(value)
        if not isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        return self._reference(self._types[field], value) if field in self._types else value

    def _reference(self, object_type: str, reference: str) -> str:
        name = self._names.get((object_type, reference), reference)
        return name.removeprefix(f"{object_type.replace('_', ' ')} ")


def _rule_of(row: Mapping[str, Any], rule: str) -> str:
    """Return by which rules a line changes; `rule` has those of all lines, each with what its line is about."""
    was, becomes = row["from"] or {}, row["to"] or {}
    about = {str(line.get("item") or line.get("description") or "no item") for line in (was, becomes) if line}
    fields = {name for name in becomes if was and was.get(name) != becomes[name]} | {_IN_RULES.get(row["change"], "")}
    found = [(field, why) for what, field, why in _LINE_RULE.findall(rule) if what in about and field in fields]
    return "; ".join(why if len(found) == 1 else f"{field.replace('_', ' ')}: {why}" for field, why in found)


def _columns(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the fields of lines in the order in which people read an order."""
    found = {name for row in rows for end in ("from", "to") for name in row[end] or ()}
    return [*(name for name in _LINE_ORDER if name in found), *sorted(found.difference(_LINE_ORDER))]


def _in_one_line(value: Mapping[str, Any]) -> str:
    """Return an address, or named values, in one line."""
    if _ADDRESS[0] in value:
        return ", ".join(str(value[name]) for name in _ADDRESS if value.get(name))
    return ", ".join(f"{name}: {text}" for name, text in value.items())
