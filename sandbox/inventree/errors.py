"""The refusals of the real server, in each of their shapes."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """The call ends with this status and body."""

    def __init__(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body, self.headers = status, body, headers or {}


class FieldError(Exception):
    """One field was given a value it cannot take."""


def field_errors(errors: dict[str, list[str]]) -> Refusal:
    """`{"field": ["message"]}`, the usual 400."""
    return Refusal(400, errors)


def one_field(name: str, message: str) -> Refusal:
    """A 400 about a single field."""
    return Refusal(400, {name: [message]})


def non_field(message: str) -> Refusal:
    """A 400 about the object as a whole."""
    return Refusal(400, {"non_field_errors": [message]})


def bulk_error(message: str) -> Refusal:
    """A 400 of a bulk call, whose message is a text and not a list."""
    return Refusal(400, {"non_field_errors": message})


def bare_list(message: str) -> Refusal:
    """A 400 whose body is only a list (metadata of an unknown model)."""
    return Refusal(400, [message])


def parse_error(message: str) -> Refusal:
    """A 400 for a body that is not JSON."""
    return Refusal(400, {"detail": f"JSON parse error - {message}"})


def unauthenticated(message: str) -> Refusal:
    """A 401."""
    return Refusal(401, {"detail": message}, {"WWW-Authenticate": "Token"})


def forbidden() -> Refusal:
    """A 403 for a user without the role."""
    return Refusal(403, {"detail": "You do not have permission to perform this action."})


def no_object(label: str) -> Refusal:
    """A 404 for an id that does not exist."""
    return Refusal(404, {"detail": f"No {label} matches the given query."})


def no_endpoint(url: str) -> Refusal:
    """A 404 for a path that does not exist; a missing trailing slash is one."""
    return Refusal(404, {"detail": "API endpoint not found", "url": url})


def method_not_allowed(method: str) -> Refusal:
    """A 405."""
    return Refusal(405, {"detail": f'Method "{method}" not allowed.'})


def unsupported_media_type(content_type: str) -> Refusal:
    """A 415."""
    return Refusal(415, {"detail": f'Unsupported media type "{content_type}" in request.'})


def server_error(error: str, path: str) -> Refusal:
    """A 500 with the body of an unhandled exception, given its class's full name."""
    return Refusal(
        500,
        {
            "error": error.rsplit(".", 1)[-1],
            "error_class": f"<class '{error}'>",
            "detail": "Error details can be found in the admin panel",
            "path": path,
            "status_code": 500,
        },
    )
