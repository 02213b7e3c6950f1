"""`accordant mis audit`: every push of one invoice."""

from __future__ import annotations

import json
from typing import Any

import typer
from rich.text import Text

from accordant.commands.exits import EPILOG
from accordant.commands.mis_answers import counted, success
from accordant.commands.mis_system import FLOW, InvoiceId, found_rows, id_of, number_of, opened_mis
from accordant.commands.output import JsonOption, local_time, people, print_json
from accordant.commands.sync_store import opened_store

app = typer.Typer()

_STYLES = {"applied": "green", "not_applied": "red", "unknown": "yellow"}
_SYNCED = 1


@app.command(epilog=EPILOG)
def audit(invoice_id: InvoiceId, as_json: JsonOption = False) -> None:
    """Show every push of an invoice: who sent what to QuickBooks, when, and what came back."""
    with opened_store() as database:
        number = number_of(invoice_id)
        rows = database.rows("store/audit_of", flow=FLOW, object_type="invoice", key=number)
    message = f"Invoice {number} was sent {counted(len(rows), 'time')}." if rows else _never_sent(invoice_id, number)
    pushes = [_push(row) for row in rows]
    if as_json:
        print_json(success({"invoice_id": id_of(invoice_id), "number": number, "pushes": pushes}, message))
        return
    for push in pushes:
        _show(push)
    people().print(message)


def _push(row: dict[str, Any]) -> dict[str, Any]:
    names = ("at", "who", "run_id", "action", "outcome", "remote_id", "code", "detail", "request", "answer")
    return {**{name: row[name] for name in names}, "mis": row["ours"], "company": row["theirs"]}


def _never_sent(invoice_id: str, number: str) -> str:
    with opened_mis() as mis:
        (row,) = found_rows(mis, [invoice_id])
    how = " It is synced all the same: QuickBooks had it, and it was linked." if row["status"] == _SYNCED else ""
    return f"Invoice {number} was never sent to QuickBooks.{how}"


def _show(push: dict[str, Any]) -> None:
    became = f" as {push['remote_id']}" if push["remote_id"] else ""
    why = " ".join(part for part in (push["code"], push["detail"]) if part)
    head = Text.assemble(
        (local_time(push["at"]), "bold"), f"  {push['action']}: ",
        (push["outcome"].replace("_", " "), _STYLES.get(push["outcome"], "")), became,
    )  # fmt: skip
    lines = {
        "by": f"{push['who']}, run {push['run_id']}", "company": push["company"], "why": why,
        "request": _in_one_line(push["request"]), "answer": _in_one_line(push["answer"]),
    }  # fmt: skip
    people().print(head, soft_wrap=True)
    for name, line in lines.items():
        if line:
            people().print(Text.assemble((f"  {name:<9}", "dim"), line), soft_wrap=True)


def _in_one_line(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
