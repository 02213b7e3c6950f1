"""A print shop: Printavo in the sandbox, the shop's own database, and runs of the flow as plain functions."""

from __future__ import annotations

import json
import os
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from accordant.flows.printavo import settings as printavo_settings
from accordant.flows.printavo.flow import FLOW as PRINTAVO
from accordant.flows.printavo.settings import PrintavoSettings
from accordant.flows.settings import load_settings
from accordant.hooks import shop_staging
from accordant.hooks.shop import ShopHook
from accordant.hooks.shop_database import ShopDatabase
from accordant.store import places
from accordant.store.quarantine import waiting
from accordant.sync.errors import AccordantError
from accordant.tasks import closing, dropped_files, mirror, proof, steps, validate
from accordant.tasks.workbench import open_store
from sandbox.printavo.content import Content, generate
from sandbox.seed.printavo.account import OPEN_SHARE, ORDERS, SEED

FLOW = "printavo"
_NUMBERS = count(1)
_NO_LIMITS = {"per_five_seconds": 100_000, "margin_seconds": 0}
TABLES = ("status", "customer", "contact", "orders", "line_item_group", "line_item", "line_item_size", "fee", "payment")


def settings_with(changed: dict[str, Any]) -> PrintavoSettings:
    """Return the settings of include/settings/printavo.yaml with some changed."""
    current = json.loads(load_settings(FLOW, PrintavoSettings).model_dump_json())
    return PrintavoSettings.model_validate({**current, **changed})


def settings_here(changed: dict[str, Any]) -> None:
    """Change the settings of this process, for good."""
    settings = settings_with(changed)
    printavo_settings.settings = lambda: settings  # type: ignore[assignment]
    PRINTAVO.__dict__["settings"] = settings


def modules_with_failpoints() -> list[Any]:
    """Return the modules of a run that come to failpoints."""
    return [shop_staging, dropped_files, mirror, proof, steps, validate]


class PrintShop:
    """One shop. Its Connections are in the environment, so that a child process has them too."""

    def __init__(self, postgres: Any, printavo: Any, folder: Path, monkeypatch: Any) -> None:
        self.printavo, self.monkeypatch = printavo, monkeypatch
        name = f"print_shop_{os.getpid()}_{next(_NUMBERS)}"
        postgres.create_database(name)
        shop = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": name}
        monkeypatch.setenv("AIRFLOW_CONN_SHOP_DEFAULT", json.dumps(shop))
        monkeypatch.setenv("AIRFLOW_CONN_PRINTAVO_DEFAULT", json.dumps(printavo.connection))
        self.database: ShopDatabase = ShopHook().database
        self.folder, self.changed = folder, dict[str, Any]()
        self.settings(files={"folder": str(folder)}, printavo=_NO_LIMITS, lock_seconds=5)

    def settings(self, **changed: Any) -> None:
        """Change settings of the flow, in this process and in those that are killed."""
        self.changed |= changed
        settings = settings_with(self.changed)
        self.monkeypatch.setattr(printavo_settings, "settings", lambda: settings)
        self.monkeypatch.setitem(PRINTAVO.__dict__, "settings", settings)

    def close(self) -> None:
        """Close what this process keeps open."""
        self.database.close()
        for idle in places._idle.values():
            while idle:
                idle.pop().close()

    # -- runs

    def plan(self, *, quick: bool = True, **parameters: Any) -> str:
        """Do the steps up to the decided plan; return the run's id. Quick: without validate, which takes seconds."""
        run_id = steps.prepare(FLOW, f"test {uuid4()}", parameters)
        steps.extract(FLOW, run_id)
        if not quick:
            validate.validate(FLOW, run_id)
        steps.diff(FLOW, run_id)
        steps.decide_alone(FLOW, run_id)
        return run_id

    def finish(self, run_id: str) -> dict[str, Any]:
        """Do the steps after approval; return the summary."""
        steps.load(FLOW, run_id)
        return closing.close(run_id, proof.reconcile(FLOW, run_id), reported=False)

    def run(self, *, quick: bool = True, **parameters: Any) -> dict[str, Any]:
        """Do a whole run; return its summary."""
        return self.finish(self.plan(quick=quick, **parameters))

    def attempt(self, **parameters: Any) -> tuple[dict[str, Any], AccordantError | None]:
        """Do a run as Airflow does: after a step that fails nothing follows but closing."""
        run_id = steps.prepare(FLOW, f"test {uuid4()}", parameters)
        try:
            steps.extract(FLOW, run_id)
            steps.diff(FLOW, run_id)
            steps.decide_alone(FLOW, run_id)
            return self.finish(run_id), None
        except AccordantError as error:
            return closing.close(run_id, None), error

    # -- what there is now

    def rows(self, statement: str) -> list[dict[str, Any]]:
        """Return the rows of a statement in the shop's database."""
        with self.database.transaction() as connection:
            cursor = connection.execute(statement.encode())
            return [*cursor.fetchall()] if cursor.description else []

    def value(self, statement: str) -> Any:
        """Return the only value of a statement."""
        (row,) = self.rows(statement)
        (value,) = row.values()
        return value

    def counts(self) -> dict[str, int]:
        """Return how many records of each kind are not gone."""
        found = {name: self.value(f"SELECT count(*) FROM printavo.{name} WHERE gone_at IS NULL") for name in TABLES}
        for kind in ("quote", "invoice"):
            where = f"gone_at IS NULL AND lower(kind) = '{kind}'"
            found[kind] = self.value(f"SELECT count(*) FROM printavo.orders WHERE {where}")
        return found

    def troubles(self, object_type: str) -> list[dict[str, Any]]:
        """Return what stands in quarantine of an object type."""
        with open_store(1) as store:
            return [row for row in waiting(store, flow=FLOW) if row["object_type"] == object_type]

    def book(self, company: str) -> dict[str, dict[str, Any]]:
        """Return a company's table by order id."""
        return {row["order_id"]: row for row in self.rows(f"SELECT * FROM printavo.{company}_orders")}

    def digest(self) -> str:
        """Return one hash of all base and company tables, but for the moments at which something went."""
        each = [f"SELECT '{name}' AS t, to_jsonb(x) - 'gone_at' AS r FROM printavo.{name} AS x WHERE gone_at IS NULL"
                for name in TABLES]  # fmt: skip
        each += [f"SELECT '{name}', to_jsonb(x) FROM printavo.{name}_orders AS x" for name in ("imm", "harlestons")]
        rows = " UNION ALL ".join(each)
        return str(self.value(f"SELECT md5(string_agg(t || r::text, '' ORDER BY t, r::text)) FROM ({rows}) AS a"))


def account_of_the_demo() -> Content:
    """Return the demo's account anew, to be served and changed."""
    return generate(ORDERS, SEED, open_share=OPEN_SHARE)
