"""One HTTP exchange: what was sent, what came back, and whether anything went out at all.

Failures come back as values. An exception of the HTTP library carries the request with its headers, so
none of them may become the cause or context of one of ours.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from accordant.hooks.calls import Params
from accordant.hooks.endpoints import Endpoint
from accordant.hooks.gates import REQUEST

_LARGEST_BODY = 64 * 1024 * 1024  # bytes; pages of a few hundred objects take a few hundred KB
_SLOWEST_BODY = 10  # times the read timeout, for a server that drips
_CHUNK = 64 * 1024

_going = threading.local()


@dataclass(frozen=True, slots=True)
class Request:
    """What to send.

    Attributes:
        kind: what its system counts it as, where that limits some calls apart.
    """

    method: str
    path: str
    params: Params = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    content_type: str = "application/json"
    kind: str = REQUEST


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def is_page(self) -> bool:
        """Whether it is a web page: a login form, a proxy's complaint, another product."""
        start = self.body[:200].lstrip().lower()
        return "text/html" in self.headers.get("content-type", "").lower() or start.startswith(b"<")


@dataclass(frozen=True, slots=True)
class Silence:
    """No whole answer came.

    Attributes:
        sent: whether a byte of the request may have gone out; False proves that nothing was applied.
        cut: whether the answer began.
        words: what happened, to go after the name of the system.
    """

    sent: bool
    cut: bool
    words: str


class HeaderAuth(AuthBase):
    """Credentials as headers; also keeps the HTTP library from taking others out of ~/.netrc."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(self._headers)
        return request

    def __repr__(self) -> str:
        return "<HeaderAuth ***>"


class Wire:
    """Sends requests to one endpoint; safe to use from several threads, each with a session of its own."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._mine = threading.local()

    def exchange(self, request: Request, auth: HeaderAuth) -> Answer | Silence:
        """Send a request once and return what came of it."""
        _going.out = False
        began = False
        try:
            with self._ask(request, auth) as response:
                began = True
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status_code, headers, b"".join(self._body(response)))
        except _TooMuch as error:
            return Silence(sent=True, cut=True, words=str(error))
        except (OSError, HTTPError) as error:  # requests' own errors are OSErrors
            return Silence(sent=_going.out, cut=began, words=_words(error, began=began))

    def _ask(self, request: Request, auth: HeaderAuth) -> requests.Response:
        here = self._endpoint
        return self._session().request(
            request.method,
            here.base_url + request.path,
            params=dict(request.params),
            data=request.body,
            headers={"Content-Type": request.content_type} if request.body is not None else None,
            auth=auth,
            timeout=(here.connect_timeout, here.read_timeout),
            verify=here.verify,
            allow_redirects=False,
            stream=True,
        )

    def _body(self, response: requests.Response) -> Iterator[bytes]:
        until, size = time.monotonic() + _SLOWEST_BODY * self._endpoint.read_timeout, 0
        # read1 gives what has come; the library's other ways wait for a whole chunk, and past our deadline
        while chunk := response.raw.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > _LARGEST_BODY:
                raise _TooMuch(f"sent an answer of more than {_LARGEST_BODY // 1024**2} MB")
            if time.monotonic() > until:
                raise _TooMuch("sent its answer too slowly to wait for the end")
            yield chunk

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._mine, "session", None)
        if session is None:
            session = requests.Session()
            session.headers.update({"Accept": "application/json", "User-Agent": "accordant"})
            session.mount("https://", _ProvingAdapter())
            session.mount("http://", _ProvingAdapter())
            self._mine.session = session
        return session


class _TooMuch(Exception):
    """The body is too large or comes too slowly."""


class _ProvingConnection(HTTPConnection):
    """Notes when the first byte of a request goes out: after connecting, and after the TLS handshake."""

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        _going.out = True
        super().send(data)


class _ProvingTlsConnection(HTTPSConnection):
    send = _ProvingConnection.send

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            _going.out = False  # what went to a proxy to open the tunnel was no part of the request


class _ProvingPool(HTTPConnectionPool):
    ConnectionCls = _ProvingConnection


class _ProvingTlsPool(HTTPSConnectionPool):
    ConnectionCls = _ProvingTlsConnection


_POOLS = {"http": _ProvingPool, "https": _ProvingTlsPool}


class _ProvingAdapter(HTTPAdapter):
    """Never repeats a request by itself (`max_retries=0`), and knows whether one went out."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _words(error: BaseException, *, began: bool) -> str:
    """Say what happened in our own words; the library's may hold the whole request."""
    if began:
        late = isinstance(error, requests.Timeout) or "timed out" in str(error)
        return "stopped in the middle of its answer" if late else "cut its answer off"
    causes = list(_causes(error))
    for kind, words in _CAUSES:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return "broke the connection"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that lie beneath it, innermost last."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        reason = getattr(error, "reason", None)
        if isinstance(reason, BaseException):
            yield reason
        error = error.__cause__ or error.__context__


_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "has a certificate that cannot be verified (see the extra `verify`)"),
    (ssl.SSLError, "could not agree on TLS with us (is it https at that port?)"),
    (socket.gaierror, "has a host name that cannot be resolved"),
    (requests.ConnectTimeout, "could not be connected to in time"),
    (requests.Timeout, "did not answer in time"),
    (ConnectionRefusedError, "refused the connection"),
)
