"""InvenTree as this flow's client gives it, in memory; it counts what it is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accordant.flows.raw_data_to_inventree.remote import COMPANIES, LINES, ORDERS, PARTS

_KINDS = {COMPANIES: "company", PARTS: "part", ORDERS: "order", LINES: "line"}


@dataclass
class Memory:
    """Objects by kind and id. Searches give a superset, as the real one does: any text that contains the term."""

    company: dict[int, dict[str, Any]] = field(default_factory=dict)
    part: dict[int, dict[str, Any]] = field(default_factory=dict)
    order: dict[int, dict[str, Any]] = field(default_factory=dict)
    line: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    sent: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    refusal: Exception | None = None

    def search_companies(self, term: str | None) -> Iterable[dict[str, Any]]:
        return self._search("company", term)

    def search_parts(self, term: str | None) -> Iterable[dict[str, Any]]:
        return self._search("part", term)

    def search_orders(self, phrase: str) -> Iterable[dict[str, Any]]:
        return self._search("order", phrase)

    def _search(self, kind: str, term: str | None) -> list[dict[str, Any]]:
        self.asked[f"all {kind}" if term is None else f"one {kind}"] += 1
        found = [one for one in getattr(self, kind).values() if term is None or term.casefold() in str(one).casefold()]
        return found + found[:1]  # a page that repeats an object

    def lines_of(self, order_pk: int) -> list[dict[str, Any]]:
        self.asked["lines"] += 1
        lines = [one for one in self.line.values() if one["order"] == order_pk]
        return [one | {"order_detail": self.order[order_pk]} for one in lines]

    def find(self, path: str) -> dict[str, Any] | None:
        self.asked["find"] += 1
        kind, pk = self._of(path)
        return getattr(self, kind).get(pk)

    def create(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.sent.append(("create", path, dict(body)))
        if self.refusal is not None:
            raise self.refusal
        objects = getattr(self, _KINDS[path])
        pk = max(objects, default=0) + 1
        objects[pk] = {"pk": pk, **body}
        return objects[pk]

    def change(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        self.sent.append(("change", path, dict(body)))
        kind, pk = self._of(path)
        getattr(self, kind)[pk] |= body
        return getattr(self, kind)[pk]

    def _of(self, path: str) -> tuple[str, int]:
        folder, _, pk = path.rstrip("/").rpartition("/")
        return _KINDS[folder + "/"], int(pk)

    # -- making objects

    def has_company(self, pk: int, name: str, tax_id: str = "", **fields: Any) -> None:
        self.company[pk] = {"pk": pk, "name": name, "tax_id": tax_id, "is_customer": True, **fields}

    def has_part(self, pk: int, name: str, **fields: Any) -> None:
        self.part[pk] = {"pk": pk, "name": name, "IPN": "", "salable": True, "active": True, **fields}

    def has_order(self, pk: int, description: str, customer: int = 7, **fields: Any) -> None:
        self.order[pk] = {
            "pk": pk, "description": description, "customer": customer, "status": 10, "reference": f"SO-{pk:04}",
            "issue_date": "2025-11-20", **fields,
        }  # fmt: skip

    def has_line(self, pk: int, order: int, part: int = 5, **fields: Any) -> None:
        self.line[pk] = {
            "pk": pk, "order": order, "part": part, "quantity": 3.0, "sale_price": "21.500000",
            "sale_price_currency": "RON", "reference": "ACC-x-1", "notes": "", **fields,
        }  # fmt: skip


@dataclass
class Bound:
    """References: what is agreed, as {(object type, key): remote id}."""

    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def remote_id(self, object_type: str, key: str) -> str | None:
        return self.ids.get((object_type, key))

    def remote_ids(self, object_type: str, keys: Collection[str]) -> dict[str, str]:
        return {key: self.ids[object_type, key] for key in keys if (object_type, key) in self.ids}

    def key_of(self, object_type: str, remote_id: str) -> str | None:
        return next((key for (kind, key), known in self.ids.items() if (kind, known) == (object_type, remote_id)), None)
