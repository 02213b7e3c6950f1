"""Keys and password of one demo: made once, kept in files only their owner can read."""

from __future__ import annotations

import base64
import os
import secrets
from dataclasses import asdict, dataclass

from demo.files import read_json, write_private
from demo.layout import Home

USER = "admin"


@dataclass(frozen=True)
class Secrets:
    """What Airflow's processes must agree on, and what a person types to log in."""

    password: str
    fernet_key: str
    jwt_secret: str
    api_secret: str


def secrets_of(home: Home) -> Secrets:
    """Return this demo's secrets, made anew when there are none or their file is damaged."""
    stored = read_json(home.secrets)
    try:
        made = Secrets(**stored)
    except TypeError:
        made = Secrets(
            password=secrets.token_urlsafe(9),
            fernet_key=base64.urlsafe_b64encode(os.urandom(32)).decode(),
            jwt_secret=secrets.token_hex(32),
            api_secret=secrets.token_hex(32),
        )
        write_private(home.secrets, asdict(made))
    write_private(home.passwords, {USER: made.password})
    return made
