"""One invoice on both sides, in memory: decide, apply the plan as load would, decide again."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.flows.raw_data_to_inventree.masters import Unusable
from accordant.flows.raw_data_to_inventree.orders import Decision, Invoice, OrderRules, decide_invoice
from accordant.sync.merge import Policy
from accordant.sync.operations import Action, Operation, Trouble
from accordant.sync.records import Binding, StagedRow, content_hash
from tests.flows.shapes import document, invoice

KEY = "SERIE=ACC;NUMAR=17"
CUSTOMER = "7"


@dataclass
class Ledger:
    """InvenTree's order and lines, and what is bound. Parts have the ids that `part_id` gives them."""

    order: dict[str, Any] | None = None
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)
    binding: Binding | None = None
    bound_lines: dict[str, Binding] = field(default_factory=dict)
    customer_id: str | None = CUSTOMER
    policy: Policy = Policy.ASK
    customers: dict[str, Unusable] = field(default_factory=dict)
    parts: dict[str, Unusable] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: count(1))
    known_parts: dict[str, str] = field(default_factory=dict)

    def decide(self, *articles: dict[str, Any], **fields: Any) -> list[Decision]:
        """Decide on the invoice with these articles. Negative and unreadable ones count as refused by validation."""
        given = {} if articles else {"articole": []}
        rows = list(document_rows([document(invoice(*articles, **{**given, **fields}))]))
        (order,) = [row for row in rows if row.object_type == "sales_order"]
        lines = [row for row in rows if row.object_type == "sales_order_line"]
        good = [_row(row) for row in lines if _is_good(row.content)]
        return list(decide_invoice(self._invoice(order, good, frozenset(row.key for row in lines)), self._rules()))

    @staticmethod
    def good_lines(*articles: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return what a document with these articles says of each line that can be used."""
        rows = document_rows([document(invoice(articole=[*articles]))])
        return {row.key: row.content for row in rows if row.object_type == "sales_order_line" and _is_good(row.content)}

    def _invoice(self, order: StagedRow, lines: list[dict[str, Any]], given: frozenset[str]) -> Invoice:
        return Invoice(
            key=order.key, source="d1", content=order.content, lines=lines, given=given, binding=self.binding,
            line_bindings=self.bound_lines, found=[self._their_order()] if self.order else [],
            their_lines=[self._their_line(pk) for pk in self.lines], customer_id=self.customer_id,
            part_ids={row["content"]["part_key"]: self.part_id(row["content"]["part_key"]) for row in lines},
        )  # fmt: skip

    def _rules(self) -> OrderRules:
        return OrderRules("RON", self.policy, self.customers, self.parts)

    def part_id(self, key: str) -> str:
        """Return the id of a part, the same each time."""
        return self.known_parts.setdefault(key, str(500 + len(self.known_parts)))

    def _their_order(self) -> dict[str, Any]:
        assert self.order is not None
        return {"remote_id": "1", "key": KEY, "parent": "", "content": self.order}

    def _their_line(self, pk: str) -> dict[str, Any]:
        return {"remote_id": pk, "key": self.lines[pk]["mark"], "parent": KEY, "content": self.lines[pk]}

    # -- what people and the earlier script do in InvenTree

    def has_order(self, **fields: Any) -> Ledger:
        """There is an order with our marker that nobody agreed with us."""
        self.order = {
            "description": KEY, "customer_id": CUSTOMER, "status": 10, "reference": "SO-0001", "date": "", **fields
        }  # fmt: skip
        return self

    def has_line(self, name: str, quantity: str, price: str, **fields: Any) -> str:
        """The order has a line that carries nobody's mark. Returns its id."""
        pk = str(next(self.ids) + 1000)
        self.lines[pk] = {
            "mark": "", "part_id": self.part_id(name.casefold()), "quantity": quantity, "price": price,
            "currency": "RON", "notes": "", **fields,
        }  # fmt: skip
        return pk

    # -- load

    def apply(self, decisions: list[Decision]) -> Ledger:
        """Do what load does with these operations."""
        for one in decisions:
            if isinstance(one, Operation):
                (self._apply_order if one.object_type == "sales_order" else self._apply_line)(one)
        return self

    def _apply_order(self, one: Operation) -> None:
        if one.action is Action.CREATE:
            assert self.order is None, "the order is made twice"
            self.has_order(date=one.after["date"])
        elif one.action is Action.UPDATE:
            assert self.order is not None
            assert self.order["status"] == 10, "an issued order is changed"
            self.order["date"] = one.after["date"]
        self.binding = Binding("sales_order", one.key, "1", _base(one), content_hash(_base(one)))

    def _apply_line(self, one: Operation) -> None:
        assert self.order is not None, "a line goes before its order"
        pk = one.remote_id or str(next(self.ids))
        fields = {name: one.after[name] for name in ("quantity", "price", "currency", "notes")}
        if one.action is Action.CREATE:
            assert not one.remote_id
            self.lines[pk] = {"mark": one.key.rpartition("#")[2], "part_id": self.part_id(one.after["part"]), **fields}
        elif one.action is Action.UPDATE:
            assert self.order["status"] == 10, "a line of an issued order is changed"
            assert one.before is not None
            assert {name: one.before[name] for name in fields} == {name: self.lines[pk][name] for name in fields}
            self.lines[pk] |= fields
        owners = [key for key, bound in self.bound_lines.items() if bound.remote_id == pk and key != one.key]
        assert not owners, f"line {pk} is bound to {owners} already; the store refuses a second key"
        base = _base(one)
        self.bound_lines[one.key] = Binding("sales_order_line", one.key, pk, base, content_hash(base), KEY)

    def held(self) -> list[tuple[str, str, str]]:
        """Return (part id, quantity, price) of all lines, sorted."""
        return sorted((line["part_id"], line["quantity"], line["price"]) for line in self.lines.values())


def _base(one: Operation) -> dict[str, Any]:
    """Return the base that load binds: the operation's own, where it names one, else what it writes."""
    base = getattr(one, "base", None)
    return dict(one.after if base is None else base)


def operations(decisions: list[Decision]) -> list[tuple[str, str]]:
    """Return (action, object type) of the operations among these decisions."""
    return [(one.action.value, one.object_type) for one in decisions if isinstance(one, Operation)]


def codes(decisions: list[Decision]) -> list[str]:
    """Return the codes of the troubles among these decisions, sorted."""
    return sorted(one.code for one in decisions if isinstance(one, Trouble))


def _row(row: StagedRow) -> dict[str, Any]:
    return {"key": row.key, "parent": row.parent, "content": row.content}


def _is_good(content: dict[str, Any]) -> bool:
    numbers = (content["quantity"], content["price"])
    return bool(content["name"]) and all(text is not None and not text.startswith("-") for text in numbers)
