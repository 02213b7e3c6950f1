"""The WMS in memory: the statements of include/sql/wms/ as Python, its constraints, and its triggers on updated_at.

The columns are those of the mapping tables, which name a field as the WMS does.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from accordant.flows.qbd.fields import As, Field
from accordant.flows.qbd.mapping import RecordMapping
from accordant.flows.qbd_customers.mapping import CUSTOMERS
from accordant.flows.qbd_invoices.mapping import INVOICES
from accordant.flows.qbd_items.mapping import ITEMS, KIND_FIELDS
from accordant.flows.qbd_purchase_orders.mapping import PURCHASE_ORDERS
from accordant.flows.qbd_sales_orders.mapping import SALES_ORDERS
from accordant.flows.qbd_vendors.mapping import VENDORS
from accordant.sync.errors import RecordRejected

Row = dict[str, Any]
MAPPINGS: dict[str, RecordMapping] = {
    one.object_type: one for one in (VENDORS, CUSTOMERS, ITEMS, SALES_ORDERS, PURCHASE_ORDERS, INVOICES)
}
_REQUIRED = {"name", "kind", "customer", "vendor", "transaction_date"}
_TRUE = {"is_active"}  # a flag that nothing is said of
_SCALES = {As.MONEY: Decimal("0.01"), As.PRICE: Decimal("0.00001"), As.QUANTITY: Decimal("0.00001"),
           As.PERCENT: Decimal("0.00001")}  # fmt: skip
_COMMON_ITEM = {"kind", "name", "parent", "is_active", "sku", "sales_tax_code", "custom_fields"}
_TREES = {"customer", "item"}


class MemoryWms:
    """One warehouse system. A row holds `content`, `lines`, `updated_at` and `quickbooks_id`, and is never changed."""

    account = "memory/wms"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.tables: dict[str, dict[int, Row]] = {name: {} for name in MAPPINGS}
        self.numbers: Counter[str] = Counter()  # identity columns: never rolled back
        self.writes = 0

    # -- as accordant.hooks.wms.WmsHook

    def now(self) -> datetime:
        """Return the time by the clock of the WMS."""
        return self._now()

    def rows(self, name: str, **parameters: Any) -> Iterator[Row]:
        """Yield the rows of a query."""
        yield from self._do(name, parameters)

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[MemorySession]:
        """Give a session; put everything back on an exception."""
        before = {name: dict(table) for name, table in self.tables.items()}
        try:
            yield MemorySession(self._do)
            self.writes += write
        except BaseException:
            self.tables = before
            raise

    def _do(self, name: str, parameters: Row) -> list[Row]:
        for ending in ("by_quickbooks_id", "read", "lock", "update", "insert", "stamp", "delete"):
            if name.endswith(f"_{ending}"):
                found: list[Row] = getattr(self, f"_{ending}")(name.removesuffix(f"_{ending}"), **parameters)
                return found
        raise LookupError(name)

    # -- statements

    def _read(self, kind: str, since: datetime | None, keys: list[str] | None) -> list[Row]:
        return [
            self._shown(kind, key, row) for key, row in sorted(self.tables[kind].items())
            if (since is None or row["updated_at"] >= since) and (keys is None or str(key) in keys)
        ]  # fmt: skip

    def _shown(self, kind: str, key: int, row: Row) -> Row:
        content = {field.name: _as_read(field, row["content"].get(field.name)) for field in MAPPINGS[kind].fields}
        if kind in _TREES:
            content["full_name"] = self._full_name(kind, row)
        if (lines := MAPPINGS[kind].lines) is not None:
            content["lines"] = [
                {"id": str(line["id"]), **{f.name: _as_read(f, line["content"].get(f.name)) for f in lines.fields}}
                for line in row["lines"]
            ]
        known = {"updated_at": row["updated_at"], "quickbooks_id": row["quickbooks_id"]}
        return {"key": str(key), "content": json.loads(json.dumps(content)), **known}

    def _full_name(self, kind: str, row: Row) -> str:
        names, above = [row["content"]["name"]], row["content"].get("parent")
        while above is not None and len(names) <= 20:
            row = self.tables[kind][above]
            names.insert(0, row["content"]["name"])
            above = row["content"].get("parent")
        return ":".join(names) if above is None else str(names[-1])

    def _lock(self, kind: str, key: str) -> list[Row]:
        return [{"key": key}] if int(key) in self.tables[kind] else []

    def _by_quickbooks_id(self, kind: str, quickbooks_id: str) -> list[Row]:
        return [{"key": str(key)} for key, row in self.tables[kind].items() if row["quickbooks_id"] == quickbooks_id]

    def _insert(self, kind: str, content: str, quickbooks_id: str | None) -> list[Row]:
        given, key = json.loads(content), self._number(kind)
        made = self._content(kind, {}, given)
        self._check(kind, key, made)
        if quickbooks_id is not None and self._by_quickbooks_id(kind, quickbooks_id):
            return []
        lines = [
            self._line(kind, {}, line, self._number(f"{kind}_line")) for line in self._lines_given(kind, made, given)
        ]
        self.tables[kind][key] = {
            "content": made, "lines": lines, "quickbooks_id": quickbooks_id, "updated_at": self._now(),
        }  # fmt: skip
        return [{"key": str(key)}]

    def _update(self, kind: str, key: str, patch: str) -> list[Row]:
        given, number, table = json.loads(patch), int(key), self.tables[kind]
        if (old := table.get(number)) is None:
            return []
        made = self._content(kind, old["content"], given)
        self._check(kind, number, made)
        lines = old["lines"]
        if "lines" in given:
            known = {line["id"]: line for line in old["lines"]}
            lines = []
            fresh = []
            for place, line in enumerate(self._lines_given(kind, made, given)):
                if (was := known.get(int(line.get("id") or 0))) is not None:
                    lines.append((place, self._line(kind, was, line, was["id"])))
                else:
                    fresh.append((place, line))
            lines += [(place, self._line(kind, {}, line, self._number(f"{kind}_line"))) for place, line in fresh]
            lines = [line for _, line in sorted(lines, key=lambda one: one[0])]
        changed = made != old["content"] or _unstamped(lines) != _unstamped(old["lines"])
        moment = {"updated_at": self._now()} if changed else {}
        table[number] = {**old, "content": made, "lines": lines, **moment}
        if kind in _TREES and any(made.get(name) != old["content"].get(name) for name in ("name", "parent")):
            self._touch_below(kind, number)
        return [{"key": key}]

    def _stamp(self, kind: str, key: str, quickbooks_id: str, lines: str) -> list[Row]:
        number = int(key)
        if (old := self.tables[kind].get(number)) is None:
            return []
        if any(int(one["key"]) != number for one in self._by_quickbooks_id(kind, quickbooks_id)):
            raise RecordRejected("REFUSED_BY_WMS", "The WMS refused it: quickbooks_id is taken.")
        ids = {int(line["id"]): line["quickbooks_id"] for line in json.loads(lines)}
        kept = [{**line, "quickbooks_id": ids.get(line["id"], line["quickbooks_id"])} for line in old["lines"]]
        self.tables[kind][number] = {**old, "quickbooks_id": quickbooks_id, "lines": kept}
        return [{"key": key}]

    def _delete(self, kind: str, key: str) -> list[Row]:
        """What a person may do; refused while something refers to the record."""
        for other, table in self.tables.items():
            for number, row in table.items():
                if (other, number) != (kind, int(key)) and (kind, int(key)) in set(_references(other, row)):
                    raise RecordRejected("REFUSED_BY_WMS", "The WMS refused it: it is referred to.")
        return [{"key": key}] if self.tables[kind].pop(int(key), None) else []

    # -- rows

    def _number(self, name: str) -> int:
        self.numbers[name] += 1
        return self.numbers[name]

    def _content(self, kind: str, old: Row, given: Row) -> Row:
        """What jsonb_populate_record makes of a row and a patch."""
        columns = MAPPINGS[kind].fields
        if kind == "item":
            own = _COMMON_ITEM | KIND_FIELDS[given.get("kind") or old["kind"]]
            columns = tuple(field for field in columns if field.name in own)
        made = dict(old)
        for field in columns:
            if field.name in given or field.name not in made:
                made[field.name] = _stored(field, given.get(field.name))
        return made

    @staticmethod
    def _lines_given(kind: str, made: Row, given: Row) -> list[Row]:
        if kind == "item" and made["kind"] != "assembly":
            return []
        return given.get("lines") or []

    def _line(self, kind: str, old: Row, given: Row, number: int) -> Row:
        mapped = MAPPINGS[kind].lines
        assert mapped is not None
        content = dict(old.get("content", {}))
        for field in mapped.fields:
            if field.name in given or field.name not in content:
                content[field.name] = _stored(field, given.get(field.name))
        self._refer(mapped.fields, content)
        return {"id": number, "content": content, "quickbooks_id": given.get("quickbooks_id", old.get("quickbooks_id"))}

    def _check(self, kind: str, key: int, content: Row) -> None:
        for name in _REQUIRED & content.keys():
            if content[name] is None:
                raise RecordRejected("REFUSED_BY_WMS", f"The WMS refused it: {name} is null.")
        if content.get("parent") == key:
            raise RecordRejected("REFUSED_BY_WMS", "The WMS refused it: its own parent.")
        self._refer(MAPPINGS[kind].fields, content)

    def _refer(self, fields: tuple[Field, ...], content: Row) -> None:
        for field in fields:
            reference = content.get(field.name) if field.holds is As.RECORD else None
            if reference is not None and reference not in self.tables[field.of]:
                raise RecordRejected("REFUSED_BY_WMS", f"The WMS refused it: no such {field.of}.")

    def _touch_below(self, kind: str, number: int, depth: int = 0) -> None:
        for key, row in list(self.tables[kind].items()):
            if row["content"].get("parent") == number and depth < 20:
                self.tables[kind][key] = {**row, "updated_at": self._now()}
                self._touch_below(kind, key, depth + 1)


class MemorySession:
    """A transaction in the WMS."""

    def __init__(self, do: Callable[[str, Row], list[Row]]) -> None:
        self._do = do

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        """Return the rows of a statement."""
        return self._do(name, parameters)


def _references(kind: str, row: Row) -> Iterator[tuple[str, int]]:
    mapping = MAPPINGS[kind]
    for fields, contents in (
        (mapping.fields, [row["content"]]),
        (mapping.lines.fields if mapping.lines else (), [o["content"] for o in row["lines"]]),
    ):
        for content in contents:
            for field in fields:
                if field.holds is As.RECORD and content.get(field.name) is not None:
                    yield field.of, content[field.name]


def _unstamped(lines: list[Row]) -> list[Any]:
    return [(line["id"], line["content"]) for line in lines]


def _stored(field: Field, value: Any) -> Any:
    """A JSON value as its column holds it."""
    if field.holds is As.FLAG:
        return field.name in _TRUE if value is None else value
    if field.holds is As.NAMES:
        return value or {}
    if value is None:
        return None
    if field.holds in _SCALES:
        return Decimal(str(value)).quantize(_SCALES[field.holds], ROUND_HALF_UP)
    return int(value) if field.holds is As.RECORD else value


def _as_read(field: Field, value: Any) -> Any:
    if field.holds is As.NAMES:
        return value or {}
    return str(value) if isinstance(value, Decimal) or (field.holds is As.RECORD and value is not None) else value
