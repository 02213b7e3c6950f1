"""Running the sandbox Conductor: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sandbox.conductor.application import Conductor, Options
from sandbox.conductor.client import ConductorControl
from sandbox.conductor.company import Company
from sandbox.conductor.settings import Settings
from sandbox.shared.launch import (
    RunningProcess,
    ServerProcess,
    free_port,
    listening_socket,
    serve_until_told,
    served_in_thread,
    uvicorn_config,
)

API = "/v1"


@dataclass
class RunningConductor:
    """Where a running server is, and how to call it.

    Attributes:
        base_url: what stands for `https://api.conductor.is/v1`.
    """

    base_url: str
    secret_key: str
    end_user_id: str

    @property
    def control(self) -> ConductorControl:
        """The control API of this server."""
        return ConductorControl(self.base_url)

    @property
    def headers(self) -> dict[str, str]:
        """The headers of every call."""
        return {"Authorization": f"Bearer {self.secret_key}", "Conductor-End-User-Id": self.end_user_id}


@dataclass
class ConductorThread(RunningConductor):
    """A server in a thread of this process; its company file can be looked at directly."""

    server: Conductor

    @property
    def company(self) -> Company:
        """The company file."""
        return self.server.company


@dataclass
class ConductorProcess(RunningConductor, RunningProcess):
    """A server in a process of its own."""

    process: ServerProcess


@contextmanager
def running_conductor(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    settings: Settings | None = None,
    port: int = 0,
) -> Iterator[ConductorThread]:
    """A server in a thread, stopped at the end of the block."""
    server = Conductor(Options(data=data, latency_ms=latency_ms, limit=limit, settings=settings))
    company = server.company
    try:
        with served_in_thread(uvicorn_config(server.asgi, date_header=False), port=port) as address:
            yield ConductorThread(address + API, company.secret_key, company.end_user_id, server)
    finally:
        company.close()


@contextmanager
def running_conductor_process(
    *,
    data: Path | None = None,
    latency_ms: float = 0.0,
    limit: str | None = None,
    port: int = 0,
) -> Iterator[ConductorProcess]:
    """A server in a process of its own, stopped at the end of the block.

    Without a data file a restart makes another company file, with another key.
    """
    arguments = ["conductor", "--port", str(port or free_port()), "--latency-ms", str(latency_ms)]
    arguments += ["--data", str(data)] if data else []
    arguments += ["--limit", limit] if limit else []
    process = ServerProcess(arguments)
    told = process.told
    try:
        yield ConductorProcess(told["base_url"], told["secret_key"], told["end_user_id"], process)
    finally:
        process.stop()


def serve(options: Options, *, host: str, port: int) -> None:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    if not ipaddress.ip_address(host).is_loopback:
        options = replace(options, page=False)  # the pages ask for no password
    server = Conductor(options)
    sock = listening_socket(host, port)
    told: dict[str, Any] = {
        "system": "conductor",
        "base_url": f"http://{host}:{sock.getsockname()[1]}{API}",
        "port": sock.getsockname()[1],
        "secret_key": server.company.secret_key,
        "end_user_id": server.company.end_user_id,
    }
    serve_until_told(uvicorn_config(server.asgi, date_header=False), sock, told)
    server.company.close()
