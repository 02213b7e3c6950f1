"""The company's time: the server's clock, shown in the company's zone."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.times import answer_time, day
from sandbox.shared.clock import Clock


@dataclass(frozen=True)
class CompanyTime:
    """What time it is at the company."""

    clock: Clock
    settings: Settings

    def seconds(self) -> int:
        """Whole seconds since 1970: the vendor's times have no fractions."""
        return int(self.clock.epoch())

    def today(self) -> str:
        """The company's date."""
        return day(self.seconds() // 3600, self.settings.zone)

    def answer(self) -> str:
        """The `time` of an answer."""
        return answer_time(self.clock.epoch(), self.settings.zone)
