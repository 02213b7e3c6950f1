"""requirements*.lock: complete, hashed, the same everywhere; and the Makefile that installs them."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, set[str]]:
    """Return the versions of each package; markers may give it several."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall(lock.read_text(encoding="utf-8")):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def wanted(file: Path) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


@pytest.mark.parametrize("name", ["requirements", "requirements-dev"])
def test_every_requirement_is_locked_at_a_version_it_allows(checkout: Path, name: str) -> None:
    locked = pins(checkout / f"{name}.lock")
    for requirement in wanted(checkout / f"{name}.txt"):
        versions = locked.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement} is not in {name}.lock: run `make lock`"
        assert all(requirement.specifier.contains(version) for version in versions), requirement


def test_production_and_development_run_the_same_versions(checkout: Path) -> None:
    production, development = pins(checkout / "requirements.lock"), pins(checkout / "requirements-dev.lock")
    different = {name for name, versions in production.items() if development.get(name) != versions}
    assert not different


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_package_has_hashes_and_no_registry_is_named(checkout: Path, name: str) -> None:
    text = (checkout / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text)
    assert not [block.split()[0] for block in blocks if PIN.match(block) and "--hash=sha256:" not in block]
    assert "://" not in text
    assert "--index" not in text


def test_celery_stays_below_the_version_that_breaks_the_provider(checkout: Path) -> None:
    (version,) = pins(checkout / "requirements.lock")["celery"]
    assert tuple(map(int, version.split(".")[:2])) < (5, 7)


def test_make_help_lists_every_target(checkout: Path) -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    listed = subprocess.run(["make", "help"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.*)$", (checkout / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == {line.split()[0] for line in listed.splitlines() if line.startswith("  ")}
