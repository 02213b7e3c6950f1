"""From an answer, or from silence, to the exception that says how to recover."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from accordant.hooks.calls import Secrets
from accordant.hooks.wire import Answer, Silence
from accordant.sync.errors import Misconfigured, OutcomeUnknown, RecordRejected, RetryLater
from accordant.sync.text import shortened

# Statuses by which a server refuses what it was sent: it has looked at the request and done nothing.
_REFUSALS = frozenset({400, 404, 405, 406, 409, 410, 411, 413, 414, 415, 422, 428, 431})
_SENTENCE = 400  # characters; enough for a vendor's longest sentence


class Unreadable(Exception):
    """A body that is no JSON."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a system refused, in its own words; and the field it names, if it names one."""

    sentence: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is peculiar to one system's errors.

    Attributes:
        refusal: reads the decoded body of a 400 or the like.
        is_missing_object: tells the 404 of an object that is not there from that of an unknown address.
        trace_header: the header, in lower case, by which the vendor finds a call again; '' for none.
    """

    name: str
    refusal: Callable[[Any], Refusal]
    is_missing_object: Callable[[Any], bool]
    trace_header: str = ""


def decoded(answer: Answer) -> Any:
    """Return the body; numbers with a decimal point as Decimal, so that money keeps every digit.

    Raises:
        Unreadable: it is no JSON.
    """
    try:
        return json.loads(answer.body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        pass
    raise Unreadable("no JSON")


def seconds_to_wait(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return what Retry-After asks for, given as seconds or as a date; None if it says nothing usable.

    RFC 9110, section 10.2.3.
    """
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, ((until if until.tzinfo else until.replace(tzinfo=UTC)) - now).total_seconds())


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Judges answers of one system.

    Attributes:
        account: its address, shown in sentences.
        conn_id: the Connection to correct when something is set up wrongly.
    """

    dialect: Dialect
    account: str
    conn_id: str
    secrets: Secrets

    @property
    def who(self) -> str:
        """The system and where it is."""
        return f"{self.dialect.name} at {self.account}"

    # -- reads

    def value_read(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a read; None where the system says there is no such object.

        Raises:
            RetryLater, Misconfigured, RecordRejected: it is no success.
        """
        if isinstance(outcome, Silence):
            code = "ANSWER_UNREADABLE" if outcome.cut else "SYSTEM_DOWN"
            raise RetryLater(code, f"{self.who} {outcome.words}.")
        if outcome.status < 300:
            return self._data_read(outcome)
        if outcome.status == 404 and self._is_missing_object(outcome):
            return None
        self._require_right_setup(outcome)
        if outcome.status in _REFUSALS:
            raise self.rejection(outcome)
        raise RetryLater("SYSTEM_DOWN", self._failed(outcome))

    def _data_read(self, answer: Answer) -> Any:
        with suppress(Unreadable):
            return decoded(answer)
        if answer.is_page:
            raise self.wrong_address(f"answered with a web page instead of data{self.trace(answer)}")
        raise RetryLater("ANSWER_UNREADABLE", f"{self.who} sent an answer that is no JSON{self.trace(answer)}.")

    # -- writes

    def value_written(self, outcome: Answer | Silence) -> Any | None:
        """Return the decoded answer to a write; None for an empty one (204).

        Raises:
            OutcomeUnknown: neither success nor failure is certain.
            RetryLater, Misconfigured, RecordRejected: it was certainly not applied.
        """
        if isinstance(outcome, Silence):
            if outcome.sent:
                raise self.unknown(outcome.words)
            raise RetryLater("SYSTEM_DOWN", f"{self.who} {outcome.words}; nothing was sent.")
        if outcome.status < 300:
            return self._data_written(outcome)
        self._require_right_setup(outcome)
        if outcome.status in _REFUSALS:
            raise self.rejection(outcome)
        raise self.unknown(f"answered {outcome.status}{self.trace(outcome)}")

    def _data_written(self, answer: Answer) -> Any | None:
        if answer.status == 204 and not answer.body:
            return None
        with suppress(Unreadable):
            return decoded(answer)
        raise self.unknown(f"answered {answer.status} with something that is no JSON{self.trace(answer)}")

    def unknown(self, words: str) -> OutcomeUnknown:
        """Return the error of a write that may or may not have been applied."""
        return OutcomeUnknown("OUTCOME_UNKNOWN", f"{self.who} {words}; the write may or may not be there.")

    # -- both

    def trace(self, answer: Answer) -> str:
        """Return what the vendor finds this call by, to go at the end of a sentence; '' where it gives nothing."""
        found = answer.headers.get(self.dialect.trace_header, "") if self.dialect.trace_header else ""
        return f" ({self.dialect.trace_header} {shortened(self.secrets.hidden_in(found), 80)})" if found else ""

    def throttled(self, answer: Answer, asked: float | None) -> RetryLater:
        """Return the error of a system that asks us to wait for longer than we may."""
        wish = f" for {asked:.0f} s" if asked is not None else ""
        return RetryLater("THROTTLED", f"{self.who} asked us to slow down{wish}{self.trace(answer)}.")

    def rejection(self, answer: Answer) -> RecordRejected:
        """Return the refusal of one record, in the system's own words."""
        refusal = self.refusal(answer)
        return RecordRejected("REFUSED_BY_TARGET", refusal.sentence, field=refusal.field)

    def refusal(self, answer: Answer) -> Refusal:
        """Return what a refusing answer says, with secrets blanked."""
        try:
            refusal = self.dialect.refusal(decoded(answer))
        except Unreadable:
            refusal = Refusal(f"{self.dialect.name} answered {answer.status} without a reason.")
        sentence = shortened(self.secrets.hidden_in(refusal.sentence), _SENTENCE)
        return Refusal(sentence + self.trace(answer), refusal.field)

    def wrong_address(self, what: str) -> Misconfigured:
        """Return the error of an address where something else answers."""
        return Misconfigured("ADDRESS_WRONG", f"{self.who} {self.secrets.hidden_in(what)}.", record=self.conn_id)

    def _require_right_setup(self, answer: Answer) -> None:
        """Raise Misconfigured where the answer can only mean wrong credentials, role or address."""
        if answer.status == 401:
            sentence = f"{self.who} refused the credentials: {self.refusal(answer).sentence}"
            raise Misconfigured("CREDENTIALS_REFUSED", sentence, record=self.conn_id)
        if answer.status == 403:
            sentence = f"{self.who} knows the user but does not allow this: {self.refusal(answer).sentence}"
            raise Misconfigured("PERMISSION_MISSING", sentence, record=self.conn_id)
        if 300 <= answer.status < 400:
            place = _place(answer.headers.get("location", ""))
            raise self.wrong_address(f"sends us elsewhere ({place}){self.trace(answer)}")
        if answer.status == 404 and not self._is_missing_object(answer):
            raise self.wrong_address(f"does not know the path that was asked for{self.trace(answer)}")
        if answer.status == 400 and answer.is_page:
            what = "refused the request with a web page (is the host name allowed there?)"
            raise self.wrong_address(what + self.trace(answer))

    def _is_missing_object(self, answer: Answer) -> bool:
        try:
            return self.dialect.is_missing_object(decoded(answer))
        except Unreadable:
            return False

    def _failed(self, answer: Answer) -> str:
        reason = self.trace(answer) if answer.is_page else f": {self.refusal(answer).sentence}"
        return f"{self.who} answered {answer.status}{reason}".rstrip(".") + "."


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _place(location: str) -> str:
    """Return where a redirect leads, without user, query or fragment."""
    try:
        parts = urlsplit(location)
        host = parts.hostname or ""
        return f"{parts.scheme}://{host}{parts.path}" if host else parts.path
    except ValueError:
        return "an address that cannot be read"
