"""The hook of QuickBooks Online, Accounting API v3."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from accordant.hooks.answers import Dialect, Refusal
from accordant.hooks.forms import QUICKBOOKS_ONLINE
from accordant.hooks.http import HttpClient
from accordant.hooks.vendor_hook import VendorHook

_MINOR_VERSION = 75  # the lowest that Intuit still serves (since 2025-08)


def _faults(body: Any) -> list[dict[str, Any]]:
    """Return the errors of a fault; the gateway writes the same keys in lower case."""
    if not isinstance(body, dict):
        return []
    fault = body.get("Fault") or body.get("fault") or {}
    errors = fault.get("Error") or fault.get("error") or [] if isinstance(fault, dict) else []
    return [{name.lower(): value for name, value in error.items()} for error in errors if isinstance(error, dict)]


def refusal(body: Any) -> Refusal:
    """Return message, detail and code of every error in a fault."""
    told = []
    for error in _faults(body):
        words = " / ".join(str(error[name]) for name in ("message", "detail") if error.get(name))
        told.append(f"{words} ({error['code']})" if error.get("code") else words)
    return Refusal("; ".join(told) or "no reason was given")


def is_missing_object(body: Any) -> bool:
    """Tell a missing object (610) from an unknown path."""
    return any(str(error.get("code")) == "610" for error in _faults(body))


class QuickBooksOnlineHook(VendorHook):
    """One company of QuickBooks Online.

    The connection holds an access token, which lives for an hour. Nothing here renews it: renewing also
    changes the refresh token about once a day, and whoever does that must keep the new one.
    """

    default_conn_name = QUICKBOOKS_ONLINE.default_conn_name
    conn_type = QUICKBOOKS_ONLINE.conn_type
    hook_name = QUICKBOOKS_ONLINE.hook_name
    form = QUICKBOOKS_ONLINE
    dialect = Dialect("QuickBooks Online", refusal, is_missing_object)

    @property
    def account(self) -> str:
        """The company: ids of a sandbox company and a real one collide, so the address is part of it."""
        return f"{self.endpoint.base_url}/{self.endpoint.extras['realm_id']}"

    def _headers(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"}

    def _greeting(self, client: HttpClient) -> str:
        realm = quote(self.endpoint.extras["realm_id"], safe="")
        told = client.read(f"/v3/company/{realm}/companyinfo/{realm}", {"minorversion": _MINOR_VERSION})
        company = told.get("CompanyInfo") if isinstance(told, dict) else None
        if not isinstance(company, dict):
            raise client.verdicts.wrong_address("answers, but not with a company of QuickBooks Online")
        return f"QuickBooks Online answers as {company.get('CompanyName')} ({self.endpoint.extras['environment']})."
