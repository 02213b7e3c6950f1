"""What validation would say of invoices that are not staged: the same suite and query, read without a run.

A run asks Great Expectations, which takes seconds to start. A preview puts the query of the suite to the records
themselves, and understands the plain rules of the suite; how many it leaves to the run is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from psycopg.types.json import Jsonb

from accordant.include_dir import include_dir, sql
from accordant.sync.text import shortened, storable

if TYPE_CHECKING:
    from accordant.store.database import Database
    from accordant.sync.records import StagedRow

Rule = dict[str, Any]
Options = Mapping[str, Any]
_SUITE, _QUERY, _TYPE = "mis_invoices.invoice", "mis_invoices/validate_invoice", "invoice"


def sayings(database: Database, rows: Sequence[StagedRow]) -> tuple[dict[str, list[dict[str, str]]], int]:
    """Return what validation would say of each record by its key, and how many rules only a run can check.

    Of the rules that one field fails, the first counts, as in a run.
    """
    rules = json.loads((include_dir() / "expectations" / f"{_SUITE}.json").read_text("utf-8"))["expectations"]
    plain = [rule for rule in rules if _is_plain(rule)]
    said: dict[str, list[dict[str, str]]] = {row.key: [] for row in rows}
    for row, found in zip(rows, _as_rules_read(database, rows), strict=True):
        for rule in plain:
            meta = rule["meta"]
            if meta["field"] not in {one["field"] for one in said[row.key]} and not _holds(rule, found):
                said[row.key].append(_saying(meta, found[meta["value"]]))
    return said, len(rules) - len(plain)


def _as_rules_read(database: Database, rows: Sequence[StagedRow]) -> Iterable[Options]:
    """Return the columns that the rules are about, in the order of the records."""
    query = "\n".join(line for line in sql(_QUERY).splitlines() if not line.startswith("--")).format(run_id="given")
    escaped = query.replace("%", "%%").replace("accordant.staged_record", "given")
    records = [
        {"seq": seq, "key": storable(row.key), "content": {name: _told(value) for name, value in row.content.items()}}
        for seq, row in enumerate(rows)
    ]
    statement = f"WITH given AS (\n{sql('store/given_records')}) {escaped}"
    with database.transaction() as connection:
        found = connection.execute(statement, {"object_type": _TYPE, "records": Jsonb(records)}).fetchall()
    return sorted(found, key=lambda row: int(row["seq"]))


def _told(value: object) -> object:
    return storable(value) if isinstance(value, str) else value


def _saying(meta: Mapping[str, str], value: object) -> dict[str, str]:
    shown = "(empty)" if value is None else repr(shortened(value))
    sentence = meta["sentence"].format(value=shown)
    return {"code": meta["code"], "severity": meta["severity"], "field": meta["field"], "sentence": sentence}


# -- the plain rules


def _is_between(value: Any, options: Options) -> bool:
    low, high = options.get("min_value"), options.get("max_value")
    if low is not None and (value < low or (options.get("strict_min") and value == low)):
        return False
    return high is None or value < high or (value == high and not options.get("strict_max"))


_CHECKS: dict[str, Callable[[Any, Options], bool]] = {
    "expect_column_values_to_be_between": _is_between,
    "expect_column_value_lengths_to_be_between": lambda value, options: _is_between(len(value), options),
    "expect_column_values_to_match_regex": lambda value, options: re.search(options["regex"], value) is not None,
    "expect_column_values_to_be_in_set": lambda value, options: value in options["value_set"],
}
_NOT_NULL = "expect_column_values_to_not_be_null"
_OPTIONS = {"column", "min_value", "max_value", "strict_min", "strict_max", "regex", "value_set"}


def _is_plain(rule: Rule) -> bool:
    return (rule["type"] == _NOT_NULL or rule["type"] in _CHECKS) and set(rule["kwargs"]) <= _OPTIONS


def _holds(rule: Rule, row: Options) -> bool:
    """Tell whether a rule holds of a row. As in Great Expectations, only one rule is about what is missing."""
    value = row[rule["kwargs"]["column"]]
    if rule["type"] == _NOT_NULL:
        return value is not None
    return value is None or _CHECKS[rule["type"]](value, rule["kwargs"])
