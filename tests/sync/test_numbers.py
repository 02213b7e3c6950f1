"""A number is taken exactly as a person meant it, or not at all."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.numbers import number_of, plain


@pytest.mark.parametrize(
    ("given_value", "kind"),
    [
        (None, "null"),
        ("3,5", "text"),
        ("1e5", "text"),
        ("", "text"),
        (math.nan, "nan"),
        (math.inf, "nan"),
        (Decimal("NaN"), "nan"),
        (True, "bool"),
        ([3], "object"),
        ({"$numberDecimal": "3"}, "object"),
    ],
)
def test_what_is_no_number_is_not_guessed(given_value: object, kind: str) -> None:
    assert number_of(given_value, places=5).kind == kind
    assert number_of(given_value, places=5).text == ""


@pytest.mark.parametrize(
    ("given_value", "text"),
    [(3.1 + 0.2, "3.3"), (" 3.50 ", "3.5"), (-0.0, "0"), (1e30, "1" + "0" * 30), (3045.7353, "3045.7353"), (7, "7")],
)
def test_the_noise_of_a_double_is_rounded_away(given_value: object, text: str) -> None:
    assert number_of(given_value, places=5).text == text


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_every_amount_a_person_can_type_survives_a_double(amount: Decimal) -> None:
    """15 significant digits are what a double holds; 9 before and 5 after the point fit."""
    assert number_of(float(amount), places=5).text == plain(amount)


@given(st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("0.999999"), places=6))
def test_a_digit_too_many_is_kept_so_that_validation_sees_it(amount: Decimal) -> None:
    """0.123456 as a quantity is not silently 0.12346."""
    assert Decimal(number_of(float(amount), places=5).text) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_has_one_notation(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert plain(Decimal(plain(value))) == plain(value)
