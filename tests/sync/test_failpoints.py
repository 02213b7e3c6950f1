"""Failpoints end the process where they say, and cost nothing otherwise."""

import os
import signal
import subprocess
import sys

import pytest

from accordant.sync import failpoints


def run(setting: str, code: str) -> int:
    environment = {**os.environ, "ACCORDANT_KILL_AT": setting}
    return subprocess.run([sys.executable, "-c", code], env=environment, check=False, capture_output=True).returncode


CODE = "from accordant.sync.failpoints import failpoint\nfor _ in range(2): failpoint('load.2.after_intent')"


def test_an_armed_failpoint_kills_at_the_named_visit() -> None:
    assert run("load.2.after_intent", CODE) == -signal.SIGKILL
    assert run("load.2.after_intent:2", CODE) == -signal.SIGKILL
    assert run("load.2.after_intent:3", CODE) == 0
    assert run("load.3.after_send", CODE) == 0


def test_without_the_variable_it_is_an_empty_function() -> None:
    assert failpoints.failpoint is failpoints._disarmed


@pytest.mark.parametrize("setting", ["nowhere", "load.2.after_intent:0", "load.2.after_intent:x"])
def test_a_wrong_setting_is_refused_with_a_sentence(setting: str) -> None:
    with pytest.raises(ValueError, match="ACCORDANT_KILL_AT"):
        failpoints.parse(setting)
