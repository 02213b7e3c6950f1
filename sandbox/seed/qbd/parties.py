"""Customers and vendors."""

from __future__ import annotations

from functools import cache
from typing import Any

from sandbox.seed.qbd import words
from sandbox.seed.qbd.records import CONFLICT, DEACTIVATED, LATER, QUARANTINED, Fields, Maker, SeedRecord, sides

LONG_NAME = "Consolidated Envelope and Stationery Manufacturing of New Jersey"
AMBIGUOUS_NAME = "Riverside Print"
DELETED_NAME = "Old Mill Stationers"
INACTIVE_NAME = "Dormant Displays"
_TYPES = ("Retail", "Wholesale", "Online")
_REPRESENTATIVES = ("AM", "BO", "CS")
_METHODS = ("Check", "Bank transfer", "Visa")


@cache
def customers() -> tuple[SeedRecord, ...]:
    """All customers: the troubled ones first, then ordinary ones, then jobs and branches."""
    maker = Maker("customer")
    _same_but_spelt_otherwise(maker)
    _outside_latin1(maker)
    _different_at_first_meeting(maker)
    _not_to_be_agreed(maker)
    names = words.buyers()
    for side, name in zip(sides(93, 31, 30), names, strict=False):
        maker.on(side, customer(name, len(maker.made)))
    _branches(maker)
    return tuple(maker.made)


def customer(name: str, number: int, **fields: Any) -> Fields:
    """An ordinary customer."""
    made = words.party(name, number) | {
        "parent": None,
        "total_balance": "0.00",
        "customer_type": _TYPES[number % 3],
        "sales_representative": _REPRESENTATIVES[number % 3],
        "preferred_payment_method": _METHODS[number % 3],
        "custom_fields": {"Route": f"North {number % 5 + 1}"} if number % 9 == 0 else {},
    }
    return made | fields


def _same_but_spelt_otherwise(maker: Maker) -> None:
    for wms, quickbooks in (
        ("HARBOR LIGHT MEDIA", "Harbor Light Media"),
        ("Queensway Books   ", "Queensway Books"),
        ("sunset Labels ", "Sunset Labels"),
    ):
        fields = customer(wms, len(maker.made), company_name=quickbooks, email="info@example.com")
        maker.both(fields, {"name": quickbooks}, about="the same name but for case and trailing spaces")


def _outside_latin1(maker: Maker) -> None:
    for wms, quickbooks in (
        ("Tipografia Ștefan", "Tipografia Stefan"),
        ("Țesut și Tipar", "Tesut si Tipar"),
        ("Librăria Mică", "Libraria Mica"),
    ):
        fields = customer(wms, len(maker.made), email="office@example.com")
        maker.both(fields, {"name": quickbooks, "company_name": quickbooks}, about="letters QuickBooks cannot hold")
    fields = customer("Grădina Vișinilor", len(maker.made), email="office@example.com")
    maker.wms_only(fields, agreed={"name": "Gradina Visinilor"}, about="created without the letters it cannot hold")


def _different_at_first_meeting(maker: Maker) -> None:
    elsewhere = words.address(77)
    for name, quickbooks in (
        ("Alder Creative", {"phone": "555-999-0001"}),
        ("Birch Displays", {"email": "accounts@birch.example", "terms": "Due on receipt"}),
        ("Cypress Catering", {"billing_address": elsewhere, "shipping_address": elsewhere}),
        ("Dogwood Crafts", {"sales_representative": "CS", "customer_type": "Online"}),
    ):
        fields = customer(name, 3 * len(maker.made), terms="Net 30")
        # The books decide, though the WMS changed it later.
        maker.both(fields, quickbooks, wms_time=LATER, agreed=quickbooks, about="differs: QuickBooks decides")


def _not_to_be_agreed(maker: Maker) -> None:
    number = len(maker.made)
    maker.wms_only(
        customer(LONG_NAME, number, company_name="Consolidated Envelope", email="office@example.com"),
        fate=QUARANTINED, reason="NAME_TOO_LONG", about="a name of more than 41 characters",
    )  # fmt: skip
    twice = "two customers of the WMS with one name"
    maker.both(customer(AMBIGUOUS_NAME, number + 1), fate=CONFLICT, reason="SEVERAL_MATCHES", about=twice)
    maker.wms_only(customer(AMBIGUOUS_NAME, number + 2), fate=CONFLICT, reason="SEVERAL_MATCHES", about=twice)
    gone = customer(DELETED_NAME, number + 3)
    maker.both(gone, bound=True, deleted=True, fate=DEACTIVATED, agreed={"is_active": False}, about="deleted there")
    maker.both(customer(INACTIVE_NAME, number + 4, is_active=False), about="inactive on both sides")


def _branches(maker: Maker) -> None:
    parents = [one for one in maker.made if not one.about and one.wms and one.quickbooks][:12]
    for number, side in enumerate(sides(18, 6, 6)):
        parent = parents[number % len(parents)]
        name = words.BRANCHES[number // len(parents) * 2 + number % 2]
        email = f"branch{number}@example.com"
        fields = customer(name, number, parent=parent.label, company_name=parent.either["name"], email=email)
        maker.on(side, fields)


@cache
def vendors() -> tuple[SeedRecord, ...]:
    """All vendors."""
    maker = Maker("vendor")
    greek = words.party("Νίκος Μάρμαρα", 1) | {"email": "office@example.gr"}
    latin = {"name": "Nikos Marmara", "company_name": "Nikos Marmara"}
    maker.both(greek, latin, about="Greek letters, which QuickBooks cannot hold")
    newer = {"phone": "555-777-0002"}
    maker.both(
        words.party("Gotham Paper", 2), newer, quickbooks_time=LATER, agreed=newer, about="differs: QuickBooks is later"
    )
    ours = words.party("Empire Inks", 3)
    older = {"phone": "555-777-0003", "terms": "Due on receipt"}
    kept = {name: ours[name] for name in older}
    maker.both(ours, older, wms_time=LATER, agreed=kept, about="differs: the WMS is later")
    spelt = words.party("LIBERTY CARTONS ", 4) | {"company_name": "Liberty Cartons", "email": "office@example.com"}
    maker.both(spelt, {"name": "Liberty Cartons"}, about="the same name but for case and trailing spaces")
    for side, name in zip(sides(20, 8, 8), words.makers(), strict=False):
        maker.on(side, words.party(name, len(maker.made)))
    return tuple(maker.made)
