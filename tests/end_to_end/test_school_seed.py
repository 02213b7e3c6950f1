"""The seed's school, 1,250 invoices with every trouble, on Postgres and on MariaDB: it ends as the seed promises."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from sandbox.seed.mis.load import load_mis
from sandbox.seed.mis.promises import customer_names, promise
from sandbox.seed.mis.quickbooks_side import load_books
from tests.end_to_end.school import School
from tests.hooks.mis_databases import MisDatabase


class SeedMis(MisDatabase):
    """The seed's MIS."""

    def __init__(self, kind: str, server: Any, name: str) -> None:
        super().__init__(kind, server, name)
        self.sql("DROP TABLE tbl_imvoice")
        self.sql("DROP TABLE tbl_personal_ug")
        load_mis(self.url)


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_the_seed_ends_as_it_promises_and_a_second_run_writes_nothing(
    kind: str, store: str, qbo: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mis = SeedMis(kind, request.getfixturevalue(kind), f"mis_{uuid4().hex[:8]}")
    connection = mis.connection()
    told = {name: getattr(connection, name) for name in ("conn_type", "host", "port", "login", "schema")}
    monkeypatch.setenv("AIRFLOW_CONN_MIS_DEFAULT", json.dumps(told))
    monkeypatch.setenv("AIRFLOW_CONN_QBO_DEFAULT", json.dumps(qbo.connection))
    load_books(qbo.control)
    school, promised = School(mis, qbo, store, monkeypatch), promise()
    school.settings()  # no waiting for the vendor's limits
    hook = mis.hook(prepared=False)
    assert hook.analyze() == promised.before

    summary = school.run()

    assert hook.analyze() == promised.after
    invoices = school.invoices()
    assert len(invoices) == promised.invoices
    assert len(school.customers()) == promised.customers
    assert school.total() == promised.amount
    agreed = {number: one for number, one in invoices.items() if number in promised.amounts}
    assert {number: one["TotalAmt"] for number, one in agreed.items()} == pytest.approx(
        {number: float(amount) for number, amount in promised.amounts.items()}, abs=0.001
    )
    names = {one["Id"]: name for name, one in school.customers().items()}
    wanted = {f"MIS-{key}": name for key, name in customer_names().items()}
    assert {number: names[one["CustomerRef"]["value"]] for number, one in agreed.items()} == wanted
    waiting = Counter(row["code"] for row in school.rows(
        "SELECT code FROM accordant.trouble WHERE severity <> 'warning' AND object_type = 'invoice'"
    ))  # fmt: skip
    assert waiting == Counter({code: len(ids) for code, ids in promised.quarantine.items()})
    assert summary["matches"]

    before = school.writes()
    second = school.run()
    assert school.writes() == before
    assert not any(row["planned"] for row in second["object_types"].values())
    assert hook.analyze() == promised.after
    hook.close()
