"""Tags: one spelling for all objects, the first that was used."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sandbox.inventree.errors import FieldError
from sandbox.inventree.store import Store


def clean_tags(value: Any) -> list[str]:
    """The tags of a body: a list of texts, or the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value or "[]")
        except ValueError as error:
            raise FieldError("Invalid json list. A tag list submitted in string form must be valid json.") from error
    if not isinstance(value, list):
        raise FieldError(f'Expected a list of items but got type "{type(value).__name__}".')
    if not all(isinstance(tag, str) for tag in value):
        raise FieldError("All list items must be of string type.")
    return [tag.strip() for tag in value if tag.strip()]


def set_tags(store: Store, model: str, pk: int, tags: Sequence[str]) -> None:
    """Replace the tags of one object."""
    store.execute("DELETE FROM tagged WHERE model = ? AND pk = ?", (model, pk))
    for tag in tags:
        store.execute("INSERT OR IGNORE INTO tag (name) VALUES (?)", (tag,))
        store.execute(
            "INSERT OR IGNORE INTO tagged (model, pk, tag) SELECT ?, ?, id FROM tag WHERE name = ?",
            (model, pk, tag),
        )


def tags_of(store: Store, model: str, pks: Sequence[int]) -> dict[int, list[str]]:
    """The tags of several objects."""
    found: dict[int, list[str]] = {pk: [] for pk in pks}
    for start in range(0, len(pks), 500):
        chunk = pks[start : start + 500]
        marks = ",".join("?" * len(chunk))
        sql = (
            "SELECT g.pk, tag.name FROM tagged g JOIN tag ON tag.id = g.tag "  # noqa: S608
            f"WHERE g.model = ? AND g.pk IN ({marks}) ORDER BY tag.name"
        )
        for row in store.rows(sql, (model, *chunk)):
            found[row["pk"]].append(row["name"])
    return found
