"""How `accordant mis` answers with --json: in the shapes of the REST API."""

from __future__ import annotations

from typing import Any

from accordant.commands.failures import Commands, Failure, failure_of
from accordant.commands.output import cell, people, print_json


class MisCommands(Commands):
    """The group of these commands: what one of them raises becomes an answer of the same shape."""

    def document_of(self, error: BaseException) -> dict[str, Any]:
        """Return the one JSON document of a command that failed."""
        return refusal(failure_of(error))


def success(data: dict[str, Any], message: str) -> dict[str, Any]:
    """Return the document of what was done."""
    return {"success": True, "data": data, "message": message}


def refusal(failure: Failure, data: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the document of what failed; with `data` where something was done all the same."""
    beside = {} if data is None else {"data": data}
    return {"success": False, **failure.document(), **beside, "message": failure.sentence}


def answer(data: dict[str, Any], message: str, *, as_json: bool) -> None:
    """Print what was done: the document, or for people its message."""
    if as_json:
        print_json(success(data, message))
    else:
        people().print(cell(message), soft_wrap=True)


def counted(number: int, noun: str = "invoice") -> str:
    """Return a number with its noun: 1 invoice, 1,250 invoices."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
