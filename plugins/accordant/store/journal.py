"""The write-ahead journal: each operation's intent and outcome, committed before and after the write."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import psycopg
from psycopg.rows import DictRow
from psycopg.types.json import Jsonb

from accordant.include_dir import sql
from accordant.store.bindings import Bindings
from accordant.store.database import Connection, Database
from accordant.store.quarantine import put_trouble
from accordant.store.runs import Lock, Run
from accordant.sync.merge import Side
from accordant.sync.operations import Action, Operation, State
from accordant.sync.ports import Intent, Outcome, Receipt
from accordant.sync.records import Binding, canonical_json, content_hash, plain_json
from accordant.sync.text import storable

_PAGE = 500
_LOOK_FOR_CANCEL = 0.5  # seconds between two looks whether a person cancelled the run
_TELL_ALIVE = 30.0  # seconds between two notes that the run is at work


class Journal:
    """The journal of one run, in the sync store. Safe to use from several threads."""

    def __init__(
        self, database: Database, run: Run, lock: Lock | None = None, owners: Mapping[str, str] | None = None
    ) -> None:
        self._database = database
        self._run = run
        self._lock = lock
        self._bindings = Bindings(database, run, owners)
        self._looked = 0.0
        self._told = 0.0
        self._cancelled = False

    def phases(self) -> list[int]:
        """Return the phases that still have open operations, in order."""
        return [row["phase"] for row in self._database.rows("store/journal_phases", run_id=self._run.id)]

    def groups(self, phase: int) -> Iterator[list[Intent]]:
        """Yield a phase's open operations group by group; a page at a time, so memory does not grow."""
        for _, rows in groupby(self._open_rows(phase), key=lambda row: row["grp"]):
            yield [intent_of(row) for row in rows]

    def _open_rows(self, phase: int) -> Iterator[DictRow]:
        after = 0
        while rows := self._database.rows(
            "store/journal_page", run_id=self._run.id, phase=phase, after=after, most=_PAGE
        ):
            yield from rows
            after = rows[-1]["seq"]

    def left_open(self) -> list[Intent]:
        """Return the writes, of any run, that never got an outcome: whoever sent them is dead."""
        return [intent_of(row) for row in self._database.rows("store/journal_open", **self._run.scope)]

    def remote_id(self, object_type: str, key: str) -> str | None:
        """Return the remote id that our key is bound to, or None."""
        return self._bindings.remote_id(object_type, key)

    def remote_ids(self, object_type: str, keys: Collection[str]) -> dict[str, str]:
        """Return {our key: remote id} of those of these keys that are bound."""
        return self._bindings.bound_keys(object_type, list(keys)) if keys else {}

    def key_of(self, object_type: str, remote_id: str) -> str | None:
        """Return our key that a remote id is bound to, or None."""
        return self._bindings.bound_ids(object_type, [remote_id]).get(remote_id)

    def begin(self, intent: Intent) -> bool:
        """Commit the intent to send. False when the record moved since the plan, or is being written."""
        try:
            return self._database.execute("store/journal_begin", run_id=intent.run_id, seq=intent.seq) == 1
        except psycopg.errors.UniqueViolation:
            return False  # another run's write of this record has no outcome yet

    def finish(self, intent: Intent, outcome: Outcome) -> None:
        """Record outcome, binding and new base in one transaction."""
        try:
            self._finish(intent, outcome)
        except psycopg.errors.UniqueViolation:
            remote_id = outcome.remote_id or intent.operation.remote_id or intent.operation.key
            sentence = f"Record {remote_id} is agreed with another of ours already."
            self._finish(intent, Outcome(State.REFUSED, code="SEVERAL_MATCHES", detail=sentence))

    def quiet(self, intents: Sequence[Intent]) -> float:
        """Return for how many seconds nobody can have sent these writes: their runs gave no sign of life."""
        row = self._database.row("store/journal_quiet", runs=sorted({intent.run_id for intent in intents}))
        return float(row["seconds"] or 0.0) if row else 0.0

    def begin_all(self, intents: Sequence[Intent]) -> set[int]:
        """Commit the intents to send; return the places in the plan of those whose record did not move since."""
        if not intents:
            return set()
        places = [intent.seq for intent in intents]
        try:
            rows = self._database.rows("store/journal_begin_all", run_id=intents[0].run_id, places=places)
        except psycopg.errors.UniqueViolation:
            return {intent.seq for intent in intents if self.begin(intent)}
        return {row["seq"] for row in rows}

    def finish_all(self, outcomes: Sequence[tuple[Intent, Outcome]]) -> None:
        """Record outcomes, bindings and new bases in one transaction."""
        if not outcomes:
            return
        try:
            with self._database.transaction() as connection, connection.pipeline():
                self._record_all(connection, outcomes)
        except (psycopg.errors.UniqueViolation, psycopg.errors.CardinalityViolation):  # two of them are one record
            for intent, outcome in outcomes:
                self.finish(intent, outcome)

    def link(self, intent: Intent, receipt: Receipt) -> bool:
        """Bind a record that is there already, in one transaction. False when it moved since the plan."""
        try:
            with self._database.transaction() as connection:
                place = {"run_id": intent.run_id, "seq": intent.seq}
                if connection.execute(sql("store/journal_begin"), place).rowcount != 1:
                    return False
                self._record(connection, intent, Outcome(State.APPLIED, receipt=receipt))
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def _finish(self, intent: Intent, outcome: Outcome) -> None:
        with self._database.transaction() as connection:
            self._record(connection, intent, outcome)

    def _record(self, connection: Connection, intent: Intent, outcome: Outcome) -> None:
        """Record without waiting for the disk: the next intent does, and brings this along.

        Where the machine dies before that, the operation still stands as sent, and is looked up.
        """
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute(sql("store/journal_finish"), {
            "run_id": intent.run_id, "seq": intent.seq, "state": outcome.state.value,
            "remote_id": outcome.remote_id, "code": outcome.code, "detail": storable(outcome.detail),
        })  # fmt: skip
        if outcome.state is State.APPLIED:
            self._agree(connection, intent.operation, outcome.receipt or Receipt(""))
        self._tell(connection, [(intent, outcome)])

    def _record_all(self, connection: Connection, outcomes: Sequence[tuple[Intent, Outcome]]) -> None:
        """Record many as `_record` does one, with as few statements."""
        connection.execute("SET LOCAL synchronous_commit = off")
        connection.execute(sql("store/journal_finish_all"), {"rows": plain_json([_finished(*one) for one in outcomes])})
        agreed = [(i.operation, o.receipt or Receipt("")) for i, o in outcomes if o.state is State.APPLIED]
        alike = [_binding_row(op, _bound(op, one), one) for op, one in agreed if not one.seen and not one.bound]
        if alike:
            parameters = {**self._run.scope, "run_id": self._run.id, "rows": plain_json(alike)}
            connection.execute(sql("store/binding_put_all"), parameters)
        for operation, receipt in agreed:
            if receipt.seen or receipt.bound:
                self._agree(connection, operation, receipt)
        self._tell(connection, outcomes)

    def _tell(self, connection: Connection, outcomes: Sequence[tuple[Intent, Outcome]]) -> None:
        """Keep what an outcome means for others: bindings that lead nowhere, what stands in the way, the audit."""
        for _, outcome in outcomes:
            if outcome.void is not None:
                object_type, key = outcome.void
                parameters = {**self._run.scope, "object_type": object_type, "key": key}
                connection.execute(sql("store/binding_void"), parameters)
                self._bindings.forget()
            if outcome.trouble is not None:
                put_trouble(connection, self._run, outcome.trouble)
        audited = [_audited(*one) for one in outcomes if one[1].request is not None or one[1].answer is not None]
        if audited:
            parameters = {**self._run.scope, "who": self._run.asked_by, "rows": plain_json(audited)}
            connection.execute(sql("store/audit_put"), parameters)

    def _agree(self, connection: Connection, op: Operation, receipt: Receipt) -> None:
        """Keep both sides as they are now, and what they agree on."""
        for side, row in sorted(receipt.seen.items()):
            connection.execute(sql("store/side_record_put"), {
                **self._run.scope, "run_id": self._run.id, "side": side.value, "object_type": row.object_type,
                "key": row.key, "content": canonical_json(row.content), "hash": row.fingerprint(), "name": row.name,
                "natural_key": row.natural_key, "link": row.link, "mark": row.mark, "rank": row.rank,
                "revision": row.revision, "changed_at": row.changed_at,
            })  # fmt: skip
        settles = op.settles and receipt.settles
        for bound in receipt.bound or [_bound(op, receipt)]:
            connection.execute(sql("store/binding_put"), {
                **self._run.scope, "object_type": bound.object_type, "key": bound.key, "remote_id": bound.remote_id,
                "base": Jsonb(bound.base), "base_hash": bound.base_hash, "source": bound.source, "shared": op.shared,
                "parent": bound.parent, "run_id": self._run.id, "settles": settles and not receipt.bound,
            })  # fmt: skip

    def cancelled(self) -> bool:
        """Tell whether a person asked to stop; looks at the store twice a second at the most.

        Raises:
            RetryLater: the flow's lock is lost, so another run may have begun.
        """
        now = time.monotonic()
        if now - self._told > _TELL_ALIVE:
            self._told = now
            self._database.execute("store/run_alive", run_id=self._run.id)
        if now - self._looked > _LOOK_FOR_CANCEL:
            self._looked = now
            if self._lock is not None:
                self._lock.check()
            row = self._database.row("store/run_cancelled", run_id=self._run.id)
            self._cancelled = bool(row and row["cancelled"])
        return self._cancelled

    def waited(self, intent: Intent) -> float:
        """Return for how many seconds the intent's state has stood, by the clock of the store."""
        row = self._database.row("store/journal_waited", run_id=intent.run_id, seq=intent.seq)
        return float(row["seconds"]) if row else 0.0


