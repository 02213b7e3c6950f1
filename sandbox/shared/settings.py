"""Settings of a server that can be changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass
class ChangeableSettings:
    """What a system's own settings are made of: fields with a default, and `_check`."""

    def __post_init__(self) -> None:
        self._check(self.read())

    def read(self) -> dict[str, Any]:
        """All settings."""
        return asdict(self)

    def change(self, given: Mapping[str, Any]) -> None:
        """Change what is given; all of it or nothing.

        Raises:
            ValueError: an unknown name or value.
        """
        unknown = set(given) - {field.name for field in fields(self)}
        if unknown:
            raise ValueError(f"no setting is called {sorted(unknown)[0]}; there are {sorted(self.read())}")
        self._check(given)
        for name, value in given.items():
            setattr(self, name, value)

    @staticmethod
    def _check(given: Mapping[str, Any]) -> None:
        """Raise ValueError for a value that cannot be."""
