"""The small world, empty at the start of each test."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pymongo import MongoClient

from accordant.flows.raw_data_to_inventree.settings import settings
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
