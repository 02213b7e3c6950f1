"""Tokens: an hour, a rotation that must not be lost, one company."""

from __future__ import annotations

from typing import Any

import requests

from sandbox.quickbooks_online.server import QuickBooksOnlineThread
from tests.sandbox.qbo_caller import Caller


def test_a_refresh_token_works_once(qbo_call: Caller) -> None:
    first = qbo_call.server.refresh_token
    told = qbo_call.token(first).json()
    assert told["token_type"] == "bearer"
    assert told["expires_in"] == 3600
    assert told["x_refresh_token_expires_in"] == 100 * 86_400
    assert told["refresh_token"] == qbo_call.server.refresh_token != first
    lost = qbo_call.token(first)
    assert (lost.status_code, lost.json()) == (400, {"error": "invalid_grant"})
    assert qbo_call.token(told["refresh_token"]).status_code == 200


def test_the_token_before_lives_on_for_the_grace_period(qbo_call: Caller) -> None:
    qbo_call.control.settings(grace_seconds=60)
    first = qbo_call.server.refresh_token
    newest = qbo_call.token(first).json()["refresh_token"]
    assert qbo_call.token(first).json()["refresh_token"] == newest
    qbo_call.control.advance(60)
    assert qbo_call.token(first).status_code == 400
    assert qbo_call.token(newest).status_code == 200


def test_daily_rotation_keeps_the_token_for_a_day(qbo_call: Caller) -> None:
    qbo_call.control.settings(rotate="daily")
    first = qbo_call.server.refresh_token
    assert qbo_call.token(first).json()["refresh_token"] == first
    qbo_call.control.advance(86_400)
    assert qbo_call.token(first).json()["refresh_token"] != first
    assert qbo_call.token(first).status_code == 400


def test_a_refresh_token_expires_after_a_hundred_days_without_use(qbo_call: Caller) -> None:
    qbo_call.control.advance(100 * 86_400)
    assert qbo_call.token(qbo_call.server.refresh_token).status_code == 400


def test_the_token_endpoint_wants_the_client_and_a_form(qbo_call: Caller) -> None:
    server = qbo_call.server
    form = {"grant_type": "refresh_token", "refresh_token": server.refresh_token}
    stranger = requests.request("POST", server.token_url, data=form, auth=(server.client_id, "wrong"), timeout=10)
    assert (stranger.status_code, stranger.json()) == (401, {"error": "invalid_client"})
    login = (server.client_id, server.client_secret)
    assert requests.request("POST", server.token_url, json=form, auth=login, timeout=10).status_code == 400
    assert qbo_call.token("", grant_type="password").json() == {"error": "unsupported_grant_type"}


def test_an_authorization_code_connects_the_app_once(qbo_call: Caller) -> None:
    code = qbo_call.control.authorization_code()
    told = qbo_call.token("", grant_type="authorization_code", code=code).json()
    assert told["refresh_token"] == qbo_call.server.refresh_token
    assert qbo_call.token("", grant_type="authorization_code", code=code).json() == {"error": "invalid_grant"}


def test_an_access_token_ends_after_an_hour(qbo_call: Caller) -> None:
    path = f"/companyinfo/{qbo_call.server.realm_id}"
    assert qbo_call("GET", path).json()["CompanyInfo"]["CompanyName"] == "Accordant Demo Company"
    qbo_call.control.advance(3600)
    refused = qbo_call("GET", path)
    assert refused.status_code == 401
    error = refused.json()["fault"]["error"][0]
    assert error["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert refused.json()["fault"]["type"] == "AUTHENTICATION"
    assert refused.headers["intuit_tid"]
    qbo_call.log_in()
    assert qbo_call("GET", path).status_code == 200


def test_missing_unknown_and_expired_tokens_are_refused_alike(qbo_call: Caller) -> None:
    for header in (None, "Bearer nonsense", "Basic nonsense"):
        assert qbo_call("GET", "/preferences", headers={"Authorization": header}).status_code == 401
    qbo_call.control.expire_access_tokens()
    assert qbo_call("GET", "/preferences").status_code == 401


def test_the_token_is_for_one_company(qbo_call: Caller) -> None:
    url = f"{qbo_call.server.base_url}/v3/company/123/preferences"
    refused = qbo_call.session.get(url, timeout=10)
    assert refused.status_code == 403
    assert "errorCode=003100" in refused.json()["fault"]["error"][0]["message"]


def test_those_who_do_not_ask_for_json_get_xml(qbo_call: Caller) -> None:
    answer = qbo_call("GET", "/preferences", headers={"Accept": "*/*"})
    assert answer.headers["content-type"].startswith("application/xml")
    assert "<CustomTxnNumbers>true</CustomTxnNumbers>" in answer.text
    qbo_call.control.settings(xml_without_accept=False)
    assert qbo_call("GET", "/preferences", headers={"Accept": "*/*"}).json()["Preferences"]


def test_a_connection_says_all_that_is_needed(qbo: QuickBooksOnlineThread) -> None:
    connection: dict[str, Any] = qbo.connection
    assert connection["conn_type"] == "quickbooks_online"
    assert connection["extra"]["token_url"] == qbo.token_url
    assert connection["extra"]["refresh_token"] == qbo.refresh_token
