"""Access to one company of QuickBooks Online: the newest pair of tokens, kept in one place, renewed by one at a time.

An access token lives for an hour. Renewing it needs the refresh token, whose value changes about once a day: the old
one is then refused, so whoever renews must keep the new one before anybody uses it (Intuit's developer FAQ, "OAuth
2.0"). Two who renew at once would leave one of them with a dead token; so the pair lies in a vault that all workers
share, and is renewed under its lock. The vault sees nothing but sealed bytes.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeGuard

from accordant.hooks.quickbooks_online_pair import Seal, TokenPair, TokenText
from accordant.sync.errors import Misconfigured
from accordant.sync.failpoints import failpoint

log = logging.getLogger(__name__)

_WARNED = timedelta(days=14)  # before a person must connect the app again


class Drawer(Protocol):
    """One account's place in the vault, open for one at a time.

    Attributes:
        sealed: what lies in it; None when it is empty.
        seed: tells which refresh token of the Connection it came from.
    """

    sealed: bytes | None
    seed: str

    def put(self, sealed: bytes, seed: str) -> None:
        """Put something in; it stays once the drawer is closed without an error."""


class TokenVault(Protocol):
    """Where the newest tokens lie, one drawer per account."""

    def look(self, account: str) -> tuple[bytes, str] | None:
        """Return what lies in a drawer and its seed, without waiting for whoever has it open; None when it is empty."""

    def open(self, account: str) -> AbstractContextManager[Drawer]:
        """Open a drawer as soon as nobody else has it open."""


class Renewal(Protocol):
    """Asks the vendor for new tokens."""

    def renewed(self, refresh: TokenText) -> TokenPair | None:
        """Return a new pair; None when the vendor does not accept this refresh token any more.

        Raises:
            RetryLater: it could not be asked; the old pair may be good or not.
            Misconfigured: it does not know our app.
        """


class Tokens:
    """Gives access tokens of one company; safe to use from several threads, processes and machines.

    Args:
        given: the refresh token of the Connection. It wins over what is kept once it changed: a person put it there.
        learn: is told of every secret before it is used.
        conn_id: the Connection to correct.
    """

    def __init__(
        self, vault: TokenVault, renewal: Renewal, seal: Seal, *, account: str, conn_id: str, given: TokenText,
        learn: Callable[[TokenPair], None],
    ) -> None:  # fmt: skip
        self._vault, self._renewal, self._seal = vault, renewal, seal
        self._account, self._conn_id = account, conn_id
        self._given, self._seed = given, hashlib.sha256(given.text.encode()).hexdigest()
        self._learn = learn
        self._pair: TokenPair | None = None
        self._unkept: TokenText | None = None  # a new refresh token that the vault did not take
        self._here = threading.Lock()

    def pair(self, refused: TokenPair | None = None) -> TokenPair:
        """Return tokens that live, renewed if need be.

        Args:
            refused: tokens that the vendor did not accept though they should live.

        Raises:
            Misconfigured: QBO_RECONNECT if no refresh token is accepted any more; or the app is not known.
            RetryLater: the vendor or the vault cannot be reached now.
        """
        pair = self._pair
        if self._serves(pair, refused):
            return pair
        with self._here:
            if not self._serves(self._pair, refused):
                self._pair = self._looked_up(refused) or self._renewed(refused)
            assert self._pair is not None
            return self._pair

    def warning(self) -> str:
        """Return a sentence if a person must connect the app again within 14 days; else ''."""
        ends = self._pair.ends if self._pair else None
        if ends is None or ends - datetime.now(UTC) >= _WARNED:
            return ""
        return (
            f"The refresh token ends on {ends:%Y-%m-%d}: authorise the app again before that, and put the new refresh "
            f"token into the extra `refresh_token` of the Connection {self._conn_id}."
        )

    def _serves(self, pair: TokenPair | None, refused: TokenPair | None) -> TypeGuard[TokenPair]:
        return pair is not None and pair.lives(datetime.now(UTC)) and (refused is None or pair.access != refused.access)

    def _looked_up(self, refused: TokenPair | None) -> TokenPair | None:
        """Return the kept pair if it serves, without waiting."""
        kept = self._vault.look(self._account)
        pair = self._opened(kept[0]) if kept and kept[1] == self._seed else None
        return pair if self._serves(pair, refused) else None

    def _renewed(self, refused: TokenPair | None) -> TokenPair:
        with self._vault.open(self._account) as drawer:
            kept = self._opened(drawer.sealed)
            if drawer.seed == self._seed and self._serves(kept, refused):
                return kept  # somebody renewed it while we waited
            failpoint("token.1.before_refresh")
            pair = self._first_accepted(self._candidates(kept, reconnected=drawer.seed != self._seed), kept)
            self._unkept = pair.refresh
            failpoint("token.2.refreshed_not_stored")
            drawer.put(self._seal.closed(pair), self._seed)
        self._unkept = None
        failpoint("token.3.stored")
        self._pair = pair
        if warning := self.warning():
            log.warning("QuickBooks Online at %s: %s", self._account, warning)
        return pair

    def _opened(self, sealed: bytes | None) -> TokenPair | None:
        """Return the pair in a drawer; what was sealed under another secret counts as nothing."""
        pair = self._seal.opened(sealed) if sealed else None
        if pair:
            self._learn(pair)
        return pair

    def _candidates(self, kept: TokenPair | None, *, reconnected: bool) -> Iterator[TokenText]:
        """Yield the refresh tokens that may be accepted, likeliest first, each once.

        After an answer that got lost the newest one may be dead and the one before it not, or the other way round.
        """
        old = [kept.refresh, kept.previous] if kept else []
        found = [self._given, *old] if reconnected else [*old, self._given]
        yield from dict.fromkeys(token for token in [self._unkept, *found] if token)

    def _first_accepted(self, candidates: Iterator[TokenText], kept: TokenPair | None) -> TokenPair:
        for used in candidates:
            pair = self._renewal.renewed(used)
            if pair is None:
                continue
            self._learn(pair)
            before = used if used != pair.refresh else kept.previous if kept else None
            return replace(pair, previous=before)
        sentence = (
            f"Intuit accepts no refresh token of {self._account} any more. Authorise the app again (for example in "
            "Intuit's OAuth 2.0 Playground) and put the new refresh token into the extra `refresh_token` of the "
            f"Connection {self._conn_id}."
        )
        raise Misconfigured("QBO_RECONNECT", sentence, record=self._conn_id, field="refresh_token")


@dataclass
class _OpenDrawer:
    sealed: bytes | None = None
    seed: str = ""

    def put(self, sealed: bytes, seed: str) -> None:
        self.sealed, self.seed = sealed, seed


class MemoryVault:
    """A vault of one hook, for where there is no sync store: what is renewed is lost when the process ends."""

    def __init__(self) -> None:
        self._drawer = _OpenDrawer()
        self._lock = threading.Lock()

    def look(self, account: str) -> tuple[bytes, str] | None:
        """Return what lies in the one drawer; None when it is empty."""
        sealed = self._drawer.sealed
        return None if sealed is None else (sealed, self._drawer.seed)

    @contextmanager
    def open(self, account: str) -> Iterator[Drawer]:
        """Open the drawer as soon as no other thread has it open."""
        with self._lock:
            yield self._drawer
