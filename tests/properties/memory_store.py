"""The sync store in memory: every statement of include/sql/store/ that a two-way run needs, done in Python.

The product's own Journal, RunView, Bindings and steps run on it unchanged: they name a statement, and here a function
of the same name does what the SQL says. One pair of accounts, so `ours` and `theirs` are no part of the keys.
tests/properties/test_convergence_on_postgres.py holds it against the real store, plan id by plan id.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from psycopg.errors import UniqueViolation

from accordant.include_dir import sql
from tests.properties import memory_pairs as pairs

Row = dict[str, Any]
OPEN = ("planned", "sending", "unknown", "held")
_SENT = ("sending", "unknown")


class Cursor:
    """What a statement gave."""

    def __init__(self, rows: list[Row] | None = None, touched: int = 0) -> None:
        self._rows, self.rowcount = rows or [], touched or len(rows or ())

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def fetchall(self) -> list[Row]:
        return self._rows

    def fetchone(self) -> Row | None:
        return self._rows[0] if self._rows else None


class Copy:
    """A COPY ... FROM STDIN."""

    def __init__(self, columns: list[str], take: Callable[[Row], None]) -> None:
        self._columns, self._take = columns, take

    def __enter__(self) -> Copy:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def copy(self, statement: str) -> Copy:
        return self

    def write_row(self, values: tuple[Any, ...]) -> None:
        self._take(dict(zip(self._columns, values, strict=True)))


class Connection:
    """One transaction, as the product's own code sees it."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, statement: str, parameters: Row | None = None) -> Cursor:
        return self._store.do(statement, parameters or {})

    def cursor(self, name: str = "") -> Connection:
        return self

    def copy(self, statement: str) -> Copy:
        table, _, rest = statement.removeprefix("COPY ").partition(" (")
        columns = [name.strip() for name in rest.partition(")")[0].split(",")]
        return Copy(columns, self._store.taker(table))

    def pipeline(self) -> Connection:
        return self


