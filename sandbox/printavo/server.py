"""Running the sandbox Printavo: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.printavo.account import Account
from sandbox.printavo.application import API_PATH, Options, Printavo
from sandbox.printavo.client import PrintavoControl
from sandbox.printavo.content import Content
from sandbox.printavo.person import Person
from sandbox.printavo.settings import Settings
from sandbox.printavo.small_lists import ACCOUNT_EMAIL
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
class RunningPrintavo:
    """Where a running server is, and how to call it.

    Attributes:
        base_url: what stands for `https://www.printavo.com`.
    """

    base_url: str
    email: str
    token: str

    @property
    def api_url(self) -> str:
        """Where queries are posted."""
        return self.base_url + API_PATH

    @property
    def headers(self) -> dict[str, str]:
        """What logs in."""
        return {"email": self.email, "token": self.token}

    @property
    def control(self) -> PrintavoControl:
        """The control API of this server."""
        return PrintavoControl(self.base_url)

    @property
    def connection(self) -> dict[str, Any]:
        """The Airflow Connection that leads here."""
        return airflow_connection(self.base_url, self.email, self.token)


@dataclass
class PrintavoThread(RunningPrintavo):
    """A server in a thread of this process; its account can be looked at directly."""

    server: Printavo

    @property
    def account(self) -> Account:
        """The account."""
        return self.server.account

    @property
    def person(self) -> Person:
        """A person who changes the account."""
        return self.server.person


@dataclass
class PrintavoProcess(RunningPrintavo, RunningProcess):
    """A server in a process of its own."""

    process: ServerProcess


@contextmanager
def running_printavo(
    *,
    content: Content | None = None,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    token: str | None = None,
    settings: Settings | None = None,
    clock: Clock | Seconds | None = None,
    port: int = 0,
) -> Iterator[PrintavoThread]:
    """A server in a thread, stopped at the end of the block.

    Args:
        content: what is in the account, such as `generate(orders=1000)`; nobody without it. It is the server's own
            from then on: a second server needs another.
        clock: the real time unless given; anything with `now()` in seconds since 1970 will do.
    """
    options = Options(
        content=content, data=data, latency_ms=latency_ms, limit=limit, token=token, settings=settings, clock=clock
    )
    server = Printavo(options)
    with served_in_thread(uvicorn_config(server.asgi, date_header=False), port=port) as address:
        yield PrintavoThread(address, options.email, server.token, server)


@contextmanager
def running_printavo_process(
    *,
    orders: int = 0,
    seed: int = 7,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    port: int = 0,
) -> Iterator[PrintavoProcess]:
    """A server in a process of its own, stopped at the end of the block.

    Args:
        orders, seed: of the account that is generated at the start. Without a data file a restart forgets what was
            changed since, and makes another token.
    """
    arguments = ["printavo", "--port", str(port or free_port()), "--latency-ms", str(latency_ms)]
    arguments += ["--orders", str(orders), "--seed", str(seed)]
    arguments += ["--data", str(data)] if data else []
    arguments += ["--limit", limit] if limit else []
    process = ServerProcess(arguments)
    try:
        yield PrintavoProcess(process.told["base_url"], process.told["email"], process.told["token"], process)
    finally:
        process.stop()


def serve(options: Options, *, host: str, port: int) -> None:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    if not ipaddress.ip_address(host).is_loopback:
        options = replace(options, page=False)  # the pages ask for no password
    server = Printavo(options)
    sock = listening_socket(host, port)
    address = f"http://{host}:{sock.getsockname()[1]}"
    told: dict[str, Any] = {
        "system": "printavo",
        "base_url": address,
        "port": sock.getsockname()[1],
        "api_url": address + API_PATH,
        "email": options.email,
        "token": server.token,
    }
    serve_until_told(uvicorn_config(server.asgi, date_header=False), sock, told)


def airflow_connection(base_url: str, email: str = ACCOUNT_EMAIL, token: str = "") -> dict[str, Any]:
    """The Airflow Connection of a server, in its JSON form."""
    return {"conn_type": "printavo", "host": base_url, "login": email, "password": token, "extra": {}}
