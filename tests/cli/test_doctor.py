"""What `accordant doctor` says of the WMS, of QuickBooks and of the settings of all flows."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from accordant.commands.checks import Finding, findings
from accordant.flows.registry import flow_named, flow_names
from accordant.include_dir import include_dir, sql
from tests.cli.conftest import CHECKOUT, as_connection


@pytest.fixture
def wms(new_database: Callable[[], str], environment: pytest.MonkeyPatch) -> str:
    """The conninfo of an empty WMS, which the Connection wms_default leads to."""
    conninfo = new_database()
    with psycopg.connect(conninfo) as connection:
        connection.execute(sql("wms/schema").encode())
    environment.setenv("AIRFLOW_CONN_WMS_DEFAULT", as_connection(conninfo))
    return conninfo


@pytest.fixture
def quickbooks(conductor: Any, environment: pytest.MonkeyPatch) -> Any:
    """A company file, which the Connection conductor_default leads to."""
    found = {"conn_type": "conductor", "host": conductor.base_url, "password": conductor.secret_key}
    extra = {"end_user_id": conductor.end_user_id}
    environment.setenv("AIRFLOW_CONN_CONDUCTOR_DEFAULT", json.dumps({**found, "extra": extra}))
    return conductor


def checks() -> dict[tuple[str, str], Finding]:
    """Return what doctor finds; how it prints that is tested in test_run.py."""
    return {(one.kind, one.name): one for one in findings()}


def flows_of(connection: str) -> list[str]:
    flows = [flow_named(name) for name in flow_names()]
    return [flow.name for flow in flows if connection in (flow.source_connection, flow.target_connection)]


def test_both_sides_of_the_quickbooks_flows_are_asked(wms: str, quickbooks: Any) -> None:
    found = checks()
    warehouse, company = found["connection", "wms_default"], found["connection", "conductor_default"]
    assert (warehouse.health, company.health) == ("ok", "ok")
    queries = len(list((include_dir() / "sql" / "wms").glob("*_read.sql")))
    assert f"{queries} queries of include/sql/wms/ fit" in warehouse.sentence
    assert "QuickBooks Desktop answered through Conductor" in company.sentence
    assert list(warehouse.needed_by) == flows_of("wms_default")
    assert list(company.needed_by) == flows_of("conductor_default")
    assert "qbd_customers" in company.needed_by


def test_the_settings_of_every_flow_are_read(environment: pytest.MonkeyPatch) -> None:
    found = checks()
    assert {name: found["settings", name].health for name in flow_names()} == dict.fromkeys(flow_names(), "ok")


def test_every_dag_is_listed_those_of_one_flow_too(environment: pytest.MonkeyPatch) -> None:
    environment.setattr("airflow.settings.DAGS_FOLDER", str(CHECKOUT / "dags"))
    dags = {name: one.health for (kind, name), one in checks().items() if kind == "dag"}
    assert {"mis_invoices_to_qbo", "mis_invoices_open", "qbd_everything"} <= set(dags)
    assert set(dags.values()) == {"ok"}


def test_the_command_lines_own_airflow_is_not_asked_for_pools(environment: pytest.MonkeyPatch) -> None:
    """No scheduler works on it, whether a run has made its database or not."""
    environment.setattr("accordant.commands.airflow_home.is_own_home", lambda: True)
    found = checks()
    assert not [name for kind, name in found if kind == "pool"]
    assert found["airflow", "database"].health == "not configured"


def test_a_wms_that_a_query_does_not_fit_is_told_with_the_file(wms: str) -> None:
    with psycopg.connect(wms) as connection:
        connection.execute("ALTER TABLE wms.vendor RENAME COLUMN phone TO telephone")
    broken = checks()["connection", "wms_default"]
    assert broken.health == "broken"
    assert "include/sql/wms/vendor_read.sql" in broken.sentence
    assert "phone" in broken.sentence
    assert "docs/own-wms.md" in broken.fix


def test_a_wms_that_is_down_is_told_without_its_password(environment: pytest.MonkeyPatch) -> None:
    address = {"conn_type": "postgres", "host": "127.0.0.1", "port": 9, "login": "me", "password": "hunter2"}
    environment.setenv("AIRFLOW_CONN_WMS_DEFAULT", json.dumps({**address, "schema": "wms"}))
    broken = checks()["connection", "wms_default"]
    assert broken.health == "broken"
    assert "WMS_UNREACHABLE" in broken.sentence
    assert "hunter2" not in repr(broken)


def test_a_key_that_conductor_does_not_know_is_told_and_not_shown(
    quickbooks: Any, environment: pytest.MonkeyPatch
) -> None:
    found = {"conn_type": "conductor", "host": quickbooks.base_url, "password": "sk_conductor_wrong"}
    environment.setenv("AIRFLOW_CONN_CONDUCTOR_DEFAULT", json.dumps({**found, "extra": {"end_user_id": "end_usr_x"}}))
    broken = checks()["connection", "conductor_default"]
    assert broken.health == "broken"
    assert broken.fix
    assert "sk_conductor_wrong" not in repr(broken)
