"""A home for a demo that is never started."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo.layout import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path / "demo")
    made.create()
    return made
