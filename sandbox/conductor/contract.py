"""Makes `schema.json` out of the vendor's OpenAPI: `python -m sandbox.conductor.contract OPENAPI.json`.

The sandbox itself reads only `schema.json`. A type is a word (`string41`, `money`, `ref`; a `?` at
its end means null is possible), a list `[type]`, or an object with `fields` and `required`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

PREFIX = "/quickbooks-desktop/"
RESOURCES = (
    "accounts",
    "currencies",
    "customer-types",
    "customers",
    "date-driven-terms",
    "discount-items",
    "inventory-adjustments",
    "inventory-assembly-items",
    "inventory-items",
    "inventory-sites",
    "invoices",
    "item-receipts",
    "item-sites",
    "non-inventory-items",
    "payment-methods",
    "price-levels",
    "purchase-orders",
    "sales-orders",
    "sales-representatives",
    "sales-tax-codes",
    "sales-tax-items",
    "service-items",
    "standard-terms",
    "unit-of-measure-sets",
    "vendors",
)
READ_ONLY = ("company", "deleted-list-objects", "deleted-transactions")

_STAMPS = {"createdAt": "string", "updatedAt": "string", "revisionNumber": "string"}
_STATUS = "enum(active,all,inactive)"
# Resources that this excerpt of the contract leaves out, from the vendor's documents and client package.
_MISSING: dict[str, dict[str, Any]] = {
    "date-driven-terms": {
        "methods": ["list", "retrieve"],
        "query": {
            "ids": ["string"],
            "names": ["string"],
            "limit": "integer(1,)",
            "status": _STATUS,
            **{
                name: "string"
                for name in (
                    "updatedAfter",
                    "updatedBefore",
                    "nameContains",
                    "nameStartsWith",
                    "nameEndsWith",
                    "nameFrom",
                    "nameTo",
                )
            },
        },
        "objectType": "qbd_date_driven_term",
    },
    "item-sites": {
        "methods": ["list", "retrieve"],
        "query": {
            "ids": ["string"],
            "itemType": "enum(all_except_fixed_asset,assembly,discount,fixed_asset,inventory,inventory_and_assembly,"
            "non_inventory,other_charge,payment,sales,sales_tax,service)",
            "itemIds": ["string"],
            "siteIds": ["string"],
            "limit": "integer(1,150)",
            "cursor": "string",
            "status": _STATUS,
        },
        "objectType": "qbd_item_site",
    },
}
_MISSING_OBJECTS: dict[str, dict[str, Any]] = {
    "qbd_date_driven_term": {
        "id": "string",
        "objectType": "const(qbd_date_driven_term)",
        **_STAMPS,
        "name": "string",
        "isActive": "boolean",
        "dueDayOfMonth": "number",
        "gracePeriodDays": "number?",
        "discountDayOfMonth": "number?",
        "discountPercentage": "string?",
    },
    "qbd_item_site": {
        "id": "string",
        "objectType": "const(qbd_item_site)",
        **_STAMPS,
        **dict.fromkeys(("inventoryAssemblyItem", "inventoryItem", "inventorySite", "inventorySiteLocation"), "ref?"),
        **dict.fromkeys(
            (
                "reorderLevel",
                "quantityOnHand",
                "quantityOnPurchaseOrders",
                "quantityOnSalesOrders",
                "quantityToBeBuiltByPendingBuildTransactions",
                "quantityRequiredByPendingBuildTransactions",
                "quantityOnPendingTransfers",
                "assemblyBuildPoint",
            ),
            "number?",
        ),
    },
}
_PERCENTS = {
    "ratePercent",
    "discountRatePercent",
    "fixedPercentage",
    "taxRate",
    "pricePercentage",
    "customPricePercent",
}


def compact(specification: dict[str, Any]) -> dict[str, Any]:
    """The field tables of our resources."""
    maker = _Maker(specification)
    resources = {name: maker.resource(name) for name in RESOURCES}
    answers = {name: maker.answer(name) for name in READ_ONLY}
    maker.object("end_user")
    return {"resources": resources, "answers": answers, "objects": maker.objects}


class _Maker:
    def __init__(self, specification: dict[str, Any]) -> None:
        self._paths, self._schemas = specification["paths"], specification["components"]["schemas"]
        self.objects: dict[str, dict[str, Any]] = {}

    def resource(self, name: str) -> dict[str, Any]:
        if name in _MISSING:
            missing = _MISSING[name]
            self.objects[missing["objectType"]] = _MISSING_OBJECTS[missing["objectType"]]
            return missing
        many, one = self._paths[PREFIX + name], self._paths[PREFIX + name + "/{id}"]
        found: dict[str, Any] = {"methods": ["list", "retrieve"], "query": self._query(many["get"])}
        for method, operation in (("create", many.get("post")), ("update", one.get("post"))):
            if operation:
                found["methods"].append(method)
                found[method] = self.type(operation["requestBody"]["content"]["application/json"]["schema"], "")
        found["methods"] += ["delete"] if "delete" in one else []
        found["methods"] += ["void"] if PREFIX + name + "/{id}/void" in self._paths else []
        found["objectType"] = self._answered(one["get"])
        return found

    def answer(self, name: str) -> dict[str, Any]:
        operation = self._paths[PREFIX + name]["get"]
        return {"query": self._query(operation), "objectType": self._answered(operation)}

    def _query(self, operation: dict[str, Any]) -> dict[str, Any]:
        given = [one for one in operation["parameters"] if one["in"] == "query"]
        return {one["name"]: self.type(one["schema"], one["name"]) for one in given}

    def _answered(self, operation: dict[str, Any]) -> str:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        if "$ref" not in schema:
            schema = schema["properties"]["data"]["items"]
        name: str = schema["$ref"].rsplit("/", 1)[-1]
        self.object(name)
        return name

    def object(self, name: str) -> None:
        if name not in self.objects:
            self.objects[name] = {}
            fields = self._schemas[name]["properties"]
            self.objects[name] = {field: self.type(schema, field) for field, schema in fields.items()}

    def type(self, schema: dict[str, Any], name: str) -> Any:
        if "anyOf" in schema:
            inner = next(one for one in schema["anyOf"] if one.get("type") != "null")
            found = self.type(inner, name)
            return found + "?" if isinstance(found, str) else found
        if "$ref" in schema:
            target = schema["$ref"].rsplit("/", 1)[-1]
            self.object(target)
            return f"object({target})"
        if schema["type"] == "array":
            return [self.type(schema["items"], name)]
        if schema["type"] == "object":
            return self._object_type(schema)
        return _word(schema, name)

    def _object_type(self, schema: dict[str, Any]) -> Any:
        fields = schema.get("properties", {})
        if set(fields) == {"id", "fullName"}:
            return "ref"
        made = {"fields": {name: self.type(one, name) for name, one in fields.items()}}
        return made | ({"required": schema["required"]} if schema.get("required") else {})


def _word(schema: dict[str, Any], name: str) -> str:
    if "const" in schema:
        return f"const({schema['const']})"
    if "enum" in schema:
        return f"enum({','.join(schema['enum'])})"
    if schema["type"] != "string":
        bounds = f"({schema.get('minimum', '')},{schema.get('maximum', '')})" if "minimum" in schema else ""
        return str(schema["type"]) + bounds
    if schema.get("format"):
        return str(schema["format"])
    return _text(schema.get("description", ""), name) or f"string{schema.get('maxLength', '')}"


def _text(description: str, name: str) -> str | None:
    """The kind of number that a text holds."""
    if "exactly 2 decimal places" in description:
        return "money"
    if "up to 5 decimal places" in description:
        return "rate"
    return "decimal" if name in _PERCENTS or re.search("decimal string", description) else None


def written(tables: dict[str, dict[str, Any]]) -> str:
    """The tables as JSON text, one entry a line."""
    parts = []
    for name, table in tables.items():
        entries = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in table.items())
        parts.append(f"{json.dumps(name)}: {{\n{entries}\n}}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    source = json.loads(Path(sys.argv[1]).read_text())
    Path(__file__).with_name("schema.json").write_text(written(compact(source)))
