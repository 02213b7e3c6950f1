"""What a flow gives to the six steps, and what it gets from the store. Data in, data out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from accordant.flows.settings import FlowSettings
from accordant.sync.certificate import Difference
from accordant.sync.operations import Operation, Trouble
from accordant.sync.ports import Target
from accordant.sync.records import Binding, JsonObject, StagedRow

Row = Mapping[str, Any]


class View(Protocol):
    """A run's staged records and the bindings, as the store shows them to a flow."""

    def rows(self, query: str, **parameters: Any) -> Iterator[list[Row]]:
        """Yield the rows of include/sql/{flow}/{query}.sql in lists; %(run_id)s and the scope are bound."""

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        """Return bindings by key."""

    def bindings_of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        """Return the bindings of all parts of these records."""

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        """Return {remote id: our key} of those that are bound."""


@dataclass(frozen=True, slots=True)
class ProvenRecord:
    """One record as both sides hold it after load; None where a side does not have it."""

    object_type: str
    key: str
    ours: JsonObject | None
    theirs: JsonObject | None
    amount_ours: Decimal = Decimal(0)
    amount_theirs: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was read back of one root record: its parts on both sides, and the differences.

    Attributes:
        seal: the hash of the whole source, where both sides are equal and nothing is left out; else ''.
    """

    key: str
    records: Sequence[ProvenRecord]
    differences: Sequence[Difference]
    seal: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """How a source document ended.

    Attributes:
        key: the document; `hash` is that of the content that was synchronised.
        status: what is written to it; None while something is still to do.
        log: the details that are written beside it.
        invoices: how many records it holds.
    """

    key: str
    hash: str
    status: int | None
    log: JsonObject
    invoices: int


class Flow(Protocol):
    """One kind of agreement between two systems."""

    @property
    def name(self) -> str:
        """The name of the flow, its folder, its settings, its queries and its DAG."""

    @property
    def settings(self) -> FlowSettings:
        """Its validated settings."""

    @property
    def root(self) -> str:
        """The object type that is proven and sealed as a whole, with its parts."""

    @property
    def object_types(self) -> Sequence[str]:
        """What is validated, in this order, each with a suite {flow}.{object type}.json."""

    @property
    def source_connection(self) -> str:
        """The Airflow Connection of our side."""

    @property
    def target_connection(self) -> str:
        """The Airflow Connection of the other side."""

    def read_ours(self, documents: Iterable[Any]) -> Iterator[StagedRow]:
        """Turn our side's raw records into rows for staging."""

    def read_theirs(self, view: View, client: Any) -> Iterator[StagedRow]:
        """Look up on the other side what our staged records need; nothing for what is sealed."""

    def decide(self, view: View) -> Iterator[Operation | Trouble]:
        """Match, merge, and yield the plan's operations in its order, and what stands in the way."""

    def money_of(self, operation: Operation) -> Decimal:
        """Return the amount that an operation writes."""

    def target(self, client: Any) -> Target:
        """Return the other side as load writes to it."""

    def read_back(self, view: View, client: Any) -> Iterator[list[Proof]]:
        """Read the touched records of the other side again and compare them with ours."""

    def other_sources(self, view: View) -> list[str]:
        """Return source documents outside this run that agreed one of its records with other content."""

    def report(self, view: View, run_id: str, now: datetime) -> Iterator[list[DocumentReport]]:
        """Yield how each source document of the run ended, some at a time."""
