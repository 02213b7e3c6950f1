"""Calls of the API: which path does what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.quickbooks_online.batch import Batches
from sandbox.quickbooks_online.changes import Changes
from sandbox.quickbooks_online.company_info import company_info, preferences
from sandbox.quickbooks_online.entities import Entities
from sandbox.quickbooks_online.errors import (
    invalid_text,
    not_found,
    realm_refused,
    token_refused,
    unreadable_query,
    unsupported_operation,
)
from sandbox.quickbooks_online.queries import Queries
from sandbox.quickbooks_online.record import decoded, encoded
from sandbox.quickbooks_online.settings import Settings
from sandbox.quickbooks_online.shapes import SHAPES
from sandbox.quickbooks_online.tokens import Tokens

PATH = re.compile(r"/v3/company/([^/]+)/([A-Za-z]+)(?:/([^/]+))?/?")
_KINDS = {kind.lower(): kind for kind in SHAPES}
_TEXT_TYPES = ("application/text", "text/plain")


@dataclass
class Call:
    """One call that was let in."""

    method: str
    resource: str
    object_id: str | None
    query: Mapping[str, str]
    body: bytes
    content_type: str
    fault: str | None

    def json(self) -> Any:
        """What the body says.

        Raises:
            Refusal: it is no JSON.
        """
        try:
            return decoded(self.body.decode())
        except ValueError as error:
            raise unsupported_operation("of a body that is no JSON in UTF-8") from error

    @property
    def request_id(self) -> str:
        """The `requestid`; reading needs none."""
        return self.query.get("requestid", "") if self.method == "POST" and self.resource != "query" else ""


@dataclass
class Told:
    """What one call is answered: one property of the answer, and what the ledger should know."""

    name: str
    value: bytes
    written: int = 0
    items: int = 0


@dataclass(frozen=True)
class Calls:
    """Answers calls, or refuses them."""

    realm: str
    settings: Settings
    tokens: Tokens
    entities: Entities
    queries: Queries
    batches: Batches
    changes: Changes

    def admit(self, path: str, authorization: str | None) -> re.Match[str]:
        """Look at the token and at the company of a call.

        Raises:
            Refusal: 3200, 3100, or nothing is served there.
        """
        if not self.tokens.knows(authorization):
            raise token_refused()
        match = PATH.fullmatch(path)
        if match is None:
            raise unsupported_operation(path)
        if match[1] != self.realm:
            raise realm_refused()
        return match

    def answer(self, call: Call) -> Told:
        """What one call is answered.

        Raises:
            Refusal: it is refused.
        """
        special = {
            ("GET", "query"): self._query,
            ("POST", "query"): self._query,
            ("POST", "batch"): self._batch,
            ("GET", "cdc"): self._cdc,
            ("GET", "companyinfo"): self._company,
            ("GET", "preferences"): self._preferences,
        }.get((call.method, call.resource))
        if special is not None:
            return special(call)
        kind = _KINDS.get(call.resource)
        if kind is None:
            raise unsupported_operation(f"{call.method} {call.resource}")
        if call.method == "GET" and call.object_id is not None:
            return Told(kind, self.entities.read(kind, call.object_id))
        if call.method == "POST" and call.object_id is None:
            return self._write(kind, call)
        raise unsupported_operation(f"{call.method} {call.resource}")

    def _write(self, kind: str, call: Call) -> Told:
        body = call.json()
        known = isinstance(body, dict) and body.get("Id") not in (None, "", "0", 0)
        operation = call.query.get("operation") or ("update" if known else "create")
        value = self.entities.write(kind, operation, body, call.query.get("include", ""))
        return Told(kind, value, written=1, items=1)

    def _query(self, call: Call) -> Told:
        text = call.query.get("query", "")
        if call.method == "POST":
            if not call.content_type.startswith(_TEXT_TYPES):
                raise unreadable_query("a query is sent as application/text")
            try:
                text = call.body.decode()
            except ValueError as error:
                raise invalid_text("query", "it is not in UTF-8") from error
        return Told("QueryResponse", self.queries.answer(text, repeated=call.fault == "duplicate_page"))

    def _batch(self, call: Call) -> Told:
        sent = call.json()
        done = self.batches.answer(sent, requestid=call.request_id, fault=call.fault)
        items = len(sent["BatchItemRequest"])
        return Told("BatchItemResponse", b"[%s]" % b",".join(done.items), written=done.written, items=items)

    def _cdc(self, call: Call) -> Told:
        return Told(
            "CDCResponse", self.changes.answer(call.query.get("entities", ""), call.query.get("changedSince", ""))
        )

    def _company(self, call: Call) -> Told:
        if call.object_id not in (None, self.realm):
            raise not_found()
        return Told("CompanyInfo", encoded(company_info(self.settings)))

    def _preferences(self, call: Call) -> Told:
        return Told("Preferences", encoded(preferences(self.settings)))
