"""Limits under which a plan is applied without asking a person."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from accordant.sync.operations import Action
from accordant.sync.plan import PlanDigest


class Limits(BaseModel):
    """A plan beyond one of these waits for approval; None means no limit.

    Attributes:
        operations: how many operations one plan may hold.
        deactivated_share: which share of all agreed records it may deactivate, 0 to 1; one always goes.
        money_moved: sum of the amounts written, in the flow's currency.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    operations: int | None = Field(default=None, ge=0)
    deactivated_share: Decimal | None = Field(default=None, ge=0, le=1)
    money_moved: Decimal | None = Field(default=None, ge=0)

    def exceeded_by(self, plan: PlanDigest, agreed: int = 0) -> list[str]:
        """Return one sentence per limit that the plan exceeds; `agreed` is how many records are agreed by now."""
        sentences = []
        if self.operations is not None and plan.operations > self.operations:
            sentences.append(f"{plan.operations} operations are planned; {self.operations} go without asking.")
        if self.money_moved is not None and plan.money > self.money_moved:
            sentences.append(f"{plan.money:,.2f} would be written; {self.money_moved:,.2f} go without asking.")
        deactivated = plan.count(Action.DEACTIVATE)
        if self.deactivated_share is not None and deactivated > 1:
            share = Decimal(deactivated) / max(agreed, deactivated)
            if share > self.deactivated_share:
                sentences.append(
                    f"{deactivated} records would be deactivated, {share:.1%} of those agreed; "
                    f"{self.deactivated_share:.1%} go without asking."
                )
        return sentences
