"""Calls of the API: which path does what, and in which order it is looked at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.company_info import company_info, end_user
from sandbox.conductor.errors import invalid, key_refused, missing, no_path, object_not_found, stale
from sandbox.conductor.list_objects import ListObjects
from sandbox.conductor.listing import Listing
from sandbox.conductor.queries import Pairs
from sandbox.conductor.record import Values
from sandbox.conductor.schema import ANSWERS, RESOURCES, body_check
from sandbox.conductor.settings import Settings
from sandbox.conductor.targets import TRANSACTIONS, singular
from sandbox.conductor.texts import stored_deep
from sandbox.conductor.transactions import Transactions

# In process the beginning may be left out.
PATH = re.compile(r"(?:/v1)?(?:/quickbooks-desktop)?/([a-z-]+)(?:/([^/]+))?(?:/(void|merge|pay))?/?")
_WHOLE = re.compile(r"/v1/(quickbooks-desktop/|end-users(/|$))")


@dataclass(frozen=True)
class Calls:
    """Answers calls, or refuses them."""

    file: CompanyFile
    settings: Settings
    lists: ListObjects
    transactions: Transactions
    listing: Listing

    def admit(self, path: str, headers: Mapping[str, str]) -> None:
        """Look at the key and at the end user of a call.

        Raises:
            Refusal: one is missing or wrong, or nothing is served there.
        """
        meta = self.file.meta
        known = {name.lower(): value for name, value in headers.items()}
        if known.get("authorization") != f"Bearer {meta['secret_key']}":
            raise key_refused()
        if not _WHOLE.match(path):
            raise no_path("", path)
        if "/quickbooks-desktop/" in path:
            given = known.get("conductor-end-user-id")
            if not given:
                raise invalid('Invalid input: expected string, received undefined at "Conductor-End-User-Id"')
            if given != meta["end_user_id"]:
                raise missing("end-user", given)

    def answer(self, method: str, path: str, query: Pairs, body: Any) -> Any:
        """What one call is answered.

        Raises:
            Refusal: it is refused.
        """
        match = PATH.fullmatch(path)
        if match is None or match[3] in ("merge", "pay"):
            raise no_path(method, path)
        resource, object_id, action = match.groups()
        if method == "GET" and action is None:
            return self._read(path, resource, object_id, query)
        if resource not in RESOURCES or _operation(method, object_id, action) not in RESOURCES[resource]["methods"]:
            raise no_path(method, path)
        for name, _ in query:
            raise invalid(f'Unrecognized query parameter: "{name}"')
        if object_id is None:
            return self._create(resource, body)
        return self._change(method, resource, object_id, action, body)

    def _read(self, path: str, resource: str, object_id: str | None, query: Pairs) -> Any:
        if resource == "end-users":
            return end_user(self.file, self.settings, object_id)
        if object_id is not None and resource in RESOURCES:
            found = self.file.find(object_id, (resource,))
            if found is None:
                raise missing(singular(resource), object_id)
            return self.listing.one(found)
        if object_id is not None:
            raise no_path("GET", path)
        if resource == "health-check":
            return {"status": "ok", "duration": 12}
        if resource == "company":
            return company_info(self.settings.company_name)
        if resource in ANSWERS:
            return self.listing.deletions(resource, query)
        if resource not in RESOURCES:
            raise no_path("GET", path)
        return self.listing.page(resource, query)

    def _create(self, resource: str, body: Any) -> Values:
        body_check(resource, "create")(body, "")
        cleaned = stored_deep(body, self.settings)
        if resource in TRANSACTIONS:
            return self.listing.one(self.transactions.create(resource, cleaned))
        record = self.lists.create(resource, cleaned)
        if record.shown.get("quantityOnHand"):
            self.transactions.stock.enter_first(record)
        return self.listing.one(record)

    def _change(self, method: str, resource: str, object_id: str, action: str | None, body: Any) -> Values:
        found = self.file.find(object_id, (resource,))
        if method == "POST" and action is None:
            body_check(resource, "update")(body, "")
        if found is None:
            raise object_not_found(object_id)
        shown = found.shown
        told = {"id": found.id, "objectType": shown["objectType"], "refNumber": shown.get("refNumber")}
        if method == "DELETE":
            self.transactions.delete(found)
            return told | {"deleted": True}
        if action == "void":
            self.transactions.void(found)
            return told | {key: found.shown[key] for key in ("createdAt", "updatedAt")} | {"voided": True}
        if body["revisionNumber"] != shown["revisionNumber"]:
            raise stale(body["revisionNumber"])
        changer = self.transactions if resource in TRANSACTIONS else self.lists
        changer.update(found, stored_deep(body, self.settings))
        return self.listing.one(found)


def _operation(method: str, object_id: str | None, action: str | None) -> str:
    if action is not None:
        return action if method == "POST" and object_id else ""
    if object_id is None:
        return {"POST": "create"}.get(method, "")
    return {"POST": "update", "DELETE": "delete"}.get(method, "")
