"""A backfill of years of invoices at the vendor's own limits, on a virtual clock, beside a plain loop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from accordant.flows.mis_invoices.settings import settings
from benchmarks.qbo_books import LATENCY_MS, Books, Traffic, books
from benchmarks.results import Promise, Result, Row, Table
from benchmarks.school import SINCE, UNTIL, School, new_school, run, windows
from benchmarks.surroundings import postgres_cpu
from sandbox.postgres import RunningPostgres, running_postgres
from sandbox.seed.mis.load import many_invoices

ROWS, STUDENTS, WINDOWS = 100_000, 5_000, 72
QUICK = 10_000, 500, 12
WORKERS = (1, 2, 4)
LOOP_ROWS, LOOP_STUDENTS = 2_000, 100
MINUTE, MINUTE_BATCHES, BATCH = 60.0, 40, 30  # what the vendor allows
ALLOWED = MINUTE_BATCHES * BATCH / MINUTE  # entities a second
LEAST_SHARE, MOST_CALLS = 95.0, 0.04
LIMITS = {"per_minute": 500, "per_second": 10, "batches_per_minute": MINUTE_BATCHES, "at_once": 10}
_FOLLOW_UPS = 5  # runs of all that is open, as the schedule makes one by the hour


def measure(*, quick: bool = False) -> Result:
    """Do the backfill with each number of workers, then the plain loop on a company of the same kind."""
    rows, students, how_many = QUICK if quick else (ROWS, STUDENTS, WINDOWS)
    with running_postgres() as postgres:
        done = [backfill(postgres, rows, students, how_many, workers) for workers in WORKERS]
        loop = plain_loop(LOOP_ROWS // 10 if quick else LOOP_ROWS, LOOP_STUDENTS // 10 if quick else LOOP_STUDENTS)
    what = f"{rows:,} invoices of {students:,} students in {how_many} windows"
    tables = [
        Table(f"Backfill of {what}: speed in virtual time", [one.speed() for one in done], _speed_notes()),
        Table("The most in any sliding window, by the server's own count", [one.limits() for one in done]),
        Table("What became of the rows", [one.outcome() for one in done]),
        Table("CPU seconds, and real time", [one.costs() for one in done], _COST_NOTES),
        Table("Beside the peer, per invoice", [beside(done[0]), beside(loop)], _LOOP_NOTES),
    ]
    return Result("qbo_throughput", tables, promises(done, all_of_them=not quick))


@dataclass
class Done:
    """A backfill, or the loop, when it was over."""

    who: str
    workers: int
    rows: int
    runs: int
    traffic: Traffic
    found: Row
    statuses: dict[int, int]
    wall: float
    cpu: float
    postgres_cpu: float
    server_cpu: float

    @property
    def rate(self) -> float:
        """Return how many entities were made in a virtual second."""
        return self.traffic.entities / self.traffic.seconds

    @property
    def share(self) -> float:
        """Return the percentage of what batches allow in a second."""
        return 100 * self.rate / ALLOWED

    @property
    def calls(self) -> float:
        """Return the calls per invoice."""
        return self.traffic.calls / self.rows

    def speed(self) -> Row:
        """Return the row of the table on speed."""
        traffic = self.traffic
        return {
            "workers": self.workers, "runs": self.runs, "entities": traffic.entities, "virtual s": traffic.seconds,
            "entities/s": self.rate, "share %": self.share, "of the most %": 100 * traffic.entities / _most(traffic),
            "batches": traffic.batches, "look-ups and read-back": traffic.others,
            "calls per invoice": f"{self.calls:.4f}",
        }  # fmt: skip

    def limits(self) -> Row:
        """Return the row of the table on limits."""
        return {"workers": self.workers, **self.traffic.peaks, "429": self.traffic.throttled}

    def outcome(self) -> Row:
        """Return the row of the table on what became of the rows."""
        return {"workers": self.workers, "rows": self.rows, "status 1": self.statuses.get(1, 0), **self.found}

    def costs(self) -> Row:
        """Return the row of the table on CPU time."""
        thousand = self.rows / 1000
        return {
            "workers": self.workers, "ours": self.cpu, "per 1,000 invoices": self.cpu / thousand,
            "postgres": self.postgres_cpu, "postgres per 1,000": self.postgres_cpu / thousand,
            "sandbox": self.server_cpu, "wall s": self.wall,
        }  # fmt: skip

    def keeps_limits(self) -> bool:
        """Tell whether no limit was exceeded."""
        peaks = self.traffic.peaks
        return not self.traffic.throttled and all(peaks[name] <= most for name, most in LIMITS.items())

    def is_right(self) -> bool:
        """Tell whether every row is one invoice, of the same amount."""
        wrong = any(self.found[name] for name in ("missing", "doubled", "wrong amount"))
        return self.statuses == {1: self.rows} and not wrong and float(self.found["sums apart"]) == 0


def backfill(postgres: RunningPostgres, rows: int, students: int, how_many: int, workers: int) -> Done:
    """Do a whole backfill: every window is one run, so many at once; then what stayed open."""
    with books() as here:
        school = new_school(postgres, here.server, rows, students)
        with _clocked(here, postgres) as spent:
            with ThreadPoolExecutor(workers, thread_name_prefix="worker") as pool:
                list(pool.map(run, windows(how_many)))
            more = _follow_up(school)
        found = here.compared(school.amounts())
        return Done("accordant", workers, rows, how_many + more, here.traffic(), found, school.statuses(), *spent)


def _follow_up(school: School) -> int:
    """Run once more for rows that had to wait for another window's customers; return how many runs that took."""
    for runs in range(_FOLLOW_UPS):
        if not school.statuses().get(0):
            return runs
        run()
    return _FOLLOW_UPS


