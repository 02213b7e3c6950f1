"""One record of each object type, as people make and edit it on either side of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accordant.flows.qbd.canonical import number_of
from tests.end_to_end.office import Office

DAY = "2026-03-02"
ACCOUNTS = {"income": "Sales", "cogs": "Cost of Goods Sold", "asset": "Inventory Asset"}


@dataclass(frozen=True)
class ObjectType:
    """How people work with one object type; a record is known by its name or number.

    Attributes:
        pushed: the WMS's records go to QuickBooks too.
        make_ours, make_theirs: make a record with a value on one side.
        edit_ours, edit_theirs: set the value of a record on one side.
        value_ours, value_theirs: the value that a side holds now.
    """

    name: str
    flow: str
    resource: str
    table: str
    make_ours: Callable[[Office, str, str], None]
    make_theirs: Callable[[Office, str, str], None]
    edit_ours: Callable[[Office, str, str], None]
    edit_theirs: Callable[[Office, str, str], None]
    value_ours: Callable[[Office, str], str]
    value_theirs: Callable[[Office, str], str]
    label: str = "name"
    pushed: bool = True

    def ids_ours(self, office: Office, name: str) -> list[str | None]:
        """Return the QuickBooks ids that the WMS's records of this name keep: one, unless something is wrong."""
        statement = f"SELECT quickbooks_id FROM wms.{self.table} WHERE {self.label} = %s"
        return [row["quickbooks_id"] for row in office.sql(statement, name)]

    def ids_theirs(self, office: Office, name: str) -> list[str]:
        """Return the ids of QuickBooks' records of this name."""
        key = "refNumber" if self.label == "ref_number" else "name"
        return [row["id"] for row in office.books(self.resource) if row[key] == name]


def prepared(office: Office) -> None:
    """Give both sides a customer, a vendor and an item, agreed, for orders to refer to."""
    office.conductor.control.load({"customers": [{"name": "Buyer"}], "vendors": [{"name": "Maker"}]})
    for name, price in (("Bolt", "2.00"), ("Nut", "1.00")):
        office.person("POST", "/inventory-items", {**_stocked(office), "name": name, "salesPrice": price})
    for flow in ("qbd_customers", "qbd_vendors", "qbd_items"):
        assert office.quick(flow)["matches"]


def account(office: Office, name: str) -> str:
    """Return the id of an account."""
    return str(office.one("accounts", ACCOUNTS[name])["id"])


def _stocked(office: Office) -> dict[str, Any]:
    return {f"{name}AccountId": account(office, name) for name in ACCOUNTS}


def _key(office: Office, table: str, name: str) -> int:
    return int(office.sql(f"SELECT id FROM wms.{table} WHERE name = %s", name)[0]["id"])


# -- customers and vendors


def _party(table: str) -> ObjectType:
    resource = f"{table}s"

    def make_ours(office: Office, name: str, value: str) -> None:
        office.sql(f"INSERT INTO wms.{table} (name, phone) VALUES (%s, %s)", name, value)

    def make_theirs(office: Office, name: str, value: str) -> None:
        office.person("POST", f"/{resource}", {"name": name, "phone": value})

    def edit_ours(office: Office, name: str, value: str) -> None:
        office.sql(f"UPDATE wms.{table} SET phone = %s WHERE name = %s", value, name)

    def edit_theirs(office: Office, name: str, value: str) -> None:
        office.person("POST", f"/{resource}/{office.one(resource, name)['id']}", {"phone": value})

    def value_ours(office: Office, name: str) -> str:
        return str(office.sql(f"SELECT phone FROM wms.{table} WHERE name = %s", name)[0]["phone"])

    def value_theirs(office: Office, name: str) -> str:
        return str(office.one(resource, name)["phone"])

    return ObjectType(
        table, f"qbd_{resource}", resource, table, make_ours, make_theirs, edit_ours, edit_theirs, value_ours,
        value_theirs,
    )  # fmt: skip


# -- items


