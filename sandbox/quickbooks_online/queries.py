"""Answers queries: by index where there is one, by looking at every object where there is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from itertools import islice
from operator import ge, gt, le, lt
from typing import Any

from sandbox.quickbooks_online.books import FAMILIES, Books, id_order
from sandbox.quickbooks_online.company_info import SINGLES, company_info, preferences
from sandbox.quickbooks_online.errors import invalid_query
from sandbox.quickbooks_online.filterable import (
    DAY,
    FILTERABLE,
    FLAG,
    HIDE_INACTIVE,
    ID,
    INSIDE,
    MOMENT,
    NUMBER,
    ONLY_WHEN_ASKED,
    REF,
    TEXT,
)
from sandbox.quickbooks_online.query_language import Condition, Query, read_query
from sandbox.quickbooks_online.record import Record, Values, encoded
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.shapes import NAME_PROPERTY, SHAPES
from sandbox.quickbooks_online.times import moment

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {"<": lt, ">": gt, "<=": le, ">=": ge}
_KEY = NAME_PROPERTY | {"Invoice": "DocNumber"}
# The vendor takes `from customer` too.
_PROPER = {name.lower(): name for name in (*FILTERABLE, *SINGLES)}
Test = Callable[[Record], bool]


class Queries:
    """Answers queries about the books."""

    def __init__(self, books: Books, settings: Settings) -> None:
        self._books, self._settings = books, settings
        # The pages of one query follow each other: what the first page found is kept for the next.
        self._last: tuple[Any, list[Record]] | None = None

    def answer(self, text: str, *, repeated: bool = False) -> bytes:
        """The value of `QueryResponse`.

        Args:
            repeated: every page but the first begins with rows of the page before.

        Raises:
            Refusal: 4000 or 4001.
        """
        query = read_query(text)
        query.entity = _PROPER.get(query.entity.lower(), query.entity)
        if query.entity in SINGLES:
            return self._single(query)
        if query.entity not in FILTERABLE:
            raise invalid_query(f"{query.entity} is not queryable")
        self._check_columns(query)
        if query.count:
            return encoded({"totalCount": sum(1 for _ in self._found(query))})
        first = query.start - 1
        if repeated and first:
            first = max(0, first - max(1, min(10, query.most // 4)))
        rows = list(islice(self._found(query), first, first + query.most))
        return self._page(query, rows)

    def _page(self, query: Query, rows: list[Record]) -> bytes:
        if not rows:
            return b"{}"
        shown = b",".join(self._shown(query, row) for row in rows)
        head = f'{{"{query.entity}":['.encode()
        return head + shown + f'],"startPosition":{query.start},"maxResults":{len(rows)}}}'.encode()

    def _shown(self, query: Query, row: Record) -> bytes:
        zone = self._settings.zone
        hidden = [one for one in ONLY_WHEN_ASKED.get(query.entity, ()) if one not in query.columns]
        if "*" in query.columns and not hidden:
            return row.json(zone)
        values = row.full(zone)
        if "*" in query.columns:
            return encoded({key: value for key, value in values.items() if key not in hidden})
        wanted = {"domain", *(column.partition(".")[0] for column in query.columns)}
        return encoded({key: value for key, value in values.items() if key in wanted} | {"sparse": True})

    def _single(self, query: Query) -> bytes:
        made = company_info(self._settings) if query.entity == "CompanyInfo" else preferences(self._settings)
        if query.count:
            return b'{"totalCount":1}'
        return encoded({query.entity: [made], "startPosition": 1, "maxResults": 1})

    @staticmethod
    def _check_columns(query: Query) -> None:
        for column in query.columns:
            name = column.partition(".")[0]
            if name != "*" and name not in SHAPES[query.entity]:
                raise invalid_query(f"Property {column} not found for Entity {query.entity}")
        for name in [one.field for one in query.conditions] + [name for name, _ in query.order]:
            if name not in FILTERABLE[query.entity]:
                raise invalid_query(f"property '{name}' is not queryable")

    # -- finding

    def _found(self, query: Query) -> Iterable[Record]:
        tests = [self._test(query.entity, one) for one in query.conditions]
        if query.entity in HIDE_INACTIVE and not any(one.field == "Active" for one in query.conditions):
            tests.append(lambda record: record.active)
        if not query.conditions and not query.order:
            return (one for one in self._books.all(query.entity) if all(test(one) for test in tests))
        asked = (query.entity, tuple(query.conditions), tuple(query.order), self._settings.query_ignores_case)
        if self._last is None or self._last[0] != (self._books.version, asked):
            rows = [one for one in self._candidates(query) if all(test(one) for test in tests)]
            for name, descending in reversed(query.order):
                kind = FILTERABLE[query.entity][name]
                rows.sort(key=lambda one, name=name, kind=kind: self._sort_key(one, name, kind), reverse=descending)  # type: ignore[misc]
            self._last = ((self._books.version, asked), rows)
        return self._last[1]

    def _candidates(self, query: Query) -> Iterable[Record]:
        """The objects that can fit, by the best index there is."""
        table = self._books.tables[query.entity]
        for one in query.conditions:
            if one.operator not in ("=", "IN"):
                continue
            if one.field == "Id":
                found = (table.get(value) for value in one.values)
                return sorted({id(each): each for each in found if each}.values(), key=id_order)
            if one.field == _KEY[query.entity]:
                named = (self._books.by_key(FAMILIES[query.entity], value) for value in one.values)
                several = {id(each): each for some in named for each in some if each.kind == query.entity}
                return sorted(several.values(), key=id_order)
            if one.field == "CustomerRef":
                owned = (self._books.of_customer(value) for value in dict.fromkeys(one.values))
                return sorted((each for some in owned for each in some), key=id_order)
        return table.values()

    def _test(self, entity: str, condition: Condition) -> Test:
        name, kind = condition.field, FILTERABLE[entity][condition.field]
        read = self._reader(name)
        if condition.operator == "LIKE":
            pattern = self._pattern(condition.values[0])
            return lambda record: pattern.fullmatch(str(read(record) or "")) is not None
        wanted = [self._wanted(kind, value) for value in condition.values]
        if condition.operator in ("=", "IN"):
            known = set(wanted)
            return lambda record: self._comparable(kind, read(record)) in known
        compare, limit = _COMPARE[condition.operator], wanted[0]

        def test(record: Record) -> bool:
            value = self._comparable(kind, read(record))
            return value is not None and compare(value, limit)

        return test

    def _pattern(self, like: str) -> re.Pattern[str]:
        ignoring = re.IGNORECASE if self._settings.query_ignores_case else 0
        return re.compile(".*".join(re.escape(part) for part in like.split("%")), re.DOTALL | ignoring)

    def _wanted(self, kind: str, value: str) -> Any:
        if kind == MOMENT:
            found = moment(value, self._settings.zone)
            if found is None:
                raise invalid_query(f"value {value} is no time")
            return found
        if kind == FLAG and value.lower() not in ("true", "false"):
            raise invalid_query(f"value {value} is neither true nor false")
        if kind == FLAG:
            return value.lower() == "true"
        try:
            return self._comparable(kind, value)
        except InvalidOperation as error:
            raise invalid_query(f"value {value} is no number") from error

    def _comparable(self, kind: str, value: Any) -> Any:
        if value is None or kind in (MOMENT, FLAG):
            return value
        if kind == NUMBER:
            return Decimal(str(value))
        if kind in (ID, REF):
            return int(value) if str(value).isdecimal() else value
        if kind == TEXT and self._settings.query_ignores_case:
            return str(value).lower()
        return value[:10] if kind == DAY else value

    def _sort_key(self, record: Record, name: str, kind: str) -> Any:
        value = self._comparable(kind, self._reader(name)(record))
        if kind == TEXT:
            value = str(value or "").lower()
        return (value is not None, value if kind != ID else id_order(record))

    @staticmethod
    def _reader(name: str) -> Callable[[Record], Any]:
        """How a property is read; those that need no JSON are quick."""
        quick: dict[str, Callable[[Record], Any]] = {
            "Id": lambda one: one.id,
            "DisplayName": lambda one: one.key,
            "Name": lambda one: one.key,
            "DocNumber": lambda one: one.key or None,
            "Active": lambda one: one.active,
            "TxnDate": lambda one: one.date,
            "CustomerRef": lambda one: one.customer,
            "MetaData.CreateTime": lambda one: one.created,
            "MetaData.LastUpdatedTime": lambda one: one.updated,
        }
        return quick.get(name) or (lambda one: _slow(one, name))


def _slow(record: Record, name: str) -> Any:
    if record.kind == "Customer" and name == "Balance":
        return Decimal(record.owed) / 100
    found: Values = record.values()
    value = found.get(name)
    return value.get(INSIDE[name]) if name in INSIDE and value is not None else value
