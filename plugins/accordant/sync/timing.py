"""Which of two sides changed later, when their clocks differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from accordant.sync.merge import Policy, Resolution, Rule, Side

_LATER = {
    Side.OURS: Resolution(Policy.OURS, Rule.OURS_LATER),
    Side.THEIRS: Resolution(Policy.THEIRS, Rule.THEIRS_LATER),
}
_CLOSE = {
    Side.OURS: Resolution(Policy.OURS, Rule.OURS_CLOSE),
    Side.THEIRS: Resolution(Policy.THEIRS, Rule.THEIRS_CLOSE),
}


@dataclass(frozen=True, slots=True)
class Clocks:
    """How far the clocks of both sides are apart, as measured in this run.

    Attributes:
        skew: the other side's clock minus ours.
        doubt: how exact the measurement is.
        tie: the side that decides when both changed within skew and doubt.
    """

    skew: timedelta = timedelta(0)
    doubt: timedelta = timedelta(seconds=1)
    tie: Side = Side.OURS

    def later(self, ours: datetime | None, theirs: datetime | None) -> Resolution:
        """Return which side decides because it changed later; instants are compared, whatever their zones."""
        if ours is None or theirs is None or self.is_close(ours, theirs):
            return _CLOSE[self.tie]
        return _LATER[Side.OURS if ours > theirs else Side.THEIRS]

    def is_close(self, ours: datetime, theirs: datetime) -> bool:
        """Tell whether the clocks' difference could turn the order round."""
        return abs(ours - theirs) <= abs(self.skew) + self.doubt
