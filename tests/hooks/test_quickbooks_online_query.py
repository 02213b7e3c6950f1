"""Questions are written so that any text can be asked for, and lists are read whole while they change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accordant.hooks.quickbooks_online_query import all_rows, literal, one_of, statement
from accordant.sync.errors import RecordRejected, RetryLater

PLAIN = st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc", "Zl", "Zp"]))


def read_back(written: str) -> list[str]:
    """Return the texts of a list as the vendor's reader would find them."""
    found = re.findall(r"'((?:[^'\\]|\\.)*)'", written)
    return [re.sub(r"\\(.)", r"\1", text) for text in found]


@given(st.lists(PLAIN, min_size=1))
def test_any_text_is_found_again_in_the_question(texts: list[str]) -> None:
    assert read_back(one_of("DisplayName", texts)) == texts


def test_a_text_is_written_as_the_vendor_does() -> None:
    assert literal(r"Adam's \ Shop & 50% #+") == r"'Adam\'s \\ Shop & 50% #+'"


@pytest.mark.parametrize("text", ["a\nb", "a\x00", "\x7f", "\ud800", "\u2028"])
def test_a_text_that_nothing_there_can_have_is_refused(text: str) -> None:
    with pytest.raises(RecordRejected):
        literal(text)


@pytest.mark.parametrize("names", [("Invoice WHERE 1", "*"), ("Invoice", "*; DROP"), ("", "*"), ("Invoice", "")])
def test_only_names_go_into_a_question_as_they_are(names: tuple[str, str]) -> None:
    with pytest.raises(ValueError):
        statement(names[0], "", names[1], 1, 100)


def test_columns_can_be_named() -> None:
    assert statement("Item", "", "*, Sku", 1, 9) == "SELECT *, Sku FROM Item ORDERBY Id STARTPOSITION 1 MAXRESULTS 9"


class ChangingList:
    """A list whose rows come and go between two pages, and whose server now and then gives an older page again."""

    def __init__(self, rows: int, page: int, events: Sequence[tuple[str, int]]) -> None:
        self.ids, self.page, self.events = list(range(rows)), page, list(events)
        self.there_all_the_time = set(self.ids)
        self.last: list[dict[str, Any]] = []

    def ask(self, start: int) -> list[dict[str, Any]]:
        kind, number = self.events.pop() if self.events and start > 1 else ("nothing", 0)
        if kind == "again" and len(self.last) == self.page:
            return self.last
        if kind == "gone" and self.ids:
            at = number % len(self.ids)
            self.there_all_the_time -= set(self.ids[at : at + number % 7])
            del self.ids[at : at + number % 7]
        if kind == "new":
            self.ids += range(1000 + len(self.events) * 10, 1000 + len(self.events) * 10 + number % 4)
        self.last = [{"Id": str(id)} for id in self.ids[start - 1 : start - 1 + self.page]]
        return self.last


EVENTS = st.lists(st.tuples(st.sampled_from(["gone", "new", "again", "nothing"]), st.integers(0, 60)), max_size=15)


@settings(max_examples=300)
@given(st.integers(0, 60), st.integers(2, 25), EVENTS)
def test_rows_that_stay_are_read_exactly_once_while_others_come_and_go(
    rows: int, page: int, events: list[tuple[str, int]]
) -> None:
    list_ = ChangingList(rows, page, events)
    found = [int(row["Id"]) for row in all_rows(list_.ask, page, "QuickBooks Online")]
    assert len(found) == len(set(found))
    assert set(found) >= list_.there_all_the_time


def test_pages_that_never_join_end_the_reading() -> None:
    numbers = count()
    with pytest.raises(RetryLater, match="do not join"):
        list(all_rows(lambda _: [{"Id": str(next(numbers))} for _ in range(4)], 4, "QuickBooks Online"))
