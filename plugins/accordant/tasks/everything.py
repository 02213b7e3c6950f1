"""The tasks of qbd_everything: one run of a flow's DAG each, waited for without holding a worker, and the summary."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.trigger_dagrun import DagIsPaused, TriggerDagRunOperator
from airflow.sdk import Context, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from accordant.tasks.words import in_words

log = logging.getLogger(__name__)

_POLL_SECONDS = 2
_LONGEST = timedelta(days=7)  # an approval waits for days
_TOLD = ("linked", "created", "updated", "unchanged")
_LEFT = {"quarantined": "refused", "conflicts": "for a person to decide", "waiting": "waiting for another record"}


class RunFlow(TriggerDagRunOperator):
    """Starts the DAG of a flow, passes the parameters on, and waits in the triggerer until it has ended.

    Args:
        flow_name: the flow, which is also its DAG's id.
        parameters: the parameters of its run; may be templates.
    """

    def __init__(self, *, flow_name: str, parameters: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(
            trigger_dag_id=flow_name,
            conf=dict(parameters),
            wait_for_completion=True,
            deferrable=True,
            poke_interval=_POLL_SECONDS,
            fail_when_dag_is_paused=True,  # its run would stay queued for ever
            execution_timeout=_LONGEST,
            trigger_rule=TriggerRule.ALL_DONE,  # a flow that failed does not keep the others from running
            **kwargs,
        )

    def execute(self, context: Context) -> None:
        """Start the run and begin to wait."""
        try:
            super().execute(context)
        except DagIsPaused:
            sentence = f"{self.trigger_dag_id} is paused. Switch it on in the list of DAGs, then clear this task."
            raise AirflowFailException(sentence) from None

    def execute_complete(self, context: Context, event: tuple[str, dict[str, Any]]) -> None:
        """End as the run did; its own tasks have been tried again already."""
        try:
            super().execute_complete(context, event)
        except AirflowException:
            sentence = f"{self.trigger_dag_id} failed; the reason is in the log of its red task."
            raise AirflowFailException(sentence) from None


def summary(runs: Sequence[str]) -> Any:
    """Return the task that tells how every flow ended, and fails when one did.

    Args:
        runs: the tasks that ran a flow.
    """

    @task(task_id="summary", trigger_rule=TriggerRule.ALL_DONE)
    def tell() -> dict[str, str]:
        return told(get_current_context()["ti"], runs)

    return tell()


def told(instance: Any, runs: Sequence[str]) -> dict[str, str]:
    """Log one line per flow and return the states.

    Raises:
        AirflowFailException: a flow failed, or never began.
    """
    ended = {name: _ended(instance, name) for name in runs}
    for name, result in ended.items():
        log.info("%s: %s", name, "failed" if result is None else "; ".join(_words(result)))
    failed = [name for name, result in ended.items() if result is None]
    if failed:
        raise AirflowFailException(f"{', '.join(failed)} failed; the others ended as told above.")
    return {name: str(result["state"]) for name, result in ended.items() if result}


def _ended(instance: Any, name: str) -> dict[str, Any] | None:
    """Return the summary of the run that a task started; None when it failed, or never began."""
    run_id = instance.xcom_pull(task_ids=name, key="trigger_run_id")
    if run_id is None:
        return None
    dag_id = name.removesuffix("_again")
    result: dict[str, Any] | None = instance.xcom_pull(dag_id=dag_id, run_id=run_id, task_ids="close")
    return result


def _words(result: dict[str, Any]) -> Iterator[str]:
    """Yield what a run did, as the office says it."""
    yield result["state"].replace("_", " ")
    for counts in result["object_types"].values():
        yield in_words({name: counts[name] for name in _TOLD if counts[name]}) or "nothing to do"
        left = {words: counts[name] for name, words in _LEFT.items() if counts[name]}
        if left:
            yield in_words(left)
