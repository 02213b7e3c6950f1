"""`accordant mis batch`, `all` and `single`: runs of the DAG, as `accordant run` makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from accordant.commands.exits import EPILOG, ExitCode
from accordant.commands.failures import Failure, failure_of
from accordant.commands.mis_answers import answer, counted, refusal, success
from accordant.commands.mis_claims import lapsed_in
from accordant.commands.mis_outcome import outcome_of
from accordant.commands.mis_system import DAG, FLOW, InvoiceId, found_rows, number_of, opened_mis
from accordant.commands.output import JsonOption, cell, local_time, people, print_json, table
from accordant.commands.run import NoWaitOption, PreviewOption, exit_code_of, run_here, show_ended, told
from accordant.commands.sync_store import opened_store

if TYPE_CHECKING:
    from accordant.commands.run import Ended

app = typer.Typer()

BatchSize = Annotated[int, typer.Option(min=1, max=1000, help="How many invoices are in a batch.")]
_SHOWN = 20
_SYNCED, _IN_PROGRESS = 1, 3


@app.command(epilog=EPILOG)
def batch(
    batch_size: BatchSize = 50, preview: PreviewOption = False, no_wait: NoWaitOption = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Push one batch of open invoices."""
    again = f"accordant mis batch --batch-size {batch_size}"
    _go({"batch_size": batch_size, "max_batches": 1}, again, preview, no_wait, as_json)


@app.command("all", epilog=EPILOG)
def everything(
    max_batches: Annotated[
        int | None, typer.Option(min=1, help="Stop after so many batches; by default all that is open goes.")
    ] = None,
    batch_size: BatchSize = 50, preview: PreviewOption = False, no_wait: NoWaitOption = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Push all open invoices, or so many batches of them."""
    bounds = {} if max_batches is None else {"batch_size": batch_size, "max_batches": max_batches}
    words = "".join(f" --{name.replace('_', '-')} {value}" for name, value in bounds.items())
    _go(bounds, f"accordant mis all{words}", preview, no_wait, as_json)


@app.command(epilog=EPILOG)
def single(
    invoice_id: InvoiceId, preview: PreviewOption = False, no_wait: NoWaitOption = False, as_json: JsonOption = False
) -> None:
    """Push one invoice, whether it is open or failed before."""
    with opened_mis() as mis:
        (row,) = found_rows(mis, [invoice_id])
    if row["status"] == _SYNCED:
        by, since = row["pushed_by"] or "somebody", local_time(row["pushed_date"]) or "nobody knows when"
        message = f"Nothing to do: invoice {number_of(invoice_id)} is synced, by {by} on {since}."
        answer(_data(None, preview), message, as_json=as_json)
        return
    if row["status"] == _IN_PROGRESS:
        _refuse_if_at_work(row)
    _go({"invoice_id": str(row["id"])}, f"accordant mis single {row['id']}", preview, no_wait, as_json)


def _refuse_if_at_work(row: dict[str, Any]) -> None:
    """Refuse an invoice that somebody is at work on; an abandoned one the run takes up.

    Raises:
        RetryLater: wait for the other.
    """
    from accordant.sync.errors import RetryLater

    with opened_store() as database:
        if not lapsed_in(database)(row["pushed_by"] or "", row["pushed_date"]):
            sentence = f"It has been in progress since {local_time(row['pushed_date'])}, by {row['pushed_by']}."
            raise RetryLater("RUN_OVERLAPS", sentence, record=f"invoice {number_of(str(row['id']))}")


def _go(conf: dict[str, Any], again: str, preview: bool, no_wait: bool, as_json: bool) -> None:
    """Run the DAG and say how its invoices ended."""
    ended = run_here(DAG, conf, again, preview=preview, no_wait=no_wait)
    exit_code = exit_code_of(ended)
    with opened_store() as database:
        data = _data(outcome_of(database, ended.report["run"]) if ended.report["run"] else None, preview)
    if as_json:
        print_json(document(ended, exit_code, data))
    else:
        show_ended(ended, exit_code)
        _show_errors(data)
        if data["total_processed"] or not failure_of_run(ended, exit_code):
            people().print(cell(message_of(data)), soft_wrap=True)
    raise typer.Exit(exit_code)


def _data(outcome: dict[str, Any] | None, preview: bool) -> dict[str, Any]:
    nothing: dict[str, Any] = {"run_id": None, "total_processed": 0, "successful": 0, "failed": 0, "errors": []}
    return {**(outcome or nothing), "dry_run": preview}


def document(ended: Ended, exit_code: ExitCode, data: dict[str, Any]) -> dict[str, Any]:
    """Return the one JSON document of a run."""
    failure = failure_of_run(ended, exit_code)
    return refusal(failure, data) if failure else success(data, message_of(data))


def failure_of_run(ended: Ended, exit_code: ExitCode) -> Failure | None:
    """Return why a run did not do what it should; invoices that were refused are no failure of the run."""
    from accordant.sync.errors import NeedsPerson

    report = ended.report
    plan = (report["plan"] or "")[:12]
    if report["plan_decision"] == "waiting":
        sentence = f"Plan {plan} waits for an answer; nothing was written."
        return failure_of(NeedsPerson("PLAN_OVER_LIMITS", sentence, record=f"plan {plan}"))
    if report["plan_decision"] == "rejected":
        sentence = f"Plan {plan} was rejected; nothing was written."
        return failure_of(NeedsPerson("PLAN_REJECTED", sentence, record=f"plan {plan}"))
    if exit_code in (ExitCode.FAILED, ExitCode.TRY_AGAIN, ExitCode.CANCELLED):
        return told(ended.error, ended.state)
    if report["matches"] is False:
        sentence = "The invoices in QuickBooks are not what the MIS says."
        return Failure(sentence, record=f"run {report['run']}", action=f"accordant verify {report['run']}")
    return None


def message_of(data: dict[str, Any]) -> str:
    """Say in a sentence how the invoices of a run ended."""
    total, done, failed = data["total_processed"], data["successful"], data["failed"]
    if not total:
        return "No open invoice was found."
    if data["dry_run"]:
        return f"Preview of {counted(total)}: {done:,} would go, {failed:,} would be refused. Nothing was written."
    left = total - done - failed
    rest = f", {left:,} not done yet" if left else ""
    return f"{done:,} of {counted(total)} synced, {failed:,} failed{rest}."


def _show_errors(data: dict[str, Any]) -> None:
    errors = data["errors"]
    if not errors:
        return
    listed = table("invoice", "why it did not go")
    for one in errors[:_SHOWN]:
        listed.add_row(cell(one["invoice_id"]), cell(one["error"]))
    people().print(listed)
    if len(errors) > _SHOWN:
        people().print(f"... and {len(errors) - _SHOWN:,} more: accordant quarantine list --flow {FLOW}")
