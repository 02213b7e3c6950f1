"""A certificate cannot be changed or taken out of its chain unnoticed."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.certificate import Difference, SideDigest, certificate_content, certificate_id


def side(*records: tuple[str, str]) -> dict:
    digest = SideDigest()
    for key, amount in records:
        digest.add(key, {"amount": amount}, Decimal(amount))
    return digest.content()


def content(ours: dict, theirs: dict, *differences: Difference) -> dict:
    return certificate_content(
        flow="f", ours="a", theirs="b", run_id="r", sides={"line": {"ours": ours, "theirs": theirs}},
        differences=differences,
    )  # fmt: skip


def test_equal_sides_match() -> None:
    assert content(side(("k", "1.50")), side(("k", "1.50")))["matches"]


def test_sides_with_equal_sums_but_other_records_do_not_match() -> None:
    assert not content(side(("k", "1"), ("l", "2")), side(("k", "2"), ("l", "1")))["matches"]


def test_an_excused_difference_is_listed_and_does_not_break_the_match() -> None:
    excused = Difference("line", "k", "InvenTree does not have it.", "STORNO_LINE")
    certificate = content(side(), side(), excused)
    assert certificate["matches"]
    assert certificate["differences"][0]["excuse"] == "STORNO_LINE"


def test_a_difference_without_excuse_breaks_the_match() -> None:
    assert not content(side(), side(), Difference("line", "k", "InvenTree does not have it."))["matches"]


@given(st.text(max_size=5), st.text(max_size=5))
def test_the_id_depends_on_the_certificate_before(first: str, second: str) -> None:
    one = content(side(), side())
    assert (certificate_id(first, one) == certificate_id(second, one)) == (first == second)
