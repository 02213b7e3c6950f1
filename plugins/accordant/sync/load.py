"""Load: apply a plan's operations, each exactly once, whatever happens on the way.

Before each write the intent is committed; the write is sent once; then outcome, binding and new base are
recorded in one transaction. A write without an answer is looked up before anything else is done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import Lock

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    NeedsPerson,
    OutcomeUnknown,
    RecordRejected,
    ReferenceGone,
    RetryLater,
)
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Action, State, Trouble
from accordant.sync.ports import Intent, Journal, Outcome, Target
from accordant.sync.text import shortened

log = logging.getLogger(__name__)


class LoadSettings(BaseModel):
    """How load treats the other system.

    Attributes:
        parallel: how many groups go at once, per phase; phases not named go one at a time.
        attempts: how often one operation is sent at the most, when each time it was proven not applied.
        settle_seconds: how long after a lost answer its effect is looked up: a slow server may still
            be applying it.
        faults_in_a_row: after so many passing faults without a success between, the system counts as down.
        fresh_seconds: a plan older than this looks each record up before it creates it.
        applied_within_seconds: so long after it was sent a write of a batch may still be applied; what is not there
            before that is looked up again then.
        retry_seconds: how long a batch waits before it is sent once more after a passing fault.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    parallel: dict[int, PositiveInt] = Field(default_factory=dict)
    attempts: int = Field(default=3, ge=1, le=10)
    settle_seconds: float = Field(default=2.0, ge=0, le=600)
    faults_in_a_row: int = Field(default=5, ge=1)
    fresh_seconds: int = Field(default=900, ge=0)
    retry_seconds: float = Field(default=5.0, ge=0, le=600)
    applied_within_seconds: float = Field(default=0.0, ge=0, le=3600)


class Cancelled(AccordantError):
    """A person cancelled the run; nothing is half-done."""


@dataclass
class Load:
    """One load of one plan.

    Args:
        journal: the run's journal.
        target: the system to write to.
        look_first: look each record up before creating it, because the plan is old.
        sleep: waits so many seconds; a test passes its own.
    """

    journal: Journal
    target: Target
    settings: LoadSettings
    look_first: bool = False
    sleep: Callable[[float], None] = time.sleep
    _faults: int = 0
    _applied: int = 0
    _last_fault: AccordantError | None = None
    _lock: Lock = field(default_factory=Lock)
    _stopped: bool = False

    def run(self) -> None:
        """Apply all open operations, phase by phase.

        Raises:
            RetryLater: the other system is down; what is left is still planned. A fault of one record among
                others that went is no reason: that record stays planned, and the next run takes it up.
            Misconfigured: nothing can succeed until a person acts.
            Cancelled: a person asked to stop.
        """
        for phase in self.journal.phases():
            self._run_phase(phase)
            failpoint("load.5.after_phase")
        if self._last_fault is not None and not self._applied:
            raise self._last_fault
        failpoint("load.8.finished")

    def _run_phase(self, phase: int) -> None:
        """Apply a phase's groups, a few at a time; at most twice as many wait as work."""
        workers = self.settings.parallel.get(phase, 1)
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(workers, thread_name_prefix=f"load-{phase}") as pool:
            try:
                for group in self.journal.groups(phase):
                    running.add(pool.submit(self._apply_group, group))
                    if len(running) >= 2 * workers:
                        running = collect(running)
                while running:
                    running = collect(running)
            except BaseException:
                self._stopped = True  # groups already submitted end before their next operation
                raise

    def _apply_group(self, group: list[Intent]) -> None:
        for intent in group:
            if self._stopped:
                return
            if self.journal.cancelled():
                raise Cancelled("RUN_CANCELLED", "A person asked to stop this run.")
            if not self._apply(intent):
                return

    def _apply(self, intent: Intent) -> bool:
        """Bring one operation to an outcome. False: a passing fault, the group goes on another time."""
        if intent.state in (State.SENDING, State.UNKNOWN):
            return self._settle(intent)
        if intent.operation.action is Action.LINK:
            return self._link(intent)
        try:
            if self.look_first and intent.operation.action is Action.CREATE and self._is_there(intent):
                return True
        except RetryLater as error:
            return self._passing_fault(error)
        return self._send(intent)

    def _link(self, intent: Intent) -> bool:
        """Bind a record that is there already; no record is changed."""
        try:
            receipt = self.target.link(intent.operation)
        except RetryLater as error:
            return self._passing_fault(error)
        except (NeedsPerson, RecordRejected) as error:
            self.journal.finish(intent, stopped_by(error, intent))
            return True
        if not self.journal.link(intent, receipt):
            self.journal.finish(intent, overtaken())
        return True

    def _is_there(self, intent: Intent) -> bool:
        """Refuse a create whose record somebody made since the plan."""
        try:
            found = self.target.find(intent.operation, self.journal)
        except (NeedsPerson, RecordRejected) as error:
            self.journal.finish(intent, stopped_by(error, intent))
            return True
        if found is None:
            return False
        sentence = f"It was created in the other system since the plan (id {found.id})."
        self.journal.finish(intent, Outcome(State.REFUSED, code="RECORD_MOVED", detail=sentence))
        return True

    def _send(self, intent: Intent) -> bool:
        failpoint("load.1.before_intent")
        if not self.journal.begin(intent):
            self.journal.finish(intent, overtaken())
            return True
        failpoint("load.2.after_intent")
        intent = replace(intent, state=State.SENDING, attempts=intent.attempts + 1)
        try:
            outcome = self._outcome(intent)
        except OutcomeUnknown as error:
            log.warning("%s: no readable answer; it is looked up before anything else.", intent.operation.key)
            self.journal.finish(intent, Outcome(State.UNKNOWN, code=error.code.code, detail=error.sentence))
            return self._settle(replace(intent, state=State.UNKNOWN), error)
        except RetryLater as error:
            self.journal.finish(intent, Outcome(State.PLANNED, code=error.code.code, detail=error.sentence))
            return self._passing_fault(error)
        except Misconfigured as error:
            self.journal.finish(intent, Outcome(State.PLANNED, code=error.code.code, detail=error.sentence))
            raise
        failpoint("load.3.after_send")
        self.journal.finish(intent, outcome)
        failpoint("load.4.after_record")
        if outcome.state is not State.HELD:  # held: nothing was sent, so nothing is known of the system
            self._success()
        return True

    def _outcome(self, intent: Intent) -> Outcome:
        """Send the write and name its outcome; what is not decided by the answer is raised."""
        operation = intent.operation
        try:
            receipt = self.target.send(operation, self.journal)
        except (NeedsPerson, RecordRejected) as error:
            return stopped_by(error, intent)
        if receipt is None:
            return Outcome(State.HELD, code="WAITS_FOR_REFERENCE", detail="A record it refers to is not agreed.")
        return Outcome(State.APPLIED, receipt=receipt)

    def _settle(self, intent: Intent, cause: AccordantError | None = None) -> bool:
        """Find out whether a write without an answer was applied; if not, send it again."""
        failpoint("load.6.before_settle")
        self.sleep(max(0.0, self.settings.settle_seconds - self.journal.waited(intent)))
        try:
            found = self.target.find(intent.operation, self.journal)
        except RetryLater as error:
            return self._passing_fault(error)  # it stays unknown
        except (NeedsPerson, RecordRejected) as error:
            self.journal.finish(intent, stopped_by(error, intent))
            return True
        failpoint("load.7.after_settle")
        if found is not None:
            log.info("%s: was applied all the same (id %s).", intent.operation.key, found.id)
            detail = "The answer was lost; the look-up found it applied."
            self.journal.finish(intent, Outcome(State.APPLIED, detail=detail, receipt=found))
            self._success()
            return True
        log.info("%s: was not applied.", intent.operation.key)
        detail = "The answer was lost; the look-up found nothing applied."
        self.journal.finish(intent, Outcome(State.PLANNED, code="OUTCOME_UNKNOWN", detail=detail))
        if intent.attempts >= self.settings.attempts:
            return self._passing_fault(cause or RetryLater("SYSTEM_DOWN", detail, record=intent.operation.key))
        return self._send(replace(intent, state=State.PLANNED))

    def _success(self) -> None:
        with self._lock:
            self._faults = 0
            self._applied += 1

    def _passing_fault(self, error: AccordantError) -> bool:
        with self._lock:
            self._faults += 1
            self._last_fault = RetryLater(error.code.code, shortened(error.sentence, 300), record=error.record)
            if self._faults >= self.settings.faults_in_a_row:
                raise self._last_fault
        log.warning("%s", error)
        return False


