"""Running a sandbox server: in a thread for fast tests, or as a process that can be killed."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from sandbox.shared.connections import TrackedProtocol
from sandbox.shared.gate import Application

_PATIENCE = 20.0


def uvicorn_config(application: Application, *, date_header: bool = True) -> uvicorn.Config:
    """The web server's settings: one plain asyncio loop whose connections faults can break."""
    return uvicorn.Config(
        application,
        http=TrackedProtocol,
        loop="asyncio",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=date_header,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        backlog=1024,
    )


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one."""
    # The protocol is named, or asyncio does not switch off the delay of small packets.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


@contextmanager
def served_in_thread(config: uvicorn.Config, *, port: int = 0) -> Iterator[str]:
    """Serve in a thread until the end of the block; the address, such as `http://127.0.0.1:4711`."""
    web = uvicorn.Server(config)
    sock = listening_socket("127.0.0.1", port)
    thread = threading.Thread(target=web.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    _wait_started(web, thread)
    try:
        yield f"http://127.0.0.1:{sock.getsockname()[1]}"
    finally:
        web.should_exit = True
        thread.join(_PATIENCE)
        sock.close()


def serve_until_told(config: uvicorn.Config, sock: socket.socket, told: dict[str, Any]) -> None:
    """Serve in the foreground; says `told` in one JSON line once it is ready."""
    sock.listen()
    print(json.dumps(told), flush=True)
    uvicorn.Server(config).run(sockets=[sock])


class ServerProcess:
    """A server in a process of its own, started by `python -m sandbox ARGUMENTS`.

    Attributes:
        told: what it said when it was ready.
    """

    def __init__(self, arguments: list[str]) -> None:
        self._command = [sys.executable, "-m", "sandbox", *arguments]
        self._process, self.told = _launch(self._command)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self._process.kill()
        self._process.wait()

    def restart(self) -> None:
        """Start again with the same arguments: the same port and, if it has one, the same data file."""
        self.stop()
        self._process, _ = _launch(self._command)

    def stop(self) -> None:
        """Ask the process to end; insist after a few seconds."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


class RunningProcess:
    """A running system that is a process of its own."""

    process: ServerProcess

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()

    def restart(self) -> None:
        """Start again on the same port and, if it has one, the same data file."""
        self.process.restart()


def free_port() -> int:
    """A port that nothing listens on now."""
    with listening_socket("127.0.0.1", 0) as sock, suppress(OSError):
        return int(sock.getsockname()[1])
    raise RuntimeError("no free port on 127.0.0.1")


def _launch(command: list[str]) -> tuple[subprocess.Popen[str], dict[str, str]]:
    root = Path(__file__).resolve().parents[2]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise RuntimeError(f"the sandbox did not start: {' '.join(command)}")
    told: dict[str, str] = json.loads(line)
    return process, told


def _wait_started(web: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not web.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the sandbox server did not start")
        time.sleep(0.01)
