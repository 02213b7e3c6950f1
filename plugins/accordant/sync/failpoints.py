"""Named places where a test ends the process, as a power cut would.

`ACCORDANT_KILL_AT=NAME[:COUNT]` in the environment ends the process with SIGKILL when it comes to NAME for
the COUNT-th time. Without the variable `failpoint` is an empty function: it costs nothing.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import count

FAILPOINTS: dict[str, str] = {
    "extract.claimed": "a run claimed its rows, nothing is staged",
    "extract.staged": "our side is staged, the other side is not read yet",
    "validate.quarantined": "refused rows are stored, the step is not finished",
    "diff.folded": "what was read is the last known state of both sides, nothing is planned",
    "diff.planned": "the plan is stored, nothing is approved",
    "load.1.before_intent": "before the intent of an operation is committed",
    "load.2.after_intent": "the intent is committed, nothing is sent",
    "load.3.after_send": "the other system answered, the outcome is not recorded",
    "load.4.after_record": "outcome and binding are recorded, the next operation has not begun",
    "load.5.after_phase": "all operations of one phase are done, the next phase has not begun",
    "load.6.before_settle": "a write without an answer is about to be looked up",
    "load.7.after_settle": "it was looked up, the answer is not recorded",
    "load.8.finished": "all operations are done, the step is not finished",
    "load.9.sent_not_noted": "QuickBooks has the record, our side has not noted its id",
    "read.page": "a page was read and kept, the next has not been asked for",
    "merge.1.before_commit": "all tables are merged, nothing is committed",
    "merge.2.committed": "the merge is committed, the plan's operations are not marked as applied",
    "files.1.put_away": "a dropped file is put away, the next is not",
    "reconcile.1.read_back": "both sides were read again, nothing is sealed",
    "reconcile.2.sealed": "records are sealed, the certificate is not stored",
    "reconcile.3.certified": "the certificate is stored, the run is not closed",
    "token.1.before_refresh": "the drawer of the tokens is locked, no new ones are asked for",
    "token.2.refreshed_not_stored": "there are new tokens, they are not stored",
    "token.3.stored": "the new tokens are stored, nobody has used them",
    "report.1.before_write": "before a document's status is written",
    "report.2.after_write": "a document's status is written, the next has not begun",
}


def parse(setting: str) -> tuple[str, int]:
    """Return (name, count) of an ACCORDANT_KILL_AT value.

    Raises:
        ValueError: when the name is unknown or the count is no positive number.
    """
    name, _, times = setting.partition(":")
    if name not in FAILPOINTS:
        raise ValueError(f"ACCORDANT_KILL_AT names no failpoint: {name!r}. `accordant failpoints` lists them.")
    if times and (not times.isdigit() or int(times) < 1):
        raise ValueError(f"ACCORDANT_KILL_AT wants NAME or NAME:COUNT with a count from 1: {setting!r}.")
    return name, int(times or 1)


def _armed(setting: str) -> Callable[[str], None]:
    name, times = parse(setting)
    visits = count(1)

    def kill_at(reached: str) -> None:
        if reached == name and next(visits) == times:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill_at


def _disarmed(reached: str) -> None:
    """Do nothing: no failpoint is armed."""


failpoint: Callable[[str], None] = (
    _armed(os.environ["ACCORDANT_KILL_AT"]) if os.environ.get("ACCORDANT_KILL_AT") else _disarmed
)
