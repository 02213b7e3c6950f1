"""The hook of Printavo, API v2 (GraphQL)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from accordant.hooks.calls import OnCall
from accordant.hooks.endpoints import ConnectionLike
from accordant.hooks.forms import PRINTAVO
from accordant.hooks.gates import Gate
from accordant.hooks.http import HttpClient, Patience
from accordant.hooks.printavo_answers import DIALECT
from accordant.hooks.printavo_client import PrintavoClient, account_of, open_printavo
from accordant.hooks.vendor_hook import VendorHook


class PrintavoHook(VendorHook):
    """One user's view of a Printavo shop; safe to use from several threads.

    Args:
        conn_id: an Airflow Connection of type printavo; printavo_default when empty.
        connection: the connection itself, where there is no Airflow to ask.
        on_call: is told of every call.
        patience: how long a question may be tried.
        gate: every question goes out inside it.

    Raises:
        Misconfigured: the connection is missing or incomplete.
    """

    default_conn_name = PRINTAVO.default_conn_name
    conn_type = PRINTAVO.conn_type
    hook_name = PRINTAVO.hook_name
    form = PRINTAVO
    dialect = DIALECT
    _client: PrintavoClient

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None, gate: Gate | None = None,
    ) -> None:  # fmt: skip
        self._gate = gate
        super().__init__(conn_id, connection=connection, on_call=on_call, patience=patience)

    def _open(self, token: str, patience: Patience | None, on_call: OnCall | None) -> PrintavoClient:
        return open_printavo(self.endpoint, gate=self._gate, on_call=on_call, patience=patience)

    @property
    def account(self) -> str:
        """The address and the user: one user belongs to one shop."""
        return account_of(self.endpoint)

    def ask(self, question: str, variables: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Return the data of an answer; raises as PrintavoClient.ask does."""
        return self._client.ask(question, variables)

    def pages(
        self, question: str, variables: Mapping[str, Any], path: tuple[str, ...], after: str | None = None
    ) -> Iterator[tuple[list[Any], str | None]]:
        """Yield each page of a list and the cursor behind it; see PrintavoClient.pages."""
        return self._client.pages(question, variables, path, after)

    def _headers(self, token: str) -> dict[str, str]:
        return {}  # the client has its own

    def _greeting(self, client: HttpClient) -> str:
        assert isinstance(client, PrintavoClient)
        account = client.ask("{ account { id companyName } }").get("account")
        if not isinstance(account, dict):
            raise client.verdicts.wrong_address("answers, but without an account of Printavo")
        return f"Printavo answers as {account.get('companyName')} (account {account.get('id')})."
