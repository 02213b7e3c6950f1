"""Load for a system that takes many writes in one call: the same promises as for single writes, kept batch by batch.

The intents of a whole batch are committed, the batch is sent once, and what became of each of its operations is
recorded in one transaction. What got no answer is looked up before anything else is done with it.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from accordant.sync.errors import AccordantError, Misconfigured, NeedsPerson, OutcomeUnknown, RecordRejected, RetryLater
from accordant.sync.failpoints import failpoint
from accordant.sync.load import Cancelled, Load, LoadSettings, collect, overtaken, stopped_by
from accordant.sync.operations import Action, State
from accordant.sync.ports import BatchJournal, BatchTarget, Intent, Outcome, Sent

log = logging.getLogger(__name__)

_LOST = "The answer was lost; the look-up found nothing applied."
_FOUND = "The answer was lost; the look-up found it applied."


@dataclass
class BatchLoad(Load):
    """One load of one plan whose operations of a phase do not depend on each other.

    Args:
        plan: tells this plan from one that the same run made before it.
    """

    journal: BatchJournal
    target: BatchTarget
    plan: str = ""
    _answered: Counter[str] = field(default_factory=Counter)
    _began: dict[str, int] = field(default_factory=dict)

    def _run_phase(self, phase: int) -> None:
        """Apply a phase's batches, as many at once as the settings say; at most twice as many wait as work."""
        workers = self.settings.parallel.get(phase, 1)
        running: set[Future[None]] = set()
        with ThreadPoolExecutor(workers, thread_name_prefix=f"load-{phase}") as pool:
            try:
                for batch in self._batches(phase):
                    running.add(pool.submit(self._apply_batch, batch))
                    if len(running) >= 2 * workers:
                        running = collect(running)
                while running:
                    running = collect(running)
            except BaseException:
                self._stopped = True  # batches already submitted end before their next call
                raise

    def _batches(self, phase: int) -> Iterator[list[Intent]]:
        """Yield what goes out in one call; links go by themselves, since nothing is sent for them."""
        batch: list[Intent] = []
        for group in self.journal.groups(phase):
            if self.journal.cancelled():
                raise Cancelled("RUN_CANCELLED", "A person asked to stop this run.")
            for intent in group:
                if intent.operation.action is Action.LINK and intent.state is State.PLANNED:
                    self._link(intent)
                    continue
                batch.append(intent)
                if len(batch) == self.target.batch_size:
                    yield batch
                    batch = []
        if batch:
            yield batch

    def _apply_batch(self, batch: list[Intent]) -> None:
        """Bring the operations of a batch to an outcome; those with a passing fault stay planned."""
        try:
            left = self._settled(batch) if any(_is_open(intent) for intent in batch) else batch
            if left and self.look_first:
                left = self._not_there(left)
            while left and (left := self._sent(left)):
                self.sleep(self.settings.retry_seconds)
        except RetryLater as error:  # the look-up failed: what is unknown stays unknown
            self._passing_fault(error)

    def _sent(self, batch: list[Intent]) -> list[Intent]:
        """Send a batch once and record what became of it; return what may be sent once more."""
        if self._stopped:
            return []
        if self.journal.cancelled():
            raise Cancelled("RUN_CANCELLED", "A person asked to stop this run.")
        failpoint("load.1.before_intent")
        begun = self.journal.begin_all(batch)
        self.journal.finish_all([(intent, overtaken()) for intent in batch if intent.seq not in begun])
        batch = [_once_more(intent) for intent in batch if intent.seq in begun]
        if not batch:
            return []
        failpoint("load.2.after_intent")
        try:
            answers = self._answers(batch)
        except OutcomeUnknown as error:
            log.warning("%d records: no readable answer; they are looked up before anything else.", len(batch))
            answers = [Sent(error) for _ in batch]
        except RetryLater as error:
            answers = [Sent(error) for _ in batch]
        except RecordRejected as error:
            if len(batch) > 1:
                return self._halved(batch, error)
            answers = [Sent(error)]
        except Misconfigured as error:
            self.journal.finish_all([(intent, _not_applied(error)) for intent in batch])
            raise
        failpoint("load.3.after_send")
        return self._recorded(batch, answers)

    def _answers(self, batch: list[Intent]) -> Sequence[Sent]:
        """Send a batch under the name of the time before, unless that was answered: it would get that answer again."""
        places = ",".join(str(intent.seq) for intent in batch)
        began = self._began.setdefault(places, batch[0].attempts)  # another load of the plan knows no answers
        name = "\n".join([batch[0].run_id, self.plan, places, str(began), str(self._answered[places])])
        answers = self.target.send_all([intent.operation for intent in batch], self.journal, name)
        if any(isinstance(sent.result, RetryLater | OutcomeUnknown) for sent in answers):
            self._answered[places] += 1
        return answers

    def _halved(self, batch: list[Intent], error: RecordRejected) -> list[Intent]:
        """Send a batch that was refused as a whole in halves, until the record that spoils it stands alone."""
        self.journal.finish_all([(intent, _not_applied(error)) for intent in batch])
        batch = [replace(intent, state=State.PLANNED, attempts=intent.attempts - 1) for intent in batch]
        middle = len(batch) // 2
        return self._sent(batch[:middle]) + self._sent(batch[middle:])

    def _recorded(self, batch: list[Intent], answers: Sequence[Sent]) -> list[Intent]:
        """Record every answer in one transaction, then look up what got none; return what may go once more."""
        pairs = list(zip(batch, answers, strict=True))
        self.journal.finish_all([(intent, _outcome(intent, sent)) for intent, sent in pairs])
        failpoint("load.4.after_record")
        if any(isinstance(sent.result, Misconfigured) for sent in answers):
            raise next(sent.result for sent in answers if isinstance(sent.result, Misconfigured))
        answered = [sent for sent in answers if sent.result is not None]
        if any(not isinstance(sent.result, RetryLater | OutcomeUnknown) for sent in answered):
            self._success()
        passing = [(intent, sent.result) for intent, sent in pairs if isinstance(sent.result, RetryLater)]
        unknown = [replace(i, state=State.UNKNOWN) for i, sent in pairs if isinstance(sent.result, OutcomeUnknown)]
        again = [replace(intent, state=State.PLANNED) for intent, _ in passing]
        if passing:
            self._passing_fault(passing[0][1])
        if unknown:
            left = self._settled(unknown)
            if any(intent.attempts >= self.settings.attempts for intent in left):
                self._passing_fault(RetryLater("SYSTEM_DOWN", _LOST, record=left[0].operation.key))
            again += left
        return [intent for intent in again if intent.attempts < self.settings.attempts]

    def _settled(self, batch: list[Intent]) -> list[Intent]:
        """Look up the operations whose outcome is unknown, record it, and return what is still to be sent.

        Raises:
            RetryLater: they cannot be looked up now and stay unknown.
        """
        failpoint("load.6.before_settle")
        unknown = [intent for intent in batch if _is_open(intent)]
        waited = min(self.journal.waited(intent) for intent in unknown)
        outcomes = settled(unknown, self.target, self.journal, self.settings, waited, self.sleep)
        failpoint("load.7.after_settle")
        self.journal.finish_all(list(zip(unknown, outcomes, strict=True)))
        applied = [outcome for outcome in outcomes if outcome.state is State.APPLIED]
        log.info("%d records without an answer were looked up: %d were applied.", len(unknown), len(applied))
        if applied:
            self._success()
        left = {intent.seq for intent, one in zip(unknown, outcomes, strict=True) if one.state is State.PLANNED}
        return [replace(intent, state=State.PLANNED) for intent in batch if intent.seq in left or not _is_open(intent)]

    def _not_there(self, batch: list[Intent]) -> list[Intent]:
        """Refuse the creates whose record somebody made since the plan; return the others."""
        outcomes = looked_up(batch, self.target, self.journal)
        there = [
            (intent, one if one.state is not State.APPLIED else _moved(one))
            for intent, one in zip(batch, outcomes, strict=True)
            if one.state is not State.PLANNED
        ]
        self.journal.finish_all(there)
        done = {intent.seq for intent, _ in there}
        return [intent for intent in batch if intent.seq not in done]


