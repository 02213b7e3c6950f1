"""The same inputs make the same plan, byte for byte, whatever order Python walks its sets in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SCRIPT = """
from random import Random
from tests.properties.people import People
from tests.properties.sequences import DOINGS, ROUND, Step, furnish
from tests.properties.two_sides import Office, quiet

quiet()
office, random = Office(), Random(7)
people = People(office)
furnish(office, people)
for what in "round/both edit/ours lines/theirs edit/both edit/round/both edit/theirs lines/round".split("/"):
    DOINGS[what](office, people, Step(what, *(random.randrange(6) for _ in range(4)), 1))
print("\\n".join(ran.plan for ran in office.runs))
"""


def _plans(hash_seed: str) -> list[str]:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    command = [sys.executable, "-c", _SCRIPT]
    done = subprocess.run(command, cwd=_ROOT, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_plans_are_byte_identical_under_different_hash_seeds() -> None:
    plans = [_plans(seed) for seed in ("0", "1", "4242")]
    assert len(set(plans[0])) > 10, "the plans of these runs hold something"
    assert plans[0] == plans[1] == plans[2]
