"""The InvenTree hook: its REST API as API version 530 answers, with older servers down to 500."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from airflow.sdk import BaseHook
from airflow.sdk.log import mask_secret

from accordant.hooks.calls import OnCall, Params, Secrets
from accordant.hooks.endpoints import ConnectionLike, connection_of, endpoint_of, sendable
from accordant.hooks.forms import INVENTREE
from accordant.hooks.http import QUICK, HttpClient, Patience
from accordant.hooks.inventree_dialect import DIALECT, search_phrase, search_terms
from accordant.hooks.inventree_pages import Item, pages
from accordant.hooks.opening import open_client
from accordant.hooks.wire import HeaderAuth
from accordant.sync.errors import AccordantError, RecordRejected, RetryLater

_COMPANIES, _PARTS, _ORDERS, _LINES = "/api/company/", "/api/part/", "/api/order/so/", "/api/order/so-line/"
_TAGS_SINCE = 500  # API version: tags on companies and sales orders


class InvenTreeHook(BaseHook):
    """Reads and writes InvenTree; safe to use from several threads.

    The server has no idempotency key and ignores unknown filters without a word: what a search gives is
    a superset, and the caller compares exactly.

    Args:
        inventree_conn_id: an Airflow Connection of type inventree.
        connection: the connection itself, where there is no Airflow to ask.
        on_call: is told of every call.
        patience: how long a call may be tried.

    Raises:
        Misconfigured: the connection is missing or incomplete.
    """

    conn_name_attr = "inventree_conn_id"
    default_conn_name = INVENTREE.default_conn_name
    conn_type = INVENTREE.conn_type
    hook_name = INVENTREE.hook_name

    def __init__(
        self, inventree_conn_id: str = default_conn_name, *, connection: ConnectionLike | None = None,
        on_call: OnCall | None = None, patience: Patience | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._endpoint = endpoint_of(connection or connection_of(inventree_conn_id), INVENTREE)
        self.inventree_conn_id = self._endpoint.conn_id
        self._secrets = Secrets(self._endpoint.password)
        self._signing_in = threading.Lock()
        self._signed_in = not self._endpoint.login
        self._client = open_client(
            INVENTREE.conn_type, self._endpoint, self.account, DIALECT, self._first_auth(), self._secrets,
            patience=patience, on_call=on_call,
        )  # fmt: skip

    @property
    def account(self) -> str:
        """The server's base URL, by which stored ids are keyed."""
        return self._endpoint.base_url.removesuffix("/api")

    # -- reading

    def get(self, path: str, params: Params | None = None) -> dict[str, Any] | list[Any]:
        """Return the object or list at a path.

        Raises:
            RecordRejected: there is no such object, or the server refuses the question.
            RetryLater, Misconfigured: see HttpClient.read.
        """
        found = self._authorised().read(path, params)
        if found is None:
            raise RecordRejected("REFUSED_BY_TARGET", f"InvenTree has nothing at {path}.")
        if not isinstance(found, dict | list):
            raise self._unreadable(path)
        return found

    def find(self, path: str) -> Item | None:
        """Return one object, or None where there is none."""
        found = self._authorised().read(path)
        if found is not None and not isinstance(found, dict):
            raise self._unreadable(path)
        return found

    def pages(self, path: str, params: Params | None = None, *, page_size: int | None = None) -> Iterator[list[Item]]:
        """Yield every object of a list exactly once, page by page; objects added meanwhile may be missing.

        Raises:
            RetryLater, Misconfigured: see HttpClient.read.
        """
        size = page_size or self._endpoint.extras["page_size"]
        yield from pages(self._authorised().read, path, params or {}, max(size, 2), self._who)

    def search_companies(self, term: str | None) -> Iterator[Item]:
        """Yield all companies whose name or tax id may be this; None, or a term without a usable word: all."""
        return self._search(_COMPANIES, search_terms(term) if term else None)

    def search_parts(self, term: str | None) -> Iterator[Item]:
        """Yield all parts whose name or number may be this; None, or a term without a usable word: all."""
        return self._search(_PARTS, search_terms(term) if term else None)

    def search_orders(self, phrase: str) -> Iterator[Item]:
        """Yield all sales orders that hold this phrase in reference, description or customer."""
        return self._search(_ORDERS, search_phrase(phrase))

    def lines_of(self, order_pk: int) -> list[Item]:
        """Return the lines of a sales order, each with the order itself as `order_detail`; [] if it is gone.

        Raises:
            RetryLater: lines of other orders came, so the server does not know the filter.
        """
        params: Params = {"order": order_pk, "order_detail": "true"}
        lines: list[Item] = []
        try:
            for page in self.pages(_LINES, params):
                if any(line.get("order") != order_pk for line in page):
                    raise RetryLater("ANSWER_UNREADABLE", f"{self._who} gave lines of other orders than {order_pk}.")
                lines += page
        except RecordRejected as error:  # a filter by an order that is not there is a 400
            if error.field != "order" or self.find(f"{_ORDERS}{order_pk}/") is not None:
                raise
            return []
        return lines

    # -- writing

    def create(self, path: str, body: Mapping[str, Any]) -> Item:
        """Create an object with one POST and return it.

        Raises:
            RecordRejected, RetryLater, Misconfigured: it was certainly not created.
            OutcomeUnknown: look it up before anything else.
        """
        return self._write("POST", path, body)

    def change(self, path: str, body: Mapping[str, Any]) -> Item:
        """Change fields of an object with one PATCH and return it; raises as `create` does."""
        return self._write("PATCH", path, body)

    # -- the connection

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether the server, the credentials and the rights to read are in order."""
        try:
            client = self._client.with_patience(QUICK)
            version, number = self._version(client)
            self._sign_in(client)
            client.auth = self._client.auth
            for path in (_COMPANIES, _PARTS, _ORDERS):
                client.read(path, {"limit": 1})
        except AccordantError as error:
            return False, str(error)
        sentence = f"InvenTree {version} (API {number}) at {self.account} answers and knows the user."
        if number < _TAGS_SINCE:
            sentence += (
                f" It is older than API {_TAGS_SINCE}: companies and orders that we create carry no tag there, "
                "and tax ids may be missing. Update it to be safe."
            )
        return True, sentence

    def _version(self, client: HttpClient) -> tuple[str, int]:
        told = client.read("/api/", auth=HeaderAuth({}))  # open to anybody, so this tests the address alone
        if not isinstance(told, dict) or not str(told.get("apiVersion", "")).isdigit():
            raise client.verdicts.wrong_address("answers, but not as InvenTree does")
        return str(told.get("version", "")), int(told["apiVersion"])

    def _first_auth(self) -> HeaderAuth:
        """Return the token, or what a token is asked for with."""
        if self._signed_in:
            return _token_auth(sendable(self._endpoint.password, self.inventree_conn_id))
        basic = b64encode(f"{self._endpoint.login}:{self._endpoint.password}".encode()).decode()
        self._secrets.add(basic)
        return HeaderAuth({"Authorization": f"Basic {basic}"})

    def _authorised(self) -> HttpClient:
        self._sign_in(self._client)
        return self._client

    def _sign_in(self, client: HttpClient) -> None:
        """Get a token once: with a password, the server would hash it anew for every call."""
        with self._signing_in:
            if self._signed_in:
                return
            told = client.read("/api/user/token/", {"name": "accordant"})
            token = told.get("token") if isinstance(told, dict) else None
            if not isinstance(token, str):
                raise client.verdicts.wrong_address("gave no token; it does not answer as InvenTree does")
            self._secrets.add(token)
            mask_secret(token)
            self._client.auth = _token_auth(sendable(token, self.inventree_conn_id))
            self._signed_in = True

    def _search(self, path: str, words: str | None) -> Iterator[Item]:
        for page in self.pages(path, {"search": words} if words else {}):
            yield from page

    def _write(self, method: str, path: str, body: Mapping[str, Any]) -> Item:
        client = self._authorised()
        written = client.write(method, path, body)
        if not isinstance(written, dict) or not isinstance(written.get("pk"), int):
            raise client.verdicts.unknown("answered without the object that was written")
        return written

    @property
    def _who(self) -> str:
        return self._client.verdicts.who

    def _unreadable(self, path: str) -> RetryLater:
        return RetryLater("ANSWER_UNREADABLE", f"{self._who} answered {path} with something that is no object.")


def _token_auth(token: str) -> HeaderAuth:
    return HeaderAuth({"Authorization": f"Token {token}"})
