"""Items of all five kinds, a few under a common parent, and assemblies with their components."""

from __future__ import annotations

from functools import cache
from typing import Any

from sandbox.seed.qbd import words
from sandbox.seed.qbd.parties import vendors
from sandbox.seed.qbd.records import LATER, QUARANTINED, Fields, Maker, SeedRecord, plain, sides

LONG_ITEM_NAME = "Corrugated display stand, six shelves"
RENAMED = ("Foamboard classic", "Foam board classic A1")  # WMS, QuickBooks


@cache
def items() -> tuple[SeedRecord, ...]:
    """All items, what others are made of first."""
    maker = Maker("item")
    _troubled(maker)
    _families(maker)
    _ordinary(maker)
    _assemblies(maker)
    return tuple(maker.made)


def goods(name: str, number: int, **fields: Any) -> Fields:
    """Goods that are counted."""
    price = 350 + number * 137 % 9000
    made: Fields = _base("inventory", name, number) | {
        "sku": f"SKU-{number:04d}",
        "sales_description": name,
        "sales_price": money(price),
        "purchase_description": name,
        "purchase_cost": money(price * 6 // 10),
        "quantity_on_hand": str(number * 13 % 400 + 100),
        "quantity_on_order": "0",
        "quantity_on_sales_order": "0",
        "reorder_point": str(number % 5 * 10 + 10),
        "asset_account": "Inventory Asset",
        "cogs_account": "Cost of Goods Sold",
        "income_account": "Sales",
        "unit_of_measure_set": "Count",
        "preferred_vendor": _vendor(number),
    }
    return made | fields


def money(cents: int) -> str:
    """`1234` as `12.34`."""
    return f"{cents // 100}.{cents % 100:02d}"


def _base(kind: str, name: str, number: int) -> Fields:
    tax = "Non" if kind == "service" else "Tax"
    return {
        "kind": kind,
        "name": name,
        "parent": None,
        "is_active": True,
        "sku": None,
        "sales_tax_code": tax,
        "custom_fields": {"Shelf": f"R{number % 12 + 1}"} if number % 11 == 0 else {},
    }


@cache
def _plain_vendors() -> tuple[str, ...]:
    return tuple(one.label for one in vendors() if plain(one) and one.wms and one.quickbooks)


def _vendor(number: int) -> str:
    return _plain_vendors()[number % len(_plain_vendors())]


def _sundry(kind: str, name: str, number: int) -> Fields:
    """Goods that are not counted, and services; every other one is bought as well as sold."""
    price, purchased = 500 + number * 91 % 5000, number % 2 == 0
    made: Fields = _base(kind, name, number) | {
        "sku": f"SKU-{number:04d}" if kind == "non_inventory" else None,
        "sales_description": name,
        "sales_price": money(price),
        "income_account": "Services" if kind == "service" else "Sales",
        "is_purchased": purchased,
        "unit_of_measure_set": "Count" if kind == "non_inventory" else None,
    }
    bought = {
        "purchase_description": name,
        "purchase_cost": money(price // 2),
        "expense_account": "Purchases",
        "preferred_vendor": _vendor(number),
    }
    return made | bought if purchased else made


def _discount(name: str, number: int) -> Fields:
    worth = {"discount_percent": str(number % 4 * 5 + 5)} if number % 2 else {"discount_rate": money(500 + number)}
    told = {"sales_description": name, "income_account": "Sales Discounts"}
    return _base("discount", name, number) | told | worth | {"custom_fields": {}}


def _troubled(maker: Maker) -> None:
    maker.wms_only(
        goods(LONG_ITEM_NAME, 1), fate=QUARANTINED, reason="NAME_TOO_LONG", about="a name of more than 31 characters"
    )
    ours, theirs = RENAMED
    maker.both(
        goods(ours, 2), {"name": theirs}, bound=True, quickbooks_time=LATER, agreed={"name": theirs},
        about="renamed in QuickBooks since the WMS learnt its id",
    )  # fmt: skip
    newer = {"sales_price": "19.99", "sales_description": "Masking film, new quality"}
    maker.both(goods("Masking film", 3), newer, quickbooks_time=LATER, agreed=newer, about="differs: QuickBooks later")
    fields = goods("Grommet", 4)
    older = {"sales_price": "0.77", "reorder_point": "5"}
    kept = {name: fields[name] for name in older}
    maker.both(fields, older, wms_time=LATER, agreed=kept, about="differs: the WMS is later")
    maker.both(
        goods("ROLLER cover ", 5, sales_description="Roller cover", purchase_description="Roller cover"),
        {"name": "Roller cover"}, about="the same name but for case and trailing spaces",
    )  # fmt: skip


def _families(maker: Maker) -> None:
    for name, (sizes, dollars) in words.GOODS.items():
        parent = maker.both(goods(name, len(maker.made) + 1))
        for step, size in enumerate(sizes):
            price = money(dollars * 100 + step * 125)
            told = {"parent": parent.label, "sales_price": price, "sales_description": f"{name}, {size}"}
            maker.both(goods(size, len(maker.made) + 1, **told))


def _ordinary(maker: Maker) -> None:
    names = [f"{article} {colour}" for article in words.ARTICLES for colour in words.COLOURS]
    names += [f"{article} {colour} XL" for article in words.ARTICLES for colour in words.COLOURS]
    for side, name in zip(sides(68, 26, 26), names, strict=False):
        maker.on(side, goods(name, len(maker.made) + 1))
    names = [f"{sundry} no. {size}" for sundry in words.SUNDRIES for size in range(1, 12)]
    for side, name in zip(sides(36, 15, 14), names, strict=False):
        maker.on(side, _sundry("non_inventory", name, len(maker.made) + 1))
    names = [f"{task}, grade {grade}" for task in words.TASKS for grade in "ABCDEF"]
    for side, name in zip(sides(27, 10, 10), names, strict=False):
        maker.on(side, _sundry("service", name, len(maker.made) + 1))
    for number, side in enumerate(sides(12, 5, 6), 1):
        maker.on(side, _discount(f"Discount {number:02d}", number))


def _assemblies(maker: Maker) -> None:
    parts = [one for one in maker.made if _kind(one) == "inventory" and plain(one) and one.wms and one.quickbooks]
    for number, side in enumerate(sides(9, 3, 3), 1):
        made = goods(f"Starter kit {number:02d}", len(maker.made) + 1, kind="assembly", quantity_on_hand="20")
        chosen = [parts[(number * 7 + step * 3) % len(parts)] for step in range(2 + number % 3)]
        made["lines"] = [{"item": one.label, "quantity": str(step + 1)} for step, one in enumerate(chosen)]
        # The sku of an assembly cannot be told to QuickBooks over the API.
        maker.on(side, made | {"sku": None})


def _kind(record: SeedRecord) -> str:
    return str(record.either["kind"])
