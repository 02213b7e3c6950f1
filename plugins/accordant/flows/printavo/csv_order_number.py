"""The number of an order in a cell, and what spreadsheets make of it."""

from __future__ import annotations

import re

from accordant.flows.printavo.csv_findings import Trouble, quoted

_LONGEST = 40
_WHOLE_WITH_DECIMALS = re.compile(r"(\d+)[.,]0+", re.ASCII)
_WITH_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]0+)?", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.ASCII | re.IGNORECASE)
_EXCEL_ERROR = re.compile(r"#+|#(?:REF|N/A|NAME|VALUE|DIV/0|NUM|NULL|SPILL)[!?]?", re.IGNORECASE)
_AS_TEXT = "Format the column as text in Excel and enter the number again, then drop the file again."


def order_number_of(text: str) -> tuple[str, str] | Trouble:
    """Return the number without '#', and a warning or ''; of a cell that is already trimmed."""
    if not text:
        return Trouble("The row has no order number. Enter it, or remove the row; then drop the file again.")
    if _EXCEL_ERROR.fullmatch(text):
        return Trouble(f"{quoted(text)} is what Excel shows when it has no number to show. {_AS_TEXT}")
    if text.startswith("="):
        return Trouble(f"{quoted(text)} is a formula and not its result. {_AS_TEXT}")
    number = text.removeprefix("'").removeprefix("#").strip()
    if _WITH_THOUSANDS.fullmatch(number):
        return Trouble(f"{quoted(text)} has marks between its thousands. {_AS_TEXT}")
    if whole := _WHOLE_WITH_DECIMALS.fullmatch(number):
        return whole[1], f"{quoted(text)} was read as order {whole[1]}: the spreadsheet had made a decimal of it."
    if _SCIENTIFIC.fullmatch(number):
        return Trouble(f"{quoted(text)} is a number that Excel has shortened, so digits are lost. {_AS_TEXT}")
    if not any(character.isalnum() for character in number) or len(number) > _LONGEST:
        return Trouble(f"{quoted(text)} is no order number. Correct it, then drop the file again.")
    return number, ""
