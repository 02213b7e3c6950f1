"""The shapes of a flow, push, two-way and mirror: what their steps do differently."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from accordant.flows.base import Flow, MirrorFlow, Proof, TwoWayFlow
from accordant.sync.operations import Operation, Trouble
from accordant.tasks.mirror import Mirror
from accordant.tasks.push import Push
from accordant.tasks.two_way import TwoWay
from accordant.tasks.workbench import Workbench


class Staged(Protocol):
    """The staged records of a run, as rules are evaluated on them."""

    @property
    def conninfo(self) -> str:
        """Return where the rows are."""

    def has(self, object_type: str) -> bool:
        """Tell whether any record of a type is staged."""

    def records(self, object_type: str, seqs: Sequence[int]) -> Sequence[Any]:
        """Return seq, key, parent and source of some rows."""

    def refuse(self, object_type: str, seqs: Sequence[int]) -> None:
        """Keep some rows from going on."""


class Shape(Protocol):
    """What a flow's shape adds to the steps."""

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Read what changed on both sides into staging and return counts."""

    def staged(self, bench: Workbench) -> Staged:
        """Return what was staged, for validation."""

    def agreed(self, bench: Workbench) -> int:
        """Return how many records are agreed by now."""

    def recognise(self, bench: Workbench) -> None:
        """Make sure that the other side is the one that records were agreed with."""

    def before_plan(self, bench: Workbench) -> None:
        """Prepare what the plan is made of."""

    def decisions(self, bench: Workbench) -> Iterator[Operation | Trouble]:
        """Yield the plan in its order, and what stands in the way."""

    def after_plan(self, bench: Workbench) -> None:
        """Tidy up once the plan is stored."""

    def load(self, bench: Workbench, plan: Any) -> None:
        """Apply the plan."""

    def after_load(self, bench: Workbench) -> None:
        """Keep what load learnt, however it ended."""

    def proofs(self, bench: Workbench) -> Iterator[list[Proof]]:
        """Read both sides again and yield what was compared."""


def shape_of(flow: Flow) -> Shape:
    """Return the shape of a flow."""
    if isinstance(flow, MirrorFlow):
        return Mirror()
    return TwoWay() if isinstance(flow, TwoWayFlow) else Push()
