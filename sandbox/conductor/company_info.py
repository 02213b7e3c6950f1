"""What Conductor tells of the company file itself and of the end user who owns it."""

from __future__ import annotations

from typing import Any

from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import missing
from sandbox.conductor.record import Values
from sandbox.conductor.schema import shape
from sandbox.conductor.settings import Settings

OTHER_COMPANY = "Some Other Company"


def company_info(name: str) -> Values:
    """The company file that is open."""
    shown = shape("qbd_company").blank()
    address = shape("qbd_address").blank() | {"line1": name, "city": "New York", "state": "NY", "country": "US"}
    return shown | {
        "companyName": name,
        "legalCompanyName": name,
        "address": address,
        "legalAddress": dict(address),
        "fiscalYearStartMonth": "january",
        "incomeTaxYearStartMonth": "january",
        "taxForm": "other_or_none",
    }


def end_user(file: CompanyFile, settings: Settings, object_id: str | None) -> Any:
    """The one end user, or the list of it."""
    created, own_id = file.meta["created_at"], file.meta["end_user_id"]
    now = file.pc.true_time().isoformat(timespec="seconds")
    connection = {
        "id": own_id.replace("end_usr_", "int_conn_"),
        "objectType": "integration_connection",
        "createdAt": created,
        "integrationSlug": "quickbooks_desktop",
        "lastRequestAt": now,
        "lastSuccessfulRequestAt": now,
    }
    user = {
        "id": own_id,
        "objectType": "end_user",
        "createdAt": created,
        "companyName": settings.company_name,
        "sourceId": "accordant-sandbox",
        "email": "office@example.com",
        "integrationConnections": [connection],
    }
    if object_id is None:
        return {"objectType": "list", "url": "/v1/end-users", "data": [user]}
    if object_id != own_id:
        raise missing("end-user", object_id)
    return user
