"""Users and tokens: `Authorization: Token ...` or basic; anything else is nobody."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any

from sandbox.inventree.ask import Answer, Ask, User
from sandbox.inventree.errors import forbidden, unauthenticated
from sandbox.inventree.settings import ROLES, TOKEN_DAYS
from sandbox.inventree.store import Store
from sandbox.shared.clock import Clock

NOT_PROVIDED = "Authentication credentials were not provided."
_READS = frozenset({"GET", "HEAD", "OPTIONS"})


class Accounts:
    """The server's users."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def add(self, username: str, password: str, level: str) -> None:
        """Add a user, or give an existing one this password and level."""
        self._store.execute(
            "INSERT INTO account (username, password, level, pk) "
            "VALUES (?, ?, ?, (SELECT COUNT(*) + 1 FROM account)) "
            "ON CONFLICT (username) DO UPDATE SET password = excluded.password, level = excluded.level",
            (username, password, level),
        )

    def token(self, username: str, name: str = "", value: str | None = None) -> dict[str, str]:
        """The user's token of this name, made when absent: the same one on repeat."""
        mine = (username, name)
        if value is not None:
            self._store.execute("DELETE FROM token WHERE username = ? AND name = ?", mine)
        today = self._clock.now().date()
        fresh = value or f"inv-{secrets.token_hex(20)}-{today:%Y%m%d}"
        expiry = today + timedelta(days=TOKEN_DAYS)
        self._store.execute(
            "INSERT OR IGNORE INTO token (username, name, token, expiry) VALUES (?, ?, ?, ?)",
            (*mine, fresh, expiry.isoformat()),
        )
        sql = "SELECT token, name, expiry FROM token WHERE username = ? AND name = ?"
        return dict(self._store.rows(sql, mine)[0])

    def identify(self, header: str) -> User:
        """The caller, from the Authorization header.

        Raises:
            Refusal: 401.
        """
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "token":
            return self._by_token(rest.strip())
        if scheme.lower() == "basic":
            return self._by_password(rest.strip())
        raise unauthenticated(NOT_PROVIDED)

    def _by_token(self, token: str) -> User:
        sql = "SELECT a.* FROM token t JOIN account a USING (username) WHERE t.token = ? AND t.expiry >= ?"
        row = self._store.row(sql, (token, self._clock.now().date().isoformat()))
        if row is None:
            raise unauthenticated("Invalid token.")
        return User(row["pk"], row["username"], row["level"])

    def _by_password(self, encoded: str) -> User:
        try:
            username, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError as error:
            raise unauthenticated("Invalid basic header. Credentials not correctly base64 encoded.") from error
        row = self._store.row("SELECT * FROM account WHERE username = ?", (username,))
        if row is None or not secrets.compare_digest(row["password"].encode(), password.encode()):
            raise unauthenticated("Invalid username/password.")
        return User(row["pk"], row["username"], row["level"])

    def answer_token(self, ask: Ask) -> Answer:
        """`GET /api/user/token/`."""
        return Answer(200, self.token(ask.user.username, ask.query.get("name", "")))


def require_role(user: User, method: str) -> None:
    """Refuse a user without the role, for reading and writing alike."""
    if user.level == "none" or (user.level == "view" and method not in _READS):
        raise forbidden()


def brief_user(user_pk: int | None, username: str) -> dict[str, Any]:
    """A user inside another object."""
    return {"pk": user_pk, "username": username, "first_name": "", "last_name": "", "email": ""}


def answer_me(ask: Ask) -> Answer:
    """`GET /api/user/me/`."""
    granted = {"admin": ["view", "add", "change", "delete"], "view": ["view"], "none": None}[ask.user.level]
    whole = ask.user.level == "admin"
    profile: dict[str, Any] = {"language": "", "theme": None, "widgets": None, "displayname": None, "position": None}
    profile |= {"status": None, "location": None, "active": True, "contact": None, "type": "internal"}
    body = brief_user(ask.user.pk, ask.user.username) | {
        "groups": [],
        "is_staff": whole,
        "is_superuser": whole,
        "is_active": True,
        "profile": profile | {"organisation": None, "primary_group": None},
        "roles": dict.fromkeys(ROLES, granted),
        "permissions": {},
    }
    return Answer(200, body)
