"""The certificate: the proof at the end of a run that both sides match.

Each side is summed up by counts, sums and a hash over its records in order of their keys. The certificate's
id is the SHA-256 of its content and of the one before it, so no certificate can be changed or taken out
without breaking the chain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from accordant.sync.numbers import plain
from accordant.sync.records import canonical_json


@dataclass(slots=True)
class SideDigest:
    """Sums up one side's records of one object type, in memory that does not grow with them."""

    count: int = 0
    total: Decimal = Decimal(0)
    _sha: hashlib._Hash = field(default_factory=hashlib.sha256)

    def add(self, key: str, content: object, amount: Decimal = Decimal(0)) -> None:
        """Take the next record, in order of the keys."""
        self.count += 1
        self.total += amount
        self._sha.update(canonical_json([key, content]).encode() + b"\n")

    def content(self) -> dict[str, Any]:
        """Return count, sum and hash, as they stand in the certificate."""
        return {"count": self.count, "sum": plain(self.total), "hash": self._sha.hexdigest()}


@dataclass(frozen=True, slots=True)
class Difference:
    """A record on which both sides do not match, and the code that excuses it; '' where none does."""

    object_type: str
    key: str
    sentence: str
    excuse: str = ""

    def content(self) -> dict[str, str]:
        """Return it as it stands in the certificate."""
        return {
            "object_type": self.object_type, "key": self.key, "sentence": self.sentence, "excuse": self.excuse
        }  # fmt: skip


def certificate_content(
    *, flow: str, ours: str, theirs: str, run_id: str, sides: dict[str, dict[str, Any]],
    differences: Iterable[Difference],
) -> dict[str, Any]:  # fmt: skip
    """Return a certificate's content; `sides` is {object type: {"ours": ..., "theirs": ...}}.

    The excused differences are listed; records left out of both hashes on their account are counted there.
    """
    listed = sorted((d.content() for d in differences), key=lambda d: (d["object_type"], d["key"], d["excuse"]))
    matches = all(pair["ours"] == pair["theirs"] for pair in sides.values())
    return {
        "flow": flow,
        "ours": ours,
        "theirs": theirs,
        "run": run_id,
        "sides": sides,
        "differences": listed,
        "matches": matches and not any(not d["excuse"] for d in listed),
    }


def certificate_id(previous: str, content: dict[str, Any]) -> str:
    """Return the id that chains `content` to the certificate before it ('' for the first)."""
    return hashlib.sha256(f"{previous}\n{canonical_json(content)}".encode()).hexdigest()
