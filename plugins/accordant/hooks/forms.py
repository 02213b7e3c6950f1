"""The connection types of Accordant as data: the forms in Airflow's UI, and what the hooks read from them.

Imports nothing of Airflow: provider.py is loaded by every Airflow process, however short it lives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from accordant.sync.errors import Misconfigured

Kind = Literal["string", "integer", "number", "boolean"]
Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Extra:
    """One field of a connection's extras.

    Attributes:
        minimum: smallest number allowed.
        secret: shown as dots, and masked in logs.
        required: the connection is of no use without it.
    """

    name: str
    label: str
    kind: Kind
    description: str
    default: Value = None
    minimum: float | None = None
    choices: tuple[str, ...] = ()
    secret: bool = False
    required: bool = False

    def form_field(self) -> dict[str, Any]:
        """Return the field as Airflow's provider info declares it."""
        schema: dict[str, Any] = {"type": self.kind if self.required else [self.kind, "null"]}
        if self.default is not None:
            schema["default"] = self.default
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.choices:
            schema["enum"] = list(self.choices)
        if self.secret:
            schema["format"] = "password"
        return {"label": self.label, "description": self.description, "schema": schema}

    def read(self, given: Any, conn_id: str) -> Value:
        """Return the value given in the extras, or the default.

        Raises:
            Misconfigured: it is missing, of another kind or too small.
        """
        if given is None or given == "":
            if self.required:
                raise self._wrong(conn_id, "is missing")
            return self.default
        value = _as_kind(self.kind, given)
        if value is None:
            raise self._wrong(conn_id, f"must be a {self.kind}")
        if self.choices and value not in self.choices:
            raise self._wrong(conn_id, f"must be one of {', '.join(self.choices)}")
        if self.minimum is not None and float(value) < self.minimum:
            raise self._wrong(conn_id, f"must be at least {self.minimum:g}")
        return value

    def _wrong(self, conn_id: str, what: str) -> Misconfigured:
        sentence = f"The extra `{self.name}` of the Connection {conn_id} {what}."
        return Misconfigured("CONNECTION_INCOMPLETE", sentence, record=conn_id, field=self.name)


@dataclass(frozen=True, slots=True)
class Form:
    """One connection type.

    Attributes:
        host: base URL when the connection names none; empty when it must.
        host_by_environment: the same where it depends on the extra `environment`.
        short_name: what the default connection id starts with, where it is not `conn_type`.
        labels: what Airflow's own fields mean here; fields that are neither here nor in `extras` are hidden.
        placeholders: examples shown in empty fields.
    """

    conn_type: str
    hook_name: str
    hook_class: str
    labels: Mapping[str, str]
    placeholders: Mapping[str, str]
    extras: tuple[Extra, ...]
    host: str = ""
    host_by_environment: Mapping[str, str] = field(default_factory=dict)
    short_name: str = ""
    own_fields: tuple[str, ...] = field(default=("host", "schema", "port", "login", "password", "extra"))

    @property
    def default_conn_name(self) -> str:
        """The connection id that is used when none is named."""
        return f"{self.short_name or self.conn_type}_default"

    def default_host(self, extras: Mapping[str, Any]) -> str:
        """Return the base URL of a connection that names none; empty when it must name one."""
        return self.host_by_environment.get(str(extras.get("environment")), self.host)

    def connection_type(self) -> dict[str, Any]:
        """Return the entry of `connection-types` in the provider info."""
        return {
            "connection-type": self.conn_type,
            "hook-class-name": self.hook_class,
            "hook-name": self.hook_name,
            "conn-fields": {extra.name: extra.form_field() for extra in self.extras},
            "ui-field-behaviour": {
                "hidden-fields": [name for name in self.own_fields if name not in self.labels],
                "relabeling": dict(self.labels),
                "placeholders": dict(self.placeholders),
            },
        }

    def read(self, extras: Mapping[str, Any], conn_id: str) -> dict[str, Any]:
        """Return the value of every extra that the form declares.

        Raises:
            Misconfigured: one of them cannot be used.
        """
        return {extra.name: extra.read(extras.get(extra.name), conn_id) for extra in self.extras}


def _as_kind(kind: Kind, given: Any) -> Value:
    """Return `given` as the kind of the field, or None: forms and URIs give numbers as text."""
    if kind == "boolean":
        return _TRUTH.get(str(given).strip().casefold())
    if kind == "string":
        return str(given).strip() if isinstance(given, str | int | bool) else None
    try:
        number = float(given)
    except (TypeError, ValueError):
        return None
    if kind == "number":
        return number
    return int(number) if number.is_integer() else None