def looked_up(intents: Sequence[Intent], target: BatchTarget, journal: BatchJournal) -> list[Outcome]:
    """Return, for writes without an answer, whether each was applied; PLANNED where it certainly was not.

    Raises:
        RetryLater: the other system cannot be read now.
    """
    found = target.find_all([intent.operation for intent in intents], journal) if intents else []
    return [_found(intent, one) for intent, one in zip(intents, found, strict=True)]


def settled(
    intents: Sequence[Intent], target: BatchTarget, journal: BatchJournal, settings: LoadSettings, waited: float,
    sleep: Callable[[float], None],
) -> list[Outcome]:  # fmt: skip
    """Look up what became of writes without an answer; what is not there was not applied only once it cannot come.

    Args:
        waited: for how many seconds no write can have gone out.
    """
    first = max(0.0, settings.settle_seconds - waited)
    sleep(first)
    outcomes = looked_up(intents, target, journal)
    left = settings.applied_within_seconds - waited - first
    missing = [place for place, one in enumerate(outcomes) if one.state is State.PLANNED]
    if missing and left > 0:
        log.info("%d records are not there; they may still come for %.0f s.", len(missing), left)
        sleep(left)
        again = looked_up([intents[place] for place in missing], target, journal)
        for place, outcome in zip(missing, again, strict=True):
            outcomes[place] = outcome
    return outcomes


