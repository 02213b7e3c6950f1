"""A client of this server's control API, for tests, benchmarks and the demo."""

from __future__ import annotations

from typing import Any

from sandbox.shared.client import SandboxControl


class PrintavoControl(SandboxControl):
    """Beside what every sandbox server can do: fill the account, edit as a person, look at traffic."""

    def generate(self, orders: int, seed: int = 7, open_share: float = 0.15) -> dict[str, int]:
        """Replace everything in the account by a generated one; how many of each there are."""
        asked = {"orders": orders, "seed": seed, "open_share": open_share}
        found: dict[str, int] = self._call("POST", "/generate", json=asked)
        return found

    def counts(self) -> dict[str, int]:
        """How many customers, contacts and orders there are."""
        found: dict[str, int] = self._call("GET", "/counts")
        return found

    def act(self, action: str, **values: Any) -> Any:
        """What a person does, such as `act("set_total", order_id="20000001", total=5.0)`; see `person.py`.

        Raises:
            ValueError: it cannot be done.
        """
        return self._call("POST", "/person", json={"action": action, "values": values})["done"]

    def peaks(self) -> dict[str, int]:
        """`per_window`, the most calls of one user in any 5 seconds, `calls` and `refused`, since the ledger was
        cleared."""
        found: dict[str, int] = self._call("GET", "/peaks")
        return found

    def enforce_limits(self, on: bool = True) -> None:
        """Refuse calls above the vendor's limit with 429, or stop to."""
        self.settings(enforce_limits=on)
