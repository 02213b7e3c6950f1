"""Inventory adjustments on real systems: whatever both sides did, both end with the sum of it, never twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from accordant.flows.qbd_inventory_adjustments import flow as flow_module
from accordant.flows.qbd_inventory_adjustments.settings import Strategy, adjustment_settings
from accordant.sync.errors import Misconfigured, RetryLater
from accordant.tasks import steps
from tests.end_to_end.killable import Killable
from tests.end_to_end.office import Office

FLOW = "qbd_inventory_adjustments"
_ACCOUNTS = {
    "incomeAccount": {"fullName": "Sales"}, "cogsAccount": {"fullName": "Cost of Goods Sold"},
    "assetAccount": {"fullName": "Inventory Asset"},
}  # fmt: skip
_NUMBERS = count(1)


@dataclass
class Stockroom:
    """A few items that both sides have, and people who adjust them."""

    office: Office
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    account: str = ""

    def has(self, *names: str, bound: bool = True, **fields: Any) -> None:
        """Give both sides items of these names."""
        items = [{"name": name, **_ACCOUNTS, **fields} for name in names]
        ids = self.office.conductor.control.load({"inventory-items": items})["inventory-items"]
        self.ids |= dict(zip(names, ids, strict=True))
        self.account = next(a["id"] for a in self.office.books("accounts") if a["name"] == "Inventory Adjustment")
        if bound:
            self.bind()

    def bind(self) -> None:
        """Let the items' own flow agree them."""
        self.office.quick("qbd_items")
        self.keys = {row["name"]: row["id"] for row in self.office.sql("SELECT name, id::text FROM wms.item")}

    # -- people at work

    def wms(self, site: str = "", day: str = "2026-11-02", **quantities: str) -> str:
        """Let somebody at the warehouse adjust items; return the document's key."""
        where = self.office.sql("SELECT wms.site_id(%s) AS id", site)[0]["id"]
        key = str(self.office.sql(
            "INSERT INTO wms.inventory_adjustment (transaction_date, site_id) VALUES (%s, %s) RETURNING id", day, where
        )[0]["id"])  # fmt: skip
        for item, quantity in quantities.items():
            self.office.sql(
                "INSERT INTO wms.inventory_adjustment_line (inventory_adjustment_id, position, item_id, "
                "quantity_difference) VALUES (%s, 1, %s, %s)", key, self.keys[item], quantity,
            )  # fmt: skip
        return key

    def books(self, site: str = "", day: str = "2026-11-03", **quantities: str) -> dict[str, Any]:
        """Let somebody at QuickBooks adjust items; return the document."""
        lines = [
            {"itemId": self.ids[item], "adjustQuantity": {"quantityDifference": float(quantity)}}
            for item, quantity in quantities.items()
        ]
        body = {"accountId": self.account, "transactionDate": day, "lines": lines}
        if site:
            body["inventorySiteId"] = next(s["id"] for s in self.office.books("inventory-sites") if s["name"] == site)
        made: dict[str, Any] = self.office.person("POST", "/inventory-adjustments", body)
        return made

    # -- what both sides have

    def here(self, item: str, site: str = "") -> Decimal:
        """Return what of an item lies at a site of the WMS."""
        rows = self.office.sql(
            "SELECT quantity_on_hand FROM wms.stock LEFT JOIN wms.site ON site.id = site_id "
            "WHERE item_id = %s AND COALESCE(site.name, '') = %s", self.keys[item], site,
        )  # fmt: skip
        return Decimal(rows[0]["quantity_on_hand"]) if rows else Decimal(0)

    def there(self, item: str, site: str = "") -> Decimal:
        """Return what QuickBooks has of an item, in all or at a site."""
        if not site:
            row = next(row for row in self.office.books("inventory-items") if row["id"] == self.ids[item])
            return Decimal(str(row["quantityOnHand"]))
        for row in self.office.books("item-sites"):
            if row["inventoryItem"]["id"] == self.ids[item] and row["inventorySite"]["fullName"] == site:
                return Decimal(str(row["quantityOnHand"]))
        return Decimal(0)

    def both(self, item: str) -> tuple[Decimal, Decimal]:
        """Return what both sides have."""
        return self.here(item), self.there(item)

    # -- runs

    def run(self, **parameters: Any) -> dict[str, Any]:
        """Do a run that must end with both sides in agreement."""
        run_id = steps.prepare(FLOW, f"test {next(_NUMBERS)}", parameters)
        steps.extract(FLOW, run_id)
        steps.diff(FLOW, run_id)
        steps.decide_alone(FLOW, run_id)
        summary = self.office.finish(FLOW, run_id)
        assert summary["matches"], summary
        return summary

    def is_quiet(self) -> None:
        """Check that a run plans and writes nothing."""
        seen, documents = self.office.mark(), len(self.documents())
        summary = self.run()
        assert summary["object_types"].get("inventory_adjustment", {}).get("planned", 0) == 0
        assert self.office.writes(seen) == 0
        assert len(self.documents()) == documents

    def documents(self) -> list[Any]:
        """Return all adjustments of both sides."""
        ours = self.office.sql("SELECT id FROM wms.inventory_adjustment ORDER BY id")
        return [*ours, *self.office.books("inventory-adjustments")]


