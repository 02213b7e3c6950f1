"""The store and the WMS in memory do what the real ones do: the same sequence makes the same plans and the same sides.

Plan ids are SHA-256 of all a plan holds, so that equal ids mean equal matching, merging, bases and references.
"""

from __future__ import annotations

import json
import os
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from sandbox.conductor.server import running_conductor
from tests.properties.memory_wms import MAPPINGS
from tests.properties.people import People
from tests.properties.real_sides import RealOffice
from tests.properties.sequences import DOINGS, FAULTS, ROUND, WEIGHTS, Step, furnish
from tests.properties.two_sides import Office, quiet

SEEDS = range(int(os.environ.get("ACCORDANT_PARITY_SEEDS", "1")))
# The real hook waits and tries again by itself where the one in memory gives up at once.
_PATIENT = {FAULTS.index(name) for name in ("record_locked", "throttle")}

quiet()


@pytest.mark.parametrize("seed", SEEDS)
def test_memory_and_postgres_make_the_same_plans_and_the_same_sides(
    seed: int, postgres: Any, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[list[Any]] = [[], []]
    steps = _steps(Random(seed))
    with running_conductor() as conductor:
        real = RealOffice(_connected(postgres, conductor, monkeypatch), store, conductor)
        memory = Office()
        memory.validates = False
        for office, notes in zip((memory, real), told, strict=True):
            people = People(office)
            furnish(office, people)
            for step in steps:
                DOINGS[step.what](office, people, step)
                office.clock.advance(7)
            for flow in ROUND:
                office.run(flow, full=True)
            notes += _notes(office, people)
    for mine, others in zip(*told, strict=True):
        assert mine == others


def _steps(random: Random) -> list[Step]:
    names = [name for name, weight in WEIGHTS.items() for _ in range(weight)]
    steps = [Step("round", 0, 0, 0, 0, 0)]
    while len(steps) < 9:
        step = Step(random.choice(names), *(random.randrange(12) for _ in range(4)), random.randrange(5))
        patient = step.a % len(FAULTS) in _PATIENT or step.kind == 5
        if not (step.what == "broken wire" and patient):
            steps.append(step)
    return steps


def _notes(office: Office, people: People) -> list[Any]:
    runs = [(ran.flow, ran.plan, bool(ran.stopped), _ended(office, ran.run_id)) for ran in office.runs]
    sides = [
        (side, object_type, key, people.content(side, object_type, key))
        for object_type in MAPPINGS
        for side in ("ours", "theirs")
        for key in people.keys(side, object_type)
    ]
    return [*runs, *sides]


def _ended(office: Office, run_id: str) -> list[tuple[str, ...]]:
    return [(row["key"], row["action"], row["side"], row["state"], row["code"]) for row in office.operations(run_id)]


def _connected(postgres: Any, conductor: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    name = f"wms_{uuid4().hex[:8]}"
    postgres.create_database(name)
    place = {"conn_type": "postgres", "host": str(postgres.socket_dir), "login": "postgres", "schema": name}
    monkeypatch.setenv("AIRFLOW_CONN_WMS_DEFAULT", json.dumps(place))
    extra = {"end_user_id": conductor.end_user_id}
    place = {"conn_type": "conductor", "host": conductor.base_url, "password": conductor.secret_key, "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_CONDUCTOR_DEFAULT", json.dumps(place))
    return f"host={postgres.socket_dir} user=postgres dbname={name}"
