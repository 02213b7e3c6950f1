"""Items as QuickBooks nests them, flat: one table of fields for five kinds.

A non-inventory or service item has exactly one of `salesOrPurchaseDetails` and `salesAndPurchaseDetails`, and keeps
the one it was made with (Conductor's OpenAPI, "Update a non-inventory item").
"""

from __future__ import annotations

from typing import Any

from accordant.flows.qbd.mapping import Json
from accordant.sync.errors import RecordRejected

_BOTH = ("salesDescription", "salesPrice", "purchaseDescription", "purchaseCost", "incomeAccount", "expenseAccount",
         "purchaseTaxCode", "preferredVendor")  # fmt: skip
# {flat name: name within salesOrPurchaseDetails}
_EITHER = {"salesDescription": "description", "salesPrice": "price", "incomeAccount": "postingAccount"}
_DISCOUNT = {"salesDescription": "description", "incomeAccount": "account"}
_IDS = {"incomeAccount", "expenseAccount", "purchaseTaxCode", "preferredVendor"}


def flattened(row: Json) -> Json:
    """Return an item of any kind with its details beside its other fields."""
    if (details := row.get("salesAndPurchaseDetails")) is not None:
        return {**row, **details, "isPurchased": True}
    if (details := row.get("salesOrPurchaseDetails")) is not None:
        return {**row, **{flat: details.get(name) for flat, name in _EITHER.items()}, "isPurchased": False}
    if row["objectType"] == "qbd_discount_item":
        return {**row, **{flat: row.get(name) for flat, name in _DISCOUNT.items()}}
    if row["objectType"] == "qbd_inventory_assembly_item":
        return {**row, "reorderPoint": row.get("buildNotificationThreshold")}
    return row


def nested(body: dict[str, Any], item: Json) -> dict[str, Any]:
    """Return a body as QuickBooks wants it for the item's kind.

    Raises:
        RecordRejected: the item's shape in QuickBooks cannot hold a field.
    """
    body = {name: value for name, value in body.items() if name != "isPurchased"}
    kind = item["kind"]
    if kind == "discount":
        return {_renamed(name, _DISCOUNT): value for name, value in body.items()}
    if kind == "assembly":
        return {_renamed(name, {"reorderPoint": "buildNotificationThreshold"}): value for name, value in body.items()}
    if kind in ("non_inventory", "service"):
        return _with_details(body, bool(item.get("is_purchased")))
    return body


def _with_details(body: dict[str, Any], is_purchased: bool) -> dict[str, Any]:
    names = {_id_name(name) for name in _BOTH}
    details = {name: value for name, value in body.items() if name in names}
    rest = {name: value for name, value in body.items() if name not in names}
    if not details:
        return rest
    if is_purchased:
        return {**rest, "salesAndPurchaseDetails": details}
    either = {_id_name(flat): _id_name(name, flat) for flat, name in _EITHER.items()}
    if unfit := sorted(set(details) - set(either)):
        sentence = f"QuickBooks keeps it as sold or bought, not both, so it has no {unfit[0]}; make a new item instead."
        raise RecordRejected("ITEM_SHAPE_FIXED", sentence, field=unfit[0])
    return {**rest, "salesOrPurchaseDetails": {either[name]: value for name, value in details.items()}}


def _id_name(name: str, flat: str = "") -> str:
    return f"{name}Id" if (flat or name) in _IDS else name


def _renamed(name: str, names: dict[str, str]) -> str:
    bare = name.removesuffix("Id")
    return (names[bare] + name[len(bare) :]) if bare in names else name
