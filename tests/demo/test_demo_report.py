"""What the demo tells: the promise held or not, word for word, in a terminal and without one."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pytest
from rich.console import Console

from demo.agreement import Measured, differences
from demo.display import Display
from demo.failure import DemoFailed, tail
from demo.tables import agreed_table, certificate_line, quarantine_table
from sandbox.seed.raw_data import promise


@pytest.fixture
def kept() -> Measured:
    """Both sides as the seed promises."""
    promised = promise()
    counts = {name: getattr(promised, name) for name in ("customers", "parts", "orders", "lines")}
    return Measured(counts, dict(promised.document_statuses))


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
