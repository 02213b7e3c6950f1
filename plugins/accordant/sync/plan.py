"""The plan: the sorted operations that would bring both sides into agreement, and its id."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal

from accordant.sync.operations import Action, Operation
from accordant.sync.records import canonical_json


def order_of(operation: Operation) -> tuple[int, str]:
    """Return the place of an operation's group in a plan."""
    return operation.phase, operation.group


@dataclass(slots=True)
class PlanDigest:
    """Reads a plan operation by operation and sums it up, in memory that does not grow with it.

    `writes` counts per side what will be written there; a link is not a write.

    The id is the SHA-256 of the content, so the same decision has the same id on any machine and in any
    run: an approval given to an id is an approval of exactly these operations.
    """

    operations: int = 0
    money: Decimal = Decimal(0)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    _sha: hashlib._Hash = field(default_factory=hashlib.sha256)
    _last: tuple[int, str] | None = None

    def add(self, operation: Operation, money: Decimal = Decimal(0)) -> None:
        """Take the next operation; `money` is what it moves, in the flow's currency.

        Raises:
            ValueError: when the operations do not come in the plan's order.
        """
        if self._last is not None and order_of(operation) < self._last:
            raise ValueError(f"{operation.key} comes out of order: {order_of(operation)} after {self._last}")
        self._last = order_of(operation)
        self._sha.update(canonical_json(operation.content()).encode() + b"\n")
        self.operations += 1
        self.money += money
        self.counts[operation.object_type, operation.action.value] += 1
        if operation.action is not Action.LINK:
            self.writes[operation.side.value] += 1

    @property
    def id(self) -> str:
        """Return the plan's id so far."""
        return self._sha.hexdigest()

    def count(self, action: Action) -> int:
        """Return how many operations of this action the plan has."""
        return sum(n for (_, name), n in self.counts.items() if name == action.value)

    def table(self) -> dict[str, dict[str, int]]:
        """Return the counts as {object type: {action: count}}."""
        table: dict[str, dict[str, int]] = {}
        for (object_type, action), count in sorted(self.counts.items()):
            table.setdefault(object_type, {})[action] = count
        return table
