"""Invoices of a school's MIS become invoices in QuickBooks Online: window by window, and all that is open."""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.sdk import DAG, CronDataIntervalTimetable, Param

from accordant.flows.mis_invoices.settings import settings
from accordant.tasks.dag import agreement

_PARAMS = {
    "preview": Param(False, type="boolean", title="Preview", description="Make the plan; claim and write nothing."),
    "failed_too": Param(
        False, type="boolean", title="Failed invoices too", description="Take rows with status 2 once more."
    ),
    "wait_for_approval": Param(
        True, type="boolean", title="Wait for approval",
        description="Let a plan beyond the limits wait in Required Actions; otherwise the run ends there.",
    ),
}  # fmt: skip
_SELECTION = {
    "since": Param(None, type=["null", "string"], format="date", title="From (invoice date)",
                   description="Empty: all open rows. A backfill fills in its own window."),
    "until": Param(None, type=["null", "string"], format="date", title="To, without this day"),
    "invoice_id": Param(None, type=["null", "string"], title="One invoice", description="The id of a row of the MIS."),
    "batch_size": Param(50, type="integer", minimum=1, maximum=1000, title="Rows in a batch",
                        description="Only counts together with the next one."),
    "max_batches": Param(None, type=["null", "integer"], minimum=1, title="At most so many batches",
                         description="Empty: no end."),
}  # fmt: skip
_COMMON: dict[str, Any] = {
    "start_date": datetime(2026, 1, 1, tzinfo=UTC),
    "catchup": False,
    "default_args": {
        "owner": "accordant",
        "pool": "quickbooks_online",
        "retries": 3,
        "retry_delay": timedelta(seconds=30),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=5),
    },
    "tags": ["accordant", "quickbooks-online", "mis", "invoices"],
}

_STEPS = """
| step | what it does | look here when |
|---|---|---|
| prepare | migrates the sync store, settles what a dead run left open | the store or a connection is wrong |
| extract | claims rows (status 3), stages them, and looks up what QuickBooks has of them | a system is down |
| validate | runs the Great Expectations suite; bad rows go to quarantine with their reason | a row has status 2 |
| diff | matches customers, items and invoices, and stores the plan with its id | you want to know why |
| approve | passes a plan within the limits; a larger one waits in **Browse › Required Actions** | the run waits |
| load | writes in batches of 30, each write exactly once; a lost answer is looked up | QuickBooks refuses something |
| reconcile | reads every invoice back and stores the certificate | the sums must be proven |
| report | writes `QuickBk_Status`, `pushed_by` and `pushed_date` to each row | a row has no status |
| close | sums the run up, and leaves no row in progress | you want one line |

**Status of a row**: 0 not synced, 1 synced, 2 failed (the reason: `accordant quarantine list`), 3 in progress. A row
that a dead run left in 3 is taken up by the next run, which looks its number up in QuickBooks first.

**Connections**: `mis_default`, `qbo_default`, `accordant_store`. **Settings**: `include/settings/mis_invoices.yaml`.
**Rules**: `include/expectations/mis_invoices.*.json`.

**When something is wrong**: `accordant status`, `accordant mis status`, `accordant quarantine list`,
`accordant doctor`. Every error has a code; docs/errors.md says what it means, who acts and what to do. A failed run may
simply be started again: nothing is written twice.
"""

with DAG(
    dag_id="mis_invoices_to_qbo",
    dag_display_name="MIS invoices → QuickBooks Online",
    description="Invoices of students become invoices in QuickBooks Online, by windows of the invoice date.",
    schedule=CronDataIntervalTimetable(settings().windows.cron, timezone="UTC"),
    max_active_runs=settings().windows.at_once,
    params={**_PARAMS, **_SELECTION},
    doc_md="""
# MIS invoices → QuickBooks Online

**Do not use it** for payments or credits: rows with a credit are refused, and an invoice that is in QuickBooks already
is never changed.

By its schedule and in a backfill it takes the open rows of one window of `invoice_date`, a month unless the settings
say otherwise. Started by hand it takes what the form asks for: all open rows, a range of days, or one invoice.

**Years of history**, first as a preview, then for real, four windows at a time:

    airflow dags unpause mis_invoices_to_qbo
    airflow backfill create --dag-id mis_invoices_to_qbo --from-date 2020-09-01 --to-date 2026-08-01 \\
        --max-active-runs 4 --dag-run-conf '{"preview": true}'
    airflow backfill create --dag-id mis_invoices_to_qbo --from-date 2020-09-01 --to-date 2026-08-01 \\
        --max-active-runs 4 --reprocess-behavior completed --dag-run-conf '{"preview": false}'

Runs of a paused DAG stay queued without a word. Keep `mis_invoices_open` paused until history is in: it takes every
open row by the hour, and those of the unfinished month, which is no window yet. A run's id shows its window's end. In
the UI's form tick **Override parameters on existing runs**, or no parameter is sent and a preview writes. Windows share
the limits of QuickBooks and claim each row once. A backfill that was interrupted goes on where it stopped.
"""
    + _STEPS,
    **_COMMON,
):
    agreement("mis_invoices", windows=True)

with DAG(
    dag_id="mis_invoices_open",
    dag_display_name="MIS invoices → QuickBooks Online: all that is open",
    description="Every open invoice of the MIS, whatever its date, by the hour.",
    schedule=settings().schedule,
    max_active_runs=1,
    params=_PARAMS,
    doc_md="""
# MIS invoices → QuickBooks Online: all that is open

**Do not use it** for years of history: backfill `mis_invoices_to_qbo`, and keep this DAG paused until that is done.

Each run takes every row that is not synced yet (status 0), whatever its date.
"""
    + _STEPS,
    **_COMMON,
):
    agreement("mis_invoices", named="open ")
