"""What Airflow learns about Accordant's connections."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import airflow
import pytest
from jsonschema import Draft7Validator  # type: ignore[import-untyped]

from accordant.hooks.forms import FORMS, Form
from accordant.plugin import AccordantPlugin
from accordant.provider import get_provider_info

_AIRFLOW = Path(airflow.__file__).parent


@pytest.mark.parametrize("schema", ["provider_info.schema.json", "provider.yaml.schema.json"])
def test_the_provider_info_is_what_airflow_expects(schema: str) -> None:
    whole = json.loads((_AIRFLOW / schema).read_text())
    wanted = {**whole, "required": ["name", "description"]}  # provider.yaml asks for release data too
    assert [error.message for error in Draft7Validator(wanted).iter_errors(get_provider_info())] == []


def test_airflow_shows_every_form() -> None:
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()  # type: ignore[no-untyped-call]
    manager.initialize_providers_list()
    assert "accordant" in manager.providers
    widgets, behaviours = manager.connection_form_widgets, manager.field_behaviours
    for form in FORMS:
        hook = manager.hooks[form.conn_type]
        assert hook is not None
        assert (hook.hook_class_name, hook.hook_name) == (form.hook_class, form.hook_name)
        assert behaviours[form.conn_type]["relabeling"] == dict(form.labels)
        for extra in form.extras:
            assert f"extra__{form.conn_type}__{extra.name}" in widgets


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.conn_type)
def test_the_hook_behind_a_form_is_there_and_of_its_type(form: Form) -> None:
    module, _, name = form.hook_class.rpartition(".")
    hook = getattr(import_module(module), name)
    assert (hook.conn_type, hook.hook_name) == (form.conn_type, form.hook_name)
    assert hook.default_conn_name == form.default_conn_name


def test_airflow_lists_the_plugin_and_it_claims_nothing_that_is_not_there() -> None:
    assert AccordantPlugin.name == "accordant"
    assert AccordantPlugin.fastapi_apps == AccordantPlugin.external_views == []


def test_the_provider_info_loads_without_airflow_or_http() -> None:
    code = (
        "import sys; from accordant.provider import get_provider_info; get_provider_info();"
        "print([m for m in ('airflow', 'requests', 'pymongo', 'stamina') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