def plain_loop(rows: int, students: int) -> Done:
    """Let the loop push rows one by one."""
    from benchmarks.peer_quickbooks import VERSION, PlainLoop

    with books() as here:
        loop = PlainLoop(here)
        with _clocked(here, None) as spent:
            wanted = loop.push(many_invoices(rows, students, SINCE, UNTIL))
        name = f"plain loop over python-quickbooks {VERSION}"
        return Done(name, 1, rows, 1, here.traffic(), here.compared(wanted), {1: rows}, *spent)


@contextmanager
def _clocked(here: Books, postgres: RunningPostgres | None) -> Iterator[list[float]]:
    """Give a list that holds, in the end, real seconds, and CPU seconds of us, of Postgres and of the sandbox."""

    def now() -> list[float]:
        server = here.cpu()
        spent_there = postgres_cpu(postgres) if postgres else 0.0
        return [time.perf_counter(), time.process_time() - server, spent_there, server]

    before, spent = now(), list[float]()
    yield spent
    spent += [after - earlier for after, earlier in zip(now(), before, strict=True)]


def beside(done: Done) -> Row:
    """Return a line of the comparison, per invoice."""
    at_best = max(done.calls / LIMITS["per_minute"], done.traffic.batches / done.rows / MINUTE_BATCHES) * MINUTE
    return {
        "who": done.who, "invoices": done.rows, "calls": f"{done.calls:.3f}",
        "virtual s": f"{done.traffic.seconds / done.rows:.4f}", "at best s": f"{at_best:.4f}",
        "CPU ms": 1000 * done.cpu / done.rows, "Postgres CPU ms": 1000 * done.postgres_cpu / done.rows,
        f"hours for {ROWS:,}": done.traffic.seconds / done.rows * ROWS / 3600,
    }  # fmt: skip


def promises(done: list[Done], *, all_of_them: bool) -> list[Promise]:
    """Return what must hold; calls per invoice only where windows are as large as in a real backfill."""
    share, calls = min(one.share for one in done), max(one.calls for one in done)
    found = [
        Promise(f"At least {LEAST_SHARE:.0f} % of {ALLOWED:.0f} entities a virtual second (seen: {share:.1f} %).",
                share >= LEAST_SHARE),
        Promise("No limit is exceeded in any sliding window, and nobody is throttled.",
                all(one.keeps_limits() for one in done)),
        Promise("Every row has status 1 and is exactly one invoice; sums are equal to the cent.",
                all(one.is_right() for one in done)),
    ]  # fmt: skip
    if all_of_them:
        sentence = f"At most {MOST_CALLS} calls per invoice (seen: {calls:.4f})."
        found.insert(2, Promise(sentence, calls <= MOST_CALLS))
    return found


def _most(traffic: Traffic) -> float:
    """Return how many entities the limits allow in that time, a burst at its beginning and end included."""
    return (traffic.seconds // MINUTE + 1) * MINUTE_BATCHES * BATCH


def _speed_notes() -> tuple[str, ...]:
    margin = settings().quickbooks.margin_seconds
    with_margin = MINUTE_BATCHES * BATCH / (MINUTE + margin)
    return (
        "virtual s: from the first write call to the last. "
        f"Every call takes {LATENCY_MS:.0f} virtual ms; processors take none.",
        f"share %: of {ALLOWED:.0f} entities a second, which {MINUTE_BATCHES} batches a minute of {BATCH} allow.",
        f"of the most %: of all batches that any pace could send in that time, each of {BATCH}.",
        f"The margin of {margin} s alone costs {100 - 100 * with_margin / ALLOWED:.1f} %: {with_margin:.2f} are left. "
        "The rest are batches that are not full.",
    )  # fmt: skip


_COST_NOTES = ("ours: this process without the thread of the sandbox; all steps, and Great Expectations with them.",)
_LOOP_NOTES = (
    "The same server, limits and latency for both. at best s: what the vendor's limits alone would take.",
    "The loop validates, records and proves nothing, and finds nothing out about an answer that it did not get.",
)
