"""What changed since a moment is told whole, whatever the limits of change data capture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.hooks.misbehaving_server import Asked, Reply
from tests.hooks.quickbooks_company import Company


def captured(*rows: tuple[str, str], deleted: bool = False) -> Reply:
    told = [{"Id": id, "MetaData": {"LastUpdatedTime": at}} for id, at in rows]
    told = [{**row, "status": "Deleted"} for row in told] if deleted else told
    return Reply(200, {"CDCResponse": [{"QueryResponse": [{"Invoice": told}]}]})


def changes(company: Company, since: datetime) -> list[Any]:
    found = company.hook().changes(["Invoice"], since)
    assert found is not None
    return list(found)


SINCE = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


def at(seconds: int) -> str:
    return (SINCE + timedelta(seconds=seconds)).isoformat()


def test_a_deleted_object_comes_as_deleted(company: Company) -> None:
    company.script(captured(("7", at(1)), deleted=True))
    (change,) = changes(company, SINCE)
    assert (change.entity, change.id, change.is_deleted) == ("Invoice", "7", True)


def test_a_full_answer_is_followed_from_its_last_change(company: Company) -> None:
    first = [(str(number), at(number)) for number in range(1000)]
    company.script(captured(*first), captured(first[-1], ("1000", at(1001))))
    assert [change.id for change in changes(company, SINCE)] == [str(number) for number in range(1001)]
    assert company.asked[1].query["changedSince"] == at(999)


def test_more_changes_in_one_second_than_an_answer_holds_are_asked_for_by_query(company: Company) -> None:
    def queried(asked: Asked) -> Reply:
        assert f"MetaData.LastUpdatedTime >= '{at(0)}' AND MetaData.LastUpdatedTime < '{at(1)}'" in asked.body.decode()
        rows = [{"Id": str(number), "MetaData": {"LastUpdatedTime": at(0)}} for number in range(990, 1200)]
        return Reply(200, {"QueryResponse": {"Invoice": rows}})

    company.script(captured(*((str(number), at(0)) for number in range(1000))), queried, captured(("1", at(2))))
    found = changes(company, SINCE)
    assert {change.id for change in found} == {str(number) for number in range(990, 1200)} | {"1"}
    assert company.asked[2].query["changedSince"] == at(1)


def test_what_lies_too_far_back_is_not_asked_for(company: Company) -> None:
    hook = company.hook()
    assert hook.changes(["Invoice"], datetime.now(UTC) - timedelta(days=29, seconds=1)) is None
    assert company.asked == []
