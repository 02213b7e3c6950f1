"""Running the sandbox QuickBooks Online: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.quickbooks_online.application import TOKEN_PATH, Options, QuickBooksOnline
from sandbox.quickbooks_online.client import QuickBooksOnlineControl
from sandbox.quickbooks_online.company import Company
from sandbox.quickbooks_online.settings import Settings
from sandbox.shared.clock import Clock, Seconds
from sandbox.shared.launch import (
    RunningProcess,
    ServerProcess,
    free_port,
    listening_socket,
    serve_until_told,
    served_in_thread,
    uvicorn_config,
)


@dataclass
class RunningQuickBooksOnline:
    """Where a running server is, and how to call it.

    Attributes:
        base_url: what stands for `https://quickbooks.api.intuit.com`.
    """

    base_url: str
    realm_id: str
    client_id: str
    client_secret: str

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return self.base_url + TOKEN_PATH

    @property
    def company_url(self) -> str:
        """What all calls of the company begin with."""
        return f"{self.base_url}/v3/company/{self.realm_id}"

    @property
    def refresh_token(self) -> str:
        """The refresh token that is valid now; a test of a lost one keeps its own."""
        return self.control.refresh_token()

    @property
    def control(self) -> QuickBooksOnlineControl:
        """The control API of this server."""
        return QuickBooksOnlineControl(self.base_url)

    @property
    def connection(self) -> dict[str, Any]:
        """The Airflow Connection that leads here."""
        return airflow_connection(self.base_url, self.realm_id, self.client_id, self.client_secret, self.refresh_token)


@dataclass
class QuickBooksOnlineThread(RunningQuickBooksOnline):
    """A server in a thread of this process; its company can be looked at directly."""

    server: QuickBooksOnline

    @property
    def company(self) -> Company:
        """The company."""
        return self.server.company


@dataclass
class QuickBooksOnlineProcess(RunningQuickBooksOnline, RunningProcess):
    """A server in a process of its own."""

    process: ServerProcess


@contextmanager
def running_quickbooks_online(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    settings: Settings | None = None,
    clock: Clock | Seconds | None = None,
    port: int = 0,
) -> Iterator[QuickBooksOnlineThread]:
    """A server in a thread, stopped at the end of the block.

    Args:
        clock: the real time unless given; anything with `now()` in seconds since 1970 will do.
    """
    options = Options(data=data, latency_ms=latency_ms, limit=limit, settings=settings, clock=clock)
    server = QuickBooksOnline(options)
    company = server.company
    try:
        with served_in_thread(uvicorn_config(server.asgi, date_header=False), port=port) as address:
            client = company.tokens
            yield QuickBooksOnlineThread(address, company.realm, client.client_id, client.client_secret, server)
    finally:
        company.close()


@contextmanager
def running_quickbooks_online_process(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    port: int = 0,
) -> Iterator[QuickBooksOnlineProcess]:
    """A server in a process of its own, stopped at the end of the block.

    Without a data file a restart makes another company, with another client id.
    """
    arguments = ["quickbooks-online", "--port", str(port or free_port()), "--latency-ms", str(latency_ms)]
    arguments += ["--data", str(data)] if data else []
    arguments += ["--limit", limit] if limit else []
    process = ServerProcess(arguments)
    told = process.told
    try:
        yield QuickBooksOnlineProcess(
            told["base_url"], told["realm_id"], told["client_id"], told["client_secret"], process
        )
    finally:
        process.stop()


def serve(options: Options, *, host: str, port: int) -> None:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    if not ipaddress.ip_address(host).is_loopback:
        options = replace(options, page=False)  # the pages ask for no password
    server = QuickBooksOnline(options)
    tokens = server.company.tokens
    sock = listening_socket(host, port)
    address = f"http://{host}:{sock.getsockname()[1]}"
    told: dict[str, Any] = {
        "system": "quickbooks-online",
        "base_url": address,
        "port": sock.getsockname()[1],
        "realm_id": server.company.realm,
        "client_id": tokens.client_id,
        "client_secret": tokens.client_secret,
        "refresh_token": tokens.grant.refresh,
        "token_url": address + TOKEN_PATH,
    }
    serve_until_told(uvicorn_config(server.asgi, date_header=False), sock, told)
    server.company.close()


def airflow_connection(
    base_url: str, realm_id: str, client_id: str, client_secret: str, refresh_token: str
) -> dict[str, Any]:
    """The Airflow Connection of a server, in its JSON form."""
    return {
        "conn_type": "quickbooks_online",
        "host": base_url,
        "login": client_id,
        "password": client_secret,
        "extra": {
            "realm_id": realm_id,
            "environment": "sandbox",
            "refresh_token": refresh_token,
            "token_url": base_url + TOKEN_PATH,
        },
    }
