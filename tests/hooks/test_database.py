"""The connection test of databases that Airflow knows itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.database import answer_of
from accordant.hooks.database import test_connection as check_connection


def test_a_postgres_that_answers_says_its_version(postgres: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    fields = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": "postgres"}
    monkeypatch.setenv("AIRFLOW_CONN_WMS_HOOK_TEST", json.dumps(fields))
    works, sentence = check_connection("wms_hook_test")
    assert works, sentence
    assert sentence.startswith("PostgreSQL")


def test_a_database_that_is_missing_is_named(postgres: Any) -> None:
    given = Connection(
        conn_id="wms", conn_type="postgres", host=str(postgres.socket_dir), login="postgres", schema="no_such_db"
    )
    works, sentence = answer_of(given)
    assert not works
    assert "no_such_db" in sentence


def test_a_database_that_is_down_says_so_without_its_password(free_port: int) -> None:
    given = Connection(
        conn_id="wms", conn_type="postgres", host="127.0.0.1", port=free_port, login="u", password="canary-pw"
    )
    works, sentence = answer_of(given)
    assert not works
    assert "wms" in sentence
    assert "canary" not in sentence


def test_a_connection_of_another_type_is_refused() -> None:
    assert answer_of(Connection(conn_id="wms", conn_type="http"))[0] is False
    works, sentence = check_connection("nobody_made_this")
    assert not works
    assert sentence.startswith("CONNECTION_MISSING")