def _bound(op: Operation, receipt: Receipt) -> Binding:
    """Return our key and the remote id that are one record now, with what is agreed of it."""
    if op.side is Side.OURS:
        key, remote_id = (receipt.id if op.action is Action.CREATE else op.key), op.remote_id
    else:
        key, remote_id = op.key, receipt.id or op.remote_id
    base = dict(op.base if receipt.base is None else receipt.base)
    parent = op.group if op.group != op.key else ""
    return Binding(op.object_type, key, remote_id, base, content_hash(base), parent, op.source)


def _binding_row(op: Operation, bound: Binding, receipt: Receipt) -> dict[str, Any]:
    """Return a binding as binding_put_all.sql takes it."""
    return {
        "object_type": bound.object_type, "key": bound.key, "remote_id": bound.remote_id, "base": bound.base,
        "base_hash": bound.base_hash, "parent": bound.parent, "source": bound.source, "shared": op.shared,
        "settles": op.settles and receipt.settles,
    }  # fmt: skip


def _finished(intent: Intent, outcome: Outcome) -> dict[str, Any]:
    """Return an outcome as journal_finish_all.sql takes it."""
    return {
        "run_id": intent.run_id, "seq": intent.seq, "state": outcome.state.value, "remote_id": outcome.remote_id,
        "code": outcome.code, "detail": storable(outcome.detail),
    }  # fmt: skip


