"""What a step works with: the store, the run, the flow and both systems, opened together and closed together."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from accordant.flows.base import Flow, PushFlow, TwoWayFlow
from accordant.flows.registry import flow_named
from accordant.store.calls import CallLog
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.runs import Lock, Run, exclusive, find_run
from accordant.store.view import RunView
from accordant.sync.errors import AccordantError, Misconfigured
from accordant.sync.load import Cancelled
from accordant.sync.ports import Target
from accordant.sync.text import shortened
from accordant.tasks.connections import store_conninfo
from accordant.tasks.systems import open_source, open_target

log = logging.getLogger(__name__)


@dataclass
class Workbench:
    """One step of one run at work."""

    database: Database
    flow: Flow
    run: Run
    calls: CallLog
    lock: Lock | None = None

    @cached_property
    def view(self) -> RunView:
        """Return the run's staged records and bindings."""
        return RunView(self.database, self.run, self.flow.owners)

    @cached_property
    def journal(self) -> Journal:
        """Return the run's journal of operations."""
        return Journal(self.database, self.run, self.lock, self.flow.owners)

    @cached_property
    def load_target(self) -> Target:
        """Return the systems as load writes to them."""
        return self.flow.target(self.source, self.target)

    @property
    def push_flow(self) -> PushFlow:
        """Return the flow, which is a push flow."""
        assert isinstance(self.flow, PushFlow)
        return self.flow

    @property
    def two_way_flow(self) -> TwoWayFlow:
        """Return the flow, which is a two-way flow."""
        assert isinstance(self.flow, TwoWayFlow)
        return self.flow

    def note(self, reading: dict[str, Any]) -> None:
        """Keep in the run how far it read, and by which clocks."""
        self.database.execute("store/run_note", run_id=self.run.id, reading=Jsonb(reading))

    def noted(self) -> dict[str, Any]:
        """Return what was kept."""
        row = self.database.row("store/run_noted", run_id=self.run.id)
        return dict(row["reading"]) if row else {}

    @cached_property
    def source(self) -> Any:
        """Return our side."""
        return _same(open_source(self.flow, self.calls.add), self.run.ours, self.flow.source_connection)

    def close(self) -> None:
        """Close the connections to our side, where it keeps some: a process may do many steps."""
        close = getattr(self.__dict__.get("source"), "close", None)
        if close is not None:
            close()

    @cached_property
    def target(self) -> Any:
        """Return the client of the other side."""
        return _same(open_target(self.flow, self.calls.add), self.run.theirs, self.flow.target_connection)


def _same(system: Any, account: str, conn_id: str) -> Any:
    """Return the system, if it is still the one that the run began with.

    Raises:
        Misconfigured: the Connection was changed meanwhile; ids of one account mean nothing in another.
    """
    if system.account != account:
        sentence = f"It leads to {system.account} now; this run began with {account}. Start a new run."
        raise Misconfigured("ADDRESS_WRONG", sentence, record=f"connection {conn_id}")
    return system


@contextmanager
def open_store(connections: int = 8) -> Iterator[Database]:
    """Open the sync store of the Connection accordant_store."""
    with Database(store_conninfo(), connections) as database:
        yield database


@contextmanager
def workbench(flow_name: str, run_id: str, step: str, *, locked: bool = True) -> Iterator[Workbench]:
    """Open what a step needs, hold the flow's lock, and note a failure in the run before it is raised."""
    flow = flow_named(flow_name)
    with ExitStack() as stack:
        workers = max(flow.settings.load.parallel.values(), default=1)
        database = stack.enter_context(open_store(workers + 6))
        run = find_run(database, run_id)
        with _failures_noted(database, run):
            at_work = run.own_scope if flow.claims else run.scope
            lock = stack.enter_context(exclusive(database, at_work, flow.settings.lock_seconds)) if locked else None
            database.execute("store/run_step", run_id=run.id, step=step)
            with CallLog(database, run.id, step) as calls:
                bench = Workbench(database, flow, run, calls, lock)
                stack.callback(bench.close)
                yield bench


@contextmanager
def _failures_noted(database: Database, run: Run) -> Iterator[None]:
    """Write why a step ended into the run, so that the reason can be read from outside."""
    try:
        yield
    except BaseException as error:
        state = "cancelled" if isinstance(error, Cancelled) else "failed"
        try:
            problem = shortened(error if isinstance(error, AccordantError) else repr(error), 1000)
            database.execute("store/run_fail", run_id=run.id, state=state, problem=problem)
        except (AccordantError, psycopg.Error):
            log.warning("The sync store cannot be reached, so the failure is only in this log.")
        raise
