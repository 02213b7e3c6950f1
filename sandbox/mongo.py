"""The embedded MongoDB-compatible server: SecantusDB, always a process of its own.

Its licence and its beta state both ask for that: it is started, never imported.
"""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

import pymongo
from pymongo.errors import PyMongoError

from sandbox.processes import stop
from sandbox.shared.scratch import scratch_folder

_PROGRAM = Path(sys.executable).parent / "secantusd-py"
_PATIENCE = 30.0
_PID = "pid"


@dataclass
class RunningMongo:
    """Where a running server is."""

    uri: str
    port: int
    process: subprocess.Popen[bytes]
    data: Path

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running_mongo(
    data: Path | None = None,
    *,
    port: int = 0,
    user: str | None = None,
    password: str = "mongo",  # noqa: S107 - a sandbox
) -> Iterator[RunningMongo]:
    """A server on loopback, stopped at the end of the block; without `data` its files go then too."""
    home = data or scratch_folder("sandbox-mongo-")
    try:
        server = start(home, port=port, user=user, password=password)
        try:
            yield server
        finally:
            _stop(server.process)
    finally:
        if data is None:
            shutil.rmtree(home, ignore_errors=True)


def start(data: Path, *, port: int = 0, user: str | None = None, password: str = "mongo") -> RunningMongo:  # noqa: S107
    """Start a server on `data` and wait until it answers.

    With a `user`, the server first runs open for a moment to create that user.
    """
    data = data.resolve()
    data.mkdir(parents=True, exist_ok=True)
    _stop_orphan(data)
    port = port or _free_port()
    if user is not None:
        _ensure_user(data, port, user, password)
    login = f"{quote(user)}:{quote(password)}@" if user else ""
    process = _launch(data, port, auth=user is not None)
    uri = f"mongodb://{login}127.0.0.1:{port}/?directConnection=true"
    _wait_ready(uri, process)
    return RunningMongo(uri, port, process, data)


def serve(data: Path | None, *, port: int, user: str | None, password: str) -> int:
    """Serve in the foreground until told to stop; says where in one JSON line once it is ready."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _leave)
    with running_mongo(data, port=port, user=user, password=password) as server:
        login = {"user": user, "password": password} if user else {"user": None, "password": None}
        told = {"system": "mongo", "uri": server.uri, "port": server.port, **login}
        print(json.dumps(told), flush=True)
        return server.process.wait()


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _ensure_user(data: Path, port: int, user: str, password: str) -> None:
    process = _launch(data, port, auth=False)
    try:
        open_uri = f"mongodb://127.0.0.1:{port}/?directConnection=true"
        _wait_ready(open_uri, process)
        with pymongo.MongoClient[dict[str, object]](open_uri) as client, suppress(PyMongoError):
            client.admin.command("createUser", user, pwd=password, roles=["root"])
    finally:
        _stop(process)


def _launch(data: Path, port: int, *, auth: bool) -> subprocess.Popen[bytes]:
    config = data / "secantusd.toml"
    config.touch()  # an explicit file keeps the server from picking up a stranger's
    command = [str(_PROGRAM), "--config", str(config), "--host", "127.0.0.1", "--port", str(port)]
    command += ["--storage-path", str(data / "storage"), "--sync-on-commit", "--cache-size", "64M"]
    command += ["--log-level", "WARNING", *(["--auth"] if auth else [])]
    with (data / "log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    (data / _PID).write_text(str(process.pid))
    return process


def _stop_orphan(data: Path) -> None:
    """End a server of this folder whose launcher was killed: it would hold the files."""
    with suppress(OSError, ValueError):
        stop(int((data / _PID).read_text()), str(data / "storage"))


def _wait_ready(uri: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with (
            suppress(PyMongoError),
            pymongo.MongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=500) as client,
        ):
            client.admin.command("ping")
            return
        time.sleep(0.1)
    _stop(process)
    raise RuntimeError("the MongoDB-compatible server did not get ready; see the file `log` in its folder")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
