"""Opens the client of a hook from its connection."""

from __future__ import annotations

from accordant.hooks.answers import Dialect, Verdicts
from accordant.hooks.calls import OnCall, Secrets
from accordant.hooks.endpoints import Endpoint
from accordant.hooks.gates import Pace
from accordant.hooks.http import HttpClient, Patience
from accordant.hooks.wire import HeaderAuth, Wire


def open_client(
    system: str, endpoint: Endpoint, account: str, dialect: Dialect, auth: HeaderAuth, secrets: Secrets, *,
    patience: Patience | None = None, on_call: OnCall | None = None,
) -> HttpClient:  # fmt: skip
    """Return a client for one account.

    Args:
        system: the connection type.
        account: as stored ids are keyed.
        secrets: what may be shown nowhere; the caller adds to it what it learns later.
    """
    return HttpClient(
        system=system,
        wire=Wire(endpoint),
        auth=auth,
        verdicts=Verdicts(dialect, account, endpoint.conn_id, secrets),
        secrets=secrets,
        patience=patience,
        on_call=on_call,
        gate=Pace(endpoint.extras.get("max_calls_per_second")),
    )
