"""A client of this server's control API, for tests, benchmarks and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.shared.client import SandboxControl


class QuickBooksOnlineControl(SandboxControl):
    """Beside what every sandbox server can do: enter objects, edit as a person, look at traffic, change tokens."""

    def load(self, objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[str]]:
        """Enter objects of Customer, Vendor, Employee, Item, Account, TaxCode, Invoice; their ids by entity.

        Raises:
            ValueError: QuickBooks refuses one.
        """
        found: dict[str, list[str]] = self._call("POST", "/load", json=objects)
        return found

    def edit(self, kind: str, object_id: str, **values: Any) -> dict[str, Any]:
        """Change an object as a person on the web, such as `edit("Customer", "1", DisplayName="New")`; all of it.

        Raises:
            ValueError: QuickBooks refuses it.
        """
        found: dict[str, Any] = self._call("POST", "/edit", json={"kind": kind, "id": object_id, "values": values})
        return found

    def pay(self, invoice_id: str, amount: Decimal | None = None) -> None:
        """A customer's payment, by default of the whole balance."""
        self._act("pay", invoice_id, amount)

    def void(self, invoice_id: str) -> None:
        """Void an invoice as a person."""
        self._act("void", invoice_id)

    def delete(self, invoice_id: str) -> None:
        """Delete an invoice as a person."""
        self._act("delete", invoice_id)

    def _act(self, action: str, invoice_id: str, amount: Decimal | None = None) -> None:
        told = None if amount is None else str(amount)
        self._call("POST", "/act", json={"action": action, "id": invoice_id, "amount": told})

    def objects(self, kind: str) -> list[dict[str, Any]]:
        """All objects of an entity, by id."""
        found: list[dict[str, Any]] = self._call("GET", f"/objects/{kind}")
        return found

    def peaks(self) -> dict[str, int]:
        """The greatest `per_minute`, `per_second`, `batches_per_minute` and `at_once` of API calls since the ledger
        was cleared."""
        found: dict[str, int] = self._call("GET", "/peaks")
        return found

    def enforce_limits(self, on: bool = True) -> None:
        """Refuse calls above the vendor's limits with 429, or stop to."""
        self.settings(enforce_limits=on)

    # -- tokens

    def refresh_token(self) -> str:
        """The refresh token that is valid now."""
        return str(self._call("GET", "/tokens")["refresh"])

    def fresh_tokens(self) -> str:
        """Connect the app anew: every token until now is void. The new refresh token."""
        return str(self._call("POST", "/tokens/fresh")["value"])

    def expire_access_tokens(self) -> None:
        """Let all access tokens expire now; the refresh token stays."""
        self._call("POST", "/tokens/expire")

    def revoke(self) -> None:
        """Disconnect the app: no token works."""
        self._call("POST", "/tokens/revoke")

    def authorization_code(self) -> str:
        """A code as the vendor's redirect would bring it."""
        return str(self._call("POST", "/tokens/code")["value"])
