"""A real MariaDB server from Debian's package mariadb-server, on loopback, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pymysql

from sandbox.shared.scratch import scratch_folder

_PATIENCE = 30.0  # seconds for a server to answer, or to stop
_PLACES = ":/usr/sbin:/usr/local/sbin:/usr/libexec"  # where Debian and others keep what only root should start
# What is written is lost when the machine dies, and not when a test does.
_FAST = (
    "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=32M", "--skip-log-bin", "--performance-schema=0",
)  # fmt: skip
_SMALL = ("--innodb-log-file-size=4M", "--innodb-buffer-pool-size=16M", "--innodb-flush-method=nosync")


@dataclass(frozen=True)
class RunningMariaDB:
    """Where a running server is."""

    port: int
    socket: str
    data: Path
    process: subprocess.Popen[bytes]
    host: str = "127.0.0.1"
    user: str = "root"

    def uri(self, database: str = "") -> str:
        """The address of one database, for SQLAlchemy."""
        return f"mysql+pymysql://{self.user}@{self.host}:{self.port}/{database}?charset=utf8mb4"

    def create_database(self, name: str) -> None:
        """Create a database unless it is there; it tells letters with and without accents apart, but not case."""
        with self.connect() as connection, connection.cursor() as cursor:
            quoted = name.replace("`", "``")
            cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{quoted}` CHARACTER SET utf8mb4")

    def connect(self, database: str | None = None) -> pymysql.Connection[pymysql.cursors.Cursor]:
        """A connection that commits each statement by itself."""
        return pymysql.connect(
            host=self.host, port=self.port, user=self.user, database=database, autocommit=True, connect_timeout=5
        )

    def kill(self) -> None:
        """kill -9, as a crash would."""
        self.process.kill()
        self.process.wait()


def program() -> str | None:
    """Where the server's program is; None where it is not installed."""
    return shutil.which("mariadbd", path=_path()) or shutil.which("mysqld", path=_path())


@contextmanager
def running_mariadb() -> Iterator[RunningMariaDB]:
    """A server with no data, stopped at the end of the block; nothing of it is left."""
    home = scratch_folder("sandbox-maria-")
    try:
        server = _start(home)
        try:
            yield server
        finally:
            _stop(server.process)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _start(home: Path) -> RunningMariaDB:
    found = program()
    if found is None:
        raise RuntimeError("no mariadbd is installed (Debian: apt-get install mariadb-server)")
    data = home / "data"
    _install(data, home / "log")
    port, path = _free_port(), str(home / "sock")
    command = [
        found, "--no-defaults", *_as_root(), f"--datadir={data}", f"--socket={path}", f"--port={port}",
        "--bind-address=127.0.0.1", f"--pid-file={home / 'pid'}", "--skip-name-resolve",
        "--character-set-server=utf8mb4", *_FAST,
    ]  # fmt: skip
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    server = RunningMariaDB(port, path, data, process)
    _wait_ready(server, home / "log")
    return server


def _install(data: Path, log: Path) -> None:
    """Make the system tables; root comes in without a password."""
    installer = shutil.which("mariadb-install-db", path=_path()) or "mysql_install_db"
    command = [
        installer, "--no-defaults", *_as_root(), f"--datadir={data}", "--auth-root-authentication-method=normal",
        "--skip-test-db", "--skip-name-resolve", *_SMALL,
    ]  # fmt: skip
    with log.open("ab") as output:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False)
    if done.returncode:
        raise RuntimeError(f"MariaDB could not make its data folder:\n{log.read_text(errors='replace')[-2000:]}")


def _wait_ready(server: RunningMariaDB, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and server.process.poll() is None:
        with suppress(pymysql.Error), server.connect():
            return
        time.sleep(0.05)
    _stop(server.process)
    raise RuntimeError(f"MariaDB did not get ready:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _as_root() -> list[str]:
    """Root must say that root is meant; for everybody else the server runs as who they are."""
    return ["--user=root"] if os.geteuid() == 0 else []


def _path() -> str:
    return os.environ.get("PATH", "") + _PLACES


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
