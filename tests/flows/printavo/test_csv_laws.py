"""Laws of reading files of orders: what was written is read, nothing raises, and line numbers are true."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from accordant.flows.printavo.csv_evidence import Doubt, weigh
from accordant.flows.printavo.csv_findings import Findings
from accordant.flows.printavo.csv_header import header_of
from accordant.flows.printavo.csv_options import SEPARATORS, CsvOptions
from accordant.flows.printavo.csv_orders import ABSENT, CsvOrder, CsvOrders
from accordant.flows.printavo.csv_reading import read_orders
from accordant.flows.printavo.csv_records import lines_of, records
from accordant.flows.printavo.csv_table import rows_of
from accordant.sync.text import clean

FILE = "imm_orders.csv"
NAMES = ("Order #", "Customer due date", "Production due", "Customer", "Nickname", "Status", "Total")
FORMS = {"ymd": "%Y-%m-%d", "dmy": "%d/%m/%Y", "mdy": "%m/%d/%Y"}

NUMBERS = st.one_of(st.integers(1, 10**9).map(str), st.from_regex(r"[A-D]{1,2}-[0-9]{1,4}", fullmatch=True))
DUES = st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
AMOUNTS = st.one_of(st.none(), st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100))
NASTY = "ab Z7,;|\t\"'\n\r./#-"
ACCENTS = "äöüéñ"  # in Windows-1252, no sequence of these is UTF-8


@st.composite
def orders(draw: st.DrawFn, alphabet: str = NASTY) -> list[CsvOrder]:
    """Some orders with different numbers; lines are not known yet."""
    texts = st.text(alphabet, max_size=12)
    numbers = draw(st.lists(NUMBERS, min_size=1, max_size=6, unique=True))
    return [
        CsvOrder(0, n, draw(DUES), draw(DUES), *(draw(texts) for _ in range(3)), draw(AMOUNTS)) for n in numbers
    ]  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    separator: str
    end: str
    quoting: Any
    date_order: str
    decimal: str

    def written(self, rows: list[CsvOrder]) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.separator, lineterminator=self.end, quoting=self.quoting)
        writer.writerow(NAMES)
        for row in rows:
            dues = (self._day(row.customer_due), self._day(row.production_due))
            total = "" if row.total is None else f"{row.total:,.2f}".translate(self._marks())
            writer.writerow([row.order_number, *dues, row.customer_name, row.nickname, row.status, total])
        return text.getvalue()

    def _day(self, due: object) -> str:
        return due.strftime(FORMS[self.date_order]) if isinstance(due, date) else ""

    def _marks(self) -> dict[int, str]:
        return str.maketrans(",.", ".,") if self.decimal == "," else {}


# Minimal quoting leaves alone a line break that is not its own.
ENDS = [("\r\n", csv.QUOTE_MINIMAL), ("\r\n", csv.QUOTE_ALL), ("\n", csv.QUOTE_ALL), ("\r", csv.QUOTE_ALL)]
DIALECTS = st.builds(
    lambda separator, end, order, decimal: Dialect(separator, *end, order, decimal),
    st.sampled_from(SEPARATORS), st.sampled_from(ENDS), st.sampled_from(list(FORMS)), st.sampled_from([".", ","]),
)  # fmt: skip


def as_read(order: CsvOrder) -> CsvOrder:
    """Return a written order as it is read: texts are one trimmed line."""
    texts = {name: clean(getattr(order, name)) for name in ("customer_name", "nickname", "status")}
    return replace(order, line=0, **texts)


def without_lines(read: CsvOrders) -> list[CsvOrder]:
    return [replace(order, line=0) for order in read.orders]


@settings(max_examples=50)
@given(rows=orders(), dialect=DIALECTS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_orders_written_by_any_program_are_read_back_equal(
    rows: list[CsvOrder], dialect: Dialect, encoding: str
) -> None:
    options = CsvOptions.model_validate({"date_order": dialect.date_order, "decimal": dialect.decimal})
    read = read_orders(dialect.written(rows).encode(encoding), FILE, options)
    assert without_lines(read) == [as_read(row) for row in rows]
    assert not read.refusals
    assert not read.warnings
    assert (read.separator, read.rows) == (dialect.separator, len(rows))


@settings(max_examples=25)
@given(rows=orders(ACCENTS), dialect=DIALECTS)
def test_names_with_accents_survive_windows_1252_with_one_warning(rows: list[CsvOrder], dialect: Dialect) -> None:
    text = dialect.written(rows)
    assume(not text.isascii())
    options = CsvOptions.model_validate({"date_order": dialect.date_order, "decimal": dialect.decimal})
    read = read_orders(text.encode("cp1252"), FILE, options)
    assert without_lines(read) == [as_read(row) for row in rows]
    assert [warning.line for warning in read.warnings] == [None]


@settings(max_examples=50)
@given(rows=orders("ab"), dialect=DIALECTS)
def test_without_settings_no_date_is_ever_read_as_another_day(rows: list[CsvOrder], dialect: Dialect) -> None:
    read = read_orders(dialect.written(rows).encode(), FILE, CsvOptions())
    days = [due for row in rows for due in (row.customer_due, row.production_due) if isinstance(due, date)]
    if dialect.date_order == "ymd" or any(day.day > 12 for day in days) or all(d.day == d.month for d in days):
        assert [replace(order, total=None) for order in without_lines(read)] == [replace(r, total=None) for r in rows]
        for order, row in zip(read.orders, rows, strict=True):
            assert order.total in {None, row.total}
    else:
        assert not read.understood
        assert "date_order" in read.refusals[0].reason
        first = next(n for n, row in enumerate(rows) if _doubtful(row.customer_due) or _doubtful(row.production_due))
        assert read.refusals[0].line == first + 2


def _doubtful(due: object) -> bool:
    return isinstance(due, date) and due.day != due.month


@settings(max_examples=100)
@given(content=st.binary(max_size=300))
@example(content=b"Order #,Due\n" + b"\xff" * 9)
@example(content=b'Order #,Due\n"' + b'1,"' * 99)
def test_bytes_of_any_kind_give_orders_or_a_refusal_and_never_raise(content: bytes) -> None:
    assert _says_something(read_orders(content, FILE, CsvOptions()))


HEADERS = st.sampled_from(["Order #,Customer due date,Total\n", "sep=;\nNr;Due;Nickname\n", "nr|due|production due\r"])
CELLS = st.one_of(
    st.text('0123456789/.-: ,;|"=#\t\r\nEeTZ+', max_size=16), st.text(max_size=8), NUMBERS,
    st.sampled_from(["2026-12-31", "31/12/2026 5:00 PM", "2199-12-31T23:59-14:00", "9999-12-31 23:59-14:00",
                     "0001-01-01 00:00", "1e9"]),
)  # fmt: skip


@settings(max_examples=100)
@given(
    header=HEADERS, rows=st.lists(st.lists(CELLS, max_size=4), max_size=6), separator=st.sampled_from(SEPARATORS),
    damage=st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=2)), max_size=2),
    zone=st.sampled_from(["UTC", "Pacific/Kiritimati", "America/Chicago"]),
)  # fmt: skip
def test_a_damaged_file_gives_orders_or_a_refusal_and_never_raises(
    header: str, rows: list[list[str]], separator: str, damage: list[tuple[int, bytes]], zone: str
) -> None:
    content = (header + "\n".join(separator.join(row) for row in rows)).encode("utf-8", "surrogatepass")
    for at, new in damage:
        content = content[:at] + new + content[at + 1 :]
    options = CsvOptions.model_validate({"time_zone": zone, "earliest": date(1900, 1, 1), "latest": date(2199, 12, 31)})
    read = read_orders(content, FILE, options)
    assert _says_something(read)
    assert read == read_orders(content, FILE, options)


def _says_something(read: CsvOrders) -> bool:
    """Tell whether each order stands once, and a file without orders says why."""
    once = len({order.order_number for order in read.orders}) == len(read.orders)
    sentences = all(finding.reason.startswith(FILE) for finding in (*read.refusals, *read.warnings))
    one_refusal = read.understood or (len(read.refusals) == 1 and not read.orders)
    return once and sentences and one_refusal and bool(read.orders or read.refusals)


LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.booleans()), min_size=1, max_size=8)


@settings(max_examples=50)
@given(plan=LINES, end=st.sampled_from(["\n", "\r\n", "\r"]))
def test_line_numbers_are_true_whatever_the_cells_break(plan: list[tuple[int, int, bool]], end: str) -> None:
    """Each row has some breaks in its nickname, some blank lines before it, and a good or a bad date."""
    text, line, good, bad = f"Order #,Nickname,Customer due{end}", 2, [], []
    for number, (breaks, blanks, is_good) in enumerate(plan):
        text += f'{end * blanks}{number},"a{end * breaks}b",{"2026-12-31" if is_good else "never"}{end}'
        (good if is_good else bad).append(line + blanks)
        line += blanks + breaks + 1
    read = read_orders(text.encode(), FILE, CsvOptions())
    assert [order.line for order in read.orders] == good
    assert [refusal.line for refusal in read.refusals] == bad


@settings(max_examples=50)
@given(rows=st.lists(st.lists(st.text(NASTY, max_size=8), min_size=3, max_size=3), min_size=1, max_size=6))
def test_pandas_cuts_every_row_that_is_accepted_as_the_csv_module_does(rows: list[list[str]]) -> None:
    lines = lines_of("Order #,Customer due,Nickname\n" + "\n".join(",".join(row) for row in rows))
    findings = Findings(FILE)
    header = header_of(lines, CsvOptions().headers, findings)
    found = {record.line: record for record in records(lines, header.rows_begin, ",")}
    assume(found)
    table, count = rows_of(lines, header, 99, findings)
    refused = {refusal.line for refusal in findings.refusals}
    assert count == len(found)
    assert [row.line for row in table] == [line for line in found if line not in refused]
    for row in table:
        assert tuple(row.cells.values()) == (found[row.line].cells or ())[:3]


READINGS = st.lists(st.dictionaries(st.sampled_from(["dmy", "mdy"]), st.integers(1, 3), min_size=1), max_size=6)


@given(cells=READINGS)
def test_the_order_of_rows_changes_no_value_where_the_file_does_not_contradict_itself(
    cells: list[Mapping[str, int]],
) -> None:
    forth, back = (weigh(enumerate(some), "") for some in (cells, list(reversed(cells))))
    if len(forth.lines) < 2:
        assert [forth.choose(cell) for cell in cells] == [back.choose(cell) for cell in cells]
    else:
        doubtful = [cell for cell in cells if len(set(cell.values())) > 1]
        assert all(forth.choose(cell) is Doubt.UNTOLD for cell in doubtful)


@pytest.mark.parametrize("column", ["customer_due", "production_due"])
def test_a_missing_column_is_told_from_an_empty_cell(column: str) -> None:
    other = "production_due" if column == "customer_due" else "customer_due"
    read = read_orders(f"Nr,{column}\n1,\n".encode(), FILE, CsvOptions())
    assert getattr(read.orders[0], column) is None
    assert getattr(read.orders[0], other) is ABSENT