def settle_open_intents(intents: list[Intent], journal: Journal, target: Target, settings: LoadSettings) -> int:
    """Settle the writes that a dead run left without an outcome; what was not applied is planned anew.

    Returns:
        how many were found applied.

    Raises:
        RetryLater: the other system cannot be read now; nothing may be planned before this is known.
    """
    applied = 0
    for intent in intents:
        time.sleep(max(0.0, settings.settle_seconds - journal.waited(intent)))
        try:
            found = target.find(intent.operation, journal)
        except (NeedsPerson, RecordRejected) as error:
            journal.finish(intent, stopped_by(error, intent))
            continue
        if found is None:
            detail = "The run ended before its answer; the look-up found nothing applied."
            outcome = Outcome(State.PLANNED, code="OUTCOME_UNKNOWN", detail=detail)
        else:
            detail = "The run ended before its answer; it was applied."
            outcome = Outcome(State.APPLIED, detail=detail, receipt=found)
            applied += 1
        journal.finish(intent, outcome)
    return applied


def stopped_by(error: AccordantError, intent: Intent) -> Outcome:
    """Return the outcome of an operation that cannot go: a system refused the record, or it moved since the plan."""
    if isinstance(error, RecordRejected):
        trouble = Trouble.refused(error, intent.operation, parent=_parent(intent))
        return Outcome(State.NOT_APPLIED, code=error.code.code, detail=error.sentence, trouble=trouble)
    void = error.reference if isinstance(error, ReferenceGone) else None
    return Outcome(State.REFUSED, error.code.code, error.sentence, void=void)


def overtaken() -> Outcome:
    sentence = "Another run agreed this record since the plan."
    return Outcome(State.REFUSED, code="RECORD_MOVED", detail=sentence)


def _parent(intent: Intent) -> str:
    return intent.operation.group if intent.operation.group != intent.operation.key else ""


def collect(running: set[Future[None]]) -> set[Future[None]]:
    """Wait for at least one group, raise what it raised, and return those still running."""
    done, running = wait(running, return_when=FIRST_COMPLETED)
    for future in done:
        future.result()
    return running
