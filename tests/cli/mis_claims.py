"""Rows of a school's MIS as a run at work holds them."""

from __future__ import annotations

from accordant.store.database import Database
from accordant.store.runs import open_run
from tests.end_to_end.school import FLOW, School


def claim(school: School, store: Database, ids: str) -> str:
    """Leave rows in progress as a run that is at work does; return the run's id."""
    run = open_run(
        store, flow=FLOW, ours=account(school), theirs="a company", airflow_run_id=f"manual__{ids}", preview=False,
        parameters={},
    )  # fmt: skip
    school.mis.set(ids, 3, run.mark)
    return run.id


def account(school: School) -> str:
    """Return which MIS it is, as runs name it."""
    return f"{school.mis.host}/{school.mis.name}"
