"""The drawer of an account is open for one at a time, and keeps what was put in only if all went well."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from accordant.store.tokens import StoredTokens
from accordant.sync.errors import RetryLater


@pytest.fixture
def vault(store: str) -> StoredTokens:
    return StoredTokens(store)


def test_an_empty_drawer_is_empty(vault: StoredTokens) -> None:
    assert vault.look("a") is None
    with vault.open("a") as drawer:
        assert (drawer.sealed, drawer.seed) == (None, "")
    assert vault.look("a") is None


def test_what_was_put_in_is_there_for_everybody_and_for_this_account_alone(vault: StoredTokens, store: str) -> None:
    with vault.open("a") as drawer:
        drawer.put(b"one", "seed")
        assert vault.look("a") is None
    assert StoredTokens(store).look("a") == (b"one", "seed")
    with vault.open("a") as drawer:
        assert (drawer.sealed, drawer.seed) == (b"one", "seed")
    assert vault.look("b") is None


def test_an_error_leaves_the_drawer_as_it_was(vault: StoredTokens) -> None:
    with vault.open("a") as drawer:
        drawer.put(b"one", "seed")

    def fail() -> None:
        with vault.open("a") as drawer:
            drawer.put(b"two", "seed")
            raise ValueError

    with pytest.raises(ValueError):
        fail()
    assert vault.look("a") == (b"one", "seed")


@pytest.mark.parametrize("filled", [True, False])
def test_whoever_comes_second_waits_and_finds_what_the_first_put_in(vault: StoredTokens, filled: bool) -> None:
    if filled:
        with vault.open("a") as drawer:
            drawer.put(b"old", "")
    found: list[bytes | None] = []

    def second() -> None:
        with vault.open("a") as drawer:
            found.append(drawer.sealed)

    waiting = threading.Thread(target=second)
    with vault.open("a") as drawer:
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert (vault.look("a") is not None) == filled  # a look waits for nobody
        drawer.put(b"new", "")
    waiting.join(5)
    assert found == [b"new"]


def test_a_store_that_does_not_answer_is_a_passing_fault(tmp_path: Path) -> None:
    with pytest.raises(RetryLater) as caught:
        StoredTokens(f"host={tmp_path} user=postgres dbname=x password=hunter2").look("a")
    assert caught.value.code.code == "STORE_UNREACHABLE"
    assert "hunter2" not in str(caught.value)
