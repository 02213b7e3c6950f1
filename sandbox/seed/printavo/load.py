"""Put the demo's account into Printavo, once: an account that has orders is left alone."""

from __future__ import annotations

from sandbox.printavo.client import PrintavoControl
from sandbox.seed.printavo.account import OPEN_SHARE, ORDERS, SEED


def load_printavo(base_url: str) -> int:
    """Load the account; how many orders were added now."""
    control = PrintavoControl(base_url)
    if control.counts()["orders"]:
        return 0
    return control.generate(ORDERS, SEED, OPEN_SHARE)["orders"]
