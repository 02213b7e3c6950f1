"""Names, towns and goods that the ordinary records are made of."""

from __future__ import annotations

from typing import Any

_FIRST = (
    "Anchor", "Beacon", "Cedar", "Delta", "Evergreen", "Fairview", "Granite", "Hudson", "Ironwood", "Juniper",
    "Keystone", "Lakeside", "Meridian", "Northgate", "Oakridge", "Pinnacle", "Quarry", "Redwood", "Summit", "Tidewater",
)  # fmt: skip
_BUYERS = ("Printing", "Packaging", "Signs", "Media", "Bakery", "Books", "Design", "Foods", "Florist", "Brewing")
_MAKERS = ("Paper Mills", "Inks", "Films", "Machinery")
PEOPLE = (
    ("Alice", "Moreno"), ("Ben", "Okafor"), ("Clara", "Schmidt"), ("David", "Nguyen"), ("Elena", "Popescu"),
    ("Frank", "Rossi"), ("Grace", "Kim"), ("Hugo", "Müller"), ("Irene", "Castillo"), ("Jack", "O'Brien"),
)  # fmt: skip
TOWNS = (
    ("Albany", "NY", "12207"), ("Newark", "NJ", "07102"), ("Hartford", "CT", "06103"), ("Scranton", "PA", "18503"),
    ("Yonkers", "NY", "10701"), ("Stamford", "CT", "06901"), ("Trenton", "NJ", "08608"), ("Buffalo", "NY", "14202"),
)  # fmt: skip
STREETS = ("Canal Street", "Mill Road", "Harbor Avenue", "Station Lane", "Market Square", "Foundry Way")
BRANCHES = ("Downtown store", "Airport branch", "Warehouse 2", "Catalog 2026", "Trade fair", "Web shop")

# family -> the sizes it comes in, and the price of the first
GOODS = {
    "Coated paper": (("80 g", "115 g", "135 g", "170 g", "250 g", "300 g"), 38),
    "Foam board": (("3 mm", "5 mm", "10 mm"), 11),
    "Corrugated box": (("S", "M", "L", "XL", "Pallet"), 2),
    "Mailing tube": (("A2", "A1", "A0"), 3),
    "Packing tape": (("Clear", "Brown", "Fragile"), 4),
}
COLOURS = ("black", "white", "red", "blue", "green", "yellow", "grey", "silver")
ARTICLES = ("Vinyl roll", "Ink litre", "Label reel", "Ribbon", "Card stock", "Envelope C5", "Gift bag", "Stretch film")
SUNDRIES = ("Pallet wrap", "Cutter blade", "Cleaning fluid", "Bubble bag", "Corner guard", "Spare roller")
TASKS = ("Cutting", "Folding", "Laminating", "Delivery", "Installation", "Proofing", "Binding", "Storage")


def buyers() -> list[str]:
    """Two hundred company names."""
    return [f"{first} {second}" for second in _BUYERS for first in _FIRST]


def makers() -> list[str]:
    """Eighty names of suppliers; none is a buyer's, for QuickBooks keeps both in one list of names."""
    return [f"{first} {second}" for second in _MAKERS for first in _FIRST]


def address(number: int) -> dict[str, Any]:
    """An address in the neighbourhood."""
    city, state, code = TOWNS[number % len(TOWNS)]
    street = f"{10 + number * 7 % 890} {STREETS[number % len(STREETS)]}"
    return {"line1": street, "city": city, "state": state, "postal_code": code, "country": "USA"}


def party(name: str, number: int) -> dict[str, Any]:
    """What customers and vendors have in common."""
    first, last = PEOPLE[number % len(PEOPLE)]
    return {
        "name": name,
        "company_name": name,
        "first_name": first,
        "last_name": last,
        "billing_address": address(number),
        "shipping_address": address(number),
        "phone": f"555-{number % 90 + 10:03d}-{number * 37 % 9000 + 1000}",
        "email": f"office@{name.lower().replace(' ', '-').replace('&', 'and')}.example",
        "is_active": True,
        "custom_fields": {},
        "balance": "0.00",
        "currency": "US Dollar",
        "terms": ("Net 15", "Net 30", "Net 45")[number % 3],
    }