def _item(kind: str, resource: str) -> ObjectType:
    def make_ours(office: Office, name: str, value: str) -> None:
        made = office.sql("INSERT INTO wms.item (kind, name) VALUES (%s, %s) RETURNING id", kind, name)[0]["id"]
        office.sql(
            f"INSERT INTO wms.item_{kind} (item_id, sales_price, income_account, cogs_account, asset_account)"
            " VALUES (%s, %s, %s, %s, %s)",
            made, value, ACCOUNTS["income"], ACCOUNTS["cogs"], ACCOUNTS["asset"],
        )  # fmt: skip
        if kind == "assembly":
            statement = (
                "INSERT INTO wms.item_component (assembly_id, position, item_id, quantity) VALUES (%s, 1, %s, 4)"
            )
            office.sql(statement, made, _key(office, "item", "Bolt"))

    def make_theirs(office: Office, name: str, value: str) -> None:
        body = {**_stocked(office), "name": name, "salesPrice": value}
        if kind == "assembly":
            body["lines"] = [{"inventoryItemId": office.one("inventory-items", "Bolt")["id"], "quantity": 4}]
        office.person("POST", f"/{resource}", body)

    def edit_ours(office: Office, name: str, value: str) -> None:
        office.sql(f"UPDATE wms.item_{kind} SET sales_price = %s WHERE item_id = %s", value, _key(office, "item", name))

    def edit_theirs(office: Office, name: str, value: str) -> None:
        office.person("POST", f"/{resource}/{office.one(resource, name)['id']}", {"salesPrice": value})

    def value_ours(office: Office, name: str) -> str:
        statement = f"SELECT sales_price FROM wms.item_{kind} WHERE item_id = %s"
        return number_of(office.sql(statement, _key(office, "item", name))[0]["sales_price"]) or ""

    def value_theirs(office: Office, name: str) -> str:
        return number_of(office.one(resource, name)["salesPrice"]) or ""

    return ObjectType(
        f"{kind} item", "qbd_items", resource, "item", make_ours, make_theirs, edit_ours, edit_theirs, value_ours,
        value_theirs,
    )  # fmt: skip


# -- orders and invoices: the value is the quantity of the first of two lines


def _order(table: str, party: str, who: str, price: str) -> ObjectType:
    resource = table.replace("_", "-") + "s"

    def make_ours(office: Office, name: str, value: str) -> None:
        statement = (
            f"INSERT INTO wms.{table} ({party}_id, ref_number, transaction_date) VALUES (%s, %s, %s) RETURNING id"
        )
        made = office.sql(statement, _key(office, party, who), name, DAY)[0]["id"]
        columns = f"{table}_id, position, item_id, quantity, {price}"
        line = f"INSERT INTO wms.{table}_line ({columns}) VALUES (%s, %s, %s, %s, %s)"
        office.sql(line, made, 1, _key(office, "item", "Bolt"), value, "2.00")
        office.sql(line, made, 2, _key(office, "item", "Nut"), 7, "1.00")

    def make_theirs(office: Office, name: str, value: str) -> None:
        items = [office.one("inventory-items", item)["id"] for item in ("Bolt", "Nut")]
        body: dict[str, Any] = {
            f"{party}Id": office.one(f"{party}s", who)["id"], "refNumber": name, "transactionDate": DAY,
        }  # fmt: skip
        body["lines"] = [
            {"itemId": items[0], "quantity": float(value), "rate": "2.00"},
            {"itemId": items[1], "quantity": 7, "rate": "1.00"},
        ]
        office.person("POST", f"/{resource}", body)

    def edit_ours(office: Office, name: str, value: str) -> None:
        office.sql(
            f"UPDATE wms.{table}_line SET quantity = %s WHERE position = 1 AND {table}_id ="
            f" (SELECT id FROM wms.{table} WHERE ref_number = %s)", value, name,
        )  # fmt: skip

    def edit_theirs(office: Office, name: str, value: str) -> None:
        order = office.one(resource, name)
        lines = [{"id": line["id"], "quantity": line["quantity"]} for line in order["lines"]]
        lines[0]["quantity"] = float(value)
        office.person("POST", f"/{resource}/{order['id']}", {"lines": lines})

    def value_ours(office: Office, name: str) -> str:
        rows = office.sql(
            f"SELECT quantity FROM wms.{table}_line WHERE {table}_id ="
            f" (SELECT id FROM wms.{table} WHERE ref_number = %s) ORDER BY position", name,
        )  # fmt: skip
        assert len(rows) == 2
        return number_of(rows[0]["quantity"]) or ""

    def value_theirs(office: Office, name: str) -> str:
        lines = office.one(resource, name)["lines"]
        assert len(lines) == 2
        return number_of(lines[0]["quantity"]) or ""

    return ObjectType(
        table.replace("_", " "), f"qbd_{table}s", resource, table, make_ours, make_theirs, edit_ours, edit_theirs,
        value_ours, value_theirs, label="ref_number", pushed=table != "invoice",
    )  # fmt: skip


OBJECT_TYPES = {
    one.name: one
    for one in (
        _party("customer"),
        _party("vendor"),
        _item("inventory", "inventory-items"),
        _item("assembly", "inventory-assembly-items"),
        _order("sales_order", "customer", "Buyer", "unit_price"),
        _order("purchase_order", "vendor", "Maker", "unit_cost"),
        _order("invoice", "customer", "Buyer", "unit_price"),
    )
}
