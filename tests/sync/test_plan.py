"""A plan's id stands for exactly its operations."""

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal

import pytest

from accordant.sync.limits import Limits
from accordant.sync.operations import Action, Operation
from accordant.sync.plan import PlanDigest

CUSTOMER = Operation(0, "tax:1", "customer", "tax:1", Action.CREATE, "none has this tax id", {"name": "A"})
ORDER = Operation(2, "SERIE=A;NUMAR=1", "sales_order", "SERIE=A;NUMAR=1", Action.CREATE, "none", {"date": "2026-01-01"})


def digest(*operations: Operation) -> PlanDigest:
    plan = PlanDigest()
    for operation in operations:
        plan.add(operation, Decimal(100))
    return plan


def test_the_same_decisions_have_the_same_id() -> None:
    assert digest(CUSTOMER, ORDER).id == digest(CUSTOMER, ORDER).id


@pytest.mark.parametrize("changed", [{"after": {"name": "B"}}, {"rule": "another"}, {"base_hash": "x"}])
def test_any_other_decision_has_another_id(changed: dict) -> None:
    assert digest(replace(CUSTOMER, **changed)).id != digest(CUSTOMER).id


def test_operations_out_of_order_are_an_error() -> None:
    with pytest.raises(ValueError, match="out of order"):
        digest(ORDER, CUSTOMER)


def test_the_id_does_not_depend_on_the_hash_seed() -> None:
    code = (
        "from accordant.sync.records import content_hash;"
        "print(content_hash({'b': {'x', 'y'} and ['x', 'y'], 'a': 1.5, 'é': None}))"
    )
    ids = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed, "PATH": ""}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(ids) == 1


def test_a_plan_within_its_limits_passes_and_a_larger_one_says_why() -> None:
    plan = digest(CUSTOMER, ORDER)
    assert Limits(operations=2, money_moved=Decimal(200)).exceeded_by(plan) == []
    (many,) = Limits(operations=1).exceeded_by(plan)
    assert "2 operations are planned" in many
    (money,) = Limits(money_moved=Decimal(199)).exceeded_by(plan)
    assert "200.00 would be written" in money


def test_a_plan_that_deactivates_too_much_says_so() -> None:
    gone = replace(CUSTOMER, action=Action.DEACTIVATE)
    plan = digest(gone, replace(gone, group="z", key="z"), ORDER)
    limits = Limits(deactivated_share=Decimal("0.05"))
    (share,) = limits.exceeded_by(plan, agreed=4)
    assert "2 records would be deactivated, 50.0% of those agreed; 5.0% go" in share
    assert limits.exceeded_by(plan, agreed=40) == []
    assert "100.0% of those agreed" in limits.exceeded_by(plan)[0]


def test_a_plan_that_deactivates_one_record_goes_however_few_are_agreed() -> None:
    plan = digest(replace(CUSTOMER, action=Action.DEACTIVATE), ORDER)
    assert Limits(deactivated_share=Decimal("0.05")).exceeded_by(plan, agreed=1) == []
