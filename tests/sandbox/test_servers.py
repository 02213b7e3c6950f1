"""The embedded databases, and all servers of one folder together."""

from __future__ import annotations

import json
import os
from pathlib import Path

import psycopg
import pymongo
import pytest
from pymongo.errors import OperationFailure

from sandbox import home
from sandbox.mongo import running_mongo, start
from sandbox.postgres import running_postgres
from sandbox.seed.load import load_mongo
from sandbox.seed.raw_data import documents

ALL = ["conductor", "inventree", "mongo", "postgres", "printavo", "quickbooks-online"]


def test_mongo_with_a_user_refuses_strangers(tmp_path: Path) -> None:
    with running_mongo(tmp_path / "mongo", user="ana", password="p@ss") as server:
        with pymongo.MongoClient[dict[str, object]](server.uri) as client:
            client.test.things.insert_one({"a": 1})
        stranger = f"mongodb://127.0.0.1:{server.port}/?directConnection=true"
        with pymongo.MongoClient[dict[str, object]](stranger) as client, pytest.raises(OperationFailure):
            client.test.things.find_one()


def test_mongo_starts_again_after_its_launcher_was_killed(tmp_path: Path) -> None:
    orphan = start(tmp_path / "mongo")
    with running_mongo(tmp_path / "mongo") as server, pymongo.MongoClient[dict[str, object]](server.uri) as client:
        assert client.admin.command("ping")["ok"] == 1
    assert orphan.process.wait(5) is not None


def test_postgres_is_reached_under_a_long_path(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 25) / "postgres"
    with running_postgres(data, databases=["one"]) as server:
        assert len(server.socket_dir) < 90
        with psycopg.connect(server.uri("one")) as connection:
            assert connection.execute("SHOW fsync").fetchone() == ("off",)
    with (
        running_postgres(data, databases=["one"], fsync=True) as server,
        psycopg.connect(server.uri("one")) as connection,
    ):
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_up_again_keeps_ports_and_data_and_down_stops_everything(tmp_path: Path) -> None:
    try:
        first = home.up(tmp_path)
        assert load_mongo(first["mongo"]["uri"]) == len(documents())
        assert all(home.status(tmp_path).values())
        connection = json.loads(first["environment"]["AIRFLOW_CONN_INVENTREE_DEFAULT"])
        assert connection["password"] == first["inventree"]["token"]
        online = json.loads(first["environment"]["AIRFLOW_CONN_QBO_DEFAULT"])
        assert online["extra"]["refresh_token"] == first["quickbooks-online"]["refresh_token"]
        assert sorted(home.down(tmp_path)) == ALL
        second = home.up(tmp_path)
        assert second["inventree"]["base_url"] == first["inventree"]["base_url"]
        assert second["inventree"]["token"] == first["inventree"]["token"]
        assert json.loads(second["environment"]["AIRFLOW_CONN_QBO_DEFAULT"]) == online
        assert load_mongo(second["mongo"]["uri"]) == 0
    finally:
        home.down(tmp_path)
    assert not any(home.status(tmp_path).values())


def test_a_stale_pid_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    somebody = {"pid": os.getpid(), "port": 1}
    (tmp_path / "sandbox.json").write_text(json.dumps({"inventree": somebody, "mongo": somebody}))
    assert home.status(tmp_path) == dict.fromkeys(ALL)
    assert home.down(tmp_path) == []
