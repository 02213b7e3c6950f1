"""What goes wrong with an MIS is named the same on Postgres and on MariaDB."""

from __future__ import annotations

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import sleep
from typing import Any

import pytest
import sqlalchemy as sa
from airflow.sdk import Connection
from sqlalchemy.exc import DBAPIError

from accordant.hooks import mis_database as hook_database
from accordant.hooks.mis import MisHook
from accordant.hooks.mis_tables import MisTables
from accordant.sync.errors import Misconfigured, RetryLater
from tests.hooks.mis_databases import ALL, MisDatabase, never


def test_a_connection_says_what_it_leads_to(mis_database: MisDatabase, mis: MisHook) -> None:
    works, sentence = mis.test_connection()
    assert works
    assert ("MariaDB" if mis_database.kind == "mariadb" else "postgresql") in sentence
    assert mis.account.endswith(f"/{mis_database.name}")


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ({"invoices": "tbl_invoice"}, "no table tbl_invoice (setting `invoices`); there are: tbl_imvoice"),
        ({"dept": "debit"}, "no column debit (setting `dept`); it has: id, reg_no"),
        ({"names": ("surname", "nickname")}, "no column nickname (setting `names[1]`)"),
        ({"status": "state"}, "the column state (setting `status`) must be a whole number"),
    ],
)
def test_a_wrong_name_names_its_setting(mis_database: MisDatabase, tables: dict[str, Any], words: str) -> None:
    mis_database.sql("ALTER TABLE tbl_imvoice ADD COLUMN state VARCHAR(20)")
    with pytest.raises(Misconfigured) as raised:
        mis_database.hook(**tables)
    assert raised.value.code.code == "MIS_TABLES_WRONG"
    assert words in raised.value.sentence


def test_names_that_cannot_be_meant_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="dept"):
        MisTables(dept="")
    with pytest.raises(ValueError, match="same column"):
        MisTables(dept="credit")


def test_a_missing_database_or_user_is_for_a_person_and_names_no_password(mis_database: MisDatabase) -> None:
    for wrong in ({"schema": "no_such_db"}, {"login": "nobody_here", "password": "canary-password"}):
        hook = MisHook(tables=MisTables(), connection=mis_database.connection(**wrong))
        with pytest.raises(Misconfigured, match="CREDENTIALS_REFUSED") as raised:
            hook.analyze()
        assert "canary" not in str(raised.value)


def test_a_database_that_is_down_is_asked_again_later(mis_database: MisDatabase, free_port: int) -> None:
    down = mis_database.connection(host="127.0.0.1", port=free_port, password="canary-password")
    with pytest.raises(RetryLater, match="MIS_UNREACHABLE") as raised:
        MisHook(tables=MisTables(), connection=down).analyze()
    assert "canary" not in str(raised.value)
    assert type(pickle.loads(pickle.dumps(raised.value))) is type(raised.value)


def test_lost_connections_are_replaced(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(1)
    assert mis.analyze()["total"] == 1
    if mis_database.kind == "postgres":
        mis_database.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> pg_backend_pid()",
            name=mis_database.name,
        )
    else:
        sessions = mis_database.sql("SELECT id FROM information_schema.processlist WHERE id <> connection_id()")
        for (session,) in sessions:
            mis_database.sql(f"KILL {session}")
    assert mis.claim("mine", ALL, lapsed=never) == 1


def test_a_user_who_may_only_read_is_told_so(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(1)
    reader = f"reader_{mis_database.name}"
    name = reader if mis_database.kind == "postgres" else f"{reader}@'%'"
    if mis_database.kind == "postgres":
        mis_database.sql(f"CREATE ROLE {reader} LOGIN")
        mis_database.sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}")
    else:
        mis_database.sql(f"CREATE USER {name}")
        mis_database.sql(f"GRANT SELECT ON {mis_database.name}.* TO {name}")
    hook = MisHook(tables=MisTables(), connection=mis_database.connection(login=reader))
    assert hook.analyze()["total"] == 1
    with pytest.raises(Misconfigured, match="PERMISSION_MISSING"):
        hook.claim("mine", ALL, lapsed=never)
    hook.close()


def test_a_row_that_somebody_holds_is_waited_for_only_so_long(
    mis_database: MisDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    wait = {"postgresql": ("SET lock_timeout = '300ms'",), "mysql": ("SET SESSION innodb_lock_wait_timeout = 1",)}
    monkeypatch.setattr(hook_database, "_AT_CONNECT", wait)
    mis_database.invoices(1)
    hook = mis_database.hook()
    with mis_database.transaction() as other:
        other.execute(sa.text("UPDATE tbl_imvoice SET comment = 'somebody types here'"))
        with pytest.raises(RetryLater, match="MIS_UNREACHABLE"):
            hook.claim("mine", ALL, lapsed=never)
    assert hook.claim("mine", ALL, lapsed=never) == 1
    hook.close()


def test_a_deadlock_costs_nothing_but_time(mis_database: MisDatabase, mis: MisHook) -> None:
    mis_database.invoices(2)
    mis.claim("mine", ALL, lapsed=never)
    typed = sa.text("UPDATE tbl_imvoice SET comment = 'somebody types here' WHERE id = :id")
    with ThreadPoolExecutor(1) as pool, suppress(DBAPIError), mis_database.transaction() as other:
        other.execute(typed, {"id": 2})
        settled = pool.submit(mis.settle, "mine", {1: 1, 2: 1}, "me")  # locks the first, waits for the second
        sleep(0.3)
        other.execute(typed, {"id": 1})
    assert settled.result() == {1, 2}


def test_any_driver_may_be_named_and_a_missing_one_is_told() -> None:
    def hook(**extra: str) -> MisHook:
        given = Connection(conn_id="mis", conn_type="generic", host="h", schema="s", extra=json.dumps(extra))
        return MisHook(tables=MisTables(), connection=given)

    with pytest.raises(Misconfigured, match="needs the driver pymssql"):
        hook(sqlalchemy_driver="mssql+pymssql")
    with pytest.raises(Misconfigured, match="must be postgres or mysql"):
        hook()
    assert hook(sqlalchemy_driver="mysql+pymysql").account == "h/s"
