"""The hook of QuickBooks Online, Accounting API v3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from airflow.sdk.log import mask_secret

from accordant.hooks.calls import OnCall, Params, Secrets
from accordant.hooks.endpoints import ConnectionLike, incomplete, sendable
from accordant.hooks.forms import QUICKBOOKS_ONLINE
from accordant.hooks.gates import BATCH, Gate
from accordant.hooks.http import HttpClient, Patience
from accordant.hooks.quickbooks_online_batch import BatchItem, checked_request_id, payload_of, results_of
from accordant.hooks.quickbooks_online_changes import LOOK_BACK, Change, changes_in, changes_of, moment_text
from accordant.hooks.quickbooks_online_client import VENDOR_PATIENCE, QuickBooksClient, token_client
from accordant.hooks.quickbooks_online_faults import DIALECT, QuickBooksVerdicts
from accordant.hooks.quickbooks_online_pair import Seal, TokenPair, TokenText
from accordant.hooks.quickbooks_online_query import LARGEST_PAGE, Row, all_rows, name, one_of, rows_of, statement
from accordant.hooks.quickbooks_online_tokens import MemoryVault, Tokens, TokenVault
from accordant.hooks.vendor_hook import VendorHook
from accordant.hooks.wire import Wire
from accordant.sync.chunks import chunks
from accordant.sync.errors import AccordantError, RetryLater
from accordant.sync.records import JsonObject
from accordant.sync.text import short_digest

_MINOR_VERSION = 75  # the lowest that Intuit still serves (since 2025-08)
_MOST_REQUEST_ID = 50  # characters of a requestid, except on a batch (blogs.intuit.com/2015/04/06)
# Fields of CompanyInfo that stay the same for one company.
_LASTING = ("CompanyName", "CompanyStartDate")


class QuickBooksOnlineHook(VendorHook):
    """One company of QuickBooks Online; safe to use from several threads.

    Numbers with a decimal point are Decimals in rows, whole ones are int; Decimals in bodies travel with exactly their
    digits.

    Args:
        conn_id: an Airflow Connection of type quickbooks_online; qbo_default when empty.
        connection: the connection itself, where there is no Airflow to ask.
        on_call: is told of every call, those for new tokens too.
        patience: how long a call may be tried.
        vault: where the newest tokens are kept. Default: in memory, which loses a new refresh token when the
            process ends, so only for trying out.
        gate: every call but those for tokens goes out inside it; told apart are "request" and "batch".

    Raises:
        Misconfigured: the connection is missing or incomplete.
    """

    default_conn_name = QUICKBOOKS_ONLINE.default_conn_name
    conn_type = QUICKBOOKS_ONLINE.conn_type
    hook_name = QUICKBOOKS_ONLINE.hook_name
    form = QUICKBOOKS_ONLINE
    dialect = DIALECT
    _client: QuickBooksClient

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None, vault: TokenVault | None = None, gate: Gate | None = None,
    ) -> None:  # fmt: skip
        self._vault, self._gate = vault or MemoryVault(), gate
        super().__init__(conn_id, connection=connection, on_call=on_call, patience=patience)

    def _open(self, token: str, patience: Patience | None, on_call: OnCall | None) -> QuickBooksClient:
        """Return the client; `token` is the client secret."""
        secrets = Secrets(token)
        self._tokens = self._tokens_of(token, secrets, on_call)
        return QuickBooksClient(
            tokens=self._tokens, system=self.conn_type, wire=Wire(self.endpoint), secrets=secrets, gate=self._gate,
            verdicts=QuickBooksVerdicts(DIALECT, self.account, self.endpoint.conn_id, secrets),
            patience=patience or VENDOR_PATIENCE, on_call=on_call,
        )  # fmt: skip

    def _tokens_of(self, secret: str, secrets: Secrets, on_call: OnCall | None) -> Tokens:
        conn_id = self.endpoint.conn_id
        if not self.endpoint.login:
            raise incomplete(conn_id, "has no login (the client id of the app)")
        given = TokenText(sendable(self.endpoint.extras["refresh_token"], conn_id))

        def learn(pair: TokenPair) -> None:
            for token in (pair.access, pair.refresh):
                secrets.add(token.text)
                mask_secret(token.text)

        secrets.add(given.text)
        return Tokens(
            self._vault, token_client(self.conn_type, self.endpoint, secrets, on_call=on_call),
            Seal(secret, self.account), account=self.account, conn_id=conn_id, given=given, learn=learn,
        )  # fmt: skip

    @property
    def account(self) -> str:
        """The company: ids of a sandbox company and a real one collide, so the address is part of it."""
        return f"{self.endpoint.base_url}/{self.endpoint.extras['realm_id']}"

    # -- reading

    def query(self, entity: str, where: str = "", *, columns: str = "*", page: int = LARGEST_PAGE) -> Iterator[Row]:
        """Yield every row once for which a condition holds, page by page, ordered by Id.

        Args:
            entity: "Invoice", "Customer", ... Inactive names are left out unless `where` speaks of `Active`.
            where: a condition without the word; values in it go through `literal`.
            columns: `Id` must be among them. `*` of an Item leaves out its Sku.
            page: rows asked for at a time; 2 to 1,000.

        Raises:
            RetryLater, Misconfigured, RecordRejected: see HttpClient.read.
        """
        if not 2 <= page <= LARGEST_PAGE:
            raise ValueError(f"a page has 2 to {LARGEST_PAGE} rows, not {page}")

        def ask(start: int) -> list[Row]:
            answer = self._read("query", body=statement(entity, where, columns, start, page), method="POST")
            return rows_of(answer, entity, self._who)

        return all_rows(ask, page, self._who)

    def find_by(
        self, entity: str, field: str, values: Sequence[str], *, at_a_time: int = 500, also_inactive: bool = False
    ) -> Iterator[Row]:
        """Yield the rows whose field has one of these values, by questions for many at a time.

        Whether the comparison respects case is not documented: compare the rows again.

        Args:
            also_inactive: inactive names too; for entities that have `Active` only.

        Raises:
            RecordRejected: TEXT_NOT_HELD if a value holds control characters.
            RetryLater, Misconfigured: see HttpClient.read.
        """
        for some in chunks(list(dict.fromkeys(values)), at_a_time):
            where = one_of(field, some)
            yield from self.query(entity, f"{where} AND Active IN (true, false)" if also_inactive else where)

    def get(self, entity: str, id: str) -> Row | None:
        """Return one object, or None where there is none; raises as HttpClient.read does."""
        answer = self._read(f"{name(entity).lower()}/{quote(id, safe='')}")
        return None if answer is None else self._object(answer, entity)

    def company(self) -> Row:
        """Return CompanyInfo; raises as HttpClient.read does."""
        return self._company(self._client)

    def preferences(self) -> Row:
        """Return Preferences; raises as HttpClient.read does.

        `SalesFormsPrefs.CustomTxnNumbers` tells whether DocNumber is ours to give (the reference of Invoice).
        """
        return self._object(self._read("preferences"), "Preferences")

    def fingerprint(self) -> str:
        """Return a short text that identifies the company; raises as HttpClient.read does."""
        company = self.company()
        lasting = [self.endpoint.extras["realm_id"], *(company.get(field) for field in _LASTING)]
        return f"{company.get('CompanyName') or 'unnamed'} #{short_digest(json.dumps(lasting))}"

    def changes(self, entities: Sequence[str], since: datetime) -> Iterator[Change] | None:
        """Yield what changed since a moment, type by type; None if it is too long ago to be asked for: read it all.

        An object that changes while this reads may come twice, and names that were made inactive come as rows.

        Args:
            since: with its zone; less than 29 days ago.

        Raises:
            RetryLater, Misconfigured, RecordRejected: see HttpClient.read.
        """
        if datetime.now(UTC) - since > LOOK_BACK:
            return None
        return self._changes(entities, since)

    def _changes(self, entities: Sequence[str], since: datetime) -> Iterator[Change]:
        for entity in entities:

            def capture(moment: datetime, entity: str = entity) -> list[Row]:
                answer = self._read("cdc", {"entities": name(entity), "changedSince": moment_text(moment)})
                return changes_in(answer, entity, self._who)

            def query(where: str, entity: str = entity) -> Iterator[Row]:
                return self.query(entity, where)

            yield from changes_of(entity, since, capture, query)

    # -- writing

    def batch(self, items: Sequence[BatchItem], request_id: str) -> dict[str, JsonObject | AccordantError]:
        """Send up to 30 writes in one call, exactly once; return for each bId the entity or the error that it met.

        The errors are returned, not raised, as each item stands alone: StaleRevision, RecordRejected and
        Misconfigured were not applied, RetryLater (throttled) neither, OutcomeUnknown may be.

        Args:
            request_id: at most 36 characters, unique in the company. The same one again gives the first answer again
                and does nothing (blogs.intuit.com/2015/04/06); for how long is not documented.

        Raises:
            RetryLater, Misconfigured: no item was applied.
            RecordRejected: the batch as a whole was refused; no item was applied.
            OutcomeUnknown: any of the items may be applied.
            ValueError: more items or longer ids than the API takes.
        """
        body = payload_of(items, request_id)
        answer, trace = self._client.write_traced(self._path("batch"), body, _params(request_id), kind=BATCH)
        verdicts = self._client.verdicts
        assert isinstance(verdicts, QuickBooksVerdicts)
        missing = verdicts.unknown(f"answered a batch without a word on this item{trace}")
        return results_of(items, answer, lambda fault: verdicts.error_of(fault, trace), missing)

    def create_all(
        self, entity: str, bodies: Mapping[str, JsonObject], request_id: str
    ) -> dict[str, JsonObject | AccordantError]:
        """Create up to 30 objects of one kind by `batch`; bodies and results by bId."""
        return self.batch([BatchItem(bid, "create", entity, body) for bid, body in bodies.items()], request_id)

    def create(self, entity: str, body: JsonObject, request_id: str) -> Row:
        """Create an object with one POST and return it.

        Args:
            request_id: at most 50 characters; see `batch`.

        Raises:
            StaleRevision, RecordRejected, RetryLater, Misconfigured: it was certainly not created.
            OutcomeUnknown: look it up before anything else.
        """
        checked_request_id(request_id, _MOST_REQUEST_ID)
        path = self._path(name(entity).lower())
        answer, trace = self._client.write_traced(path, body, _params(request_id))
        created = answer.get(entity) if isinstance(answer, dict) else None
        if isinstance(created, dict) and isinstance(created.get("Id"), str):
            return created
        raise self._client.verdicts.unknown(f"answered without the object that was written{trace}")

    # -- the connection

    def _headers(self, token: str) -> dict[str, str]:
        return {}  # the client adds the access token of the moment

    def _greeting(self, client: HttpClient) -> str:
        company = self._company(client)
        where = self.endpoint.extras["environment"]
        greeting = f"QuickBooks Online answers as {company.get('CompanyName')} ({where})."
        return f"{greeting} {self._tokens.warning()}".rstrip()

    def _company(self, client: HttpClient) -> Row:
        told = client.read(self._path(f"companyinfo/{self._realm}"), _params())
        company = told.get("CompanyInfo") if isinstance(told, dict) else None
        if not isinstance(company, dict):
            raise client.verdicts.wrong_address("answers, but not with a company of QuickBooks Online")
        return company

    def _read(self, path: str, params: Params | None = None, *, method: str = "GET", body: str | None = None) -> Any:
        return self._client.read(self._path(path), {**_params(), **(params or {})}, method=method, body=body)

    def _object(self, answer: Any, entity: str) -> Row:
        found = answer.get(entity) if isinstance(answer, dict) else None
        if isinstance(found, dict):
            return found
        raise RetryLater("ANSWER_UNREADABLE", f"{self._who} answered {entity} with something that is no object.")

    def _path(self, rest: str) -> str:
        return f"/v3/company/{self._realm}/{rest}"

    @property
    def _realm(self) -> str:
        return quote(self.endpoint.extras["realm_id"], safe="")

    @property
    def _who(self) -> str:
        return self._client.verdicts.who


def _params(request_id: str = "") -> dict[str, str | int]:
    params: dict[str, str | int] = {"minorversion": _MINOR_VERSION}
    return {**params, "requestid": request_id} if request_id else params
