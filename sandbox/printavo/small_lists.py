"""What an account has few of: statuses, users, terms, and the account itself."""

from __future__ import annotations

from sandbox.printavo.people import Record
from sandbox.printavo.words import CATEGORIES, DELIVERY_METHODS, PAYMENT_TERMS, STATUSES, TYPES_OF_WORK, USERS

FIRST_STATUS_ID = 301
ACCOUNT_EMAIL = "office@shop.example"
_TIMES = {"createdAt": "2022-10-01T08:00:00Z", "updatedAt": "2022-10-01T08:00:00Z"}


def _listed(kind: str, first: int, *rows: Record) -> list[Record]:
    return [
        {"__typename": kind, "id": str(first + place), "timestamps": _TIMES} | row for place, row in enumerate(rows)
    ]


STATUS_LIST = _listed(
    "Status",
    FIRST_STATUS_ID,
    *(
        {"name": name, "type": kind, "color": color, "position": place}
        for place, (name, kind, color) in enumerate(STATUSES, 1)
    ),
)
USER_LIST = _listed(
    "User",
    11,
    *(
        {
            "name": name,
            "email": f"{name.split()[0].lower()}@shop.example",
            "phone": None,
            "timeZone": "London",
        }
        for name in USERS
    ),
)
TERM_LIST = _listed(
    "PaymentTerm", 21, *({"name": name, "days": days, "archived": False, "inUse": True} for name, days in PAYMENT_TERMS)
)
DELIVERY_LIST = _listed("DeliveryMethod", 31, *({"name": name, "archived": False} for name in DELIVERY_METHODS))
CATEGORY_LIST = _listed("Category", 41, *({"name": name} for name in CATEGORIES))
WORK_LIST = _listed("TypeOfWork", 51, *({"name": name, "archived": False} for name in TYPES_OF_WORK))
ENABLED_COLUMNS: Record = {
    "category": True,
    "color": True,
    "itemNumber": True,
    "markupPercentage": False,
    "sizes": ["size_s", "size_m", "size_l", "size_xl", "size_other"],
}
ACCOUNT: Record = {
    "__typename": "Account",
    "id": "1",
    "address": None,
    "companyEmail": ACCOUNT_EMAIL,
    "companyName": "The Print Shop Ltd",
    "enabledLineItemGroupColumns": ENABLED_COLUMNS,
    "locale": "en-GB",
    "logoUrl": None,
    "paymentProcessorPresent": True,
    "phone": "+44 20 7946 0000",
    "website": None,
    "timestamps": _TIMES,
}


def status_place(identity: str) -> int:
    """The place of a status.

    Raises:
        ValueError: there is none with this id.
    """
    for place, status in enumerate(STATUS_LIST):
        if status["id"] == identity:
            return place
    raise ValueError(f"there is no status {identity}; there are {', '.join(one['id'] for one in STATUS_LIST)}")


def status_id(name: str) -> str:
    """The id of the status with this name.

    Raises:
        ValueError: there is none.
    """
    for status in STATUS_LIST:
        if status["name"] == name:
            return str(status["id"])
    raise ValueError(f"no status is called {name!r}; there are {', '.join(one['name'] for one in STATUS_LIST)}")
