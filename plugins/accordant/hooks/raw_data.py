"""The hook of raw_data: a MongoDB collection of documents whose status is written back."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import stamina
from airflow.exceptions import AirflowConfigException
from airflow.providers.mongo.hooks.mongo import MongoHook
from airflow.sdk import BaseHook
from bson import ObjectId
from bson.codec_options import CodecOptions, DatetimeConversion
from pymongo import ASCENDING
from pymongo.collation import Collation
from pymongo.errors import OperationFailure, PyMongoError, ServerSelectionTimeoutError
from pymongo.write_concern import WriteConcern

from accordant.hooks.calls import ApiCall, OnCall, Secrets
from accordant.hooks.endpoints import ConnectionLike, connection_of, incomplete
from accordant.hooks.http import Patience
from accordant.hooks.mongo_filters import after, unchanged
from accordant.hooks.mongo_trouble import trouble
from accordant.sync.errors import AccordantError, RetryLater

Document = dict[str, Any]
T = TypeVar("T")

_PATIENCE = Patience(attempts=4, seconds=60)
_MILLISECONDS = {"serverSelectionTimeoutMS": 5_000, "connectTimeoutMS": 5_000, "socketTimeoutMS": 60_000}
_PORT = re.compile(r":\d+$")
_NO_FOLDING = Collation("simple")  # a collection's own collation could take "a" and "A" for equal


class RawDataHook(BaseHook):
    """Reads documents without holding a cursor open, and writes their status if they have not changed.

    Args:
        mongo_conn_id: an Airflow Connection of type mongo. Its extras go to pymongo; the time-outs above
            hold where it sets none.
        database: the connection's own (`schema`) when empty.
        collection: may be empty for a connection test only.
        connection: the connection itself, where there is no Airflow to ask.

    Raises:
        Misconfigured: the connection is missing or no address.
    """

    conn_name_attr = "mongo_conn_id"
    default_conn_name = "mongo_default"

    def __init__(
        self, mongo_conn_id: str = default_conn_name, *, database: str = "", collection: str = "",
        connection: ConnectionLike | None = None, on_call: OnCall | None = None, patience: Patience = _PATIENCE,
    ) -> None:  # fmt: skip
        super().__init__()
        self._connection: Any = connection or connection_of(mongo_conn_id)
        self.mongo_conn_id: str = self._connection.conn_id
        if not self._connection.host:
            raise incomplete(self.mongo_conn_id, "has no host")
        self._secrets = Secrets(self._connection.password)
        self._database = database or self._connection.schema or ""
        self._collection = collection
        self._on_call, self._patience = on_call, patience
        self._client = self._open()

    @property
    def account(self) -> str:
        """`host:port[,host:port]/database.collection`, hosts sorted, without credentials."""
        hosts = [host.strip().casefold() for host in self._connection.host.split(",")]
        if self._connection.port:  # Airflow puts it behind the last host
            hosts[-1] += f":{self._connection.port}"
        if str(self._connection.extra_dejson.get("srv", "")).casefold() != "true":
            hosts = [host if _PORT.search(host) else f"{host}:27017" for host in hosts]
        return f"{','.join(sorted(hosts))}/{self._database}.{self._collection}"

    # -- reading

    def documents(self, query: Mapping[str, Any], batch_size: int = 200) -> Iterator[Document]:
        """Yield the documents that match, in the order of `_id`, reading a batch at a time.

        No cursor stays open while the caller works, so it may take its time. Ids may be of mixed types.

        Raises:
            RetryLater, Misconfigured: the batch could not be read.
        """
        wanted: Mapping[str, Any] = query
        while True:
            batch = self._found(wanted, batch_size)
            yield from batch
            if len(batch) < batch_size:
                return
            wanted = {"$and": [query, after(batch[-1]["_id"])]}

    def document(self, key: str) -> Document | None:
        """Return the document whose `_id`, written as text, is `key`."""
        found = self._found({"_id": {"$in": _possible_ids(key)}}, len(_possible_ids(key)))
        return next((document for document in found if str(document["_id"]) == key), None)

    def id_of(self, key: str) -> Any:
        """Return the `_id` that `key` is the text of; the text itself where there is no such document."""
        document = self.document(key)
        return key if document is None else document["_id"]

    def existing(self, keys: Sequence[str]) -> set[str]:
        """Return which of these keys are those of documents."""
        wanted, found = set(keys), set[str]()
        for start in range(0, len(keys), 500):
            found |= self._among([one for key in keys[start : start + 500] for one in _possible_ids(key)])
        return found & wanted

    # -- writing

    def write_status(self, key: str, as_read: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
        """Set fields of a document if its `data` is still what was read; tell whether it was.

        The comparison is in the filter of the update, so nothing can come between. Doing it twice does no
        harm, and so pymongo's own repetition (retryWrites) may stay on.

        Args:
            key: the text of its `_id`.
            as_read: the document as it was read; where it has no `data`, there must be none still.

        Raises:
            RetryLater: the server is down or has not confirmed; may be written again.
            Misconfigured: the user may not write.
            RecordRejected: the collection's own rules refuse it.
        """
        if str(as_read["_id"]) != key:
            raise ValueError(f"the document read is {as_read['_id']}, not {key}")
        wanted = {"_id": {"$eq": as_read["_id"]}, **unchanged("data", as_read)}

        def update() -> bool:
            result = self._durable.update_one(wanted, {"$set": dict(fields)}, collation=_NO_FOLDING)
            return bool(result.matched_count)

        return self._told("UPDATE", update, write=True)

    # -- the connection

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether the server answers and the user may read."""
        try:
            return True, self._told("FIND", self._greeting)
        except AccordantError as error:
            return False, str(error)

    def close(self) -> None:
        """Close the connections to the server."""
        self._client.close()

    def _greeting(self) -> str:
        version = self._client.server_info()["version"]
        if not (self._database and self._collection):
            self._client.admin.command("ping")
            return f"MongoDB {version} at {self.account.split('/')[0]} answers."
        self._rows.find_one({}, {"_id": 1})
        return f"MongoDB {version} answers; {self.account} can be read."

    def _open(self) -> Any:
        given = self._connection

        class _Given(MongoHook):  # asks nobody for the connection
            @classmethod
            def get_connection(cls, conn_id: str) -> Any:
                return given

        try:
            hook = _Given(self.mongo_conn_id)
            hook.extras = {**_MILLISECONDS, **hook.extras}
            return hook.get_conn()
        except (PyMongoError, AirflowConfigException, ValueError, TypeError) as error:
            failure = trouble(error, self.account, self.mongo_conn_id, self._secrets)
        raise failure

    @property
    def _rows(self) -> Any:
        options: CodecOptions[Document] = CodecOptions(
            tz_aware=True,
            datetime_conversion=DatetimeConversion.DATETIME_AUTO,  # years that Python cannot hold stay as they are
            unicode_decode_error_handler="replace",  # one damaged text must not stop the others
        )
        return self._client.get_database(self._database).get_collection(self._collection, codec_options=options)

    @property
    def _durable(self) -> Any:
        return self._rows.with_options(write_concern=WriteConcern(w="majority", j=True))

    def _among(self, ids: list[Any]) -> set[str]:
        rows = self._read(lambda: list(self._rows.find({"_id": {"$in": ids}}, {"_id": 1})))
        return {str(row["_id"]) for row in rows}

    def _found(self, query: Mapping[str, Any], limit: int) -> list[Document]:
        return self._read(lambda: list(self._rows.find(query).sort("_id", ASCENDING).limit(limit)))

    def _read(self, ask: Callable[[], T]) -> T:
        patience = self._patience
        for attempt in stamina.retry_context(
            on=RetryLater, attempts=patience.attempts, timeout=patience.seconds, wait_initial=patience.first_wait,
            wait_max=patience.longest_wait,
        ):  # fmt: skip
            with attempt:
                return self._told("FIND", ask)
        raise AssertionError("the last attempt either returns or raises")

    def _told(self, method: str, ask: Callable[[], T], *, write: bool = False) -> T:
        """Do it once, tell `on_call`, and turn pymongo's errors into ours."""
        at, started = datetime.now(UTC), time.perf_counter()
        try:
            result = ask()
        except PyMongoError as error:
            failure = trouble(self._root_of(error), self.account, self.mongo_conn_id, self._secrets)
        else:
            self._tell(method, at, started, write=write, detail="")
            return result
        self._tell(method, at, started, write=write, detail=failure.sentence[:200])
        raise failure

    def _root_of(self, error: PyMongoError) -> PyMongoError:
        """Return what a server said for which pymongo waited in vain: it may have refused us at once."""
        if isinstance(error, ServerSelectionTimeoutError):
            servers = self._client.topology_description.server_descriptions().values()
            return next((server.error for server in servers if isinstance(server.error, OperationFailure)), error)
        return error

    def _tell(self, method: str, at: datetime, started: float, *, write: bool, detail: str) -> None:
        if self._on_call is not None:
            milliseconds = (time.perf_counter() - started) * 1000
            path = f"{self._database}.{self._collection}"
            self._on_call(ApiCall("mongo", self.account, method, path, None, milliseconds, at, write, detail))


def _possible_ids(key: str) -> list[Any]:
    """Return the values whose text is `key`: ids are mostly texts, object ids or whole numbers."""
    ids: list[Any] = [key]
    if ObjectId.is_valid(key):
        ids.append(ObjectId(key))
    if key.lstrip("-").isdecimal() and len(key) < 19:
        ids.append(int(key))
    return ids
