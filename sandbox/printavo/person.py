"""A person at Printavo: changes orders, customers and contacts at the time of the server's clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.printavo.account import Account
from sandbox.printavo.content import generate
from sandbox.printavo.edits import Edits
from sandbox.printavo.journal import Journal
from sandbox.shared.clock import Clock

_GENERATE = "generate"
ACTIONS = (
    "change_status", "set_due_dates", "change_order", "rename_customer", "rename_contact", "add_order", "delete_order",
    "put_like", "add_payment", "set_total", "change_some",
)  # fmt: skip


class Person:
    """Changes one account; each change is written into the journal, if there is one.

    All methods raise ValueError when there is no such record, or a value cannot be.
    """

    def __init__(self, account: Account, clock: Clock, journal: Journal | None = None) -> None:
        self._account, self._clock, self._journal = account, clock, journal
        if journal is not None:
            for entry in journal.entries():
                self._do(entry["action"], entry["values"], entry["at"])

    def generate(self, orders: int, seed: int = 7, open_share: float = 0.15) -> None:
        """Replace everything in the account by a generated one."""
        self.act(_GENERATE, {"orders": orders, "seed": seed, "open_share": open_share})

    def change_status(self, order_id: str, status_id: str) -> None:
        """Give an order another status; one of the other type makes a quote an invoice, or back."""
        self.act("change_status", {"order_id": order_id, "status_id": status_id})

    def set_due_dates(
        self, order_id: str, *, customer_due: str | None = None, production_due: str | None = None
    ) -> None:
        """Set the customer's due date (None leaves it) and the production's moment (None clears it)."""
        values = {"order_id": order_id, "customer_due": customer_due, "production_due": production_due}
        self.act("set_due_dates", values)

    def change_order(self, order_id: str, **values: Any) -> None:
        """Change nickname, visualId, visualPoNumber, customerNote, productionNote or tags of an order."""
        self.act("change_order", {"order_id": order_id, "values": values})

    def rename_customer(self, customer_id: str, name: str | None) -> None:
        """Change a customer's company name; its orders keep their time of change."""
        self.act("rename_customer", {"customer_id": customer_id, "name": name})

    def rename_contact(self, contact_id: str, first: str | None, last: str | None) -> None:
        """Change a contact's name; its orders keep their time of change."""
        self.act("rename_contact", {"contact_id": contact_id, "first": first, "last": last})

    def add_order(self, contact_id: str, status_id: str, *, total: float | None = 100.0) -> str:
        """Enter an order; its id."""
        return str(self.act("add_order", {"contact_id": contact_id, "status_id": status_id, "total": total}))

    def put_like(self, order_id: str) -> str:
        """Enter a copy of an order, which comes right beside it in every list; the copy's id."""
        return str(self.act("put_like", {"order_id": order_id}))

    def delete_order(self, order_id: str) -> None:
        """Delete an order."""
        self.act("delete_order", {"order_id": order_id})

    def add_payment(self, order_id: str, amount: float, *, kind: str = "Payment", touch: bool = True) -> str:
        """Enter a Payment, Refund, Return, Void or PaymentDispute of an order; its id.

        Args:
            touch: whether the order's time of change moves; whether the vendor's does is not known.
        """
        return str(self.act("add_payment", {"order_id": order_id, "amount": amount, "kind": kind, "touch": touch}))

    def set_total(self, order_id: str, total: float | None) -> None:
        """Set the total of an order."""
        self.act("set_total", {"order_id": order_id, "total": total})

    def change_some(self, count: int, seed: int = 1) -> list[str]:
        """Change so many orders in one way each; their ids."""
        changed: list[str] = self.act("change_some", {"count": count, "seed": seed})
        return changed

    def act(self, action: str, values: Mapping[str, Any]) -> Any:
        """Do one of these by its name, and write it down."""
        now = self._clock.now().astimezone(UTC)
        with self._account.lock:
            done = self._do(action, values, _shown(now))
            if self._journal is not None:
                self._journal.write(action, values, _shown(now))
        return done

    def _do(self, action: str, values: Mapping[str, Any], now: str) -> Any:
        if action == _GENERATE:
            self._account.fill(generate(**values))
            return None
        if action not in ACTIONS:
            raise ValueError(f"a person can {', '.join(ACTIONS)}, not {action!r}")
        return getattr(Edits(self._account, now), action)(**values)


def _shown(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
