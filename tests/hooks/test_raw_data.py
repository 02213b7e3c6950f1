"""Raw documents are read in small batches and their status is written only over what was read."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pymongo
import pytest
from airflow.sdk import Connection
from bson import Decimal128, Int64, MaxKey, MinKey, ObjectId, Timestamp

from accordant.hooks.calls import ApiCall
from accordant.hooks.http import Patience
from accordant.hooks.raw_data import RawDataHook
from accordant.sync.errors import Misconfigured, RetryLater
from sandbox.mongo import running_mongo

_NAMES = count(1)
HASTY = Patience(attempts=2, seconds=3, first_wait=0.01, longest_wait=0.02)


def mongo_connection(port: int, **fields: Any) -> Connection:
    extra = {"directConnection": True, **fields.pop("extra", {})}
    given = {"conn_id": "mongo_test", "conn_type": "mongo", "host": "127.0.0.1", "port": port, **fields}
    return Connection(extra=json.dumps(extra), **given)


def open_hook(given: Connection, calls: list[ApiCall] | None = None, name: str = "c") -> RawDataHook:
    on_call = None if calls is None else calls.append
    return RawDataHook(connection=given, database="raw", collection=name, patience=HASTY, on_call=on_call)


@pytest.fixture
def hook(mongo: Any, calls: list[ApiCall]) -> Iterator[RawDataHook]:
    hook = open_hook(mongo_connection(mongo.port), calls, f"documents_{next(_NAMES)}")
    yield hook
    hook.close()


@pytest.fixture
def rows(mongo: Any, hook: RawDataHook) -> Iterator[Any]:
    client: pymongo.MongoClient[dict[str, Any]]
    with pymongo.MongoClient(mongo.uri) as client:
        yield client.raw[hook.account.rpartition(".")[2]]


IDS = [
    MinKey(), None, math.nan, -3, 1, 2.5, Int64(7), Decimal128("8.5"), "a", "b", {"k": 1}, b"z",
    ObjectId("5f0000000000000000000001"), ObjectId("5f0000000000000000000002"), False, True,
    datetime(2020, 1, 1, tzinfo=UTC), Timestamp(1, 1), MaxKey(),
]  # fmt: skip


@pytest.mark.parametrize("batch", [1, 2, 3, 19, 50])
def test_documents_with_ids_of_every_kind_come_once_and_in_order(hook: RawDataHook, rows: Any, batch: int) -> None:
    rows.insert_many([{"_id": one} for one in random.sample(IDS, len(IDS))])
    found = [document["_id"] for document in hook.documents({}, batch)]
    assert [repr(one) for one in found[3:12]] == [repr(one) for one in IDS[3:12]]
    assert len(found) == len(IDS)


def test_only_what_the_query_asks_for_comes(hook: RawDataHook, rows: Any) -> None:
    rows.insert_many([{"_id": number, "status": number % 2} for number in range(20)])
    assert [d["_id"] for d in hook.documents({"$or": [{"status": 1}]}, 3)] == list(range(1, 20, 2))


def test_a_slow_reader_holds_no_cursor(hook: RawDataHook, rows: Any) -> None:
    rows.insert_many([{"_id": number} for number in range(10)])
    reading = hook.documents({}, 3)
    next(reading)
    rows.delete_many({"_id": {"$gte": 3, "$lte": 5}})
    rows.insert_one({"_id": 99})
    assert [d["_id"] for d in reading] == [1, 2, 6, 7, 8, 9, 99]


def test_values_survive_as_they_are(hook: RawDataHook, rows: Any) -> None:
    rows.insert_one({"_id": 1, "data": [math.nan, Decimal128("1.20"), Int64(5), datetime(2026, 1, 2, tzinfo=UTC)]})
    (document,) = hook.documents({})
    nan, amount, number, day = document["data"]
    assert math.isnan(nan)
    assert amount == Decimal128("1.20")
    assert isinstance(number, Int64)
    assert day == datetime(2026, 1, 2, tzinfo=UTC)


DATA: list[Any] = [
    math.nan, None, 0, 1.5, "Ștefan", "", [], {}, True, math.inf, b"x", Decimal128("NaN"), Decimal128("1.20"), Int64(5),
    datetime(2026, 1, 1, tzinfo=UTC), {"$set": 1}, {"$gt": 5}, {"a": {"b": [1]}}, [None], [[1]],
    [{"serie": "A", "pret": math.nan, "note": None, "articole": [{"q": 1.0, "p": [[2]]}]}], [[{"a": 1}]], {"a": None},
]  # fmt: skip


@pytest.mark.parametrize("data", DATA, ids=repr)
def test_a_status_is_written_where_the_data_is_what_was_read(hook: RawDataHook, rows: Any, data: Any) -> None:
    rows.insert_one({"_id": "d", "data": data})
    document = hook.document("d")
    assert document is not None
    assert hook.write_status("d", document, {"sync_status": 1, "sync_log": {"a": [1]}})
    assert hook.write_status("d", document, {"sync_status": 1})  # again, as after a lost answer
    assert rows.find_one()["sync_log"] == {"a": [1]}


@pytest.mark.parametrize("data", DATA, ids=repr)
@pytest.mark.parametrize("change", ["wrapped", "other", "removed", "appended"])
def test_a_status_is_not_written_over_changed_data(hook: RawDataHook, rows: Any, data: Any, change: str) -> None:
    rows.insert_one({"_id": "d", "data": data})
    document = hook.document("d")
    changed = {
        "wrapped": {"$set": {"data": [data]}},
        "other": {"$set": {"data": "quite another"}},
        "removed": {"$unset": {"data": ""}},
        "appended": {"$set": {"data": [*data, 1] if isinstance(data, list) else [data, 1]}},
    }
    rows.update_one({"_id": "d"}, changed[change])
    assert document is not None
    assert not hook.write_status("d", document, {"sync_status": 1})
    assert "sync_status" not in rows.find_one()


def test_missing_data_and_null_are_two_things(hook: RawDataHook, rows: Any) -> None:
    rows.insert_many([{"_id": "missing"}, {"_id": "null", "data": None}])
    missing, null = hook.document("missing"), hook.document("null")
    assert missing is not None
    assert null is not None
    assert hook.write_status("missing", missing, {"s": 1})
    rows.update_one({"_id": "missing"}, {"$set": {"data": None}})
    rows.update_one({"_id": "null"}, {"$unset": {"data": ""}})
    assert not hook.write_status("missing", missing, {"s": 2})
    assert not hook.write_status("null", null, {"s": 2})


def test_a_document_that_is_gone_gets_no_status(hook: RawDataHook, rows: Any) -> None:
    rows.insert_one({"_id": "d", "data": 1})
    document = hook.document("d")
    rows.delete_one({"_id": "d"})
    assert document is not None
    assert not hook.write_status("d", document, {"s": 1})
    assert rows.count_documents({}) == 0


def test_a_key_leads_to_its_document_whatever_the_kind_of_its_id(hook: RawDataHook, rows: Any) -> None:
    object_id = ObjectId()
    rows.insert_many([{"_id": object_id}, {"_id": 17}, {"_id": "018"}, {"_id": -4}])
    assert hook.id_of(str(object_id)) == object_id
    assert hook.id_of("17") == 17
    assert hook.id_of("018") == "018"
    assert hook.id_of("18") == "18"  # nothing there
    keys = [str(object_id), "17", "018", "-4", "18", "gone"]
    assert hook.existing(keys) == {str(object_id), "17", "018", "-4"}


def test_the_account_names_hosts_and_place_but_no_credentials() -> None:
    extra = {"directConnection": False}
    given = mongo_connection(
        27018, extra=extra, host="B.example:27019,c.example,a.example", login="u", password="canary"
    )
    hook = open_hook(given)
    assert hook.account == "a.example:27018,b.example:27019,c.example:27017/raw.c"
    assert "canary" not in repr(hook)
    hook.close()


def test_every_call_is_told(hook: RawDataHook, rows: Any, calls: list[ApiCall]) -> None:
    rows.insert_one({"_id": 1})
    (document,) = hook.documents({})
    hook.write_status("1", document, {"s": 1})
    assert [(call.system, call.method, call.write, call.detail) for call in calls] == [
        ("mongo", "FIND", False, ""),
        ("mongo", "UPDATE", True, ""),
    ]
    assert calls[0].account == hook.account


def test_a_server_that_is_down_is_for_later(free_port: int, calls: list[ApiCall]) -> None:
    hook = open_hook(mongo_connection(free_port, extra={"serverSelectionTimeoutMS": 100}), calls)
    with pytest.raises(RetryLater) as caught:
        list(hook.documents({}))
    assert caught.value.code.code == "SYSTEM_DOWN"
    assert len(calls) == 2
    with pytest.raises(RetryLater):
        hook.write_status("1", {"_id": 1}, {"s": 1})
    works, sentence = hook.test_connection()
    assert not works
    assert sentence.startswith("SYSTEM_DOWN")
    hook.close()


def test_wrong_credentials_are_named_and_not_shown() -> None:
    with running_mongo(user="sync", password="right") as server:
        extra = {"authMechanism": "SCRAM-SHA-256", "authSource": "admin", "serverSelectionTimeoutMS": 500}
        given = mongo_connection(server.port, login="sync", password="canary-wrong", extra=extra)
        hook = open_hook(given)
        with pytest.raises(Misconfigured) as caught:
            list(hook.documents({}))
        assert caught.value.code.code == "CREDENTIALS_REFUSED"
        assert caught.value.record == "mongo_test"
        assert caught.value.__context__ is None
        assert "canary" not in str(caught.value)
        assert hook.test_connection()[1].startswith("CREDENTIALS_REFUSED")
        hook.close()
        right = open_hook(mongo_connection(server.port, login="sync", password="right", extra=extra))
        assert right.test_connection()[0]
        right.close()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"host": ""}, "has no host"),
        ({"extra": {"no_such_option": 1}}, "cannot be used"),
        ({"extra": {"srv": True}}, "cannot be used"),
        ({"conn_type": "mysql"}, "cannot be used"),
    ],
)
def test_a_connection_that_cannot_work_says_so(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(Misconfigured, match=words):
        open_hook(mongo_connection(1, **fields))


def test_a_working_connection_says_what_can_be_read(mongo: Any, hook: RawDataHook) -> None:
    assert hook.test_connection() == (True, hook.test_connection()[1])
    assert "can be read" in hook.test_connection()[1]
    anywhere = RawDataHook(connection=mongo_connection(mongo.port))
    assert anywhere.test_connection()[0]
    anywhere.close()