def settle_open_batches(
    intents: Sequence[Intent], journal: BatchJournal, target: BatchTarget, settings: LoadSettings
) -> int:
    """Settle the writes that a dead run left without an outcome; what was not applied is planned anew.

    Returns:
        how many were found applied.

    Raises:
        RetryLater: the other system cannot be read now; nothing may be planned before this is known.
    """
    applied = 0
    for batch in _of_one_type(intents, target.batch_size):
        outcomes = settled(batch, target, journal, settings, journal.quiet(batch), time.sleep)
        journal.finish_all(list(zip(batch, outcomes, strict=True)))
        applied += sum(outcome.state is State.APPLIED for outcome in outcomes)
    return applied


def _of_one_type(intents: Sequence[Intent], most: int) -> Iterator[list[Intent]]:
    """Yield the intents in batches, each of which has one object type."""
    for object_type in dict.fromkeys(intent.operation.object_type for intent in intents):
        alike = [intent for intent in intents if intent.operation.object_type == object_type]
        yield from (alike[start : start + most] for start in range(0, len(alike), most))


def _found(intent: Intent, sent: Sent) -> Outcome:
    if isinstance(sent.result, AccordantError):
        return _outcome(intent, sent)
    if sent.result is None:
        return Outcome(State.PLANNED, code="OUTCOME_UNKNOWN", detail=_LOST)
    return Outcome(State.APPLIED, detail=_FOUND, receipt=sent.result, request=sent.request, answer=sent.answer)


def _outcome(intent: Intent, sent: Sent) -> Outcome:
    result = sent.result
    if result is None:
        return Outcome(State.HELD, code="WAITS_FOR_REFERENCE", detail="A record it refers to is not agreed.")
    if not isinstance(result, AccordantError):
        return Outcome(State.APPLIED, receipt=result, request=sent.request, answer=sent.answer)
    if isinstance(result, NeedsPerson | RecordRejected):
        return replace(stopped_by(result, intent), request=sent.request, answer=sent.answer)
    state = State.UNKNOWN if isinstance(result, OutcomeUnknown) else State.PLANNED
    return replace(_not_applied(result), state=state, request=sent.request, answer=sent.answer)


def _not_applied(error: AccordantError) -> Outcome:
    return Outcome(State.PLANNED, code=error.code.code, detail=error.sentence)


def _moved(found: Outcome) -> Outcome:
    detail = f"It was created in the other system since the plan (id {found.remote_id})."
    return Outcome(State.REFUSED, code="RECORD_MOVED", detail=detail)


def _is_open(intent: Intent) -> bool:
    return intent.state in (State.SENDING, State.UNKNOWN)


def _once_more(intent: Intent) -> Intent:
    return replace(intent, state=State.SENDING, attempts=intent.attempts + 1)
