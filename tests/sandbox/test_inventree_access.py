"""Who may call the sandbox InvenTree, and what the wrong calls are told."""

from __future__ import annotations

import pytest
import requests

from tests.sandbox.conftest import Caller


def bare(call: Caller, path: str, **options: object) -> requests.Response:
    """A GET without the fixture's token."""
    return requests.request("GET", call.server.base_url + path, timeout=10, **options)  # type: ignore[arg-type]


def test_the_root_needs_no_login_and_tells_the_api_version(call: Caller) -> None:
    answer = bare(call, "/api/")
    assert answer.json()["apiVersion"] == 530
    assert answer.headers["X-InvenTree-API"] == "530"
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        (None, "Authentication credentials were not provided."),
        ("Bearer inv-1", "Authentication credentials were not provided."),
        ("Token inv-1", "Invalid token."),
        ("Basic YWRtaW46d3Jvbmc=", "Invalid username/password."),
    ],
)
def test_a_wrong_login_is_401(call: Caller, header: str | None, detail: str) -> None:
    answer = bare(call, "/api/company/", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()) == (401, {"detail": detail})


def test_a_token_is_the_same_on_repeat_and_another_by_name(call: Caller) -> None:
    login = (call.server.user, call.server.password)
    first = bare(call, "/api/user/token/", auth=login).json()
    assert bare(call, "/api/user/token/", auth=login).json() == first
    named = bare(call, "/api/user/token/?name=sync", auth=login).json()
    assert named["name"] == "sync"
    assert named["token"] != first["token"]


def test_a_user_without_roles_is_403_for_reading_too(call: Caller) -> None:
    answer = bare(call, "/api/company/", auth=("guest", "guest"))
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "You do not have permission to perform this action.",
    )
    assert bare(call, "/api/user/me/", auth=("guest", "guest")).status_code == 200


def test_a_user_who_may_only_view_cannot_write(call: Caller) -> None:
    assert bare(call, "/api/company/", auth=("viewer", "viewer")).status_code == 200
    url = call.server.base_url + "/api/company/"
    written = requests.request("POST", url, json={"name": "X"}, auth=("viewer", "viewer"), timeout=10)
    assert written.status_code == 403


def test_a_missing_trailing_slash_is_404_without_redirect(call: Caller) -> None:
    for method in ("GET", "POST"):
        answer = call(method, "/api/company", {} if method == "POST" else None, allow_redirects=False)
        assert answer.status_code == 404
        assert answer.json()["detail"] == "API endpoint not found"


def test_wrong_method_and_wrong_content_type(call: Caller) -> None:
    answer = call("PATCH", "/api/order/so-line/", {})
    assert (answer.status_code, answer.json()["detail"]) == (405, 'Method "PATCH" not allowed.')
    answer = call("POST", "/api/company/", data="x", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith("Unsupported media type")


def test_a_body_that_is_no_json(call: Caller) -> None:
    headers = {"Content-Type": "application/json"}
    for text in ("{", '{"quantity": NaN}'):
        answer = call("POST", "/api/company/", data=text, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize("path", ["company/", "part/", "order/so/", "order/so-line/"])
@pytest.mark.parametrize("body", [[], [{"name": "A"}]])
def test_a_list_post_answers_500(call: Caller, path: str, body: list[object]) -> None:
    answer = call("POST", f"/api/{path}", body)
    assert answer.status_code == 500
    assert answer.json()["error"] == "AttributeError"
    assert call.found(f"/api/{path}") == []


def test_a_missing_object_is_404(call: Caller) -> None:
    answer = call("GET", "/api/company/77/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "No Company matches the given query."})
