"""What a flow gives to the six steps, and what it gets from the store. Data in, data out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from accordant.flows.settings import FlowSettings, TwoWaySettings
from accordant.sync.certificate import Difference
from accordant.sync.merge import Names, Side
from accordant.sync.operations import Operation, Trouble
from accordant.sync.ports import Target
from accordant.sync.records import Binding, JsonObject, StagedRow
from accordant.sync.tables import Table
from accordant.sync.timing import Clocks

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


class TwoWayView(Protocol):
    """Both sides as they were last seen, and what they agreed on, as the store shows them to a two-way flow."""

    def rows(self, query: str, **parameters: Any) -> Iterator[list[Row]]:
        """Yield the rows of include/sql/{flow}/{query}.sql in lists; %(run_id)s and the scope are bound."""

    def changed_pairs(self, object_type: str) -> Iterator[list[Row]]:
        """Yield the bound records of which either side is not as it was agreed."""

    def unbound_pairs(self, object_type: str) -> Iterator[list[Row]]:
        """Yield the records of either side that are not agreed yet, matched by id, mark and natural key."""

    def touched_pairs(self, object_type: str) -> Iterator[list[Row]]:
        """Yield the bound records that this run wrote or saw changed."""

    def side_records(self, object_type: str, side: str) -> Iterator[list[Row]]:
        """Yield all records of a side as they were last seen."""

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        """Return bindings by key."""

    def bound_ids(self, object_type: str, remote_ids: Sequence[str]) -> dict[str, str]:
        """Return {remote id: our key} of those that are bound."""

    def was_refused(self, operation: Operation) -> bool:
        """Tell whether the target refused this very operation in an earlier run, so that it is not sent again."""

    def bound_keys(self, object_type: str, keys: Sequence[str]) -> dict[str, str]:
        """Return {our key: remote id} of those that are bound."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run asks our side of a push flow for.

    Attributes:
        mark: names the run where it claims records.
        parameters: what the person or the schedule asked for.
        again: source documents that a person wants tried again.
        preview: nothing may be written, not even a claim.
        lapsed: tells of a mark, and when it was set, whether nobody is at work on what it claimed.
    """

    mark: str
    parameters: Mapping[str, Any]
    again: Sequence[str] = ()
    preview: bool = False
    lapsed: Callable[[str, datetime | None], bool] = lambda mark, since: False


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
        remote_id: its id on the other side.
    """

    key: str
    records: Sequence[ProvenRecord]
    differences: Sequence[Difference]
    seal: str = ""
    remote_id: str = ""


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """How a source document ended.

    Attributes:
        key: the document; `hash` is that of the content that was synchronised.
        status: what is written to it; None while something is still to do.
        log: the details that are written beside it.
        invoices: how many records it holds.
        troubles: what kept it back and no step before could say.
    """

    key: str
    hash: str
    status: int | None
    log: JsonObject
    invoices: int
    troubles: Sequence[Trouble] = ()


class Flow(Protocol):
    """One kind of agreement between two systems: what every flow has."""

    @property
    def name(self) -> str:
        """The name of the flow, its folder, its settings, its queries and its DAG."""

    @property
    def settings(self) -> FlowSettings:
        """Its validated settings."""

    @property
    def root(self) -> str:
        """The object type that is proven as a whole, with its parts."""

    @property
    def object_types(self) -> Sequence[str]:
        """What is validated, in this order, each with a suite {flow}.{object type}.json."""

    @property
    def source_connection(self) -> str:
        """The Airflow Connection of our side."""

    @property
    def target_connection(self) -> str:
        """The Airflow Connection of the other side."""

    @property
    def owners(self) -> Mapping[str, str]:
        """{object type: flow} of the records of other flows that this one refers to."""

    @property
    def dag_id(self) -> str:
        """The DAG that runs it when a person asks."""

    @property
    def claims(self) -> bool:
        """Whether each run claims its own records in our side, so that several runs may be at work at once."""

    @property
    def names(self) -> Names:
        """How people call the two systems."""

    @property
    def references(self) -> Mapping[str, str]:
        """{field: object type} of the fields, of records and of their lines, that hold another record's key."""

    def money_of(self, operation: Operation) -> Decimal:
        """Return the amount that an operation writes."""

    def target(self, source: Any, client: Any) -> Target:
        """Return the systems as load writes to them."""


