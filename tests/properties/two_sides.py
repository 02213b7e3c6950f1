"""The two sides of the QuickBooks flows for property tests: people, runs, faults and power cuts, in memory.

The planner, Load, the journal, the targets and the steps are the product's; the company file is the sandbox's. Only
the sync store, the WMS and the wire to Conductor are replaced, by what follows them statement by statement.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from random import Random
from typing import Any
from unittest.mock import patch

from accordant.flows.qbd import quickbooks
from accordant.flows.qbd import target as target_module
from accordant.flows.registry import flow_named
from accordant.store import spool
from accordant.store.journal import Journal
from accordant.store.quarantine import put_troubles
from accordant.store.runs import Run
from accordant.sync import load as load_module
from accordant.sync.errors import AccordantError, RecordRejected
from accordant.sync.operations import Severity, Trouble
from accordant.sync.ports import Intent
from accordant.sync.records import content_hash
from accordant.tasks import intents, steps, two_way
from accordant.tasks.shapes import shape_of
from accordant.tasks.workbench import Workbench
from sandbox.conductor.record import copied
from sandbox.shared.clock import Clock
from tests.properties.memory_books import Fault, MemoryBooks
from tests.properties.memory_store import MemoryStore
from tests.properties.memory_wms import MAPPINGS, MemoryWms

Row = dict[str, Any]
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FLOWS = {name: f"qbd_{name}s" for name in MAPPINGS}  # the order in which a day's runs go


class PowerCut(BaseException):
    """The process ends here."""


@dataclass
class Interruption:
    """What happens when runs come to a failpoint for the `count`-th time."""

    at: str
    count: int
    does: Callable[[], None]


@dataclass
class Ran:
    """What came of a run: its plan's id, its operations as they stand, and why it stopped early."""

    flow: str
    run_id: str
    plan: str = ""
    stopped: str = ""
    reached: list[str] = field(default_factory=list)


