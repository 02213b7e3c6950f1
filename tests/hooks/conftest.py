"""A server that misbehaves on order, and hooks that talk to it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from airflow.sdk import Connection

from accordant.hooks.calls import ApiCall
from accordant.hooks.http import Patience
from accordant.hooks.inventree import InvenTreeHook
from accordant.hooks.mis import MisHook
from tests.hooks.mis_databases import MisDatabase
from tests.hooks.misbehaving_server import MisbehavingServer
from tests.hooks.quickbooks_company import Company

CANARY = "inv-canary0123456789abcdef-20261121"
HASTY = Patience(attempts=3, seconds=5, first_wait=0.01, longest_wait=0.02, throttle_seconds=1.5)


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    server = MisbehavingServer()
    yield server
    server.close()


@pytest.fixture
def company(server: MisbehavingServer) -> Company:
    """A company of QuickBooks Online that answers from a script."""
    return Company(server)


@pytest.fixture
def calls() -> list[ApiCall]:
    return []


@pytest.fixture
def hook(server: MisbehavingServer, calls: list[ApiCall]) -> InvenTreeHook:
    return hook_for(connection(server.url), calls)


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here may leave this machine, whatever proxy it is set up with."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port whose queue is full, so that connecting to it takes for ever."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for one in waiting:
            one.close()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


_NUMBERS = count(1)


@pytest.fixture(params=["postgres", "mariadb"])
def mis_database(request: pytest.FixtureRequest) -> Iterator[MisDatabase]:
    """An empty MIS of either kind."""
    database = MisDatabase(request.param, request.getfixturevalue(request.param), f"mis_{next(_NUMBERS)}")
    yield database
    database.engine.dispose()


@pytest.fixture
def mis(mis_database: MisDatabase) -> Iterator[MisHook]:
    """The hook of an MIS that is prepared."""
    hook = mis_database.hook()
    yield hook
    hook.close()


def connection(host: str, **fields: Any) -> Connection:
    extra = {"connect_timeout": 0.5, "read_timeout": 1.5, "page_size": 3, **fields.pop("extra", {})}
    given = {"conn_id": "inventree_test", "conn_type": "inventree", "password": CANARY, **fields}
    return Connection(host=host, extra=json.dumps(extra), **given)


def hook_for(given: Connection, calls: list[ApiCall] | None = None) -> InvenTreeHook:
    return InvenTreeHook(connection=given, patience=HASTY, on_call=None if calls is None else calls.append)
