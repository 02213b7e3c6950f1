"""OAuth2: access tokens for an hour, refresh tokens that change.

Sources: the vendor's blogs of 2024-06-03 and 2025-11-12, and its developer FAQ.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.quickbooks_online.settings import Settings
from sandbox.shared.clock import Clock

REFRESH_SECONDS = 100 * 86_400
HARD_SECONDS = 5 * 365 * 86_400
_DAY = 86_400
_ACCESS_KEPT = 50


class TokenRefusal(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Grant:
    """What the company has granted to the app.

    Attributes:
        refresh: the refresh token of now; `made` is when it was, `used` when it last brought an access token.
        before: the refresh token before, and `replaced` when it stopped being the one of now.
        access: access token -> when it expires.
        codes: authorization codes that were not used yet.
    """

    refresh: str = ""
    made: float = 0.0
    used: float = 0.0
    granted: float = 0.0
    before: str = ""
    replaced: float = 0.0
    access: dict[str, float] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)


class Tokens:
    """Gives, changes and checks tokens."""

    def __init__(self, clock: Clock, settings: Settings, client_id: str, client_secret: str) -> None:
        self._clock, self._settings = clock, settings
        self.client_id, self.client_secret = client_id, client_secret
        self.grant = Grant()
        self.fresh()

    def kept(self) -> dict[str, Any]:
        """What the data file keeps."""
        return asdict(self.grant)

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Go on with what the data file kept."""
        self.grant = Grant(**kept)

    def fresh(self) -> str:
        """Start anew as if a person had just connected the app; the refresh token."""
        now = self._clock.epoch()
        self.grant = Grant(_refresh_token(), made=now, used=now, granted=now)
        return self.grant.refresh

    def code(self) -> str:
        """An authorization code, as the redirect would bring it."""
        self.grant.codes.append(f"AB{secrets.token_hex(20)}")
        return self.grant.codes[-1]

    def expire_access(self) -> None:
        """Let all access tokens expire now."""
        self.grant.access.clear()

    def revoke(self) -> None:
        """Take the grant back: no token works until a person connects the app again."""
        self.grant = Grant()

    def knows(self, authorization: str | None) -> bool:
        """Whether this is a Bearer header of a token that has not expired."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme.lower() == "bearer" and self.grant.access.get(token, 0.0) > self._clock.epoch()

    def answer(self, authorization: str | None, form: Mapping[str, str], *, hard: bool = False) -> dict[str, Any]:
        """What the token endpoint answers.

        Args:
            hard: whether to say when even a refresh token that is used expires.

        Raises:
            TokenRefusal: invalid_client, invalid_request, unsupported_grant_type or invalid_grant.
        """
        self._admit(authorization)
        kind = form.get("grant_type")
        if kind == "refresh_token":
            self._refresh(form.get("refresh_token"))
        elif kind == "authorization_code":
            self._exchange(form.get("code"))
        else:
            raise TokenRefusal("unsupported_grant_type" if kind else "invalid_request")
        now = self._clock.epoch()
        access = f"eyJ{secrets.token_urlsafe(48)}"
        self.grant.access[access] = now + self._settings.access_seconds
        while len(self.grant.access) > _ACCESS_KEPT:
            del self.grant.access[next(iter(self.grant.access))]
        told = {
            "token_type": "bearer",
            "access_token": access,
            "expires_in": int(self._settings.access_seconds),
            "refresh_token": self.grant.refresh,
            "x_refresh_token_expires_in": REFRESH_SECONDS,
        }
        return told | ({"x_refresh_token_hard_expires_in": int(self._hard_end() - now)} if hard else {})

    def revoke_token(self, authorization: str | None, token: str) -> None:
        """What the revocation endpoint does.

        Raises:
            TokenRefusal: invalid_client, or a token nobody knows.
        """
        self._admit(authorization)
        if token == self.grant.refresh:
            self.revoke()
        elif self.grant.access.pop(token, None) is None:
            raise TokenRefusal("invalid_request")

    def _admit(self, authorization: str | None) -> None:
        known = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        if authorization != f"Basic {known}":
            raise TokenRefusal("invalid_client", 401)

    def _hard_end(self) -> float:
        return self.grant.granted + HARD_SECONDS

    def _refresh(self, sent: str | None) -> None:
        if not sent:
            raise TokenRefusal("invalid_request")
        now, grant = self._clock.epoch(), self.grant
        in_grace = sent == grant.before and now < grant.replaced + self._settings.grace_seconds
        if not grant.refresh or (sent != grant.refresh and not in_grace):
            raise TokenRefusal("invalid_grant")
        if now >= min(grant.used + REFRESH_SECONDS, self._hard_end()):
            raise TokenRefusal("invalid_grant")
        grant.used = now
        due = self._settings.rotate == "always" or now >= grant.made + _DAY
        if due and not in_grace:
            grant.before, grant.replaced = grant.refresh, now
            grant.refresh, grant.made = _refresh_token(), now

    def _exchange(self, code: str | None) -> None:
        if code not in self.grant.codes:
            raise TokenRefusal("invalid_grant")
        self.grant.codes.remove(code)
        codes = self.grant.codes
        self.fresh()
        self.grant.codes = codes


def _refresh_token() -> str:
    return f"RT1-{secrets.token_hex(20)}"
