"""References by `value`; their `name` is only decoration, and is filled in."""

from __future__ import annotations

from sandbox.quickbooks_online.books import Books
from sandbox.quickbooks_online.errors import bad_reference, not_found, required
from sandbox.quickbooks_online.record import Record, Values


def referred(books: Books, kind: str, values: Values, name: str, *, kept: Record | None = None) -> Record | None:
    """What the property `name` of `values` refers to; None when it is not there.

    Args:
        kept: an object that may stay although it has become inactive.

    Raises:
        Refusal: 2500 for what does not exist, 610 for what is inactive.
    """
    ref = values.get(name)
    if ref is None:
        return None
    if not ref.get("value"):
        raise required(f"{name}.value")
    found = books.find(kind, ref["value"])
    if found is None:
        raise bad_reference("Names" if kind == "Customer" else f"{kind}s", ref["value"])
    if not found.active and found is not kept:
        raise not_found()
    values[name] = {"value": found.id, "name": found.key}
    return found


def check_tax_code(books: Books, values: Values, name: str) -> str | None:
    """The tax code in the property `name`.

    Raises:
        Refusal: 2500, it is neither TAX nor NON nor a code of the company.
    """
    ref = values.get(name)
    if ref is None:
        return None
    code = str(ref.get("value", ""))
    if books.find("TaxCode", code) is None:
        raise bad_reference("TaxCode", code)
    values[name] = {"value": code}
    return code
