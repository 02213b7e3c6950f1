"""Which customers and contacts belong to a key account: rules over names, because people spell them in many ways."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from accordant.flows.printavo.settings import CompanySettings

Row = Mapping[str, Any]

CUSTOMER, CONTACT, EXCLUDED_CONTACT = "customer", "contact", "excluded contact"
_DROPPED = str.maketrans("", "", ".'’‘`´")
_SHORTEST = 4  # letters of a name that a similar word may stand for


@dataclass(frozen=True, slots=True)
class Member:
    """A customer or contact that belongs to a company, and the rule that says so."""

    company: str
    kind: str
    id: str
    rule: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One that almost matches: a person decides, and writes it into the settings."""

    company: str
    kind: str
    id: str
    name: str


def folded_name(name: str, *, keep: str = "") -> str:
    """Return a name without capitals, accents, punctuation and repeated spaces: `I.M.M. (UK)` becomes `imm uk`."""
    plain = unicodedata.normalize("NFKD", name).translate(_DROPPED).casefold()
    letters = (
        letter if letter.isalnum() or letter in keep else " " for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join("".join(letters).split())


def judged(
    companies: Mapping[str, CompanySettings], customers: Iterable[Row], contacts: Iterable[Row]
) -> Iterator[Member | Candidate]:
    """Yield who belongs to which company, and who almost does.

    Args:
        customers: rows with id and name.
        contacts: rows with id, name and customer_id.
    """
    belongs: set[tuple[str, str]] = set()
    for row in customers:
        name = folded_name(row["name"])
        for company, rules in companies.items():
            found = _judged(company, rules, CUSTOMER, row, name)
            if isinstance(found, Member):
                belongs.add((company, row["id"]))
            if found:
                yield found
    for row in contacts:
        name = folded_name(row["name"])
        for company, rules in companies.items():
            if (company, row["customer_id"]) in belongs:
                if rule := _excluded(rules, CONTACT, row, name):
                    yield Member(company, EXCLUDED_CONTACT, row["id"], rule)
                continue  # the customer says it already
            found = _judged(company, rules, CONTACT, row, name)
            if found:
                yield found


def _judged(company: str, rules: CompanySettings, kind: str, row: Row, name: str) -> Member | Candidate | None:
    ids = rules.customer_ids if kind == CUSTOMER else rules.contact_ids
    if row["id"] in ids:
        return Member(company, kind, row["id"], f"{kind}_ids: {row['id']}")
    if _excluded(rules, kind, row, name):
        return None
    patterns = rules.customers if kind == CUSTOMER else rules.contacts
    for given, pattern in zip(patterns, _folded(patterns), strict=True):
        if fnmatchcase(name, pattern):
            return Member(company, kind, row["id"], f"{kind}s: {given}")
    if name and _is_near(name, folded_name(rules.name), rules.near):
        return Candidate(company, kind, row["id"], row["name"])
    return None


def _excluded(rules: CompanySettings, kind: str, row: Row, name: str) -> str:
    """Return the rule by which somebody does not belong to a company; '' where there is none."""
    ids = rules.excluded_customer_ids if kind == CUSTOMER else rules.excluded_contact_ids
    if row["id"] in ids:
        return f"excluded_{kind}_ids: {row['id']}"
    matching = (
        given for given, one in zip(rules.excluded, _folded(rules.excluded), strict=True) if fnmatchcase(name, one)
    )
    return f"excluded: {found}" if (found := next(matching, None)) else ""


@lru_cache(maxsize=256)
def _folded(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return patterns as names are folded; `*` stays what it is, and a space beside it too."""
    return tuple(folded_name(pattern, keep="*") for pattern in patterns)


def _is_near(name: str, company: str, share: float) -> bool:
    """Tell whether a name resembles the company's: a word of it begins with the company's name, or is much like it."""
    if not company:
        return False
    words = name.split()
    if any(word.startswith(company) or (len(word) >= _SHORTEST and company.startswith(word)) for word in words):
        return True
    beginning = " ".join(words[: len(company.split())])
    return any(_likeness(company, text) >= share for text in (beginning, name))


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other)
    return matcher.ratio() if matcher.real_quick_ratio() >= 0.5 and matcher.quick_ratio() >= 0.5 else 0.0
