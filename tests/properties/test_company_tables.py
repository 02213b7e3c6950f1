"""Whatever happens to statuses, names and due dates: the companies' tables are what a plain re-computation gives."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accordant.flows.printavo.companies import Member, judged
from accordant.flows.printavo.settings import CompanySettings
from tests.hooks.shop.rows import COMPANIES, Shop

RULES = {
    "imm": CompanySettings(name="IMM", customers=("imm", "imm *"), excluded=("imm europe",), contacts=("imm *",)),
    "harlestons": CompanySettings(name="Harlestons", customers=("harlestons*",), excluded_contact_ids=("c2",)),
}
NAMES = ["IMM", "I.M.M. Ltd", "Imm  Europe", "Harleston's", "HARLESTONS (UK)", "Immersive Media", "Somebody else", ""]
STATUSES = {"s1": "Approved", "s2": "Completed", "s3": "Quote"}
HIDDEN = [("imm", "s2"), ("harlestons", "s2"), ("harlestons", "s3")]
ORDERS, CUSTOMERS, CONTACTS = ["o1", "o2", "o3"], ["k1", "k2", "k3"], ["c1", "c2", "c3"]
DAYS = st.sampled_from([None, *(date(2026, 3, 1) + timedelta(days=n) for n in range(3))])
OF = {"c1": "k1", "c2": "k2", "c3": "k3"}
STEPS = st.one_of(
    st.tuples(st.just("status"), st.sampled_from(ORDERS), st.sampled_from(sorted(STATUSES))),
    st.tuples(st.just("customer"), st.sampled_from(CUSTOMERS), st.sampled_from(NAMES)),
    st.tuples(st.just("contact"), st.sampled_from(CONTACTS), st.sampled_from(NAMES)),
    st.tuples(st.just("moves to"), st.sampled_from(ORDERS), st.sampled_from(CONTACTS)),
    st.tuples(st.just("due"), st.sampled_from(ORDERS), DAYS),
    st.tuples(st.just("by hand"), st.sampled_from(ORDERS), DAYS),
    st.tuples(st.just("gone"), st.sampled_from(ORDERS), st.booleans()),
    st.tuples(st.just("run"), st.sets(st.sampled_from(ORDERS)), st.booleans()),
    st.tuples(st.just("run"), st.just(()), st.just(True)),
)
HIDDEN_AND_BACK = [
    ("by hand", "o1", date(2026, 3, 3)),
    ("status", "o1", "s2"),
    ("run", (), True),
    ("status", "o1", "s1"),
]
BY_ITS_CONTACT = [("contact", "c3", "I.M.M. Ltd"), ("run", (), True), ("contact", "c3", "Ann Lee")]
_NUMBERS = count(1)


class Desk:
    """Printavo as it is, the tables, and what a person expects of the due dates."""

    def __init__(self, shop: Shop, *, printavo_wins: bool) -> None:
        self.shop, self.printavo_wins = shop, printavo_wins
        self.customers = dict(zip(CUSTOMERS, ("IMM", "Harlestons", "Somebody else"), strict=True))
        self.contacts = dict.fromkeys(CONTACTS, "Ann Lee")
        self.orders: dict[str, dict[str, Any]] = {
            one: {"id": one, "visual_id": one[1:], "status_id": "s1", "contact_id": f"c{n % 3 + 1}",
                  "customer_due": date(2026, 3, 1)} for n, one in enumerate(ORDERS)
        }  # fmt: skip
        self.away: set[str] = set()
        self.dates: dict[tuple[str, str], tuple[date | None, date | None]] = {}  # (ours, as Printavo said last)

    def do(self, what: str, whom: Any, value: Any) -> None:
        """Do a step."""
        if what == "status":
            self.orders[whom]["status_id"] = value
        elif what == "customer":
            self.customers[whom] = value
        elif what == "contact":
            self.contacts[whom] = value
        elif what == "moves to":
            self.orders[whom]["contact_id"] = value
        elif what == "due":
            self.orders[whom]["customer_due"] = value
        elif what == "gone":
            (self.away.add if value else self.away.discard)(whom)
        elif what == "by hand":
            self._by_hand(whom, value)
        else:
            self.run(full=value, seen=whom)

    def run(self, *, full: bool = True, seen: Any = ()) -> None:
        """Read Printavo, all or only some orders, merge, and expect."""
        there = [one for one in self.orders if one not in self.away]
        read = [self.orders[one] for one in there if full or one in seen]
        self.shop.read(
            *(("status", {"id": key, "name": name}) for key, name in STATUSES.items()),
            *(("customer", {"id": key, "company_name": name}) for key, name in self.customers.items()),
            *(
                ("contact", {"id": key, "full_name": name, "customer_id": OF[key]})
                for key, name in self.contacts.items()
            ),
            *(("orders", {**one, "customer_id": OF[one["contact_id"]]}) for one in read),
            gone=[("orders", one) for one in self.away if full],
        )
        self.shop.merge(printavo_wins=self.printavo_wins, hidden=HIDDEN, members=self._members())
        self._expect()
        self.check()

    def check(self) -> None:
        """Compare the companies' tables with the base tables, column by column, and the dates with what is expected."""
        for company in COMPANIES:
            book = {row["order_id"]: row for row in self.shop.rows(f"SELECT * FROM printavo.{company}_orders")}
            expected = self._plain(company)
            assert {key: {name: row[name] for name in expected[key]} for key, row in book.items()} == expected
            for key, row in book.items():
                ours, said = self.dates[company, key]
                assert row["customer_due"] == ours, (company, key)
                assert row["due_from"] == ("Printavo" if ours == said else "by hand")

    def _plain(self, company: str) -> dict[str, dict[str, Any]]:
        """Work a company's table out from the base tables, in plain Python."""
        rows = {name: {row["id"]: row for row in self.shop.rows(f"SELECT * FROM printavo.{name} WHERE gone_at IS NULL")}
                for name in ("orders", "customer", "contact", "status")}  # fmt: skip
        members = {(member[1], member[2]) for member in self._members() if member[0] == company}
        found = {}
        for key, order in rows["orders"].items():
            mine = {("customer", order["customer_id"]), ("contact", order["contact_id"])} & members
            excluded = ("excluded contact", order["contact_id"]) in members
            if mine and not excluded and (company, order["status_id"]) not in HIDDEN:
                found[key] = {
                    "visual_id": order["visual_id"], "total": order["total"],
                    "customer_name": rows["customer"][order["customer_id"]]["company_name"],
                    "contact_name": rows["contact"][order["contact_id"]]["full_name"],
                    "status": rows["status"][order["status_id"]]["name"],
                }  # fmt: skip
        return found

    def _members(self) -> list[tuple[str, str, str, str]]:
        customers = [{"id": key, "name": name} for key, name in self.customers.items()]
        contacts = [{"id": key, "name": name, "customer_id": OF[key]} for key, name in self.contacts.items()]
        found = judged(RULES, customers, contacts)
        return [(one.company, one.kind, one.id, one.rule) for one in found if isinstance(one, Member)]

    def _by_hand(self, order: str, day: date | None) -> None:
        for company in COMPANIES:
            changed = f"UPDATE printavo.{company}_orders SET customer_due = {_literal(day)}"
            if self.shop.rows(f"{changed} WHERE order_id = '{order}' RETURNING 1"):
                self.dates[company, order] = (day, self.dates[company, order][1])

    def _expect(self) -> None:
        said = {
            row["id"]: row["customer_due"] for row in self.shop.rows("SELECT id, customer_due FROM printavo.orders")
        }
        for company in COMPANIES:
            for key in self._plain(company):
                ours, agreed = self.dates.get((company, key), (said[key], said[key]))
                if ours == agreed or (said[key] != agreed and self.printavo_wins):
                    ours = said[key]
                self.dates[company, key] = (ours, said[key])


def _literal(day: date | None) -> str:
    return "NULL" if day is None else f"'{day.isoformat()}'"


@pytest.fixture(scope="module")
def fresh_shop(postgres: Any) -> Any:
    """Make empty shops: copies of one whose tables are made."""
    name = "shop_of_company_tables"
    postgres.create_database(name)
    first = Shop(f"host={postgres.socket_dir} user=postgres dbname={name}")
    first.database.close()

    def fresh() -> Shop:
        copy = f"{name}_{next(_NUMBERS)}"
        postgres.create_database(copy, like=name)
        return Shop(f"host={postgres.socket_dir} user=postgres dbname={copy}")

    return fresh


@given(steps=st.lists(STEPS, max_size=15), printavo_wins=st.booleans())
@example(steps=HIDDEN_AND_BACK, printavo_wins=True)
@example(steps=BY_ITS_CONTACT, printavo_wins=True)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_companies_tables_equal_a_plain_re_computation(fresh_shop: Any, steps: Any, printavo_wins: bool) -> None:
    desk = Desk(fresh_shop(), printavo_wins=printavo_wins)
    try:
        desk.run()
        for step in steps:
            desk.do(*step)
        desk.run()
        desk.run()
    finally:
        desk.shop.database.close()
