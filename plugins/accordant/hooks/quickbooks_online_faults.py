"""From QuickBooks Online's faults to the exception that says how to recover.

A fault is {"Fault": {"type", "Error": [{"Message", "Detail", "code", "element"}]}} (developer.intuit.com, "Handling
common errors"); the gateway before it writes the same keys in lower case. Validation errors come with HTTP 400, but
a 200 may hold a fault as well, in each item of a batch and as a whole (the same page, "Error codes").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from accordant.hooks.answers import Dialect, Refusal, Unreadable, Verdicts, decoded
from accordant.hooks.wire import Answer, Silence
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    OutcomeUnknown,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from accordant.sync.text import shortened

_SENTENCE = 600  # characters; all errors of one fault

# Code of a fault -> (exception, code of ours), in the order in which they decide where a fault holds several errors.
# All of these say that nothing was applied. Sources: facts of "Handling common errors" and of replies of the service
# in public issues. 3001: ThrottleExceeded, with HTTP 429. 3200, 3100, 6190: token, rights, subscription ended.
_THROTTLED, _MISSING = "3001", "610"
_KNOWN: dict[str, tuple[type[AccordantError], str]] = {
    _THROTTLED: (RetryLater, "THROTTLED"),
    "3200": (Misconfigured, "CREDENTIALS_REFUSED"),
    "3100": (Misconfigured, "PERMISSION_MISSING"),
    "6190": (Misconfigured, "PERMISSION_MISSING"),
    "5010": (StaleRevision, "REVISION_STALE"),
    "6140": (RecordRejected, "DOCUMENT_NUMBER_TAKEN"),
    "6240": (RecordRejected, "CUSTOMER_NAME_TAKEN"),
    _MISSING: (RecordRejected, "REFERENCE_INVALID"),
    "2500": (RecordRejected, "REFERENCE_INVALID"),
}
# The type of a fault, for other codes; the schema itself misspells the second (FaultTypeEnum of IntuitNamesTypes.xsd).
_BY_TYPE: tuple[tuple[str, type[AccordantError], str], ...] = (
    ("validation", RecordRejected, "REFUSED_BY_TARGET"),
    ("authentication", Misconfigured, "CREDENTIALS_REFUSED"),
    ("authoriza", Misconfigured, "PERMISSION_MISSING"),
)
_CODE_IN_WORDS = re.compile(r"errorCode=(\d+)")


@dataclass(frozen=True, slots=True)
class FaultError:
    """One error of a fault; the code without leading zeros, as the gateway writes 003001 for 3001."""

    code: str
    words: str = field(repr=False)  # a server may send back what it got
    element: str = field(repr=False)

    @property
    def told(self) -> str:
        """The vendor's words with the code."""
        return f"{self.words} ({self.code})" if self.code else self.words


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something was refused; holds at least one error.

    Attributes:
        family: the vendor's `type`.
    """

    family: str
    errors: tuple[FaultError, ...]

    @property
    def sentence(self) -> str:
        """All errors, one after the other."""
        return "; ".join(error.told for error in self.errors)

    @property
    def element(self) -> str:
        """The field that the errors name, if it is one."""
        named = {error.element for error in self.errors if error.element}
        return named.pop() if len(named) == 1 else ""

    def has(self, code: str) -> bool:
        """Tell whether one of the errors has this code."""
        return any(error.code == code for error in self.errors)

    def meaning(self) -> tuple[type[AccordantError], str]:
        """Return the exception that says how to recover, and its code."""
        for code, meaning in _KNOWN.items():
            if self.has(code):
                return meaning
        for start, kind, code in _BY_TYPE:
            if self.family.casefold().startswith(start):
                return kind, code
        return OutcomeUnknown, "OUTCOME_UNKNOWN"  # SystemFault, and whatever else may come


def fault_in(body: Any) -> Fault | None:
    """Return the fault that a decoded body holds, in either spelling; None where it holds none."""
    found = (body.get("Fault") or body.get("fault")) if isinstance(body, dict) else None
    if not isinstance(found, dict):
        return None
    errors = found.get("Error") or found.get("error") or []
    told = tuple(_error(error) for error in errors if isinstance(error, dict)) if isinstance(errors, list) else ()
    return Fault(str(found.get("type") or ""), told or (FaultError("", "no reason was given", ""),))


def _error(error: dict[str, Any]) -> FaultError:
    given = {str(name).lower(): value for name, value in error.items()}
    message, detail = str(given.get("message") or ""), str(given.get("detail") or "")
    words = detail if detail.startswith(message) else f"{message} / {detail}".removesuffix(" / ")
    in_words = _CODE_IN_WORDS.search(words)
    code = str(given.get("code") or (in_words[1] if in_words else ""))
    return FaultError(code.lstrip("0") or code, words or "no reason was given", str(given.get("element") or ""))


def refusal(body: Any) -> Refusal:
    """Return message, detail and code of every error in a fault."""
    fault = fault_in(body)
    return Refusal(fault.sentence, fault.element) if fault else Refusal("no reason was given")


def is_missing_object(body: Any) -> bool:
    """Tell a missing object (610) from an unknown path."""
    fault = fault_in(body)
    return fault is not None and fault.has(_MISSING)


DIALECT = Dialect("QuickBooks Online", refusal, is_missing_object, trace_header="intuit_tid")


class QuickBooksVerdicts(Verdicts):
    """Judges the answers of QuickBooks Online."""

    __slots__ = ()

    def value_read(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a read; None where there is no such object.

        Raises:
            RetryLater, Misconfigured, RecordRejected: it is no success.
        """
        fault = _fault_of(outcome)
        value = None if fault else super().value_read(outcome)
        fault = fault or fault_in(value)
        if fault is None:
            return value
        self._require_only_missing(fault, outcome)
        return None

    def value_written(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a write.

        Raises:
            OutcomeUnknown: neither success nor failure is certain.
            StaleRevision, RecordRejected, RetryLater, Misconfigured: it was certainly not applied.
        """
        fault = _fault_of(outcome)
        if fault is None:
            value = super().value_written(outcome)
            fault = fault_in(value)
            if fault is None:
                return value
        raise self.error_of(fault, self._traced(outcome))

    def error_of(self, fault: Fault, trace: str) -> AccordantError:
        """Return the exception of a write that was answered with a fault.

        Args:
            trace: what the vendor finds the call by, as `trace` gives it.
        """
        kind, code = fault.meaning()
        sentence = self.told_by(fault) + trace
        if kind is OutcomeUnknown:
            return self.unknown(f"answered: {sentence}")
        if kind is Misconfigured:
            return kind(code, sentence, record=self.conn_id)
        return kind(code, sentence, field=self.secrets.hidden_in(fault.element) if kind is RecordRejected else "")

    def _require_only_missing(self, fault: Fault, outcome: Answer | Silence) -> None:
        """Raise what a fault means for a question, unless it says that there is no such object."""
        if fault.has(_MISSING):
            return
        error = self.error_of(fault, self._traced(outcome))
        if isinstance(error, OutcomeUnknown):
            raise RetryLater("SYSTEM_DOWN", f"{self.who} answered: {self.told_by(fault)}{self._traced(outcome)}")
        raise error

    def told_by(self, fault: Fault) -> str:
        """Return all that a fault says, with secrets blanked."""
        return shortened(self.secrets.hidden_in(fault.sentence), _SENTENCE)

    def _traced(self, outcome: Answer | Silence) -> str:
        return self.trace(outcome) if isinstance(outcome, Answer) else ""


def _fault_of(outcome: Answer | Silence) -> Fault | None:
    """Return the fault of a refusing answer; None where the status itself says enough, and for a success."""
    if isinstance(outcome, Silence) or outcome.status < 400 or outcome.status in (401, 403):
        return None
    try:
        fault = fault_in(decoded(outcome))
    except Unreadable:
        return None
    certain = outcome.status < 500 or (fault is not None and fault.has(_THROTTLED))
    return fault if certain else None
