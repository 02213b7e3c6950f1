"""The hook of Printavo, API v2 (GraphQL)."""

from __future__ import annotations

from typing import Any

from accordant.hooks.answers import Dialect, Refusal
from accordant.hooks.endpoints import incomplete, sendable
from accordant.hooks.forms import PRINTAVO
from accordant.hooks.http import HttpClient
from accordant.hooks.vendor_hook import VendorHook
from accordant.sync.errors import Misconfigured

_PATH = "/api/v2"


def refusal(body: Any) -> Refusal:
    """Return the messages of a GraphQL answer's `errors`."""
    errors = body.get("errors") if isinstance(body, dict) else None
    told = [str(error.get("message", error)) if isinstance(error, dict) else str(error) for error in errors or []]
    return Refusal("; ".join(told) or "no reason was given")


def is_missing_object(_: Any) -> bool:
    """GraphQL has one address, so a 404 never means an object."""
    return False


class PrintavoHook(VendorHook):
    """One user's view of a Printavo shop."""

    default_conn_name = PRINTAVO.default_conn_name
    conn_type = PRINTAVO.conn_type
    hook_name = PRINTAVO.hook_name
    form = PRINTAVO
    dialect = Dialect("Printavo", refusal, is_missing_object)

    @property
    def account(self) -> str:
        """The address and the user: one user belongs to one shop."""
        return f"{self.endpoint.base_url}/{self.endpoint.login.casefold()}"

    def _headers(self, token: str) -> dict[str, str]:
        if not self.endpoint.login:
            raise incomplete(self.endpoint.conn_id, "has no login (the e-mail of the Printavo user)")
        return {"email": sendable(self.endpoint.login, self.endpoint.conn_id), "token": token}

    def _greeting(self, client: HttpClient) -> str:
        told = client.read(_PATH, method="POST", body={"query": "{ account { id companyName } }"})
        account = (told.get("data") or {}).get("account") if isinstance(told, dict) else None
        if isinstance(account, dict):
            return f"Printavo answers as {account.get('companyName')} (account {account.get('id')})."
        sentence = f"{client.verdicts.who} refused the question: {refusal(told).sentence}"
        raise Misconfigured("CREDENTIALS_REFUSED", sentence, record=self.endpoint.conn_id)
