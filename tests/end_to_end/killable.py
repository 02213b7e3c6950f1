"""Processes that do a run and are really killed in it, by SIGKILL, without each of them importing Airflow anew.

`Killable` starts one process that imports everything once, and forks a child for every run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
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

    def run(self, flow: str, name: str, kill_at: str, settings: Mapping[str, Any] | None = None) -> int:
        """Do a run in a process that is killed at NAME:COUNT; return how it ended, -9 for a kill.

        Args:
            settings: changes of the settings of a school's or a print shop's flow.
        """
        return self.together({"flow": flow, "name": name, "kill_at": kill_at, "settings": settings})[0]

    def step(self, name: str, flow: str, run_id: str, kill_at: str = "") -> int:
        """Do one step of a run in a process that is killed at NAME:COUNT, if that is given; return how it ended."""
        return self.together({"flow": flow, "step": name, "name": run_id, "kill_at": kill_at})[0]

    def together(self, *runs: Mapping[str, Any]) -> list[int]:
        """Do runs at the same time, each in a process of its own; return how each ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        environment = {name: text for name, text in os.environ.items() if name.startswith("AIRFLOW_CONN_")}
        usual = {"environment": environment, "kill_at": "", "parameters": {}, "settings": None, "step": None}
        asked = [{**usual, **run} for run in runs]
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        ended: list[int] = json.loads(self._process.stdout.readline())
        return ended


def _do(asked: dict[str, Any]) -> None:
    """Do a run from beginning to end, or one step of it."""
    from accordant.flows.base import PushFlow
    from accordant.flows.registry import flow_named
    from accordant.sync.failpoints import _armed
    from accordant.tasks import closing, proof, push, steps, validate
    from tests.end_to_end import office, print_shop, school, world

    os.environ.update(asked["environment"])
    flow = asked["flow"]
    if asked["settings"]:
        (print_shop if flow == print_shop.FLOW else school).settings_here(asked["settings"])
    if asked["kill_at"]:
        killing = _armed(asked["kill_at"])
        for place in (office, school, print_shop, world):
            for module in place.modules_with_failpoints():
                module.failpoint = killing
    if asked["step"]:
        known = {"extract": steps.extract, "load": steps.load, "reconcile": proof.reconcile, "report": push.report}
        known[asked["step"]](flow, asked["name"])
        return
    run_id = steps.prepare(flow, asked["name"], asked["parameters"])
    steps.extract(flow, run_id)
    if asked["kill_at"].startswith("validate"):
        validate.validate(flow, run_id)
    steps.diff(flow, run_id)
    steps.decide_alone(flow, run_id)
    steps.load(flow, run_id)
    proven = proof.reconcile(flow, run_id)
    if isinstance(flow_named(flow), PushFlow):
        closing.close(run_id, push.report(flow, run_id))
    else:
        closing.close(run_id, proven, reported=False)


def _forked(asked: dict[str, Any]) -> int:
    """Return the child that does a run."""
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            _do(asked)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def _ended(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    from tests.end_to_end import office, print_shop, school, world  # noqa: F401 everything that a run needs is imported now

    for line in sys.stdin:
        children = [_forked(asked) for asked in json.loads(line)]
        print(json.dumps([_ended(child) for child in children]), flush=True)
