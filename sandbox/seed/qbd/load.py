"""Put the company into the warehouse and into QuickBooks, once: what is there is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sandbox.conductor.client import ConductorControl
from sandbox.seed.qbd.quickbooks_side import deleted, objects
from sandbox.seed.qbd.wms_side import load_wms


class Books(Protocol):
    """What a company file lets be done at its PC: the control API, or `Company` itself."""

    def load(self, objects: Any) -> dict[str, list[str]]:
        """Put many objects into the file."""

    def person(self, method: str, path: str, body: Any = None) -> Any:
        """An edit by a person."""


@dataclass(frozen=True)
class LoadedCompany:
    """How many records were added now, to each side."""

    wms: int
    quickbooks: int


def load_company(wms_uri: str, conductor_url: str) -> LoadedCompany:
    """Load both sides."""
    control = ConductorControl(conductor_url)
    there = bool(control.state().get("customers"))
    return LoadedCompany(load_wms(wms_uri), 0 if there else load_books(control))


def load_books(books: Books) -> int:
    """Fill an empty company file, and delete what was deleted since; how many objects there are then."""
    loaded = books.load(objects())
    for path in deleted():
        books.person("DELETE", path)
    return sum(map(len, loaded.values())) - len(deleted())
