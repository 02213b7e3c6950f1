"""A client of this server's control API, for tests, benchmarks and the demo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.shared.client import SandboxControl


class ConductorControl(SandboxControl):
    """Beside what every sandbox server can do: load objects, edit as a person at the PC."""

    def load(self, objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, list[str]]:
        """Put many whole or partial objects into the company file; their ids by resource."""
        found: dict[str, list[str]] = self._call("POST", "/load", json=objects)
        return found

    def person(self, method: str, path: str, body: Any = None) -> Any:
        """Edit as a person at the PC, such as `person("POST", "/customers/80000001-1", {"name": "New"})`.

        Raises:
            ValueError: QuickBooks refuses it.
        """
        return self._call("POST", "/person", json={"method": method, "path": path, "body": body})

    def delete(self, resource: str, object_id: str) -> None:
        """Delete an object as a person at the PC."""
        self._call("DELETE", f"/objects/{resource}/{object_id}")

    def merge(self, resource: str, object_id: str, into: str) -> None:
        """Make one list object of two as a person at the PC: the first is gone, the second has all."""
        self.person("POST", f"/{resource}/{object_id}/merge", {"into": into})