class MemoryStore:
    """The tables of the sync store; a row is replaced, never changed, so that a transaction can be rolled back."""

    conninfo = "memory"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self.run: dict[str, Row] = {}
        self.staged: dict[int, Row] = {}
        self.side_record: dict[tuple[str, ...], Row] = {}
        self.binding: dict[tuple[str, ...], Row] = {}
        self.operation: dict[tuple[str, int], Row] = {}
        self.plan: dict[str, Row] = {}
        self.quarantine: dict[tuple[str, ...], Row] = {}
        self.conflict: dict[tuple[str, ...], Row] = {}
        self.watermark: dict[tuple[str, str], Row] = {}
        self.account: dict[str, Row] = {}
        self.incoming: list[Row] = []
        self._seq = 0

    # -- as accordant.store.database.Database

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection; put everything back on an exception."""
        before = {name: dict(table) for name, table in vars(self).items() if isinstance(table, dict)}
        try:
            yield Connection(self)
        except BaseException:
            vars(self).update(before)
            raise

    def rows(self, statement: str, **parameters: Any) -> list[Row]:
        """Return all rows of a statement."""
        return self._named(statement, parameters).fetchall()

    def row(self, statement: str, **parameters: Any) -> Row | None:
        """Return the first row of a statement, or None."""
        return self._named(statement, parameters).fetchone()

    def execute(self, statement: str, **parameters: Any) -> int:
        """Do a statement and return how many rows it touched."""
        return self._named(statement, parameters).rowcount

    def stream(self, statement: str, size: int = 500, **parameters: Any) -> Iterator[list[Row]]:
        """Yield the rows of a statement in one list."""
        if rows := self._named(statement, parameters).fetchall():
            yield rows

    def do(self, text: str, parameters: Row) -> Cursor:
        """Do a statement given by its text."""
        if text.startswith("SET LOCAL") or "ANALYZE " in text:
            return Cursor()
        return self._named(_name_of(text), parameters)

    def _named(self, statement: str, parameters: Row) -> Cursor:
        name = statement.removeprefix("store/")
        if name.startswith("analyze_"):
            return Cursor()
        done = getattr(self, f"_{name}")(**parameters)
        return Cursor(done) if isinstance(done, list) else Cursor(touched=done or 0)

    def taker(self, table: str) -> Callable[[Row], None]:
        """Return what takes the rows of a COPY into a table."""
        takers = {"incoming": self.incoming.append, "accordant.operation": self._take_operation}
        return (takers | {"accordant.staged_record": self._take_staged})[table]

    # -- runs and accounts

    def open(self, run_id: str, flow: str) -> None:
        """Open a run, and forget what earlier ones staged."""
        self.staged = {}
        self.run[run_id] = {"id": run_id, "flow": flow, "read_at": self.now(), "reading": {}}

    def _account_put(self, account: str, fingerprint: str) -> None:
        self.account.setdefault(account, {"fingerprint": fingerprint, "skew": None})

    def _account_get(self, account: str) -> list[Row]:
        return [self.account[account]]

    def _account_skew(self, account: str) -> list[Row]:
        return [self.account[account]]

    def _account_skew_put(self, account: str, skew: float) -> None:
        self.account[account] = {**self.account[account], "skew": skew}

    def _run_read(self, run_id: str) -> None:
        self.run[run_id] = {**self.run[run_id], "read_at": self.now()}

    def _run_alive(self, run_id: str) -> None:
        self.run[run_id] = {**self.run[run_id], "active_at": self.now()}

    def _run_note(self, run_id: str, reading: Any) -> None:
        self.run[run_id] = {**self.run[run_id], "reading": reading.obj}

    def _run_noted(self, run_id: str) -> list[Row]:
        return [self.run[run_id]]

    def _run_cancelled(self, run_id: str) -> list[Row]:
        return [{"cancelled": False}]

    def _run_progress(self, run_id: str) -> list[Row]:
        return []

    def _watermark_get(self, flow: str, **_: str) -> list[Row]:
        return [row for (owner, _), row in self.watermark.items() if owner == flow]

    def _watermark_put(self, flow: str, name: str, value: datetime, **_: Any) -> None:
        old = self.watermark.get((flow, name))
        value = max(value, old["value"]) if old else value
        self.watermark[flow, name] = {"name": name, "value": value, "set_at": self.now()}

    def _watermark_forget(self, flow: str, name: str, **_: str) -> None:
        self.watermark.pop((flow, name), None)

    # -- staging and both sides as they were last seen

    def _staged_clear(self, run_id: str, side: str) -> None:
        kept = {seq: row for seq, row in self.staged.items() if (row["run_id"], row["side"]) != (run_id, side)}
        self.staged = kept

    def _staged_refuse(self, run_id: str, seqs: list[int]) -> None:
        for seq in seqs:
            self.staged[seq] = {**self.staged[seq], "valid": False}

    def _take_staged(self, row: Row) -> None:
        changed_at = datetime.fromisoformat(row["changed_at"]) if row["changed_at"] else None
        self._stage({**row, "content": json.loads(row["content"]), "changed_at": changed_at})

    def _stage(self, row: Row) -> None:
        self._seq += 1
        self.staged[self._seq] = {**row, "valid": True, "seq": self._seq}

    def _side_incoming(self) -> None:
        self.incoming.clear()

    def _side_changes(self, flow: str, side: str, **_: str) -> list[Row]:
        return [i for i in self.incoming if self._differs(i, self._side_of(flow, side, i))]

    def _side_of(self, flow: str, side: str, row: Row) -> Row | None:
        return self.side_record.get((flow, side, row["object_type"], row["key"]))

    @staticmethod
    def _differs(i: Row, s: Row | None) -> bool:
        if s is None:
            return True
        if s["hash"] != i["hash"] and not (i["gone"] and s["gone"]):
            return True
        return not i["gone"] and (s["revision"] != i["revision"] or s["gone"])

    def _side_gone(self, flow: str, side: str, run_id: str, **_: str) -> None:
        for seq, row in self.staged.items():
            s = self._side_of(flow, side, row)
            if (row["run_id"], row["side"]) == (run_id, side) and row["gone"] and s is not None:
                kept = {name: s[name] for name in ("content", "name", "natural_key")}
                self.staged[seq] = {**row, **kept}

    def _side_missing(self, flow: str, side: str, run_id: str, object_types: list[str], earliest: str, **_: str) -> int:
        here = {(i["object_type"], i["key"]) for i in self.incoming}
        gone = [
            s for (owner, one, kind, key), s in self.side_record.items()
            if (owner, one) == (flow, side) and kind in object_types and not s["gone"] and (kind, key) not in here
            and s["content"].get("transaction_date", "9") >= earliest
        ]  # fmt: skip
        for s in gone:
            unknown = {"hash": "gone", "revision": "", "changed_at": None, "gone": True}
            self._stage({**s, **unknown, "run_id": run_id, "side": side})
        return len(gone)

    def _side_fold(self, flow: str, run_id: str, **_: str) -> int:
        found: dict[tuple[str, ...], Row] = {}
        staged = [row for row in self.staged.values() if row["run_id"] == run_id]
        for row in sorted(staged, key=lambda one: (one["gone"], one["seq"])):  # the last one stays
            found[flow, row["side"], row["object_type"], row["key"]] = row
        for place, row in found.items():
            old = self.side_record.get(place)
            content = row["content"]
            if not row["valid"]:
                content = {**content, "refused": True} if old is None or row["gone"] else old["content"]
            self.side_record[place] = {**row, "content": content}
        return len(found)

    def _side_record_put(self, flow: str, side: str, object_type: str, key: str, content: str, **row: Any) -> None:
        self.side_record[flow, side, object_type, key] = {
            **row, "side": side, "object_type": object_type, "key": key, "content": json.loads(content),
            "valid": True, "gone": False,
        }  # fmt: skip

    # -- pairs and bindings

    def _pairs_changed(self, flow: str, object_type: str, **_: str) -> list[Row]:
        return pairs.changed(self.side_record, self.binding, flow, object_type)

    def _pairs_touched(self, flow: str, object_type: str, run_id: str, **_: str) -> list[Row]:
        return pairs.touched(self.side_record, self.binding, flow, object_type, run_id)

    def _pairs_unbound(self, flow: str, object_type: str, **_: str) -> list[Row]:
        return pairs.unbound(self.side_record, self.binding, flow, object_type)

    def _binding_ids(self, flow: str, object_type: str, remote_ids: list[str], **_: str) -> list[Row]:
        return [row for row in self._bound(flow, object_type) if row["remote_id"] in remote_ids]

    def _binding_keys(self, flow: str, object_type: str, keys: list[str], **_: str) -> list[Row]:
        return [row for row in self._bound(flow, object_type) if row["key"] in keys]

    def _binding_remote_id(self, flow: str, object_type: str, key: str, **_: str) -> list[Row]:
        return self._binding_keys(flow, object_type, [key])

    def _bound(self, flow: str, object_type: str) -> list[Row]:
        return [row for (owner, kind, _), row in sorted(self.binding.items()) if (owner, kind) == (flow, object_type)]

    def _bound_count(self, flow: str, **_: str) -> list[Row]:
        return [{"records": sum(owner == flow for owner, _, _ in self.binding)}]

    def _binding_put(
        self, flow: str, object_type: str, key: str, remote_id: str, base: Any, base_hash: str, source: str,
        run_id: str, settles: bool, **_: Any,
    ) -> None:  # fmt: skip
        taken = [row for row in self._bound(flow, object_type) if row["remote_id"] == remote_id and row["key"] != key]
        if taken:
            raise UniqueViolation("binding_one_key")
        now = {
            side: self.side_record.get((flow, side, object_type, name)) if settles else None
            for side, name in (("ours", key), ("theirs", remote_id))
        }
        hashes = {f"{side}_hash": row["hash"] if row else "" for side, row in now.items()}
        made = {"remote_id": remote_id, "base_hash": base_hash, "source": source, **hashes}
        old = self.binding.get((flow, object_type, key))
        if old is not None and all(old[name] == value for name, value in made.items()):
            return
        kept = json.loads(json.dumps(base.obj))
        self.binding[flow, object_type, key] = {"key": key, "base": kept, "run_id": run_id, **made}

    def _binding_unseal(self, **_: Any) -> None:
        pass  # two-way flows have no seals

    def _binding_void(self, flow: str, object_type: str, key: str, **_: str) -> None:
        self.binding.pop((flow, object_type, key), None)

    # -- plans and the journal

    def _operations_clear(self, run_id: str) -> None:
        self.operation = {place: row for place, row in self.operation.items() if place[0] != run_id}

    def _take_operation(self, row: Row) -> None:
        read = {name: json.loads(row[name]) if row[name] is not None else None
                for name in ("before", "after", "agreed", "rules")}  # fmt: skip
        fresh = {"state": "planned", "code": "", "detail": "", "attempts": 0, "changed_at": self.now()}
        self.operation[row["run_id"], row["seq"]] = {**row, **read, **fresh}

    def _plan_put(self, run_id: str, id: str, counts: Any, exceeded: Any, **_: Any) -> None:
        self.plan[run_id] = {"id": id, "decision": "open", "decided_by": "", "counts": counts.obj,
                             "exceeded": exceeded.obj, "created_at": self.now()}  # fmt: skip

    def _plan_get(self, plan: str, **_: str) -> list[Row]:
        return [self.plan[plan]]

    def _plan_decide(self, run_id: str, decision: str, by: str) -> None:
        self.plan[run_id] = {**self.plan[run_id], "decision": decision, "decided_by": by}

    def _approval_take(self, plan_id: str) -> list[Row]:
        return []

    def _plan_newer(self, run_id: str) -> list[Row]:
        return []  # one run after the other here

    def _moved_again(self, run_id: str) -> list[Row]:
        moved = [row for row in self.operation.values() if row["code"] == "RECORD_MOVED" and row["seen"]]
        names = ("flow", "object_type", "key", "side", "seen")
        before = {tuple(row[name] for name in names) for row in moved if row["run_id"] != run_id}
        again = [row for row in moved if row["run_id"] == run_id and tuple(row[name] for name in names) in before]
        return [{"records": len(again)}]

    def _journal_phases(self, run_id: str) -> list[Row]:
        return [{"phase": phase} for phase in sorted({row["phase"] for row in self._open_of(run_id)})]

    def _journal_page(self, run_id: str, phase: int, after: int, most: int) -> list[Row]:
        return [row for row in self._open_of(run_id) if row["phase"] == phase and row["seq"] > after][:most]

    def _open_of(self, run_id: str) -> list[Row]:
        found = [row for (run, _), row in self.operation.items() if run == run_id and row["state"] in OPEN]
        return sorted(found, key=lambda row: int(row["seq"]))

    def _journal_open(self, flow: str, **_: str) -> list[Row]:
        found = [row for row in self.operation.values() if row["flow"] == flow and row["state"] in _SENT]
        return sorted(found, key=lambda row: (row["changed_at"], row["run_id"], row["seq"]))

    def _journal_waited(self, **_: Any) -> list[Row]:
        return [{"seconds": 99.0}]

    def _journal_begin(self, run_id: str, seq: int) -> int:
        o = self.operation[run_id, seq]
        binding = self.binding.get((o["flow"], o["object_type"], o["key"]))
        if o["follows"]:
            fits = binding is not None and binding["run_id"] == run_id
        else:
            fits = o["base_hash"] == (binding["base_hash"] if binding else "")
        if o["state"] not in ("planned", "held") or not fits:
            return 0
        same = [row for row in self.operation.values() if row["state"] in _SENT and row["flow"] == o["flow"]
                and (row["object_type"], row["key"]) == (o["object_type"], o["key"])]  # fmt: skip
        if same:
            raise UniqueViolation("operation_open_intent")
        sent = {"state": "sending", "attempts": o["attempts"] + 1, "code": "", "detail": "", "changed_at": self.now()}
        self.operation[run_id, seq] = {**o, **sent}
        return 1

    def _journal_finish(self, run_id: str, seq: int, state: str, remote_id: str, code: str, detail: str) -> int:
        o = self.operation[run_id, seq]
        ended = {"state": state, "remote_id": remote_id or o["remote_id"], "code": code, "detail": detail}
        self.operation[run_id, seq] = {**o, **ended, "changed_at": self.now()}
        return 1

    # -- what stands in the way

    def _quarantine_put(self, **entry: Any) -> None:
        self._put(self.quarantine, entry)

    def _conflict_put(self, **entry: Any) -> None:
        self._put(self.conflict, {**entry, "severity": "conflict", "operation_hash": ""})

    def _put(self, table: dict[tuple[str, ...], Row], entry: Row) -> None:
        key = tuple(entry[name] for name in ("flow", "source", "object_type", "key", "code", "field"))
        table[key] = {**entry, "last_seen": self.now(), "order": len(table), "open": True}

    def troubles(self, flow: str = "") -> list[Row]:
        """Return what stands in the way now."""
        every = [*self.quarantine.values(), *self.conflict.values()]
        return [row for row in every if row["open"] and flow in ("", row["flow"])]

    def _refused_operations(self, flow: str, **_: str) -> list[Row]:
        names = ("object_type", "key", "source", "operation_hash", "code", "field", "sentence")
        return [{name: row[name] for name in names} for row in self.troubles(flow) if row["operation_hash"]]

    def _quarantine_retry_sources(self, **_: str) -> list[Row]:
        return []

    def _trouble_resolve_unseen(self, run_id: str) -> int:
        run, count = self.run[run_id], 0
        for table in (self.quarantine, self.conflict):
            for key, row in list(table.items()):
                if not row["open"] or row["flow"] != run["flow"] or row["last_seen"] >= run["read_at"]:
                    continue
                if table is self.quarantine and self._refused_by_rule(row):
                    continue
                table[key] = {**row, "open": False}
                count += 1
        return count

    def _refused_by_rule(self, trouble: Row) -> bool:
        name = trouble["key"].lstrip("@")
        sides = [self.side_record.get((trouble["flow"], side, trouble["object_type"], name)) for side in
                 ("ours", "theirs")]  # fmt: skip
        return any(row is not None and not row["valid"] and not row["gone"] for row in sides)


_NAMES: dict[str, str] = {}


def _name_of(text: str) -> str:
    if text not in _NAMES:
        for name in dir(MemoryStore):
            if name.startswith("_") and not name.startswith("__"):
                try:
                    _NAMES[sql(f"store/{name[1:]}")] = name[1:]
                except FileNotFoundError:
                    continue
    return _NAMES[text]
