"""Open client connections, so that a fault can break one as a network would."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Mapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Address = tuple[str, int]
_OPEN: dict[tuple[Address, Address], asyncio.Transport] = {}
_FAREWELLS: dict[tuple[Address, Address], list[Callable[[], None]]] = {}
_NO_LINGER = struct.pack("ii", 1, 0)


def _key(transport: asyncio.BaseTransport) -> tuple[Address, Address]:
    return transport.get_extra_info("peername")[:2], transport.get_extra_info("sockname")[:2]


class TrackedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with its connection known by both addresses."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remember the connection."""
        self._tracked = _key(transport)
        _OPEN[self._tracked] = transport
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        _OPEN.pop(self._tracked, None)
        for farewell in _FAREWELLS.pop(self._tracked, []):
            farewell()
        super().connection_lost(exc)


def _transport(scope: Mapping[str, Any]) -> asyncio.Transport | None:
    return _OPEN.get(_addresses(scope))


def _addresses(scope: Mapping[str, Any]) -> tuple[Address, Address]:
    return tuple(scope["client"])[:2], tuple(scope["server"])[:2]


def when_lost(scope: Mapping[str, Any], farewell: Callable[[], None]) -> None:
    """Call `farewell` when the connection of this call ends; at once if it has."""
    if _transport(scope) is None:
        farewell()
    else:
        _FAREWELLS.setdefault(_addresses(scope), []).append(farewell)


def reset(scope: Mapping[str, Any]) -> None:
    """Break the connection of this call: the caller sees `Connection reset by peer`."""
    transport = _transport(scope)
    if transport is None:
        return
    sock = transport.get_extra_info("socket")
    with contextlib.suppress(OSError):
        # Without lingering, closing sends RST instead of FIN.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()


def close(scope: Mapping[str, Any]) -> None:
    """Close the connection of this call after what was written has gone out."""
    transport = _transport(scope)
    if transport is not None:
        transport.close()
