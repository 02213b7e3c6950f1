"""The small world, empty at the start of each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
import pytest
from pymongo import MongoClient

from accordant.flows.raw_data_to_inventree.settings import settings
from accordant.include_dir import sql
from tests.end_to_end.office import Office
from tests.end_to_end.world import World


@pytest.fixture
def world(store: str, mongo: Any, inventree: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """Store, documents and InvenTree, empty, with the Airflow Connections that lead to them."""
    address = urlsplit(mongo.uri)
    connections = {
        "MONGO_DEFAULT": {
            "conn_type": "mongo", "host": address.hostname, "port": address.port,
            "extra": {"directConnection": "true"},
        },
        "INVENTREE_DEFAULT": {"conn_type": "inventree", "host": inventree.base_url, "password": inventree.token},
    }  # fmt: skip
    for name, connection in connections.items():
        monkeypatch.setenv(f"AIRFLOW_CONN_{name}", json.dumps(connection))
    where = settings().source
    with MongoClient(mongo.uri) as client:
        collection = client[where.database][where.collection]
        collection.delete_many({})
        yield World(inventree, collection, store)


@pytest.fixture
def office(store: str, postgres: Any, conductor: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Store, WMS and company file, empty, with the Airflow Connections that lead to them."""
    return office_with(store, postgres, conductor, monkeypatch)


def office_at(postgres: Any, conductor: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office with a sync store of its own, for tests that share one."""
    name = f"store_{uuid4().hex[:8]}"
    postgres.create_database(name)
    connection = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": name}
    monkeypatch.setenv("AIRFLOW_CONN_ACCORDANT_STORE", json.dumps(connection))
    return office_with(f"host={postgres.socket_dir} user=postgres dbname={name}", postgres, conductor, monkeypatch)


def office_with(store: str, postgres: Any, conductor: Any, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office with an empty WMS."""
    name = f"wms_{uuid4().hex[:8]}"
    postgres.create_database(name)
    conninfo = f"host={postgres.socket_dir} user=postgres dbname={name}"
    with psycopg.connect(conninfo) as connection:
        connection.execute(sql("wms/schema"))
    connections = {
        "WMS_DEFAULT": {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": name},
        "CONDUCTOR_DEFAULT": {
            "conn_type": "conductor", "host": conductor.base_url, "password": conductor.secret_key,
            "extra": {"end_user_id": conductor.end_user_id},
        },
    }  # fmt: skip
    for conn_id, connection in connections.items():
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id}", json.dumps(connection))
    return Office(conninfo, conductor, store)
