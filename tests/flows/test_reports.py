"""What is written back to a document: its status and its log, in the shape users of the earlier script know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.flows.raw_data_to_inventree.report import document_reports
from accordant.sync.records import Binding
from tests.flows.shapes import article, document, invoice

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
ORDER_STATES = st.sampled_from(["bound", "refused", "conflict", "nothing", "planned"])
LINE_STATES = st.sampled_from(
    ["bound", "refused", "conflict", "unknown", "planned", "held", "held for a reason", "nothing"]
)


@dataclass
class Ended:
    """A run that has loaded: what is bound, what stands in the way, what is still open."""

    documents: list[dict[str, Any]]
    bound: dict[str, Binding] = field(default_factory=dict)
    troubles: list[dict[str, Any]] = field(default_factory=list)
    open: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, query: str, **_: Any) -> Iterator[list[dict[str, Any]]]:
        staged = [
            {
                "key": row.key,
                "parent": row.parent,
                "position": row.position,
                "content": row.content,
                "type": row.object_type,
                "hash": row.fingerprint(),
            }
            for row in document_rows(self.documents)
        ]
        yield {
            "documents": [row for row in staged if row["type"] == "document"],
            "invoices_of": [row for row in staged if row["type"] == "sales_order"],
            "articles_of": [row for row in staged if row["type"] == "sales_order_line"],
            "troubles_of": [row for row in self.troubles if row["object_type"] == "document"],
            "troubles_of_orders": [row for row in self.troubles if row["object_type"] != "document"],
            "open_operations": self.open,
        }[query]

    def bindings(self, object_type: str, keys: Sequence[str]) -> dict[str, Binding]:
        return {key: one for key, one in self.bound.items() if one.object_type == object_type and key in keys}

    def bindings_of_parents(self, object_type: str, parents: Sequence[str]) -> list[Binding]:
        return [one for one in self.bound.values() if one.object_type == object_type and one.parent in parents]

    # -- how records end

    def line_keys(self, place: int = 0) -> list[str]:
        (rows,) = self.rows("articles_of")
        (invoices,) = self.rows("invoices_of")
        return [row["key"] for row in rows if row["parent"] == invoices[place]["key"]]

    def order_key(self, place: int = 0) -> str:
        (invoices,) = self.rows("invoices_of")
        return str(invoices[place]["key"])

    def order(self, place: int, state: str) -> None:
        key = self.order_key(place)
        if state == "bound":
            self.bound["tax:18547290"] = Binding("customer", "tax:18547290", "7", {"name": "Papirus SRL"}, "x")
            (invoices,) = self.rows("invoices_of")
            sealed = invoices[place]["hash"]  # reconcile found both sides equal
            self.bound[key] = Binding("sales_order", key, str(100 + place), {}, "x", sealed_hash=sealed)
        elif state in ("refused", "conflict"):
            self._trouble("sales_order", key, "", state)
        elif state != "nothing":
            self.open.append({"grp": key, "object_type": "sales_order", "key": key, "state": state, "blame": None})

    def line(self, key: str, state: str) -> None:
        parent = key.rpartition("#")[0]
        if state == "bound":
            pk = str(1000 + len(self.bound))
            self.bound[key] = Binding("sales_order_line", key, pk, {"quantity": "3"}, "x", parent)
        elif state in ("refused", "conflict", "warning"):
            self._trouble("sales_order_line", key, parent, state)
        elif state == "held for a reason":
            self.open.append(
                {"grp": parent, "object_type": "sales_order_line", "key": key, "state": "held", "blame": "why"}
            )
        elif state != "nothing":
            self.open.append(
                {"grp": parent, "object_type": "sales_order_line", "key": key, "state": state, "blame": None}
            )

    def _trouble(self, object_type: str, key: str, parent: str, severity: str) -> None:
        self.troubles.append({
            "source": "d1", "object_type": object_type, "key": key, "parent": parent, "code": "STORNO_LINE",
            "field": "", "sentence": f"{key} is wrong.", "severity": severity,
        })  # fmt: skip

    def report(self) -> Any:
        (rows,) = self.rows("documents")
        (report,) = document_reports(self, rows, "run-1", NOW)  # type: ignore[arg-type]
        return report


def ended(*states: tuple[str, list[str]]) -> Ended:
    """Return a run over one document whose invoices ended so: (order, [its lines])."""
    invoices = [
        invoice(articole=[article(f"Part {n}") for n in range(len(lines))], numar=str(place))
        for place, (_, lines) in enumerate(states)
    ]
    run = Ended([document(*invoices) if invoices else {"_id": "d1", "data": []}])
    for place, (order, lines) in enumerate(states):
        run.order(place, order)
        for key, state in zip(run.line_keys(place), lines, strict=True):
            run.line(key, state)
    return run


def test_the_log_has_the_shape_of_the_earlier_script() -> None:
    report = ended(("bound", ["bound", "refused"])).report()
    log = report.log
    assert {
        "timestamp",
        "total_invoices",
        "successful",
        "partial",
        "failed",
        "invoices",
        "run_id",
        "document_hash",
    } <= set(log)
    (one,) = log["invoices"]
    assert {
        "timestamp", "invoice_id", "serie", "numar", "customer", "sales_order", "added_lines", "missing_products"
    } <= set(one)  # fmt: skip
    assert one["customer"] == {"id": 7, "name": "Papirus SRL"}
    assert one["sales_order"] == {"id": 100, "description": "SERIE=ACC;NUMAR=0"}
    assert [set(line) for line in one["added_lines"]] == [{"part", "qty", "line_id"}]
    assert (one["invoice_id"], one["serie"], one["numar"]) == ("i1", "ACC", "0")
    assert (log["total_invoices"], log["successful"], log["partial"], log["failed"]) == (1, 0, 1, 0)


def test_the_log_names_the_run_the_document_and_times_with_a_zone() -> None:
    report = ended(("bound", ["bound"])).report()
    assert report.log["run_id"] == "run-1"
    assert report.log["document_hash"] == report.hash
    assert datetime.fromisoformat(report.log["timestamp"]).utcoffset() is not None


def test_a_missing_product_is_named_with_its_reason() -> None:
    (one,) = ended(("bound", ["bound", "refused"])).report().log["invoices"]
    (missing,) = one["missing_products"]
    assert missing.startswith("Part 1: ")
    assert "is wrong" in missing


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([("bound", ["bound", "bound"])], 1),
        ([], 1),
        ([("bound", ["bound", "refused"])], 2),
        ([("bound", ["bound"]), ("refused", ["nothing"])], 2),
        ([("bound", ["bound", "conflict"])], 2),
        ([("refused", ["nothing"])], 3),
        ([("bound", ["refused"])], 3),
        ([("bound", ["held for a reason"])], 3),
        ([("bound", ["bound", "held for a reason"])], 2),
        ([("bound", ["bound"]), ("planned", ["planned"])], None),
        ([("bound", ["bound", "unknown"])], None),
        ([("bound", ["bound", "held"])], None),
        ([("refused", ["nothing"]), ("bound", ["planned"])], None),
        ([("bound", ["bound", "nothing"])], None),
    ],
)
def test_the_status_says_all_some_none_or_is_not_written_yet(states: Any, status: int | None) -> None:
    assert ended(*states).report().status == status


def test_a_warning_alone_is_a_success() -> None:
    run = ended(("bound", ["bound"]))
    run.line(run.line_keys()[0], "warning")
    report = run.report()
    assert report.status == 1
    assert report.log["invoices"][0]["errors"], "the warning is in the log all the same"


def test_a_document_of_a_wrong_shape_has_failed_and_says_why() -> None:
    run = Ended([{"_id": "d1", "data": "x"}])
    run._trouble("document", "d1", "", "refused")
    report = run.report()
    assert report.status == 3
    assert report.log["errors"] == ["STORNO_LINE: d1 is wrong."]


OUTCOMES = st.lists(st.tuples(ORDER_STATES, st.lists(LINE_STATES, max_size=3)), max_size=3)


@given(OUTCOMES)
def test_a_passing_fault_never_leads_to_a_final_status(states: Any) -> None:
    """Whatever is planned, unknown or held without a reason goes on by itself: the document stays to be done."""
    open_states = {"planned", "unknown", "held"}
    is_open = any(order in open_states or open_states & set(lines) for order, lines in states)
    if is_open:
        assert ended(*states).report().status is None


@given(OUTCOMES)
def test_the_counts_add_up_and_the_log_is_plain_json(states: Any) -> None:
    report = ended(*states).report()
    log = report.log
    json.dumps(log, allow_nan=False)
    assert log["total_invoices"] == len(log["invoices"]) == len(states)
    counted = log["successful"] + log["partial"] + log["failed"]
    assert counted <= len(states)
    if report.status is not None:
        assert counted == len(states)
    expected = {1: log["successful"], 3: log["failed"]}
    assert report.status in (None, 2) or expected[report.status] == len(states)


@given(OUTCOMES)
def test_every_article_is_added_or_missing_never_lost(states: Any) -> None:
    log = ended(*states).report().log
    for entry, (_, lines) in zip(log["invoices"], states, strict=True):
        assert len(entry["added_lines"]) + len(entry["missing_products"]) == len(lines)


@given(OUTCOMES)
def test_status_1_means_every_article_is_there(states: Any) -> None:
    if ended(*states).report().status == 1:
        assert all(order == "bound" and set(lines) <= {"bound"} for order, lines in states if lines)


def test_a_copy_of_a_refused_invoice_in_a_second_document_ends_like_the_first(store: str) -> None:
    """Decisions are made once per invoice and noted under the first document: the second must not wait for ever."""
    from accordant.flows.raw_data_to_inventree.decide import decide
    from accordant.flows.raw_data_to_inventree.settings import settings
    from accordant.store.database import Database
    from accordant.store.quarantine import put_troubles
    from accordant.store.staging import stage
    from accordant.store.view import RunView
    from accordant.sync.operations import Trouble
    from tests.flows.test_first_meeting import company, new_run

    with Database(store, 3) as database:
        run = new_run(database)
        stage(database, run.id, "ours", document_rows([document(_id="d1"), document(_id="d2")]))
        stage(database, run.id, "theirs", [company(1, "Papirus SRL", "18547290"), company(2, "P", "RO18547290")])
        view = RunView(database, run)
        put_troubles(database, run, [one for one in decide(view, settings()) if isinstance(one, Trouble)])
        rows = [row for page in view.rows("documents") for row in page]
        statuses = {one.key: one.status for one in document_reports(view, rows, run.id, NOW)}
    assert statuses == {"d1": 3, "d2": 3}
