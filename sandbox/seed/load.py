"""Put the seed into MongoDB and InvenTree, once: what is there is left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pymongo
import requests

from sandbox.seed.inventree_objects import COMPANIES, PARTS, earlier_lines, earlier_order
from sandbox.seed.raw_data import documents

DATABASE, COLLECTION = "accordant_demo", "raw_data"
_TIMEOUT = 30


@dataclass(frozen=True)
class Loaded:
    """How much was added now."""

    documents: int
    objects: int


def load(mongo_uri: str, inventree_url: str, token: str) -> Loaded:
    """Load both sides."""
    return Loaded(load_mongo(mongo_uri), load_inventree(inventree_url, token))


def load_mongo(uri: str, database: str = DATABASE, collection: str = COLLECTION) -> int:
    """Add the documents whose `_id` is absent; how many."""
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        target = client[database].get_collection(collection, write_concern=pymongo.WriteConcern(w=1, j=True))
        there = {row["_id"] for row in target.find({}, {"_id": 1})}
        absent = [seed.content for seed in documents() if seed.content["_id"] not in there]
        if absent:
            target.insert_many(absent)
    return len(absent)


def load_inventree(base_url: str, token: str) -> int:
    """Add the objects whose name, or marker, is absent; how many, lines included."""
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Token {token}"
        loader = _Loader(session, base_url.rstrip("/"))
        companies = [loader.ensure("/api/company/", company) for company in COMPANIES]
        parts = [loader.ensure("/api/part/", part) for part in PARTS]
        loader.ensure_order(companies[0], parts[:2])
        return loader.added


class _Loader:
    def __init__(self, session: requests.Session, base_url: str) -> None:
        self._session, self._base = session, base_url
        self.added = 0

    def ensure(self, path: str, body: dict[str, Any]) -> int:
        for found in self._get(path):
            if found["name"] == body["name"]:
                return int(found["pk"])
        return self._post(path, body)

    def ensure_order(self, customer: int, parts: list[int]) -> None:
        order = earlier_order(customer)
        found = [row for row in self._get("/api/order/so/") if row["description"] == order["description"]]
        pk = found[0]["pk"] if found else self._post("/api/order/so/", order)
        # A load that died between the two finds its order without lines.
        if not found or not found[0]["line_items"]:
            for line in earlier_lines(pk, parts):
                self._post("/api/order/so-line/", line)

    def _get(self, path: str) -> list[dict[str, Any]]:
        answer = self._session.get(self._base + path, timeout=_TIMEOUT)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()
        return found

    def _post(self, path: str, body: dict[str, Any]) -> int:
        answer = self._session.post(self._base + path, json=body, timeout=_TIMEOUT)
        if answer.status_code != 201:
            raise RuntimeError(f"POST {path} {body}: {answer.status_code} {answer.text[:300]}")
        self.added += 1
        return int(answer.json()["pk"])
