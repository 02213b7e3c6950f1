"""Both sides' adjustments, levels and sites in one form, ready for staging. Source of names: Conductor's OpenAPI."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from accordant.flows.qbd.canonical import date_of, id_of_reference, name_of_reference, number_of, text_of
from accordant.flows.qbd.reading import instant
from accordant.sync.numbers import plain
from accordant.sync.records import StagedRow

Json = Mapping[str, Any]

ADJUSTMENT = "inventory_adjustment"
LEVEL = "stock_level"
SITE = "site"


def our_adjustment(row: Json) -> StagedRow:
    """Return an adjustment of the WMS; the mark of one that we wrote is where others keep QuickBooks' id."""
    content = row["content"]
    lines = [
        _line(line["id"], line["item"], line["quantity_difference"], line["value_difference"])
        for line in content["lines"]
    ]
    found = _adjustment(content, text_of(content["site"]), text_of(content["account"]), lines)
    found["is_active"] = content.get("is_active") is not False
    return StagedRow(ADJUSTMENT, row["key"], found, name=_title(content.get("ref_number"), found),
                     mark=row["quickbooks_id"] or "", changed_at=row["updated_at"])  # fmt: skip


def their_adjustment(row: Json) -> StagedRow:
    """Return an adjustment of QuickBooks; one without a site is at the default one."""
    lines = [
        _line(line["id"], id_of_reference(line["item"]), line["quantityDifference"], line["valueDifference"])
        for line in row["lines"]
    ]
    named = {"transaction_date": row["transactionDate"], "memo": row["memo"]}
    site, account = name_of_reference(row["inventorySite"]), name_of_reference(row["account"])
    found = {**_adjustment(named, site, account, lines), "is_active": True}
    return StagedRow(ADJUSTMENT, row["id"], found, name=_title(row["refNumber"], found), mark=row["externalId"] or "",
                     revision=str(row["revisionNumber"]), changed_at=instant(row["updatedAt"]))  # fmt: skip


def _adjustment(content: Json, site: str, account: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "transaction_date": date_of(content["transaction_date"]), "site": site, "account": account,
        "memo": text_of(content.get("memo")), "lines": lines,
    }  # fmt: skip


def _line(id: object, item: object, quantity: object, value: object) -> dict[str, Any]:
    return {
        "id": str(id), "item": str(item or ""), "quantity_difference": number_of(quantity),
        "value_difference": number_of(value),
    }  # fmt: skip


def _title(number: object, content: Json) -> str:
    return f"adjustment {text_of(number) or 'without a number'} of {content['transaction_date'] or 'no day'}"


# -- levels


def our_level(row: Json) -> StagedRow:
    """Return what of an item lies at a site of the WMS."""
    return _level(text_of(row["site"]), row["item"], Decimal(row["quantity"]), _moment(UTC))


def their_site_levels(rows: Iterable[Json]) -> Iterator[StagedRow]:
    """Yield what of each item lies at each site of QuickBooks.

    Where bins are kept there are rows for them too; the row of the whole site counts, else the sum of its bins.
    """
    whole: dict[tuple[str, str], Decimal] = {}
    bins: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    moment = ""
    for row in rows:
        item = id_of_reference(row["inventoryItem"]) or id_of_reference(row["inventoryAssemblyItem"])
        place = name_of_reference(row["inventorySite"]), item
        quantity = Decimal(number_of(row["quantityOnHand"]) or 0)
        if row["inventorySiteLocation"]:
            bins[place] += quantity
        else:
            whole[place] = quantity
        moment = moment or _moment_there(row)
    for (site, item), quantity in sorted({**bins, **whole}.items()):
        yield _level(site, item, quantity, moment)


def their_item_level(row: Json) -> StagedRow:
    """Return what QuickBooks has of an item, in a company without sites."""
    return _level("", row["id"], Decimal(number_of(row["quantityOnHand"]) or 0), _moment_there(row))


def levels_read(moment: str) -> StagedRow:
    """Return a level of nothing, which says that the levels were read: there may be none."""
    return _level("", "", Decimal(0), moment or _moment(UTC))


def _level(site: str, item: str, quantity: Decimal, moment: str) -> StagedRow:
    """Return a level. When it was read stands as its revision: so each reading of it is staged, and known as new."""
    content = {"site": site, "item": item, "quantity": plain(quantity)}
    return StagedRow(LEVEL, f"{site}|{item}", content, name=f"level of {item} at {site or 'no site'}", revision=moment)


def _moment_there(row: Json) -> str:
    """Return the time that it is at the PC now: its times carry the PC's offset."""
    return _moment(instant(row["updatedAt"]).tzinfo)


def _moment(zone: tzinfo | None) -> str:
    return datetime.now(zone).isoformat()


# -- sites


def their_site(row: Json) -> StagedRow:
    """Return a site of QuickBooks."""
    content = {"name": text_of(row["name"]), "is_default": bool(row["isDefault"])}
    return StagedRow(SITE, row["id"], content, name=f"site {content['name']}")
