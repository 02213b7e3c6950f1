"""The store's schema goes up to this code's version, once, and never past it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import psycopg
import pytest

from accordant.store.migrate import migrate
from accordant.sync.errors import Misconfigured, RetryLater

_NUMBERS = count(1)


@pytest.fixture
def empty(postgres: Any) -> str:
    """The connection string of an empty database."""
    name = f"empty_{next(_NUMBERS)}"
    postgres.create_database(name)
    return f"host={postgres.socket_dir} user=postgres dbname={name}"


def shape(conninfo: str) -> list[Any]:
    """Return every column and index of the schema."""
    with psycopg.connect(conninfo) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, column_default FROM information_schema.columns "
            "WHERE table_schema = 'accordant' ORDER BY 1, 2"
        ).fetchall()
        indexes = connection.execute("SELECT indexdef FROM pg_indexes WHERE schemaname = 'accordant' ORDER BY 1")
        return [*columns, *indexes.fetchall()]


def test_an_empty_database_gets_the_whole_schema(empty: str) -> None:
    assert migrate(empty) == "0003"
    tables = {row[0] for row in shape(empty)}
    assert {"run", "staged_record", "binding", "plan", "operation", "quarantine", "conflict", "certificate"} <= tables


def test_a_second_time_changes_nothing(empty: str) -> None:
    migrate(empty)
    before = shape(empty)
    assert migrate(empty) == "0003"
    assert shape(empty) == before


def test_several_threads_at_once_migrate_it_once(empty: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(migrate, [empty] * 4)) == ["0003"] * 4


def test_several_processes_at_once_migrate_it_once(empty: str) -> None:
    code = f"from accordant.store.migrate import migrate; print(migrate({empty!r}))"
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(3)]
    assert [one.communicate(timeout=60)[0] for one in running] == [b"0003\n"] * 3


def test_a_store_that_is_newer_than_this_code_is_refused_and_left_as_it_is(empty: str) -> None:
    migrate(empty)
    with psycopg.connect(empty) as connection:
        connection.execute("UPDATE accordant.schema_version SET version_num = '9999'")
        connection.execute("DROP TABLE accordant.watermark")
    before = shape(empty)
    with pytest.raises(Misconfigured) as caught:
        migrate(empty)
    assert caught.value.code.code == "STORE_NEWER"
    assert "9999" in str(caught.value)
    assert "0003" in str(caught.value)
    assert shape(empty) == before


def test_the_lock_is_given_back_after_a_refusal(empty: str) -> None:
    migrate(empty)
    with psycopg.connect(empty) as connection:
        connection.execute("UPDATE accordant.schema_version SET version_num = '9999'")
    for _ in range(2):
        with pytest.raises(Misconfigured):
            migrate(empty)


def test_a_store_that_does_not_answer_is_a_passing_fault(tmp_path: Any) -> None:
    with pytest.raises(RetryLater) as caught:
        migrate(f"host={tmp_path} user=postgres dbname=x password=hunter2")
    assert caught.value.code.code == "STORE_UNREACHABLE"
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("wrong", [{"dbname": "no_such_database"}, {"user": "nobody_here"}])
def test_a_wrong_user_or_database_stops_the_run_at_once(postgres: Any, wrong: dict[str, str]) -> None:
    """`prepare` migrates first: what a person must mend is not tried again for minutes."""
    fields = {
        "host": str(postgres.socket_dir),
        "user": "postgres",
        "dbname": "postgres",
        "password": "hunter2",
        **wrong,
    }
    with pytest.raises(Misconfigured) as caught:
        migrate(" ".join(f"{name}={value}" for name, value in fields.items()))
    assert "hunter2" not in str(caught.value)