_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}

VERIFY = Extra(
    "verify", "Check the TLS certificate", "string",
    "true, false, or the path of a file with the certificate authorities to trust", default="true",
)  # fmt: skip
CONNECT_TIMEOUT = Extra(
    "connect_timeout", "Connect timeout (s)", "number", "Seconds to wait for a connection", 5, minimum=0.1
)


def _read_timeout(seconds: float) -> Extra:
    words = "Seconds to wait for the next bytes of an answer"
    return Extra("read_timeout", "Read timeout (s)", "number", words, seconds, minimum=0.1)


INVENTREE = Form(
    conn_type="inventree",
    hook_name="InvenTree",
    hook_class="accordant.hooks.inventree.InvenTreeHook",
    labels={
        "host": "Base URL", "schema": "Scheme", "port": "Port",
        "login": "User (leave empty with a token)", "password": "Token or password",
    },
    placeholders={
        "host": "https://inventree.example.com", "schema": "https, if the base URL names none", "login": "",
        "password": "inv-...",
    },
    extras=(
        VERIFY, CONNECT_TIMEOUT, _read_timeout(60),
        Extra("page_size", "Page size", "integer", "Objects asked for at a time", 250, minimum=2),
        Extra("max_calls_per_second", "Calls per second", "number",
              "At most so many calls a second from one task; empty for no limit", minimum=0.01),
    ),
)  # fmt: skip

CONDUCTOR = Form(
    conn_type="conductor",
    hook_name="QuickBooks Desktop (Conductor)",
    hook_class="accordant.hooks.conductor.ConductorHook",
    host="https://api.conductor.is/v1",
    labels={"host": "Base URL", "password": "Secret key"},
    placeholders={"host": "https://api.conductor.is/v1", "password": "sk_conductor_..."},
    extras=(
        Extra("end_user_id", "End user", "string", "The company file, as Conductor names it: end_usr_...",
              required=True),
        Extra("company_name", "Company", "string",
              "The name that the open company file must have, as QuickBooks shows it; empty for any"),
        VERIFY, CONNECT_TIMEOUT, _read_timeout(100),
    ),
)  # fmt: skip

QUICKBOOKS_ONLINE = Form(
    conn_type="quickbooks_online",
    short_name="qbo",
    hook_name="QuickBooks Online",
    hook_class="accordant.tasks.quickbooks_online.SharedQuickBooksOnlineHook",
    host_by_environment={
        "production": "https://quickbooks.api.intuit.com",
        "sandbox": "https://sandbox-quickbooks.api.intuit.com",
    },
    labels={
        "host": "Base URL (leave empty for Intuit's own)", "login": "Client id", "password": "Client secret",
    },
    placeholders={
        "host": "https://quickbooks.api.intuit.com", "login": "your app > Keys & credentials", "password": "",
    },
    extras=(
        Extra("realm_id", "Company (realm) id", "string", "Digits, as shown in QuickBooks under Account",
              required=True),
        Extra("refresh_token", "Refresh token", "string",
              "What Intuit gave when the app was authorised for the company. Needed at the beginning and to "
              "reconnect: the newest one is kept in the sync store, encrypted under the client secret",
              required=True, secret=True),
        Extra("token_url", "Token address", "string", "Where tokens are renewed",
              "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"),
        Extra("environment", "Environment", "string", "Which of Intuit's two worlds the company is in", "production",
              choices=("production", "sandbox")),
        VERIFY, CONNECT_TIMEOUT, _read_timeout(120),
    ),
)  # fmt: skip

PRINTAVO = Form(
    conn_type="printavo",
    hook_name="Printavo",
    hook_class="accordant.hooks.printavo.PrintavoHook",
    host="https://www.printavo.com",
    labels={"host": "Base URL", "login": "E-mail", "password": "API token"},
    placeholders={"host": "https://www.printavo.com", "login": "you@example.com", "password": "Printavo > My Account"},
    extras=(VERIFY, CONNECT_TIMEOUT, _read_timeout(60)),
)

FORMS: tuple[Form, ...] = (INVENTREE, CONDUCTOR, QUICKBOOKS_ONLINE, PRINTAVO)
