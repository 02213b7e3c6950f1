"""Questions in QuickBooks Online's query language, and their answers page by page.

The language (developer.intuit.com, "Query operations and syntax"): SELECT .. FROM .. WHERE .. ORDERBY ..
STARTPOSITION n MAXRESULTS m; conditions are joined by AND alone. A page holds 100 rows unless told otherwise, and
1,000 at most; a STARTPOSITION counts rows that exist at that moment, so rows move when others come or go.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from accordant.sync.errors import RecordRejected, RetryLater

Row = dict[str, Any]

LARGEST_PAGE = 1000
_OVERLAP = 10  # rows of a page that are read again with the next one
_MOST_STEPS_BACK = 20  # in a row, each by a page
_NAME = re.compile(r"[A-Za-z]+(\.[A-Za-z]+)*")
_COLUMNS = re.compile(r"\*|[A-Za-z.]+|(\*|[A-Za-z.]+)(, ?[A-Za-z.]+)+")
_UNSENDABLE = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def literal(text: str) -> str:
    r"""Return a text as the language writes it: in apostrophes, with \ before \ and before an apostrophe.

    The form is Intuit's own (`'Adam\'s Candy Shop'`); the doubled apostrophe of SQL is not understood.

    Raises:
        RecordRejected: it holds control characters or halves of characters, which nothing there can have.
    """
    if _UNSENDABLE.search(text):
        raise RecordRejected("TEXT_NOT_HELD", f"{text!r} holds characters that no question can ask for.")
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def one_of(field: str, values: Sequence[str]) -> str:
    """Return the condition that a field has one of these values; raises as `literal` does."""
    return f"{name(field)} IN ({', '.join(literal(value) for value in values)})"


def name(text: str) -> str:
    """Return the name of an entity or field, which goes into a question as it is.

    Raises:
        ValueError: it is none.
    """
    if not _NAME.fullmatch(text):
        raise ValueError(f"{text!r} is no name of an entity or field")
    return text


def statement(entity: str, where: str, columns: str, start: int, page: int) -> str:
    """Return the question for one page.

    Args:
        where: a whole condition without the word, or ''; values in it went through `literal`.
        start: number of the first row, from 1.
    """
    if not _COLUMNS.fullmatch(columns):
        raise ValueError(f"{columns!r} names no columns")
    condition = f" WHERE {where}" if where else ""
    source = f"FROM {name(entity)}{condition}"
    return f"SELECT {columns} {source} ORDERBY Id STARTPOSITION {start} MAXRESULTS {page}"


def rows_of(answer: Any, entity: str, who: str) -> list[Row]:
    """Return the rows of an answer; one without rows has no key for them.

    Raises:
        RetryLater: it is no answer to a question.
    """
    told = answer.get("QueryResponse") if isinstance(answer, dict) else None
    rows = told.get(entity, []) if isinstance(told, dict) else None
    if isinstance(rows, list) and all(isinstance(row, dict) and isinstance(row.get("Id"), str) for row in rows):
        return rows
    raise RetryLater("ANSWER_UNREADABLE", f"{who} answered a question about {entity} with something else.")


def all_rows(ask: Callable[[int], list[Row]], page: int, who: str) -> Iterator[Row]:
    """Yield every row of a list once, by its Id; keeps the Ids of all rows in memory.

    Each page begins with the last rows of the one before. One that does not begin with a row seen already does not
    join: rows went meanwhile and the others moved up, or it is another page than was asked for. Then the reading
    steps back until pages join again. So no row that is there all the time is left out or given twice.

    Args:
        ask: returns the page that begins with the row of this number; shorter than `page` at the end.

    Raises:
        RetryLater: pages never join: the list changes faster than it can be read.
    """
    seen: set[str] = set()
    overlap = min(_OVERLAP, page // 2)
    start, steps_back = 1, 0
    while True:
        rows = ask(start)
        joins = start == 1 or any(row["Id"] in seen for row in rows[:1])
        if not joins:
            steps_back += 1
            if steps_back > _MOST_STEPS_BACK:
                raise RetryLater("ANSWER_UNREADABLE", f"{who} gave pages of a list that do not join.")
            start = max(1, start - (page - overlap))
            continue
        fresh = [row for row in rows if row["Id"] not in seen]
        seen.update(row["Id"] for row in fresh)
        yield from _once(fresh)
        if len(rows) < page:
            return
        steps_back = 0 if fresh and start > 1 else steps_back
        start += page - overlap


def _once(rows: list[Row]) -> Iterator[Row]:
    yield from {row["Id"]: row for row in rows}.values()
