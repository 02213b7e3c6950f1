"""Every DAG loads, is documented, owned and limited, and has the same steps in the same order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from accordant.flows.registry import flow_named, flow_names

FILES = sorted((Path(__file__).parents[2] / "dags").glob("*.py"))
FLOWS = flow_names()
OPEN, WINDOWS = "mis_invoices_open", "mis_invoices_to_qbo"
# The DAG that runs a flow by its schedule.
DAGS = {name: flow_named(name).dag_id for name in FLOWS} | {"mis_invoices": OPEN}
CHECK = "printavo_verify"  # reads and writes no other system
NAMES = [*DAGS.values(), "qbd_everything", WINDOWS]
DOCUMENTS = ("raw_data_to_inventree", OPEN, WINDOWS)  # they report to each document or row
STEPS = ["prepare", "extract", "validate", "diff", "approve", "load", "reconcile", "report", "close"]


def steps_of(name: str) -> list[str]:
    """Return the steps of a flow; only one that begins with documents reports to them."""
    return [step for step in STEPS if step != "report" or name in DOCUMENTS]


def test_every_flow_has_a_dag_and_every_dag_file_loads(bag: Any, dags: dict[str, Any]) -> None:
    assert bag.import_errors == {}
    assert sorted(dags) == sorted([*NAMES, CHECK])


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_is_owned_and_documented_and_overlaps_itself_only_where_rows_are_claimed(
    dags: dict[str, Any], name: str
) -> None:
    dag = dags[name]
    assert dag.owner not in ("", "airflow")
    assert "accordant" in dag.tags
    assert len(dag.tags) > 1
    assert dag.description
    assert (dag.max_active_runs, dag.catchup) == (4 if name == WINDOWS else 1, False)
    assert dag.start_date.tzinfo is not None


@pytest.mark.parametrize("name", NAMES)
def test_a_dags_page_says_first_when_not_to_use_it_and_where_to_look(dags: dict[str, Any], name: str) -> None:
    page = dags[name].doc_md
    paragraphs = [one for one in page.split("\n\n") if one.strip()]
    assert paragraphs[0].lstrip().startswith("# ")
    assert "not" in paragraphs[1].casefold()
    for word in ("Connections", "Settings", "docs/errors.md", "accordant status", *steps_of(name)):
        assert word in page, f"{word} is missing"


@pytest.mark.parametrize("name", NAMES)
def test_every_task_retries_uses_a_pool_and_ends_some_day(dags: dict[str, Any], name: str) -> None:
    for one in dags[name].tasks:
        assert one.retries >= 1, one.task_id
        assert one.retry_delay.total_seconds() > 0
        assert one.pool != "default_pool", one.task_id
        assert one.owner not in ("", "airflow"), one.task_id
        if one.task_id in ("extract", "validate", "diff", "load", "reconcile", "report"):
            assert one.execution_timeout is not None, one.task_id


@pytest.mark.parametrize("name", [*DAGS.values(), WINDOWS])
def test_a_dag_has_the_same_steps_one_after_the_other(dags: dict[str, Any], name: str) -> None:
    dag, steps = dags[name], steps_of(name)
    graph = {one.task_id: sorted(one.downstream_task_ids) for one in dag.tasks}
    after_prepare = graph.pop("prepare")
    assert "extract" in after_prepare
    chain = steps[1:]
    assert graph == {step: chain[place + 1 : place + 2] for place, step in enumerate(chain)}
    assert {one.task_id: str(getattr(one.trigger_rule, "value", one.trigger_rule)) for one in dag.tasks} == {
        step: "all_done" if step == "close" else "all_success" for step in steps
    }


@pytest.mark.parametrize("name", NAMES)
def test_the_questions_of_a_run_have_safe_answers_by_default(dags: dict[str, Any], name: str) -> None:
    parameters = dags[name].params
    assert parameters["preview"] is False
    assert parameters["wait_for_approval"] is True
    for key in parameters:
        param = parameters.get_param(key)
        if param.schema["type"] == "boolean":
            assert param.value is (key == "wait_for_approval")
        else:
            assert param.value in (None, 50, "all"), f"{key} would narrow what a run takes"


@pytest.mark.parametrize("name", FLOWS)
def test_the_schedule_is_the_one_of_the_settings(dags: dict[str, Any], name: str) -> None:
    timetable = dags[DAGS[name]].timetable
    cron = getattr(timetable, "timetable", timetable)
    assert cron.expression == flow_named(name).settings.schedule


def test_the_windows_of_a_backfill_are_those_of_the_settings_and_have_a_beginning_and_an_end(
    dags: dict[str, Any],
) -> None:
    timetable, settings = dags[WINDOWS].timetable, flow_named("mis_invoices").settings
    assert timetable.expression == settings.windows.cron
    assert type(timetable).__name__ == "CronDataIntervalTimetable"
    assert str(timetable.timezone) == "UTC", "an invoice date has no time: no zone may shift a window"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_is_docs_parameters_and_wiring(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.Lambda, ast.ListComp)
    assert [type(node).__name__ for node in ast.walk(ast.parse(text)) if isinstance(node, logic)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_nothing_heavy(path: Path) -> None:
    """It is imported again and again, by the DAG processor and by every task."""
    code = (
        "import sys, runpy\n"
        f"runpy.run_path({str(path)!r})\n"
        "print(sorted({'great_expectations', 'pandas', 'pymongo', 'requests_mock', 'conductor', "
        "'accordant.hooks.inventree', 'accordant.hooks.conductor', 'accordant.hooks.wms', "
        "'accordant.tasks.steps'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_is_read_again_within_a_tenth_of_a_second_of_cpu(path: Path) -> None:
    """What Airflow itself imports is there in its processes; the best of a few, on a shared machine."""
    code = (
        "import runpy, time\n"
        "import airflow.sdk, airflow.providers.standard.operators.hitl\n"
        "import airflow.providers.standard.operators.trigger_dagrun\n"
        f"path = {str(path)!r}\n"
        "def cpu():\n"
        "    began = time.process_time(); runpy.run_path(path); return time.process_time() - began\n"
        "print(min([cpu(), cpu(), cpu()]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert float(done.stdout.strip().splitlines()[-1]) < 0.1
