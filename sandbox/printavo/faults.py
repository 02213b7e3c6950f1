"""The faults of Printavo, by name. They strike calls of the API; `query` is matched with what a call asks for, such as
`orders(first: 25, after: "MjU")`."""

from __future__ import annotations

from dataclasses import replace

from sandbox.shared.faults import KINDS, Ending, FaultKind

API = "^/api/v2"
PARTIAL, DUPLICATE = "partial_data", "duplicate_across_pages"
MOVES_OUT, MOVES_IN = "order_moves", "order_moves_in"
MOVES = (MOVES_OUT, MOVES_IN)
# Breaks of the connection are the same everywhere.
_SHARED = ("reset_before_apply", "reset_mid_body", "truncated_answer", "bad_gateway", "unavailable", "garbage")
_NEXT_PAGE = r"\bafter: "
_WALL = (
    "<!doctype html><html><head><title>403 Forbidden</title></head><body><h1>Access denied</h1>"
    "<p>The web application firewall has blocked this request.</p></body></html>"
)
_THROTTLED = '{"error":"Too many requests"}'


def _answering(name: str, meaning: str, status: int, body: str, **others: object) -> FaultKind:
    return FaultKind(name, meaning, False, Ending.ANSWER, status=status, body=body, path=API, **others)  # type: ignore[arg-type]


def _own(name: str, meaning: str, *, times: int | None = 1, query: str = "") -> FaultKind:
    return FaultKind(name, meaning, True, Ending.OWN, times=times, path=API, query=query)


_ALL = (
    *(replace(KINDS[name], path=API) for name in _SHARED),
    replace(KINDS["stop_answering"], path=API),
    replace(KINDS["timeout_before_apply"], name="timeout", path=API),
    FaultKind("slow", "the right answer, `seconds` later", True, Ending.SLOW, path=API),
    _answering("throttle", "429 without Retry-After", 429, _THROTTLED),
    _answering("throttle_retry_after", "429 with Retry-After: 1", 429, _THROTTLED, headers=(("Retry-After", "1"),)),
    _answering("firewall_page", "403 with an HTML page", 403, _WALL, content_type="text/html"),
    _answering("server_error", "500 with JSON", 500, '{"status":500,"error":"Internal Server Error"}'),
    _answering("expired_token", "401 as for a wrong token", 401, '{"error":"Unauthorized"}'),
    _own(PARTIAL, "200 with `errors`, and a null inside `data` where there is a value"),
    _own(MOVES_OUT, "before the next page, the first order of the list is deleted: one is missed", query=_NEXT_PAGE),
    _own(MOVES_IN, "before the next page, an order is put in before the first: one is seen twice", query=_NEXT_PAGE),
    _own(
        DUPLICATE,
        "until disarmed, every page but the first begins with the last record of the one before",
        times=None,
        query=_NEXT_PAGE,
    ),
)
FAULTS: dict[str, FaultKind] = {kind.name: kind for kind in _ALL}