class Office:
    """A warehouse and a company file that people edit, and the flows between them."""

    def __init__(self, order: int = 0) -> None:
        """`order` other than 0 lets the operations of a phase be applied in an order of its own."""
        self.order = Random(order) if order else None
        self.clock = Clock()
        self.clock.set(START)
        self.store = MemoryStore(self.clock.now)
        self.warehouse = MemoryWms(self.clock.now)
        self.books = MemoryBooks(self.clock)
        self.runs: list[Ran] = []
        self.validates = True

    # -- people at work

    def at_wms(self, statement: str, **parameters: Any) -> list[Row]:
        """Let somebody at the warehouse do something; [] where the WMS refuses it."""
        try:
            with self.warehouse.transaction() as session:
                return session.rows(statement, **parameters)
        except RecordRejected:
            return []

    def at_books(self, method: str, path: str, body: Any = None) -> Row | None:
        """Let somebody at QuickBooks do something; None where QuickBooks refuses it."""
        answer = self.books.company.person(method, path, body)
        return answer.json if answer.status == 200 else None

    def shelf(self, object_type: str) -> list[Row]:
        """Return all that the WMS has of an object type."""
        return list(self.warehouse.rows(f"{object_type}_read", since=None, keys=None))

    def list(self, resource: str) -> list[Row]:
        """Return all that the company file has of a list."""
        table: Row = self.books.company.file.tables[resource]
        found: list[Row] = copied([record.shown for record in table.values()])
        return found

    def set_pc_clock(self, seconds: float) -> None:
        """Let the PC's clock be so far ahead."""
        self.books.company.change_settings({"skew_seconds": seconds})

    def break_wire(self, *faults: Fault) -> None:
        """Let the next calls meet these faults, and no others."""
        self.books.faults[:] = faults

    # -- runs

    def run(self, flow: str, *, full: bool = False, pause: float = 0, cut: Interruption | None = None) -> Ran:
        """Do a whole run as Airflow would, once; what stops it is told, not raised."""
        ran = Ran(flow, f"run {len(self.runs) + 1:04}")
        self.runs.append(ran)
        self.store.open(ran.run_id, flow)
        with self._as_installed(ran, {"full": full}, cut):
            try:
                with steps.workbench(flow, ran.run_id, "prepare") as bench:
                    steps._settle(bench)
                steps.extract(flow, ran.run_id)
                if self.validates:
                    self._validate(flow, ran.run_id)
                ran.plan = steps.diff(flow, ran.run_id)["plan"]
                steps.decide_alone(flow, ran.run_id)
                self.store.execute("store/plan_decide", run_id=ran.run_id, decision="approved", by="the office")
                self.clock.advance(pause)
                steps.load(flow, ran.run_id)
            except (AccordantError, PowerCut) as error:
                ran.stopped = repr(error)
        return ran

    def operations(self, run_id: str = "") -> list[Row]:
        """Return operations of one run or of all, in the order of runs and plans."""
        return [row for (run, _), row in sorted(self.store.operation.items()) if run_id in ("", run)]

    def troubles(self, flow: str = "") -> list[Row]:
        """Return what stands in the way now."""
        return self.store.troubles(flow)

    @contextmanager
    def _as_installed(self, ran: Ran, parameters: Row, cut: Interruption | None) -> Iterator[None]:
        """Put the memory in the place of Airflow's connections, and this clock in the place of the machine's."""
        failpoint, now = self._failpoint(ran, cut), virtual(self.clock)

        @contextmanager
        def workbench(flow: str, run_id: str, step: str, **_: Any) -> Iterator[Workbench]:
            run = Run(run_id, flow, self.warehouse.account, self.books.account, "apply", parameters)
            bench = Workbench(self.store, named(flow), run, _Calls())  # type: ignore[arg-type]
            vars(bench).update(source=self.warehouse, target=self.books)
            yield bench

        with ExitStack() as stack:
            for module in (load_module, target_module, two_way, steps):
                stack.enter_context(patch.object(module, "failpoint", failpoint))
            for module in (quickbooks, two_way, intents):
                stack.enter_context(patch.object(module, "datetime", now))
            stack.enter_context(patch.object(steps, "workbench", workbench))
            stack.enter_context(patch.object(steps, "shape_of", _shape_of))
            stack.enter_context(patch.object(Journal, "groups", self._groups))
            stack.enter_context(patch.object(load_module, "ThreadPoolExecutor", AtOnce))
            stack.enter_context(patch.object(spool, "TemporaryFile", lambda **_: BytesIO()))
            yield

    def _failpoint(self, ran: Ran, cut: Interruption | None) -> Callable[[str], None]:
        def reach(name: str) -> None:
            ran.reached.append(name)
            if name == "load.1.before_intent":
                self.clock.advance(1)
            if cut is not None and name == cut.at:
                cut.count -= 1
                if cut.count == 0:
                    cut.does()

        return reach

    @property
    def _groups(self) -> Callable[[Journal, int], Iterator[list[Intent]]]:
        """Return a Journal.groups that gives the groups of a phase as several workers come to them: in any order."""
        in_order = Journal.groups

        def groups(journal: Journal, phase: int) -> Iterator[list[Intent]]:
            found = list(in_order(journal, phase))
            if self.order is not None:
                self.order.shuffle(found)
            return iter(found)

        return groups

    def _validate(self, flow: str, run_id: str) -> None:
        """Put rows that break a rule of the flow's suite into quarantine, as Great Expectations does."""
        run = Run(run_id, flow, self.warehouse.account, self.books.account, "apply", {})
        refused, troubles = [], []
        for seq, row in self.store.staged.items():
            if row["run_id"] == run_id and row["side"] == "ours" and not row["gone"]:
                for code, name in broken_rules(row["object_type"], row["content"]):
                    refused.append(seq)
                    troubles.append(Trouble(Severity.REFUSED, row["object_type"], row["key"], code, "-", field=name))
        put_troubles(self.store, run, troubles)  # type: ignore[arg-type]
        self.store.execute("store/staged_refuse", run_id=run_id, seqs=refused)

    # -- both sides as they are

    def fingerprint(self) -> str:
        """Return the hash of all content of both sides."""
        shelves = {name: [(row["key"], row["content"]) for row in self.shelf(name)] for name in MAPPINGS}
        return content_hash([shelves, self.books.company.dump()])


def broken_rules(object_type: str, content: Row) -> Iterator[tuple[str, str]]:
    """Yield (code, field) of the rules of include/expectations/ that people here can break."""
    if "name" in content and not content["name"]:
        yield "FIELD_MISSING", "name"
    if object_type in ("sales_order", "purchase_order") and not content["lines"]:
        yield "ORDER_WITHOUT_LINES", "lines"


class AtOnce(Executor):
    """One worker that does everything when it is told, without a thread."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, do: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(do(*arguments, **named))
        except BaseException as error:
            done.set_exception(error)
        return done


named = cache(flow_named)  # looking for flows in the folder takes longer than a whole step here


@cache
def _shape_named(flow: str) -> Any:
    return shape_of(named(flow))


def _shape_of(flow: Any) -> Any:
    return _shape_named(flow.name)


class _Calls:
    def add(self, call: Any) -> None:
        pass


class _Virtual(datetime):
    clock: Clock

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return cls.clock.now().astimezone(tz)


@cache
def virtual(clock: Clock) -> type[datetime]:
    """Return a datetime whose now() is this clock's."""
    return type("VirtualDatetime", (_Virtual,), {"clock": clock})


def quiet() -> None:
    """Say nothing of thousands of runs."""
    logging.getLogger("accordant").setLevel(logging.CRITICAL)


__all__ = ["FLOWS", "START", "Interruption", "Office", "PowerCut", "Ran", "quiet", "timedelta"]
