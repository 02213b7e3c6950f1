"""qbd_everything: what each flow did in words, and a flow that failed is shown whatever the others did."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from accordant.tasks import everything
from accordant.tasks.dag import _is_news
from accordant.tasks.everything import RunFlow, told

COUNTS = dict.fromkeys(("linked", "created", "updated", "unchanged", "quarantined", "conflicts", "waiting"), 0)


class Instance:
    """A task instance that finds what the flows' runs left."""

    def __init__(self, **results: dict[str, Any]) -> None:
        self.results = results

    def xcom_pull(self, *, task_ids: str, key: str = "", dag_id: str = "", run_id: str = "") -> Any:
        if key == "trigger_run_id":
            return f"run of {task_ids}" if task_ids in self.results else None
        assert task_ids == "close"
        assert run_id.startswith(f"run of {dag_id}")
        return self.results[run_id.removeprefix("run of ")] or None


def ended(state: str = "succeeded", **counts: int) -> dict[str, Any]:
    return {"state": state, "object_types": {"item": COUNTS | counts}}


def test_every_flow_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Listens at the logger itself: Airflow switches loggers off that were there before it configured its own."""
    said: list[str] = []
    for level in ("info", "warning", "error"):
        monkeypatch.setattr(everything.log, level, lambda words, *values: said.append(words % values))
    instance = Instance(qbd_items=ended("needs_person", created=3, quarantined=1), qbd_items_again=ended())
    assert told(instance, ["qbd_items", "qbd_items_again"]) == {
        "qbd_items": "needs_person",
        "qbd_items_again": "succeeded",
    }
    assert any("qbd_items: needs person; 3 created; 1 refused" in line for line in said)
    assert any("qbd_items_again: succeeded; nothing to do" in line for line in said)


@pytest.mark.parametrize("results", [{}, {"qbd_items": {}}], ids=["never began", "failed"])
def test_a_flow_that_failed_is_named_though_the_others_went_on(results: dict[str, Any]) -> None:
    with pytest.raises(AirflowFailException, match=r"^qbd_items failed"):
        told(Instance(qbd_vendors=ended(), **results), ["qbd_vendors", "qbd_items"])


def test_a_failed_run_is_not_started_again_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own tasks were tried again already."""
    run = RunFlow(task_id="qbd_items", flow_name="qbd_items", parameters={"preview": True})
    event = {"run_ids": ["r"], "r": "failed"}
    with pytest.raises(AirflowFailException, match="qbd_items failed") as raised:
        run.execute_complete({}, ("", event))
    assert isinstance(raised.value, AirflowException)
    run.execute_complete({}, ("", event | {"r": "success"}))


@pytest.mark.parametrize(
    ("run_type", "decision", "news"),
    [
        ("scheduled", "within_limits", True),
        ("scheduled", "approved", True),
        ("scheduled", "open", False),
        ("scheduled", "rejected", False),
        ("manual", "within_limits", False),
        ("operator_triggered", "within_limits", False),
    ],
)
def test_only_what_a_schedule_agreed_starts_other_dags(run_type: str, decision: str, news: bool) -> None:
    """A preview agrees nothing, and who starts a run by hand or in order starts what follows too."""
    run = type("Run", (), {"run_type": run_type})()
    assert _is_news({"dag_run": run}, {"decision": decision}) is news
