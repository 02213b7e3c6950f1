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
from accordant.flows.base import MirrorFlow, PushFlow, TwoWayFlow
from accordant.flows.qbd.object_type import QuickBooksFlow
from accordant.flows.registry import flow_named, flow_names
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


def failpoints_named() -> list[tuple[str, Path]]:
    return [(first_text(node), path) for path in MODULES for node in calls(path) if called(node) == "failpoint"]


def test_every_failpoint_in_the_code_is_listed_and_every_listed_one_is_in_the_code() -> None:
    assert {name for name, _ in failpoints_named()} == set(FAILPOINTS)


def test_a_failpoint_stands_in_one_place_of_a_run() -> None:
    """A flow has one of the two shapes, one target, and one way to load: write by write, or in batches."""
    either = {"push.py": "a shape", "two_way.py": "a shape", "mirror.py": "a shape", "target.py": "a target"}
    either |= {"load.py": "a load", "load_batches.py": "a load"}
    either |= {"raw_documents.py": "a source", "mis_rows.py": "a source"}
    places: dict[str, list[str]] = {}
    for name, path in failpoints_named():
        places.setdefault(name, []).append(str(path.relative_to(PACKAGE)))
    for name, there in places.items():
        assert len(there) == len(set(there)), f"{name} stands twice in one module"
        kinds = {either.get(Path(one).name, one) for one in there}
        assert len(kinds) == 1, f"{name} stands in {there}"


# -- files that are named

FLOWS = {name: flow_named(name) for name in flow_names()}
MIRRORS = {name: flow for name, flow in FLOWS.items() if isinstance(flow, MirrorFlow)}
TWO_WAY = {name: flow for name, flow in FLOWS.items() if isinstance(flow, TwoWayFlow)}
PUSH = {name: flow for name, flow in FLOWS.items() if isinstance(flow, PushFlow)}


def statements_named() -> set[str]:
    """Return the names of SQL files that the code names in full."""
    return {text for path in MODULES for text in strings(path) if re.fullmatch(r"(store|migrations)/\w+", text)}


