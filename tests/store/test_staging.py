"""Staging takes any text that a document may hold, through COPY, and gives it back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accordant.flows.raw_data_to_inventree.documents import document_rows
from accordant.store.database import Database
from accordant.store.runs import Run
from accordant.store.staging import clear, stage
from accordant.sync.records import StagedRow
from tests.flows.shapes import DOCUMENTS, article, document, invoice

FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def staged(database: Database, run: Run) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        rows = connection.execute(
            "SELECT key, parent, content FROM accordant.staged_record WHERE run_id = %s ORDER BY seq", (run.id,)
        )
        return rows.fetchall()


@pytest.mark.parametrize(
    "text",
    [
        "a\tb",
        "a\nb\r\n",
        "back\\slash",
        "\\N",
        "\\.",
        '"quoted"',
        "'single'",
        "ășțîâ",
        "漢字",
        "🧾🇷🇴",
        "\u2028",
        "%s %(x)s",
        "{}",
        "\\t",
        "\\u0041",
        "\x7f\x1b[31m",
        "a" * 100_000,
    ],
)
def test_nasty_text_comes_back_as_it_was(database: Database, run: Run, text: str) -> None:
    assert stage(database, run.id, "ours", [StagedRow("t", text, {"v": text, text: 1}, parent=text)]) == 1
    (row,) = staged(database, run)
    assert (row["key"], row["parent"], row["content"]) == (text, text, {"v": text, text: 1})


def test_a_nul_which_postgres_cannot_hold_is_left_out(database: Database, run: Run) -> None:
    stage(database, run.id, "ours", [StagedRow("t", "k", {"v": "a\x00b"})])
    assert staged(database, run)[0]["content"] == {"v": "ab"}


@pytest.mark.parametrize("text", ["\\u0000", "C:\\u0000\\x", "\\\\u0000"])
def test_text_that_only_looks_like_a_nul_is_kept(database: Database, run: Run, text: str) -> None:
    r"""Six characters a person can type: `\u0000`. One such article must not stop all documents."""
    stage(database, run.id, "ours", document_rows([document(invoice(article(detalii=text)))]))
    assert staged(database, run)[-1]["content"]["notes"] == text


def test_a_nul_in_a_documents_id_does_not_stop_the_others(database: Database, run: Run) -> None:
    stage(database, run.id, "ours", document_rows([document(_id="a\x00b"), document(_id="d2")]))
    assert len([row for row in staged(database, run) if row["parent"] == "d2"]) == 1


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_half_a_character_does_not_stop_the_others(database: Database, run: Run, text: str) -> None:
    stage(database, run.id, "ours", document_rows([document(invoice(article(detalii=text)))]))
    assert len(staged(database, run)) == 3


@FEW
@given(DOCUMENTS)
def test_every_document_whatsoever_can_be_staged(database: Database, run: Run, raw: dict[str, Any]) -> None:
    clear(database, run.id, "ours")
    rows = list(document_rows([raw]))
    assert stage(database, run.id, "ours", rows) == len(rows)
    assert [row["key"] for row in staged(database, run)] == [row.key for row in rows]


@FEW
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20))
def test_any_text_without_nul_survives(database: Database, run: Run, text: str) -> None:
    clear(database, run.id, "ours")
    stage(database, run.id, "ours", [StagedRow("t", text, {"v": [text, {text: text}]})])
    (row,) = staged(database, run)
    assert row["content"] == {"v": [text, {text: text}]}


def test_a_source_that_breaks_in_the_middle_leaves_nothing_staged(database: Database, run: Run) -> None:
    def broken() -> Any:
        yield StagedRow("t", "k", {})
        raise ConnectionError("the source is gone")

    with pytest.raises(ConnectionError):
        stage(database, run.id, "ours", broken())
    assert staged(database, run) == []


def test_a_step_that_is_tried_again_forgets_only_its_own_side(database: Database, run: Run) -> None:
    for side in ("ours", "theirs"):
        stage(database, run.id, side, [StagedRow("t", side, {})])
    clear(database, run.id, "ours")
    assert [row["key"] for row in staged(database, run)] == ["theirs"]
