"""Odd and malformed files of orders: what of each is accepted, refused and doubted, and where."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from accordant.flows.printavo.csv_options import CsvOptions
from accordant.flows.printavo.csv_orders import Refusal
from accordant.flows.printavo.csv_reading import read_orders
from tests.flows.printavo.csv_files.case import Case, Found, told
from tests.flows.printavo.csv_files.dates import DATES
from tests.flows.printavo.csv_files.shapes import SHAPES
from tests.flows.printavo.csv_files.values import VALUES
from tests.flows.printavo.csv_files.whole_files import WHOLE_FILES

FILE = "harlestons_orders.csv"
CASES = [*WHOLE_FILES, *SHAPES, *DATES, *VALUES]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])
def test_a_file_gives_its_orders_and_a_sentence_for_all_else(case: Case) -> None:
    read = read_orders(case.given, FILE, CsvOptions(**case.options))
    assert tuple(told(order) for order in read.orders) == case.orders
    _same(read.refusals, case.refused)
    _same(read.warnings, case.warned)
    assert read.understood == case.understood
    assert {name: getattr(read, name) for name in case.recognised} == dict(case.recognised)
    assert all(refusal.reason.endswith("again.") for refusal in read.refusals), "each says what to do next"


def _same(found: Iterable[Refusal], expected: Iterable[Found]) -> None:
    for one, (line, column, words) in zip(found, expected, strict=True):
        assert (one.line, one.column) == (line, column), one.reason
        assert one.reason.startswith(_place(line, column))
        assert words in one.reason


def _place(line: int | None, column: str) -> str:
    at_line = f", line {line}" if line is not None else ""
    in_column = f", column '{column}'" if column else ""
    return f"{FILE}{at_line}{in_column}: "


def test_every_case_has_a_name_of_its_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 40


@pytest.mark.parametrize(("given", "words"), [
    ({"time_zone": "Chicago"}, "an example is America/Chicago"),
    ({"headers": {"total": ["Order Nr"]}}, "is given for order_number and for total"),
    ({"headers": {"total": [" - "]}}, "holds no letter and no digit"),
    ({"date_order": "dym"}, "date_order"),
    ({"latest": "9999-12-31"}, "latest"),
])  # fmt: skip
def test_a_setting_that_cannot_be_meant_is_refused_when_it_is_read(given: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CsvOptions.model_validate(given)


def test_an_office_may_name_its_columns_itself() -> None:
    options = CsvOptions.model_validate({
        "headers": {"order_number": ["Auftrag"], "customer_due": ["Liefertermin (Kunde)"]}
    })  # fmt: skip
    read = read_orders(b"AUFTRAG;Liefertermin Kunde\n1042;31.12.2026\n", FILE, options)
    assert [told(order) for order in read.orders] == ["2: 1042 customer 2026-12-31"]
