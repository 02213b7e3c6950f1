"""What the steps of a mirror do: pages into staging, and from there one statement per table, all in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import sql as names

from accordant.flows.base import MirrorFlow, Proof, ProvenRecord, Wanted
from accordant.hooks.shop_books import ShopBooks
from accordant.hooks.shop_changes import changes
from accordant.hooks.shop_database import Connection, ShopDatabase
from accordant.hooks.shop_merge import merge
from accordant.hooks.shop_proof import compared
from accordant.hooks.shop_schema import migrate
from accordant.hooks.shop_staging import ShopStaging, base, keep_reading, staged
from accordant.include_dir import sql
from accordant.store.quarantine import put_troubles, resolve_but, resolve_others, troubled_sources
from accordant.sync.certificate import Difference
from accordant.sync.failpoints import failpoint
from accordant.sync.operations import Operation, Severity, Trouble
from accordant.sync.tables import Table
from accordant.tasks.dropped_files import FILE, Dropped, corrections_left, put_away, stage_corrections
from accordant.tasks.words import plural
from accordant.tasks.workbench import Workbench

log = logging.getLogger(__name__)


class MirrorStaged:
    """The staged records of a mirror, in the shop's database, as rules are evaluated on them."""

    def __init__(self, database: ShopDatabase, roots: Sequence[Table]) -> None:
        self._database = database
        self._tables = {table.record: table for root in roots for table in root.all()}

    @property
    def conninfo(self) -> str:
        """Return where the rows are."""
        return self._database.conninfo

    def has(self, object_type: str) -> bool:
        """Tell whether any record of a type is staged."""
        with self._database.transaction() as connection:
            row = connection.execute(
                names.SQL("SELECT EXISTS (SELECT FROM {}) AS there").format(staged(self._tables[object_type].name))
            ).fetchone()
        return bool(row and row["there"])

    def records(self, object_type: str, seqs: Sequence[int]) -> Sequence[Any]:
        """Return seq, key, parent and source of some rows."""
        return self._database.rows(f"staged_{object_type}", seqs=[*seqs])

    def refuse(self, object_type: str, seqs: Sequence[int]) -> None:
        """Keep some rows from going on; an order of which a part is wrong stays as it was, as a whole."""
        if seqs:
            self._database.rows(f"refuse_{object_type}", seqs=[*seqs])