def flow_queries_named(flow: str) -> set[str]:
    """Return the queries that a flow names without their folder."""
    methods = {"rows", "_flat", "_of", "_all"}
    return {
        argument.value
        for path in (PACKAGE / "flows" / flow).glob("*.py")
        for node in calls(path)
        if called(node) in methods
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def wms_statements_of_each_type() -> set[str]:
    """Return the ends of the file names that the WMS side of a two-way flow makes: {object type}_read."""
    written = "".join(path.read_text(encoding="utf-8") for path in (PACKAGE / "flows" / "qbd").glob("*.py"))
    return set(re.findall(r'(?:rows\(|name = )f"\{(?:name|(?:self\.)?mapping\.object_type)\}(_[a-z_]+)"', written))


def wms_statements_needed() -> set[str]:
    """Return the files of include/sql/wms/ that the two-way flows ask for."""
    types = {object_type for flow in TWO_WAY.values() for object_type in flow.object_types}
    return {f"wms/{object_type}{end}" for object_type in types for end in wms_statements_of_each_type()}


MIRRORING = "".join(
    path.read_text(encoding="utf-8")
    for place in ("hooks/shop*.py", "tasks/mirror.py", "tasks/printavo*.py", "tasks/dropped_files.py")
    for path in PACKAGE.glob(place)
)


def is_named_by_a_hook(statement: str) -> bool:
    """Tell whether the code that keeps a mirror names a statement: whole, without its folder, or by its beginning."""
    name = statement.rpartition("/")[2]
    beginning = re.escape(name.partition("_")[0])
    return bool(re.search(rf'["/]({re.escape(name)}"|{beginning}_\{{)', MIRRORING))


def files_in_sql(folder: str) -> set[str]:
    return {str(path.relative_to(SQL).with_suffix("")) for path in (SQL / folder).rglob("*.sql")}


def test_every_statement_that_the_code_names_exists() -> None:
    assert [name for name in sorted(statements_named()) if not (SQL / f"{name}.sql").is_file()] == []


def test_every_query_that_a_push_flow_names_exists() -> None:
    assert PUSH
    for flow in PUSH:
        assert {f"{flow}/{name}" for name in flow_queries_named(flow)} - files_in_sql(flow) == set()


def test_every_statement_that_the_two_way_flows_ask_the_wms_for_exists() -> None:
    assert wms_statements_of_each_type() >= {"_read", "_lock", "_insert", "_update", "_stamp", "_by_quickbooks_id"}
    assert wms_statements_needed() - files_in_sql("wms") == set()


def test_no_statement_of_a_flow_or_of_the_store_is_left_over() -> None:
    named = statements_named() | {f"{flow}/{name}" for flow in FLOWS for name in flow_queries_named(flow)}
    named |= {name for flow in MIRRORS for name in files_in_sql(flow) if is_named_by_a_hook(name)}
    there = {name for folder in ("store", "migrations", *FLOWS) for name in files_in_sql(folder)}
    of_a_kind = ("/validate_", "printavo/migrations/", "printavo/verify/")  # all of them are used
    assert {name for name in there - named if not any(kind in name for kind in of_a_kind)} == set()


def test_every_statement_for_the_wms_is_asked_for_or_explained_to_who_has_another_wms() -> None:
    page = (ROOT / "docs" / "own-wms.md").read_text(encoding="utf-8")
    extra = files_in_sql("wms") - wms_statements_needed()
    assert {name for name in extra if f"`{name.removeprefix('wms/')}.sql`" not in page} == set()


def test_every_folder_of_statements_belongs_to_a_flow_or_to_a_system() -> None:
    assert {path.name for path in SQL.iterdir()} - {"store", "migrations", "wms"} == set(FLOWS)


# -- flows


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_has_its_settings_its_suites_and_their_queries(name: str) -> None:
    assert (ROOT / "include" / "settings" / f"{name}.yaml").is_file()
    assert FLOWS[name].settings.model_config["extra"] == "forbid"
    suites = {path.stem for path in EXPECTATIONS if path.stem.startswith(f"{name}.")}
    assert suites == {f"{name}.{object_type}" for object_type in FLOWS[name].object_types}
    queries = {query for query in files_in_sql(name) if "/validate_" in query}
    assert queries == {f"{name}/validate_{object_type}" for object_type in FLOWS[name].object_types}


def test_every_settings_file_and_every_suite_belongs_to_a_flow() -> None:
    settings = {path.stem for path in (ROOT / "include" / "settings").iterdir()}
    assert settings | {path.stem.partition(".")[0] for path in EXPECTATIONS} == set(FLOWS)


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_has_exactly_one_shape(name: str) -> None:
    assert sum(name in shape for shape in (PUSH, TWO_WAY, MIRRORS)) == 1


@pytest.mark.parametrize("name", FLOWS)
def test_the_folder_of_a_flow_says_what_the_flow_is(name: str) -> None:
    """An object type of QuickBooks is a table of fields; what it needs besides has a file with a name of its own."""
    there = {path.name for path in (PACKAGE / "flows" / name).glob("*.py")}
    assert there >= {"__init__.py", "flow.py"} | ({"mapping.py"} if isinstance(FLOWS[name], QuickBooksFlow) else set())
    assert FLOWS[name].name == name


@pytest.mark.parametrize("name", TWO_WAY)
def test_a_two_way_flow_knows_what_its_references_lead_to(name: str) -> None:
    types = {object_type for flow in TWO_WAY.values() for object_type in flow.object_types}
    assert set(TWO_WAY[name].references.values()) <= types
    for object_type, owner in TWO_WAY[name].owners.items():
        assert object_type in FLOWS[owner].object_types


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
        text = text.replace("{table}", "")  # the name of a table, which psycopg quotes
        assert not re.search(r"\{\w+\}", text), "Python formats nothing else into SQL"


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
