"""How often a system may be called, and the earliest moment at which one more call keeps every limit."""

from __future__ import annotations

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` calls in any `seconds`, wherever those begin.

    Attributes:
        kind: the kind of call that is limited; None for calls of every kind together.
    """

    count: int
    seconds: float
    kind: str | None = None


class QuickBooksLimits(BaseModel):
    """What Intuit allows one app to do in one company (developer.intuit.com, "Limits and throttles").

    Attributes:
        per_minute, per_second: calls of any kind.
        batches_per_minute: batch calls.
        at_once: calls under way at the same moment (blogs.intuit.com, 2016-08-08).
        margin_seconds: by so much each period is made longer, as calls do not all take equally long to arrive.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_minute: int = Field(default=500, ge=1)
    per_second: int = Field(default=10, ge=1)
    batches_per_minute: int = Field(default=40, ge=1)
    at_once: int = Field(default=10, ge=1, le=100)
    margin_seconds: float = Field(default=0.25, ge=0, le=10)

    def rates(self) -> tuple[Rate, ...]:
        """Return the limits with their margin."""
        margin = self.margin_seconds
        return (
            Rate(self.per_minute, 60 + margin),
            Rate(self.per_second, 1 + margin),
            Rate(self.batches_per_minute, 60 + margin, "batch"),
        )


class PrintavoLimits(BaseModel):
    """What Printavo allows one user (its API documents: 10 requests in 5 seconds, complexity 25,000, depth 13).

    Attributes:
        per_five_seconds: requests of any kind.
        complexity, depth: of one question, as graphql-ruby counts them.
        most_per_page: objects asked for at a time; None for as many as the complexity allows.
        margin_seconds: by so much the period is made longer, as requests do not all take equally long to arrive.
        at_once: requests under way at the same moment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    per_five_seconds: int = Field(default=10, ge=1)
    complexity: int = Field(default=25_000, ge=1)
    depth: int = Field(default=13, ge=1)
    most_per_page: int | None = Field(default=None, ge=1)
    margin_seconds: float = Field(default=0.25, ge=0, le=10)
    at_once: int = Field(default=2, ge=1, le=100)

    def rates(self) -> tuple[Rate, ...]:
        """Return the limits with their margin."""
        return (Rate(self.per_five_seconds, 5 + self.margin_seconds),)


def earliest(now: float, taken: Sequence[tuple[float, str]], kind: str, rates: Sequence[Rate]) -> float:
    """Return the first moment from `now` on at which a call of this kind exceeds none of the rates.

    Args:
        now: seconds.
        taken: moment and kind of every call that went or will go, so far back as the longest rate reaches. Some may
            lie in the future, in any order.
    """
    forbidden = [gap for rate in rates if rate.kind in (None, kind) for gap in _forbidden(rate, taken)]
    moment = now
    for start, end in sorted(forbidden):
        if start < moment < end:
            moment = end
    return moment


def _forbidden(rate: Rate, taken: Sequence[tuple[float, str]]) -> list[tuple[float, float]]:
    """Return the open intervals in which one more call would be the one too many.

    Any `count` calls in a row that are closer together than the period leave no room for another from a period
    before the last of them until a period after the first.
    """
    moments: list[float] = []
    for moment, kind in taken:
        if rate.kind in (None, kind):
            insort(moments, moment)
    pairs = zip(moments, moments[rate.count - 1 :], strict=False)
    return [(last - rate.seconds, first + rate.seconds) for first, last in pairs if last - first < rate.seconds]