@runtime_checkable
class PushFlow(Flow, Protocol):
    """Documents of our side become records of the other side."""

    def read_ours(self, documents: Iterable[Any]) -> Iterator[StagedRow]:
        """Turn our side's raw records into rows for staging."""

    def read_theirs(self, view: View, client: Any) -> Iterator[StagedRow]:
        """Look up on the other side what our staged records need; nothing for what is sealed."""

    def decide(self, view: View) -> Iterator[Operation | Trouble]:
        """Match, merge, and yield the plan's operations in its order, and what stands in the way."""

    def read_back(self, view: View, client: Any) -> Iterator[list[Proof]]:
        """Read the touched records of the other side again and compare them with ours."""

    def other_sources(self, view: View) -> list[str]:
        """Return source documents outside this run that agreed one of its records with other content."""

    def report(self, view: View, run_id: str, now: datetime) -> Iterator[list[DocumentReport]]:
        """Yield how each source document of the run ended, some at a time."""


class ListUnread(Exception):
    """A list cannot be read now, and the flow goes on without it: nothing follows from what it did not show."""


@runtime_checkable
class TwoWayFlow(Flow, Protocol):
    """Two systems that people edit on both sides.

    Each side is read in lists. The watermark of a list says up to when it was read, by that side's clock.
    """

    @property
    def settings(self) -> TwoWaySettings:
        """Its validated settings."""

    @property
    def earliest(self) -> str:
        """The ISO date before which transactions are left alone; '' for none."""

    def lists(self, side: Side) -> Mapping[str, str]:
        """Return {list: object type} of a side."""

    def read(self, side: Side, client: Any, name: str, since: datetime | None) -> Iterator[StagedRow]:
        """Yield the records of a list that changed since a moment; all of them without one.

        Raises:
            ListUnread: go on with the other lists.
        """

    def read_again(self, side: Side, client: Any, keys: Sequence[str]) -> Iterator[StagedRow]:
        """Yield some records whatever their time."""

    def deleted(self, client: Any, since: datetime) -> Iterator[StagedRow]:
        """Yield what was deleted on the other side since a moment."""

    def decide(self, view: TwoWayView, clocks: Clocks) -> Iterator[Operation | Trouble]:
        """Match, merge, and yield the plan's operations in its order, and what stands in the way."""

    def proofs(self, view: TwoWayView) -> Iterator[list[Proof]]:
        """Compare both sides of the records that the run touched, as they were read after it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a run of a mirror reads.

    Attributes:
        what: names it; an interrupted reading is gone on with only by a run that wants the same.
        full: everything, so that what is missing is gone.
        company: only this company's; '' for all.
    """

    what: str
    full: bool
    company: str = ""


@runtime_checkable
class MirrorFlow(Flow, Protocol):
    """All records of the other side are kept in tables of ours, merged in whole sets."""

    @property
    def roots(self) -> Sequence[Table]:
        """The tables, each with its parts."""

    @property
    def headers(self) -> Table:
        """What tells whether a record must be read again."""

    @property
    def companies(self) -> Sequence[str]:
        """The companies that have an order table of their own."""

    @property
    def printavo_wins(self) -> bool:
        """Whether the other side wins where a due date changed on both."""

    def wanted(self, parameters: Mapping[str, Any], last_full: datetime | None, now: datetime) -> Wanted:
        """Return what a run reads.

        Raises:
            Misconfigured: a parameter cannot be used.
        """

    def read(
        self, client: Any, staging: Any, wanted: Wanted, known: Callable[[], tuple[Sequence[Row], Sequence[Row]]]
    ) -> None:
        """Read pages into staging; `known` gives the customers and contacts that are known by then."""

    def counted(self, client: Any) -> Mapping[str, int]:
        """Return how many records the other side says it has, by kind."""

    def members(
        self, customers: Iterable[Row], contacts: Iterable[Row]
    ) -> Iterator[tuple[str, str, str, str] | Trouble]:
        """Yield (company, customer or contact, id, rule), and who almost belongs."""

    def hidden(self, statuses: Iterable[Row]) -> Iterator[tuple[str, str] | Trouble]:
        """Yield (company, status id) of the statuses that its table leaves out, and settings that name none."""

    def operation(self, record: str, key: str, before: Any, after: Any, parts: Mapping[str, int]) -> Operation:
        """Return what a changed record of the other side does to the tables."""

    def book_decisions(self, company: str, row: Row) -> Iterator[Operation | Trouble]:
        """Yield what changes in a company's table, and what a person should know of it."""
