"""Reconcile: read both sides again, compare, seal what is equal, and store the certificate."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from accordant.flows.base import Proof, ProvenRecord
from accordant.store.bindings import Bindings
from accordant.store.certificates import store_certificate
from accordant.store.database import Database
from accordant.store.seals import Seals
from accordant.store.staging import clear, stage
from accordant.sync.certificate import Difference, SideDigest, certificate_content
from accordant.sync.failpoints import failpoint
from accordant.sync.numbers import plain
from accordant.sync.records import StagedRow
from accordant.tasks.shapes import shape_of
from accordant.tasks.words import plural
from accordant.tasks.workbench import Workbench, workbench

log = logging.getLogger(__name__)

Sides = dict[str, dict[str, Any]]


def reconcile(flow_name: str, run_id: str) -> dict[str, Any]:
    """Read back what this run had to agree, seal it, and certify it."""
    with workbench(flow_name, run_id, "reconcile") as bench, Seals() as seals:
        clear(bench.database, run_id, "proof")
        differences: list[Difference] = []
        stage(bench.database, run_id, "proof", _staged(bench, differences, seals))
        differences += _left_out(bench, {(one.object_type, one.key) for one in differences})
        failpoint("reconcile.1.read_back")
        bindings = Bindings(bench.database, bench.run)
        for page in seals.pages():
            bindings.seal(bench.flow.root, page)
        failpoint("reconcile.2.sealed")
        content = certificate_content(
            flow=flow_name, ours=bench.run.ours, theirs=bench.run.theirs, run_id=run_id,
            sides=recompute_sides(bench.database, run_id) or {}, differences=differences,
        )  # fmt: skip
        certificate = store_certificate(bench.database, bench.run, content)
        failpoint("reconcile.3.certified")
    _tell(differences)
    log.info("Certificate %s: both sides %s. %s", certificate["id"][:12],
             "match" if certificate["matches"] else "DO NOT MATCH", _in_words(content["sides"]))  # fmt: skip
    return {"certificate": certificate["id"], "matches": certificate["matches"]}


def _tell(differences: list[Difference]) -> None:
    """Log every difference that nothing explains, and count the explained ones by their reason."""
    for difference in differences:
        if not difference.excuse:
            log.error("%s %s: %s", difference.object_type, difference.key, difference.sentence)
    reasons = Counter(difference.excuse for difference in differences if difference.excuse)
    if reasons:
        counted = ", ".join(f"{count} {code}" for code, count in reasons.most_common())
        log.info("Left out of the proof, with a known reason: %s.", counted)


def _staged(bench: Workbench, differences: list[Difference], seals: Seals) -> Iterator[StagedRow]:
    """Yield what was read back of both sides; collect differences and seals on the way."""
    for proofs in shape_of(bench.flow).proofs(bench):
        for proof in proofs:
            differences += proof.differences
            if proof.seal:
                seals.put(proof.key, proof.seal)
            yield from _proof_rows(proof)


def _left_out(bench: Workbench, listed: set[tuple[str, str]]) -> Iterator[Difference]:
    """Yield our records that were refused or wait for a person: excused, and named in the certificate."""
    for row in bench.database.rows("store/left_out", run_id=bench.run.id):
        if (row["object_type"], row["key"]) not in listed:
            yield Difference(row["object_type"], row["key"], row["sentence"], row["code"])


def _proof_rows(proof: Proof) -> Iterator[StagedRow]:
    for position, record in enumerate(proof.records):
        content = {
            "ours": record.ours, "theirs": record.theirs,
            "amount_ours": plain(record.amount_ours), "amount_theirs": plain(record.amount_theirs),
        }  # fmt: skip
        yield StagedRow(record.object_type, record.key, content, parent=proof.key, position=position)


def recompute_sides(database: Database, run_id: str) -> Sides | None:
    """Sum both sides up again from what was read back; None when that is past its retention.

    Returns:
        {object type: {"ours": {"count", "sum", "hash"}, "theirs": {...}}}.
    """
    if not database.rows("store/run_get", run=run_id):
        return None
    return sides_of(_proven(database, run_id))


def _proven(database: Database, run_id: str) -> Iterator[ProvenRecord]:
    for rows in database.stream("store/proof", run_id=run_id):
        for row in rows:
            content = row["content"]
            yield ProvenRecord(
                row["object_type"], row["key"], content["ours"], content["theirs"],
                Decimal(content["amount_ours"]), Decimal(content["amount_theirs"]),
            )  # fmt: skip


def sides_of(records: Iterable[ProvenRecord]) -> Sides:
    """Sum up the records of both sides, per object type, in the order they come."""
    digests: dict[str, tuple[SideDigest, SideDigest]] = {}
    for record in records:
        ours, theirs = digests.setdefault(record.object_type, (SideDigest(), SideDigest()))
        if record.ours is not None:
            ours.add(record.key, record.ours, record.amount_ours)
        if record.theirs is not None:
            theirs.add(record.key, record.theirs, record.amount_theirs)
    return {
        object_type: {"ours": ours.content(), "theirs": theirs.content()}
        for object_type, (ours, theirs) in sorted(digests.items())
    }


def _in_words(sides: Sides) -> str:
    parts = [_side_in_words(kind, pair["ours"]) for kind, pair in sides.items()]
    return "; ".join(parts) or "Nothing had to be agreed."


def _side_in_words(kind: str, side: dict[str, Any]) -> str:
    words = f"{side['count']} {plural(kind)}"
    return words if side["sum"] == "0" else f"{words}, {side['sum']} in all"
