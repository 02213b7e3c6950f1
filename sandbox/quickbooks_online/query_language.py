"""The vendor's query language: `SELECT * FROM Customer WHERE ... ORDERBY ... STARTPOSITION 1 MAXRESULTS 100`.

AND only; no OR, JOIN, NOT, or parentheses but those of IN. An apostrophe in a text is escaped with a backslash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sandbox.quickbooks_online.errors import invalid_query, unreadable_query

DEFAULT_RESULTS = 100
MOST_RESULTS = 1000
_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|=|<|>|\(|\)|,|\*))",
    re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_COMPARISONS = ("=", "<", ">", "<=", ">=")


class Token(NamedTuple):
    """A piece of a query: kind is text, number, word, sign or end."""

    kind: str
    value: str


@dataclass(frozen=True)
class Condition:
    """`field operator values`; only IN has several values."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass
class Query:
    """A query that has been read.

    Attributes:
        columns: what is selected; empty for `COUNT(*)`.
        start: 1 is the first row.
    """

    columns: list[str]
    entity: str
    count: bool = False
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    start: int = 1
    most: int = DEFAULT_RESULTS


def read_query(text: str) -> Query:
    """Read a query.

    Raises:
        Refusal: 4000, it is not of the language; 4001, its numbers are out of range.
    """
    return _Reader(text).query()


def _tokens(text: str) -> Iterator[Token]:
    position, text = 0, text.strip().rstrip(";")
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise unreadable_query(f'Encountered "{text[position : position + 20].strip()}" at column {position + 1}.')
        position = match.end()
        kind = str(match.lastgroup)
        value = match[kind]
        yield Token(kind, _ESCAPED.sub(r"\1", value[1:-1]) if kind == "text" else value)
    yield Token("end", "")


class _Reader:
    def __init__(self, text: str) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0

    def query(self) -> Query:
        self._keyword("SELECT")
        count, columns = self._columns()
        self._keyword("FROM")
        found = Query(columns, self._take("word"), count=count)
        while self._next.kind != "end":
            self._clause(found)
        return found

    def _clause(self, found: Query) -> None:
        word = self._take("word").upper()
        if word == "WHERE" and not found.conditions:
            found.conditions.append(self._condition())
            while self._is("AND"):
                self._at += 1
                found.conditions.append(self._condition())
        elif word in ("ORDERBY", "ORDER") and not found.order:
            if word == "ORDER":
                self._keyword("BY")
            found.order = self._order()
        elif word == "STARTPOSITION":
            found.start = self._number("STARTPOSITION", 1, None)
        elif word == "MAXRESULTS":
            found.most = self._number("MAXRESULTS", 0, MOST_RESULTS)
        else:
            raise self._unexpected(word)

    def _columns(self) -> tuple[bool, list[str]]:
        if self._is("COUNT") and self._tokens[self._at + 1].value == "(":
            self._at += 1
            for sign in ("(", "*", ")"):
                self._sign(sign)
            return True, []
        columns = [self._column()]
        while self._next == Token("sign", ","):
            self._at += 1
            columns.append(self._column())
        return False, columns

    def _column(self) -> str:
        if self._next == Token("sign", "*"):
            self._at += 1
            return "*"
        return self._take("word")

    def _condition(self) -> Condition:
        name = self._take("word")
        operator = self._next.value.upper()
        if operator in _COMPARISONS and self._next.kind == "sign":
            self._at += 1
            return Condition(name, operator, (self._value(),))
        if operator == "LIKE" and self._next.kind == "word":
            self._at += 1
            return Condition(name, operator, (self._take("text"),))
        self._keyword("IN")
        self._sign("(")
        values = [self._value()]
        while self._next == Token("sign", ","):
            self._at += 1
            values.append(self._value())
        self._sign(")")
        return Condition(name, "IN", tuple(values))

    def _value(self) -> str:
        token = self._next
        if token.kind in ("text", "number") or token.value.lower() in ("true", "false"):
            self._at += 1
            return token.value
        raise self._unexpected(token.value)

    def _order(self) -> list[tuple[str, bool]]:
        found = []
        while True:
            name, descending = self._take("word"), False
            if self._is("ASC") or self._is("DESC"):
                descending = self._is("DESC")
                self._at += 1
            found.append((name, descending))
            if self._next != Token("sign", ","):
                return found
            self._at += 1

    def _number(self, name: str, least: int, most: int | None) -> int:
        text = self._take("number")
        if not text.lstrip("-").isdecimal() or int(text) < least or (most is not None and int(text) > most):
            raise invalid_query(f"value {text} for {name} is out of range")
        return int(text)

    # -- tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _is(self, word: str) -> bool:
        return self._next.kind == "word" and self._next.value.upper() == word

    def _keyword(self, word: str) -> None:
        if not self._is(word):
            raise self._unexpected(self._next.value)
        self._at += 1

    def _sign(self, sign: str) -> None:
        if self._next != Token("sign", sign):
            raise self._unexpected(self._next.value)
        self._at += 1

    def _take(self, kind: str) -> str:
        if self._next.kind != kind:
            raise self._unexpected(self._next.value)
        self._at += 1
        return self._tokens[self._at - 1].value

    def _unexpected(self, value: str) -> Exception:
        return unreadable_query(f'Encountered "{value or "<EOF>"}" where something else was expected.')
