"""What is found wrong while a file is read, each as a sentence that an office person can act on."""

from __future__ import annotations

from dataclasses import dataclass, field

from accordant.flows.printavo.csv_orders import Refusal
from accordant.sync.text import shortened


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a cell cannot be used, and what to do: words that follow "file, line 7, column 'Due date': "."""

    words: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the file something stands."""

    line: int | None = None
    column: str = ""
    value: str = ""


class FileRefused(Exception):
    """The file cannot be understood at all. Never leaves read_orders, which gives its refusal as data."""

    def __init__(self, words: str, place: Place | None = None) -> None:
        self.words = words
        self.place = place or Place()
        super().__init__(words)


@dataclass(slots=True)
class Findings:
    """The refusals and warnings of one file."""

    file: str
    refusals: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)

    def refuse(self, place: Place, words: str) -> None:
        """Note what cannot be used."""
        self.refusals.append(self.found(place, words))

    def warn(self, place: Place, words: str) -> None:
        """Note what was taken with a doubt."""
        self.warnings.append(self.found(place, words))

    def found(self, place: Place, words: str) -> Refusal:
        """Return the whole sentence with its place."""
        column = shortened(place.column, 60)
        line = f", line {place.line}" if place.line is not None else ""
        named = f", column '{column}'" if column else ""
        return Refusal(place.line, column, shortened(place.value), f"{self.file}{line}{named}: {words}")


def quoted(value: str) -> str:
    """Return a value of the file as it is shown within a sentence."""
    return f"'{shortened(value, 60)}'"
