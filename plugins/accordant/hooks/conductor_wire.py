"""One exchange with Conductor through the vendor's own client, conductor-py.

Failures come back as values, as in wire.py: the client's exceptions carry the request with its headers. The
client would repeat requests by itself, POSTs too (conductor-py 1.92.3, `_base_client._should_retry`), so it is
told not to.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import httpx
import requests
from conductor import APIConnectionError, APIStatusError, Conductor
from requests.utils import select_proxy

from accordant.hooks.endpoints import Endpoint
from accordant.hooks.wire import Answer, HeaderAuth, Request, Silence, Wire

_LARGEST_BODY = 128 * 1024 * 1024  # bytes as sent; a list without a cursor comes in one answer, however long
_SLOWEST_BODY = 10  # times the read timeout, for a server that drips


class ConductorWire(Wire):
    """Sends requests through conductor-py; safe to use from several threads.

    Args:
        headers: credentials and what else goes with every request.
        read_timeout: seconds; stands in for the Connection's own.
    """

    def __init__(self, endpoint: Endpoint, token: str, headers: dict[str, str], read_timeout: float) -> None:
        super().__init__(endpoint)
        self.client = Conductor(
            api_key=token,
            base_url=endpoint.base_url,
            max_retries=0,
            timeout=httpx.Timeout(read_timeout, connect=endpoint.connect_timeout),
            default_headers=headers,  # these win over CONDUCTOR_CUSTOM_HEADERS of the environment
            http_client=httpx.Client(transport=_Transport(endpoint, _SLOWEST_BODY * read_timeout), trust_env=False),
        )

    def exchange(self, request: Request, auth: HeaderAuth) -> Answer | Silence:
        """Send a request once and return what came of it; the credentials are the client's own."""
        try:
            response = self._sent(request)
        except APIStatusError as error:
            response = error.response
        except APIConnectionError as error:
            return _silence(error.__cause__)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, response.content)

    def _sent(self, request: Request) -> httpx.Response:
        if request.method == "GET":
            return self.client.get(request.path, cast_to=httpx.Response)
        if request.method == "DELETE":
            return self.client.delete(request.path, cast_to=httpx.Response)
        return self.client.post(request.path, cast_to=httpx.Response, content=request.body)

    def close(self) -> None:
        """Close all connections; the wire cannot be used after this."""
        self.client.close()


class _Transport(httpx.HTTPTransport):
    """Takes proxy and certificates from where our other hooks take them, and gives up on endless answers."""

    def __init__(self, endpoint: Endpoint, longest: float) -> None:
        # What requests would do for this address: HTTP(S)_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE.
        found = requests.Session().merge_environment_settings(endpoint.base_url, {}, None, endpoint.verify, None)
        proxy = select_proxy(endpoint.base_url, found["proxies"])
        super().__init__(verify=_trust(found["verify"] or False), proxy=proxy, trust_env=False, retries=0)
        self._longest = longest

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx.SyncByteStream)
        response.stream = _Body(response.stream, self._longest)
        return response


class _Body(httpx.SyncByteStream):
    """The body of an answer that has begun."""

    def __init__(self, stream: httpx.SyncByteStream, longest: float) -> None:
        self._stream, self._longest = stream, longest

    def __iter__(self) -> Iterator[bytes]:
        until, size = time.monotonic() + self._longest, 0
        try:
            for chunk in self._stream:
                size += len(chunk)
                if size > _LARGEST_BODY:
                    raise _Cut(f"sent an answer of more than {_LARGEST_BODY // 1024**2} MB")
                if time.monotonic() > until:
                    raise _Cut("sent its answer too slowly to wait for the end")
                yield chunk
        except httpx.TimeoutException:
            raise _Cut("stopped in the middle of its answer") from None
        except (httpx.NetworkError, httpx.ProtocolError) as error:
            raise error if isinstance(error, _Cut) else _Cut("cut its answer off") from None

    def close(self) -> None:
        """Give the connection back, or close it."""
        self._stream.close()


class _Cut(httpx.ReadError):
    """The answer began and did not end; the text goes after the name of the system."""


@cache
def _trust(verify: bool | str) -> ssl.SSLContext:
    """Return what certificates are checked against; made once, as it takes longer than a request."""
    if isinstance(verify, bool):
        return httpx.create_ssl_context(verify, trust_env=False)
    folder = Path(verify).is_dir()
    return ssl.create_default_context(capath=verify) if folder else ssl.create_default_context(cafile=verify)


# -- silence

# httpx raises these before the first byte of the request goes out.
_UNSENT = (
    httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol,
)  # fmt: skip

_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "has a certificate that cannot be verified (see the extra `verify`)"),
    (ssl.SSLError, "could not agree on TLS with us (is it https at that port?)"),
    (socket.gaierror, "has a host name that cannot be resolved"),
    (ConnectionRefusedError, "refused the connection"),
    (httpx.ProxyError, "could not be reached through the proxy"),
    (httpx.ConnectTimeout, "could not be connected to in time"),
    (httpx.ConnectError, "could not be connected to"),
    (httpx.TimeoutException, "did not answer in time"),
)


def _silence(error: BaseException | None) -> Silence:
    """Say in our own words what became of the request; the library's may hold the whole of it."""
    cut = isinstance(error, _Cut | httpx.DecodingError)
    return Silence(sent=not isinstance(error, _UNSENT), cut=cut, words=_words(error))


def _words(error: BaseException | None) -> str:
    if isinstance(error, _Cut):
        return str(error)
    causes = list(_causes(error))
    for kind, words in _CAUSES:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return "broke the connection"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it was raised from, innermost last."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
