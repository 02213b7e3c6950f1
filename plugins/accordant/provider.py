"""What Airflow is told about this package: its connection types and their forms.

Loaded by every Airflow process, so it imports data only; the hooks are named, not imported.
"""

from __future__ import annotations

from typing import Any

from accordant.hooks.forms import FORMS

# {system: (module of its hook, where its interface is described)}
_SYSTEMS = {
    "InvenTree": ("accordant.hooks.inventree", "https://docs.inventree.org/en/stable/api/"),
    "QuickBooks Desktop": ("accordant.hooks.conductor", "https://docs.conductor.is/"),
    "QuickBooks Online": ("accordant.hooks.quickbooks_online", "https://developer.intuit.com/app/developer/qbo/docs"),
    "Printavo": ("accordant.hooks.printavo", "https://www.printavo.com/docs/api/v2"),
    "WMS in Postgres": ("accordant.hooks.wms", "https://www.postgresql.org/docs/current/"),
    "MongoDB": ("accordant.hooks.raw_data", "https://www.mongodb.com/docs/"),
}


def get_provider_info() -> dict[str, Any]:
    """Return the provider info, as the entry point `apache_airflow_provider` promises."""
    return {
        "package-name": "accordant",
        "name": "Accordant",
        "description": "Pipelines that keep business systems in agreement.",
        "integrations": [
            {"integration-name": name, "external-doc-url": address, "tags": ["service"]}
            for name, (_, address) in _SYSTEMS.items()
        ],
        "hooks": [{"integration-name": name, "python-modules": [module]} for name, (module, _) in _SYSTEMS.items()],
        "connection-types": [form.connection_type() for form in FORMS],
    }
