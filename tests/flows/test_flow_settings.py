"""A wrong setting is named in a sentence before anything runs; a flow is found by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from accordant.flows import settings as flow_settings
from accordant.flows.raw_data_to_inventree.settings import RawDataSettings
from accordant.flows.registry import flow_named, flow_names
from accordant.flows.settings import load_settings
from accordant.include_dir import include_dir
from accordant.sync.errors import Misconfigured


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write a settings file and load it."""
    monkeypatch.setattr(flow_settings, "include_dir", lambda: tmp_path)
    (tmp_path / "settings").mkdir()

    def load(content: str | bytes) -> RawDataSettings:
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / "settings" / "x.yaml").write_bytes(data)
        return load_settings("x", RawDataSettings)

    return load


def product_settings() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((include_dir() / "settings" / "raw_data_to_inventree.yaml").read_text())
    return content


def refusal(load: Any, content: str | bytes) -> str:
    with pytest.raises(Misconfigured) as caught:
        load(content)
    assert caught.value.code.code == "SETTING_INVALID"
    return str(caught.value)


def test_the_products_own_settings_hold(written: Any) -> None:
    assert written(yaml.safe_dump(product_settings())).order.currency == "RON"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("source.database", ""), ("source.collection", None), ("source.changed_within_days", -1), ("source", None),
        ("order.currency", "lei"), ("order.currency", "ron"), ("order.currency", ""), ("order.date_field", "date"),
        ("both_changed", "newest"), ("look_up.one_by_one", -1), ("look_up.parallel", 0), ("look_up.parallel", 99),
        ("limits.operations", -1), ("limits.operations", "many"), ("limits.deactivated_share", 5),
        ("limits.money_moved", "-1"), ("load.attempts", 0), ("load.settle_seconds", -1), ("load.faults_in_a_row", 0),
        ("load.fresh_seconds", -1), ("load.parallel", 4), ("retention_days", 0), ("approval_hours", 0),
        ("lock_seconds", 0), ("lock_seconds", 1.5), ("schedule", 10),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named_by_its_key(written: Any, key: str, value: Any) -> None:
    content = product_settings()
    inner = content
    *path, last = key.split(".")
    for name in path:
        inner = inner[name]
    inner[last] = value
    sentence = refusal(written, yaml.safe_dump(content))
    assert key in sentence
    assert "x.yaml" in sentence


@pytest.mark.parametrize("parallel", [{0: 0}, {2: -1}])
def test_a_number_of_workers_that_cannot_work_is_refused_when_the_settings_are_read(
    written: Any, parallel: Any
) -> None:
    """Otherwise load raises a bare ValueError after the plan was approved."""
    content = product_settings()
    content["load"]["parallel"] = parallel
    assert "load.parallel" in refusal(written, yaml.safe_dump(content))


@pytest.mark.parametrize("key", ["shedule", "order.curency", "limits.operation", "load.retries", "look_up.threads"])
def test_a_misspelt_key_is_refused_and_named(written: Any, key: str) -> None:
    content = product_settings()
    *path, last = key.split(".")
    inner = content
    for name in path:
        inner = inner[name]
    inner[last] = 1
    assert key in refusal(written, yaml.safe_dump(content))


@pytest.mark.parametrize("content", ["", "[]", "- a", "just text", "source: [", "a: b: c", b"\xff\xfe\x00", "\t- x: ["])
def test_a_file_that_is_no_settings_file_is_refused_with_its_name(written: Any, content: str | bytes) -> None:
    assert "x.yaml" in refusal(written, content)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Misconfigured, match=r"nobody\.yaml"):
        load_settings("nobody", RawDataSettings)


def test_each_flow_is_found_by_its_name_and_an_unknown_one_says_which_there_are() -> None:
    assert "raw_data_to_inventree" in flow_names()
    for name in flow_names():
        assert flow_named(name).name == name
    for wrong in ("nobody", "", "../raw_data_to_inventree", "base"):
        with pytest.raises(LookupError, match="raw_data_to_inventree"):
            flow_named(wrong)


def test_a_flow_has_a_settings_file_a_suite_per_object_type_and_a_dag() -> None:
    root = Path(__file__).parents[2]
    dags = "".join(path.read_text(encoding="utf-8") for path in (root / "dags").glob("*.py"))
    for name in flow_names():
        flow = flow_named(name)
        assert f'"{name}"' in dags, f"no file of dags/ names {name}"
        assert (root / "include" / "settings" / f"{name}.yaml").is_file()
        for object_type in flow.object_types:
            assert (root / "include" / "expectations" / f"{name}.{object_type}.json").is_file()
        if name != "qbd_inventory_adjustments":  # which agrees stock, and validates the adjustments it comes from
            assert flow.root in flow.object_types
