"""When two tax ids are one company."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.records import customer_key
from accordant.flows.raw_data_to_inventree.tax_ids import checks, normalised
from tests.flows.shapes import ANYTHING


@pytest.mark.parametrize(
    "raw",
    ["18547290", "RO18547290", "ro 18547290", " RO-18547290 ", "R O 18 547 290", "RO.18547290", 18547290,
     "0018547290", "RO0018547290", "RO\u00a018547290", "\u200bRO18547290"],
)  # fmt: skip
def test_one_company_has_one_tax_id_however_it_is_written(raw: object) -> None:
    assert normalised(raw) == "18547290"


@pytest.mark.parametrize("raw", [None, "", "-", " - ", "0", "0000000000000", "RO0", "...", [], {}, True])
def test_what_stands_for_no_tax_id_is_none(raw: object) -> None:
    assert normalised(raw) == ""


@pytest.mark.parametrize("raw", ["RO", "N/A", "n.a.", "PF", "fara", "persoana fizica", "x", "nu are", "null"])
def test_a_word_instead_of_a_tax_id_does_not_make_strangers_one_customer(raw: str) -> None:
    """Every id of a country has a digit. Matched as an id, `N/A` would bill the first stranger for all."""
    assert normalised(raw) == ""


@pytest.mark.parametrize("valid", ["18547290", "2864518", "14399840"])
def test_a_valid_check_digit_passes(valid: str) -> None:
    assert checks(normalised(valid)) is True


@pytest.mark.parametrize("wrong", ["18547291", "12345678", "1"])
def test_a_failed_check_digit_is_seen(wrong: str) -> None:
    assert checks(normalised(wrong)) is False


@pytest.mark.parametrize("foreign", ["DE123456789", "HU-12345678", "ATU12345678", "GB 999 9999 73"])
def test_a_foreign_tax_id_is_kept_and_is_not_ours_to_check(foreign: str) -> None:
    assert normalised(foreign) == foreign.replace(" ", "").replace("-", "")
    assert checks(normalised(foreign)) is None


def test_a_personal_code_keeps_its_thirteen_digits() -> None:
    assert normalised("1960523460018") == "1960523460018"
    assert normalised("0960523460018") == "0960523460018"
    assert checks("1630615123457") is True


def test_no_tax_id_cannot_be_checked() -> None:
    assert checks("") is None


@given(ANYTHING)
def test_any_value_has_a_tax_id_or_none_and_it_is_final(raw: object) -> None:
    once = normalised(raw)
    assert normalised(once) == once
    assert checks(once) in (True, False, None)


@given(st.integers(10, 9_999_999_999))
def test_the_prefix_never_makes_another_company(digits: int) -> None:
    assert normalised(f"RO{digits}") == normalised(f" {digits}") == str(digits)


def test_the_tax_id_is_the_key_and_the_name_only_where_there_is_none() -> None:
    assert customer_key("18547290", "A") == customer_key("18547290", "B")
    assert customer_key("18547290", "A") != customer_key("2864518", "A")
    assert customer_key("", " Papirus  SRL") == customer_key("", "PAPIRUS srl")
    assert customer_key("", "tax:1") != customer_key("1", "")
