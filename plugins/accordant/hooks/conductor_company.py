"""Which company file is open in QuickBooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from accordant.sync.errors import Misconfigured
from accordant.sync.text import clean, folded, short_digest

# Fields of the company resource that nobody changes from day to day. `ssn` would do as well, but is nobody's business.
_LASTING = ("companyName", "legalCompanyName", "address", "legalAddress", "ein", "companyType", "isSampleCompanyFile")


def name_of(company: Mapping[str, Any]) -> str:
    """Return what people call the company; empty when the file does not say."""
    return clean(company.get("companyName")) or clean(company.get("legalCompanyName"))


def fingerprint_of(company: Mapping[str, Any]) -> str:
    """Return a short text that stays the same for one company file: its name and a digest of its lasting fields."""
    lasting = {name: _plain(company.get(name)) for name in _LASTING}
    return f"{name_of(company) or 'unnamed'} #{short_digest(json.dumps(lasting, sort_keys=True))}"


def require_expected(company: Mapping[str, Any], expected: str | None, conn_id: str) -> None:
    """Check that this is the company file that the Connection names, if it names one.

    Raises:
        Misconfigured: another one is open.
    """
    found = name_of(company)
    if expected and folded(found) != folded(expected):
        sentence = (
            f"The company file that QuickBooks has open is {found or 'unnamed'}, not {expected}. Open the right one, "
            "or correct `end_user_id` or `company_name`."
        )
        raise Misconfigured("CONNECTION_INCOMPLETE", sentence, record=conn_id, field="company_name")


def _plain(value: Any) -> Any:
    """Return a field in the form in which case, blanks and empty parts make no difference."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in sorted(value.items()) if part not in (None, "")}
    return value if isinstance(value, bool) else folded(value) if isinstance(value, str) else ""
