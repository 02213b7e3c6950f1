"""The two shapes of a flow, push and two-way: what their steps do differently."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

from accordant.flows.base import Flow, Proof, TwoWayFlow
from accordant.sync.operations import Operation, Trouble
from accordant.tasks.push import Push
from accordant.tasks.two_way import TwoWay
from accordant.tasks.workbench import Workbench


class Shape(Protocol):
    """What a flow's shape adds to the steps."""

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Read what changed on both sides into staging and return counts."""

    def recognise(self, bench: Workbench) -> None:
        """Make sure that the other side is the one that records were agreed with."""

    def before_plan(self, bench: Workbench) -> None:
        """Prepare what the plan is made of."""

    def decisions(self, bench: Workbench) -> Iterator[Operation | Trouble]:
        """Yield the plan in its order, and what stands in the way."""

    def after_plan(self, bench: Workbench) -> None:
        """Tidy up once the plan is stored."""

    def after_load(self, bench: Workbench) -> None:
        """Keep what load learnt, however it ended."""

    def proofs(self, bench: Workbench) -> Iterator[list[Proof]]:
        """Read both sides again and yield what was compared."""


def shape_of(flow: Flow) -> Shape:
    """Return the shape of a flow."""
    return TwoWay() if isinstance(flow, TwoWayFlow) else Push()
