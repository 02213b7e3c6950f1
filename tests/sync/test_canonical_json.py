"""The fast ways to canonical JSON and to its hash give what the slow one gives."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accordant.sync.records import JsonObject, canonical_json, content_hash, plain_hash

TEXTS = st.text(alphabet=st.characters())  # with halves of surrogate pairs
LEAVES = TEXTS | st.booleans() | st.none() | st.integers()
NESTED = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner), max_leaves=20)
CONTENTS = st.dictionaries(TEXTS, NESTED, max_size=8)


@given(CONTENTS)
def test_the_text_is_that_of_the_standard_library(content: JsonObject) -> None:
    assert canonical_json(content) == json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@given(CONTENTS)
def test_a_hash_is_the_same_on_both_ways(content: JsonObject) -> None:
    slow = hashlib.sha256(canonical_json(content).encode("utf-8", "surrogatepass")).hexdigest()
    assert plain_hash(content) == content_hash(content) == slow


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, '"1.0"'), (float("nan"), '"nan"'), (Decimal("1.50"), '"1.5"'), (date(2026, 3, 2), '"2026-03-02"'),
        (datetime(2026, 3, 2, 8, tzinfo=UTC), '"2026-03-02T08:00:00+00:00"'), ((1, 2), "[1,2]"), ({1: 2}, '{"1":2}'),
    ],
)  # fmt: skip
def test_what_json_lacks_is_written_as_text_wherever_it_stands(value: Any, text: str) -> None:
    assert canonical_json({"a": value}) == '{"a":' + text + "}"
    assert canonical_json({"a": [{"b": value}]}) == '{"a":[{"b":' + text + "}]}"
    assert canonical_json([value]) == f"[{text}]"
