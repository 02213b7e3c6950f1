"""From Conductor's errors to the exception that says how to recover.

The body of an error is {"error": {type, code, message, userFacingMessage, integrationCode, ...}}
(https://docs.conductor.is/api-ref/errors). `integrationCode` is QuickBooks' own answer: a status code of qbXML
("Status codes in response messages" of Intuit's developer pages), or an HRESULT where the request never became
qbXML. `userFacingMessage` says nothing for a request that breaks the schema, so `message` is shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from accordant.hooks.answers import Dialect, Refusal, Unreadable, Verdicts, decoded
from accordant.hooks.calls import Secrets
from accordant.hooks.wire import Answer, Silence
from accordant.sync.errors import (
    AccordantError,
    Misconfigured,
    NeedsPerson,
    RecordRejected,
    RetryLater,
    StaleRevision,
)
from accordant.sync.text import shortened

_SENTENCE = 400  # characters

# code of Conductor -> (code of ours, where to mend it)
_SETUP = {
    "API_KEY_INVALID": ("CREDENTIALS_REFUSED", "refused the secret key"),
    "INTEGRATION_CONNECTION_NOT_SET_UP": ("QUICKBOOKS_NOT_LINKED", "knows of no company file for this end user"),
    "INTEGRATION_CONNECTION_NOT_ACTIVE": ("QUICKBOOKS_NOT_LINKED", "has switched off the link to this company file"),
}

# integrationCode -> (exception, code of ours). QuickBooks has looked at the request and done nothing.
_STALE, _NAME_IN_USE = "3200", "3100"
_ANSWERS: dict[str, tuple[type[AccordantError], str]] = {
    _STALE: (StaleRevision, "REVISION_STALE"),
    _NAME_IN_USE: (RecordRejected, "NAME_IN_USE"),
    "500": (RecordRejected, "REFERENCE_UNKNOWN"),
    "3140": (RecordRejected, "REFERENCE_UNKNOWN"),
    "3120": (NeedsPerson, "RECORD_GONE"),
    "0x80040400": (RecordRejected, "TEXT_NOT_HELD"),  # QuickBooks could not parse the text of the request
}

# Codes after which a write may have been applied. 501 to 999 are warnings beside a request that was done (550: "was
# saved successfully, but ..."), except 570, a refused link; 1000 is an error inside QuickBooks; 0x80040402 is
# "unexpected error", raised at any moment.
_UNCERTAIN = re.compile(r"(?!570$)(?!500$)[5-9]\d\d|1000|0x80040402|0x(?!8004)[0-9a-f]+", re.IGNORECASE)

# Somebody has the record open. 3170 and 3180 are general: there only the words tell, and 3100 has similar ones.
_LOCKED_CODES = frozenset({"3175", "3176"})
_LOCKED_WORDS = re.compile(
    "list element is in use|because it is already in use|could not be locked|acquire the lock|modified by another user",
    re.IGNORECASE,
)

# RESOURCE_MISSING about something else than the record that was asked for.
_NO_END_USER = re.compile(r"end[-_ ]?user", re.IGNORECASE)
_NO_ROUTE = re.compile(r"request URL|route|endpoint", re.IGNORECASE)

_CODE_IN_WORDS = re.compile(r"QBD \w+ Error \((\w+)\)")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as Conductor tells it.

    Attributes:
        code: Conductor's.
        integration_code: QuickBooks', in lower case; empty when it said nothing.
        message: secrets are blanked.
    """

    status: int
    code: str
    integration_code: str
    message: str

    @property
    def is_locked(self) -> bool:
        """Whether somebody has the record open; proves that nothing was applied."""
        if self.integration_code == _NAME_IN_USE:
            return False
        return self.integration_code in _LOCKED_CODES or bool(_LOCKED_WORDS.search(self.message))

    @property
    def is_closed(self) -> bool:
        """Whether the request never reached QuickBooks."""
        return self.integration_code.startswith("0x8004")

    @property
    def is_missing_record(self) -> bool:
        """Whether there is no record with the id that was asked for."""
        return self.code == "RESOURCE_MISSING" and not _NO_ROUTE.search(self.message) and not self.is_missing_end_user

    @property
    def is_missing_end_user(self) -> bool:
        """Whether Conductor does not know the end user."""
        return self.code == "RESOURCE_MISSING" and bool(_NO_END_USER.search(self.message))


