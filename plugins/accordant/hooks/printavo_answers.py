"""From Printavo's answers to data, or to the exception that says how to recover.

GraphQL answers most questions with 200, also those it refuses: then there are `errors`, each with a message and
perhaps the path of the field it befell, and `data` is missing, null, or there in part (spec.graphql.org, section 7.1).
The messages are those of graphql-ruby, which Printavo is made with.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson

from accordant.hooks.answers import Dialect, Refusal, Verdicts
from accordant.hooks.wire import Answer, Silence
from accordant.sync.errors import AccordantError, Misconfigured, RecordRejected, RetryLater
from accordant.sync.text import shortened

_SENTENCE = 400  # characters
_LARGEST_THROTTLE = 10_000  # bytes; an answer that asks us to wait holds no data
_WITH_ERRORS = frozenset({200, 400, 422})

_THROTTLED = re.compile(r"rate.?limit|throttl|too many requests|slow down", re.IGNORECASE)
_TOO_DEAR = re.compile(r"\b(complexity|depth) of (\d+), which exceeds max \w+ of (\d+)", re.IGNORECASE)
_NOT_UNDERSTOOD = re.compile(
    r"doesn't exist on type|doesn't accept argument|isn't (?:defined|a defined|a valid)|can't be a fragment condition|"
    r"parse error|syntax error|cannot query field|unknown (?:argument|type|field)|mismatch on variable|"
    r"invalid value|is required, but it was not provided",
    re.IGNORECASE,
)
_NOT_LOGGED_IN = re.compile(r"unauthori[sz]ed|unauthenticated|invalid token|not (?:logged|signed) in", re.IGNORECASE)
_NOT_ALLOWED = re.compile(r"permission|forbidden|access denied|not (?:allowed|authori[sz]ed)", re.IGNORECASE)
_NOT_FOUND = re.compile(r"not found|could ?n[o']t (?:be found|find)|does ?n[o']t exist|no longer exists", re.IGNORECASE)
_OTHER_CURSOR = re.compile(r"invalid cursor|cursor is invalid", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class GraphError:
    """One of the errors in an answer.

    Attributes:
        path: of the field it befell; empty where it is the question as a whole.
    """

    message: str
    path: tuple[str, ...]

    @property
    def words(self) -> str:
        """The message and where."""
        return f"{'.'.join(self.path)}: {self.message}" if self.path else self.message


def errors_in(body: Any) -> list[GraphError]:
    """Return the errors of an answer."""
    given = body.get("errors") if isinstance(body, dict) else None
    if not given:
        return []
    return [_error(one) for one in (given if isinstance(given, list) else [given])]


def _error(given: Any) -> GraphError:
    if not isinstance(given, dict):
        return GraphError(str(given), ())
    path = given.get("path")
    steps = tuple(map(str, path)) if isinstance(path, list) else ()
    return GraphError(str(given.get("message", given)), steps)


def refusal(body: Any) -> Refusal:
    """Return the messages of a GraphQL answer's `errors`, or the `error` of what stands before GraphQL."""
    told = [error.words for error in errors_in(body)]
    if not told and isinstance(body, dict) and body.get("error"):
        told = [str(body["error"])]
    return Refusal("; ".join(told) or "no reason was given")


def is_missing_object(_: Any) -> bool:
    """GraphQL has one address, so a 404 never means an object."""
    return False


DIALECT = Dialect("Printavo", refusal, is_missing_object, trace_header="x-request-id")


def asks_to_wait(answer: Answer) -> bool:
    """Tell whether an answer is a throttle that is no 429: a page of the firewall, or words in a GraphQL error."""
    if answer.status == 403:
        return answer.is_page
    if answer.status not in _WITH_ERRORS or len(answer.body) > _LARGEST_THROTTLE or b'"errors"' not in answer.body:
        return False
    return any(_THROTTLED.search(error.message) for error in errors_in(_decoded(answer.body)))


