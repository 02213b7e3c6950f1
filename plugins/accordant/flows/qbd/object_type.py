"""A flow between the WMS and QuickBooks Desktop, as the six steps see it: one object type's mapping and policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from accordant.flows.base import Proof, TwoWayView
from accordant.flows.qbd import pairing, proof, reading
from accordant.flows.qbd.fields import Field, Written
from accordant.flows.qbd.mapping import RecordMapping
from accordant.flows.qbd.quickbooks import QuickBooksWriter
from accordant.flows.qbd.settings import QuickBooksSettings, settings_of
from accordant.flows.qbd.target import BothSides
from accordant.flows.qbd.warehouse import WarehouseWriter
from accordant.sync.agree import Decision
from accordant.sync.lines import LineKind
from accordant.sync.merge import Names, Side
from accordant.sync.operations import Operation
from accordant.sync.pairs import Kind
from accordant.sync.records import StagedRow
from accordant.sync.timing import Clocks

NAMES = Names("the WMS", "QuickBooks")
_OWNERS = {"customer": "qbd_customers", "vendor": "qbd_vendors", "item": "qbd_items"}


@dataclass
class QuickBooksFlow:
    """One object type, kept in agreement between the WMS and QuickBooks Desktop.

    Attributes:
        name: the flow's name.
        mapping: the object type on both sides.
        money: the field whose change counts as money moved; '' for none.
    """

    name: str
    mapping: RecordMapping
    money: str = ""
    claims: bool = field(default=False, init=False)
    source_connection: str = field(default="wms_default", init=False)
    target_connection: str = field(default="conductor_default", init=False)

    @property
    def dag_id(self) -> str:
        """Return its DAG, which has its name."""
        return self.name

    @property
    def root(self) -> str:
        """Return the object type."""
        return self.mapping.object_type

    @property
    def object_types(self) -> tuple[str, ...]:
        """Return what is validated."""
        return (self.mapping.object_type,)

    @property
    def owners(self) -> Mapping[str, str]:
        """Return which flow agrees the records that this one refers to."""
        return _OWNERS

    @property
    def names(self) -> Names:
        """Return how people call the two systems."""
        return NAMES

    @property
    def references(self) -> Mapping[str, str]:
        """Return {field: object type} of what refers to other records."""
        return {**self.mapping.references, **self.mapping.line_references}

    @cached_property
    def settings(self) -> QuickBooksSettings:
        """Return the validated settings of include/settings/{name}.yaml."""
        return settings_of(self.name)

    @cached_property
    def kind(self) -> Kind:
        """Return what the planner must know of the object type."""
        mapping = self.mapping
        lines = None
        if mapping.lines is not None:
            lines = LineKind(tuple(one.name for one in mapping.lines.fields), owners=_kept(mapping.lines.fields))
        kept = tuple(_kept(mapping.fields))
        policy = self.settings.policy.model_copy(update={"theirs": (*self.settings.policy.theirs, *kept)})
        one_way = policy.sole_source
        return Kind(
            mapping.object_type, mapping.names, policy, NAMES, mapping.retired, lines, mapping.references,
            mapping.line_references, frozenset({one_way.other} if one_way else Side), fixed=mapping.fixed,
        )  # fmt: skip

    # -- reading

    @property
    def earliest(self) -> str:
        """Return the ISO date before which transactions are left alone; '' for none."""
        return self.settings.from_date.isoformat() if self.settings.from_date else ""

    def lists(self, side: Side) -> dict[str, str]:
        """Return {list: object type} of a side."""
        names = [self.mapping.object_type] if side is Side.OURS else self.mapping.resources
        return dict.fromkeys(names, self.mapping.object_type)

    def read(self, side: Side, client: Any, name: str, since: datetime | None) -> Iterator[StagedRow]:
        """Yield the records of a list that changed since a moment; all of them without one."""
        if side is Side.OURS:
            rows = reading.read_ours(self.mapping, client, since)
        else:
            filters: dict[str, Any] = {}
            if self.settings.from_date is not None and self.mapping.is_transaction:
                filters["transaction_date_from"] = self.settings.from_date
            rows = reading.read_theirs(self.mapping, client, name, since, **filters)
        yield from (row for row in rows if self._is_wanted(row))

    def _is_wanted(self, row: StagedRow) -> bool:
        return bool(row.content.get("transaction_date", "9") >= self.earliest)

    def read_again(self, side: Side, client: Any, keys: Sequence[str]) -> Iterator[StagedRow]:
        """Yield some records of the WMS whatever their time."""
        if side is Side.OURS:
            yield from reading.read_ours(self.mapping, client, None, list(keys))

    def deleted(self, client: Any, since: datetime) -> Iterator[StagedRow]:
        """Yield what was deleted in QuickBooks since a moment."""
        yield from reading.read_deleted(self.mapping, client, since)

    # -- deciding and writing

    def decide(self, view: TwoWayView, clocks: Clocks) -> Iterator[Decision]:
        """Yield the plan in its order, and what stands in the way."""
        tie = self.settings.policy.tie
        kind = replace(self.kind, clocks=replace(clocks, tie=tie))
        yield from pairing.decide(view, self.mapping, kind)

    def money_of(self, operation: Operation) -> Decimal:
        """Return by how much an operation changes the amount of its record."""
        if not self.money:
            return Decimal(0)
        before = (operation.before or {}).get(self.money) or 0
        return abs(Decimal(operation.after.get(self.money) or 0) - Decimal(before))

    def target(self, source: Any, client: Any) -> BothSides:
        """Return both systems as load writes to them."""
        return BothSides(
            self.mapping, self.kind, WarehouseWriter(self.mapping, source),
            QuickBooksWriter(self.mapping, client, source.account),
        )  # fmt: skip

    def proofs(self, view: TwoWayView) -> Iterator[list[Proof]]:
        """Compare both sides of the records that the run touched."""
        yield from proof.proofs(view, self.mapping, self.kind, self.money)


def _kept(fields: Sequence[Field]) -> dict[str, Side]:
    """Return the fields that only QuickBooks can give, because it computes them or takes them once."""
    return {one.name: Side.THEIRS for one in fields if one.written is Written.NEVER}
