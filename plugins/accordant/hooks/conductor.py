"""The hook of QuickBooks Desktop, reached through Conductor (https://docs.conductor.is)."""

from __future__ import annotations

from typing import Any

from accordant.hooks.answers import Dialect, Refusal
from accordant.hooks.endpoints import sendable
from accordant.hooks.forms import CONDUCTOR
from accordant.hooks.http import HttpClient
from accordant.hooks.vendor_hook import VendorHook


def refusal(body: Any) -> Refusal:
    """Return Conductor's `message`: for schema errors its `userFacingMessage` says nothing."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Refusal("no reason was given")
    code = error.get("integrationCode") or error.get("code")
    return Refusal(f"{error.get('message', '')}{f' ({code})' if code else ''}")


def is_missing_object(body: Any) -> bool:
    """Tell a missing object from an unknown path."""
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and error.get("code") == "RESOURCE_MISSING"


class ConductorHook(VendorHook):
    """One company file of QuickBooks Desktop."""

    default_conn_name = CONDUCTOR.default_conn_name
    conn_type = CONDUCTOR.conn_type
    hook_name = CONDUCTOR.hook_name
    form = CONDUCTOR
    dialect = Dialect("Conductor", refusal, is_missing_object)

    @property
    def account(self) -> str:
        """The company file: Conductor's id of the end user, below the address that knows it."""
        return f"{self.endpoint.base_url}/{self.endpoint.extras['end_user_id']}"

    def _headers(self, token: str) -> dict[str, str]:
        end_user = sendable(self.endpoint.extras["end_user_id"], self.endpoint.conn_id)
        return {"Authorization": f"Bearer {token}", "Conductor-End-User-Id": end_user}

    def _greeting(self, client: HttpClient) -> str:
        """Ask for the health check, which goes all the way to QuickBooks and back (60 s at most)."""
        told = client.read("/quickbooks-desktop/health-check")
        if not isinstance(told, dict) or told.get("status") != "ok":
            raise client.verdicts.wrong_address("answers, but not as Conductor does")
        return f"QuickBooks Desktop answered through Conductor in {float(told.get('duration', 0)):.0f} ms."