def _decoded(body: bytes) -> Any:
    """Return what JSON says, or None; numbers as float, whose shortest digits are those that were sent."""
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(body)
    with suppress(ValueError, RecursionError):  # half of a surrogate pair, which only the slower one reads
        return json.loads(body, parse_constant=_no_number)
    return None


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


class PrintavoVerdicts(Verdicts):
    """Judges Printavo's answers."""

    __slots__ = ()

    def value_read(self, outcome: Answer | Silence) -> Mapping[str, Any]:
        """Return the data of an answer. An answer that is whole in part only is none.

        Raises:
            RetryLater: it did not come, cannot be read, or is there in part.
            Misconfigured: credentials, rights, address, or a limit in the settings are wrong.
            RecordRejected: what was asked for is not there.
        """
        if isinstance(outcome, Answer) and outcome.status in _WITH_ERRORS:
            body = _decoded(outcome.body)
            if errors := errors_in(body):
                return self._despite(errors, body.get("data"), self.trace(outcome))
            if outcome.status == 200 and body is not None:
                return self._data(body, self.trace(outcome))
        super().value_read(outcome)
        raise self._unreadable("sent an answer that is no JSON")

    def _data(self, body: Any, trace: str) -> Mapping[str, Any]:
        data = body.get("data") if isinstance(body, dict) else None
        if isinstance(data, dict):
            return data
        raise self._unreadable(f"answered without data{trace}")

    def _despite(self, errors: list[GraphError], data: Any, trace: str) -> Mapping[str, Any]:
        """Return data in which no more is missing than what does not exist."""
        if isinstance(data, dict) and all(_is_absence(error, data) for error in errors):
            return data
        words = shortened(self.secrets.hidden_in("; ".join(error.words for error in errors)), _SENTENCE) + trace
        raise next(self._reasons(errors, words, is_part=bool(data)))

    def _reasons(self, errors: list[GraphError], words: str, *, is_part: bool) -> Iterator[AccordantError]:
        """Yield what the errors may be, most certain first."""
        messages = " ".join(error.message for error in errors)
        if found := _TOO_DEAR.search(messages):
            yield self._too_dear(found)
        if _NOT_UNDERSTOOD.search(messages):
            yield self.wrong_address(f"does not understand our question; is its API another version? {words}")
        if _NOT_LOGGED_IN.search(messages):
            sentence = f"{self.who} refused the credentials: {words}"
            yield Misconfigured("CREDENTIALS_REFUSED", sentence, record=self.conn_id)
        if _NOT_ALLOWED.search(messages):
            sentence = f"{self.who} knows the user but does not allow this: {words}"
            yield Misconfigured("PERMISSION_MISSING", sentence, record=self.conn_id)
        if _OTHER_CURSOR.search(messages) or all(_NOT_FOUND.search(error.message) for error in errors):
            yield RecordRejected("REFUSED_BY_TARGET", words)
        if is_part:
            yield self._unreadable(f"answered in part only ({words})")
        yield RetryLater("SYSTEM_DOWN", f"{self.who} could not answer: {words}")

    def _too_dear(self, found: re.Match[str]) -> Misconfigured:
        name, needed, allowed = found[1].lower(), found[2], found[3]
        sentence = (
            f"{self.who} refuses a question of {name} {needed}; it allows {allowed}. "
            f"Lower the limit `{name}` of Printavo in include/settings/printavo.yaml."
        )
        return Misconfigured("SETTING_INVALID", sentence, record="printavo", field=name)

    def _unreadable(self, words: str) -> RetryLater:
        return RetryLater("ANSWER_UNREADABLE", f"{self.who} {words}.")


def _is_absence(error: GraphError, data: Mapping[str, Any]) -> bool:
    """Tell whether an error only says that a record which was asked for by its id does not exist."""
    if len(error.path) != 1 or not _NOT_FOUND.search(error.message):
        return False
    return error.path[0] in data and data[error.path[0]] is None
