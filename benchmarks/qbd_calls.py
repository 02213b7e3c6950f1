"""How many calls QuickBooks Desktop gets for changed and for unchanged records, counted by the server that got them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from benchmarks.qbd_office import Office, office
from benchmarks.results import Promise, Result, Row, Table

RECORDS = 1_000  # of each object type
MOST = 1.05  # calls per changed record
_RECORDS = "/v1/quickbooks-desktop/"
_LISTS = ("customers", "sales-orders", "deleted-list-objects", "deleted-transactions")
FLOWS = {"customer": "qbd_customers", "sales_order": "qbd_sales_orders"}


def measure(*, quick: bool = False) -> Result:
    """Create customers and orders on both sides, edit some on both sides, and let nobody do anything."""
    with office() as here:
        rows = list(calls(here, 200 if quick else RECORDS))
    result = Result("qbd_calls", [Table("Calls to QuickBooks Desktop, by the sandbox's own ledger", rows, _NOTES)])
    edited = [row for row in rows if row["to QuickBooks"]]
    worst = max(row["per record"] for row in edited)
    again = sum(row["writes"] + row["reads of one"] for row in rows if not row["changed"])
    result.promises = [
        Promise(f"At most {MOST} calls per changed record, and one per page (seen: {worst:.3f}).", worst <= MOST),
        Promise(f"Unchanged records cost no call (seen: {again}).", again == 0),
        Promise("Both sides match at the end of every run.", all(row["match"] == "yes" for row in rows)),
    ]  # fmt: skip
    return result


_NOTES = (
    "changed: records that people made or edited since the run before, on either side; to QuickBooks: those of which",
    "QuickBooks had to take something. per record: all calls but the pages, by the records that went to QuickBooks.",
    "pages: one call each; lists are read when a run begins, and again before it ends, for the proof.",
    "fixed: what a run asks once, whatever the number of records: the company's name, the server's clock, name lists.",
)


def calls(here: Office, records: int) -> Iterator[Row]:
    """Yield what each run cost."""
    item = _item(here)
    here.run("qbd_items")
    _make_customers(here, records)
    yield _row(here, "made", "customer", records, records // 2)
    _make_orders(here, records, item)
    yield _row(here, "made", "sales_order", records, records)
    yield from (_row(here, "nothing", name, 0, 0) for name in FLOWS)
    part = records // 5
    _edit_customers(here, part)
    yield _row(here, "edited", "customer", 3 * part, 2 * part)
    _edit_orders(here, part)
    yield _row(here, "edited", "sales_order", 3 * part, 2 * part)
    yield from (_row(here, "nothing", name, 0, 0) for name in FLOWS)


def _row(here: Office, what: str, object_type: str, changed: int, pushed: int) -> Row:
    summary, entries = here.run(FLOWS[object_type])
    kinds = Counter(_kind(entry) for entry in entries)
    others = kinds["writes"] + kinds["reads of one"] + kinds["fixed"]
    return {
        "people": what, "object type": object_type, "changed": changed, "to QuickBooks": pushed,
        "pages": kinds["pages"], "writes": kinds["writes"], "reads of one": kinds["reads of one"],
        "fixed": kinds["fixed"], "per record": others / pushed if pushed else None,
        "match": "yes" if summary["matches"] else "NO",
    }  # fmt: skip


def _kind(entry: dict[str, Any]) -> str:
    """Return what a call was for."""
    if entry["write"]:
        return "writes"
    resource, _, one = entry["path"].removeprefix(_RECORDS).partition("/")
    if resource in _LISTS:
        return "reads of one" if one else "pages"
    return "fixed"


# -- people at work


def _item(here: Office) -> str:
    """Let QuickBooks have an item that orders are about; return its name."""
    accounts = {row["name"]: row["id"] for row in here.books("accounts")}
    names = {"income": "Sales", "cogs": "Cost of Goods Sold", "asset": "Inventory Asset"}
    body = {f"{name}AccountId": accounts[account] for name, account in names.items()}
    here.at_books("POST", "/inventory-items", {**body, "name": "Bolt", "salesPrice": "2.00"})
    return "Bolt"


def _make_customers(here: Office, records: int) -> None:
    """Half of them begin in the WMS, half in QuickBooks."""
    half = records // 2
    here.at_wms(
        "INSERT INTO wms.customer (name, phone) SELECT 'Ours ' || n, '555 ' || n FROM generate_series(1, %(n)s) AS n",
        n=half,
    )
    theirs = [{"name": f"Theirs {n}", "phone": f"555 {n}"} for n in range(1, records - half + 1)]
    here.conductor.control.load({"customers": theirs})


def _make_orders(here: Office, records: int, item: str) -> None:
    here.at_wms(
        """
        WITH made AS (
            INSERT INTO wms.sales_order (customer_id, ref_number, transaction_date)
            SELECT c.id, 'S' || row_number() OVER (ORDER BY c.id), '2026-03-02'
            FROM wms.customer AS c ORDER BY c.id LIMIT %(n)s
            RETURNING id)
        INSERT INTO wms.sales_order_line (sales_order_id, position, item_id, quantity, unit_price)
        SELECT made.id, place, item.id, 1 + place, 2.5
        FROM made, generate_series(1, 2) AS place, wms.item AS item WHERE item.name = %(item)s
        """,
        n=records, item=item,
    )  # fmt: skip


def _edit_customers(here: Office, part: int) -> None:
    """A part is edited in the WMS alone, a part in QuickBooks alone, and a part in both, in different fields."""
    here.at_wms(
        "UPDATE wms.customer SET email = 'office@' || id || '.example' "
        "WHERE id IN (SELECT id FROM wms.customer ORDER BY id LIMIT %(n)s)",
        n=2 * part,
    )
    for remote_id in here.ids("customer")[part : 3 * part]:
        here.at_books("POST", f"/customers/{remote_id}", {"companyName": f"Company {remote_id}"})


def _edit_orders(here: Office, part: int) -> None:
    here.at_wms(
        "UPDATE wms.sales_order SET memo = 'call before ' || id "
        "WHERE id IN (SELECT id FROM wms.sales_order ORDER BY id LIMIT %(n)s)",
        n=2 * part,
    )
    for remote_id in here.ids("sales_order")[part : 3 * part]:
        here.at_books("POST", f"/sales-orders/{remote_id}", {"dueDate": "2026-04-01"})
