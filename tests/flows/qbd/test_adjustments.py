"""Inventory adjustments without a database: windows of days, levels, settings, and who calls a site what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.base import TwoWayFlow
from accordant.flows.qbd_inventory_adjustments import records
from accordant.flows.qbd_inventory_adjustments.flow import FLOW
from accordant.flows.qbd_inventory_adjustments.planning import Planner
from accordant.flows.qbd_inventory_adjustments.reading import Seen, settled_levels
from accordant.flows.qbd_inventory_adjustments.settings import AdjustmentSettings, Strategy
from accordant.flows.qbd_inventory_adjustments.stock import SideOrigin, SideStock, Sites, Stock
from accordant.flows.qbd_inventory_adjustments.windows import AdjustmentList, TooMuch
from accordant.flows.settings import load_settings
from accordant.sync.errors import Misconfigured, RetryLater
from accordant.sync.merge import Side
from accordant.sync.net_change import Amount, Place
from accordant.sync.operations import Operation, Severity, Trouble
from accordant.sync.records import StagedRow

TODAY = date(2026, 11, 21)


class SlowList:
    """QuickBooks, which lists so many adjustments in time and no more."""

    account = "books"

    def __init__(self, days: list[date], most: int) -> None:
        self.days, self.most, self.calls, self.timed_out = days, most, 0, 0

    def rows(self, resource: str, **filters: Any) -> Iterator[dict[str, Any]]:
        self.calls += 1
        first, last = filters["transaction_date_from"], filters["transaction_date_to"]
        found = [day for day in self.days if (first is None or day >= first) and (last is None or day <= last)]
        if len(found) > self.most:
            self.timed_out += 1
            raise RetryLater("LIST_TIMED_OUT", "QBD_REQUEST_TIMEOUT")
        yield from ({"day": day} for day in found)


DAYS = st.integers(-9000, 30).map(lambda days: TODAY + timedelta(days=days))


@given(days=st.lists(DAYS, unique=True, max_size=40), most=st.integers(1, 10), window=st.sampled_from([1, 7, 64]))
def test_windows_hold_every_adjustment_once(days: list[date], most: int, window: int) -> None:
    slow = SlowList([day for day in days if day <= TODAY + timedelta(days=1)], most)
    listed = AdjustmentList(slow, None, window, TODAY)
    assert sorted(row["day"] for row in listed.rows()) == sorted(slow.days)


def test_the_whole_list_is_one_call_where_it_comes_in_time() -> None:
    slow = SlowList([TODAY] * 100, 100)
    assert len(list(AdjustmentList(slow, None, 64, TODAY).rows())) == 100
    assert slow.calls == 1


def test_ten_years_of_adjustments_are_read_in_few_windows() -> None:
    slow = SlowList([TODAY - timedelta(days=day) for day in range(3650)], 40)
    listed = AdjustmentList(slow, None, 64, TODAY)
    assert len(list(listed.rows())) == 3650
    assert slow.timed_out <= 3, "the whole list, and one halving"
    assert slow.calls < 130


def test_a_day_that_takes_too_long_is_too_much() -> None:
    slow = SlowList([TODAY] * 5, 3)
    with pytest.raises(TooMuch, match="2026-11-21"):
        list(AdjustmentList(slow, None, 64, TODAY).rows())


def test_nothing_before_the_first_day_is_asked_for() -> None:
    slow = SlowList([date(2020, 1, 1), *[TODAY] * 3], 3)
    assert len(list(AdjustmentList(slow, date(2025, 1, 1), 64, TODAY).rows())) == 3


# -- levels


def _site_level(quantity: float, bin_: str = "") -> dict[str, Any]:
    return {
        "inventoryItem": {"id": "8-1"}, "inventoryAssemblyItem": None, "quantityOnHand": quantity,
        "inventorySite": {"id": "9-1", "fullName": "Main"}, "updatedAt": "2026-11-21T08:00:00-05:00",
        "inventorySiteLocation": {"id": "7-1", "fullName": bin_} if bin_ else None,
    }  # fmt: skip


@pytest.mark.parametrize(("rows", "quantity"), [
    ([_site_level(5)], "5"),
    ([_site_level(5), _site_level(2, "A1"), _site_level(3, "A2")], "5"),
    ([_site_level(2, "A1"), _site_level(3.5, "A2")], "5.5"),
])  # fmt: skip
def test_bins_are_not_counted_beside_their_site(rows: list[dict[str, Any]], quantity: str) -> None:
    (level,) = records.their_site_levels(rows)
    assert level.content == {"site": "Main", "item": "8-1", "quantity": quantity}


def _document(key: str, revision: str) -> StagedRow:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    return StagedRow("inventory_adjustment", key, {}, revision=revision, changed_at=moment)


def test_levels_are_read_again_where_a_document_changed_meanwhile() -> None:
    seen = Seen(whole=True)
    list(seen.noted([_document("d1", "1")]))
    answers = iter([[_document("d1", "2")], [_document("d1", "2")]])
    readings = iter([[_level("5")], [_level("9")]])
    found = list(settled_levels(seen, lambda: next(readings), lambda _: next(answers)))
    assert [(row.key, row.content.get("quantity")) for row in found] == [("d1", None), ("|8-1", "9"), ("|", "0")]


def _level(quantity: str) -> StagedRow:
    return StagedRow("stock_level", "|8-1", {"site": "", "item": "8-1", "quantity": quantity}, revision="2026-11-21T08")


# -- planning


NO_SITES = Sites(kept=False, default="")


def stock(ours: SideStock, theirs: SideStock, sites: Sites = NO_SITES) -> Stock:
    return Stock(
        sites, {Side.OURS: ours, Side.THEIRS: theirs}, dict.fromkeys(Side, SideOrigin({}, {})), {}, {"8-1": "bolt"},
        {}, dict.fromkeys(Side, Strategy.DOCUMENTS), frozenset(Side),
    )  # fmt: skip


def decisions(of: Stock, bound: frozenset[str] = frozenset({"bolt"})) -> list[Operation | Trouble]:
    return list(Planner(of, bound, "Inventory Adjustment", 100).decisions())


def test_a_new_site_is_called_as_the_other_side_calls_it() -> None:
    theirs = SideStock({Place("annex", "8-1"): Amount(Decimal(2))}, names={"annex": "Annex"})
    (operation,) = decisions(stock(SideStock(), theirs, Sites(kept=True, default="Main")))
    assert isinstance(operation, Operation)
    assert (operation.side, operation.after["site"]) == (Side.OURS, "Annex")


def test_the_default_site_has_no_name_where_the_warehouse_names_none() -> None:
    theirs = SideStock({Place("main", "8-1"): Amount(Decimal(2))}, names={"main": "Main"})
    (operation,) = decisions(stock(SideStock(), theirs, Sites(kept=True, default="Main")))
    assert isinstance(operation, Operation)
    assert operation.after["site"] == ""


def test_an_item_that_only_one_side_has_is_held() -> None:
    theirs = SideStock({Place("", "8-9"): Amount(Decimal(2))})
    ours = SideStock({Place("", "nut"): Amount(Decimal(2))})
    found = decisions(stock(ours, theirs))
    assert [(one.severity, one.key) for one in found if isinstance(one, Trouble)] == [
        (Severity.HELD, "|@8-9"), (Severity.HELD, "|nut")
    ]  # fmt: skip
    assert len(found) == 2


def test_the_money_moved_is_what_is_revalued() -> None:
    theirs = SideStock({Place("", "8-1"): Amount(Decimal(2), Decimal("-7.50"))})
    (operation,) = decisions(stock(SideStock(), theirs))
    assert isinstance(operation, Operation)
    assert FLOW.money_of(operation) == Decimal("7.50")


# -- settings


def test_it_is_a_two_way_flow_with_valid_settings() -> None:
    assert isinstance(FLOW, TwoWayFlow)
    settings = load_settings("qbd_inventory_adjustments", AdjustmentSettings)
    assert (settings.strategy, settings.account) == (Strategy.DOCUMENTS, "Inventory Adjustment")


@pytest.mark.parametrize(("old", "new", "words"), [
    ("kind: net change", "kind: latest timestamp", "each side applies the sum of the other's changes"),
    ("kind: net change", "kind: net change\n  authority: ours", "both sides' changes always add up"),
    ("strategy: documents", "strategy: guess", "strategy: .*'documents' or 'levels'"),
    ("window_days: 64", "window_days: 0", "window_days: .*greater than or equal to 1"),
    ("account: Inventory Adjustment", "account: ''", "account: .*at least 1 character"),
])  # fmt: skip
def test_a_wrong_setting_is_named(
    old: str, new: str, words: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (Path(__file__).parents[3] / "include/settings/qbd_inventory_adjustments.yaml").read_text()
    assert old in text
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "qbd_inventory_adjustments.yaml").write_text(text.replace(old, new))
    monkeypatch.setattr("accordant.flows.settings.include_dir", lambda: tmp_path)
    with pytest.raises(Misconfigured, match=words):
        load_settings("qbd_inventory_adjustments", AdjustmentSettings)
