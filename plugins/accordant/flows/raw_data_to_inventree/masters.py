"""Deciding on customers and parts: found and linked, or created. They are never changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from accordant.flows.base import Row, View
from accordant.flows.raw_data_to_inventree.records import CUSTOMERS, PARTS, Customer, Part
from accordant.sync.matching import Directory
from accordant.sync.operations import Action, Operation, Severity
from accordant.sync.text import folded

NAME_LENGTH = 100  # InvenTree, company and part


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a customer or part cannot be used, for every record that refers to it."""

    severity: Severity
    code: str
    sentence: str


@dataclass
class Masters:
    """Decides on the customers and parts of one run, and remembers those that cannot be used."""

    view: View
    customers: dict[str, Unusable] = field(default_factory=dict)
    parts: dict[str, Unusable] = field(default_factory=dict)

    def decide(self) -> Iterator[Operation]:
        """Yield the operations on customers, then on parts, each in order of the keys."""
        yield from self._decide_customers()
        yield from self._decide_parts()

    def _decide_customers(self) -> Iterator[Operation]:
        theirs = _theirs(self.view, "customer")
        bound = self.view.bound_ids("customer", [row["remote_id"] for row in theirs])
        known = Directory(
            theirs, tax_id=lambda row: row["content"]["tax_id"], name=lambda row: row["content"]["name_key"]
        )
        needed = [row for rows in self.view.rows("customers") for row in rows]
        rivals = Directory(needed, name=lambda row: folded(row["name"]))
        taken: set[str] = set()
        for row in needed:
            decision = _decide_customer(row, known, bound, rivals, taken)
            if isinstance(decision, Unusable):
                self.customers[row["key"]] = decision
            else:
                yield decision

    def _decide_parts(self) -> Iterator[Operation]:
        theirs = _theirs(self.view, "part")
        known = Directory(theirs, name=lambda row: row["key"])
        for rows in self.view.rows("parts"):
            for row in rows:
                decision = _decide_part(row, known.by("name", row["key"]))
                if isinstance(decision, Unusable):
                    self.parts[row["key"]] = decision
                else:
                    yield decision


def _theirs(view: View, object_type: str) -> list[Row]:
    return [row for rows in view.rows("theirs", object_type=object_type) for row in rows]


def _decide_customer(
    row: Row, known: Directory[Row], bound: dict[str, str], rivals: Directory[Row], taken: set[str]
) -> Operation | Unusable:
    """Match by tax id, then by name; a company with another tax id is another company."""
    by_tax = known.by("tax_id", row["tax_id"])
    by_name = known.by("name", folded(row["name"]))
    matches = by_tax or [
        company for company in by_name
        if company["remote_id"] not in bound and (not row["tax_id"] or not company["content"]["tax_id"])
    ]  # fmt: skip
    if len(matches) > 1 or (matches and not by_tax and len(rivals.by("name", folded(row["name"]))) > 1):
        return _several("companies", row["name"], matches)
    if not matches:
        return _new_customer(row, bool(by_name), taken)
    company = matches[0]
    if not company["content"]["is_customer"]:
        sentence = f"Company {company['content']['name']!r} (id {company['remote_id']}) is not marked as customer."
        return Unusable(Severity.REFUSED, "COMPANY_NOT_CUSTOMER", sentence)
    if (owner := bound.get(company["remote_id"])) is not None:
        sentence = f"Company {company['content']['name']!r} (id {company['remote_id']}) is agreed with {owner} already."
        return Unusable(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
    rule = "the tax id is equal" if by_tax else "the name is equal"
    return _link(CUSTOMERS, Customer(key=row["key"], name=row["name"], tax_id=row["tax_id"]), company, rule, row)


def _new_customer(row: Row, name_exists: bool, taken: set[str]) -> Operation | Unusable:
    """Create a company; its tax id goes into the name where another company has the same name.

    InvenTree keeps (name, email) unique, and two companies with one name and two tax ids stay two.
    """
    name = row["name"]
    rule = "no company has this tax id or name"
    if name_exists or folded(name) in taken:
        name = f"{name} ({row['tax_id'] or 'fara CUI'})"
        rule = "another company has this name: the tax id makes it distinct"
    if len(name) > NAME_LENGTH:
        sentence = f"The name {name!r}, made distinct by its tax id, has more than {NAME_LENGTH} characters."
        return Unusable(Severity.REFUSED, "CUSTOMER_NAME_INVALID", sentence)
    taken.add(folded(name))
    customer = Customer(key=row["key"], name=name, tax_id=row["tax_id"])
    return Operation(
        CUSTOMERS,
        row["key"],
        "customer",
        row["key"],
        Action.CREATE,
        rule,
        customer.content(),
        source=row["source"],
    )


def _decide_part(row: Row, matches: list[Row]) -> Operation | Unusable:
    """Match by exact name, never by a likeness; where several have it, the one with our code."""
    if len(matches) > 1:
        with_code = [part for part in matches if row["code"] and folded(part["content"]["ipn"]) == folded(row["code"])]
        if len(with_code) != 1:
            return _several("parts", row["name"], matches)
        matches = with_code
    record = Part(key=row["key"], name=row["name"], ipn=row["code"] or "")
    if not matches:
        return Operation(
            PARTS, row["key"], "part", row["key"], Action.CREATE, "no part has this name", record.content(),
            source=row["source"],
        )  # fmt: skip
    part = matches[0]
    named = f"Part {part['content']['name']!r} (id {part['remote_id']})"
    if not part["content"]["active"]:
        return Unusable(Severity.REFUSED, "PART_INACTIVE", f"{named} is inactive.")
    if not part["content"]["salable"]:
        return Unusable(Severity.REFUSED, "PART_NOT_SALABLE", f"{named} is not salable.")
    return _link(PARTS, record, part, "the name is equal", row)


def _link(phase: int, record: Customer | Part, found: Row, rule: str, row: Row) -> Operation:
    return Operation(
        phase, record.key, record.object_type, record.key, Action.LINK, rule, record.content(),
        before=found["content"], remote_id=found["remote_id"], source=row["source"],
    )  # fmt: skip


def _several(kind: str, name: str, matches: list[Row]) -> Unusable:
    ids = ", ".join(match["remote_id"] for match in matches)
    sentence = f"InvenTree has {len(matches)} {kind} that may be {name!r} (ids {ids})."
    if len(matches) == 1:
        sentence = f"Several customers named {name!r} may be the one company with that name (id {ids})."
    return Unusable(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
