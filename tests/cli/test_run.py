"""`accordant run`: a DAG in this process, its exit code and its one JSON document."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from accordant.commands.failures import Hint
from accordant.commands.in_process import dags_of
from accordant.commands.run import _refuse_starter, again_for_real
from accordant.store.database import Database
from tests.cli import shop
from tests.cli.conftest import CHECKOUT

pytestmark = pytest.mark.airflow

Ended = dict[str, Any]


def of_fate(fate: str, *more: str) -> list[str]:
    return ["run", shop.FLOW, "--conf", json.dumps({"fate": fate}), *more]


def again(fate: str) -> str:
    """Return what a run says is to be typed to do the same once more."""
    return f"""accordant run {shop.FLOW} --conf '{{"fate": "{fate}"}}'"""


COMMANDS: dict[str, list[str]] = {
    "agreed": of_fate("agreed", "--json"),
    "preview": of_fate("agreed", "--preview", "--json"),
    "refused": of_fate("refused"),
    "refused, again": of_fate("refused", "--json"),
    "over limits": of_fate("over_limits", "--json"),
    "flaky": of_fate("flaky", "--json"),
    "down": of_fate("down", "--json"),
    "wrong token": of_fate("wrong_token"),
    "down, not waiting": of_fate("down", "--no-wait"),
    "no such fate": of_fate("no_such_fate", "--json"),
    "no such parameter": ["run", shop.FLOW, "--conf", '{"fade": "agreed"}', "--json"],
    "no such DAG": ["run", "shop_order", "--json"],
    "DAG file broken": ["run", "broken_file"],
    "doctor": ["doctor", "--json"],
}


@pytest.fixture(scope="module")
def ended(store_address: str, airflow_home: Any) -> dict[str, Ended]:
    """How each of COMMANDS ended."""
    from tests.cli.conftest import as_connection

    others = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "ACCORDANT"))}
    settings = {
        "AIRFLOW_HOME": str(airflow_home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(CHECKOUT / "tests" / "cli" / "dags"),
        "AIRFLOW_CONN_ACCORDANT_STORE": as_connection(store_address),
        "AIRFLOW_CONN_INVENTREE_DEFAULT": '{"password": "hunter2"',
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT / "plugins"), str(CHECKOUT)]),
        "COLUMNS": "120",
    }
    words = [json.dumps(command) for command in COMMANDS.values()]
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.cli.many_runs", *words],
        env={**others, **settings}, cwd=CHECKOUT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return dict(zip(COMMANDS, json.loads(answer.stdout.splitlines()[-1]), strict=True))


def document(one: Ended) -> dict[str, Any]:
    """Return the one JSON document on stdout."""
    found: dict[str, Any] = json.loads(one["stdout"])
    return found


def test_a_run_that_agrees_everything_exits_with_0_and_says_what_it_did(ended: dict[str, Ended]) -> None:
    one = document(ended["agreed"])
    assert ended["agreed"]["exit_code"] == one["exit_code"] == 0
    assert one["state"] == "succeeded"
    assert one["matches"] is True
    assert len(one["certificate"]) == 64
    assert (one["calls_made"], one["write_calls_made"]) == (7, 3)
    assert one["object_types"]["order"]["applied"] == 2
    assert set(one["object_types"]["order"]) >= {
        "planned", "applied", "unchanged", "quarantined", "conflicts", "unknown"
    }  # fmt: skip
    assert one["run"]
    assert one["error"] is None


def test_a_preview_writes_nothing_and_names_the_plan_to_read(ended: dict[str, Ended]) -> None:
    one = document(ended["preview"])
    assert ended["preview"]["exit_code"] == 0
    assert one["preview"] is True
    assert one["certificate"] is None
    assert one["next"] == [f"accordant plan show {one['plan'][:12]}", again("agreed")]


def test_a_refused_record_needs_a_person(ended: dict[str, Ended]) -> None:
    assert ended["refused"]["exit_code"] == 1
    assert "needs person" in ended["refused"]["stdout"]
    assert f"accordant quarantine list --flow {shop.FLOW}" in ended["refused"]["stdout"]
    one = document(ended["refused, again"])
    assert one["object_types"]["line"]["quarantined"] == 1
    assert one["waiting"] == 2


def test_a_plan_over_the_limits_waits_and_says_how_to_approve_it(ended: dict[str, Ended]) -> None:
    one = document(ended["over limits"])
    assert ended["over limits"]["exit_code"] == 1
    assert one["plan_decision"] == "waiting"
    plan = one["plan"][:12]
    assert one["next"] == [
        f"accordant plan show {plan}",
        f"accordant plan approve {plan}",
        again("over_limits"),
    ]


def test_a_system_that_stays_down_is_tried_again_aloud_and_exits_with_3(ended: dict[str, Ended]) -> None:
    one = document(ended["down"])
    assert ended["down"]["exit_code"] == 3
    assert one["error"]["code"] == "SYSTEM_DOWN"
    assert one["next"] == [again("down")]
    assert "load: It answered 503. It is tried again in 1 s (try 2 of 2)." in ended["down"]["stderr"]


def test_a_refused_token_exits_with_2_and_is_never_shown(ended: dict[str, Ended]) -> None:
    one = ended["wrong token"]
    assert one["exit_code"] == 2
    assert "CREDENTIALS_REFUSED" in one["stderr"]
    assert "Log of load: " in one["stderr"]
    assert "abc123" not in one["stdout"] + one["stderr"]
    assert "Traceback" not in one["stdout"] + one["stderr"]


def test_a_parameter_that_does_not_fit_is_told_before_anything_runs(ended: dict[str, Ended]) -> None:
    one = document(ended["no such fate"])
    assert ended["no such fate"]["exit_code"] == 2
    assert "'no_such_fate' is not one of" in one["error"]["sentence"]


def test_a_misspelt_parameter_is_refused_with_those_that_there_are(ended: dict[str, Ended]) -> None:
    """A misspelt bound would be no bound at all: everything would be taken."""
    one = document(ended["no such parameter"])
    assert ended["no such parameter"]["exit_code"] == 2
    sentence = "shop_orders has no parameter 'fade'. It has: fate, preview, wait_for_approval."
    assert one["error"]["sentence"] == sentence


@pytest.mark.parametrize(
    ("given", "again"),
    [
        ({}, "accordant run d"),
        ({"preview": True}, "accordant run d"),
        ({"since": "2025-09-01", "preview": True}, """accordant run d --conf '{"since": "2025-09-01"}'"""),
        ({"who": "it's"}, """accordant run d --conf '{"who": "it'"'"'s"}'"""),
    ],
)
def test_the_same_run_for_real_has_the_same_parameters(given: dict[str, Any], again: str) -> None:
    assert again_for_real("d", given) == again
    assert shlex.split(again)[:3] == ["accordant", "run", "d"]


def test_the_name_of_a_flow_leads_to_its_dags() -> None:
    approval = SimpleNamespace(flow_name="mis_invoices")
    dags = {name: SimpleNamespace(dag_id=name, tasks=[approval]) for name in ("mis_open", "mis_by_window")}
    dags["other"] = SimpleNamespace(dag_id="other", tasks=[])
    assert dags_of("mis_invoices", dags) == ["mis_by_window", "mis_open"]
    assert dags_of("mis", dags) == []


def test_an_unknown_dag_is_told_with_the_names_there_are(ended: dict[str, Ended]) -> None:
    one = document(ended["no such DAG"])
    assert ended["no such DAG"]["exit_code"] == 2
    assert one["error"]["code"] == "DAG_UNKNOWN"
    assert one["error"]["sentence"].endswith("there are: shop_orders.")


def test_a_dag_file_that_cannot_be_imported_is_named(ended: dict[str, Ended]) -> None:
    assert ended["DAG file broken"]["exit_code"] == 2
    assert "broken_file.py cannot be imported: ImportError" in ended["DAG file broken"]["stderr"]


def test_doctor_says_of_each_connection_and_setting_what_to_fix(ended: dict[str, Ended]) -> None:
    checks = {(one["kind"], one["name"]): one for one in document(ended["doctor"])["checks"]}
    assert ended["doctor"]["exit_code"] == 2
    assert {name for kind, name in checks if kind == "connection"} == {
        "accordant_store", "wms_default", "mis_default", "mongo_default", "inventree_default", "conductor_default",
        "qbo_default", "printavo_default", "shop_default",
    }  # fmt: skip
    assert checks["connection", "accordant_store"]["health"] == "ok"
    assert checks["connection", "printavo_default"]["needed_by"] == ["printavo"]
    mongo = checks["connection", "mongo_default"]
    assert mongo["health"] == "broken"
    assert mongo["needed_by"] == ["raw_data_to_inventree"]
    assert "AIRFLOW_CONN_<ID>" in mongo["fix"]
    assert "AIRFLOW_CONN_INVENTREE_DEFAULT is set" in checks["connection", "inventree_default"]["sentence"]
    assert "hunter2" not in ended["doctor"]["stdout"]
    assert checks["store", "schema"]["health"] == "ok"
    assert checks["settings", "raw_data_to_inventree"]["health"] == "ok"
    assert checks["dag", "broken_file.py"]["health"] == "broken"


def test_nobody_has_to_wait_for_a_system_that_is_down(ended: dict[str, Ended]) -> None:
    assert ended["down, not waiting"]["exit_code"] == 3
    assert "tried again" not in ended["down, not waiting"]["stderr"]


def test_a_passing_fault_is_tried_again_aloud_on_stderr(ended: dict[str, Ended]) -> None:
    assert ended["flaky"]["exit_code"] == 0
    lines = ended["flaky"]["stderr"].splitlines()
    assert "load: It answered 503. It is tried again in 1 s (try 2 of 2)." in lines
    assert [line for line in lines if line.endswith(" ...")] == [
        "prepare ...", "load ...", "load: waiting 1 s to try it again ...", "load ...", "close ...",
    ]  # fmt: skip


def test_control_c_cancels_between_two_operations_and_stdout_is_one_json_document(
    process: Callable[..., subprocess.Popen[str]], store: Database
) -> None:
    running = process(*of_fate("slow", "--json"))
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("load"):
            break
    running.send_signal(signal.SIGINT)
    stdout, stderr = running.communicate(timeout=30)
    assert running.returncode == 130, stderr
    assert json.loads(stdout)["state"] == "cancelled"
    assert "Cancelling between two operations." in stderr


@pytest.mark.parametrize("conf", ["[]", "{redo", '"preview"'])
def test_conf_that_is_no_json_object_is_told_at_once(accordant: Callable[..., Any], conf: str) -> None:
    result = accordant("run", shop.FLOW, "--conf", conf)
    assert result.exit_code == 2
    assert "Write a JSON object" in result.stderr


def test_a_dag_that_starts_others_says_what_to_run_instead() -> None:
    """Without a scheduler it would wait for them for ever."""
    started = SimpleNamespace(dag_id="everything", tasks=[SimpleNamespace(trigger_dag_id="qbd_customers")])
    with pytest.raises(Hint, match="starts other DAGs"):
        _refuse_starter(started)
