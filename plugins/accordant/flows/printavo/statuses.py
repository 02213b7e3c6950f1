"""Which statuses hide an order from the companies' tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from accordant.flows.printavo.settings import PrintavoSettings
from accordant.sync.operations import Severity, Trouble
from accordant.sync.text import folded

_INVOICE = "INVOICE"


def hidden_statuses(
    settings: PrintavoSettings, statuses: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, str] | Trouble]:
    """Yield (company, status id), and a warning for each name that Printavo does not have.

    Args:
        statuses: rows with id, name and type.
    """
    ids: dict[str, list[tuple[str, str]]] = {}
    for row in statuses:
        ids.setdefault(folded(row["name"]), []).append((row["id"], row["type"]))
    for name in sorted({*_named(settings)}):
        if folded(name) not in ids:
            yield _unknown(name)
    for company, rules in settings.companies.items():
        always = {folded(name) for name in (*settings.hidden_statuses, *rules.hidden_statuses)}
        production = {folded(name) for name in settings.hidden_production_statuses}
        for name, found in ids.items():
            for status_id, kind in found:
                if name in always or (name in production and kind == _INVOICE):
                    yield company, status_id


def _named(settings: PrintavoSettings) -> Iterator[str]:
    yield from settings.hidden_statuses
    yield from settings.hidden_production_statuses
    for rules in settings.companies.values():
        yield from rules.hidden_statuses


def _unknown(name: str) -> Trouble:
    sentence = f"No status of Printavo is named {name!r}, so it hides nothing. Correct include/settings/printavo.yaml."
    return Trouble(Severity.WARNING, "status", name, "STATUS_UNKNOWN", sentence, field="hidden_statuses", source=name)
