"""The MIS hook claims, settles and counts the same on Postgres and on MariaDB."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from accordant.hooks.mis import MisHook
from accordant.hooks.mis_tables import Selection
from accordant.sync.errors import Misconfigured
from tests.hooks.mis_databases import ALL, MisDatabase, never

# -- preparing


def test_preparing_adds_what_is_missing_once_and_says_what(mis_database: MisDatabase) -> None:
    mis_database.invoices(2)
    hook = mis_database.hook(prepared=False)
    assert hook.missing_columns() == ["QuickBk_Status", "pushed_by", "pushed_date"]
    shown = hook.prepare(dry_run=True)
    assert len(shown) == 4
    assert len(hook.missing_columns()) == 3
    assert hook.prepare() == shown
    assert hook.missing_columns() == []
    assert hook.prepare() == []
    assert hook.analyze()["not_synced"] == 2


def test_an_mis_that_is_half_prepared_gets_the_rest(mis_database: MisDatabase) -> None:
    mis_database.sql('ALTER TABLE tbl_imvoice ADD COLUMN "QuickBk_Status" INT NULL')
    hook = mis_database.hook(prepared=False)
    assert hook.missing_columns() == ["pushed_by", "pushed_date"]
    assert len(hook.prepare()) == 3


def test_without_the_tracking_columns_nothing_is_touched(mis_database: MisDatabase) -> None:
    hook = mis_database.hook(prepared=False)
    asked: list[Any] = [
        lambda: hook.claim("m", ALL, lapsed=never), lambda: list(hook.claimed("m")), lambda: hook.release("m"),
        lambda: list(hook.open_rows(ALL, 1)), lambda: hook.settle("m", {1: 1}, "me"), hook.in_progress, hook.retry,
        lambda: hook.reset_stuck(never), hook.analyze, lambda: hook.page(1, 0, ALL), lambda: hook.find([1]),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(Misconfigured, match="MIS_NOT_PREPARED"):
            ask()
    works, sentence = hook.test_connection()
    assert not works
    assert "accordant mis prepare" in sentence
    hook.prepare()
    assert hook.analyze()["total"] == 0


# -- claiming


def test_a_claim_takes_what_is_open_and_counts_it_once(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(6)
    mis_database.sql('ALTER TABLE tbl_imvoice ALTER COLUMN "QuickBk_Status" DROP DEFAULT')
    null = "ALTER COLUMN \"QuickBk_Status\" DROP NOT NULL" if mis_database.kind == "postgres" else (
        'MODIFY "QuickBk_Status" SMALLINT NULL')  # fmt: skip
    mis_database.sql(f"ALTER TABLE tbl_imvoice {null}")
    mis_database.set("id = 1", None)
    mis_database.set("id = 2", 1, "old tool")
    mis_database.set("id = 3", 2, "old tool")
    mis_database.set("id = 4", 3, "other run")
    assert mis.claim("mine", ALL, lapsed=never) == 3
    assert mis.claim("mine", ALL, lapsed=never) == 3
    assert [row["id"] for row in mis.claimed("mine")] == [1, 5, 6]
    assert mis.claim("mine", Selection(failed_too=True), lapsed=never) == 4
    assert mis_database.statuses()[4] == (3, "other run")
    assert mis_database.statuses()[2] == (1, "old tool")


def test_a_claim_may_be_limited_and_goes_on_where_it_stopped(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(30)
    assert mis.claim("mine", ALL, lapsed=never, most=7) == 7
    assert mis.claim("mine", ALL, lapsed=never, most=7) == 7
    assert mis.claim("mine", ALL, lapsed=never, most=12) == 12
    assert mis.claim("theirs", ALL, lapsed=never) == 18


def test_a_window_is_half_open_and_leaves_out_rows_without_a_date(mis_database: MisDatabase, mis: MisHook) -> None:
    for day in ("2025-08-31", "2025-09-01", "2025-09-30", "2025-10-01", None):
        mis_database.invoices(1, invoice_date=day)
    september = Selection(since=date(2025, 9, 1), until=date(2025, 10, 1))
    assert [row["id"] for row in mis.open_rows(september, None)] == [2, 3]
    assert mis.analyze(september)["total"] == 2
    assert mis.claim("mine", september, lapsed=never) == 2
    assert mis.claim("rest", ALL, lapsed=never) == 3


def test_ids_take_failed_rows_as_well_and_unknown_ids_nothing(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(4)
    mis_database.set("id = 2", 2, "me")
    mis_database.set("id = 3", 1, "me")
    assert mis.claim("mine", Selection(ids=(2, "3", "4", 99, "no id")), lapsed=never) == 2
    assert mis.claim("none", Selection(ids=()), lapsed=never) == 0


def test_abandoned_rows_are_taken_over_and_others_are_not(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(5)
    mis_database.set("id <= 2", 3, "dead")
    mis_database.set("id = 3", 3, "alive")
    mis_database.set("id = 4", 3, None)
    asked: list[tuple[str, datetime | None]] = []

    def lapsed(pushed_by: str, pushed_date: datetime | None) -> bool:
        asked.append((pushed_by, pushed_date))
        return pushed_by in ("dead", "")

    assert mis.claim("mine", ALL, lapsed=lapsed) == 4
    assert mis_database.statuses()[3] == (3, "alive")
    assert {by for by, _ in asked} == {"dead", "alive", ""}
    times = {by: at for by, at in asked}
    assert times[""] is None
    assert times["dead"] is not None
    assert timedelta(minutes=59) < mis.now() - times["dead"] < timedelta(minutes=61)
    assert abs(datetime.now(UTC) - mis.now()) < timedelta(minutes=1)


def test_four_claimants_at_once_never_get_the_same_row(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(5_000)
    mis_database.set("id % 10 = 0", 3, "dead")
    start = Barrier(4)

    def claim(mark: str) -> tuple[int, set[int]]:
        hook = mis_database.hook(prepared=False)
        start.wait()
        taken = hook.claim(mark, ALL, lapsed=lambda by, at: by == "dead")
        rows = {row["id"] for row in hook.claimed(mark)}
        hook.close()
        return taken, rows

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(claim, ("a", "b", "c", "d")))
    assert [taken for taken, _ in found] == [len(rows) for _, rows in found]
    assert sum(len(rows) for _, rows in found) == 5_000
    assert set().union(*(rows for _, rows in found)) == set(range(1, 5_001))


# -- settling


def test_a_settled_row_says_how_who_and_when(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(4)
    mis.claim("mine", ALL, lapsed=never)
    assert mis.settle("mine", {1: 1, 2: 2, 3: 0}, "accordant") == {1, 2, 3}
    assert mis_database.statuses() == {1: (1, "accordant"), 2: (2, "accordant"), 3: (0, None), 4: (3, "mine")}
    found = mis.find([1, 3])
    assert abs(found[0]["pushed_date"] - mis.now()) < timedelta(seconds=5)
    assert found[1]["pushed_date"] is None
    assert mis.settle("mine", {1: 1, 3: 0}, "accordant") == {1, 3}  # the same once more, after a lost answer
    with pytest.raises(ValueError, match="in progress"):
        mis.settle("mine", {4: 3}, "accordant")


def test_a_row_that_somebody_else_took_is_not_settled(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(3)
    mis.claim("mine", ALL, lapsed=never)
    mis_database.set("id = 2", 3, "theirs")
    mis_database.set("id = 3", 1, "theirs")
    assert mis.settle("mine", {1: 2, 2: 2, 3: 2}, "me") == {1}
    assert mis_database.statuses() == {1: (2, "me"), 2: (3, "theirs"), 3: (1, "theirs")}


def test_a_mark_that_the_column_would_cut_is_refused(mis_database: MisDatabase) -> None:
    mis_database.sql("ALTER TABLE tbl_imvoice ADD COLUMN pushed_by VARCHAR(20)")
    hook = mis_database.hook()
    with pytest.raises(Misconfigured, match="pushed_by holds 20 characters; 21"):
        hook.claim("x" * 21, ALL, lapsed=never)
    hook.close()


# -- what lies about


def test_rows_in_progress_are_listed_released_and_reset(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(9)
    mis.claim("mine", Selection(ids=(1, 2)), lapsed=never)
    mis_database.set("id BETWEEN 3 AND 8", 3, "dead")
    dead, mine = sorted(mis.in_progress(), key=lambda one: str(one["pushed_by"]))
    assert (dead["pushed_by"], dead["rows"], dead["ids"]) == ("dead", 6, [3, 4, 5, 6, 7])
    assert mis.now() - dead["oldest"] > timedelta(minutes=59)
    assert (mine["pushed_by"], mine["ids"]) == ("mine", [1, 2])
    assert mis.reset_stuck(lambda by, at: by == "dead") == 6
    assert mis.release("mine") == 2
    assert mis_database.statuses() == dict.fromkeys(range(1, 10), (0, None))


def test_failed_rows_are_retried_all_or_some(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(5)
    mis_database.set("id <= 4", 2, "me")
    mis_database.set("id = 5", 1, "me")
    assert mis.retry([2, "3", 5, 77]) == 2
    assert mis.retry() == 2
    assert mis_database.statuses() == {1: (0, None), 2: (0, None), 3: (0, None), 4: (0, None), 5: (1, "me")}


def test_progress_is_a_percentage_that_never_flatters(mis_database: MisDatabase, mis: MisHook) -> None:
    assert mis.analyze() == {
        "total": 0, "synced": 0, "not_synced": 0, "failed": 0, "in_progress": 0, "progress": 0.0
    }  # fmt: skip
    mis_database.invoices(3_000)
    mis_database.set("id > 1", 1, "me")
    assert mis.analyze() == {
        "total": 3_000, "synced": 2_999, "not_synced": 1, "failed": 0, "in_progress": 0, "progress": 99.9
    }  # fmt: skip
    mis_database.set("id = 2", 2, "me")
    mis_database.set("id = 3", 3, "me")
    assert mis.analyze(Selection(ids=(1, 2, 3, 4))) == {
        "total": 4, "synced": 1, "not_synced": 1, "failed": 1, "in_progress": 1, "progress": 25.0
    }  # fmt: skip
