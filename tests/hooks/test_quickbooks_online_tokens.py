"""The newest tokens are never lost: renewed by one at a time, kept before they are used, and sealed."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from accordant.hooks.calls import ApiCall
from accordant.hooks.quickbooks_online_batch import BatchItem
from accordant.hooks.quickbooks_online_tokens import MemoryVault
from accordant.store.tokens import StoredTokens
from accordant.sync.errors import AccordantError, Misconfigured, RetryLater
from tests.hooks.misbehaving_server import Reply
from tests.hooks.quickbooks_company import REFRESH, SECRET, Company, pair
from tests.hooks.test_secrets import everything_logged, everything_said

ITEM = BatchItem("1", "create", "Invoice", {})
PREFERENCES = Reply(200, {"Preferences": {}})
INVALID_GRANT = Reply(400, {"error": "invalid_grant"})
__all__ = ["everything_logged"]


@pytest.fixture(autouse=True)
def working(company: Company) -> None:
    company.script(PREFERENCES)


@pytest.fixture
def vault() -> MemoryVault:
    return MemoryVault()


@pytest.fixture
def stored(store: str) -> StoredTokens:
    return StoredTokens(store)


def used(company: Company) -> str:
    """The access token of the last call."""
    return company.asked[-1].headers["authorization"].removeprefix("Bearer ")


def use(company: Company, vault: Any, **fields: Any) -> str:
    """Make a call in a hook of its own, as another worker would; the access token it used."""
    company.hook(vault=vault, fields=fields).preferences()
    return used(company)


# -- one place


def test_a_pair_is_kept_for_all_workers_while_it_lives(company: Company, stored: StoredTokens) -> None:
    assert {use(company, stored) for _ in range(3)} == {"canary-access-1"}
    assert company.renewals == [REFRESH]


def test_a_pair_that_ends_within_a_minute_is_renewed_with_its_own_refresh_token(
    company: Company, vault: MemoryVault
) -> None:
    company.tokens = [pair(1, expires_in=59), pair(2, expires_in=61)]
    assert [use(company, vault) for _ in range(3)] == ["canary-access-1", "canary-access-2", "canary-access-2"]
    assert company.renewals == [REFRESH, "RT1-canary-1"]


def test_a_person_who_reconnects_wins_over_what_is_kept(company: Company, stored: StoredTokens) -> None:
    use(company, stored)
    assert use(company, stored, extra={"refresh_token": "RT1-canary-new"}) == "canary-access-2"
    assert use(company, stored, extra={"refresh_token": "RT1-canary-new"}) == "canary-access-2"
    assert company.renewals == [REFRESH, "RT1-canary-new"]


def test_what_was_sealed_under_another_client_secret_counts_as_nothing(company: Company, stored: StoredTokens) -> None:
    use(company, stored)
    assert use(company, stored, password="canary-another-secret") == "canary-access-2"
    assert company.renewals == [REFRESH, REFRESH]


def test_companies_have_tokens_of_their_own(company: Company, stored: StoredTokens) -> None:
    use(company, stored)
    assert use(company, stored, extra={"realm_id": "777"}) == "canary-access-2"


# -- refused and unreachable


def test_refused_refresh_tokens_are_tried_newest_first_then_the_one_before_then_the_connections(
    company: Company, vault: MemoryVault
) -> None:
    company.tokens = [pair(1, expires_in=1), pair(2, expires_in=1), INVALID_GRANT, INVALID_GRANT, INVALID_GRANT]
    use(company, vault)
    use(company, vault)
    with pytest.raises(Misconfigured) as caught:
        use(company, vault)
    assert company.renewals[2:] == ["RT1-canary-2", "RT1-canary-1", REFRESH]
    error = caught.value
    assert (error.code.code, error.record, error.field) == ("QBO_RECONNECT", "qbo_test", "refresh_token")
    assert "Authorise the app again" in error.sentence
    assert "extra `refresh_token` of the Connection qbo_test" in error.sentence


def test_the_token_before_helps_where_the_newest_is_refused(company: Company, vault: MemoryVault) -> None:
    company.tokens = [pair(1, expires_in=1), pair(2, expires_in=1), INVALID_GRANT, pair(4)]
    for _ in range(3):
        use(company, vault)
    assert used(company) == "canary-access-4"
    assert company.renewals[-1] == "RT1-canary-1"


def test_a_reconnection_after_a_refusal_needs_nothing_else(company: Company, vault: MemoryVault) -> None:
    company.tokens = [INVALID_GRANT]
    with pytest.raises(Misconfigured):
        use(company, vault)
    assert use(company, vault, extra={"refresh_token": "RT1-canary-new"}) == "canary-access-2"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500), Reply(503, b"<html></html>"), Reply(429), Reply(stall=3), Reply(reset=True),
        Reply(200, {"access_token": "canary-x", "refresh_token": "RT1-canary-x"}, cut=30), Reply(200, {}),
        Reply(200, {"access_token": "canary-x"}), Reply(200, {"access_token": "a", "refresh_token": None}),
        Reply(200, {"error": "invalid_grant"}), Reply(200, ["canary-x"]), Reply(200, b"canary-x"),
    ],
)  # fmt: skip
def test_a_token_endpoint_in_trouble_costs_nothing_but_time(company: Company, vault: MemoryVault, reply: Reply) -> None:
    company.tokens = [pair(1, expires_in=1), reply]
    use(company, vault)
    hook = company.hook(vault=vault)
    with pytest.raises(RetryLater):
        hook.create("Invoice", {}, "r")
    assert hook.preferences() == {}
    assert company.renewals[1:] == ["RT1-canary-1", "RT1-canary-1"]


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(401, {"error": "invalid_client"}), "CREDENTIALS_REFUSED"),
        (Reply(400, {"error": "invalid_request"}), "CREDENTIALS_REFUSED"),
        (Reply(404, b"<html></html>"), "ADDRESS_WRONG"),
        (Reply(302, headers={"Location": "https://elsewhere.example/"}), "ADDRESS_WRONG"),
        (Reply(200, b"<html></html>"), "ADDRESS_WRONG"),
    ],
)
def test_a_wrong_client_or_address_names_the_connection(company: Company, reply: Reply, code: str) -> None:
    company.tokens = [reply]
    with pytest.raises(Misconfigured) as caught:
        company.hook().preferences()
    assert (caught.value.code.code, caught.value.record) == (code, "qbo_test")
    assert company.asked == []


class BrokenVault(MemoryVault):
    """Fails once to keep what is put into it."""

    broken = True

    @contextmanager
    def open(self, account: str) -> Iterator[Any]:
        with super().open(account) as drawer:
            kept = drawer.sealed, drawer.seed
            yield drawer
            if self.broken:
                self.broken = False
                drawer.put(*kept)
                raise RetryLater("STORE_UNREACHABLE", "The disk is full.")


def test_a_pair_that_could_not_be_kept_is_not_used_but_renewed_from(company: Company) -> None:
    hook = company.hook(vault=BrokenVault())
    with pytest.raises(RetryLater):
        hook.create("Invoice", {}, "r")
    assert company.asked == []
    hook.preferences()
    assert company.renewals == [REFRESH, "RT1-canary-1"]


# -- secrecy


def echo(asked: Any) -> Reply:
    """A token endpoint or gateway that sends back what it got, as some do."""
    said = f"{asked.headers['authorization']} {asked.body.decode()}"
    return Reply(400, {"error": "invalid_request", "error_description": said, "Fault": {"Error": [{"Message": said}]}})


REFUSALS: list[Any] = [
    INVALID_GRANT, Reply(401), Reply(200, {"access_token": "canary-x"}), Reply(reset=True), echo,
    Reply(200, {"access_token": "canary-x", "refresh_token": "canary-y"}, cut=40),
]  # fmt: skip


def said_by(calls: list[Callable[[], Any]]) -> str:
    """All that can be got out of the errors of some calls."""
    said = ""
    for call in calls:
        with pytest.raises(AccordantError) as caught:
            call()
        said += everything_said(caught.value)
    return said


@pytest.mark.parametrize("reply", REFUSALS, ids=range(len(REFUSALS)))
def test_no_token_of_the_token_endpoint_is_anywhere(
    company: Company, vault: MemoryVault, everything_logged: Any, reply: Any
) -> None:
    calls: list[ApiCall] = []
    company.tokens = [pair(1, expires_in=1, x_refresh_token_expires_in=86_400)]
    hook = company.hook(calls, vault=vault)
    hook.preferences()
    company.tokens = [reply] * 9
    said = said_by([hook.preferences, lambda: hook.create("Invoice", {}, "r")])
    said += repr(hook) + repr(vars(hook)) + repr(vars(hook._tokens)) + repr(calls) + repr(pickle.dumps(calls))
    assert "canary" not in said + everything_logged.getvalue()


@pytest.mark.parametrize("reply", [echo, Reply(401), Reply(reset=True)])
def test_no_token_of_a_call_is_anywhere(
    company: Company, vault: MemoryVault, everything_logged: Any, reply: Any
) -> None:
    calls: list[ApiCall] = []
    hook = company.hook(calls, vault=vault)
    company.script(reply)
    said = said_by([hook.preferences, lambda: hook.create("Invoice", {}, "r"), lambda: hook.batch([ITEM], "b")])
    said += repr(hook) + repr(vars(hook)) + repr(calls) + repr(pickle.dumps(calls))
    assert "canary" not in said + everything_logged.getvalue()


def test_the_store_alone_opens_nothing(company: Company, stored: StoredTokens) -> None:
    use(company, stored)
    kept = stored.look(company.hook().account)
    assert kept is not None
    assert b"canary" not in kept[0]
    assert REFRESH not in kept[1]
    assert SECRET.encode() not in kept[0]
