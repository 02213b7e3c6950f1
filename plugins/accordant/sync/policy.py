"""The policy of an object type, as it stands in its settings: who decides, and what flows one way only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from accordant.sync.merge import OURS_DECIDES, PERSON_DECIDES, THEIRS_DECIDES, Resolution, Side
from accordant.sync.timing import Clocks

_BY_AUTHORITY = {Side.OURS: OURS_DECIDES, Side.THEIRS: THEIRS_DECIDES}


class PolicyKind(StrEnum):
    """The four ways in which two sides are agreed."""

    LATEST = "latest timestamp"
    AUTHORITY = "authority"
    ONE_WAY = "one way"
    NET_CHANGE = "net change"


class MergePolicy(BaseModel):
    """Who decides on a difference.

    Attributes:
        kind: which of the four ways.
        authority: the side that decides (authority), or from which all fields come (one way).
        exceptions: with an authority, the fields that the other side may change too, as long as only it
            changed them; 'all' for every field. Without this, a field that only the other side changed is
            set back to the authority's value.
        ours, theirs: fields that always come from this side.
        tie: who decides when timestamps are too close to tell.
        ask: a person decides on every field that both sides changed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PolicyKind
    authority: Side | None = None
    exceptions: tuple[str, ...] | Literal["all"] = "all"
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    tie: Side = Side.OURS
    ask: bool = False

    def owners(self, fields: tuple[str, ...], *, first_meeting: bool = False) -> dict[str, Side]:
        """Return the fields that flow one way only, with the side they come from.

        At first meeting an authority decides on differences, but what is empty there is filled in.
        """
        owned = dict.fromkeys(self.ours, Side.OURS) | dict.fromkeys(self.theirs, Side.THEIRS)
        if self.authority is None:
            return owned
        if self.kind is PolicyKind.ONE_WAY:
            return dict.fromkeys(fields, self.authority)
        if self.kind is PolicyKind.AUTHORITY and self.exceptions != "all" and not first_meeting:
            kept = {name for name in fields if name not in self.exceptions}
            return dict.fromkeys(kept, self.authority) | owned
        return owned

    @property
    def sole_source(self) -> Side | None:
        """Return the side from which everything comes, where the policy is one way."""
        return self.authority if self.kind is PolicyKind.ONE_WAY else None

    def resolution(self, clocks: Clocks, ours: datetime | None, theirs: datetime | None) -> Resolution:
        """Return how fields that both sides changed are decided."""
        if self.ask:
            return PERSON_DECIDES
        if self.authority is not None:
            return _BY_AUTHORITY[self.authority]
        return clocks.later(ours, theirs)
