"""The hook of Printavo with the limits that all workers share."""

from __future__ import annotations

from contextlib import AbstractContextManager

from accordant.hooks.calls import OnCall
from accordant.hooks.endpoints import ConnectionLike
from accordant.hooks.gates import Passage
from accordant.hooks.http import Patience
from accordant.hooks.printavo import PrintavoHook
from accordant.store.permits import Clock
from accordant.sync.rates import PrintavoLimits
from accordant.tasks.turns import gate_of


class SharedPrintavoHook(PrintavoHook):
    """One user of Printavo; everybody who opens it so keeps the same limits.

    Args:
        limits: those of the flow; the vendor's own when None.
        clock: stands in for the clock of Postgres.

    Raises:
        Misconfigured: the Connection, or that of the sync store, is missing or incomplete.
    """

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None, limits: PrintavoLimits | None = None, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        super().__init__(conn_id, connection=connection, on_call=on_call, patience=patience, gate=self._let_through)
        self._shared = gate_of(self.account, limits or PrintavoLimits(), clock)

    def _let_through(self, kind: str) -> AbstractContextManager[Passage]:
        return self._shared(kind)
