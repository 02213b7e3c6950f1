"""QuickBooks Desktop and the WMS: one Airflow DAG per object type, and qbd_everything, which runs them in order."""

from airflow.sdk import Asset

from accordant.tasks.quickbooks_dags import everything_dag, quickbooks_dag

CUSTOMERS = Asset("agreed customers")
VENDORS = Asset("agreed vendors")
ITEMS = Asset("agreed items")

# One line per object type; what its page says comes from its flow and its settings.
everything_dag(
    [
        quickbooks_dag(
            "qbd_customers",
            not_for="to merge customers that exist twice: that is done in QuickBooks, by a person",
            announces=CUSTOMERS,
        ),
        quickbooks_dag(
            "qbd_vendors",
            not_for="to bring bank details or open balances over: they stay in QuickBooks",
            announces=VENDORS,
        ),
        quickbooks_dag(
            "qbd_items",
            not_for="to correct quantities on hand: they come from QuickBooks, and counts go by inventory adjustments",
            announces=ITEMS,
        ),
        quickbooks_dag(
            "qbd_sales_orders",
            not_for="to invoice orders: QuickBooks does, and the WMS learns it from there",
            follows=[CUSTOMERS, ITEMS],
        ),
        quickbooks_dag(
            "qbd_purchase_orders",
            not_for="to receive goods or to enter bills: that is done in QuickBooks",
            follows=[VENDORS, ITEMS],
        ),
        quickbooks_dag(
            "qbd_inventory_adjustments",
            not_for="to set quantities to a value: it passes on by how much they were changed since its first run",
            follows=[ITEMS],
        ),
        quickbooks_dag(
            "qbd_invoices",
            not_for="to change an invoice: whatever is changed in the WMS is set back to what QuickBooks says",
            follows=[CUSTOMERS, ITEMS],
        ),
    ]
)
