"""The client of one user of Printavo: questions in GraphQL, which only read and so may be asked again.

It needs no Airflow:

    connection = ...  # anything with the attributes of endpoints.ConnectionLike
    client = open_printavo(endpoint_of(connection, PRINTAVO), gate=Pace(2))
    data = client.ask("{ account { companyName } }")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from accordant.hooks.answers import Verdicts
from accordant.hooks.calls import OnCall, Secrets
from accordant.hooks.endpoints import Endpoint, incomplete, sendable
from accordant.hooks.forms import PRINTAVO
from accordant.hooks.gates import Gate
from accordant.hooks.http import HttpClient, Patience
from accordant.hooks.printavo_answers import DIALECT, PrintavoVerdicts, asks_to_wait
from accordant.hooks.printavo_pages import all_pages
from accordant.hooks.wire import Answer, HeaderAuth, Request, Silence, Wire

_PATH = "/api/v2"
_WORDS = 200  # characters of what went wrong, in the log of calls
# The window of the limit is 5 s, and the firewall stays closed for longer than that.
VENDOR_PATIENCE = Patience(first_throttle=5, throttle_seconds=180)


class PrintavoClient(HttpClient):
    """Asks questions of one shop; safe to use from several threads."""

    def ask(self, question: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Return the data of an answer that is whole; null is only what does not exist.

        Raises:
            RetryLater: it stayed down, throttled, unreadable, or answered in part only.
            Misconfigured: credentials, rights, address, or a limit in the settings are wrong.
            RecordRejected: what was asked for does not exist, or a cursor is none.
        """
        data: Mapping[str, Any] | None = self.read(
            _PATH, method="POST", body={"query": question, "variables": dict(variables or {})}
        )
        assert data is not None  # there is no 404 that means an object
        return data

    def pages(
        self, question: str, variables: Mapping[str, Any], path: tuple[str, ...], after: str | None = None
    ) -> Iterator[tuple[list[Any], str | None]]:
        """Yield each page of a list, and the cursor behind it; None behind the last.

        Args:
            question: takes the variable `after`.
            path: where the list is in the data.
            after: the cursor to begin behind.

        Raises:
            RetryLater, Misconfigured, RecordRejected: see `ask`; also where the pages lead nowhere.
        """
        return all_pages(self.ask, question, variables, path, after, self.verdicts.who)

    def _told_exchange(self, request: Request, auth: HeaderAuth, *, write: bool) -> Answer | Silence:
        """Exchange; a throttle in any form comes back as a 429."""
        outcome = super()._told_exchange(request, auth, write=write)
        return replace(outcome, status=429) if isinstance(outcome, Answer) and asks_to_wait(outcome) else outcome

    def _detail(self, outcome: Answer | Silence) -> str:
        told = super()._detail(outcome)
        if told or isinstance(outcome, Silence) or b'"errors":' not in outcome.body:
            return told
        return self.verdicts.refusal(outcome).sentence[:_WORDS]


def account_of(endpoint: Endpoint) -> str:
    """Return the address and the user: one user belongs to one shop."""
    return f"{endpoint.base_url}/{endpoint.login.casefold()}"


def open_printavo(
    endpoint: Endpoint, *, gate: Gate | None = None, on_call: OnCall | None = None, patience: Patience | None = None
) -> PrintavoClient:
    """Return a client.

    Args:
        gate: every question goes out inside it. Default: at once, so that the vendor's 429 sets the pace.

    Raises:
        Misconfigured: the connection has no login, or a token that no header can hold.
    """
    conn_id = endpoint.conn_id
    if not endpoint.login:
        raise incomplete(conn_id, "has no login (the e-mail of the Printavo user)")
    token, secrets = sendable(endpoint.password, conn_id), Secrets(endpoint.password.strip())
    verdicts: Verdicts = PrintavoVerdicts(DIALECT, account_of(endpoint), conn_id, secrets)
    return PrintavoClient(
        system=PRINTAVO.conn_type, wire=Wire(endpoint), secrets=secrets, verdicts=verdicts, on_call=on_call, gate=gate,
        auth=HeaderAuth({"email": sendable(endpoint.login, conn_id), "token": token}),
        patience=patience or VENDOR_PATIENCE,
    )  # fmt: skip
