"""What a person can change in an account, at a given moment."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.printavo.account import Account
from sandbox.printavo.order_maker import Money, settle
from sandbox.printavo.people import Record, full_name
from sandbox.printavo.small_lists import STATUS_LIST, status_place
from sandbox.printavo.words import NICKNAMES

_FREE = ("nickname", "visualId", "visualPoNumber", "customerNote", "productionNote", "tags")
_KINDS = ("Payment", "Refund", "Return", "Void", "PaymentDispute")


@dataclass(frozen=True)
class Edits:
    """Changes to an account; `now` is an ISO moment in UTC."""

    account: Account
    now: str

    def change_status(self, order_id: str, status_id: str) -> None:
        """Give an order another status; one of the other type makes a quote an invoice, or back."""
        place = status_place(status_id)
        order = self._touched(order_id)
        self._set_status(order, place)

    def set_due_dates(self, order_id: str, customer_due: str | None, production_due: str | None) -> None:
        """Set both due dates: a date, which may not be empty, and a moment."""
        values: Record = {"dueAt": production_due and datetime.fromisoformat(production_due).isoformat()}
        if customer_due is not None:
            values["customerDueAt"] = date.fromisoformat(customer_due).isoformat()
        self._touched(order_id).update(values)

    def change_order(self, order_id: str, values: Mapping[str, Any]) -> None:
        """Change texts of an order."""
        unknown = set(values) - set(_FREE)
        if unknown:
            raise ValueError(f"{sorted(unknown)[0]} cannot be changed so; these can: {', '.join(_FREE)}")
        self._touched(order_id).update(values)

    def rename_customer(self, customer_id: str, name: str | None) -> None:
        """Change a customer's company name; its orders keep their time of change."""
        customer = self.account.find_customer(customer_id)
        if customer is None:
            raise ValueError(f"there is no customer {customer_id}")
        customer["companyName"] = name
        customer["timestamps"] = customer["timestamps"] | {"updatedAt": self.now}
        self.account.many_changed()

    def rename_contact(self, contact_id: str, first: str | None, last: str | None) -> None:
        """Change a contact's name; its orders keep their time of change."""
        contact = self.account.find_contact(contact_id)
        if contact is None:
            raise ValueError(f"there is no contact {contact_id}")
        contact |= {"firstName": first, "lastName": last, "fullName": full_name(first, last)}
        contact["timestamps"] = contact["timestamps"] | {"updatedAt": self.now}
        self.account.many_changed()

    def add_order(self, contact_id: str, status_id: str, total: float | None) -> str:
        """Enter an order with one group of lines; its id."""
        contact, place = self.account.find_contact(contact_id), status_place(status_id)
        if contact is None:
            raise ValueError(f"there is no contact {contact_id}")
        like = self.account.content.maker.make(len(self.account.contact_of), contact["_number"], place, 0)
        day = self.now[:10]
        dates = {"createdAt": day, "invoiceAt": day, "customerDueAt": day, "paymentDueAt": day}
        moments = {"dueAt": self.now, "startAt": self.now}
        times = {"createdAt": self.now, "updatedAt": self.now}
        order = like | dates | moments | {"total": total, "timestamps": times, "visualId": str(like["_number"])}
        settle(order)
        self.account.put(order)
        return str(order["id"])

    def put_like(self, order_id: str) -> str:
        """Enter a copy of an order, which comes right beside it in every list; the copy's id."""
        return str(self.account.order(self.account.put_like(self._found(order_id)))["id"])

    def delete_order(self, order_id: str) -> None:
        """Delete an order."""
        self.account.take(self._found(order_id))

    def add_payment(self, order_id: str, amount: float, kind: str, touch: bool) -> str:
        """Enter a transaction of an order; its id.

        Args:
            touch: whether the order's time of change moves; whether the vendor's does is not known.
        """
        if kind not in _KINDS:
            raise ValueError(f"a transaction is one of {', '.join(_KINDS)}, not {kind!r}")
        if kind != "Payment" and not self._found(order_id)["_transactions"]:
            raise ValueError(f"order {order_id} has no payment that a {kind} could be of")
        order = self._touched(order_id) if touch else self.account.own(self._found(order_id))
        order["_transactions"].append(Money(kind, amount, self.now[:10], self.now))
        self.account.transactions_of[order["_number"]] += 1
        settle(order)
        return str(int(order["id"]) * 100 + len(order["_transactions"]) - 1)

    def set_total(self, order_id: str, total: float | None) -> None:
        """Set the total of an order, and what is owed of it."""
        order = self._touched(order_id)
        order["total"] = total
        settle(order)

    def change_some(self, count: int, seed: int) -> list[str]:
        """Change so many orders, each in one way: status, nickname, total or due date. Their ids."""
        dice = random.Random(seed)
        chosen = dice.sample(self.account.numbers, min(count, len(self.account.numbers)))
        changed = []
        for number in chosen:
            identity = str(self.account.order(number)["id"])
            order = self._touched(identity)
            way = dice.randrange(4)
            if way == 0:
                self._set_status(order, (order["_status"] + 1) % len(STATUS_LIST))
            elif way == 1:
                order["nickname"] = f"{dice.choice(NICKNAMES)} {seed}"
            elif way == 2:
                order["total"] = round((order["total"] or 0.0) + 1.25, 3)
                settle(order)
            else:
                order["dueAt"] = self.now
            changed.append(identity)
        return changed

    def _set_status(self, order: Record, place: int) -> None:
        order["_status"] = self.account.status_of[order["_number"]] = place
        order["__typename"] = "Invoice" if STATUS_LIST[place]["type"] == "INVOICE" else "Quote"

    def _found(self, order_id: str) -> Record:
        order = self.account.find_order(order_id)
        if order is None:
            raise ValueError(f"there is no order {order_id}")
        return order

    def _touched(self, order_id: str) -> Record:
        order = self.account.own(self._found(order_id))
        order["timestamps"]["updatedAt"] = self.now
        return order
