"""The QuickBooks Desktop DAGs: who waits for whom, what their pages say, and the graph as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from airflow.sdk import AssetAlias
from syrupy.assertion import SnapshotAssertion

from accordant.flows.registry import flow_named, flow_names
from accordant.tasks.quickbooks_dags import PARAMS

LISTS = ["qbd_customers", "qbd_vendors", "qbd_items"]
FLOWS = [name for name in flow_names() if name.startswith("qbd_")]


def awaited(dag: Any) -> set[str]:
    """Return the assets that a DAG runs after."""
    condition = getattr(dag.timetable, "asset_condition", None)
    return set() if condition is None else {asset.name for asset in condition.objects}


def announced(dag: Any) -> set[str]:
    return {outlet.name for one in dag.tasks for outlet in one.outlets if isinstance(outlet, AssetAlias)}


def described(dag: Any) -> Iterator[str]:
    """Yield a DAG as lines: what a change of the wiring would change."""
    cron = getattr(dag.timetable, "timetable", dag.timetable)
    yield f"{dag.dag_id} ({dag.dag_display_name}), {dag.owner}, {', '.join(sorted(dag.tags))}"
    yield f"  runs at {getattr(cron, 'expression', 'no time of its own')}"
    yield f"  runs after {', '.join(sorted(awaited(dag))) or 'nothing'}"
    yield f"  asks {', '.join(dag.params)}"
    for one in dag.topological_sort():
        after = ", ".join(sorted(one.upstream_task_ids - {"prepare"})) or "-"
        told = "".join(f", announces {outlet.name}" for outlet in one.outlets)
        rule = str(getattr(one.trigger_rule, "value", one.trigger_rule))
        yield f"  {one.task_id}: after {after} ({rule}), {one.pool}, {one.retries} retries{told}"


def test_the_graph_is_as_it_was(dags: dict[str, Any], snapshot: SnapshotAssertion) -> None:
    """The golden picture: a change of wiring, assets, pools, retries, tags or owners shows here."""
    assert "\n".join(line for name in sorted(dags) for line in described(dags[name])) == snapshot


@pytest.mark.parametrize("name", FLOWS)
def test_orders_run_after_the_lists_that_they_refer_to(dags: dict[str, Any], name: str) -> None:
    flow = flow_named(name)
    needed = {flow.owners[kind] for kind in flow.references.values() if kind != flow.root}
    if name in LISTS:
        assert announced(dags[name]) == {f"agreed {name.removeprefix('qbd_')} of a scheduled run"}
        assert awaited(dags[name]) == set()
    else:
        assert awaited(dags[name]) == {f"agreed {one.removeprefix('qbd_')}" for one in needed}
        assert announced(dags[name]) == set()


def test_steps_that_ask_quickbooks_do_so_one_at_a_time_and_no_other_step_waits_for_them(dags: dict[str, Any]) -> None:
    for name in FLOWS:
        pools = {one.task_id: one.pool for one in dags[name].tasks}
        asking = {step for step, pool in pools.items() if pool == "quickbooks_desktop"}
        assert asking == {"extract", "load", "reconcile"}
        assert {pools[step] for step in pools.keys() - asking} == {"sync_store"}


def test_everything_runs_each_flow_after_those_it_needs_and_the_items_twice(dags: dict[str, Any]) -> None:
    dag = dags["qbd_everything"]
    runs = {one.task_id: one for one in dag.tasks if one.task_id != "summary"}
    assert runs.keys() == {*FLOWS, "qbd_items_again"}
    assert runs["qbd_items_again"].trigger_dag_id == "qbd_items"
    assert runs["qbd_items_again"].conf["full"] is True, "moved quantities give an item no new timestamp"
    for name in FLOWS:
        flow = flow_named(name)
        needed = {flow.owners[kind] for kind in flow.references.values() if kind != flow.root}
        assert runs[name].upstream_task_ids == needed
        assert runs[name].trigger_dag_id == name
    assert dag.get_task("summary").upstream_task_ids == {"qbd_items_again"}
    assert set(runs) - {*LISTS, "qbd_items_again"} == runs["qbd_items_again"].upstream_task_ids


def test_everything_holds_no_worker_and_no_slot_of_quickbooks_while_it_waits(dags: dict[str, Any]) -> None:
    """Else the flows that it waits for could find no place to run."""
    for one in dags["qbd_everything"].tasks:
        assert one.pool == "sync_store"
        assert str(getattr(one.trigger_rule, "value", one.trigger_rule)) == "all_done"
        if one.task_id != "summary":
            assert (one.deferrable, one.wait_for_completion, one.fail_when_dag_is_paused) == (True, True, True)
            assert one.conf.keys() == PARAMS.keys()


def test_parameters_are_passed_on_as_what_they_are(dags: dict[str, Any]) -> None:
    dag = dags["qbd_everything"]
    rendered = dag.get_task("qbd_items").render_template(
        dag.get_task("qbd_items").conf, {"params": {"preview": True, "full": False, "wait_for_approval": True}},
        dag.get_template_env(),
    )  # fmt: skip
    assert rendered == {"preview": True, "full": False, "wait_for_approval": True}


@pytest.mark.parametrize("name", FLOWS)
def test_a_page_tells_the_policy_of_the_settings(dags: dict[str, Any], name: str, snapshot: SnapshotAssertion) -> None:
    page = str(dags[name].doc_md)
    assert page.partition("**Who decides**")[2].partition("| step |")[0].strip() == snapshot
