"""The demo's account: the same 400 orders each time, half of them still in work."""

from __future__ import annotations

from functools import cache

from sandbox.printavo.content import Content, generate

ORDERS, SEED, OPEN_SHARE = 400, 2026, 0.5


@cache
def demo_account() -> Content:
    """The account as it is loaded; to be looked at, not to be served."""
    return generate(ORDERS, SEED, open_share=OPEN_SHARE)
