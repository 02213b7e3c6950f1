"""The whole seeded company: one run of every flow makes of each record what the seed promises, a second run nothing."""

from __future__ import annotations

from collections import Counter

from accordant.flows.qbd.canonical import number_of, text_of
from sandbox.seed.qbd.company import by_label
from sandbox.seed.qbd.load import load_company
from sandbox.seed.qbd.promises import Promise, promise
from tests.end_to_end.office import Office

FLOWS = {
    "customer": "qbd_customers", "vendor": "qbd_vendors", "item": "qbd_items", "sales_order": "qbd_sales_orders",
    "purchase_order": "qbd_purchase_orders", "invoice": "qbd_invoices",
}  # fmt: skip
RESOURCES = {
    "item": ("inventory-items", "non-inventory-items", "service-items", "discount-items", "inventory-assembly-items")
} | {kind: (kind.replace("_", "-") + "s",) for kind in FLOWS if kind != "item"}
NOT_TOLD = {"NOT_CREATED", "RECORD_DELETED"}


def a_day(office: Office) -> None:
    """Run every flow; items once more, because orders move the quantities that QuickBooks has of them."""
    for flow in (*FLOWS.values(), FLOWS["item"]):
        summary = office.run(flow)
        assert summary["matches"], summary


def of_kinds(reasons: dict[str, str]) -> dict[str, str]:
    """Leave out what another flow does."""
    return {label: reason for label, reason in reasons.items() if by_label()[label].kind in FLOWS}


def expected_troubles(promised: Promise) -> Counter[tuple[str, str]]:
    """Return how often which code stands in the way of which object type."""
    told = of_kinds(promised.quarantined) | of_kinds(promised.conflicts)
    told |= dict.fromkeys(of_kinds(promised.held), "WAITS_FOR_REFERENCE")
    return Counter((by_label()[label].kind, code) for label, code in told.items())


def test_the_seeded_company_ends_as_promised_and_a_second_day_writes_nothing(office: Office) -> None:
    load_company(office.wms, office.conductor.base_url)
    promised = promise()
    a_day(office)
    for kind in FLOWS:
        assert office.sql(f"SELECT count(*) AS n FROM wms.{kind}")[0]["n"] == promised.wms[kind], kind
        found = sum(len(office.books(resource)) for resource in RESOURCES[kind])
        assert found == promised.quickbooks[kind], kind
    troubles = Counter((row["object_type"], row["code"]) for row in office.troubles() if row["code"] not in NOT_TOLD)
    assert troubles == expected_troubles(promised)
    for label in of_kinds(dict.fromkeys(promised.deactivated, "")):
        record = by_label()[label]
        retired = "NOT is_active" if record.kind in ("customer", "vendor", "item") else "is_manually_closed"
        statement = f"SELECT {retired} AS retired FROM wms.{record.kind} WHERE quickbooks_id = %s"
        assert office.sql(statement, record.quickbooks_id) == [{"retired": True}], label
    assert_agreed(office, promised)
    assert office.made_twice() == []
    mark = office.mark()
    a_day(office)
    planned = office.store_sql(
        "SELECT r.flow, count(*) AS n FROM accordant.run AS r JOIN accordant.operation AS o ON o.run_id = r.id"
        " WHERE r.started_at >= (SELECT started_at FROM accordant.run ORDER BY started_at DESC OFFSET 6 LIMIT 1)"
        " GROUP BY 1"
    )
    assert planned == []
    assert office.writes(mark) == 0
    assert office.conductor.control.most_in_flight() == 1


def assert_agreed(office: Office, promised: Promise) -> None:
    """Check the values that differed before, in the WMS; the certificates say that QuickBooks has the same."""
    for label, fields in promised.agreed.items():
        record = by_label()[label]
        if record.kind not in FLOWS:
            continue
        source = f"wms.{record.kind} AS r"
        if record.kind == "item":
            source += f" JOIN wms.item_{record.either['kind']} AS d ON d.item_id = r.id"
        if record.quickbooks is None:
            column = "name" if "name" in record.either else "ref_number"
            rows = office.sql(f"SELECT * FROM {source} WHERE r.{column} = %s", record.either[column])
        else:
            rows = office.sql(f"SELECT * FROM {source} WHERE r.quickbooks_id = %s", record.quickbooks_id)
        (row,) = rows
        for name, value in fields.items():
            if name == "lines":
                statement = f"SELECT 1 FROM wms.{record.kind}_line WHERE {record.kind}_id = %s"
                assert len(office.sql(statement, row["id"])) == len(value), label
                continue
            assert shown(row[name]) == shown(value), f"{label} {name}"


def shown(value: object) -> object:
    """Return a value so that 5 and 5.00 are the same, and what QuickBooks cannot spell."""
    if isinstance(value, dict):
        return {name: text for name, text in value.items() if text}
    try:
        return number_of(value)
    except ValueError:
        return text_of(value)
