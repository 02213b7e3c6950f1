"""The same office on the real sync store, the real WMS and the sandbox's server, with the same clock as in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import psycopg
from psycopg.rows import dict_row

from accordant.flows.qbd import quickbooks
from accordant.flows.qbd import target as target_module
from accordant.hooks.conductor import ConductorHook
from accordant.hooks.wms import Session, WmsHook
from accordant.include_dir import sql
from accordant.sync import load as load_module
from accordant.sync.errors import AccordantError
from accordant.tasks import intents, steps, two_way
from tests.properties import two_sides
from tests.properties.memory_books import Fault
from tests.properties.two_sides import START, Interruption, PowerCut, Ran

Row = dict[str, Any]
# Every clock_timestamp() of the WMS's schema finds this one first.
_CLOCK = """
CREATE SCHEMA fake;
CREATE TABLE fake.moment (at timestamptz NOT NULL);
INSERT INTO fake.moment VALUES ('epoch');
CREATE FUNCTION fake.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM fake.moment';
"""


class RealOffice(two_sides.Office):
    """A warehouse in Postgres and a company file behind HTTP.

    Args:
        wms, store: connection strings; the WMS is an empty database.
        conductor: a fresh Conductor sandbox.
    """

    def __init__(self, wms: str, store: str, conductor: Any) -> None:
        self._wms, self._conninfo, self._conductor = wms, store, conductor
        self.clock = conductor.company.clock
        self.clock.set(START)
        self.books = self  # type: ignore[assignment]
        self.company = conductor.company
        self.warehouse = self  # type: ignore[assignment]
        self.store = self  # type: ignore[assignment]
        self.runs = []
        with psycopg.connect(wms) as connection:
            connection.execute(_CLOCK)
            connection.execute(f"ALTER DATABASE {connection.info.dbname} SET search_path = fake, pg_catalog, public")
        with psycopg.connect(wms) as connection:
            connection.execute(sql("wms/schema"))

    # -- people at work

    def rows(self, name: str, **parameters: Any) -> Iterator[Row]:
        """Yield the rows of a query of the WMS."""
        with psycopg.connect(self._wms, row_factory=dict_row) as connection:
            yield from connection.execute(sql(f"wms/{name}"), parameters).fetchall()

    def at_wms(self, statement: str, **parameters: Any) -> list[Row]:
        """Let somebody at the warehouse do something; [] where the WMS refuses it."""
        try:
            with psycopg.connect(self._wms, row_factory=dict_row) as connection:
                self._tell_time(connection)
                if statement.endswith("_delete"):
                    table = statement.removesuffix("_delete")
                    return connection.execute(
                        f"DELETE FROM wms.{table} WHERE id = %(key)s RETURNING id::text AS key",  # type: ignore[arg-type]
                        parameters,
                    ).fetchall()
                return list(Session(connection).rows(statement, **parameters))
        except (psycopg.IntegrityError, psycopg.DataError):
            return []

    def _tell_time(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute("UPDATE fake.moment SET at = %s", (self.clock.now(),))

    def break_wire(self, *faults: Fault) -> None:
        """Let the next calls meet these faults, and no others."""
        self._conductor.control.disarm()
        for fault in faults:
            self._conductor.control.arm(fault.name, method=fault.method, times=fault.times, skip=fault.skip)

    # -- runs

    def run(self, flow: str, *, full: bool = False, pause: float = 0, cut: Interruption | None = None) -> Ran:
        """Do a whole run as Airflow would, once; what stops it is told, not raised."""
        ran = Ran(flow, "")
        self.runs.append(ran)
        with self._as_installed(ran, {}, cut):
            try:
                ran.run_id = steps.prepare(flow, f"test {uuid4()}", {"full": full})
                steps.extract(flow, ran.run_id)
                ran.plan = steps.diff(flow, ran.run_id)["plan"]
                steps.decide_alone(flow, ran.run_id)
                self._do("UPDATE accordant.plan SET decision = 'approved' WHERE run_id = %s", ran.run_id)
                self.clock.advance(pause)
                steps.load(flow, ran.run_id)
            except (AccordantError, PowerCut) as error:
                ran.stopped = repr(error)
        return ran

    @contextmanager
    def _as_installed(self, ran: Ran, parameters: Row, cut: Interruption | None) -> Iterator[None]:
        failpoint, now = self._failpoint(ran, cut), two_sides.virtual(self.clock)
        told = self._in_time(WmsHook.transaction)
        with ExitStack() as stack:
            for module in (load_module, target_module, two_way, steps):
                stack.enter_context(patch.object(module, "failpoint", failpoint))
            for module in (quickbooks, two_way, intents):
                stack.enter_context(patch.object(module, "datetime", now))
            stack.enter_context(patch.object(WmsHook, "now", lambda _: self.clock.now()))
            stack.enter_context(patch.object(WmsHook, "transaction", told))
            server_time = self.clock.now
            stack.enter_context(
                patch.object(ConductorHook, "server_time", lambda _: server_time().replace(microsecond=0))
            )
            yield

    def _in_time(self, transaction: Callable[..., Any]) -> Callable[..., Any]:
        """Let the WMS know the time whenever the product writes to it."""

        def told(hook: WmsHook, **parameters: Any) -> Any:
            with psycopg.connect(self._wms) as connection:
                self._tell_time(connection)
            return transaction(hook, **parameters)

        return told

    # -- what the sync store holds

    def _do(self, statement: str, *parameters: Any) -> list[Row]:
        with psycopg.connect(self._conninfo, row_factory=dict_row) as connection:
            cursor = connection.execute(statement, parameters)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    @property
    def binding(self) -> dict[tuple[str, ...], Row]:
        """Return all bindings."""
        rows = self._do("SELECT * FROM accordant.binding")
        return {(row["flow"], row["object_type"], row["key"]): row for row in rows}

    def operations(self, run_id: str = "") -> list[Row]:
        """Return the operations of a run, in its order."""
        return self._do("SELECT * FROM accordant.operation WHERE run_id::text = %s ORDER BY seq", run_id)

    def troubles(self, flow: str = "") -> list[Row]:
        """Return what stands in the way now."""
        return self._do("SELECT * FROM accordant.trouble WHERE flow = %s", flow)
