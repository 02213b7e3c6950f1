"""Every DAG loads, is documented, owned and limited, and has the same steps in the same order."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DAGS = ROOT / "dags"
FILES = sorted(DAGS.glob("*.py"))
STEPS = ["prepare", "extract", "validate", "diff", "approve", "load", "reconcile", "report", "close"]


@pytest.fixture(scope="module")
def bag() -> Any:
    """All DAGs of the checkout, as the DAG processor loads them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(dag_folder=str(DAGS))


@pytest.fixture(scope="module")
def dags(bag: Any) -> dict[str, Any]:
    """The DAGs by their id."""
    return dict(bag.dags)


def test_every_dag_file_loads(bag: Any, dags: dict[str, Any]) -> None:
    assert bag.import_errors == {}
    assert set(dags) == {path.stem for path in FILES}


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_a_dag_has_owner_tags_docs_and_never_overlaps_itself(dags: dict[str, Any], name: str) -> None:
    dag = dags[name]
    assert dag.owner not in ("", "airflow")
    assert "accordant" in dag.tags
    assert len(dag.tags) > 1
    assert dag.description
    assert (dag.max_active_runs, dag.catchup) == (1, False)
    assert dag.start_date.tzinfo is not None


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_a_dags_page_says_first_when_not_to_use_it_and_where_to_look(dags: dict[str, Any], name: str) -> None:
    page = dags[name].doc_md
    paragraphs = [one for one in page.split("\n\n") if one.strip()]
    assert paragraphs[0].lstrip().startswith("# ")
    assert "not" in paragraphs[1].casefold()
    for word in ("Connections", "Settings", "docs/errors.md", "accordant status", *STEPS):
        assert word in page, f"{word} is missing"


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_every_task_retries_uses_a_pool_and_ends_some_day(dags: dict[str, Any], name: str) -> None:
    for one in dags[name].tasks:
        assert one.retries >= 1, one.task_id
        assert one.retry_delay.total_seconds() > 0
        assert one.pool != "default_pool", one.task_id
        assert one.owner not in ("", "airflow"), one.task_id
        if one.task_id in ("extract", "validate", "diff", "load", "reconcile", "report"):
            assert one.execution_timeout is not None, one.task_id


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_a_dag_has_the_same_steps_one_after_the_other(dags: dict[str, Any], name: str) -> None:
    """The golden picture of the graph: a change of the wiring shows here."""
    dag = dags[name]
    graph = {one.task_id: sorted(one.downstream_task_ids) for one in dag.tasks}
    after_prepare = graph.pop("prepare")
    assert "extract" in after_prepare
    chain = STEPS[1:]
    assert graph == {step: chain[place + 1 : place + 2] for place, step in enumerate(chain)}
    assert {one.task_id: str(getattr(one.trigger_rule, "value", one.trigger_rule)) for one in dag.tasks} == {
        step: "all_done" if step == "close" else "all_success" for step in STEPS
    }


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_the_questions_of_a_run_have_safe_answers_by_default(dags: dict[str, Any], name: str) -> None:
    parameters = dags[name].params
    assert parameters["preview"] is False
    assert parameters["redo"] is False
    assert parameters["wait_for_approval"] is True
    for key in parameters:
        schema = parameters.get_param(key).schema
        assert schema["type"] == "boolean"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_is_docs_parameters_and_wiring(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 120
    logic = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.Try, ast.Lambda, ast.ListComp)
    assert [type(node).__name__ for node in ast.walk(ast.parse(text)) if isinstance(node, logic)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_dag_file_imports_nothing_heavy(path: Path) -> None:
    """It is imported again and again by the DAG processor."""
    code = (
        "import sys, runpy\n"
        f"runpy.run_path({str(path)!r})\n"
        "print(sorted({'great_expectations', 'pandas', 'pymongo', 'requests_mock', 'accordant.hooks.inventree', "
        "'accordant.tasks.steps'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = done.stdout.strip().splitlines()[-1]
    assert "great_expectations" not in found
    assert "pandas" not in found
    assert "pymongo" not in found
