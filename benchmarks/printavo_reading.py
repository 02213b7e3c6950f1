"""One reading of orders by the product's own parts, from HTTP to merged tables, in a process without Airflow.

`python -m benchmarks.printavo_reading TASK`, where TASK is a Task as JSON; tells what it took in one line of JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from accordant.flows.printavo import reading
from accordant.flows.printavo.graphql import Question, page_question
from accordant.flows.printavo.reading import Reading
from accordant.flows.printavo.tables import CONTACTS, CUSTOMERS, HEADERS, ORDERS, STATUSES
from accordant.hooks.endpoints import endpoint_of
from accordant.hooks.forms import PRINTAVO
from accordant.hooks.printavo_client import PrintavoClient, open_printavo
from accordant.hooks.shop_database import ShopDatabase
from accordant.hooks.shop_merge import merge
from accordant.hooks.shop_schema import migrate
from accordant.hooks.shop_staging import ShopStaging
from accordant.sync.rates import PrintavoLimits
from accordant.sync.tables import Table
from benchmarks.own_process import peak_mb

FLAT_COLUMNS = (
    "id", "kind", "visual_id", "nickname", "status_id", "contact_id", "customer_due", "production_due", "total",
    "amount_paid", "amount_outstanding", "quantity", "created_at", "updated_at",
)  # fmt: skip
FLAT = replace(ORDERS, columns=tuple(one for one in ORDERS.columns if one.name in FLAT_COLUMNS), children=())
_MOST_LISTED = 10  # times as many ids or headers on a page as orders
_NESTED_FIRST = 100  # of a nested list: all of it, so that nobody has to ask for the rest of one
NO_LIMIT = 10**9  # complexity


def _whole(table: Table) -> Table:
    """Return a table that is read with the whole of each nested list."""
    return replace(table, first=_NESTED_FIRST, children=tuple(map(_whole, table.children)))


NESTED = _whole(ORDERS)
SHAPES = {"flat": FLAT, "nested": NESTED}


@dataclass(frozen=True)
class Task:
    """What to read, and where.

    Attributes:
        shape: a name of SHAPES.
        what: once, full, incremental, or nothing.
        page: orders on a page.
    """

    base_url: str
    email: str
    token: str
    conninfo: str
    shape: str
    what: str
    page: int

    def client(self) -> PrintavoClient:
        """Return the product's client."""
        connection = _Connection("printavo_default", self.base_url, self.email, self.token)
        return open_printavo(endpoint_of(connection, PRINTAVO))

    def question(self) -> Question:
        """Return the question for pages of orders."""
        return page_question(SHAPES[self.shape], PrintavoLimits(complexity=NO_LIMIT, most_per_page=self.page))

    def limits(self) -> PrintavoLimits:
        """Return limits that allow so many orders on a page, and of their ids or headers what costs as much."""
        return PrintavoLimits(complexity=self.question().complexity, most_per_page=_MOST_LISTED * self.page)


class OrdersOnly(Reading):
    """A reading of the flow without the lists of statuses, customers and contacts."""

    def once(self, orders: Table) -> None:
        """Read all orders, and leave out what makes sure that none was missed while pages shifted."""
        self._list("orders", orders)

    def _small_lists(self) -> None:
        pass


@dataclass
class _Connection:
    conn_id: str
    host: str | None
    login: str | None
    password: str | None
    schema: str | None = None
    port: int | None = None
    extra_dejson: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _Everything:
    newest: int = 0
    due_days: int = 0
    all_headers: bool = True


def read(client: Any, staging: Any, task: Task) -> None:
    """Read orders of this shape into staging, as the flow does."""
    orders, one = SHAPES[task.shape], OrdersOnly(client, staging, task.limits())
    with patch.object(reading, "ORDERS", orders):
        if task.what == "full":
            one.full()
        elif task.what == "incremental":
            one.incremental(_Everything())
        else:
            one.once(orders)


def merged(task: Task) -> Mapping[str, Any]:
    """Do the whole task; return the rows written and the CPU seconds of each phase."""
    orders, spent = SHAPES[task.shape], dict[str, float]()
    database = ShopDatabase(task.conninfo)
    staging = ShopStaging(database, _staged(orders))
    staging.begin(str(uuid4()), task.base_url, f"{task.what} {task.shape}", fresh_minutes=0)
    with _counted(spent, "read"):
        read(task.client(), staging, task)
    with _counted(spent, "finish and merge"):
        staging.finish()
        with database.transaction() as connection:
            written = merge(connection, [orders])
    database.close()
    return {"written": written, "phases": spent}


def prepare(conninfo: str) -> None:
    """Make the tables of an empty database."""
    database = ShopDatabase(conninfo)
    migrate(database, [])
    database.close()


def _staged(orders: Table) -> list[Table]:
    return [STATUSES, CUSTOMERS, CONTACTS, *orders.all(), HEADERS]


@contextmanager
def _counted(spent: dict[str, float], name: str) -> Iterator[None]:
    before = time.process_time()
    yield
    spent[name] = time.process_time() - before


def _main() -> None:
    task = Task(**json.loads(sys.argv[1]))
    imported = time.process_time()
    told = {} if task.what == "nothing" else merged(task)
    assert "airflow" not in sys.modules
    cpu = time.process_time() - imported
    print(json.dumps({"cpu": cpu, "importing": imported, "peak MB": peak_mb(), **told}))


if __name__ == "__main__":
    _main()