def refusal(body: Any) -> Refusal:
    """Return Conductor's `message` with the code that tells most."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return Refusal("no reason was given")
    message, code = str(error.get("message", "")), str(error.get("integrationCode") or error.get("code") or "")
    return Refusal(message if not code or code in message else f"{message} ({code})")


def is_missing_object(body: Any) -> bool:
    """Tell a missing object from an unknown path or end user."""
    error = body.get("error") if isinstance(body, dict) else None
    return isinstance(error, dict) and _failure(404, error, Secrets()).is_missing_record


DIALECT = Dialect("Conductor", refusal, is_missing_object)


def failure_of(outcome: Answer | Silence, secrets: Secrets) -> Failure | None:
    """Return what Conductor says went wrong; None where it does not say, and for a success."""
    if isinstance(outcome, Silence) or outcome.status < 400:
        return None
    try:
        body = decoded(outcome)
    except Unreadable:
        return None
    error = body.get("error") if isinstance(body, dict) else None
    return _failure(outcome.status, error, secrets) if isinstance(error, dict) else None


def _failure(status: int, error: dict[str, Any], secrets: Secrets) -> Failure:
    message = str(error.get("message") or "")
    told = _CODE_IN_WORDS.match(message)
    integration_code = str(error.get("integrationCode") or (told[1] if told else "")).lower()
    shown = shortened(secrets.hidden_in(message), _SENTENCE)
    return Failure(status, str(error.get("code") or ""), integration_code, shown)


class ConductorVerdicts(Verdicts):
    """Judges Conductor's answers."""

    __slots__ = ()

    def value_read(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a read; None where there is no such record.

        Raises:
            RetryLater, Misconfigured, RecordRejected: it is no success.
        """
        failure = failure_of(outcome, self.secrets)
        error = failure and (self._by_setup(failure) or self._by_read(failure) or self._by_quickbooks(failure))
        if error:
            raise error
        return super().value_read(outcome)

    def value_written(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a write.

        Raises:
            OutcomeUnknown: neither success nor failure is certain.
            StaleRevision, NeedsPerson, RecordRejected, RetryLater, Misconfigured: it was certainly not applied.
        """
        failure = failure_of(outcome, self.secrets)
        error = failure and (self._by_setup(failure) or self._by_write(failure) or self._by_quickbooks(failure))
        if error:
            raise error
        return super().value_written(outcome)

    def _by_setup(self, failure: Failure) -> AccordantError | None:
        """Return the error where only a person can mend it."""
        if failure.code in _SETUP:
            code, words = _SETUP[failure.code]
            return Misconfigured(code, f"{self.who} {words}: {_told(failure)}", record=self.conn_id)
        if failure.is_missing_end_user:
            sentence = f"{self.who} does not know the end user: {failure.message}"
            return Misconfigured("CONNECTION_INCOMPLETE", sentence, record=self.conn_id, field="end_user_id")
        return None

    def _by_read(self, failure: Failure) -> AccordantError | None:
        if failure.code == "QBD_REQUEST_TIMEOUT":
            return RetryLater("LIST_TIMED_OUT", f"QuickBooks took too long to answer: {failure.message}")
        if failure.code == "QBD_CONNECTION_ERROR" and failure.integration_code not in _ANSWERS:
            return self._closed(failure)
        if _UNCERTAIN.fullmatch(failure.integration_code):
            return RetryLater("SYSTEM_DOWN", f"{self.who} answered {failure.status}: {failure.message}")
        return None

    def _by_write(self, failure: Failure) -> AccordantError | None:
        """Return the error where the write may have been applied, or its record is gone."""
        lost = failure.code in ("QBD_REQUEST_TIMEOUT", "QBD_CONNECTION_ERROR") and not failure.is_closed
        if lost or _UNCERTAIN.fullmatch(failure.integration_code):
            return self.unknown(f"answered {failure.status} ({failure.message})")
        if failure.is_missing_record:
            return NeedsPerson("RECORD_GONE", failure.message)
        return None

    def _by_quickbooks(self, failure: Failure) -> AccordantError | None:
        """Return the error where QuickBooks itself refused, or was not reached."""
        if failure.is_locked:
            return RetryLater("RECORD_LOCKED", failure.message)
        kind, code = _ANSWERS.get(failure.integration_code, (RecordRejected, "REFUSED_BY_TARGET"))
        if failure.is_closed and failure.integration_code not in _ANSWERS:
            return self._closed(failure)
        return kind(code, failure.message) if failure.integration_code else None

    def _closed(self, failure: Failure) -> RetryLater:
        return RetryLater("QUICKBOOKS_CLOSED", f"{self.who} does not reach QuickBooks: {failure.message}")


def _told(failure: Failure) -> str:
    return failure.message if failure.code in failure.message else f"{failure.message} ({failure.code})"
