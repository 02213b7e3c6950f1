"""Whatever people type, whenever the power goes: after two quiet rounds both sides agree, and nothing is lost.

README.md in this folder has the command of the long run, its seeds and what it took.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, given, settings

from tests.properties.sequences import SEQUENCES, Step, play
from tests.properties.two_sides import quiet

SEQUENCES_RUN = int(os.environ.get("ACCORDANT_SEQUENCES", "100"))

quiet()


@settings(max_examples=SEQUENCES_RUN, suppress_health_check=list(HealthCheck))
@given(SEQUENCES)
def test_both_sides_agree_after_two_quiet_rounds_and_no_edit_is_lost(
    sequence: tuple[bool, int, list[Step]],
) -> None:
    play(*sequence)