class Mirror:
    """The shape of a flow that keeps all records of the other side in tables."""

    def staged(self, bench: Workbench) -> MirrorStaged:
        """Return what was staged, for validation."""
        return MirrorStaged(_database(bench), _flow(bench).roots)

    def agreed(self, bench: Workbench) -> int:
        """Return how many records the tables hold by now."""
        with _database(bench).transaction() as connection:
            return sum(_count(connection, root) for root in _flow(bench).roots)

    def extract(self, bench: Workbench) -> dict[str, Any]:
        """Read Printavo page by page into staging; a run that died is gone on with at its page."""
        flow, database = _flow(bench), _database(bench)
        migrate(database, flow.companies)
        wanted = self._wanted(bench)
        staging = _staging(bench)
        goes_on = staging.begin(
            bench.run.id,
            bench.run.theirs,
            wanted.what,
            fresh_minutes=flow.settings.read.resume_minutes,  # type: ignore[attr-defined]
        )
        log.info("%s of %s%s.", wanted.what.capitalize(), bench.run.theirs,
                 "; going on where an earlier run was stopped" if goes_on else "")  # fmt: skip
        books = ShopBooks(database, flow.companies)
        flow.read(bench.target, staging, wanted, lambda: (books.names_of("customer"), books.names_of("contact")))
        failpoint("extract.staged")
        staging.finish()
        files = stage_corrections(database, flow.settings)  # type: ignore[arg-type]
        of_files = [trouble for one in files for trouble in one.troubles]
        put_troubles(bench.database, bench.run, [*_unusable(database, flow.roots), *of_files])
        bench.note({"wanted": wanted.what, "files": [one.kept() for one in files]})
        return {**{kind: row["read"] for kind, row in _counts(database, flow.roots).items()}, "files": len(files)}

    def _wanted(self, bench: Workbench) -> Wanted:
        found = _database(bench).rows("full_read", account=bench.run.theirs)
        last = found[0]["finished_at"] if found else None
        return _flow(bench).wanted(bench.run.parameters, last, datetime.now(UTC))

    def recognise(self, bench: Workbench) -> None:
        """Make sure that what is staged was staged by this run.

        Raises:
            NeedsPerson: a later run has begun since.
        """
        with _database(bench).transaction() as connection:
            keep_reading(connection, bench.run.id, finished=True)

    def before_plan(self, bench: Workbench) -> None:
        """Work out what the companies' tables should hold, and note what a person should know."""
        self.recognise(bench)
        flow, books = _flow(bench), ShopBooks(_database(bench), _flow(bench).companies)
        troubles: list[Trouble] = []
        members = [*_apart(flow.members(books.names_of("customer"), books.names_of("contact")), troubles)]
        hidden = [*_apart(flow.hidden(books.statuses()), troubles)]
        books.prepare(members, hidden, printavo_wins=flow.printavo_wins)
        left, of_files = corrections_left(_database(bench))
        bench.note({**bench.noted(), "left": left})
        put_troubles(bench.database, bench.run, [*troubles, *of_files])

    def decisions(self, bench: Workbench) -> Iterator[Operation | Trouble]:
        """Yield what changes: new and changed records, the companies' tables, and what is gone."""
        flow, database = _flow(bench), _database(bench)
        gone: list[Operation] = []
        for root in flow.roots:
            for change in changes(database, root):
                made = flow.operation(root.record, change.id, change.before, change.after, change.parts)
                if change.after is None:
                    gone.append(made)
                else:
                    yield made
        yield from gone
        books = ShopBooks(database, flow.companies)
        for company in flow.companies:
            for rows in books.changes(company):
                for row in rows:
                    yield from flow.book_decisions(company, row)

    def after_plan(self, bench: Workbench) -> None:
        """Note how many of the records that were read stay as they are; resolve what no longer stands in the way."""
        planned = {
            row["object_type"]: row["planned"]
            for row in bench.database.rows("store/summary_operations", run_id=bench.run.id)
        }
        records = _counts(_database(bench), _flow(bench).roots)
        for kind, row in records.items():
            row["unchanged"] = max(0, row.pop("usable") - planned.get(kind, 0))
        bench.note({**bench.noted(), "records": records})
        _resolve(bench)

    def load(self, bench: Workbench, plan: Any) -> None:
        """Merge what is staged in one transaction: readers see all of it or nothing."""
        flow, database = _flow(bench), _database(bench)
        books = ShopBooks(database, flow.companies)
        with database.transaction() as connection:
            keep_reading(connection, bench.run.id, finished=True)
            written = merge(connection, flow.roots)
            connection.execute(sql("printavo/orders_follow"))
            moved = books.write(connection)
            waiting = _files_left(connection, moved)
            if bench.noted().get("wanted") == "full":
                connection.execute(sql("printavo/full_read_put"), {"account": bench.run.theirs})
            failpoint("merge.1.before_commit")
        failpoint("merge.2.committed")
        bench.note({**bench.noted(), "merged": True, "waiting": waiting})
        refused = [f"{company} {order}" for company, orders in moved.items() for order in orders]
        bench.database.execute("store/operations_merged", run_id=bench.run.id, moved=refused)
        log.info("Rows written: %s.", ", ".join(f"{n} {name}" for name, n in written.items() if n) or "none")
        for key in refused:
            log.warning("%s was edited since the plan was made; the next run takes it up.", key)

    def after_load(self, bench: Workbench) -> None:
        """Put dropped files away once what they say is in the tables."""
        noted = bench.noted()
        if noted.get("merged"):
            files = [Dropped.of(one) for one in noted.get("files", [])]
            put_away(bench, [one for one in files if one.path.name not in noted["waiting"]], noted.get("left", {}))

    def proofs(self, bench: Workbench) -> Iterator[list[Proof]]:
        """Compare what Printavo gave with what the tables hold now, record by record."""
        self.recognise(bench)
        for root in _flow(bench).roots:
            for rows in compared(_database(bench), root):
                yield [_proof(root, row) for row in rows]
        if bench.noted().get("wanted") == "full":
            yield [*_counted(bench)]


