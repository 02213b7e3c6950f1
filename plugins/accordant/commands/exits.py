"""Exit codes, chosen like the exceptions: by what must happen next."""

from __future__ import annotations

from enum import IntEnum

from accordant.sync.errors import AccordantError, NeedsPerson, OutcomeUnknown, RecordRejected, RetryLater

EPILOG = (
    "Exit codes: 0 all that is new agreed; 1 something needs a person (quarantine, conflict, approval, broken proof); "
    "2 failed or misconfigured; 3 a passing fault, try again; 130 cancelled."
)


class ExitCode(IntEnum):
    """What the process says to whoever called it."""

    AGREED = 0
    NEEDS_PERSON = 1
    FAILED = 2
    TRY_AGAIN = 3
    CANCELLED = 130


def exit_of(error: BaseException) -> ExitCode:
    """Return the exit code for an error."""
    if isinstance(error, RetryLater | OutcomeUnknown):
        return ExitCode.TRY_AGAIN
    if isinstance(error, NeedsPerson | RecordRejected):
        return ExitCode.NEEDS_PERSON
    if isinstance(error, AccordantError) and error.code.code == "RUN_CANCELLED":
        return ExitCode.CANCELLED
    return ExitCode.FAILED
