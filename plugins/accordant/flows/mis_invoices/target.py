"""Writing to QuickBooks Online in batches, and finding out whether a batch that got no answer was applied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from accordant.flows.mis_invoices.decide import told
from accordant.flows.mis_invoices.quickbooks import (
    IDENTITY,
    as_quickbooks_has_it,
    customer_body,
    differing,
    invoice_body,
    invoice_content,
    is_usable_item,
    item_body,
)
from accordant.flows.mis_invoices.records import customer_key
from accordant.flows.mis_invoices.remote import Client
from accordant.flows.mis_invoices.settings import MisSettings
from accordant.sync.errors import AccordantError, Misconfigured, OutcomeUnknown, RecordRejected, ReferenceGone
from accordant.sync.operations import Operation
from accordant.sync.ports import Receipt, References, Sent
from accordant.sync.records import JsonObject
from accordant.sync.text import folded

_ENTITIES = {"item": "Item", "customer": "Customer", "invoice": "Invoice"}
_TAKEN = frozenset({"DOCUMENT_NUMBER_TAKEN", "CUSTOMER_NAME_TAKEN"})
_LONGEST_REQUEST_ID = 36  # of a batch


class QuickBooksOnlineTarget:
    """QuickBooks Online, as load writes to it. The operations of a call are all of one object type."""

    def __init__(self, client: Client, settings: MisSettings) -> None:
        self._client = client
        self._settings = settings
        self._there: dict[tuple[str, str], bool] = {}

    @property
    def batch_size(self) -> int:
        """Return how many writes go in one call."""
        return self._settings.batch_size

    def link(self, operation: Operation) -> Receipt:
        """Return the record's id: QuickBooks keeps no note of a link."""
        return Receipt(operation.remote_id)

    def send(self, operation: Operation, references: References) -> Receipt | None:
        """Send one write."""
        return _alone(self.send_all([operation], references, operation.key))

    def find(self, operation: Operation, references: References) -> Receipt | None:
        """Return a receipt if the operation's effect is there."""
        return _alone(self.find_all([operation], references))

    def send_all(self, operations: Sequence[Operation], references: References, name: str) -> list[Sent]:
        """Create the records in one call; a name or number that is taken is looked up, and linked if it is ours."""
        customers = references.remote_ids("customer", _customers_of(operations))
        bodies = {
            str(place): self._body(operation, customers, references) for place, operation in enumerate(operations)
        }
        sendable = {place: body for place, body in bodies.items() if body is not None}
        if not sendable:
            return [Sent(None) for _ in operations]
        request_id = hashlib.sha256(name.encode()).hexdigest()[:_LONGEST_REQUEST_ID]
        try:
            answers = self._client.create_all(_ENTITIES[operations[0].object_type], sendable, request_id)
        except OutcomeUnknown as error:  # told of each, so that the audit has what was sent
            answers = dict.fromkeys(sendable, error)
        sent = [_sent(bodies[str(place)], answers.get(str(place))) for place in range(len(operations))]
        return self._explained(operations, sent, references)

    def find_all(self, operations: Sequence[Operation], references: References) -> list[Sent]:
        """Return of each write whether its record is there, by its name or number."""
        find = {"item": self._items, "customer": self._customers, "invoice": self._invoices}
        return find[operations[0].object_type](operations, references)

    # -- what is sent

    def _body(self, operation: Operation, customers: Mapping[str, str], references: References) -> JsonObject | None:
        """Return what creates the record; None where a record that it refers to is not agreed."""
        after = operation.after
        if operation.object_type == "customer":
            return customer_body(after)
        if operation.object_type == "item":
            return item_body(after, self._income_account)
        customer_id = customers.get(after["customer"])
        item_id = references.remote_id("item", folded(after["item"]))
        if customer_id is None or item_id is None:
            return None
        return invoice_body(after, customer_id, item_id, self._settings)

    @cached_property
    def _income_account(self) -> str:
        name = self._settings.items.income_account
        for account in self._client.find_by("Account", "Name", [name]):
            return str(account["Id"])
        sentence = f"QuickBooks has no account {name!r}, which items.income_account names."
        raise Misconfigured("SETTING_INVALID", sentence, record="include/settings/mis_invoices.yaml")

    # -- what a refusal means

    def _explained(self, operations: Sequence[Operation], sent: list[Sent], references: References) -> list[Sent]:
        """Say what a refusal means. The batch was sent: a look-up that fails leaves only its own records unknown."""
        taken = [place for place, one in enumerate(sent) if _code(one) in _TAKEN]
        gone = [place for place, one in enumerate(sent) if _code(one) == "REFERENCE_INVALID"]
        try:
            found = self.find_all([operations[place] for place in taken], references) if taken else []
            meant = {place: one.result for place, one in zip(taken, found, strict=True)}
            meant |= {place: self._gone(operations[place], references) for place in gone}
        except AccordantError as error:
            meant = dict.fromkeys([*taken, *gone], OutcomeUnknown("OUTCOME_UNKNOWN", error.sentence))
        return [replace(one, result=meant.get(place) or one.result) for place, one in enumerate(sent)]

    def _gone(self, operation: Operation, references: References) -> ReferenceGone | None:
        """Return which record that an invoice refers to is no longer usable; None where both are."""
        if operation.object_type != "invoice":
            return None
        for object_type, key in (("customer", operation.after["customer"]), ("item", folded(operation.after["item"]))):
            remote_id = references.remote_id(object_type, key)
            if remote_id and not self._is_there(object_type, remote_id):
                sentence = f"The {object_type} {key!r} (id {remote_id}) was deleted or made inactive in QuickBooks."
                return ReferenceGone(object_type, key, sentence)
        return None

    def _is_there(self, object_type: str, remote_id: str) -> bool:
        """Tell whether a customer or an item may be used; asked once, however many invoices refer to it."""
        if (object_type, remote_id) not in self._there:
            now = self._client.get(_ENTITIES[object_type], remote_id)
            self._there[object_type, remote_id] = now is not None and bool(now.get("Active", True))
        return self._there[object_type, remote_id]

    # -- looking up

    def _items(self, operations: Sequence[Operation], _: References) -> list[Sent]:
        names = [operation.after["name"] for operation in operations]
        found = {folded(one["Name"]): one for one in self._client.find_by("Item", "Name", names) if is_usable_item(one)}
        return [_there(found.get(operation.key)) for operation in operations]

    def _customers(self, operations: Sequence[Operation], _: References) -> list[Sent]:
        """Find customers by their name, in the capitals in which somebody may have typed it."""
        names = {operation.after["name"] for operation in operations}
        names |= {name.upper() for name in names} | {name.lower() for name in names}
        found = {
            customer_key(one["DisplayName"]): one
            for one in self._client.find_by("Customer", "DisplayName", sorted(names))
        }
        return [_there(found.get(operation.key)) for operation in operations]

    def _invoices(self, operations: Sequence[Operation], references: References) -> list[Sent]:
        numbers = [operation.key for operation in operations]
        found: dict[str, list[JsonObject]] = {}
        for one in self._client.find_by("Invoice", "DocNumber", numbers):
            found.setdefault(str(one["DocNumber"]), []).append(one)
        return [self._compared(operation, found.get(operation.key, []), references) for operation in operations]

    def _compared(self, operation: Operation, found: list[JsonObject], references: References) -> Sent:
        """Return the receipt of an invoice that is ours, or the error of one that is not."""
        if not found:
            return Sent(None)
        theirs = invoice_content(found[0], self._settings)
        after = operation.after
        ours = as_quickbooks_has_it(
            after, references.remote_id("customer", after["customer"]) or "",
            references.remote_id("item", folded(after["item"])) or "", self._settings.invoice.currency,
        )  # fmt: skip
        if len(found) > 1:
            ids = ", ".join(sorted(str(one["Id"]) for one in found))
            sentence = f"QuickBooks has several invoices {operation.key} (ids {ids})."
            return Sent(RecordRejected("SEVERAL_MATCHES", sentence, record=operation.key))
        if changed := differing(ours, theirs, IDENTITY):
            sentence = f"QuickBooks has another invoice {operation.key}: {told(ours, theirs, changed)}."
            return Sent(RecordRejected("DOCUMENT_DIFFERS", sentence, record=operation.key))
        return _there(found[0])


def _customers_of(operations: Sequence[Operation]) -> set[str]:
    """Return the keys of the customers that invoices refer to."""
    return {operation.after["customer"] for operation in operations if operation.object_type == "invoice"}


def _there(entity: Mapping[str, object] | None) -> Sent:
    return Sent(None) if entity is None else Sent(Receipt(str(entity["Id"])), answer=entity)


def _sent(body: JsonObject | None, answer: JsonObject | AccordantError | None) -> Sent:
    """Return what became of one part of a batch; without a body it was not sent."""
    if body is None:
        return Sent(None)
    if isinstance(answer, AccordantError):
        return Sent(answer, body, {"code": answer.code.code, "sentence": answer.sentence})
    assert answer is not None, "the hook answers for every part of a batch"
    return Sent(Receipt(str(answer["Id"])), body, answer)


def _code(sent: Sent) -> str:
    return sent.result.code.code if isinstance(sent.result, AccordantError) else ""


def _alone(sent: list[Sent]) -> Receipt | None:
    result = sent[0].result
    if isinstance(result, AccordantError):
        raise result
    return result
