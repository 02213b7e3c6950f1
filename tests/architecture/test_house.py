"""The house holds: who may import whom, every named file exists, every code and failpoint is used and known."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from accordant.docs import errors_page
from accordant.sync.catalogue import CATALOGUE, Actor
from accordant.sync.failpoints import FAILPOINTS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "plugins" / "accordant"
SQL = ROOT / "include" / "sql"
EXPECTATIONS = sorted((ROOT / "include" / "expectations").glob("*.json"))
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
CODE = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")


def strings(path: Path) -> Iterator[str]:
    """Yield every string constant of a module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def first_text(node: ast.Call) -> str:
    first = node.args[0] if node.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def test_everybody_imports_only_whom_they_may() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_great_expectations_and_pandas_are_imported_only_inside_the_task_that_needs_them() -> None:
    heavy = {"great_expectations", "pandas"}
    for path in MODULES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found = {name for name in names if name.partition(".")[0] in heavy}
            assert not found, f"{path.name} imports {found} when it is imported"


ERRORS = {
    "RetryLater",
    "RecordRejected",
    "NeedsPerson",
    "Misconfigured",
    "OutcomeUnknown",
    "Cancelled",
    "AccordantError",
}


def codes_raised() -> set[str]:
    """Return codes given to an exception of ours, wherever they are written."""
    return {first_text(node) for path in MODULES for node in calls(path) if called(node) in ERRORS} - {""}


def codes_of_rules() -> set[str]:
    suites = [json.loads(path.read_text(encoding="utf-8")) for path in EXPECTATIONS]
    return {rule["meta"]["code"] for suite in suites for rule in suite["expectations"]}


def codes_mentioned() -> set[str]:
    mentioned = {text for path in MODULES if path.name != "catalogue.py" for text in strings(path)}
    return codes_raised() | codes_of_rules() | {text for text in mentioned if text in CATALOGUE}


def test_every_code_that_is_raised_is_in_the_catalogue() -> None:
    assert codes_raised() <= set(CATALOGUE)


def test_every_code_of_a_rule_is_in_the_catalogue() -> None:
    assert codes_of_rules() <= set(CATALOGUE)


def test_every_code_of_the_catalogue_is_used() -> None:
    assert set(CATALOGUE) - codes_mentioned() == set()


@pytest.mark.parametrize("code", CATALOGUE.values(), ids=lambda code: code.code)
def test_a_code_says_what_it_means_who_acts_and_what_to_do(code) -> None:
    assert CODE.fullmatch(code.code)
    assert code.means.endswith(".")
    assert code.action.endswith(".")
    assert code.actor in Actor


def test_the_page_of_errors_is_what_the_catalogue_says() -> None:
    page = ROOT / "docs" / "errors.md"
    assert page.read_text(encoding="utf-8") == errors_page(), "run: make docs"


# -- failpoints


def failpoints_named() -> list[str]:
    return [first_text(node) for path in MODULES for node in calls(path) if called(node) == "failpoint"]


def test_every_failpoint_in_the_code_is_listed_and_every_listed_one_is_in_the_code() -> None:
    assert set(failpoints_named()) == set(FAILPOINTS)


def test_a_failpoint_stands_in_one_place() -> None:
    named = failpoints_named()
    assert len(named) == len(set(named))


# -- files that are named


def statements_named() -> set[str]:
    """Return the names of SQL files that the code names in full."""
    return {text for path in MODULES for text in strings(path) if re.fullmatch(r"(store|migrations)/\w+", text)}


def flow_queries_named() -> set[str]:
    """Return the queries that flows name without their folder."""
    methods = {"rows", "_flat", "_of", "_all"}
    flows = [path for path in MODULES if "flows" in path.parts]
    return {
        argument.value
        for path in flows
        for node in calls(path)
        if called(node) in methods
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def test_every_statement_that_the_code_names_exists() -> None:
    assert [name for name in sorted(statements_named()) if not (SQL / f"{name}.sql").is_file()] == []


def test_every_query_that_a_flow_names_exists() -> None:
    for flow in (path.parent.name for path in (PACKAGE / "flows").glob("*/flow.py")):
        assert [name for name in sorted(flow_queries_named()) if not (SQL / flow / f"{name}.sql").is_file()] == []


def test_no_statement_is_left_over() -> None:
    named = statements_named() | {f"raw_data_to_inventree/{name}" for name in flow_queries_named()}
    there = {str(path.relative_to(SQL).with_suffix("")) for path in SQL.rglob("*.sql")}
    assert {name for name in there - named if "/validate_" not in name} == set()


@pytest.mark.parametrize("path", EXPECTATIONS, ids=lambda path: path.stem)
def test_a_suite_has_its_name_its_query_and_only_columns_that_the_query_gives(path: Path) -> None:
    suite = json.loads(path.read_text(encoding="utf-8"))
    flow, _, object_type = path.stem.partition(".")
    assert suite["name"] == path.stem
    query = (SQL / flow / f"validate_{object_type}.sql").read_text(encoding="utf-8")
    for rule in suite["expectations"]:
        meta = rule["meta"]
        assert set(meta) >= {"code", "field", "value", "severity", "sentence"}
        assert meta["severity"] in {"refused", "conflict", "warning", "critical"}
        for column in (rule["kwargs"]["column"], meta["value"]):
            assert re.search(rf"\b{column}\b", query), f"{column} is not in the query of {path.stem}"
        meta["sentence"].format(value="x")


@pytest.mark.parametrize("path", sorted(SQL.rglob("*.sql")), ids=lambda path: path.stem)
def test_parameters_of_a_statement_are_bound_and_never_pasted_in(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"'%\(|%s\b", text), "a parameter inside quotes is text, not a parameter"
    if "validate_" not in path.name:
        assert not re.search(r"\{\w+\}", text), "Python formats nothing into SQL"


# -- packaging


def test_importing_the_provider_and_the_plugin_is_cheap() -> None:
    """Airflow imports both in every process it starts."""
    code = (
        "import sys, accordant.provider, accordant.plugin\n"
        "heavy = {'great_expectations', 'pandas', 'pymongo', 'requests', 'sqlalchemy'} & set(sys.modules)\n"
        "print(sorted(heavy) if 'airflow' not in sys.modules else [])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]"), done.stdout
