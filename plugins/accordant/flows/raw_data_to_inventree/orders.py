"""Deciding on one invoice: its order and its lines, created, completed or updated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accordant.flows.base import Row
from accordant.flows.raw_data_to_inventree.masters import Unusable
from accordant.flows.raw_data_to_inventree.records import ORDERS, SalesOrder, SalesOrderLine
from accordant.flows.raw_data_to_inventree.remote import DRAFT
from accordant.sync.merge import FieldMerge, Names, Policy, Rule, merge
from accordant.sync.operations import Action, Operation, Severity, Trouble
from accordant.sync.records import Binding, JsonObject

NAMES = Names("the document", "InvenTree")
LINE_FIELDS = ("quantity", "price", "currency", "notes")
Decision = Operation | Trouble


@dataclass(frozen=True, slots=True)
class Invoice:
    """All that is known of one invoice on both sides.

    Attributes:
        order: our order as staged; `lines` its valid lines; `given` the keys of all, good or not.
        binding, line_bindings: what was agreed before.
        found: staged orders of InvenTree with this marker, or the bound one; `their_lines` by order id.
        customer_id: the remote id of the customer, where InvenTree has it.
        taken_by: another invoice of ours that the found order is bound to.
    """

    key: str
    source: str
    content: JsonObject
    lines: Sequence[Row]
    given: frozenset[str]
    binding: Binding | None
    line_bindings: Mapping[str, Binding]
    found: Sequence[Row]
    their_lines: Sequence[Row]
    customer_id: str | None = None
    part_ids: Mapping[str, str] = field(default_factory=dict)
    taken_by: str = ""


@dataclass(frozen=True, slots=True)
class OrderRules:
    """The settings by which invoices are decided."""

    currency: str
    both_changed: Policy
    customers: Mapping[str, Unusable]
    parts: Mapping[str, Unusable]


def decide_invoice(invoice: Invoice, rules: OrderRules) -> Iterator[Decision]:
    """Yield the operations on one invoice in the order they must go, and what stands in the way."""
    decider = _Decider(invoice, rules)
    refused = decider.refused_whole()
    if refused is not None:
        yield refused
        return
    yield from decider.order()
    if not decider.blocked:
        yield from decider.lines()


class _Decider:
    """Decides one invoice; `blocked` once its lines may not be touched."""

    def __init__(self, invoice: Invoice, rules: OrderRules) -> None:
        self.invoice = invoice
        self.rules = rules
        self.blocked = False
        self.usable = [row for row in invoice.lines if row["content"]["part_key"] not in rules.parts]
        self.theirs: Row | None = None

    def refused_whole(self) -> Trouble | None:
        """Return why no order can be made of the invoice at all."""
        content = self.invoice.content
        if (unusable := self.rules.customers.get(content["customer_key"])) is not None:
            return self._trouble(unusable.severity, unusable.code, unusable.sentence, field="denumire_client")
        if self.invoice.binding is None and not self.usable:
            sentence = f"None of its {len(self.invoice.given)} articles can be used."
            return self._trouble(Severity.REFUSED, "INVOICE_NO_GOOD_LINE", sentence, field="articole")
        if self.invoice.taken_by:
            sentence = f"The order with this marker is agreed with {self.invoice.taken_by} already."
            return self._trouble(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
        if len(self.invoice.found) > 1:
            ids = ", ".join(row["content"]["reference"] for row in self.invoice.found)
            sentence = f"{len(self.invoice.found)} orders carry this marker: {ids}."
            return self._trouble(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
        return None

    def order(self) -> Iterator[Decision]:
        """Decide on the order itself."""
        ours = SalesOrder(
            key=self.invoice.key,
            customer=self.invoice.content["customer_key"],
            date=self.invoice.content["date"],
            currency=self.rules.currency,
        ).content()
        self.theirs = self.invoice.found[0] if self.invoice.found else None
        if self.theirs is None and self.invoice.binding is not None:
            self.blocked = True
            sentence = f"Order {self.invoice.binding.remote_id} is no longer in InvenTree."
            yield self._trouble(Severity.CONFLICT, "ORDER_GONE", sentence)
        elif self.theirs is None:
            yield self._order_operation(Action.CREATE, "no order carries this marker", ours)
        elif self.theirs["content"]["customer_id"] != self.invoice.customer_id:
            self.blocked = True
            sentence = f"{self._order_name()} belongs to customer {self.theirs['content']['customer_id']}."
            yield self._trouble(Severity.CONFLICT, "ORDER_OTHER_CUSTOMER", sentence, field="customer")
        else:
            yield from self._found_order(ours, self.theirs)

    def _found_order(self, ours: JsonObject, found: Row) -> Iterator[Decision]:
        """Link the order that is there, and bring its date along where that is ours to change."""
        binding = self.invoice.binding
        base = binding.base if binding is not None else None
        theirs = {**(base or ours), "date": found["content"]["date"]}
        (date,) = merge(["date"], base=base, ours=ours, theirs=theirs, policy=self.rules.both_changed)
        writes = date.writes_theirs and self._is_draft()
        base_hash = binding.base_hash if binding is not None else ""
        if writes:
            after = {**theirs, "date": date.value}
            yield self._order_operation(
                Action.UPDATE, f"date: {date.rule.words(NAMES)}", after, before=theirs, base_hash=base_hash
            )
        elif binding is None or _came_to_agree([date]):
            agreed = {**ours, "date": ""} if date.rule is Rule.PERSON_DECIDES else None
            rule = "an order carries this marker" if binding is None else "both sides came to agree"
            yield self._order_operation(Action.LINK, rule, ours, agreed=agreed, base_hash=base_hash)
        if date.rule is Rule.PERSON_DECIDES:
            yield self._both_changed("sales_order", self.invoice.key, [date], parent="")
        elif date.writes_theirs and not writes:
            yield self._not_draft("its date")
        elif date.keeps_theirs:
            yield self._target_edited("sales_order", self.invoice.key, date)

    def lines(self) -> Iterator[Decision]:
        """Decide on the lines: matched by binding, then by our mark, then by product."""
        matches = self._matches()
        for row in self.invoice.lines:
            unusable = self.rules.parts.get(row["content"]["part_key"])
            if unusable is not None:
                yield self._line_trouble(row["key"], unusable.severity, unusable.code, unusable.sentence, "nume_produs")
            else:
                yield from self._line(row, matches.get(row["key"]))
        yield from self._vanished()

    def _matches(self) -> dict[str, Row]:
        """Return their line for each of our keys, each of theirs at most once."""
        free = {row["remote_id"]: row for row in self.invoice.their_lines}
        usable = {row["key"] for row in self.usable}
        for key, bound in self.invoice.line_bindings.items():
            if key not in usable:
                free.pop(bound.remote_id, None)  # it stands for an article that cannot go now
        matches: dict[str, Row] = {}
        for row in self.usable:
            binding = self.invoice.line_bindings.get(row["key"])
            if binding is not None and binding.remote_id in free:
                matches[row["key"]] = free.pop(binding.remote_id)
        for agrees in (self._has_mark, self._is_equal, self._has_part):
            for row in self.usable:
                if row["key"] in matches or row["key"] in self.invoice.line_bindings:
                    continue
                found = next((line for line in free.values() if agrees(row, line)), None)
                if found is not None:
                    matches[row["key"]] = free.pop(found["remote_id"])
        return matches

    def _has_mark(self, row: Row, line: Row) -> bool:
        return bool(line["content"]["mark"] == row["content"]["mark"])

    def _has_part(self, row: Row, line: Row) -> bool:
        """Tell whether a line that carries nobody's mark is of this product."""
        part_id = self.invoice.part_ids.get(row["content"]["part_key"])
        return not line["content"]["mark"] and part_id is not None and line["content"]["part_id"] == part_id

    def _is_equal(self, row: Row, line: Row) -> bool:
        same = all(line["content"][name] == row["content"][name] for name in ("quantity", "price"))
        return same and self._has_part(row, line)

    def _line(self, row: Row, theirs: Row | None) -> Iterator[Decision]:
        binding = self.invoice.line_bindings.get(row["key"])
        ours = self._line_content(row)
        if theirs is None and binding is not None:
            sentence = f"Line {binding.remote_id} of {self._order_name()} was deleted in InvenTree."
            yield self._line_trouble(row["key"], Severity.CONFLICT, "LINE_GONE", sentence)
        elif theirs is None and self.theirs is not None and not self._is_draft():
            yield self._not_draft(f"article {row['content']['name']!r} is missing there", row["key"])
        elif theirs is None:
            yield self._line_operation(row["key"], Action.CREATE, "the order has no such line", ours)
        else:
            yield from self._line_merge(row["key"], ours, theirs, binding)

    def _line_merge(self, key: str, ours: JsonObject, found: Row, binding: Binding | None) -> Iterator[Decision]:
        theirs = {**ours, **{name: found["content"][name] for name in LINE_FIELDS}}
        base = binding.base if binding is not None else None
        fields = merge(LINE_FIELDS, base=base, ours=ours, theirs=theirs, policy=self.rules.both_changed)
        asked = [one for one in fields if one.rule is Rule.PERSON_DECIDES]
        writes = [one for one in fields if one.writes_theirs]
        if asked:
            yield self._both_changed("sales_order_line", key, asked, parent=self.invoice.key)
        elif writes and not self._is_draft():
            yield self._not_draft(", ".join(one.name for one in writes), key)
        elif writes:
            after = {**ours, **{one.name: one.value for one in fields}}
            rule = "; ".join(f"{one.name}: {one.rule.words(NAMES)}" for one in writes)
            base_hash = binding.base_hash if binding is not None else ""
            # What a person changed and we keep is not agreed: our value stays the base, or it would look like
            # our change the next time.
            yield self._line_operation(key, Action.UPDATE, rule, after, before=theirs, remote_id=found["remote_id"],
                                       base_hash=base_hash, agreed=ours if after != ours else None)  # fmt: skip
        elif binding is None or _came_to_agree(fields):
            rule = "the order has this line" if binding is None else "both sides came to agree"
            base_hash = binding.base_hash if binding is not None else ""
            yield self._line_operation(key, Action.LINK, rule, ours, before=theirs, remote_id=found["remote_id"],
                                       base_hash=base_hash)  # fmt: skip
        for one in fields if not asked else []:
            if one.keeps_theirs:
                yield self._target_edited("sales_order_line", key, one)

    def _vanished(self) -> Iterator[Trouble]:
        """Report agreed lines that the document no longer has, as long as InvenTree has them."""
        there = {row["remote_id"] for row in self.invoice.their_lines}
        for key, binding in sorted(self.invoice.line_bindings.items()):
            if key not in self.invoice.given and binding.remote_id in there:
                sentence = f"{binding.base['part']!r} stands in {self._order_name()} but no longer in the document."
                yield self._line_trouble(key, Severity.CONFLICT, "LINE_VANISHED", sentence)

    def _line_content(self, row: Row) -> JsonObject:
        content = row["content"]
        return SalesOrderLine(
            key=row["key"], order=self.invoice.key, part=content["part_key"], quantity=Decimal(content["quantity"]),
            price=Decimal(content["price"]), currency=self.rules.currency, notes=content["notes"],
        ).content()  # fmt: skip

    def _is_draft(self) -> bool:
        return self.theirs is None or self.theirs["content"]["status"] == DRAFT

    def _order_name(self) -> str:
        return f"order {self.theirs['content']['reference']}" if self.theirs else "the order"

    def _order_operation(self, action: Action, rule: str, after: JsonObject, **more: Any) -> Operation:
        remote_id = self.theirs["remote_id"] if self.theirs else ""
        before = self.theirs["content"] if self.theirs and action is Action.LINK else None
        details = {"before": before, "remote_id": remote_id, "source": self.invoice.source, **more}
        return Operation(ORDERS, self.invoice.key, "sales_order", self.invoice.key, action, rule, after, **details)

    def _line_operation(self, key: str, action: Action, rule: str, after: JsonObject, **more: Any) -> Operation:
        return Operation(ORDERS, self.invoice.key, "sales_order_line", key, action, rule, after,
                         source=self.invoice.source, **more)  # fmt: skip

    def _trouble(self, severity: Severity, code: str, sentence: str, field: str = "") -> Trouble:
        return Trouble(severity, "sales_order", self.invoice.key, code, sentence, field=field,
                       source=self.invoice.source)  # fmt: skip

    def _line_trouble(self, key: str, severity: Severity, code: str, sentence: str, field: str = "") -> Trouble:
        return Trouble(severity, "sales_order_line", key, code, sentence, field=field, parent=self.invoice.key,
                       source=self.invoice.source)  # fmt: skip

    def _not_draft(self, what: str, line_key: str = "") -> Trouble:
        sentence = f"{self._order_name()} is no longer a draft, and differs: {what}."
        if line_key:
            return self._line_trouble(line_key, Severity.CONFLICT, "ORDER_NOT_DRAFT", sentence)
        return self._trouble(Severity.CONFLICT, "ORDER_NOT_DRAFT", sentence)

    def _both_changed(self, object_type: str, key: str, fields: Sequence[FieldMerge], parent: str) -> Trouble:
        first = fields[0]
        sentence = "; ".join(f"{one.name} is {one.ours} here and {one.theirs} in InvenTree" for one in fields) + "."
        return Trouble(Severity.CONFLICT, object_type, key, "BOTH_CHANGED", sentence, field=first.name, parent=parent,
                       source=self.invoice.source, base_value=None if first.base is None else str(first.base),
                       our_value=str(first.ours), their_value=str(first.theirs))  # fmt: skip

    def _target_edited(self, object_type: str, key: str, one: FieldMerge) -> Trouble:
        sentence = f"{one.name} is {one.theirs} in {self._order_name()} and {one.ours} in the document; it was kept."
        parent = self.invoice.key if key != self.invoice.key else ""
        return Trouble(Severity.WARNING, object_type, key, "TARGET_EDITED", sentence, field=one.name, parent=parent,
                       source=self.invoice.source)  # fmt: skip


def _came_to_agree(fields: Sequence[FieldMerge]) -> bool:
    """Tell whether both sides are equal now, at values that are not the base: people mended it on both."""
    return all(one.rule is Rule.EQUAL for one in fields) and any(one.ours != one.base for one in fields)
