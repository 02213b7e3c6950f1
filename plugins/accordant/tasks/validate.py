"""Validate: the Great Expectations suite of each object type, run on the staged rows in the database."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from accordant.include_dir import include_dir, sql
from accordant.store.quarantine import put_troubles
from accordant.sync.errors import Misconfigured
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Severity, Trouble
from accordant.sync.text import shortened
from accordant.tasks.shapes import Staged, shape_of
from accordant.tasks.words import plural
from accordant.tasks.workbench import Workbench, workbench

log = logging.getLogger(__name__)

Reasons = dict[int, list[tuple[dict[str, str], Any]]]  # {seq: rules it fails, with the value to show}

_SHOWN = 20  # records of one type that the log names
# Of a bare query Great Expectations fetches every row, only to learn the names of its columns. Of a temporary table it
# asks for them; and a temporary table is there for the one connection that made it.
_ONE_CONNECTION = {"pool_size": 1, "max_overflow": 0}


@dataclass(frozen=True, slots=True)
class Failure:
    """Rows that one expectation found wrong.

    Attributes:
        rule: the expectation's `meta`: code, field, value (the column to show), severity and sentence.
        rows: seq of each row, and the value to show.
    """

    rule: dict[str, str]
    rows: dict[int, Any]


def validate(flow_name: str, run_id: str) -> dict[str, int]:
    """Put rows that fail into quarantine with their reason; the others go on.

    Raises:
        Misconfigured: a rule cannot be evaluated, or a critical one failed; nothing was written.
    """
    with workbench(flow_name, run_id, "validate") as bench:
        refused = {object_type: _validate_type(bench, object_type) for object_type in bench.flow.object_types}
        failpoint("validate.quarantined")
    for object_type, count in refused.items():
        if count:
            log.warning("%d %s do not go on; `accordant quarantine list` has all of them.", count, plural(object_type))
    return refused


def _validate_type(bench: Workbench, object_type: str) -> int:
    staged = shape_of(bench.flow).staged(bench)
    if not staged.has(object_type):
        return 0
    reasons: Reasons = {}
    for failure in failures(staged.conninfo, bench.flow.name, object_type, bench.run.id):
        for seq, value in failure.rows.items():
            reasons.setdefault(seq, []).append((failure.rule, value))
    refused = [seq for seq, found in reasons.items() if any(rule["severity"] != "warning" for rule, _ in found)]
    put_troubles(bench.database, bench.run, _troubles(bench, object_type, staged, reasons))
    staged.refuse(object_type, refused)
    return len(refused)


def _troubles(bench: Workbench, object_type: str, staged: Staged, reasons: Reasons) -> Iterator[Trouble]:
    """Yield one trouble per row and field: the first rule that it fails is the one to mend first."""
    if not reasons:
        return
    seen: list[str] = []
    for record in staged.records(object_type, sorted(reasons)):
        fields: set[str] = set()
        for rule, value in reasons[record["seq"]]:
            if rule["field"] in fields:
                continue
            fields.add(rule["field"])
            shown = "(empty)" if value is None else repr(shortened(value))
            if len(seen) < _SHOWN:
                seen.append(record["key"])
                log.warning("%s %s: %s", rule["code"], record["key"], rule["sentence"].format(value=shown))
            yield Trouble(
                Severity(rule["severity"]), object_type, record["key"], rule["code"],
                rule["sentence"].format(value=shown), field=rule["field"], value=shortened(value or ""),
                parent=record["parent"] if object_type != bench.flow.root else "", source=record["source"],
            )  # fmt: skip


def failures(conninfo: str, flow_name: str, object_type: str, run_id: str) -> list[Failure]:
    """Run the suite of an object type on a run's staged rows and return what it found.

    Raises:
        Misconfigured: a rule cannot be evaluated, or a critical one failed.
    """
    suite = json.loads((include_dir() / "expectations" / f"{flow_name}.{object_type}.json").read_text("utf-8"))
    query = _without_comments(sql(f"{flow_name}/validate_{object_type}")).format(run_id=run_id)
    return [failure for result in _evaluate(conninfo, suite, query) if (failure := _failure(suite, result))]


def _evaluate(conninfo: str, suite: dict[str, Any], query: str) -> list[Any]:
    """Evaluate a suite on the rows of a query, in the database. Imports Great Expectations: 4 s of CPU."""
    from accordant.tasks.quiet import quiet_great_expectations

    quiet_great_expectations()
    import great_expectations as gx
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.data_context.types.base import ProgressBarsConfig

    quiet_great_expectations()  # once more: it sets its own levels when it is imported
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    url = _sqlalchemy_url(conninfo)
    source = context.data_sources.add_postgres(
        "store", connection_string=url, create_temp_table=True, kwargs=_ONE_CONNECTION,  # type: ignore[call-arg]
    )  # fmt: skip
    batch = source.add_query_asset("staged", query=query).add_batch_definition_whole_table("all").get_batch()
    columns = sorted({e["meta"]["value"] for e in suite["expectations"]})
    result_format = {
        "result_format": "COMPLETE", "unexpected_index_column_names": ["seq", *columns],
        "return_unexpected_index_query": False,
    }  # fmt: skip
    expectations = [{**e, "meta": {**e["meta"], "place": place}} for place, e in enumerate(suite["expectations"])]
    with closing(source.get_execution_engine()):
        result = batch.validate(ExpectationSuite(suite["name"], expectations=expectations), result_format=result_format)
    return sorted(result.results, key=lambda one: one.expectation_config.meta["place"])


def _failure(suite: dict[str, Any], result: Any) -> Failure | None:
    rule: dict[str, str] = result.expectation_config.meta
    found = result.result.get("unexpected_index_list")
    if found is None and not result.success:
        reason = _reason(result.exception_info)
        sentence = f"{result.expectation_config.type} of {suite['name']} could not be evaluated: {reason}"
        raise Misconfigured("VALIDATION_BROKEN", sentence, record=suite["name"])
    rows = {row["seq"]: row.get(rule["value"]) for row in found or []}
    if rows and rule["severity"] == "critical":
        sentence = f"{len(rows)} rows fail a critical rule of {suite['name']}: {rule['sentence']}"
        raise Misconfigured(rule["code"], sentence, record=suite["name"])
    return Failure(rule, rows) if rows else None


def _reason(exception_info: dict[str, Any]) -> str:
    """Return why a rule could not be evaluated, without the traceback."""
    messages = [info["exception_message"] for info in exception_info.values() if isinstance(info, dict)]
    return shortened("; ".join(messages) or exception_info.get("exception_message", "no reason given"), 300)


def _without_comments(statement: str) -> str:
    """Return a statement as Great Expectations wants it: the first word is SELECT."""
    return "\n".join(line for line in statement.splitlines() if not line.startswith("--"))


def _sqlalchemy_url(conninfo: str) -> str:
    """Return the store's address as Great Expectations wants it: a URL with a user.

    All goes along as libpq parameters, which win over the host named in the URL; so a unix socket works too.
    """
    from urllib.parse import quote, urlencode

    from psycopg.conninfo import conninfo_to_dict

    parameters = {name: value for name, value in conninfo_to_dict(conninfo).items() if value}
    user, database = parameters.pop("user", "postgres"), parameters.pop("dbname", "postgres")
    return (
        f"postgresql+psycopg2://{quote(str(user), safe='')}@localhost/{quote(str(database), safe='')}"
        f"?{urlencode(parameters)}"
    )
