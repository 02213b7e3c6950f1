"""A pair of OAuth2 tokens, and the seal under which it is kept."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeGuard

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MARGIN = timedelta(seconds=60)  # an access token that lives no longer than this is not used any more
_PURPOSE = b"accordant: OAuth2 tokens of "


@dataclass(frozen=True, slots=True)
class TokenText:
    """A token that shows nowhere by accident."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What the token endpoint gave.

    Attributes:
        previous: the refresh token before this one, which the vendor may still accept for a day.
        refresh_until: when the refresh token ends if nobody renews it: 100 days.
        hard_until: when it ends whatever anybody does: five years after a person connected the app
            (blogs.intuit.com, 2025-11-12).
    """

    access: TokenText
    refresh: TokenText
    access_until: datetime
    refresh_until: datetime | None = None
    hard_until: datetime | None = None
    previous: TokenText | None = None

    @property
    def ends(self) -> datetime | None:
        """When a person must connect the app again at the latest; None when the vendor did not say."""
        return min((end for end in (self.refresh_until, self.hard_until) if end), default=None)

    def lives(self, now: datetime) -> bool:
        """Tell whether the access token may be used now."""
        return now + _MARGIN < self.access_until


def pair_in(told: Any, now: datetime) -> TokenPair | None:
    """Return the pair that an answer of the token endpoint holds; None when it holds none."""
    if not isinstance(told, dict):
        return None
    access, refresh = told.get("access_token"), told.get("refresh_token")
    if not (_is_token(access) and _is_token(refresh)):
        return None
    return TokenPair(
        TokenText(access), TokenText(refresh),
        access_until=_after(told, "expires_in", now) or now + timedelta(hours=1),
        refresh_until=_after(told, "x_refresh_token_expires_in", now),
        hard_until=_after(told, "x_refresh_token_hard_expires_in", now),
    )  # fmt: skip


def _is_token(given: Any) -> TypeGuard[str]:
    return isinstance(given, str) and given.isascii() and given.isprintable() and " " not in given and bool(given)


def _after(told: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    """Return the moment so many seconds from now; the fields are numbers, and texts in some answers."""
    seconds = str(told.get(name, ""))
    return now + timedelta(seconds=int(seconds)) if seconds.isdigit() and len(seconds) < 10 else None


class Seal:
    """Encrypts the tokens of one account under the client secret of its Connection.

    The key is derived by HKDF-SHA256 (RFC 5869) from the secret and the account: who has the sync store alone reads
    nothing, one company's tokens open no other's, and a change of Airflow's Fernet key changes nothing. A secret of
    Intuit is random, so no slow derivation is needed.
    """

    def __init__(self, secret: str, account: str) -> None:
        key = HKDF(SHA256(), 32, salt=None, info=_PURPOSE + account.encode()).derive(secret.encode())
        self._fernet = Fernet(urlsafe_b64encode(key))

    def closed(self, pair: TokenPair) -> bytes:
        """Return a pair as it may be kept."""
        texts = {"access": pair.access, "refresh": pair.refresh, "previous": pair.previous}
        times = {"access_until": pair.access_until, "refresh_until": pair.refresh_until, "hard_until": pair.hard_until}
        content = {name: token.text for name, token in texts.items() if token}
        content |= {name: time.isoformat() for name, time in times.items() if time}
        return self._fernet.encrypt(json.dumps(content).encode())

    def opened(self, sealed: bytes) -> TokenPair | None:
        """Return what was closed; None where it was closed under another secret or is damaged."""
        try:
            content = json.loads(self._fernet.decrypt(sealed))
        except (InvalidToken, ValueError):
            return None
        texts = {name: TokenText(content[name]) for name in ("access", "refresh", "previous") if name in content}
        times = {name: datetime.fromisoformat(text) for name, text in content.items() if name not in texts}
        return TokenPair(
            texts["access"], texts["refresh"], times["access_until"],
            times.get("refresh_until"), times.get("hard_until"), texts.get("previous"),
        )  # fmt: skip
