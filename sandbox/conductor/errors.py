"""How Conductor and QuickBooks say no."""

from __future__ import annotations

from typing import Any

USELESS = "An internal server error occurred. Please try again later or contact support."
PARSE_CODE = "0x80040400"


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        kind: str,
        code: str,
        message: str,
        *,
        user_message: str | None = None,
        integration_code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.integration_code = status, code, integration_code
        self._kind, self._message, self._user_message = kind, message, user_message or message

    def body(self, request_id: str) -> dict[str, Any]:
        """The error as it is answered."""
        error: dict[str, Any] = {
            "message": self._message,
            "userFacingMessage": self._user_message,
            "type": self._kind,
            "code": self.code,
            "httpStatusCode": self.status,
            "requestId": request_id,
        }
        if self.integration_code is not None:
            error["integrationCode"] = self.integration_code
        return {"error": error}


def invalid(message: str) -> Refusal:
    """The request breaks the contract; only `message` says how."""
    kind = "INVALID_REQUEST_ERROR"
    return Refusal(400, kind, kind, message, user_message=USELESS)


def key_refused() -> Refusal:
    """The secret key is missing or wrong."""
    return Refusal(401, "AUTHENTICATION_ERROR", "API_KEY_INVALID", "The provided API key is invalid.")


def missing(what: str, object_id: str) -> Refusal:
    """Nothing has this id."""
    return Refusal(404, "INVALID_REQUEST_ERROR", "RESOURCE_MISSING", f'No such {what}: "{object_id}".')


def no_path(method: str, path: str) -> Refusal:
    """Nothing is served there."""
    return Refusal(404, "INVALID_REQUEST_ERROR", "RESOURCE_MISSING", f"Unrecognized request URL ({method} {path}).")


def quickbooks(code: str, text: str) -> Refusal:
    """QuickBooks itself refused, with its status code."""
    message = f"QBD Request Error ({code}): {text}"
    return Refusal(502, "INTEGRATION_ERROR", "QBD_REQUEST_ERROR", message, user_message=text, integration_code=code)


def not_found(field: str) -> Refusal:
    """A look-up by ids, names or reference numbers missed."""
    text = f'There was a required element ("{field}") that could not be found in QuickBooks.'
    return quickbooks("500", text)


def object_not_found(object_id: str) -> Refusal:
    """A change of what does not exist."""
    return quickbooks("3120", f'Object "{object_id}" specified in the request cannot be found.')


def bad_reference(kind: str, value: str, owner: str) -> Refusal:
    """A write refers to what does not exist."""
    text = (
        f'There is an invalid reference to QuickBooks {kind} "{value}" in the {owner}. QuickBooks error message: '
        "Invalid argument. The specified record does not exist in the list."
    )
    return quickbooks("3140", text)


def missing_element(name: str) -> Refusal:
    """QuickBooks wants what the contract does not require."""
    return quickbooks("3150", f'There is a missing element: "{name}".')


def invalid_value(field: str, value: object, why: str) -> Refusal:
    """A value that QuickBooks does not accept here."""
    return quickbooks("3210", f'The "{field}" field has an invalid value "{value}". QuickBooks error message: {why}')


def cannot_save(what: str, why: str) -> Refusal:
    """A rule of QuickBooks across several fields."""
    return quickbooks("3180", f"There was an error when saving a {what}. QuickBooks error message: {why}")


def name_taken(name: str) -> Refusal:
    """Another object of the list has this name."""
    return quickbooks("3100", f'The name "{name}" of the list element is already in use.')


def in_use(what: str, object_id: str) -> Refusal:
    """It cannot be deleted while something depends on it."""
    text = f'{what} "{object_id}" cannot be deleted because it is in use or has linked transactions.'
    return quickbooks("3160", text)


def cannot_link(why: str) -> Refusal:
    """A link to an order that has nothing left to give."""
    return quickbooks("570", f"The transactions cannot be linked. QuickBooks error message: {why}")


def stale(revision: str) -> Refusal:
    """Somebody changed the object since it was read."""
    text = (
        f'The provided revision number (edit sequence) "{revision}" is out-of-date. The object has been modified '
        "since it was last retrieved; retrieve it again and retry with the new revision number."
    )
    return quickbooks("3200", text)


def unparsable() -> Refusal:
    """Characters that cannot be put into QuickBooks' XML."""
    return quickbooks(PARSE_CODE, "QuickBooks found an error when parsing the provided XML text stream.")


def timed_out() -> Refusal:
    """QuickBooks did not answer in time; it may yet do what was asked."""
    text = "The request to QuickBooks Desktop timed out before it answered."
    return Refusal(502, "INTEGRATION_ERROR", "QBD_REQUEST_TIMEOUT", text)
