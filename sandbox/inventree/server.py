"""Running the sandbox InvenTree: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import ipaddress
import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import uvicorn

from sandbox.inventree.application import DEFAULT_PASSWORD, InvenTree, Options
from sandbox.inventree.store import Store
from sandbox.shared.client import SandboxControl
from sandbox.shared.connections import TrackedProtocol

_PATIENCE = 20.0


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
class InvenTreeProcess(RunningInvenTree):
    """A server in a process of its own."""

    process: subprocess.Popen[str]
    command: list[str]

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """Start again on the same port and, if it has one, the same data file."""
        stop_process(self.process)
        self.process, _ = _launch(self.command)


def uvicorn_config(server: InvenTree) -> uvicorn.Config:
    """The web server's settings: one plain asyncio loop whose connections faults can break."""
    return uvicorn.Config(
        server.asgi,
        http=TrackedProtocol,
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        backlog=1024,
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


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
    web = uvicorn.Server(uvicorn_config(server))
    sock = listening_socket("127.0.0.1", port)
    thread = threading.Thread(target=web.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    _wait_started(web, thread)
    base_url = f"http://127.0.0.1:{sock.getsockname()[1]}"
    try:
        yield InvenTreeThread(base_url, server.token, user, password, server)
    finally:
        web.should_exit = True
        thread.join(_PATIENCE)
        sock.close()
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
    port = port or _free_port()
    command = [sys.executable, "-m", "sandbox", "inventree", "--port", str(port)]
    command += ["--latency-ms", str(latency_ms), "--user", user, "--password", password]
    command += ["--data", str(data)] if data else []
    command += ["--limit", limit] if limit else []
    process, told = _launch(command)
    running = InvenTreeProcess(told["base_url"], told["token"], user, password, process, command)
    try:
        yield running
    finally:
        stop_process(running.process)


def serve(options: Options, *, host: str, port: int) -> None:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    if not ipaddress.ip_address(host).is_loopback:
        options = replace(options, page=False)  # the pages ask for no password
    server = InvenTree(options)
    sock = listening_socket(host, port)
    sock.listen()
    told = {
        "system": "inventree",
        "base_url": f"http://{host}:{sock.getsockname()[1]}",
        "token": server.token,
        "user": options.user,
        "password": options.password,
    }
    print(json.dumps(told), flush=True)
    uvicorn.Server(uvicorn_config(server)).run(sockets=[sock])
    server.store.close()


def stop_process(process: subprocess.Popen[str]) -> None:
    """Ask a process to end; insist after a few seconds."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()


def _launch(command: list[str]) -> tuple[subprocess.Popen[str], dict[str, str]]:
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"the sandbox InvenTree did not start: {' '.join(command)}")
    told: dict[str, str] = json.loads(line)
    return process, told


def _wait_started(web: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not web.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the sandbox InvenTree did not start")
        time.sleep(0.01)


def _free_port() -> int:
    with listening_socket("127.0.0.1", 0) as sock, suppress(OSError):
        return int(sock.getsockname()[1])
    raise RuntimeError("no free port on 127.0.0.1")
