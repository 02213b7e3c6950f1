"""Puts a request's body into the object that is answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sandbox.conductor.amounts import money_text, rate_text
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import bad_reference, invalid_value, object_not_found
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import Shape
from sandbox.conductor.targets import TRANSACTIONS, singular, targets

NEW = "-1"


class Filler:
    """Fills answered objects from bodies: names become keys, ids become references."""

    def __init__(self, file: CompanyFile) -> None:
        self._file = file
        # While objects are loaded, what is inside them keeps the id it comes with.
        self.keep_ids = False

    def fill(self, shown: Values, shape: Shape, body: Values, kinds: dict[str, Any], resource: str) -> None:
        """Put each value of `body` where the answer shows it; what is never shown is passed over.

        Raises:
            Refusal: a reference to what does not exist, or to what is inactive.
        """
        for key, value in body.items():
            if key in shape.fields:
                shown[key] = self._value(shown.get(key), shape, key, value, kinds.get(key), resource)
            elif key.endswith("Id") and key[:-2] in shape.fields:
                field = key[:-2]
                shown[field] = self.reference(field, value, resource, current=shown.get(field))
            elif key.endswith("Ids") and key[:-3] + "s" in shape.fields:
                shown[key[:-3] + "s"] = [self.reference(key[:-3], one, resource) for one in value]

    def reference(self, field: str, object_id: str | None, resource: str, current: Values | None = None) -> Any:
        """What a field refers to; None clears it."""
        if object_id is None:
            return None
        if current is not None and current["id"] == object_id:
            return current
        lists = targets(field, resource)
        found = self._file.find(object_id, lists)
        if found is None:
            kind = singular(lists[0]).title().replace(" ", "") if lists else field
            raise bad_reference(kind, object_id, singular(resource).title().replace(" ", ""))
        self._refuse_inactive(found, field, resource)
        return found.ref

    @staticmethod
    def _refuse_inactive(found: Record, field: str, resource: str) -> None:
        if resource in TRANSACTIONS and found.shown.get("isActive") is False:
            why = f"{found.label} is inactive. Make it active, or choose another, and try again."
            raise invalid_value(f"{field[0].upper()}{field[1:]}Ref", found.label, why)

    def _value(self, old: Any, shape: Shape, key: str, value: Any, kind: Any, resource: str) -> Any:
        inner, field_kind = shape.inner(key), shape.fields[key]
        if str(field_kind).startswith("ref") and value is not None:
            return self._known(key, value, resource)
        if field_kind == ["ref"]:
            return [self._known(key.removesuffix("s"), one, resource) for one in value]
        if key == "barcode" and isinstance(value, dict):
            return value.get("value")
        if inner is None:
            return written(value, kind)
        if isinstance(value, list):
            kinds = kind[0]["fields"] if isinstance(kind, list) else {}
            known = {one["id"]: one for one in old or () if "id" in one}
            return [self._one(inner, one, kinds, resource, known) for one in value]
        if value is None:
            return None
        filled = dict(old) if old else inner.blank()
        self.fill(filled, inner, value, kind["fields"] if isinstance(kind, dict) else {}, resource)
        return filled if any(one is not None for one in filled.values()) else None

    def started(self, inner: Shape, given: Any, known: Values) -> Values:
        """The part of an object with this id to change, or a new one for none and for `-1`.

        Raises:
            Refusal: no part has this id.
        """
        if given in known:
            return dict(known[given])
        if given not in (None, NEW) and not self.keep_ids:
            raise object_not_found(str(given))
        fresh: Any = self._file.new_id(of_list=False)
        if inner.fields["id"] == "number":
            fresh = known["last"] = known.get("last", len(known)) + 1
        return inner.blank() | {"id": fresh if given in (None, NEW) else given}

    def _known(self, field: str, value: Values, resource: str) -> Values:
        """An answered reference, by its id or its full name."""
        if value.get("id"):
            found = self._file.refs.get(value["id"])
        else:
            named = (self._file.by_name(one, str(value["fullName"])) for one in targets(field, resource))
            found = next((one.ref for one in named if one), None)
        if found is None:
            raise bad_reference(field, str(value.get("id") or value.get("fullName")), singular(resource))
        return found

    def _one(self, inner: Shape, value: Values, kinds: dict[str, Any], resource: str, known: Values) -> Values:
        made = inner.blank()
        if "id" in inner.fields:
            made = self.started(inner, value.get("id"), known)
        self.fill(made, inner, {key: one for key, one in value.items() if key != "id"}, kinds, resource)
        if "createdAt" in inner.fields and not made["createdAt"]:
            now = self._file.pc.epoch()
            made |= {"createdAt": self._file.pc.text(now), "updatedAt": self._file.pc.text(now)}
            made["revisionNumber"] = str(now)
        if inner.name == "qbd_custom_field":
            made["type"] = made["type"] or "string_255_type"
            made["value"] = made["value"] or ""
        return made


def written(value: Any, kind: Any) -> Any:
    """A number in a text, as QuickBooks writes it."""
    if not isinstance(value, str):
        return value
    if kind == "money":
        return money_text(Decimal(value))
    return rate_text(Decimal(value)) if kind in ("rate", "decimal") else value
