"""What the demo tells: the promise held or not, word for word, in a terminal and without one."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from demo import company
from demo.agreement import Measured, differences
from demo.company import Counted
from demo.display import Display
from demo.failure import DemoFailed, tail
from demo.office import _second_run, _unproven
from demo.office_tables import ledger_line, match_line, office_table
from demo.tables import agreed_table, certificate_line, quarantine_table
from sandbox.seed.qbd import promises
from sandbox.seed.raw_data import promise


@pytest.fixture
def kept() -> Measured:
    """Both sides as the seed promises."""
    promised = promise()
    counts = {name: getattr(promised, name) for name in ("customers", "parts", "orders", "lines")}
    return Measured(counts, dict(promised.document_statuses))


@pytest.fixture
def office() -> Counted:
    """The WMS and QuickBooks as the seed promises."""
    promised = promises.promise()
    adjustments = {"inventory_adjustment": 13}
    gone = frozenset(promises.names(promised.deactivated).values())
    return Counted(promised.wms | adjustments, promised.quickbooks | adjustments, Decimal(900), Decimal(800), 0, gone)


def waiting() -> list[dict[str, str]]:
    """Return the rows of quarantine that the seed promises."""
    promised = promises.promise()
    codes = [*promised.quarantined.values(), *promised.conflicts.values()]
    return [{"code": code} for code in codes + ["WAITS_FOR_REFERENCE"] * len(promised.held)]


def shown(*, terminal: bool) -> tuple[Display, io.StringIO]:
    text = io.StringIO()
    return Display(Console(file=text, force_terminal=terminal, width=100)), text


def test_a_kept_promise_has_no_differences(kept: Measured) -> None:
    assert differences(kept) == []


def test_a_missing_order_and_a_wrong_status_are_named(kept: Measured) -> None:
    label = "a storno line"
    counts = {**kept.counts, "orders": kept.counts["orders"] - 1}
    wrong = differences(dataclasses.replace(kept, counts=counts, statuses={**kept.statuses, label: 1}))
    assert len(wrong) == 2
    assert f"{kept.counts['orders']}" in wrong[0]
    assert label in wrong[1]


def test_a_document_that_was_never_done_is_named(kept: Measured) -> None:
    statuses = {label: status for label, status in kept.statuses.items() if label != "data is null"}
    assert "data is null" in differences(dataclasses.replace(kept, statuses=statuses))[0]


def test_an_office_as_promised_has_no_differences(office: Counted) -> None:
    assert company.differences(office, office, waiting()) == []


def test_a_missing_record_moved_stock_and_a_record_that_waits_in_vain_are_named(office: Counted) -> None:
    fewer = {**office.quickbooks, "customer": office.quickbooks["customer"] - 1}
    after = dataclasses.replace(office, quickbooks=fewer, shelves=Decimal(903), stale=2, inactive=frozenset())
    wrong = company.differences(office, after, [*waiting(), {"code": "STORNO_LINE"}])
    assert len(wrong) == 5
    assert "QuickBooks has" in wrong[0]
    assert "still active" in wrong[1]
    assert "2 items have other quantities" in wrong[2]
    assert "moved by 3" in wrong[3]
    assert "1 records wait with STORNO_LINE; the seed data promises 0." in wrong[4]


def test_the_office_table_tells_both_sides_and_what_waits(office: Counted) -> None:
    display, text = shown(terminal=False)
    counts = {"linked": 122, "updated": 35, "quarantined": 1, "conflicts": 2, "waiting": 3}
    before = dataclasses.replace(office, wms={**office.wms, "customer": office.wms["customer"] - 36})
    results = {"qbd_customers": {"matches": True, "object_types": {"customer": counts}},
               "qbd_invoices": {"matches": False, "object_types": {}}}  # fmt: skip
    display.table(office_table(before, office, results))
    row = next(line for line in text.getvalue().splitlines() if "customers" in line)
    assert row.replace("│", " ").split() == ["customers", "200", "36", "197", "122", "35", "3", "3"]
    assert "[red]1 of 2" in match_line(results)
    assert _unproven(results, {}) == ["The certificate of qbd_invoices does not say that both sides match."]


def test_a_second_run_that_writes_is_never_called_a_success() -> None:
    assert "[green]0 operations planned, 0 write calls" in ledger_line(0, 80, 0)
    assert "[red]" in ledger_line(0, 80, 1)
    assert "[red]" in ledger_line(1, 80, 0)
    assert _second_run(0, 0) == []
    assert len(_second_run(2, 1)) == 2


def test_the_tables_name_counts_reasons_and_actors(kept: Measured) -> None:
    display, text = shown(terminal=False)
    rows = [
        {"severity": "refused", "code": "QUANTITY_NEGATIVE", "actor": "you", "sentence": "quantity -1 [storno]"}
    ] * 2
    display.table(agreed_table(kept, writes=0))
    display.table(quarantine_table(rows))
    page = text.getvalue()
    assert str(kept.counts["lines"]) in page
    assert "warned of: 2" in page
    assert "[storno]" in page


def test_the_certificate_line_never_claims_a_match_that_is_not_there() -> None:
    assert "no certificate" in certificate_line({})
    assert "differ" in certificate_line({"certificate": "c1", "matches": False})
    assert "differ" in certificate_line({"certificate": "c1"})
    assert "match" in certificate_line({"certificate": "c1", "matches": True})


@pytest.mark.parametrize("terminal", [True, False])
def test_a_phase_shows_its_end_and_its_failure(terminal: bool) -> None:
    display, text = shown(terminal=terminal)
    with display.live():
        with display.phase("First") as say:
            say("half")
        with pytest.raises(ValueError), display.phase("Second"):
            raise ValueError
    assert "done" in text.getvalue()
    assert "failed" in text.getvalue()


def test_without_a_terminal_there_are_no_escape_codes() -> None:
    display, text = shown(terminal=False)
    with display.live(), display.phase("First"):
        pass
    assert "\x1b" not in text.getvalue()


def test_a_failure_shows_the_end_of_the_log_and_where_it_is(tmp_path: Path) -> None:
    log = tmp_path / "scheduler.log"
    log.write_text("\n".join(f"line {number}" for number in range(100)))
    told = str(DemoFailed("Airflow's scheduler stopped.", log))
    assert "line 99" in told
    assert "line 50" not in told
    assert str(log) in told
    assert tail(tmp_path / "none") == ["(no log was written)"]
