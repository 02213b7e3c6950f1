"""A list is drained in one turn, begun again when it breaks, and handed over without filling memory."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from accordant.hooks import conductor_lists
from accordant.hooks.calls import ApiCall
from accordant.hooks.conductor_lists import Spool
from accordant.sync.errors import Misconfigured, RetryLater
from tests.hooks.misbehaving_server import Asked, MisbehavingServer, Reply
from tests.hooks.test_conductor import Turns, open_hook
from tests.hooks.test_conductor_errors import INVALID, TIMEOUT, closed, error

EXPIRED = error(400, INVALID, 'The cursor "cur_1" is invalid or has expired', type=INVALID)


class PagedList:
    """Answers a cursor list of `total` rows; `faults` are given instead of the pages with these numbers."""

    def __init__(self, total: int, faults: dict[int, Reply] | None = None, *, seen: Turns | None = None) -> None:
        self.total, self.faults, self.turns = total, faults or {}, seen
        self.starts = self.asked = self.at = 0
        self.open_turns: list[int] = []

    def __call__(self, asked: Asked) -> Reply:
        if "cursor" not in asked.query:
            self.starts, self.at = self.starts + 1, 0
        self.asked += 1
        self.open_turns.append(self.turns.taken if self.turns and self.turns.open else 0)
        if self.asked in self.faults:
            return self.faults[self.asked]
        first, self.at = self.at, min(self.at + int(asked.query["limit"]), self.total)
        return Reply(200, self.page(first, self.total - self.at))

    def page(self, first: int, left: int) -> dict[str, Any]:
        rows = [{"id": str(number), "amount": "1.10", "quantity": 2.5} for number in range(first, self.at)]
        ending = {"nextCursor": "cur 1" if left else None, "remainingCount": left, "hasMore": left > 0}
        return {"objectType": "list", "url": "/v1/x", "data": rows, **ending}


def ids(rows: Any) -> list[int]:
    return [int(row["id"]) for row in rows]


def test_all_pages_come_once_and_in_order(server: MisbehavingServer) -> None:
    pages = PagedList(301)
    server.script(pages)
    rows = list(open_hook(server.url).rows("customers", status="all"))
    assert ids(rows) == list(range(301))
    assert rows[7] == {"id": "7", "amount": "1.10", "quantity": 2.5}
    assert [asked.query for asked in server.asked] == [
        {"status": "all", "limit": "150"},
        {"status": "all", "limit": "150", "cursor": "cur 1"},
        {"status": "all", "limit": "150", "cursor": "cur 1"},
    ]


def test_the_turn_is_held_for_the_whole_list_and_given_back_before_the_first_row(server: MisbehavingServer) -> None:
    turns = Turns()
    pages = PagedList(450, seen=turns)
    server.script(pages)
    for _ in open_hook(server.url, turn=turns).rows("invoices"):
        assert not turns.open
    assert (turns.taken, pages.open_turns) == (1, [1, 1, 1])


@pytest.mark.parametrize(
    "fault",
    [EXPIRED, error(404, "RESOURCE_MISSING", 'No such cursor: "x".'), Reply(reset=True), Reply(503), Reply(200, b"{"),
     Reply(200, {"hello": 1}), closed("0x80040420"), Reply(stall=3), Reply(200, b"<html>proxy</html>")],
    ids=["expired", "missing", "reset", "503", "half", "no list", "closed", "stalls", "web page"],
)  # fmt: skip
def test_a_broken_list_is_begun_again_from_its_first_page(server: MisbehavingServer, fault: Reply) -> None:
    turns = Turns()
    pages = PagedList(301, {2: fault}, seen=turns)
    server.script(pages)
    assert ids(open_hook(server.url, turn=turns).rows("customers")) == list(range(301))
    assert (pages.starts, pages.asked) == (2, 5)
    assert pages.open_turns == [1, 1, 2, 2, 2]


def test_a_list_is_begun_three_times_at_most_and_gives_no_row_before_it_is_whole(server: MisbehavingServer) -> None:
    pages = PagedList(301, {2: EXPIRED, 4: EXPIRED, 6: EXPIRED})
    server.script(pages)
    with pytest.raises(RetryLater) as caught:
        next(open_hook(server.url).rows("customers"))
    assert (pages.starts, pages.asked) == (3, 6)
    assert caught.value.code.code == "ANSWER_UNREADABLE"
    assert "list of customers was broken off: The cursor" in caught.value.sentence


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [(TIMEOUT, RetryLater, "LIST_TIMED_OUT"), (error(401, "API_KEY_INVALID"), Misconfigured, "CREDENTIALS_REFUSED")],
)
def test_some_faults_in_the_middle_end_it_at_once(
    server: MisbehavingServer, fault: Reply, kind: type[Exception], code: str
) -> None:
    pages = PagedList(301, {2: fault})
    server.script(pages)
    with pytest.raises(kind, match=code):
        list(open_hook(server.url).rows("customers"))
    assert pages.asked == 2


@pytest.mark.parametrize(
    "ending",
    [
        {"nextCursor": None, "remainingCount": 0, "hasMore": False},
        {"nextCursor": "cur_1", "remainingCount": 0, "hasMore": False},
        {"nextCursor": None, "remainingCount": None, "hasMore": False},
        {},
    ],
)
def test_a_list_ends_in_any_of_the_ways_that_clients_know(server: MisbehavingServer, ending: dict[str, Any]) -> None:
    server.script(Reply(200, {"objectType": "list", "url": "/v1/x", "data": [{"id": "1"}], **ending}))
    assert ids(open_hook(server.url).rows("customers")) == [1]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "page",
    [
        {"data": [{"id": "1"}], "nextCursor": None, "hasMore": True},
        {"data": [], "nextCursor": "cur_1", "hasMore": True},
        {"data": [{"id": "1"}], "nextCursor": None, "hasMore": False, "remainingCount": 7},
        {"data": [1], "nextCursor": None, "hasMore": False},
        {"data": None, "nextCursor": None, "hasMore": False},
    ],
)
def test_a_list_that_loses_rows_is_never_taken_for_whole(server: MisbehavingServer, page: dict[str, Any]) -> None:
    server.script(Reply(200, page))
    with pytest.raises(RetryLater, match="ANSWER_UNREADABLE"):
        list(open_hook(server.url).rows("customers"))
    assert len(server.asked) == 3


def test_a_list_without_a_cursor_is_asked_for_whole(server: MisbehavingServer) -> None:
    server.script(Reply(200, {"objectType": "list", "url": "/v1/x", "data": [{"id": "1"}]}))
    hook = open_hook(server.url)
    for resource in ("inventory-adjustments", "price-levels", "inventory-sites", "accounts"):
        assert ids(hook.rows(resource)) == [1]
    assert [asked.query for asked in server.asked] == [{}] * 4  # a limit would hide rows for ever


# -- filters


def query_of(server: MisbehavingServer, resource: str, **filters: Any) -> dict[str, list[str]]:
    calls: list[ApiCall] = []
    server.script(Reply(200, {"objectType": "list", "url": "/v1/x", "data": []}))
    list(open_hook(server.url, calls).rows(resource, **filters))
    return parse_qs(urlsplit(calls[0].path).query)


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime(2026, 11, 21, 7, 8, 9, 654321, tzinfo=UTC), "2026-11-21T07:08:09+00:00"),
        (datetime(2026, 11, 21, 7, 8, 9, tzinfo=timezone(timedelta(hours=2))), "2026-11-21T05:08:09+00:00"),
        (datetime(1970, 1, 1, tzinfo=UTC), "1980-01-01T00:00:00+00:00"),
        (datetime(1980, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))), "1980-01-01T00:00:00+00:00"),
    ],
)
def test_a_moment_is_sent_with_its_offset_and_never_near_the_epoch(
    server: MisbehavingServer, moment: datetime, sent: str
) -> None:
    assert query_of(server, "customers", updated_after=moment)["updatedAfter"] == [sent]


@pytest.mark.parametrize("value", [datetime(2026, 1, 1), date(2026, 1, 1), "2026-01-01T00:00:00"])  # noqa: DTZ001
def test_a_moment_without_a_zone_is_a_mistake_of_ours(server: MisbehavingServer, value: Any) -> None:
    with pytest.raises(TypeError, match="updated_after must be a datetime with a zone"):
        open_hook(server.url).rows("customers", updated_after=value)


def test_filters_are_named_as_in_the_vendors_client(server: MisbehavingServer) -> None:
    query = query_of(
        server, "sales-orders", customer_ids=["1-1", "2-2"], transaction_date_from=date(2026, 1, 2),
        include_linked_transactions=True, ref_number_starts_with="A&B", limit=20, updated_before=None,
    )  # fmt: skip
    assert query == {
        "customerIds": ["1-1", "2-2"], "transactionDateFrom": ["2026-01-02"], "includeLinkedTransactions": ["true"],
        "refNumberStartsWith": ["A&B"], "limit": ["20"],
    }  # fmt: skip


@pytest.mark.parametrize("name", ["colour", "cursor", "extra_query", "conductor_end_user_id", "customerIds"])
def test_a_filter_that_the_list_does_not_have_is_a_mistake_of_ours(server: MisbehavingServer, name: str) -> None:
    with pytest.raises(TypeError, match="cannot be filtered"):
        open_hook(server.url).rows("sales-orders", **{name: ["x"]})
    with pytest.raises(ValueError, match="no list of sales"):
        open_hook(server.url).rows("sales")


# -- the spool


def test_rows_wait_in_a_file_and_not_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conductor_lists, "_IN_MEMORY", 100_000)
    row = {"id": "x", "memo": "ș" * 100, "lines": [{"n": number, "amount": "1.00"} for number in range(20)]}
    spool = Spool()
    tracemalloc.start()
    try:
        for _ in range(25):
            spool.add([row] * 150)
        count = sum(1 for found in spool if found == row)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 3_750
    assert spool._file.tell() > 5 * peak
    spool.close()


def test_a_spool_keeps_what_json_can_hold_and_forgets_when_told() -> None:
    spool = Spool()
    spool.add([{"a": "old"}])
    spool.clear()
    rows = [{"a": "line\nbreak \u2028 \ud800 ș", "b": None, "c": [1, 2.5, True, {}]}]
    spool.add(rows)
    assert list(spool) == rows
    spool.close()


def test_a_spool_is_closed_when_its_consumer_stops_early(
    server: MisbehavingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed_spools: list[Spool] = []

    class Watched(Spool):
        def close(self) -> None:
            closed_spools.append(self)
            super().close()

    monkeypatch.setattr("accordant.hooks.conductor.Spool", Watched)
    monkeypatch.setattr(conductor_lists, "_IN_MEMORY", 10)
    server.script(PagedList(10))
    rows = open_hook(server.url).rows("customers")
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    assert len(closed_spools) == 1
