"""The hook of QuickBooks Online with what all workers share: the newest tokens, and the limits."""

from __future__ import annotations

from contextlib import AbstractContextManager

from accordant.hooks.calls import OnCall
from accordant.hooks.endpoints import ConnectionLike
from accordant.hooks.gates import Passage
from accordant.hooks.http import Patience
from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from accordant.store.permits import Clock
from accordant.store.tokens import StoredTokens
from accordant.sync.rates import QuickBooksLimits
from accordant.tasks.connections import store_conninfo
from accordant.tasks.turns import gate_of


class SharedQuickBooksOnlineHook(QuickBooksOnlineHook):
    """One company of QuickBooks Online; everybody who opens it so keeps the same limits and the same tokens.

    Args:
        limits: those of the flow; the vendor's own when None.
        clock: stands in for the clock of Postgres.

    Raises:
        Misconfigured: the Connection, or that of the sync store, is missing or incomplete.
    """

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None, limits: QuickBooksLimits | None = None, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        super().__init__(
            conn_id, connection=connection, on_call=on_call, patience=patience,
            vault=StoredTokens(store_conninfo()), gate=self._let_through,
        )  # fmt: skip
        self._shared = gate_of(self.account, limits or QuickBooksLimits(), clock)

    def _let_through(self, kind: str) -> AbstractContextManager[Passage]:
        return self._shared(kind)
