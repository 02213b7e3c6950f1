"""A shop's orders: a run's traces in the sync store, left the way the engine leaves them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from psycopg.types.json import Jsonb

from accordant.include_dir import sql
from accordant.store.certificates import store_certificate
from accordant.store.database import Database
from accordant.store.journal import Journal
from accordant.store.plans import decide, store_operations, store_plan
from accordant.store.quarantine import put_troubles
from accordant.store.runs import Run, find_run, open_run
from accordant.sync.certificate import SideDigest, certificate_content
from accordant.sync.errors import Misconfigured, RetryLater
from accordant.sync.load import Cancelled
from accordant.sync.operations import Action, Operation, Severity, State, Trouble
from accordant.sync.plan import PlanDigest
from accordant.sync.ports import Outcome, Receipt
from accordant.tasks.connections import store_conninfo

FLOW = "shop_orders"
FATES = ("agreed", "refused", "over_limits", "flaky", "down", "wrong_token", "slow")

OPERATIONS = [
    Operation(0, "c1", "customer", "ACME [Cluj] SRL", Action.CREATE, "no company has this tax id",
              {"name": "ACME [Cluj] SRL", "tax_id": "RO18547290", "phone": ""}, source="doc-1"),
    Operation(2, "SERIE=A;NUMAR=1", "order", "SERIE=A;NUMAR=1", Action.UPDATE, "only the document changed",
              {"reference": "SO-1", "target_date": "2025-03-05"},
              before={"reference": "SO-1", "target_date": "2025-03-04"}, remote_id="41", source="doc-1"),
    Operation(2, "SERIE=A;NUMAR=2", "order", "SERIE=A;NUMAR=2", Action.LINK, "same marker",
              {"reference": "SO-2"}, before={"reference": "SO-2"}, remote_id="42", source="doc-2"),
]  # fmt: skip

REFUSED = Trouble(
    Severity.REFUSED, "line", "SERIE=A;NUMAR=3/1", "QUANTITY_INVALID", "The quantity is '3,5'.", field="cantitate",
    value="3,5", parent="SERIE=A;NUMAR=3", source="doc-3",
)  # fmt: skip
CONFLICT = Trouble(
    Severity.CONFLICT, "line", "SERIE=A;NUMAR=2/1", "BOTH_CHANGED", "The price is 10 here and 12 there.",
    field="price", source="doc-2", our_value="10", their_value="12",
)  # fmt: skip


def open_shop_run(database: Database, airflow_run_id: str, parameters: dict[str, Any] | None = None) -> Run:
    """Open a run of the shop's flow."""
    parameters = parameters or {}
    return open_run(
        database, flow=FLOW, ours="mongo/shop.raw_data", theirs="http://inventree", airflow_run_id=airflow_run_id,
        preview=bool(parameters.get("preview")), parameters=parameters,
    )  # fmt: skip


def plan_shop(database: Database, run: Run, decision: str, exceeded: list[str] | None = None) -> str:
    """Store the shop's plan and return its id."""
    digest = PlanDigest()
    for operation in OPERATIONS:
        digest.add(operation, Decimal(10))
    with database.transaction() as connection:
        store_operations(connection, run, iter(OPERATIONS))
        store_plan(connection, sql("store/plan_put"), run, digest, {"writes": 2}, exceeded or [])
    decide(database, run.id, decision, "the limits of the flow" if decision == "within_limits" else "")
    return digest.id


def apply_shop(database: Database, run: Run) -> None:
    """Bring every operation of the run to the outcome applied."""
    journal = Journal(database, run)
    for phase in journal.phases():
        for group in journal.groups(phase):
            for intent in group:
                if journal.begin(intent):
                    outcome = Outcome(State.APPLIED, receipt=Receipt(f"7{intent.seq}"))
                else:
                    outcome = Outcome(State.REFUSED, code="RECORD_MOVED", detail="Another run agreed it.")
                journal.finish(intent, outcome)


def certify_shop(database: Database, run: Run) -> str:
    """Store a certificate that both sides match and return its id."""
    content = certificate_content(
        flow=FLOW, ours=run.ours, theirs=run.theirs, run_id=run.id, sides=shop_sides(), differences=[]
    )
    return str(store_certificate(database, run, content)["id"])


def shop_sides() -> dict[str, dict[str, Any]]:
    """Return both sides' digests: equal."""
    digest = SideDigest()
    digest.add("SERIE=A;NUMAR=1", {"reference": "SO-1"}, Decimal("10.5"))
    return {"order": {"ours": digest.content(), "theirs": digest.content()}}


def close_shop(database: Database, run: Run, state: str, certificate: str | None) -> None:
    """Close the run with the summary that the closing task writes."""
    numbers = {"planned": 2, "applied": 2, "unchanged": 5, "quarantined": 0, "conflicts": 0, "unknown": 0}
    refused = {**numbers, "planned": 0, "applied": 0, "quarantined": 1, "conflicts": 1}
    types = {"order": numbers} if state == "succeeded" else {"order": numbers, "line": refused}
    calls = {"inventree": {"calls": 7, "writes": 3}}
    summary = {"object_types": types, "documents": {"done": 2}, "calls": calls, "certificate": certificate}
    database.execute("store/run_close", run_id=run.id, state=state, problem="", summary=Jsonb(summary))


# -- the steps of the DAG shop_orders, each in the process of `accordant run`


def opened(airflow_run_id: str, parameters: dict[str, Any]) -> str:
    """Open the run and store its plan."""
    with Database(store_conninfo()) as database:
        run = open_shop_run(database, airflow_run_id, parameters)
        over = parameters["fate"] == "over_limits"
        plan_shop(database, run, "waiting" if over else "within_limits", ["3 operations are planned."] if over else [])
        return run.id


def load(run_id: str, fate: str, attempt: int) -> None:
    """Apply the plan, or end as `fate` says."""
    with Database(store_conninfo()) as database:
        run = find_run(database, run_id)
        database.execute("store/run_step", run_id=run_id, step="load")
        if fate == "down" or (fate == "flaky" and attempt == 1):
            raise _noted(database, run_id, RetryLater("SYSTEM_DOWN", "It answered 503.", record="inventree"))
        if fate == "wrong_token":
            raise _noted(database, run_id, Misconfigured("CREDENTIALS_REFUSED", "token=abc123 is not known."))
        if fate == "slow":
            _until_cancelled(database, run)
        if fate != "over_limits" and run.mode == "apply":
            apply_shop(database, run)


def _noted(database: Database, run_id: str, error: Exception) -> Exception:
    database.execute("store/run_fail", run_id=run_id, state="failed", problem=str(error))
    return error


def _until_cancelled(database: Database, run: Run) -> None:
    journal = Journal(database, run)
    for _ in _ticks(30):
        if journal.cancelled():
            database.execute("store/run_fail", run_id=run.id, state="cancelled", problem="A person asked to stop.")
            raise Cancelled("RUN_CANCELLED", "A person asked to stop this run.")


def _ticks(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.1)


def close(run_id: str, fate: str) -> None:
    """Certify and close the run."""
    with Database(store_conninfo()) as database:
        run = find_run(database, run_id)
        if fate == "refused":
            put_troubles(database, run, [REFUSED, CONFLICT])
        needs_person = fate in ("refused", "over_limits")
        certificate = None if fate == "over_limits" or run.mode == "preview" else certify_shop(database, run)
        close_shop(database, run, "needs_person" if needs_person else "succeeded", certificate)
