"""References of both sides in one form: our keys instead of QuickBooks' ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from accordant.flows.qbd.mapping import Json, RecordMapping
from accordant.sync.pairs import UNBOUND
from accordant.sync.ports import References

Resolve = Callable[[str, str], str]


def references_in(mapping: RecordMapping, content: Json) -> Iterator[tuple[str, str]]:
    """Yield (object type, reference) of every reference in a record."""
    for name, object_type in mapping.references.items():
        if content.get(name):
            yield object_type, content[name]
    for line in content.get("lines") or ():
        for name, object_type in mapping.line_references.items():
            if line.get(name):
                yield object_type, line[name]


def resolved(mapping: RecordMapping, content: Json, resolve: Resolve) -> dict[str, Any]:
    """Return QuickBooks' record with our keys for its references."""
    found = {**content, **_resolved(mapping.references, content, resolve)}
    if mapping.line_references:
        found["lines"] = [
            {**line, **_resolved(mapping.line_references, line, resolve)} for line in content.get("lines") or ()
        ]
    return found


def resolve_with(references: References) -> Resolve:
    """Return how QuickBooks' ids become our keys; UNBOUND and the id where there is none yet."""

    def resolve(object_type: str, remote_id: str) -> str:
        return references.key_of(object_type, remote_id) or UNBOUND + remote_id

    return resolve


def has_written(mapping: RecordMapping, now: Json, after: Json, *, line_fields: Sequence[str]) -> bool:
    """Tell whether a record has all that was written to it; references of both in one form.

    Args:
        line_fields: fields of a line that must be as they were written.
    """
    if any(now.get(name) != value for name, value in after.items() if name != "lines"):
        return False
    if "lines" not in after:
        return True
    lines, written = now.get("lines") or (), after["lines"]
    return len(lines) == len(written) and all(
        line[name] == given[name] for line, given in zip(lines, written, strict=True) for name in line_fields
    )


def _resolved(references: Mapping[str, str], content: Json, resolve: Resolve) -> dict[str, str]:
    return {name: resolve(kind, content[name]) for name, kind in references.items() if content.get(name)}
