"""Whether the shop's tables are as Printavo, the settings and the last run's proof say; mends what is safe."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from accordant.flows.printavo import settings as printavo_settings
from accordant.flows.printavo.flow import FLOW
from accordant.flows.printavo.tables import CONTACTS, CUSTOMERS, ORDERS
from accordant.hooks.shop import ShopHook
from accordant.hooks.shop_checks import NO_REPAIR, Checked, Row, Rules, checks, look
from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_repairs import repairable, repaired
from accordant.sync.errors import NeedsPerson
from accordant.sync.operations import Trouble
from accordant.tasks.recovery import run_step
from accordant.tasks.systems import open_source
from accordant.tasks.workbench import open_store

log = logging.getLogger(__name__)

_PROVEN = (ORDERS, CUSTOMERS, CONTACTS)
_WITHOUT_PARTS = {CUSTOMERS.record, CONTACTS.record}


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found, and what was mended.

    Attributes:
        account: the shop's database.
        found: what every check that was asked found, after the repairs where they were made.
        repairs: what was done, or in a preview what would be, as "correct 1 order in printavo.imm_orders".
        preview: nothing was changed.
    """

    account: str
    found: Sequence[Checked]
    repairs: Sequence[str]
    preview: bool

    @property
    def wrong(self) -> int:
        """How many things are wrong."""
        return sum(one.count for one in self.found if one.check.severity == "wrong")

    @property
    def notices(self) -> int:
        """How many things a person may want to look at."""
        return sum(one.count for one in self.found if one.check.severity == "notice")

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong

    @property
    def can_repair(self) -> bool:
        """Whether some of it can be mended here."""
        return repairable([*self.found])

    @property
    def not_asked(self) -> int:
        """How many checks were not asked because tables or columns are missing."""
        return len(checks()) - len(self.found)

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "database": self.account, "holds": self.holds, "wrong": self.wrong, "notices": self.notices,
            "checks_asked": len(self.found), "checks_not_asked": self.not_asked, "preview": self.preview,
            "repairs": [*self.repairs], "found": [_document(one) for one in self.found if one.count],
        }  # fmt: skip


def _document(one: Checked) -> dict[str, Any]:
    return {
        "check": one.check.name, "title": one.check.title, "severity": one.check.severity, "count": one.count,
        "repair": None if one.check.repair == NO_REPAIR else one.check.repair, "next": one.check.next,
        "findings": [
            {"table": finding.place, "record": finding.record, "detail": finding.detail} for finding in one.findings
        ],
    }  # fmt: skip


def verify(repair: bool = False, preview: bool = True) -> Verification:
    """Check the shop's tables.

    Args:
        repair: mend what is safe.
        preview: only say what would be mended.

    Raises:
        Misconfigured, RetryLater: a Connection is missing, or its database cannot be reached.
    """
    with opened_shop() as shop:
        rules = rules_of(shop)
        if repair:
            done, found = repaired(shop.database, rules, preview=preview)
            if preview:
                found = looked(shop.database, rules)
        else:
            done, found = [], looked(shop.database, rules)
        return Verification(shop.account, found, done, preview or not repair)


def verify_task(*, repair: bool) -> dict[str, Any]:
    """Check the shop's tables in a task, mending first if asked to; say in its log what is wrong, and fail."""

    def held() -> dict[str, Any]:
        result = verify(repair=repair, preview=False)
        _tell(result)
        if not result.holds:
            titles = "; ".join(one.check.title for one in result.found if one.count and one.check.severity == "wrong")
            raise NeedsPerson("TABLES_WRONG", f"{result.wrong:,} things are wrong: {titles}.", record=result.account)
        return {name: value for name, value in result.document().items() if name != "found"}

    return dict(run_step(held))


@contextmanager
def opened_shop() -> Iterator[ShopHook]:
    """Open the shop's database of the Connection shop_default."""
    shop: ShopHook = open_source(FLOW, lambda _: None)
    try:
        yield shop
    finally:
        shop.close()


def looked(database: ShopDatabase, rules: Rules) -> list[Checked]:
    """Ask every check of one state of the database; leave nothing behind."""
    found: list[Checked] = []
    with database.transaction() as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = look(connection, rules)
        raise psycopg.Rollback
    return found


def rules_of(shop: ShopHook) -> Rules:
    """Return what the tables should agree with: the settings, and what the last run proved."""

    def members(customers: Sequence[Row], contacts: Sequence[Row]) -> Iterator[tuple[str, str, str, str]]:
        return (one for one in FLOW.members(customers, contacts) if not isinstance(one, Trouble))

    def hidden(statuses: Sequence[Row]) -> Iterator[tuple[str, str]]:
        return (one for one in FLOW.hidden(statuses) if not isinstance(one, Trouble))

    time_zone = printavo_settings.settings().files.csv.time_zone
    return Rules(FLOW.roots, FLOW.companies, members, hidden, _certified(shop.account), time_zone)


def _certified(account: str) -> dict[str, tuple[int, int]]:
    """Return {table: (records that the last run proved, records that it left out)}.

    Empty where the last run did not read everything, or has no certificate yet.
    """
    try:
        with open_store(2) as store:
            row = store.row("printavo/verify/inputs/certified", flow=FLOW.name, ours=account)
    except psycopg.errors.UndefinedTable:
        return {}  # no run has been
    if row is None:
        return {}
    sides, left_out = row["content"]["sides"], Counter[str]()
    for one in row["content"]["differences"]:  # whatever is wrong with a part of an order leaves the order out
        left_out[one["object_type"] if one["object_type"] in _WITHOUT_PARTS else ORDERS.record] += bool(one["excuse"])
    return {
        root.name: (sides[root.record]["ours"]["count"], left_out[root.record])
        for root in _PROVEN if root.record in sides
    }  # fmt: skip


def _tell(result: Verification) -> None:
    for one in result.found:
        say = log.error if one.check.severity == "wrong" else log.warning
        for finding in one.findings:
            say("%s, %s: %s Next: %s.", finding.place, finding.record, finding.detail, one.check.next)
        if one.count > len(one.findings):
            say("... and %d more like these: %s.", one.count - len(one.findings), one.check.title)
    if result.not_asked:
        log.error("%d checks were not asked because tables or columns are missing.", result.not_asked)
    for done in result.repairs:
        log.info("%s %s.", "Would" if result.preview else "Done:", done)
    log.info("%s: %d wrong, %d notices.", result.account, result.wrong, result.notices)
