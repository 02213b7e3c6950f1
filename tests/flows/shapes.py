"""Whatever a JSON or BSON document may hold, and small well-formed documents, for Hypothesis."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from bson import Binary, Code, Decimal128, Int64, MaxKey, MinKey, ObjectId, Regex, Timestamp
from hypothesis import strategies as st

FIELDS = ["id", "serie", "numar", "denumire_client", "cod_unic_client", "data_emitere", "articole", "data"]
ARTICLE_FIELDS = ["nume_produs", "cod_conta_produs", "cantitate", "pret_unitar", "detalii"]

_BSON = st.sampled_from([
    ObjectId("65f0a1b2c3d4e5f601234567"), Decimal128("3.50"), Decimal128("NaN"), Decimal128("-Infinity"),
    Decimal128("9.999999999999999999999999999999999E+6144"), Decimal128("1E-6176"), Int64(2**63 - 1),
    Binary(b"\x00\xff", 0), Code("x = 1"), Regex("^a", "i"), re.compile("a"), Timestamp(1, 1), MaxKey(), MinKey(),
    datetime(2025, 11, 20, tzinfo=UTC), datetime(1, 1, 1), UUID(int=7), b"\x00\xff",  # noqa: DTZ001
])  # fmt: skip
_TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", " ", "\u200b\ufeff", "3,5", "1e5", "NaN", "-0", "2025-13-40", "\\u0000", "a\x00b", "\t\n", "<b>x</b>"]
)
_SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | st.datetimes() | st.dates()
    | st.binary(max_size=8) | _TEXTS | _BSON
)  # fmt: skip

ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(FIELDS + ARTICLE_FIELDS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)


def _with(fields: list[str], value: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=dict.fromkeys(fields, value))


ARTICLES = st.lists(ANYTHING | _with(ARTICLE_FIELDS, ANYTHING), max_size=4)
INVOICES = st.builds(
    lambda fields, articles: fields | {"articole": articles}, _with(FIELDS[:-2], ANYTHING), ARTICLES | ANYTHING
)
DOCUMENTS = st.builds(
    lambda number, data: {"_id": f"d{number}"} | data,
    st.integers(0, 9),
    _with(["data"], ANYTHING | INVOICES | st.lists(INVOICES, max_size=3)),
)

PRODUCTS = st.sampled_from(["Hârtie A4", "HÂRTIE A4", "  hârtie   a4 ", "Cerneală", "Toner", "Straße", "STRASSE"])


def article(name: object = "Hârtie A4", quantity: object = 3, price: object = 21.5, **fields: object) -> dict[str, Any]:
    """One good article."""
    return {
        "nume_produs": name, "cod_conta_produs": None, "cantitate": quantity, "pret_unitar": price, "detalii": "",
        **fields,
    }  # fmt: skip


def invoice(*articles: Any, **fields: Any) -> dict[str, Any]:
    """One good invoice."""
    return {
        "id": "i1", "serie": "ACC", "numar": "17", "denumire_client": "Papirus SRL", "cod_unic_client": "RO18547290",
        "data_emitere": "2025-11-20T00:00:00", "articole": list(articles or [article()]), **fields,
    }  # fmt: skip


def document(*invoices: Any, _id: str = "d1") -> dict[str, Any]:
    """One document of invoices."""
    return {"_id": _id, "data": list(invoices or [invoice()])}
