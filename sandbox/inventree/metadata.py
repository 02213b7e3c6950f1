"""Metadata: free JSON on any object; it can be read and changed, never searched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.errors import Refusal, bare_list, server_error
from sandbox.inventree.resource import Resource


class Metadata:
    """`/api/metadata/{model}/{pk}/`."""

    def __init__(self, resources: Mapping[str, Resource]) -> None:
        self._resources = resources

    def answer(self, ask: Ask, model: str, pk: int) -> Answer:
        """GET reads, PATCH merges the top-level keys, PUT replaces."""
        resource = self._resources.get(model)
        if resource is None:
            raise bare_list(f"Model {model} not found")
        row = resource.find(pk)
        kept: dict[str, Any] = json.loads(row["metadata"])
        if ask.method == "GET":
            return Answer(200, {"metadata": kept})
        given = ask.data.get("metadata") if isinstance(ask.data, dict) else ask.data
        if not isinstance(given, dict):
            raise server_error("AttributeError", ask.path)
        after = given if ask.method == "PUT" else kept | given
        resource.store.update(resource.table, pk, {"metadata": json.dumps(after)})
        return Answer(200, {"metadata": after})


def old_path(ask: Ask, model: str, pk: int) -> Answer:
    """`/api/company/{pk}/metadata/`: moved for reading, refused for writing."""
    if ask.method != "GET":
        raise Refusal(403, {"detail": "CSRF verification failed. Request aborted."})
    return Answer(301, None, {"Location": f"/api/metadata/{model}/{pk}/"})
