"""Workers that share the store keep the limits together, whatever comes when."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accordant.store.permits import SharedGate
from accordant.store.places import place
from accordant.sync.errors import RetryLater
from accordant.sync.rates import Rate
from tests.sync.test_rates import exceeded

RATES = (Rate(5, 10), Rate(2, 1.5), Rate(2, 10, "batch"))
_ACCOUNTS = (f"company {number}" for number in count())


class VirtualClock:
    """Time that passes only while all threads of a test wait for it."""

    def __init__(self, threads: int) -> None:
        self._now, self._threads = 1_800_000_000.0, threads
        self._waits: list[float] = []
        self._changed = threading.Condition()

    def now(self) -> float:
        return self._now

    def sleep_until(self, moment: float) -> None:
        with self._changed:
            self._waits.append(moment)
            self._advance()
            while self._now < moment:
                self._changed.wait()
            self._waits.remove(moment)

    def leave(self) -> None:
        """Tell that a thread ends."""
        with self._changed:
            self._threads -= 1
            self._advance()

    def _advance(self) -> None:
        if self._waits and len(self._waits) >= self._threads and min(self._waits) > self._now:
            self._now = min(self._waits)
        self._changed.notify_all()

    @contextmanager
    def in_flight(self) -> Iterator[None]:
        yield


ARRIVALS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["request", "batch"])), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ARRIVALS, min_size=1, max_size=4))
def test_threads_keep_every_limit_in_every_stretch_of_time(store: str, arrivals: list[list[tuple[int, str]]]) -> None:
    account, clock, sent = next(_ACCOUNTS), VirtualClock(len(arrivals)), list[tuple[float, str]]()

    def work(mine: list[tuple[int, str]]) -> None:
        gate = SharedGate(store, account, RATES, 10, latest=0.1, clock=clock)  # as another process would
        for pause, kind in mine:
            clock.sleep_until(clock.now() + pause)
            with gate(kind):
                sent.append((clock.now(), kind))
        clock.leave()

    with ThreadPoolExecutor(len(arrivals)) as pool:
        list(pool.map(work, arrivals))
    assert len(sent) == sum(map(len, arrivals))
    assert exceeded(sent, [Rate(rate.count, rate.seconds - 0.001, rate.kind) for rate in RATES]) == []


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)
    return child


def test_processes_keep_a_limit_by_the_clock_of_postgres_and_nearly_reach_it(store: str, tmp_path: Any) -> None:
    account, until = next(_ACCOUNTS), time.monotonic() + 1.5
    noted = os.open(tmp_path / "sent", os.O_CREAT | os.O_APPEND | os.O_RDWR)

    def work() -> None:
        gate = SharedGate(store, account, (Rate(10, 0.3),), 10, latest=0.05)
        while time.monotonic() < until:
            with gate("request"):
                os.write(noted, f"{time.monotonic()}\n".encode())

    def threads() -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: work(), range(2)))

    children = [forked(threads) for _ in range(3)]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0, 0]
    sent = [(float(line), "request") for line in (tmp_path / "sent").read_text().split()]
    assert exceeded(sent, [Rate(10, 0.3 - 0.05)]) == []
    assert len(sent) >= 40


def test_a_batch_counts_among_all_calls_too(store: str) -> None:
    clock = VirtualClock(1)
    gate, sent, start = SharedGate(store, next(_ACCOUNTS), RATES, 1, clock=clock), list[float](), clock.now()
    for kind in ("batch", "batch", "batch", "request"):
        with gate(kind):
            sent.append(clock.now() - start)
    assert sent == [0.0, 0.0, 10.0, 10.0]


def test_nobody_goes_while_one_is_asked_to_wait(store: str) -> None:
    clock, account = VirtualClock(1), next(_ACCOUNTS)
    SharedGate(store, account, RATES, 1, clock=clock).hold_back(60)
    start = clock.now()
    with SharedGate(store, account, RATES, 1, clock=clock)("request"):
        assert clock.now() - start == pytest.approx(60)


def test_a_call_that_misses_its_moment_reserves_anew(store: str) -> None:
    class Sleepy(VirtualClock):
        late = 5.0

        def sleep_until(self, moment: float) -> None:
            late, self.late = self.late, 0.0
            super().sleep_until(moment + late)

    clock = Sleepy(1)
    gate, start = SharedGate(store, next(_ACCOUNTS), (Rate(1, 10),), 1, latest=0.1, clock=clock), clock.now()
    with gate("request"):
        assert clock.now() - start == pytest.approx(10)


def test_old_permits_are_forgotten(store: str) -> None:
    clock, account = VirtualClock(1), next(_ACCOUNTS)
    gate = SharedGate(store, account, RATES, 1, clock=clock)
    for _ in range(30):
        with gate("request"):
            pass
    with psycopg.connect(store) as connection:
        kept = connection.execute("SELECT count(*) FROM accordant.permit WHERE account = %s", (account,)).fetchone()
    assert kept is not None
    assert kept[0] <= 6


def test_a_store_that_does_not_answer_lets_no_call_out(tmp_path: Any) -> None:
    gate = SharedGate(f"host={tmp_path} user=postgres dbname=x password=hunter2", "a", RATES, 1)
    with pytest.raises(RetryLater) as caught, gate("request"):
        pytest.fail("a call went out")
    assert caught.value.code.code == "STORE_UNREACHABLE"
    assert "hunter2" not in str(caught.value)


# -- places


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_than_allowed_are_at_work_at_once(store: str, at_once: int) -> None:
    account, counting = next(_ACCOUNTS), threading.Lock()
    now, most = 0, 0

    def work(_: int) -> None:
        nonlocal now, most
        with place(store, account, at_once):
            with counting:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with counting:
                now -= 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(16)))
    assert most == at_once


def test_accounts_do_not_wait_for_each_other(store: str) -> None:
    with place(store, next(_ACCOUNTS)), place(store, next(_ACCOUNTS)):
        pass


def test_a_worker_that_is_killed_lets_go_of_its_place(store: str) -> None:
    account, (taken, tell) = next(_ACCOUNTS), os.pipe()

    def hold() -> None:
        with place(store, account):
            os.write(tell, b"x")
            time.sleep(60)

    child = forked(hold)
    os.read(taken, 1)
    killer = threading.Timer(0.2, os.kill, (child, signal.SIGKILL))
    killer.start()
    started = time.monotonic()
    with place(store, account):
        assert 0.1 < time.monotonic() - started < 10
    os.waitpid(child, 0)


def test_a_store_that_goes_away_after_a_call_does_not_make_it_look_failed(store: str) -> None:
    account = next(_ACCOUNTS)
    with place(store, account) as connection, psycopg.connect(store, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        time.sleep(0.1)
    with place(store, account):
        pass


def test_calls_share_connections(store: str) -> None:
    account, used = next(_ACCOUNTS), set()
    for _ in range(20):
        with place(store, account, 3) as connection:
            used.add(connection.info.backend_pid)
    assert len(used) == 1
