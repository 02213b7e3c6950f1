"""A small school: the real store, an MIS on Postgres or MariaDB, the QuickBooks Online sandbox, runs of the flow."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import uuid4

import psycopg
import pytest
import yaml
from psycopg.rows import dict_row

from accordant.flows.mis_invoices import flow as mis_flow
from accordant.flows.mis_invoices import settings as mis_settings
from accordant.hooks import quickbooks_online, quickbooks_online_tokens
from accordant.hooks.http import Patience
from accordant.include_dir import include_dir
from accordant.store import places
from accordant.store.database import Database
from accordant.sync import load, load_batches
from accordant.sync.errors import AccordantError
from accordant.tasks import closing, mis_rows, proof, push, steps, validate
from tests.hooks.mis_databases import MisDatabase

FLOW = "mis_invoices"
STUDENT = "2023/001"

# No test waits for the vendor's limits unless it is about them.
SWIFT: dict[str, Any] = {
    "quickbooks": {"per_minute": 60_000, "per_second": 1_000, "batches_per_minute": 60_000, "margin_seconds": 0},
    "load": {"retry_seconds": 0, "applied_within_seconds": 0.1},
}
_HASTY = Patience(attempts=2, seconds=5, first_wait=0.01, longest_wait=0.05, throttle_seconds=1, first_throttle=0.05)


@dataclass
class School:
    """All systems of the flow. `qbo` is the sandbox server."""

    mis: MisDatabase
    qbo: Any
    store: str
    monkeypatch: pytest.MonkeyPatch
    changed: dict[str, Any] = field(default_factory=lambda: dict(SWIFT))

    def settings(self, **changes: Any) -> None:
        """Change settings of the flow: `load={"attempts": 1}` changes one of a section, `batch_size=5` stands alone."""
        for name, value in changes.items():
            self.changed[name] = {**self.changed.get(name, {}), **value} if isinstance(value, dict) else value
        settings = settings_with(self.changed)
        self.monkeypatch.setattr(mis_settings, "settings", lambda: settings)
        self.monkeypatch.setattr(mis_flow.FLOW, "settings", settings)

    def hurry(self) -> None:
        """Try calls again after hundredths of a second, in this process; who is throttled waits little longer."""
        self.monkeypatch.setattr(quickbooks_online, "VENDOR_PATIENCE", _HASTY)

    def connect(self, **extra: Any) -> None:
        """Let the Connection qbo_default be as it is now, with these extras."""
        connection = self.qbo.connection
        told = {**connection, "extra": {**connection["extra"], **extra}}
        self.monkeypatch.setenv("AIRFLOW_CONN_QBO_DEFAULT", json.dumps(told))

    def close(self) -> None:
        """Close what this process keeps open for the next run; only tests have one sync store after the other."""
        self.mis.engine.dispose()
        for idle in places._idle.values():
            while idle:
                idle.pop().close()

    # -- what people do

    def enrol(self, *reg_nos: str, **fields: Any) -> None:
        """Add students."""
        self.mis.students(*({"reg_no": reg_no, **fields} for reg_no in reg_nos))

    def bill(self, count: int = 1, **fields: Any) -> list[int]:
        """Add so many invoices of a student; return their ids."""
        before = self.mis.sql("SELECT coalesce(max(id), 0) FROM tbl_imvoice")[0][0]
        self.mis.invoices(count, **{"reg_no": STUDENT, **fields})
        return [row[0] for row in self.mis.sql("SELECT id FROM tbl_imvoice WHERE id > :id ORDER BY id", id=before)]

    def enter(self, kind: str, **fields: Any) -> str:
        """Enter an object in QuickBooks, as a person; return its id."""
        ids: list[str] = self.qbo.company.load({kind: [fields]})[kind]
        return ids[0]

    def enter_item(self, name: str) -> str:
        """Enter a service in QuickBooks, as a person; return its id."""
        account = next(one["Id"] for one in self.qbo.control.objects("Account") if one["Name"] == "Services")
        return self.enter("Item", Name=name, Type="Service", IncomeAccountRef={"value": account})

    def enter_invoice(self, number: str, customer: str, item: str, amount: str, date: str = "2025-09-01") -> str:
        """Enter an invoice in QuickBooks, as a person; return its id."""
        detail = {"ItemRef": {"value": item}, "Qty": 1, "UnitPrice": Decimal(amount)}
        line = {
            "DetailType": "SalesItemLineDetail", "Amount": Decimal(amount), "Description": "Tuition",
            "SalesItemLineDetail": detail,
        }  # fmt: skip
        reference = {"value": customer}
        return self.enter(
            "Invoice", DocNumber=number, CustomerRef=reference, TxnDate=date, PrivateNote="Tuition", Line=[line]
        )

    def reopen(self, *ids: int) -> None:
        """Set these rows back to 0 by hand."""
        self.mis.set(f"id IN ({', '.join(map(str, ids))})", 0)

    # -- runs

    def plan(self, **parameters: Any) -> str:
        """Do all steps of a run up to the approved plan, in this process; return the run's id."""
        run_id = steps.prepare(FLOW, f"test {uuid4()}", parameters)
        steps.extract(FLOW, run_id)
        validate.validate(FLOW, run_id)
        steps.diff(FLOW, run_id)
        steps.decide_alone(FLOW, run_id)
        return run_id

    def finish(self, run_id: str) -> dict[str, Any]:
        """Do the steps after approval, in this process; return the run's summary."""
        steps.load(FLOW, run_id)
        proof.reconcile(FLOW, run_id)
        return closing.close(run_id, push.report(FLOW, run_id))

    def run(self, **parameters: Any) -> dict[str, Any]:
        """Do a whole run, in this process; return its summary."""
        return self.finish(self.plan(**parameters))

    def quick_plan(self, name: str = "", **parameters: Any) -> str:
        """Do the steps up to the approved plan without validate; return the run's id."""
        run_id = steps.prepare(FLOW, name or f"test {uuid4()}", parameters)
        steps.extract(FLOW, run_id)
        steps.diff(FLOW, run_id)
        steps.decide_alone(FLOW, run_id)
        return run_id

    def quick(self, **parameters: Any) -> dict[str, Any]:
        """Do a whole run without the step validate, which has tests of its own; return its summary."""
        return self.finish(self.quick_plan(**parameters))

    def attempt(self, *, quick: bool = False, **parameters: Any) -> tuple[dict[str, Any], AccordantError | None]:
        """Do a run as Airflow does: after a step that fails nothing follows but closing; its summary and the error.

        Args:
            quick: without the step validate.
        """
        run_id = steps.prepare(FLOW, f"test {uuid4()}", parameters)
        try:
            steps.extract(FLOW, run_id)
            if not quick:
                validate.validate(FLOW, run_id)
            steps.diff(FLOW, run_id)
            steps.decide_alone(FLOW, run_id)
            return self.finish(run_id), None
        except AccordantError as error:
            return closing.close(run_id, None), error

    def cancel(self, run_id: str) -> None:
        """Ask a run to stop, as a person does."""
        with Database(self.store) as database:
            database.execute("store/run_cancel", run_id=run_id)

    # -- what there is now

    def status(self, *ids: int) -> list[int]:
        """Return the status of these rows, in the order in which they are asked for."""
        found = self.mis.statuses()
        return [found[one][0] or 0 for one in ids]

    def statuses(self) -> list[int]:
        """Return the status of each row, in order."""
        return [status or 0 for status, _ in self.mis.statuses().values()]

    def invoices(self) -> dict[str, dict[str, Any]]:
        """Return QuickBooks' invoices by number; fails on two with one number."""
        found = self.qbo.control.objects("Invoice")
        doubled = {number: n for number, n in Counter(one["DocNumber"] for one in found).items() if n > 1}
        assert not doubled, f"invoices were made twice: {doubled}"
        return {one["DocNumber"]: one for one in found}

    def customers(self) -> dict[str, dict[str, Any]]:
        """Return QuickBooks' customers by name."""
        found = self.qbo.control.objects("Customer")
        names = [one["DisplayName"] for one in found]
        assert len(names) == len(set(names)), f"customers were made twice: {names}"
        return {one["DisplayName"]: one for one in found}

    def total(self) -> Decimal:
        """Return the sum of QuickBooks' invoices."""
        return sum((Decimal(str(one["TotalAmt"])) for one in self.invoices().values()), Decimal(0))

    def writes(self) -> int:
        """Return how many calls that may change something QuickBooks got so far."""
        summary = self.qbo.control.summary()
        reads = ("/query", "/oauth2")
        return sum(
            row["calls"]
            for name, row in summary.items()
            if name.startswith("POST") and not any(r in name for r in reads)
        )

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Return rows of the sync store."""
        with psycopg.connect(self.store, row_factory=dict_row) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[call-overload, no-any-return]

    def troubles(self) -> dict[str, str]:
        """Return {record: code} of what stands in the way."""
        rows = self.rows("SELECT key, code FROM accordant.trouble WHERE severity <> 'warning'")
        return {row["key"]: row["code"] for row in rows}

    def warnings(self) -> set[tuple[str, str]]:
        """Return (record, code) of what is told and stands in nobody's way."""
        rows = self.rows("SELECT key, code FROM accordant.trouble WHERE severity = 'warning'")
        return {(row["key"], row["code"]) for row in rows}

    def sides(self, summary: Mapping[str, Any]) -> dict[str, Any]:
        """Return count and sum of both sides as the certificate of a run has them."""
        (row,) = self.rows(f"SELECT content FROM accordant.certificate WHERE id = '{summary['certificate']}'")
        sides: dict[str, Any] = row["content"]["sides"].get("invoice", {})
        return {side: (content["count"], Decimal(content["sum"])) for side, content in sides.items()}

    def analyze(self) -> dict[str, Any]:
        """Return the numbers of `accordant mis analyze`."""
        hook = self.mis.hook()
        try:
            return hook.analyze()
        finally:
            hook.close()

    def retry(self, *ids: int) -> int:
        """Put failed rows, these or all, back to 0, as `accordant mis retry` does."""
        hook = self.mis.hook()
        try:
            return hook.retry(ids or None)
        finally:
            hook.close()

    def expected(self) -> dict[str, Decimal]:
        """Return {number: amount} of what the rows say."""
        rows = self.mis.sql("SELECT id, dept FROM tbl_imvoice ORDER BY id")
        return {f"MIS-{key}": Decimal(amount) for key, amount in rows}

    def assert_all_is_there_once(self) -> None:
        """Check that each row is one invoice, with its amount, of one customer per student, and says so."""
        made = {number: Decimal(str(one["TotalAmt"])) for number, one in self.invoices().items()}
        assert made == self.expected()
        assert set(self.statuses()) == {1}
        ids = {name: one["Id"] for name, one in self.customers().items()}
        students = self.mis.sql("SELECT id, reg_no FROM tbl_imvoice")
        found = {number: one["CustomerRef"]["value"] for number, one in self.invoices().items()}
        assert found == {f"MIS-{key}": ids[reg_no] for key, reg_no in students}
        unstamped = self.mis.sql("SELECT id FROM tbl_imvoice WHERE pushed_by IS NULL OR pushed_date IS NULL")
        assert unstamped == [], "it is known of every row who pushed it, and when"
        assert self.rows("SELECT key FROM accordant.operation WHERE state IN ('sending', 'unknown')") == []

    def assert_nothing_is_left_to_do(self) -> None:
        """Check that a further run writes nothing, neither here nor there."""
        before = self.writes(), self.mis.statuses()
        summary = self.quick()
        assert (self.writes(), self.mis.statuses()) == before
        assert not any(row["planned"] for row in summary["object_types"].values()), summary
        assert summary["state"] == "succeeded", summary


