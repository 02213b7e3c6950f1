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
    linked: dict[tuple[str, str], str] = field(default_factory=dict)  # (object type, key) -> remote id

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
        taken = {row["content"]["name_key"] for row in theirs}
        claimed = {id_: key for id_, key in bound.items() if key.startswith("tax:")}
        for row in sorted(needed, key=lambda row: not row["tax_id"]):  # a tax id claims its company first
            for company in known.by("tax_id", row["tax_id"]):
                claimed.setdefault(company["remote_id"], row["key"])
        for row in needed:
            decision = _decide_customer(row, known, claimed, rivals, taken)
            if isinstance(decision, Unusable):
                self.customers[row["key"]] = decision
            else:
                self._note(decision)
                if row["tax_id"] and decision.remote_id:
                    claimed[decision.remote_id] = row["key"]
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
                    self._note(decision)
                    yield decision

    def _note(self, decision: Operation) -> None:
        if decision.action is Action.LINK:
            self.linked[decision.object_type, decision.key] = decision.remote_id


def _theirs(view: View, object_type: str) -> list[Row]:
    return [row for rows in view.rows("theirs", object_type=object_type) for row in rows]


def _decide_customer(
    row: Row, known: Directory[Row], claimed: dict[str, str], rivals: Directory[Row], taken: set[str]
) -> Operation | Unusable:
    """Match by tax id, then by name; a company with another tax id is another company.

    `claimed` are companies that a tax id of ours stands for: another tax id of ours never links them. Without
    a tax id, the one company of that name is it, whoever else it stands for.
    """
    by_tax = known.by("tax_id", row["tax_id"])
    by_name = known.by("name", folded(row["name"]))
    matches = by_tax or [company for company in by_name if not row["tax_id"] or _is_free(company, row, claimed)]
    several_of_ours = (
        row["tax_id"] and len([one for one in rivals.by("name", folded(row["name"])) if one["tax_id"]]) > 1
    )
    if len(matches) > 1 or (matches and not by_tax and several_of_ours):
        return _several("companies", row["name"], matches)
    if not matches:
        return _new_customer(row, taken)
    company = matches[0]
    if not company["content"]["is_customer"]:
        sentence = f"Company {company['content']['name']!r} (id {company['remote_id']}) is not marked as customer."
        return Unusable(Severity.REFUSED, "COMPANY_NOT_CUSTOMER", sentence)
    rule = "the tax id is equal" if by_tax else "the name is equal"
    return _link(CUSTOMERS, Customer(key=row["key"], name=row["name"], tax_id=row["tax_id"]), company, rule, row)


def _is_free(company: Row, row: Row, claimed: dict[str, str]) -> bool:
    """Tell whether a company of that name has no tax id, there or by what we agreed, but this one."""
    owner = claimed.get(company["remote_id"], row["key"])
    return not company["content"]["tax_id"] and owner == row["key"]


def _new_customer(row: Row, taken: set[str]) -> Operation | Unusable:
    """Create a company; its tax id goes into the name where another company has the same name.

    InvenTree keeps (name, email) unique, and two companies with one name and two tax ids stay two.
    """
    name = row["name"]
    rule = "no company has this tax id or name"
    if folded(name) in taken:
        name = f"{name} ({row['tax_id'] or 'fara CUI'})"
        rule = "another company has this name: the tax id makes it distinct"
    if folded(name) in taken:
        sentence = f"InvenTree has companies named {row['name']!r} and {name!r}, neither with this tax id."
        return Unusable(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
    if len(name) > NAME_LENGTH:
        sentence = f"The name {name!r}, made distinct by its tax id, has more than {NAME_LENGTH} characters."
        return Unusable(Severity.REFUSED, "CUSTOMER_NAME_INVALID", sentence)
    taken.add(folded(name))
    after = Customer(key=row["key"], name=name, tax_id=row["tax_id"]).content()
    return Operation(CUSTOMERS, row["key"], "customer", row["key"], Action.CREATE, rule, after, source=row["source"])


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
        before=found["content"], remote_id=found["remote_id"], source=row["source"], shared=True,
    )  # fmt: skip


def _several(kind: str, name: str, matches: list[Row]) -> Unusable:
    ids = ", ".join(match["remote_id"] for match in matches)
    sentence = f"InvenTree has {len(matches)} {kind} that may be {name!r} (ids {ids})."
    if len(matches) == 1:
        sentence = f"Several customers named {name!r} may be the one company with that name (id {ids})."
    return Unusable(Severity.CONFLICT, "SEVERAL_MATCHES", sentence)
