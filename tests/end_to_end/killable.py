"""Processes that do a run and are really killed in it, by SIGKILL, without each of them importing Airflow anew.

`Killable` starts one process that imports everything once, and forks a child for every run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any, Self


class Killable:
    """Does whole runs or single steps in processes of their own."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "tests.end_to_end.killable"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def run(self, flow: str, name: str, kill_at: str) -> int:
        """Do a run in a process that is killed at NAME:COUNT; return how it ended, -9 for a kill."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        environment = {name: text for name, text in os.environ.items() if name.startswith("AIRFLOW_CONN_")}
        asked = {"environment": environment, "flow": flow, "name": name, "kill_at": kill_at}
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline())


def _do(asked: dict[str, Any]) -> None:
    """Do a run from beginning to end."""
    from accordant.sync.failpoints import _armed
    from accordant.tasks import closing, proof, steps, validate
    from tests.end_to_end.office import modules_with_failpoints

    os.environ.update(asked["environment"])
    killing = _armed(asked["kill_at"])
    for module in modules_with_failpoints():
        module.failpoint = killing  # type: ignore[attr-defined]
    flow = asked["flow"]
    run_id = steps.prepare(flow, asked["name"], {})
    steps.extract(flow, run_id)
    if asked["kill_at"].startswith("validate"):
        validate.validate(flow, run_id)
    steps.diff(flow, run_id)
    steps.decide_alone(flow, run_id)
    steps.load(flow, run_id)
    closing.close(run_id, proof.reconcile(flow, run_id), reported=False)


def _forked(asked: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            _do(asked)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    from tests.end_to_end import office  # noqa: F401 everything that a run needs is imported now

    for line in sys.stdin:
        print(_forked(json.loads(line)), flush=True)
