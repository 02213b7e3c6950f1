"""The whole demo, as `make demo ARGS=--exit` runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from demo.layout import CHECKOUT


def of_this_demo(home: Path) -> Iterator[psutil.Process]:
    """Yield every running process that works in the demo's folder or names it."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            here = str(home) in process.cwd() or any(str(home) in word for word in process.cmdline())
            if here and process.status() != psutil.STATUS_ZOMBIE:
                yield process


class Listeners(threading.Thread):
    """Collects the addresses on which the demo's processes listen while it runs."""

    def __init__(self, home: Path) -> None:
        super().__init__(daemon=True)
        self.home, self.addresses, self.done = home, set[str](), threading.Event()

    def run(self) -> None:
        while not self.done.wait(2):
            for process in of_this_demo(self.home):
                with suppress(psutil.Error):
                    found = process.net_connections("inet")
                    self.addresses |= {each.laddr.ip for each in found if each.status == psutil.CONN_LISTEN}


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder outside pytest's own, which is closed to the user that embedded Postgres runs as under root."""
    folder = Path(tempfile.mkdtemp(prefix="accordant-demo-"))
    yield folder / "demo"
    for process in of_this_demo(folder):  # of a demo that took too long and was killed
        with suppress(psutil.Error):
            process.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.airflow
@pytest.mark.timeout(960)
def test_the_demo_agrees_both_sides_and_leaves_nothing_behind(home: Path) -> None:
    listeners = Listeners(home)
    listeners.start()
    command = [sys.executable, "-m", "demo", "--home", str(home), "up", "--exit"]
    done = subprocess.run(
        command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900, check=False
    )
    listeners.done.set()
    listeners.join()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "both sides match" in done.stdout
    assert "7 of 7 say that both sides match" in done.stdout
    assert "0 operations planned, 0 write calls to QuickBooks" in done.stdout
    assert "0 write calls to QuickBooks Online" in done.stdout
    assert "\x1b" not in done.stdout
    assert listeners.addresses == {"127.0.0.1"}
    assert list(of_this_demo(home)) == []
