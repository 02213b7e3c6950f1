"""Raw invoice documents in MongoDB become sales orders in InvenTree."""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG, Param

from accordant.flows.raw_data_to_inventree.settings import settings
from accordant.tasks.dag import agreement

with DAG(
    dag_id="raw_data_to_inventree",
    dag_display_name="Raw data → InvenTree sales orders",
    description="Invoices collected as raw documents in MongoDB become draft sales orders in InvenTree.",
    schedule=settings().schedule,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "accordant",
        "pool": "inventree",
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=5),
    },
    tags=["accordant", "inventree", "mongodb", "sales-orders"],
    params={
        "preview": Param(False, type="boolean", title="Preview", description="Make the plan and write nothing."),
        "redo": Param(
            False,
            type="boolean",
            title="Do failed documents again",
            description="Take documents with sync_status 2 or 3 once more, e.g. after a part was made salable.",
        ),
        "wait_for_approval": Param(
            True,
            type="boolean",
            title="Wait for approval",
            description="Let a plan beyond the limits wait in Required Actions; otherwise the run ends there.",
        ),
    },
    doc_md="""
# Raw data → InvenTree sales orders

**Do not use it** to issue or ship orders: everything is created as a draft and stays one. Do not use it to
change prices of issued orders either: those become conflicts for a person.

Each run takes the documents of the MongoDB collection `raw_data` that have no `sync_status` yet
(1 all invoices, 2 some failed, 3 all failed), or whose content changed since it was written,
and brings their invoices into agreement with InvenTree.

| step | what it does | look here when |
|---|---|---|
| prepare | migrates the sync store, settles what a dead run left open | the store or a connection is wrong |
| extract | stages the documents, and what InvenTree has of them | MongoDB or InvenTree is down |
| validate | runs the Great Expectations suites; bad records go to quarantine with their reason | a record is missing |
| diff | matches and merges, and stores the plan with its id | you want to know why something changes |
| approve | passes a plan within the limits; a larger one waits in **Browse › Required Actions** | the run waits |
| load | writes, each operation exactly once; a lost answer is looked up | InvenTree refuses something |
| reconcile | reads everything back and stores the certificate | the numbers must be proven |
| report | writes `sync_status` and `sync_log` to each document | a document has no status |
| close | sums the run up | you want one line |

**Connections**: `mongo_default`, `inventree_default`, `accordant_store`. **Settings**:
`include/settings/raw_data_to_inventree.yaml`. **Rules**: `include/expectations/raw_data_to_inventree.*.json`.

**When something is wrong**: `accordant status`, `accordant quarantine list`, `accordant doctor`. Every error has a
code; docs/errors.md says what it means, who acts and what to do. A failed run may simply be
started again: nothing is written twice.

**What is what**: customers are matched by tax id (`RO18547290` is `18547290`), then by name; parts by their exact
name; orders by the marker `SERIE=…;NUMAR=…` in their description. A storno line cannot be an InvenTree line: it
goes to quarantine and its document gets status 2.
""",
):
    agreement("raw_data_to_inventree")