@pytest.fixture
def room(office: Office) -> Stockroom:
    return Stockroom(office)


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change settings of the flow: `settings(strategy=Strategy.LEVELS)`."""

    def change(**values: Any) -> None:
        changed = adjustment_settings().model_copy(update=values)
        monkeypatch.setattr(flow_module, "adjustment_settings", lambda: changed)

    return change


# -- what is agreed


def test_what_is_there_at_first_meeting_counts_as_agreed(room: Stockroom) -> None:
    room.has("Bolt", quantityOnHand=10)
    room.wms(Bolt="3")
    room.books(Bolt="-2")
    summary = room.run()
    assert summary["object_types"]["stock"]["linked"] == 1
    assert room.both("Bolt") == (3, 8)
    room.is_quiet()
    assert room.both("Bolt") == (3, 8)


def test_each_side_applies_the_sum_of_the_others_changes(room: Stockroom) -> None:
    room.has("Bolt", "Nut", quantityOnHand=10)
    room.run()
    room.wms(Bolt="5", Nut="1.5")
    room.wms(Bolt="-1")
    room.books(Bolt="-2")
    room.books(day="2026-11-09", Bolt="-1")
    seen = room.office.mark()
    summary = room.run()
    assert room.both("Bolt") == (1, 11)
    assert room.both("Nut") == (Decimal("1.5"), Decimal("11.5"))
    assert room.office.writes(seen) == 1, "one adjustment for all items of a site"
    assert summary["object_types"]["inventory_adjustment"]["created"] == 2
    ours = next(row for row in room.office.books("inventory-adjustments") if row["externalId"])
    assert (ours["memo"], ours["transactionDate"]) == ("Accordant: net of the WMS, by documents", "2026-11-02")
    here = room.office.sql("SELECT * FROM wms.inventory_adjustment WHERE made_by = 'accordant'")[0]
    assert (str(here["transaction_date"]), here["account"]) == ("2026-11-09", "Inventory Adjustment")
    room.is_quiet()


def test_edited_voided_and_deleted_documents_count_by_the_difference(room: Stockroom) -> None:
    room.has("Bolt", "Nut", "Cap", quantityOnHand=10)
    edited, voided, deleted = room.books(Bolt="4"), room.books(Nut="6"), room.books(Cap="2")
    here = room.wms(Bolt="1")
    room.run()
    _edit(room, edited, "7")
    room.office.person("POST", f"/inventory-adjustments/{voided['id']}/void")
    room.office.person("DELETE", f"/inventory-adjustments/{deleted['id']}")
    room.office.sql("UPDATE wms.inventory_adjustment_line SET quantity_difference = 3")
    room.run()
    assert [room.here(item) for item in ("Bolt", "Nut", "Cap")] == [3 + 3, -6, -2]
    assert room.there("Bolt") == 10 + 7 + 2
    room.is_quiet()
    room.office.sql("UPDATE wms.inventory_adjustment SET is_active = false WHERE id = %s", here)
    room.run()
    assert room.both("Bolt") == (3, 16)
    room.office.sql("DELETE FROM wms.inventory_adjustment WHERE id = %s", here)
    room.run(full=True)
    assert room.both("Bolt") == (3, 16)


def _edit(room: Stockroom, document: dict[str, Any], quantity: str) -> None:
    line = {"id": document["lines"][0]["id"], "quantityDifference": float(quantity)}
    room.office.person("POST", f"/inventory-adjustments/{document['id']}", {"lines": [line]})


def test_an_edit_of_what_we_wrote_counts_as_an_edit(room: Stockroom) -> None:
    room.has("Bolt")
    room.run()
    room.wms(Bolt="5")
    room.run()
    (ours,) = room.office.books("inventory-adjustments")
    _edit(room, ours, "8")
    room.run()
    assert room.both("Bolt") == (8, 8)
    room.is_quiet()


def test_a_pure_revaluation_goes_over_as_one(room: Stockroom) -> None:
    room.has("Bolt")
    room.run()
    line = {"itemId": room.ids["Bolt"], "adjustValue": {"valueDifference": 12.5}}
    body = {"accountId": room.account, "transactionDate": "2026-11-03", "lines": [line]}
    room.office.person("POST", "/inventory-adjustments", body)
    key = room.wms()
    room.office.sql(
        "INSERT INTO wms.inventory_adjustment_line (inventory_adjustment_id, position, item_id, value_difference) "
        "VALUES (%s, 1, %s, -3.25)", key, room.keys["Bolt"],
    )  # fmt: skip
    room.run()
    lines = room.office.sql("SELECT value_difference FROM wms.inventory_adjustment_line ORDER BY 1")
    assert [row["value_difference"] for row in lines] == [Decimal("-3.25"), Decimal("12.5")]
    values = [row["lines"][0]["valueDifference"] for row in room.office.books("inventory-adjustments")]
    assert values == [12.5, -3.25]
    room.is_quiet()


def test_sites_are_matched_by_name_and_the_default_one_stands_for_none(room: Stockroom) -> None:
    sites = [{"name": "Main", "isDefault": True}, {"name": "Annex"}]
    room.office.conductor.control.load({"inventory-sites": sites})
    room.has("Bolt")
    room.run()
    room.office.sql("INSERT INTO wms.site (name) VALUES ('annex')")
    room.wms(Bolt="2")
    room.wms(site="annex", Bolt="3")
    room.books(Bolt="10")
    room.books(site="Annex", Bolt="20")
    room.run()
    assert (room.here("Bolt"), room.here("Bolt", "annex")) == (12, 23)
    assert (room.there("Bolt", "Main"), room.there("Bolt", "Annex")) == (12, 23)
    room.is_quiet()


# -- what stands in the way


def test_a_bad_document_is_quarantined_and_the_others_go(room: Stockroom) -> None:
    room.has("Bolt", "Nut")
    good = room.wms(Nut="2")
    room.run()
    room.wms()  # no lines
    room.wms(Bolt="4")
    room.office.sql("DELETE FROM wms.inventory_adjustment_line WHERE inventory_adjustment_id = %s", good)
    summary = room.office.run(FLOW)
    assert summary["state"] == "needs_person"
    assert {row["code"] for row in room.office.troubles()} == {"ADJUSTMENT_WITHOUT_LINES"}
    assert room.there("Bolt") == 4
    assert room.there("Nut") == 0, "its change is left out, not taken back"


def test_an_item_that_is_not_agreed_yet_waits_and_goes_by_itself(room: Stockroom) -> None:
    room.has("Bolt")
    room.run()
    room.has("Nut", bound=False)
    room.books(Bolt="1", Nut="7")
    summary = room.run()
    assert summary["object_types"]["stock"]["waiting"] == 1
    assert summary["state"] == "succeeded"
    assert room.here("Bolt") == 1
    room.bind()
    room.run()
    assert room.both("Nut") == (7, 7)
    assert not room.office.troubles()


def test_an_item_that_quickbooks_refuses_holds_up_none_of_the_others(room: Stockroom) -> None:
    room.has("Bolt", "Cap", "Nut")
    room.run()
    room.office.person("POST", f"/inventory-items/{room.ids['Cap']}", {"isActive": False})
    room.wms(Bolt="1", Cap="2", Nut="3")
    for _ in range(3):
        room.office.quick(FLOW)
    assert [room.there(item) for item in ("Bolt", "Cap", "Nut")] == [1, 0, 3]
    seen = room.office.mark()
    assert room.office.quick(FLOW)["state"] == "needs_person"
    assert room.office.writes(seen) == 0, "it is not sent again as it is"


# -- lists that take too long


def test_a_list_that_times_out_is_read_in_windows(room: Stockroom) -> None:
    room.has("Bolt")
    for day in range(1, 31):
        room.books(day=f"2026-10-{day:02}", Bolt="1")
    room.books(day="2027-03-01", Bolt="1")
    room.office.conductor.control.settings(adjustments_timeout_rows=3)
    seen = room.office.mark()
    room.run()
    calls = room.office.conductor.control.ledger(since=seen, path="/inventory-adjustments$", limit=1)["count"]
    assert calls < 130, "read, looked through once more after the levels, and read back"
    room.books(day="2026-10-15", Bolt="5")
    room.run()
    assert room.here("Bolt") == 5
    room.is_quiet()


def test_a_day_that_times_out_switches_to_levels_and_back_without_counting_twice(room: Stockroom) -> None:
    room.has("Bolt", quantityOnHand=10)
    room.books(Bolt="1")
    room.run()
    room.books(Bolt="4")
    room.wms(Bolt="2")
    room.office.conductor.control.arm("list_timeout", times=1000)
    run_id = room.office.quick_plan(FLOW)
    rules = {row["side"]: row["rule"] for row in room.office.operations(run_id)}
    assert rules == {
        "ours": "net change of QuickBooks, by levels", "theirs": "net change of the WMS, by documents"
    }  # fmt: skip
    assert room.office.finish(FLOW, run_id)["matches"]
    assert room.both("Bolt") == (6, 17)
    room.is_quiet()
    room.books(Bolt="3")
    room.office.conductor.control.disarm()
    room.run()
    assert room.both("Bolt") == (9, 20)
    room.is_quiet()


def test_documents_that_were_too_many_at_first_meeting_may_be_listed_later(room: Stockroom) -> None:
    room.has("Bolt", quantityOnHand=10)
    room.books(Bolt="1")
    room.office.conductor.control.arm("list_timeout", times=1000)
    room.run()
    room.books(Bolt="2")
    room.run()
    room.books(Bolt="4")
    room.office.conductor.control.disarm()
    room.run()
    assert room.both("Bolt") == (6, 17)
    room.books(Bolt="8")
    room.run()
    assert room.both("Bolt") == (14, 25)
    room.is_quiet()


def test_levels_that_sales_move_too_never_stand_in(room: Stockroom) -> None:
    room.has("Bolt", quantityOnHand=10)
    room.run()
    customer = room.office.conductor.control.load({"customers": [{"name": "Acme"}]})["customers"][0]
    lines = [{"itemId": room.ids["Bolt"], "quantity": 3, "rate": "1.00"}]
    room.office.person("POST", "/invoices", {"customerId": customer, "transactionDate": "2026-11-03", "lines": lines})
    room.run(full=True)
    assert room.here("Bolt") == 0, "a sale is no adjustment"
    room.office.conductor.control.arm("list_timeout", times=1000)
    with pytest.raises(Misconfigured, match="LEVELS_UNUSABLE"):
        room.office.quick_plan(FLOW)


def test_without_the_switch_a_day_that_times_out_ends_the_run(room: Stockroom, settings: Any) -> None:
    settings(switch_on_timeout=False)
    room.has("Bolt")
    room.office.conductor.control.arm("list_timeout", times=1000)
    with pytest.raises(RetryLater, match="switch_on_timeout"):
        room.office.quick_plan(FLOW)


@pytest.mark.parametrize("with_sites", [True, False])
def test_levels_give_the_same_as_documents(room: Stockroom, settings: Any, *, with_sites: bool) -> None:
    if with_sites:
        room.office.conductor.control.load({"inventory-sites": [{"name": "Main", "isDefault": True}]})
    room.has("Bolt", quantityOnHand=10)
    settings(strategy=Strategy.LEVELS)
    room.run()
    room.wms(Bolt="5")
    room.books(Bolt="-2")
    room.run()
    assert room.both("Bolt") == (3, 13)
    room.is_quiet()
    settings(strategy=Strategy.DOCUMENTS)
    room.books(Bolt="1")
    room.run()
    assert room.both("Bolt") == (4, 14)
    room.is_quiet()


# -- never twice


def test_a_lost_answer_is_looked_up(room: Stockroom) -> None:
    room.has("Bolt")
    room.run()
    room.wms(Bolt="5")
    room.office.conductor.control.arm("request_timeout_after_apply", method="POST", path="/inventory-adjustments$")
    room.run()
    assert room.both("Bolt") == (5, 5)
    room.is_quiet()


def test_of_two_runs_with_the_same_plan_one_applies_it(room: Stockroom) -> None:
    room.has("Bolt")
    room.run()
    room.wms(Bolt="5")
    one, other = room.office.quick_plan(FLOW), room.office.quick_plan(FLOW)
    assert room.office.finish(FLOW, one)["matches"]
    room.office.finish(FLOW, other)
    assert [row["state"] for row in room.office.operations(other)] == ["refused"]
    assert room.both("Bolt") == (5, 5)


def test_more_items_than_a_document_holds_go_into_several(room: Stockroom, settings: Any) -> None:
    names = [f"Item{number}" for number in range(7)]
    settings(lines_per_document=3)
    room.has(*names)
    room.run()
    room.wms(**dict.fromkeys(names, "2"))
    summary = room.run()
    assert summary["object_types"]["inventory_adjustment"]["created"] == 3
    assert all(room.there(name) == 2 for name in names)
    room.is_quiet()


@pytest.fixture(scope="module")
def killable() -> Iterator[Killable]:
    with Killable() as process:
        yield process


POINTS = ["load.2.after_intent", "load.3.after_send", "load.4.after_record", "load.9.sent_not_noted"]


def test_a_kill_at_any_point_of_either_direction_applies_nothing_twice(room: Stockroom, killable: Killable) -> None:
    room.has("Bolt")
    room.run()
    expected = Decimal(0)
    for point in POINTS:
        for visit in (1, 2):  # our side is written first, then QuickBooks
            room.wms(Bolt="5")
            room.books(Bolt="-2")
            expected += 3
            assert killable.run(FLOW, f"killed {next(_NUMBERS)}", f"{point}:{visit}") == -9
            room.run()
            assert room.both("Bolt") == (expected, expected), (point, visit)
    room.is_quiet()
    assert not room.office.stuck()
    assert not room.office.made_twice()
