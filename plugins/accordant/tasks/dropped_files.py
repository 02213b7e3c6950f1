"""Files that office people drop: read with every run, put away with a report once what they say is in the tables."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from accordant.flows.printavo.csv_orders import ABSENT, CsvOrder, CsvOrders
from accordant.flows.printavo.csv_reading import read_orders
from accordant.flows.printavo.settings import PrintavoSettings
from accordant.hooks.shop_database import ShopDatabase
from accordant.include_dir import include_dir, sql
from accordant.store.quarantine import put_troubles, resolve_others
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Severity, Trouble
from accordant.tasks.workbench import Workbench

log = logging.getLogger(__name__)

FILE = "file"  # the object type of what is wrong with a file
_LEFT = {
    "away": "is not in {company}_orders: its status is hidden, or it is another company's. Nothing was changed for it.",
    "overruled": "was changed in Printavo too, whose date counts by the setting `due_dates`.",
    "repeats": "has that date in Printavo already, or had it; nothing is corrected by it.",
}
_AS = {
    "away": (Severity.REFUSED, "FILE_REFUSED"),
    "overruled": (Severity.WARNING, "FILE_DOUBTFUL"),
    "repeats": (Severity.WARNING, "FILE_DOUBTFUL"),
}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file as it was read.

    Attributes:
        taken, rows: how many of its rows are corrections, and how many it has.
        lines: its report, a sentence each.
        troubles: what a person should know of it.
    """

    path: Path
    sha256: str
    taken: int
    rows: int
    lines: Sequence[str]
    troubles: Sequence[Trouble] = field(default_factory=tuple)

    def kept(self) -> dict[str, Any]:
        """Return what the last step needs, as JSON."""
        return {
            "path": str(self.path), "sha256": self.sha256, "taken": self.taken, "rows": self.rows,
            "lines": [*self.lines],
        }  # fmt: skip

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        """Return it from what was kept."""
        return cls(Path(kept["path"]), kept["sha256"], kept["taken"], kept["rows"], kept["lines"])


def dropped_files(settings: PrintavoSettings) -> Iterator[tuple[str, Path]]:
    """Yield (company, file) of the files that lie in the folder."""
    folder, expected = folder_of(settings), expected_files(settings)
    for path in files_of_nobody(folder, expected):
        log.warning("%s names no company, so it is left alone.", path)
    for name, company in expected.items():
        if (folder / name).is_file():
            yield company, folder / name


def folder_of(settings: PrintavoSettings) -> Path:
    """Return where files are dropped, wherever the process works: beside include/, or an absolute path."""
    return include_dir().parent / settings.files.folder


def expected_files(settings: PrintavoSettings) -> dict[str, str]:
    """Return {name of a file: its company}."""
    return {f"{company}_orders.csv": company for company in sorted(settings.companies)}


def files_of_nobody(folder: Path, expected: Collection[str]) -> list[Path]:
    """Return the CSV files of a folder that no run takes: imm_orders.csv is imm's, "imm_orders (1).csv" is nobody's."""
    return sorted(path for path in folder.glob("*") if path.suffix.casefold() == ".csv" and path.name not in expected)


def stage_corrections(database: ShopDatabase, settings: PrintavoSettings) -> list[Dropped]:
    """Read the dropped files into staging, where the plan takes them as corrections in the companies' tables."""
    files = []
    with database.transaction() as connection:
        connection.execute("TRUNCATE printavo_staging.correction")
        connection.execute(sql("printavo/next"))
    for company, path in dropped_files(settings):
        content = path.read_bytes()
        found = read_orders(content, path.name, settings.files.csv)
        unknown = _stage(database, company, path.name, found, settings.files.csv.time_zone)
        files.append(_report(path, content, found, unknown))
        log.info("%s: %d of %d rows can be used.", path.name, files[-1].taken, files[-1].rows)
    return files


def _stage(database: ShopDatabase, company: str, file: str, found: CsvOrders, zone: str) -> list[CsvOrder]:
    """Stage the corrections of a file; return the orders that Printavo does not have, or has more than once."""
    numbers = [one.order_number for one in found.orders]
    with database.transaction() as connection:
        rows = connection.execute(sql("printavo/orders_of_numbers"), {"numbers": numbers}).fetchall()
        there: dict[str, list[Any]] = {}
        for row in rows:
            there.setdefault(row["visual_id"], []).append(row)
        for one in found.orders:
            if len(there.get(one.order_number, [])) == 1:
                (order,) = there[one.order_number]
                connection.execute(sql("printavo/correction_put"), {
                    "company": company, "order_id": order["id"], "visual_id": one.order_number,
                    "file": file, "line": one.line, "customer_due": _given(one.customer_due),
                    "production_due": moment_of(one.production_due, order["production_due"], ZoneInfo(zone)),
                })  # fmt: skip
    return [one for one in found.orders if len(there.get(one.order_number, [])) != 1]


