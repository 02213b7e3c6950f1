"""What each kind of field accepts, and how it says no."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

from sandbox.inventree.errors import FieldError
from sandbox.inventree.settings import CURRENCY_CODES, UNITS

_TRUE = {"t", "y", "yes", "true", "on", "1"}
_FALSE = {"f", "n", "no", "false", "off", "0"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
_URL = re.compile(r"(https?|ftps?)://[^\s/$.?#][^\s]*", re.IGNORECASE)
_DATE = "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
MAX_DIGITS = 19


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field of an object: its name, whether it must be sent, and its value when it is not."""

    name: str
    required: bool = False
    default: Any = None
    null: bool = False

    def clean(self, value: object) -> Any:
        """The value to store.

        Raises:
            FieldError: the value is refused.
        """
        if value is None:
            if self.null:
                return None
            raise FieldError("This field may not be null.")
        return self.convert(value)

    def convert(self, value: object) -> Any:
        """`clean` for a value that is not null."""
        raise NotImplementedError

    def show(self, value: Any) -> Any:
        """The stored value as it is answered."""
        return value


@dataclass(frozen=True, kw_only=True)
class Text(Field):
    """Trimmed text of limited length."""

    max_length: int | None = None
    blank: bool = True
    default: Any = ""
    check: Callable[[str], str | None] | None = None

    def convert(self, value: object) -> str:
        """Trim, measure, check."""
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise FieldError("Not a valid string.")
        text = str(value).strip()
        if not text and not self.blank:
            raise FieldError("This field may not be blank.")
        if self.max_length is not None and len(text) > self.max_length:
            raise FieldError(f"Ensure this field has no more than {self.max_length} characters.")
        problem = self.check(text) if self.check and text else None
        if problem:
            raise FieldError(problem)
        return text


@dataclass(frozen=True, kw_only=True)
class Flag(Field):
    """True or false."""

    def convert(self, value: object) -> int:
        """Accept the words the real server accepts."""
        if isinstance(value, bool | int | str):
            word = str(value).strip().lower()
            if word in _TRUE:
                return 1
            if word in _FALSE:
                return 0
        raise FieldError("Must be a valid boolean.")

    def show(self, value: Any) -> bool:
        """A JSON boolean."""
        return bool(value)


@dataclass(frozen=True, kw_only=True)
class Whole(Field):
    """A whole number, at least 0."""

    default: Any = 0

    def convert(self, value: object) -> int:
        """Accept a number or its text."""
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", str(value).strip()):
            raise FieldError("A valid integer is required.")
        number = int(str(value))
        if number < 0:
            raise FieldError("Ensure this value is greater than or equal to 0.")
        return number


@dataclass(frozen=True, kw_only=True)
class Number(Field):
    """A decimal of at least 0, rounded to `places`; kept as text, answered as a JSON number."""

    places: int = 5
    default: Any = "0"

    def convert(self, value: object) -> str:
        """Round; refuse what is no number, negative, or longer than 19 digits."""
        number = _decimal(value)
        if number < 0:
            raise FieldError("Ensure this value is greater than or equal to 0.")
        # The size is judged before rounding: 1e30 has no place to round to.
        if number.adjusted() >= MAX_DIGITS - self.places:
            raise FieldError(f"Ensure that there are no more than {MAX_DIGITS} digits in total.")
        return str(number.quantize(Decimal(1).scaleb(-self.places), rounding=ROUND_HALF_EVEN))

    def show(self, value: Any) -> float | None:
        """A JSON number."""
        return None if value is None else float(value)


@dataclass(frozen=True, kw_only=True)
class Money(Number):
    """A price: six decimals, answered as text."""

    places: int = 6
    null: bool = True
    default: Any = None

    def convert(self, value: object) -> str | None:  # type: ignore[override]
        """An empty text means no price."""
        if value == "":
            return None
        return super().convert(value)

    def show(self, value: Any) -> str | None:  # type: ignore[override]
        """Text with six decimals."""
        return None if value is None else str(value)


@dataclass(frozen=True, kw_only=True)
class Day(Field):
    """A date without time."""

    null: bool = True

    def convert(self, value: object) -> str | None:
        """Accept `YYYY-MM-DD` only."""
        return parse_day(value).isoformat() if value != "" or not self.null else None


@dataclass(frozen=True, kw_only=True)
class Related(Field):
    """The id of another object; the resource checks that it exists and is fit."""

    def convert(self, value: object) -> int:
        """Accept a number or its text."""
        if isinstance(value, bool) or not isinstance(value, int | str):
            kind = type(value).__name__
            raise FieldError(f"Incorrect type. Expected pk value, received {kind}.")
        if not re.fullmatch(r"[0-9]{1,18}", str(value).strip()):
            raise FieldError("Incorrect type. Expected pk value, received str.")
        return int(value)


def no_such_pk(pk: object) -> str:
    """What is said of an id that does not exist, and equally of one that is unfit."""
    return f'Invalid pk "{pk}" - object does not exist.'


def parse_day(value: object) -> date:
    """A date from `YYYY-MM-DD`."""
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", value):
        raise FieldError(_DATE)
    year, month, day = value.split("-")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise FieldError(_DATE) from error


def currency(name: str, default: str | None = "USD", **options: Any) -> Text:
    """A field that takes one of the configured currency codes."""

    def check(code: str) -> str | None:
        return None if code in CURRENCY_CODES else f'"{code}" is not a valid choice.'

    return Text(name=name, default=default, blank=False, check=check, **options)


def email(name: str) -> Text:
    """An email address; null is accepted, and unlike empty never collides."""
    return Text(name=name, null=True, check=lambda text: _matches(_EMAIL, text, "Enter a valid email address."))


def url(name: str, **options: Any) -> Text:
    """A link."""
    return Text(name=name, max_length=2000, check=lambda text: _matches(_URL, text, "Enter a valid URL."), **options)


def units(name: str) -> Text:
    """A unit of measure that the server knows."""

    def check(unit: str) -> str | None:
        return None if unit.lower() in UNITS else "Invalid physical unit"

    return Text(name=name, max_length=20, null=True, check=check)


def _matches(pattern: re.Pattern[str], text: str, problem: str) -> str | None:
    return None if pattern.fullmatch(text) else problem


def _decimal(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise FieldError("A valid number is required.")
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise FieldError("A valid number is required.") from error
    if not number.is_finite():
        raise FieldError("A valid number is required.")
    return number
