"""How far each side was read, and which company file an account is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accordant.include_dir import sql
from accordant.store.database import Connection, Database
from accordant.store.runs import Run
from accordant.sync.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Watermark:
    """Up to when a list was read.

    Attributes:
        value: by the clock of the side that was read.
        set_at: when, by the clock of the store.
    """

    value: datetime
    set_at: datetime


def watermarks(database: Database, run: Run) -> dict[str, Watermark]:
    """Return all watermarks of the flow between these accounts, by name."""
    rows = database.rows("store/watermark_get", **run.scope)
    return {row["name"]: Watermark(row["value"], row["set_at"]) for row in rows}


def set_watermarks(connection: Connection, run: Run, values: Mapping[str, datetime]) -> None:
    """Note how far was read; a watermark never goes back."""
    for name, value in sorted(values.items()):
        connection.execute(sql("store/watermark_put"), {**run.scope, "run_id": run.id, "name": name, "value": value})


def skew_of(database: Database, account: str) -> float | None:
    """Return by how many seconds an account's clock was ahead at the last write; None before one."""
    row = database.row("store/account_skew", account=account)
    return None if row is None else row["skew"]


def keep_skew(database: Database, account: str, skew: float) -> None:
    """Keep by how many seconds an account's clock is ahead of ours."""
    database.execute("store/account_skew_put", account=account, skew=skew)


def recognise(database: Database, account: str, fingerprint: str) -> None:
    """Make sure that an account is the company it was the first time.

    Raises:
        Misconfigured: another company answers; nothing was read or written.
    """
    database.execute("store/account_put", account=account, fingerprint=fingerprint)
    row = database.row("store/account_get", account=account)
    if row is not None and row["fingerprint"] != fingerprint:
        sentence = f"The company file is {fingerprint!r} now; records were agreed with {row['fingerprint']!r}."
        raise Misconfigured("COMPANY_WRONG", sentence, record=account)
