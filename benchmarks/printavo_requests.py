"""How many requests bring an account up to date at the vendor's own limits, on a virtual clock."""

from __future__ import annotations

from dataclasses import dataclass

from accordant.flows.printavo.settings import settings
from benchmarks.printavo_shop import LATENCY_MS, Asked, shop
from benchmarks.results import Promise, Result, Row, Table
from sandbox.postgres import RunningPostgres, running_postgres

ORDERS, CHANGED = 50_000, 200
MOST_SHARE = 0.05  # of the requests of a full read
ALLOWED = 10  # requests in any 5 seconds

FULL, CHANGES, NOTHING = "everything, first", "what changed", "when nothing changed"


@dataclass(frozen=True)
class UpToDate:
    """The runs, and how the tables differed from the account after each."""

    orders: int
    changed: int
    asked: dict[str, Asked]
    found: dict[str, Row]

    @property
    def share(self) -> float:
        """Return the requests of an incremental run by those of a full one."""
        return self.asked[CHANGES].requests / self.asked[FULL].requests

    def keeps_limits(self) -> bool:
        """Tell whether the limit was never exceeded."""
        return all(one.most <= ALLOWED and not one.throttled for one in self.asked.values())

    def is_right(self) -> bool:
        """Tell whether the tables were as the account after every run."""
        wrong = any(value for row in self.found.values() for name, value in row.items() if name not in _NO_TROUBLE)
        return not wrong and all(float(row["sums apart"]) == 0 for row in self.found.values())


_NO_TROUBLE = ("orders", "sums apart")


def measure(*, quick: bool = False) -> Result:
    """Read all, let some orders change, and bring the tables up to date."""
    with running_postgres() as postgres:
        done = brought_up_to_date(postgres, ORDERS // 10 if quick else ORDERS, CHANGED // 10 if quick else CHANGED)
    runs = [
        {"run": name, "requests": one.requests, "of a full read": f"{one.requests / done.asked[FULL].requests:.1%}",
         "most in 5 s": one.most, "429": one.throttled, "virtual s": one.seconds}
        for name, one in done.asked.items()
    ]  # fmt: skip
    title = f"An account of {done.orders:,} orders, of which {done.changed:,} changed after the first run"
    after = [{"after": name, **row} for name, row in done.found.items()]
    return Result("printavo_requests", [
        Table(title, runs, _notes()), Table("How the tables differed from the account", after),
    ], promises(done))  # fmt: skip


def brought_up_to_date(postgres: RunningPostgres, orders: int, changed: int) -> UpToDate:
    """Do a full run, one after some orders changed, and one when nothing did."""
    asked: dict[str, Asked] = {}
    found: dict[str, Row] = {}
    ids: list[str] = []
    with shop(postgres, orders) as here:
        for name in (FULL, CHANGES, NOTHING):
            if name == CHANGES:
                ids = here.change(changed)
            asked[name] = here.run()
            found[name] = here.compared(ids)
    return UpToDate(orders, changed, asked, found)


def promises(done: UpToDate) -> list[Promise]:
    """Return what must hold."""
    most = max(one.most for one in done.asked.values())
    return [
        Promise(f"{done.changed:,} changed orders of {done.orders:,} take at most {MOST_SHARE:.0%} of the requests "
                f"of a full read (seen: {done.share:.1%}).", done.share <= MOST_SHARE),
        Promise(f"Never more than {ALLOWED} requests in any 5 seconds (seen: {most}), and nobody is throttled.",
                done.keeps_limits()),
        Promise("After each run the tables are as the account: every order, the lines, the sum.", done.is_right()),
    ]  # fmt: skip


def _notes() -> tuple[str, ...]:
    limits = settings().printavo
    return (
        "Whole runs with the flow's own hook, its settings, and the gate that all workers share in the sync store.",
        f"{limits.per_five_seconds} requests in 5 s with a margin of {limits.margin_seconds} s, complexity "
        f"{limits.complexity:,}; every answer takes {LATENCY_MS:.0f} virtual ms. The sandbox refuses what is beyond.",
        "What changed: the lists of statuses, customers and contacts, the headers of all orders, the changed by id.",
    )
