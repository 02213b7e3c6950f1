"""`accordant run`: one run of one DAG, in this process."""

from __future__ import annotations

import json
import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from accordant.commands.airflow_home import migrate_metadata, settle_home
from accordant.commands.exits import EPILOG, ExitCode, exit_of
from accordant.commands.failures import Failure, Hint, failure_of, ours, tell
from accordant.commands.output import JsonOption, cell, complaints, people, print_json

if TYPE_CHECKING:
    from accordant.commands.in_process import TaskEvents
    from accordant.commands.progress import ProgressDisplay, RunWatch
    from accordant.store.database import Database

app = typer.Typer()

_CONF_HINT = """Write a JSON object, as in: --conf '{"redo": true}'."""


@dataclass(frozen=True)
class Ended:
    """How a run ended.

    Attributes:
        report: what the store knows of it.
        error: the error that ended it, if one did.
        state: Airflow's state of the DAG run.
        log: the file with everything that Airflow said.
        again: what to type for the same run once more, and for real.
    """

    report: dict[str, Any]
    error: BaseException | None
    state: str
    log: Path
    again: str
    failed_task: str = ""


PreviewOption = Annotated[bool, typer.Option("--preview", help="Plan only; write nothing.")]
NoWaitOption = Annotated[
    bool, typer.Option("--no-wait", help="End at a passing fault (exit code 3) instead of waiting to try again.")
]


