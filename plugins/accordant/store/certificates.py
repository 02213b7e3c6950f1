"""Certificates: stored once, chained, and checked again."""

from __future__ import annotations

from typing import Any

from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from accordant.include_dir import sql
from accordant.store.database import Database
from accordant.store.runs import Run
from accordant.sync.certificate import certificate_id


def store_certificate(database: Database, run: Run, content: dict[str, Any]) -> DictRow:
    """Chain a certificate to the flow's last and store it; the same content of the same run is stored once."""
    with database.transaction() as connection:
        connection.execute("LOCK TABLE accordant.certificate IN EXCLUSIVE MODE")
        existing = connection.execute(sql("store/certificate_of_run"), {"run_id": run.id}).fetchone()
        if existing is not None and existing["content"] == content:
            return existing
        last = connection.execute(sql("store/certificate_last"), {"flow": run.flow}).fetchone()
        previous = str(last["id"]) if last else ""
        connection.execute(sql("store/certificate_put"), {
            "id": certificate_id(previous, content), "position": (last["position"] if last else 0) + 1,
            "flow": run.flow, "run_id": run.id, "previous": previous, "content": Jsonb(content),
            "matches": content["matches"],
        })  # fmt: skip
    stored = certificate_of(database, run.id)
    assert stored is not None
    return stored


def certificate_of(database: Database, run_id: str) -> DictRow | None:
    """Return the certificate of a run, or None."""
    return database.row("store/certificate_of_run", run_id=run_id)


def broken_links(database: Database, flow: str) -> list[str]:
    """Recompute every certificate of a flow and return a sentence for each that does not hold."""
    sentences = []
    previous = ""
    for expected, row in enumerate(database.rows("store/certificate_chain", flow=flow), start=1):
        if row["position"] != expected or row["previous"] != previous:
            sentences.append(f"Certificate {row['id'][:12]} does not follow the one before it.")
        beside = (str(row["run_id"]), row["matches"]) != (row["content"]["run"], row["content"]["matches"])
        if beside or certificate_id(row["previous"], row["content"]) != row["id"]:
            sentences.append(f"Certificate {row['id'][:12]} of run {row['run_id']} was changed after it was given.")
        previous = row["id"]
    return sentences