def corrections_left(database: ShopDatabase) -> tuple[dict[str, list[str]], list[Trouble]]:
    """Return {file: sentences}, and the same as troubles, of corrections that change nothing."""
    said: dict[str, list[str]] = {}
    troubles = []
    for row in database.rows("corrections_left"):
        sentence = f"{row['file']}, line {row['line']}: order {row['visual_id']} {_LEFT[row['why']]}"
        sentence = sentence.format(company=row["company"])
        said.setdefault(row["file"], []).append(sentence)
        found = (row["line"], "order number", row["visual_id"], sentence)
        severity, code = _AS[row["why"]]
        troubles.append(_trouble(row["file"], severity, code, found))
    return said, troubles


def _given(value: Any) -> date | datetime | None:
    return None if value is ABSENT else value


def moment_of(given: Any, known: datetime | None, zone: ZoneInfo) -> datetime | None:
    """Return a production due date as a moment; a day alone keeps the time of day that Printavo has."""
    if given is ABSENT or given is None or isinstance(given, datetime):
        return None if given is ABSENT else given
    time = known.astimezone(zone).time() if known else datetime.min.time()
    return datetime.combine(given, time, zone)


def _report(path: Path, content: bytes, found: CsvOrders, unknown: Sequence[CsvOrder]) -> Dropped:
    refused = [(one.line, one.column, one.value, one.reason) for one in found.refusals]
    refused += [(one.line, "order number", one.order_number, _not_known(path.name, one)) for one in unknown]
    taken = len(found.orders) - len(unknown) if found.understood else 0
    warnings = [(one.line, one.column, one.value, one.reason) for one in found.warnings]
    troubles = [_trouble(path.name, Severity.REFUSED, "FILE_REFUSED", one) for one in refused]
    troubles += [_trouble(path.name, Severity.WARNING, "FILE_DOUBTFUL", one) for one in warnings]
    lines = [reason for *_, reason in (*refused, *warnings)]
    sha256 = hashlib.sha256(content).hexdigest()
    return Dropped(path.resolve(), sha256, taken, max(found.rows, taken), lines, troubles)


def _not_known(file: str, one: CsvOrder) -> str:
    return (
        f"{file}, line {one.line}: order {one.order_number} is not in Printavo, or more than one order has this "
        "number. Correct the number and drop the file again."
    )


def _trouble(file: str, severity: Severity, code: str, found: tuple[int | None, str, str, str]) -> Trouble:
    line, column, value, reason = found
    key = f"{file} line {line}" if line else file
    return Trouble(severity, FILE, key, code, reason, field=column, value=value, source=file)


def put_away(bench: Workbench, dropped: Sequence[Dropped], left: Mapping[str, Sequence[str]]) -> None:
    """Move each file to done/ or rejected/ beside it, with a report; one that was replaced meanwhile stays.

    Args:
        left: {file: sentences} of its corrections that changed nothing.
    """
    for one in dropped:
        try:
            _put_away(bench, one, left.get(one.path.name, ()))
        except FileNotFoundError:
            continue  # put away by the attempt before
        except OSError as error:
            sentence = f"{one.path} was taken up, and cannot be moved away: {error}. Move it by hand."
            log.error("%s", sentence)
            trouble = Trouble(Severity.WARNING, FILE, one.path.name, "FILE_STAYS", sentence, source=one.path.name)
            put_troubles(bench.database, bench.run, [trouble])


def _put_away(bench: Workbench, one: Dropped, left: Sequence[str]) -> None:
    if hashlib.sha256(one.path.read_bytes()).hexdigest() != one.sha256:
        log.warning("%s was replaced while the run was under way; the next run takes it up.", one.path.name)
        return
    taken = one.taken - len(left)
    folder = one.path.parent / ("done" if taken > 0 else "rejected")
    folder.mkdir(exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
    place = folder / f"{one.path.stem}_{stamp}_{one.sha256[:8]}{one.path.suffix}"
    head = f"{one.path.name}, run {bench.run.id}: {taken} of {one.rows} rows taken."
    place.with_suffix(".txt").write_text("\n".join([head, *one.lines, *left]) + "\n", "utf-8")
    resolve_others(bench.database, bench.run, [one.path.name])  # what an earlier file of this name got wrong
    os.replace(one.path, place)
    failpoint("files.1.put_away")
    log.info("%s was put away as %s: %d of %d rows taken.", one.path.name, place, taken, one.rows)
