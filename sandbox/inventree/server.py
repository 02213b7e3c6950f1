"""Running the sandbox InvenTree: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.inventree.application import DEFAULT_PASSWORD, InvenTree, Options
from sandbox.inventree.store import Store
from sandbox.shared.client import SandboxControl
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
class RunningInvenTree:
    """Where a running server is, and how to log in."""

    base_url: str
    token: str
    user: str
    password: str

    @property
    def control(self) -> SandboxControl:
        """The control API of this server."""
        return SandboxControl(self.base_url)

    @property
    def headers(self) -> dict[str, str]:
        """The header that logs in."""
        return {"Authorization": f"Token {self.token}"}


@dataclass
class InvenTreeThread(RunningInvenTree):
    """A server in a thread of this process; its objects can be looked at directly."""

    server: InvenTree

    @property
    def store(self) -> Store:
        """All objects."""
        return self.server.store


@dataclass
class InvenTreeProcess(RunningInvenTree, RunningProcess):
    """A server in a process of its own."""

    process: ServerProcess


@contextmanager
def running_inventree(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    user: str = "admin",
    password: str = DEFAULT_PASSWORD,
    port: int = 0,
) -> Iterator[InvenTreeThread]:
    """A server in a thread, stopped at the end of the block."""
    options = Options(data=data, latency_ms=latency_ms, limit=limit, user=user, password=password)
    server = InvenTree(options)
    try:
        with served_in_thread(uvicorn_config(server.asgi), port=port) as base_url:
            yield InvenTreeThread(base_url, server.token, user, password, server)
    finally:
        server.store.close()


@contextmanager
def running_inventree_process(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    user: str = "admin",
    password: str = DEFAULT_PASSWORD,
    port: int = 0,
) -> Iterator[InvenTreeProcess]:
    """A server in a process of its own, stopped at the end of the block."""
    arguments = ["inventree", "--port", str(port or free_port())]
    arguments += ["--latency-ms", str(latency_ms), "--user", user, "--password", password]
    arguments += ["--data", str(data)] if data else []
    arguments += ["--limit", limit] if limit else []
    process = ServerProcess(arguments)
    try:
        yield InvenTreeProcess(process.told["base_url"], process.told["token"], user, password, process)
    finally:
        process.stop()


def serve(options: Options, *, host: str, port: int) -> None:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    if not ipaddress.ip_address(host).is_loopback:
        options = replace(options, page=False)  # the pages ask for no password
    server = InvenTree(options)
    sock = listening_socket(host, port)
    told = {
        "system": "inventree",
        "base_url": f"http://{host}:{sock.getsockname()[1]}",
        "token": server.token,
        "user": options.user,
        "password": options.password,
    }
    serve_until_told(uvicorn_config(server.asgi), sock, told)
    server.store.close()