def _resolve(bench: Workbench) -> None:
    """Resolve troubles that this run no longer met: of an order only where it read it whole, of a file never."""
    flow, database = _flow(bench), _database(bench)
    orders = [table.record for root in flow.roots if root.record == flow.root for table in root.all()]
    if bench.noted().get("wanted") == "full":
        resolve_but(bench.database, bench.run, [FILE])
        return
    resolve_but(bench.database, bench.run, [FILE, *orders])
    usable = database.rows("usable_orders", ids=troubled_sources(bench.database, bench.run, orders))
    resolve_others(bench.database, bench.run, [row["id"] for row in usable])


def _flow(bench: Workbench) -> MirrorFlow:
    assert isinstance(bench.flow, MirrorFlow)
    return bench.flow


def _database(bench: Workbench) -> ShopDatabase:
    database: ShopDatabase = bench.source.database
    return database


def _staging(bench: Workbench) -> ShopStaging:
    flow = _flow(bench)
    return ShopStaging(_database(bench), [*(table for root in flow.roots for table in root.all()), flow.headers])


def _apart(found: Iterator[Any], troubles: list[Trouble]) -> Iterator[Any]:
    """Yield what is no trouble; gather what is."""
    for one in found:
        if isinstance(one, Trouble):
            troubles.append(one)
        else:
            yield one


def _count(connection: Connection, root: Table) -> int:
    statement = names.SQL("SELECT count(*) AS records FROM {} WHERE gone_at IS NULL").format(base(root.name))
    row = connection.execute(statement).fetchone()
    return int(row["records"]) if row else 0


def _counts(database: ShopDatabase, roots: Sequence[Table]) -> dict[str, dict[str, int]]:
    counts: dict[str, dict[str, int]] = {}
    for root in roots:
        statement = names.SQL("SELECT count(*) AS read, count(*) FILTER (WHERE NOT refused) AS usable FROM {}")
        with database.transaction() as connection:
            row = connection.execute(statement.format(staged(root.name))).fetchone()
        counts[root.record] = dict(row or {})
    return counts


def _unusable(database: ShopDatabase, roots: Sequence[Table]) -> Iterator[Trouble]:
    records = {table.name: table.record for root in roots for table in root.all()}
    for row in database.rows("unusable"):
        record = records[row["name"]]
        what = f"{row['field'] or 'A value'} of {record.replace('_', ' ')} {row['id']}"
        sentence = f"{what} is {row['value']!r}, which its column cannot hold."
        yield Trouble(
            Severity.REFUSED, record, row["id"], "RECORD_UNUSABLE", sentence, field=row["field"],
            value=row["value"], source=row["id"],
        )  # fmt: skip


def _files_left(connection: Connection, moved: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the files of which a correction has to wait, and forget all corrections: they are in the tables now."""
    files = []
    for company, orders in moved.items():
        found = connection.execute(sql("printavo/corrections_waiting"), {"company": company, "orders": [*orders]})
        files += [row["file"] for row in found.fetchall()]
    connection.execute("TRUNCATE printavo_staging.correction")
    return files


def _counted(bench: Workbench) -> Iterator[Proof]:
    """Compare the counts that the other side tells with ours; people may have entered or deleted some meanwhile."""
    ours = {row["kind"]: row["records"] for row in _database(bench).rows("orders_by_kind")}
    for kind, count in _flow(bench).counted(bench.target).items():
        mine, theirs = {"count": ours.get(kind, 0)}, {"count": count}
        if mine == theirs:
            yield Proof(kind, [ProvenRecord("order_count", kind, mine, theirs)], [])
        else:
            sentence = f"Printavo says that it has {count} {plural(kind)} now; the tables hold {mine['count']}."
            yield Proof(kind, [], [Difference("order_count", kind, sentence, "CHANGED_SINCE")])


def _proof(root: Table, row: Any) -> Proof:
    theirs, ours = {"digest": row["theirs"]}, None if row["ours"] is None else {"digest": row["ours"]}
    record = ProvenRecord(root.record, row["id"], ours, theirs, row["our_total"], row["their_total"])
    differences = []
    if ours != theirs:
        sentence = "The tables do not hold it as Printavo gave it."
        differences.append(Difference(root.record, row["id"], sentence))
    return Proof(row["id"], [record], differences)
