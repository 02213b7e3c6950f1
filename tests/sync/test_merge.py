"""Three-way merge: what one side changed flows to the other; what both changed is for the policy."""

from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.merge import Policy, Rule, merge

VALUES = st.sampled_from(["1", "2", "3"])
POLICIES = st.sampled_from(list(Policy))


def one(base: str | None, ours: str, theirs: str, policy: Policy):
    known = None if base is None else {"price": base}
    (decision,) = merge(["price"], base=known, ours={"price": ours}, theirs={"price": theirs}, policy=policy)
    return decision


@given(VALUES, VALUES, POLICIES)
def test_equal_sides_need_no_rule(base: str, value: str, policy: Policy) -> None:
    decision = one(base, value, value, policy)
    assert decision.rule is Rule.EQUAL
    assert not decision.writes_theirs


@given(VALUES, VALUES, POLICIES)
def test_a_change_on_our_side_alone_reaches_the_other(base: str, ours: str, policy: Policy) -> None:
    decision = one(base, ours, base, policy)
    assert decision.value == ours
    assert decision.writes_theirs == (ours != base)


@given(VALUES, VALUES, POLICIES)
def test_what_a_person_changed_on_the_other_side_alone_is_never_overwritten(
    base: str, theirs: str, policy: Policy
) -> None:
    decision = one(base, base, theirs, policy)
    assert decision.value == theirs
    assert not decision.writes_theirs


@given(VALUES, VALUES, VALUES)
def test_a_person_is_asked_before_anything_is_written_where_both_changed(base: str, ours: str, theirs: str) -> None:
    decision = one(base, ours, theirs, Policy.ASK)
    if len({base, ours, theirs}) == 3:
        assert decision.rule is Rule.PERSON_DECIDES
        assert not decision.writes_theirs


@given(VALUES, VALUES)
def test_at_first_meeting_a_difference_is_for_the_policy(ours: str, theirs: str) -> None:
    if ours == theirs:
        return
    assert one(None, ours, theirs, Policy.ASK).rule is Rule.PERSON_DECIDES
    assert one(None, ours, theirs, Policy.OURS).value == ours
    assert one(None, ours, theirs, Policy.THEIRS).value == theirs


@given(st.none() | VALUES, VALUES, VALUES, POLICIES)
def test_merging_the_result_again_changes_nothing(base: str | None, ours: str, theirs: str, policy: Policy) -> None:
    decision = one(base, ours, theirs, policy)
    if decision.rule is not Rule.PERSON_DECIDES:
        again = one(decision.value, decision.value, decision.value, policy)
        assert again.rule is Rule.EQUAL
