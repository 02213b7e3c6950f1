"""Dockerfile and .dockerignore: locked with hashes, no root, nothing private inside."""

from __future__ import annotations

import fnmatch
import re
from pathlib import Path

import pytest


@pytest.fixture
def dockerfile(checkout: Path) -> str:
    return (checkout / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")


def stage(dockerfile: str, name: str) -> str:
    """Return the instructions of one stage."""
    found = re.search(rf"^FROM \S+ AS {name}$(.*?)(?=^FROM |\Z)", dockerfile, re.MULTILINE | re.DOTALL)
    assert found, f"no stage {name}"
    return found[1]


def sources(dockerfile: str) -> list[str]:
    """Return what is copied from the repository."""
    lines = re.findall(r"^COPY (?!--from)(.+)$", dockerfile, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


@pytest.mark.parametrize(
    ("name", "lock"), [("production", "requirements.lock"), ("development", "requirements-dev.lock")]
)
def test_the_lock_is_installed_with_hashes(dockerfile: str, name: str, lock: str) -> None:
    installs = [line for line in stage(dockerfile, name).splitlines() if "-r " in line]
    assert installs
    assert all("--require-hashes" in line and f"-r {lock}" in line for line in installs)


def test_every_install_is_locked_or_our_own_wheel(dockerfile: str) -> None:
    for line in dockerfile.splitlines():
        if re.search(r"pip install", line) and not line.startswith("#"):
            assert "--require-hashes" in line or ("--no-deps" in line and "--no-index" in line), line


def test_the_image_does_not_run_as_root(dockerfile: str) -> None:
    assert re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE) == ["50000:0"]
    for name in ("accordant", "sandbox"):
        assert re.search(rf"^FROM runtime AS {name}$", dockerfile, re.MULTILINE)


def test_the_default_image_has_no_sandbox(dockerfile: str) -> None:
    assert dockerfile.rindex("AS accordant") > dockerfile.rindex("AS sandbox")
    assert "sandbox" not in stage(dockerfile, "accordant")


def test_everything_copied_exists(dockerfile: str, checkout: Path) -> None:
    missing = [source for source in sources(dockerfile) if not (checkout / source).exists()]
    assert not missing


def test_everything_copied_reaches_the_engine_and_nothing_else(dockerfile: str, checkout: Path) -> None:
    rules = (checkout / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in rules
    allowed = {rule[1:] for rule in rules if rule.startswith("!")}
    assert allowed == {source.removeprefix("./") for source in sources(dockerfile)}
    assert not [name for name in allowed if fnmatch.fnmatch(name, "*.env") or name.startswith(".")]
