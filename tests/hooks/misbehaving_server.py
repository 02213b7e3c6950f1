"""An HTTP server on loopback that answers from a script, down to the bytes and how the connection ends."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """What to send, and how to end.

    Attributes:
        cut: end after so many bytes of the body, though Content-Length says more.
        reset: end with a TCP reset instead of an answer (or after `cut` bytes).
        stall: seconds of silence before the answer.
        drip: seconds between the bytes of the body.
    """

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    stall: float = 0.0
    drip: float = 0.0
    raw: bytes | None = None

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()

    def head(self) -> bytes:
        kind = "text/html" if self.content().startswith(b"<") else "application/json"
        headers = {"Content-Type": kind, "Content-Length": str(len(self.content())), "Connection": "close"}
        lines = [f"HTTP/1.1 {self.status} X", *(f"{k}: {v}" for k, v in {**headers, **self.headers}.items())]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


Script = Callable[[Asked], Reply]


class MisbehavingServer:
    """Answers each request with the next scripted reply; the last one is repeated."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._script: list[Reply | Script] = []
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._closing = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def script(self, *replies: Reply | Script) -> None:
        self._script, self.asked = list(replies), []

    def close(self) -> None:
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer:
            asked = _read(peer)
            if asked is None:
                return
            self.asked.append(asked)
            step = self._script[0] if len(self._script) == 1 else self._script.pop(0)
            reply = step if isinstance(step, Reply) else step(asked)
            self._closing.wait(reply.stall)
            try:
                self._send(peer, reply)
            except OSError:
                return  # the client has gone

    def _send(self, peer: socket.socket, reply: Reply) -> None:
        if reply.raw is not None:
            peer.sendall(reply.raw)
        elif reply.drip:
            peer.sendall(reply.head())
            for byte in reply.content():
                peer.sendall(bytes([byte]))
                self._closing.wait(reply.drip)
        elif not reply.reset or reply.cut is not None:
            peer.sendall(reply.head() + reply.content()[: reply.cut])
        if reply.reset:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _read(peer: socket.socket) -> Asked | None:
    with peer.makefile("rb") as stream:
        first = stream.readline().decode("latin-1").split()
        if len(first) != 3 or not first[0].isalpha():  # a TLS hello, or nothing
            return None
        headers: dict[str, str] = {}
        while line := stream.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
    parts = urlsplit(first[1])
    query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Asked(first[0], parts.path, query, headers, body)