def settings_with(changes: Mapping[str, Any]) -> mis_settings.MisSettings:
    """Return the settings of include/ with these changes."""
    given = yaml.safe_load((include_dir() / "settings" / f"{FLOW}.yaml").read_text())
    for name, value in changes.items():
        given[name] = {**given.get(name, {}), **value} if isinstance(value, dict) else value
    return mis_settings.MisSettings.model_validate(given)


def settings_here(changes: Mapping[str, Any]) -> None:
    """Change the settings of this process, for good."""
    settings = settings_with(changes)
    mis_settings.settings = lambda: settings  # type: ignore[assignment]
    mis_flow.FLOW.__dict__["settings"] = settings


def modules_with_failpoints() -> list[Any]:
    """Return the modules of a run that come to failpoints."""
    return [load_batches, load, mis_rows, proof, push, quickbooks_online_tokens, steps, validate]


def school_at(kind: str, server: Any, qbo: Any, store: str, monkeypatch: pytest.MonkeyPatch) -> School:
    """Return a school whose Airflow Connections lead to these servers; the MIS is prepared and empty."""
    mis = MisDatabase(kind, server, f"mis_{uuid4().hex[:8]}")
    mis.hook().close()
    connection = mis.connection()
    told = {
        "conn_type": connection.conn_type, "host": connection.host, "port": connection.port,
        "login": connection.login, "schema": connection.schema,
    }  # fmt: skip
    monkeypatch.setenv("AIRFLOW_CONN_MIS_DEFAULT", json.dumps(told))
    school = School(mis, qbo, store, monkeypatch)
    school.connect()
    school.settings()
    return school
