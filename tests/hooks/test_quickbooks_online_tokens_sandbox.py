"""Workers that renew at once, and workers that are killed, against the sandbox: it takes a refresh token only once."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from accordant.hooks import quickbooks_online_tokens
from accordant.hooks.quickbooks_online import QuickBooksOnlineHook
from accordant.store.tokens import StoredTokens
from accordant.sync.errors import Misconfigured, RetryLater
from accordant.sync.failpoints import _armed
from tests.hooks.quickbooks_company import sandbox_hook


@pytest.fixture
def vault(store: str) -> StoredTokens:
    return StoredTokens(store)


def forked(work: Callable[[], Any], kill_at: str = "") -> Callable[[], int]:
    """Do something in a process of its own, which a failpoint may kill; what waits for it and returns how it ended."""
    child = os.fork()
    if child == 0:
        try:
            if kill_at:
                quickbooks_online_tokens.failpoint = _armed(kill_at)
            work()
            os._exit(0)
        except BaseException:
            os._exit(1)

    def ended() -> int:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    return ended


def renewals(qbo: Any) -> int:
    return int(qbo.control.ledger(path="^/oauth2/", limit=1)["count"])


def test_threads_and_processes_that_start_at_once_renew_once(qbo: Any, vault: StoredTokens) -> None:
    extra = {"refresh_token": qbo.refresh_token}
    qbo.control.settings(latency_ms=100)
    children = [forked(lambda: sandbox_hook(qbo, extra=extra, vault=vault).preferences()) for _ in range(3)]
    hooks = [sandbox_hook(qbo, extra=extra, vault=vault) for _ in range(3)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(QuickBooksOnlineHook.preferences, hooks * 2))
    assert [ended() for ended in children] == [0, 0, 0]
    assert renewals(qbo) == 1


def test_a_token_that_expires_in_mid_run_is_renewed_once_for_all(qbo: Any, vault: StoredTokens) -> None:
    hooks = [sandbox_hook(qbo, vault=vault) for _ in range(3)]
    for hook in hooks:
        hook.preferences()
    qbo.control.expire_access_tokens()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(QuickBooksOnlineHook.preferences, hooks))
    assert renewals(qbo) == 2


@pytest.mark.parametrize("kill_at", ["token.1.before_refresh", "token.3.stored"])
def test_a_worker_killed_before_or_after_a_rotation_loses_nothing(qbo: Any, vault: StoredTokens, kill_at: str) -> None:
    extra = {"refresh_token": qbo.refresh_token}
    assert forked(lambda: sandbox_hook(qbo, extra=extra, vault=vault).preferences(), kill_at)() == -signal.SIGKILL
    sandbox_hook(qbo, extra=extra, vault=vault).preferences()
    assert renewals(qbo) == 1


def test_a_worker_killed_right_after_a_rotation_loses_nothing_while_the_token_before_is_taken(
    qbo: Any, vault: StoredTokens
) -> None:
    """Intuit takes the refresh token before for a day, by its older documents."""
    qbo.control.settings(grace_seconds=86_400.0)
    extra = {"refresh_token": qbo.refresh_token}
    killed = forked(lambda: sandbox_hook(qbo, extra=extra, vault=vault).preferences(), "token.2.refreshed_not_stored")
    assert killed() == -signal.SIGKILL
    sandbox_hook(qbo, extra=extra, vault=vault).preferences()


def test_where_it_is_not_taken_one_sentence_says_how_to_reconnect(qbo: Any, vault: StoredTokens) -> None:
    extra = {"refresh_token": qbo.refresh_token}
    forked(lambda: sandbox_hook(qbo, extra=extra, vault=vault).preferences(), "token.2.refreshed_not_stored")()
    with pytest.raises(Misconfigured) as caught:
        sandbox_hook(qbo, extra=extra, vault=vault).preferences()
    assert caught.value.code.code == "QBO_RECONNECT"
    extra = {"refresh_token": qbo.control.fresh_tokens()}
    assert sandbox_hook(qbo, extra=extra, vault=vault).test_connection()[0]


def test_a_worker_killed_while_others_wait_for_it_lets_them_go_on(qbo: Any, vault: StoredTokens) -> None:
    extra, account = {"refresh_token": qbo.refresh_token}, sandbox_hook(qbo).account
    locked, go = os.pipe()

    def hold() -> None:
        with vault.open(account):
            os.write(go, b"x")
            time.sleep(60)

    child = os.fork()
    if child == 0:
        hold()
        os._exit(1)
    os.read(locked, 1)
    waiting = threading.Thread(target=sandbox_hook(qbo, extra=extra, vault=vault).preferences)
    waiting.start()
    waiting.join(0.3)
    assert waiting.is_alive()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    waiting.join(5)
    assert renewals(qbo) == 1


def test_an_answer_that_is_lost_after_a_rotation_is_made_up_for(qbo: Any, vault: StoredTokens) -> None:
    qbo.control.settings(grace_seconds=86_400.0)
    extra = {"refresh_token": qbo.refresh_token}
    qbo.control.arm("truncated_answer", path="^/oauth2/")
    hook = sandbox_hook(qbo, extra=extra, vault=vault)
    with pytest.raises(RetryLater):
        hook.create("Customer", {"DisplayName": "A"}, "r")
    assert hook.create("Customer", {"DisplayName": "A"}, "r")["DisplayName"] == "A"