@app.command(epilog=EPILOG)
def run(
    dag_id: Annotated[str, typer.Argument(metavar="DAG_ID", help="The DAG: a flow's name, mostly.")],
    conf: Annotated[str, typer.Option(help="Parameters of the DAG as a JSON object, e.g. '{\"redo\": true}'.")] = "{}",
    preview: PreviewOption = False,
    no_wait: NoWaitOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run a DAG in this process, without a scheduler, against the configured connections."""
    parameters = parsed_conf(conf)
    ended = run_here(dag_id, parameters, again_for_real(dag_id, parameters), preview=preview, no_wait=no_wait)
    exit_code = exit_code_of(ended)
    if as_json:
        print_json(document(ended, exit_code))
    else:
        show_ended(ended, exit_code)
    raise typer.Exit(exit_code)


def parsed_conf(text: str) -> dict[str, Any]:
    """Return the parameters in a --conf value.

    Raises:
        Hint: it is no JSON object.
    """
    try:
        parameters = json.loads(text)
    except ValueError as error:
        raise Hint(f"--conf is no JSON: {error}.", _CONF_HINT) from None
    if not isinstance(parameters, dict):
        raise Hint("--conf is JSON, but no object.", _CONF_HINT)
    return parameters


def again_for_real(dag_id: str, parameters: dict[str, Any]) -> str:
    """Return what to type for the same run once more, and for real."""
    kept = {name: value for name, value in parameters.items() if name != "preview"}
    words = ["accordant", "run", dag_id, *(["--conf", json.dumps(kept, ensure_ascii=False)] if kept else [])]
    return shlex.join(words)


def run_here(dag_id: str, conf: dict[str, Any], again: str, *, preview: bool, no_wait: bool) -> Ended:
    """Run a DAG in this process, with its progress on stderr.

    Args:
        conf: parameters of the DAG.
        again: what to type for the same run once more, and for real.
        no_wait: end at the first passing fault.

    Raises:
        Misconfigured: there is no such DAG.
        Hint: it cannot run here, or its parameters do not fit.
    """
    from accordant.commands.in_process import find_dag, give_up_at_once, new_log, output_in
    from accordant.commands.progress import ProgressDisplay

    parameters = {"wait_for_approval": False, **conf}  # nobody can answer inside this process
    if preview:
        parameters["preview"] = True
    home = settle_home()
    log = new_log(home, dag_id)
    with output_in(log) as person, ProgressDisplay(Console(file=person, highlight=False)) as display:
        migrate_metadata(home)
        dag = find_dag(dag_id)
        _refuse_starter(dag)
        _refuse_unknown(dag, conf)
        if no_wait:
            give_up_at_once(dag)
        return _run_quietly(dag, parameters, again, log, display)


def _refuse_starter(dag: Any) -> None:
    """Refuse a DAG that starts others: without a scheduler it would wait for them for ever.

    Raises:
        Hint: it is one; names the DAGs to run instead.
    """
    starts = [str(task.trigger_dag_id) for task in dag.tasks if hasattr(task, "trigger_dag_id")]
    if starts:
        sentence = f"{dag.dag_id} starts other DAGs, which needs Airflow's scheduler."
        raise Hint(sentence, f"Start it in Airflow, or run these one after the other: {', '.join(starts)}.")


def _refuse_unknown(dag: Any, conf: dict[str, Any]) -> None:
    """Refuse parameters that the DAG does not have: a misspelt bound would be no bound at all.

    Raises:
        Hint: names them, and those that there are.
    """
    unknown, there_are = sorted(set(conf) - set(dag.params)), ", ".join(dag.params)
    if unknown:
        sentence = f"{dag.dag_id} has no parameter {', '.join(map(repr, unknown))}. It has: {there_are or 'none'}."
        raise Hint(sentence, "Correct --conf. Nothing was read or written.", record=dag.dag_id)


def _run_quietly(dag: Any, parameters: dict[str, Any], again: str, log: Path, display: ProgressDisplay) -> Ended:
    from accordant.commands.in_process import TaskEvents, airflow_run_id, flow_of, run_dag
    from accordant.commands.progress import RunWatch
    from accordant.store.database import Database
    from accordant.store.migrate import migrate
    from accordant.tasks.connections import store_conninfo

    conninfo = store_conninfo()
    migrate(conninfo)
    events, moment = TaskEvents(display.step, display.note), datetime.now(UTC)
    with Database(conninfo, connections=2) as database:
        watch = RunWatch(database, flow_of(dag), airflow_run_id(moment), display)
        with watch, events.heard(), _cancelling(watch, display):
            state = run_dag(dag, parameters, moment)
        report = _report(database, watch, events, state)
    return Ended(report, events.error, state, log, again, events.failed_task)


def _report(database: Database, watch: RunWatch, events: TaskEvents, state: str) -> dict[str, Any]:
    from accordant.commands.reports import nothing_known, run_report

    row = watch.row()
    if row and row["state"] == "running":  # its closing step never came; nothing else would say so
        problem = told(events.error, state).sentence
        database.execute("store/run_fail", run_id=row["id"], state="failed", problem=problem)
        row = watch.row()
    return run_report(database, row) if row else nothing_known(watch.flow)


def told(error: BaseException | None, state: str) -> Failure:
    """Return how the failure of a task is told: the log has its traceback."""
    if error is None and state == "success":  # no task failed, and yet some records are not done
        return Failure("Not everything is done yet.", action="Start it again: nothing is written twice.")
    failure = failure_of(error) if error else Failure(f"Airflow's state of the run is {state}.")
    return failure if failure.code else replace(failure, action="The log below says more; report it if it is ours.")


@contextmanager
def _cancelling(watch: RunWatch, display: ProgressDisplay) -> Iterator[None]:
    """Turn the first Ctrl-C into a cancel between two operations, and the second into the end."""

    def asked(_signal: int, _frame: object) -> None:
        if watch.cancel.is_set():
            display.show_cursor()
            os._exit(ExitCode.CANCELLED)  # the store is made for it: the next run goes on
        watch.cancel.set()

    before = {number: signal.signal(number, asked) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def exit_code_of(ended: Ended) -> ExitCode:
    """Return the exit code of a run."""
    from accordant.commands.reports import exit_of_report

    if ended.error is not None:
        failure = exit_of(ours(ended.error))
    else:
        failure = ExitCode.AGREED if ended.state == "success" else ExitCode.FAILED
    return exit_of_report(ended.report, failure) if ended.report["run"] else failure


def document(ended: Ended, exit_code: ExitCode) -> dict[str, Any]:
    """Return the one JSON document of a run."""
    from accordant.commands.reports import next_steps

    failed = exit_code in (ExitCode.FAILED, ExitCode.TRY_AGAIN)
    return {
        **ended.report,
        "error": told(ended.error, ended.state).document()["error"] if failed else None,
        "exit_code": int(exit_code),
        "next": next_steps(ended.report, exit_code, ended.again),
        "log": str(ended.log),
    }


def show_ended(ended: Ended, exit_code: ExitCode) -> None:
    """Print how a run ended, for people."""
    from accordant.commands.reports import next_steps, show_report

    console = people()
    show_report(console, ended.report)
    if exit_code in (ExitCode.FAILED, ExitCode.TRY_AGAIN):
        tell(told(ended.error, ended.state))
        where = f" of {ended.failed_task}" if ended.failed_task else ""
        complaints().print(f"  [dim]Log{where}:[/] ", cell(ended.log), sep="", soft_wrap=True)
    for place, step in enumerate(next_steps(ended.report, exit_code, ended.again)):
        console.print(f"[dim]{'next' if place == 0 else '':<12}[/]", cell(step), sep="", soft_wrap=True)
