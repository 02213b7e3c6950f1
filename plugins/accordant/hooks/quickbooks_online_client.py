"""The clients of one company of QuickBooks Online: of its API, with tokens that are renewed, and of their endpoint."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from accordant.hooks.answers import Dialect, Refusal, Unreadable, Verdicts, decoded, seconds_to_wait
from accordant.hooks.calls import OnCall, Params, Secrets
from accordant.hooks.endpoints import Endpoint
from accordant.hooks.gates import REQUEST
from accordant.hooks.http import HttpClient, Patience, json_bytes
from accordant.hooks.quickbooks_online_pair import TokenPair, TokenText, pair_in
from accordant.hooks.quickbooks_online_tokens import Tokens
from accordant.hooks.wire import Answer, HeaderAuth, Request, Silence, Wire
from accordant.sync.errors import Misconfigured, RetryLater

# A throttled company is closed for a minute (developer.intuit.com, "Limits and throttles"); two waits, then later.
VENDOR_PATIENCE = Patience(throttle_seconds=190, first_throttle=60)
_TOKEN_TIMEOUT = 30.0  # seconds; others wait for the renewal meanwhile


class QuickBooksClient(HttpClient):
    """Speaks to one company; safe to use from several threads."""

    def __init__(self, *, tokens: Tokens, **common: Any) -> None:
        super().__init__(auth=HeaderAuth({}), **common)
        self._tokens = tokens

    def write_traced(
        self, path: str, body: Mapping[str, Any], params: Params, *, kind: str = REQUEST
    ) -> tuple[Any | None, str]:
        """Send a write exactly once; return its decoded answer and what the vendor finds the call by.

        Raises:
            RecordRejected, RetryLater, Misconfigured, OutcomeUnknown: see HttpClient.write.
        """
        request = Request("POST", path, params, json_bytes(body), kind=kind)
        outcome = self._unthrottled(request, self.auth, write=True)
        value = self.verdicts.value_written(outcome)
        return value, self.verdicts.trace(outcome) if isinstance(outcome, Answer) else ""

    def _unthrottled(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
        """Exchange with a token that lives; one that is refused all the same (401) is renewed once.

        A 401 proves that nothing was applied, so the same request, with the same requestid, goes again.
        """
        pair = self._tokens.pair()
        outcome = super()._unthrottled(request, _bearer(pair), write=write)
        if isinstance(outcome, Answer) and outcome.status == 401:
            outcome = super()._unthrottled(request, _bearer(self._tokens.pair(refused=pair)), write=write)
        return outcome


def _bearer(pair: TokenPair) -> HeaderAuth:
    return HeaderAuth({"Authorization": f"Bearer {pair.access.text}"})


# -- the token endpoint


def _refusal(body: Any) -> Refusal:
    """Return the words of an OAuth2 error (RFC 6749, section 5.2)."""
    given = body if isinstance(body, dict) else {}
    told = [str(given[name]) for name in ("error", "error_description") if given.get(name)]
    return Refusal(": ".join(told) or "no reason was given")


_OAUTH = Dialect("Intuit's token endpoint", _refusal, lambda _: False, trace_header="intuit_tid")


class TokenClient(HttpClient):
    """Asks Intuit's token endpoint for new tokens."""

    def __init__(self, *, path: str, **common: Any) -> None:
        super().__init__(**common)
        self._path = path

    def renewed(self, refresh: TokenText) -> TokenPair | None:
        """Return a new pair; None when this refresh token is not accepted any more (invalid_grant).

        Raises:
            RetryLater: it could not be asked, or its answer cannot be read; a new pair may have been lost with it.
            Misconfigured: it does not know our client id and secret, or it is no token endpoint.
        """
        asked_at = datetime.now(UTC)
        outcome = self._told_exchange(_form(self._path, refresh), self.auth, write=False)
        if isinstance(outcome, Answer) and outcome.status == 400 and not outcome.is_page:
            self._require_invalid_grant(outcome)
            return None
        if isinstance(outcome, Answer) and outcome.status == 429:
            raise self.verdicts.throttled(outcome, seconds_to_wait(outcome.headers, asked_at))
        pair = pair_in(self.verdicts.value_read(outcome), asked_at)
        if pair is None:
            raise RetryLater("ANSWER_UNREADABLE", f"{self.verdicts.who} answered without a pair of tokens.")
        return pair

    def _require_invalid_grant(self, answer: Answer) -> None:
        """Raise Misconfigured where it is not the refresh token that is refused."""
        if _is_invalid_grant(answer):
            return
        sentence = f"{self.verdicts.who} refused the client id or secret: {self.verdicts.refusal(answer).sentence}"
        raise Misconfigured("CREDENTIALS_REFUSED", sentence, record=self.verdicts.conn_id)


def _form(path: str, refresh: TokenText) -> Request:
    form = urlencode({"grant_type": "refresh_token", "refresh_token": refresh.text}).encode()
    return Request("POST", path, body=form, content_type="application/x-www-form-urlencoded")


def _is_invalid_grant(answer: Answer) -> bool:
    try:
        body = decoded(answer)
    except Unreadable:
        return False
    return isinstance(body, dict) and body.get("error") == "invalid_grant"


def token_client(system: str, endpoint: Endpoint, secrets: Secrets, *, on_call: OnCall | None) -> TokenClient:
    """Return the client of the token endpoint that a Connection names; its calls pass no gate.

    Args:
        endpoint: of the company; login and password are client id and secret.

    Raises:
        Misconfigured: the address is none.
    """
    conn_id, parts = endpoint.conn_id, urlsplit(str(endpoint.extras["token_url"]))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        sentence = f"The extra `token_url` of the Connection {conn_id} is no address that starts with https://."
        raise Misconfigured("CONNECTION_INCOMPLETE", sentence, record=conn_id, field="token_url")
    base = f"{parts.scheme}://{parts.netloc}"
    basic = b64encode(f"{endpoint.login}:{endpoint.password}".encode()).decode()
    secrets.add(basic)
    headers = {"Authorization": f"Basic {basic}", "x-include-refresh-token-hard-expires-in": "true"}
    return TokenClient(
        path=parts.path, system=system, auth=HeaderAuth(headers), secrets=secrets, on_call=on_call,
        wire=Wire(replace(endpoint, base_url=base, read_timeout=min(endpoint.read_timeout, _TOKEN_TIMEOUT))),
        verdicts=Verdicts(_OAUTH, base, conn_id, secrets),
    )  # fmt: skip
