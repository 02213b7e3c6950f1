"""The hook of QuickBooks Desktop, reached through Conductor (https://docs.conductor.is) with conductor-py."""

from __future__ import annotations

import json
import weakref
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import quote

from accordant.hooks.calls import OnCall
from accordant.hooks.conductor_client import ConductorClient, Turn, open_conductor
from accordant.hooks.conductor_company import fingerprint_of, name_of, require_expected
from accordant.hooks.conductor_errors import DIALECT
from accordant.hooks.conductor_lists import ROOT, Question, Row, Spool, drain, question
from accordant.hooks.conductor_logs import hide_in_logs
from accordant.hooks.endpoints import ConnectionLike, sendable
from accordant.hooks.forms import CONDUCTOR
from accordant.hooks.http import HttpClient, Patience
from accordant.hooks.vendor_hook import VendorHook
from accordant.sync.errors import NeedsPerson, RecordRejected, RetryLater

_GONE = frozenset({"REFERENCE_UNKNOWN", "RECORD_GONE"})  # how QuickBooks says that the id asked for is not there


class ConductorHook(VendorHook):
    """Reads and writes one company file of QuickBooks Desktop; safe to use from several threads.

    Resources are named as in the address: "customers", "sales-orders". Rows and bodies are plain JSON in the
    API's camelCase, with every key; amounts are strings there, and other numbers int or float.

    Args:
        conn_id: an Airflow Connection of type conductor; conductor_default when empty.
        connection: the connection itself, where there is no Airflow to ask.
        on_call: is told of every call.
        patience: how long a call may be tried; a ConductorPatience says more.
        turn: opens a context in which nobody else speaks to this company file. Every request is sent inside
            one, and a list from its first to its last page. Default: one at a time in this process.

    Raises:
        Misconfigured: the connection is missing or incomplete.
    """

    default_conn_name = CONDUCTOR.default_conn_name
    conn_type = CONDUCTOR.conn_type
    hook_name = CONDUCTOR.hook_name
    form = CONDUCTOR
    dialect = DIALECT
    _client: ConductorClient

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None, turn: Turn | None = None,
    ) -> None:  # fmt: skip
        self._turn = turn
        super().__init__(conn_id, connection=connection, on_call=on_call, patience=patience)
        self._closing = weakref.finalize(self, self._wire.close)

    def _open(self, token: str, patience: Patience | None, on_call: OnCall | None) -> ConductorClient:
        hide_in_logs(token)
        client, self._wire = open_conductor(
            CONDUCTOR.conn_type, self.endpoint, self.account, token, self._headers(token),
            patience=patience, on_call=on_call, turn=self._turn,
        )  # fmt: skip
        return client

    def __enter__(self) -> ConductorHook:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; also done when nobody refers to the hook any more."""
        self._closing()

    @property
    def account(self) -> str:
        """The company file: Conductor's id of the end user, below the address that knows it."""
        return f"{self.endpoint.base_url}/{self.endpoint.extras['end_user_id']}"

    # -- the company file

    def company(self) -> Row:
        """Return the company resource.

        Raises:
            Misconfigured: it is not the one that the Connection names in `company_name`.
            RetryLater, RecordRejected: see ConductorClient.read.
        """
        return self._company(self._client)

    def fingerprint(self) -> str:
        """Return a short text that identifies the company file; raises as `company` does."""
        return fingerprint_of(self.company())

    def server_time(self) -> datetime:
        """Return Conductor's time in whole seconds, by the Date header of an answer that needs no QuickBooks."""
        headers = self._client.headers_of(f"/end-users/{quote(self.endpoint.extras['end_user_id'], safe='')}")
        try:
            return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
        except ValueError:
            pass
        raise RetryLater("ANSWER_UNREADABLE", f"{self._client.verdicts.who} answered without its date.")

    # -- reading

    def rows(self, resource: str, **filters: Any) -> Iterator[Row]:
        """Yield every row of a list once, after the whole list was read.

        Args:
            resource: as in the address.
            filters: named as conductor-py names them. `..._after` and `..._before` take datetimes with a zone;
                arrays are sent as repeated parameters; None is left out.

        Raises:
            RetryLater: LIST_TIMED_OUT if QuickBooks took too long: ask for less at a time.
            RetryLater, Misconfigured, RecordRejected: see ConductorClient.read.
            TypeError, ValueError: there is no such list or filter.
        """
        return self._rows(question(self._wire.client, resource, filters))

    def _rows(self, asked: Question) -> Iterator[Row]:
        spool = Spool()
        try:
            drain(self._client, asked, spool)
            yield from spool
        finally:
            spool.close()

    def find(self, resource: str, id: str) -> Row | None:
        """Return one record, or None where there is none; raises as ConductorClient.read does."""
        try:
            found = self._client.read(_path(resource, id))
        except (RecordRejected, NeedsPerson) as error:
            if error.code.code not in _GONE:
                raise
            return None
        return None if found is None else self._object(found, resource)

    # -- writing

    def create(self, resource: str, body: Mapping[str, Any]) -> Row:
        """Create a record with one POST and return it.

        Raises:
            RecordRejected, RetryLater, Misconfigured: it was certainly not created.
            OutcomeUnknown: look it up before anything else.
        """
        return self._written("POST", _path(resource), body)

    def update(self, resource: str, id: str, body: Mapping[str, Any]) -> Row:
        """Change a record with one POST and return it; raises as `create` does.

        Raises:
            StaleRevision: `revisionNumber` is not the present one; nothing was applied.
            NeedsPerson: RECORD_GONE; nothing was applied.
        """
        return self._written("POST", _path(resource, id), body)

    def delete(self, resource: str, id: str) -> Row:
        """Delete a transaction for good and return what Conductor says of it; raises as `update` does."""
        return self._written("DELETE", _path(resource, id))

    def void(self, resource: str, id: str) -> Row:
        """Set a transaction to zero and return what Conductor says of it; raises as `update` does."""
        return self._written("POST", f"{_path(resource, id)}/void")

    def _written(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Row:
        written = self._client.write(method, path, body)
        if not isinstance(written, dict) or not isinstance(written.get("id"), str):
            raise self._client.verdicts.unknown("answered without the record that was written")
        return _plain(written)

    # -- the connection

    def _headers(self, token: str) -> dict[str, str]:
        end_user = sendable(self.endpoint.extras["end_user_id"], self.endpoint.conn_id)
        return {"Authorization": f"Bearer {token}", "Conductor-End-User-Id": end_user}

    def _greeting(self, client: HttpClient) -> str:
        """Ask for the health check, which goes all the way to QuickBooks and back (60 s at most)."""
        told = client.read(f"{ROOT}/health-check")
        if not isinstance(told, dict) or told.get("status") != "ok":
            raise client.verdicts.wrong_address("answers, but not as Conductor does")
        name = name_of(self._company(client))
        whom = f" with the company file {name}" if name else ""
        return f"QuickBooks Desktop answered through Conductor in {float(told.get('duration', 0)):.0f} ms{whom}."

    def _company(self, client: HttpClient) -> Row:
        company = self._object(client.read(f"{ROOT}/company"), "company")
        require_expected(company, self.endpoint.extras["company_name"], self.endpoint.conn_id)
        return company

    def _object(self, found: Any, what: str) -> Row:
        if not isinstance(found, dict):
            sentence = f"{self._client.verdicts.who} answered {what} with something that is no object."
            raise RetryLater("ANSWER_UNREADABLE", sentence)
        return _plain(found)


def _path(resource: str, id: str | None = None) -> str:
    if id == "":
        raise ValueError(f"an empty id names no record of {resource}")
    return f"{ROOT}/{resource}" if id is None else f"{ROOT}/{resource}/{quote(id, safe='')}"


def _plain(found: Row) -> Row:
    """Return an object with plain numbers; the decoder that all hooks share gives Decimals."""
    plain: Row = json.loads(json.dumps(found, default=float))
    return plain
