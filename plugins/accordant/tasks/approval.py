"""The approve step: a plan within its limits passes at once, a larger one waits in Required Actions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator
from airflow.sdk import Context
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from accordant.tasks.recovery import run_step

_ASKED = "asked_about_plan"


class ApprovePlan(ApprovalOperator):
    """Passes, skips what follows, or waits for a person.

    Args:
        flow_name: the flow whose plan it is.
        wait_hours: how long an answer is waited for; then nothing is written.
    """

    template_fields = (*ApprovalOperator.template_fields, "store_run")

    def __init__(self, *, flow_name: str, store_run: str, wait_hours: int, **kwargs: Any) -> None:
        super().__init__(
            subject=f"May the plan of {flow_name} be applied?",
            body="The plan exceeds the limits of the flow.",
            response_timeout=timedelta(hours=wait_hours),
            **kwargs,
        )
        self.flow_name = flow_name
        self.store_run = store_run

    def execute(self, context: Context) -> Any:
        """Decide alone where no person is needed; otherwise ask, with the reasons in the question."""
        from accordant.tasks.steps import decide_alone  # heavy: not while the DAG file is read

        run_id = self.store_run
        answer = run_step(decide_alone, self.flow_name, run_id)
        if answer["decision"] == "open":
            raise AirflowSkipException(f"Preview: plan {answer['plan'][:12]} is stored and nothing is written.")
        if answer["decision"] in ("within_limits", "approved"):
            self.log.info("Plan %s: %s.", answer["plan"][:12], answer["decision"].replace("_", " "))
            return answer["decision"]
        if answer["decision"] == "rejected":
            raise AirflowSkipException(f"Plan {answer['plan'][:12]} was rejected: nothing is written.")
        if not context["params"].get("wait_for_approval", True):
            raise AirflowSkipException(f"Plan {answer['plan'][:12]} waits: `accordant plan approve {run_id}`.")
        self.body = _question(answer)
        context["ti"].xcom_push(key=_ASKED, value=answer["plan"])
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> Any:
        """Store the answer with the plan, then go on or skip what follows."""
        from accordant.tasks.steps import record_answer

        if "error" not in event:
            approved = event["chosen_options"] == [self.APPROVE]
            user = event.get("responded_by_user") or {}
            by = str(user.get("name") or user)
            plan_id = context["ti"].xcom_pull(task_ids=self.task_id, key=_ASKED)
            run_step(lambda: record_answer(self.flow_name, self.store_run, plan_id, approved=approved, by=by))
        return super().execute_complete(context, event)

    def process_trigger_event_error(self, event: dict[str, Any]) -> None:
        """End the task when nobody answered: asking again by itself would only block the runs that follow."""
        raise AirflowFailException("Nobody answered in time: nothing is written. The next run plans anew.")


def _question(answer: dict[str, Any]) -> str:
    reasons = "\n".join(f"- {sentence}" for sentence in answer["exceeded"])
    rows = "\n".join(
        f"| {kind} | {action} | {count} |"
        for kind, actions in answer["counts"].items()
        for action, count in actions.items()
    )
    return (
        f"{reasons}\n\n| object type | action | records |\n|---|---|---|\n{rows}\n\n"
        f"Read every change with `accordant plan show {answer['plan'][:12]}`."
    )
