"""From an Airflow Connection to the address, timeouts and credentials that a hook needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import SplitResult, urlsplit

from accordant.hooks.forms import Form
from accordant.sync.errors import Misconfigured

_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNSENDABLE = re.compile(r"[^\x21-\x7e]")  # in a header: anything but visible ASCII


class ConnectionLike(Protocol):
    """What is used of an Airflow Connection."""

    conn_id: str
    host: str | None
    schema: str | None
    login: str | None
    password: str | None
    port: int | None

    @property
    def extra_dejson(self) -> dict[str, Any]:
        """The extras, decoded."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a system is and how to reach it.

    Attributes:
        base_url: scheme, host, port unless it is the scheme's own, and path; no slash at the end.
        verify: whether to check the certificate, or the file of authorities to check it against.
        connect_timeout, read_timeout: seconds.
        extras: every extra that the form declares.
    """

    conn_id: str
    base_url: str
    login: str
    password: str = field(repr=False)
    verify: bool | str
    connect_timeout: float
    read_timeout: float
    extras: Mapping[str, Any] = field(repr=False)


def connection_of(conn_id: str) -> Any:
    """Return an Airflow Connection.

    Raises:
        Misconfigured: it is not defined.
    """
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return BaseHook.get_connection(conn_id)
    except AirflowNotFoundException:
        pass
    raise Misconfigured("CONNECTION_MISSING", f"The Airflow Connection {conn_id} is not defined.", record=conn_id)


def endpoint_of(connection: ConnectionLike, form: Form) -> Endpoint:
    """Return what the connection says, checked.

    Raises:
        Misconfigured: something is missing or cannot be used; the sentence says what.
    """
    conn_id = connection.conn_id
    extras = form.read(connection.extra_dejson, conn_id)
    if not connection.password:
        raise incomplete(conn_id, f"has no password ({form.labels['password'].lower()})")
    return Endpoint(
        conn_id=conn_id,
        base_url=base_url(connection, form.default_host(extras)),
        login=(connection.login or "").strip(),
        password=connection.password,
        verify=_verify(str(extras["verify"]), conn_id),
        connect_timeout=float(extras["connect_timeout"]),
        read_timeout=float(extras["read_timeout"]),
        extras=extras,
    )


def sendable(token: str, conn_id: str) -> str:
    """Return a token without surrounding blanks, if a header can hold it.

    Checked here because the HTTP library would put the whole token into its own error.

    Raises:
        Misconfigured: it holds a blank or something that is not ASCII.
    """
    token = token.strip()
    if _UNSENDABLE.search(token) or not token:
        sentence = f"The token of the Connection {conn_id} is empty or holds blanks or letters that no token has."
        raise Misconfigured("CREDENTIALS_REFUSED", sentence, record=conn_id)
    return token


def incomplete(conn_id: str, what: str) -> Misconfigured:
    """Return the error of a connection that lacks something."""
    return Misconfigured("CONNECTION_INCOMPLETE", f"The Connection {conn_id} {what}.", record=conn_id)


def base_url(connection: ConnectionLike, default: str = "") -> str:
    """Return the base URL in the one form that stored ids are keyed by.

    The host may be a whole URL, or a host name beside schema (http or https; https if empty) and port.

    Raises:
        Misconfigured: there is none, or it is no address.
    """
    conn_id, host = connection.conn_id, (connection.host or "").strip() or default
    if not host:
        raise incomplete(conn_id, "has no host; enter the base URL, as in https://inventree.example.com")
    if "://" not in host:
        host = f"{connection.schema or 'https'}://{host}"
    try:
        parts = urlsplit(host)
        port = parts.port or connection.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    if parts.username is not None or parts.password is not None:
        raise _no_address(conn_id, "holds a user or password; these belong in the fields of their own")
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise _no_address(conn_id, "is no address that starts with http:// or https:// and a host")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    shown_port = f":{port}" if port and port != _DEFAULT_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{name}{shown_port}{parts.path.rstrip('/')}"


def _no_address(conn_id: str, what: str) -> Misconfigured:
    return Misconfigured("ADDRESS_WRONG", f"The host of the Connection {conn_id} {what}.", record=conn_id)


def _verify(text: str, conn_id: str) -> bool | str:
    if text.casefold() in ("true", "false"):
        return text.casefold() == "true"
    if Path(text).exists():
        return text
    raise incomplete(conn_id, f"names a file of certificate authorities that does not exist (extra `verify`: {text})")
