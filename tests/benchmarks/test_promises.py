"""The promises that a benchmark can check in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.calls import calls_of
from benchmarks.flow_run import collection, run
from benchmarks.imports import dag_files, import_row, limit_of
from benchmarks.invoices import compared, documents, make_known
from benchmarks.memory import load_peak_mb
from benchmarks.surroundings import Surroundings


@pytest.mark.parametrize("lines", [1, 3])
def test_a_new_invoice_costs_at_most_three_calls_more_than_lines(here: Surroundings, lines: int) -> None:
    row = calls_of(here, lines, invoices=12)
    assert row["most"] <= lines + 3
    assert row["creates"] == lines + 1
    assert row["unchanged"] == row["given again"] == 0


def test_what_was_measured_is_in_inventree(here: Surroundings) -> None:
    wanted = list(documents(10, 3))
    here.fresh()
    make_known(here.inventree, wanted)
    collection().put(wanted)
    run()
    found = compared(here.inventree, wanted)
    assert found.orders == 10
    assert not any((found.orders_missing, found.orders_doubled, found.lines_lost, found.lines_extra))


def test_loading_ten_times_the_invoices_takes_no_more_memory(here: Surroundings) -> None:
    assert load_peak_mb(here, 500) < load_peak_mb(here, 50) * 1.1


@pytest.mark.parametrize("path", dag_files(), ids=lambda path: path.stem)
def test_a_dag_file_imports_in_under_100_ms_and_15_for_each_further_dag_beyond_airflow(path: Path) -> None:
    assert import_row(path, tries=2)["beyond airflow.sdk"] < limit_of(path)
