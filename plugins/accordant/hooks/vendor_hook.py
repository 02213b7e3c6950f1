"""What the hooks of Conductor, QuickBooks Online and Printavo have in common: opening and testing."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from airflow.sdk import BaseHook

from accordant.hooks.answers import Dialect
from accordant.hooks.calls import OnCall, Secrets
from accordant.hooks.endpoints import ConnectionLike, Endpoint, connection_of, endpoint_of, sendable
from accordant.hooks.forms import Form
from accordant.hooks.http import QUICK, HttpClient, Patience
from accordant.hooks.opening import open_client
from accordant.hooks.wire import HeaderAuth
from accordant.sync.errors import AccordantError


class VendorHook(BaseHook):
    """A hosted system that is reached with a token.

    Args:
        conn_id: an Airflow Connection of the form's type; its default one when empty.
        connection: the connection itself, where there is no Airflow to ask.

    Raises:
        Misconfigured: the connection is missing or incomplete.
    """

    conn_name_attr = "conn_id"
    form: ClassVar[Form]
    dialect: ClassVar[Dialect]

    def __init__(
        self, conn_id: str = "", *, connection: ConnectionLike | None = None, on_call: OnCall | None = None,
        patience: Patience | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        self._endpoint = endpoint_of(connection or connection_of(conn_id or self.form.default_conn_name), self.form)
        token = sendable(self._endpoint.password, self._endpoint.conn_id)
        self._client = self._open(token, patience, on_call)

    def _open(self, token: str, patience: Patience | None, on_call: OnCall | None) -> HttpClient:
        """Return the client that speaks to the system."""
        return open_client(
            self.form.conn_type, self._endpoint, self.account, self.dialect, HeaderAuth(self._headers(token)),
            Secrets(token), patience=patience, on_call=on_call,
        )  # fmt: skip

    @property
    @abstractmethod
    def account(self) -> str:
        """Whose data it is, without credentials; stored ids are keyed by it."""

    @property
    def endpoint(self) -> Endpoint:
        """Where the system is."""
        return self._endpoint

    def test_connection(self) -> tuple[bool, str]:
        """Tell whether address, credentials and rights are in order, by one cheap read."""
        try:
            return True, self._greeting(self._client.with_patience(QUICK))
        except AccordantError as error:
            return False, str(error)

    @abstractmethod
    def _headers(self, token: str) -> dict[str, str]:
        """Return the headers by which the vendor knows us."""

    @abstractmethod
    def _greeting(self, client: HttpClient) -> str:
        """Read something small and return a sentence that says whom we reached."""
