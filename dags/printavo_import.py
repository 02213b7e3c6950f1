"""Printavo into the shop's own Postgres: customers, orders, payments, and each key account's order book."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param

from accordant.flows.printavo.settings import settings
from accordant.tasks.dag import agreement
from accordant.tasks.printavo_dag import verification

_COMPANIES = sorted(settings().companies)
_DEFAULTS: dict[str, Any] = {
    "owner": "accordant",
    "pool": "printavo",
    "retries": 3,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=5),
}

with DAG(
    dag_id="printavo_import",
    dag_display_name="Printavo → the shop's tables",
    description="Customers, orders and payments of Printavo, and a table of orders for each key account.",
    schedule=settings().schedule,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "what": Param(
            "all",
            type="string",
            enum=["all", *_COMPANIES],
            title="What",
            description="Everything, or the orders of one company.",
        ),
        "full": Param(
            False,
            type="boolean",
            title="Read everything",
            description="Otherwise only what changed, unless a full read is due.",
        ),
        "preview": Param(False, type="boolean", title="Preview", description="Make the plan; write nothing."),
        "wait_for_approval": Param(
            True,
            type="boolean",
            title="Wait for approval",
            description="Let a plan beyond the limits wait in Required Actions; otherwise the run ends there.",
        ),
    },
    default_args=_DEFAULTS,
    tags=["accordant", "printavo", "orders"],
    doc_md="""
# Printavo → the shop's tables

**Do not use it** to change anything in Printavo: it only reads there.

| step | what it does | look here when |
|---|---|---|
| prepare | migrates the sync store and opens the run | the store or a connection is wrong |
| extract | reads Printavo into staging; a killed run goes on at its page; reads CSV files | Printavo is down |
| validate | runs the Great Expectations suites on the staged rows | an order is missing from the tables |
| diff | works out what changes, who belongs to which company, and which due date wins | you want to know why |
| approve | passes a plan within the limits; a larger one waits in **Browse › Required Actions** | the run waits |
| load | merges all tables in one transaction; puts CSV files away | a table did not change |
| reconcile | compares every record with what Printavo gave and stores the certificate | the sums must be proven |
| close | sums the run up | you want one line |

**Tables**: schema `printavo` of the Connection `shop_default`; docs/printavo.md lists them.
**Connections**: `printavo_default`, `shop_default`, `accordant_store`. **Settings**: `include/settings/printavo.yaml`.

**When something is wrong**: `accordant status`, `accordant printavo verify`, `accordant quarantine list`,
`accordant doctor`. Every error has a code; docs/errors.md says what it means, who acts and what to do. A failed run may
simply be started again.
""",
):
    agreement("printavo")

with DAG(
    dag_id="printavo_verify",
    dag_display_name="Printavo: are the shop's tables in order?",
    description="Checks tables, keys, counts, sums, orphans, duplicates, due dates and filters.",
    schedule=settings().verify_schedule,
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    params={
        "repair": Param(False, type="boolean", title="Repair", description="Mend what is safe; otherwise only say it."),
    },
    default_args=_DEFAULTS,
    tags=["accordant", "printavo"],
    doc_md="""
# Printavo: are the shop's tables in order?

**Do not use it** to read Printavo: it looks at the tables only.

It says in words what is wrong and ends as failed if something is. The same from the command line:
`accordant printavo verify`, and `--repair` shows what it would mend before it does. `accordant status` shows the runs.

**Connections**: `shop_default`, `accordant_store`. **Settings**: `include/settings/printavo.yaml`.
**When something is wrong**: each finding says what to do; docs/errors.md has every code.
""",
):
    verification()
