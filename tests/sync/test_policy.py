"""Who decides on a difference, and which fields flow one way only."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from accordant.sync.merge import Rule, Side
from accordant.sync.policy import MergePolicy
from accordant.sync.timing import Clocks

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)
FIELDS = ("name", "phone", "terms", "balance")


def policy(**words: object) -> MergePolicy:
    return MergePolicy.model_validate(words)


def test_the_latest_timestamp_decides_on_what_both_sides_changed() -> None:
    latest = policy(kind="latest timestamp")
    assert latest.resolution(Clocks(), NOON, LATER).rule is Rule.THEIRS_LATER
    assert latest.resolution(Clocks(), LATER, NOON).rule is Rule.OURS_LATER


def test_an_authority_decides_however_late_the_other_side_was() -> None:
    authority = policy(kind="authority", authority="ours")
    assert authority.resolution(Clocks(), NOON, LATER).rule is Rule.OURS_DECIDES


def test_a_person_is_asked_where_the_settings_say_so_whatever_else_they_say() -> None:
    assert policy(kind="authority", authority="ours", ask=True).resolution(Clocks(), NOON, LATER).rule is (
        Rule.PERSON_DECIDES
    )


def test_an_authority_owns_all_fields_but_its_exceptions() -> None:
    customers = policy(kind="authority", authority="theirs", exceptions=("phone",))
    assert customers.owners(FIELDS) == dict.fromkeys(("name", "terms", "balance"), Side.THEIRS)


def test_an_authority_without_a_list_of_exceptions_owns_nothing_alone() -> None:
    assert policy(kind="authority", authority="ours").owners(FIELDS) == {}


def test_at_first_meeting_an_authority_owns_only_what_always_flows_one_way() -> None:
    customers = policy(kind="authority", authority="theirs", exceptions=(), theirs=("balance",))
    assert customers.owners(FIELDS, first_meeting=True) == {"balance": Side.THEIRS}


def test_a_named_owner_goes_before_the_authority() -> None:
    orders = policy(kind="authority", authority="ours", exceptions=(), theirs=("balance",))
    assert orders.owners(FIELDS)["balance"] is Side.THEIRS


def test_one_way_takes_every_field_from_its_source_at_first_meeting_too() -> None:
    invoices = policy(kind="one way", authority="theirs")
    assert invoices.owners(FIELDS) == invoices.owners(FIELDS, first_meeting=True) == dict.fromkeys(FIELDS, Side.THEIRS)
    assert invoices.sole_source is Side.THEIRS
    assert policy(kind="authority", authority="theirs").sole_source is None


def test_an_unknown_word_in_a_policy_is_refused() -> None:
    with pytest.raises(ValidationError):
        policy(kind="whoever shouts")
    with pytest.raises(ValidationError):
        policy(kind="latest timestamp", winner="ours")