def _audited(intent: Intent, outcome: Outcome) -> dict[str, Any]:
    """Return who sent what for a record and what came back, as audit_put.sql takes it."""
    op = intent.operation
    return {
        "run_id": intent.run_id, "object_type": op.object_type, "key": op.key, "action": op.action.value,
        "outcome": outcome.state.value, "remote_id": outcome.remote_id, "code": outcome.code,
        "detail": storable(outcome.detail), "request": outcome.request, "answer": outcome.answer,
    }  # fmt: skip


def intent_of(row: dict[str, Any]) -> Intent:
    """Return the intent that a row of the operation table holds."""
    operation = Operation(
        phase=row["phase"], group=row["grp"], object_type=row["object_type"], key=row["key"],
        action=Action(row["action"]), rule=row["rule"], after=row["after"], before=row["before"],
        base_hash=row["base_hash"], remote_id=row["remote_id"], source=row["source"],
        agreed=row["agreed"], shared=row["shared"], side=Side(row["side"]), name=row["name"], rules=row["rules"],
        revision=row["revision"], seen=row["seen"], follows=row["follows"], settles=row["settles"],
    )  # fmt: skip
    return Intent(
        str(row["run_id"]), row["seq"], operation, State(row["state"]), row["attempts"], row["changed_at"]
    )  # fmt: skip
