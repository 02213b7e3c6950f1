"""The vendor's faults: codes, texts and HTTP statuses.

Sources: developer.intuit.com, handling-common-errors; replies captured by public projects. Codes 2030 to 2210 other
than 2050 and 2500 are remembered by public code only.
"""

from __future__ import annotations

from typing import Any

VALIDATION = "ValidationFault"
SYSTEM = "SystemFault"
_INACTIVE = (
    "Object Not Found : Something you're trying to use has been made inactive. "
    "Check the fields with accounts, customers, items, vendors or employees."
)


class Refusal(Exception):
    """A call, or one item of a batch, that is refused.

    Attributes:
        gateway: refused before QuickBooks saw it, which is said with lower-case keys.
    """

    def __init__(
        self,
        code: str,
        message: str,
        detail: str,
        *,
        element: str | None = "",
        status: int = 400,
        kind: str = VALIDATION,
        gateway: bool = False,
    ) -> None:
        super().__init__(f"{code} {detail}")
        self.code, self.message, self.detail, self.element = code, message, detail, element
        self.status, self.kind, self.gateway = status, kind, gateway

    def fault(self) -> dict[str, Any]:
        """The value of `Fault`."""
        error = {"Message": self.message, "Detail": self.detail, "code": self.code}
        return {"Error": [error if self.element is None else error | {"element": self.element}], "type": self.kind}

    def body(self, time: str) -> dict[str, Any]:
        """The whole answer."""
        if not self.gateway:
            return {"Fault": self.fault(), "time": time}
        error = {"message": self.message, "detail": self.detail, "code": self.code, "element": None}
        return {"warnings": None, "fault": {"error": [error], "type": self.kind}, "requestId": None, "time": time}


# -- before QuickBooks


def token_refused() -> Refusal:
    """No access token, an unknown one, or one that has expired."""
    message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    return Refusal("3200", message, "Token expired", status=401, kind="AUTHENTICATION", gateway=True)


def realm_refused() -> Refusal:
    """A company that the token is not for."""
    message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
    return Refusal("3100", message, "", status=403, kind="AUTHORIZATION", gateway=True)


def throttled(code: str = "3001") -> Refusal:
    """Too many calls."""
    message = "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    return Refusal(code, message, "The request limit was reached.", element=None, status=429, kind="SERVICE")


def throttled_body(code: str = "3001") -> dict[str, Any]:
    """The whole answer of a 429, which has no time."""
    refusal = throttled(code)
    return {"Fault": refusal.fault()}


# -- what the call says


def unsupported_operation(what: str) -> Refusal:
    """Something the API does not do."""
    return Refusal("500", "Unsupported Operation", f"Operation {what} is not supported.")


def unsupported_property(name: str) -> Refusal:
    """A property that the entity does not have."""
    detail = f"Property Name:{name} specified is unsupported or invalid"
    return Refusal("2010", "Request has invalid or unsupported property", detail, element=name)


def required(name: str) -> Refusal:
    """A property that must be there."""
    message = "Required param missing, need to supply the required value for the API"
    return Refusal("2020", message, f"Required parameter {name} is missing in the request", element=name)


def invalid_id(value: Any) -> Refusal:
    """An id that is no number."""
    return Refusal("2030", "Invalid ID", f"Invalid ID : Id should be a valid number. Supplied value:{value}")


def invalid_number(name: str, value: Any) -> Refusal:
    """Something that should be a number."""
    detail = f"Invalid Number : {name} is no number. Supplied value:{value}"
    return Refusal("2040", "Invalid Number", detail, element=name)


def invalid_text(name: str, why: str) -> Refusal:
    """A text that is too long or has a forbidden character."""
    return Refusal("2050", "Invalid String", f"Invalid String : {why}", element=name)


def too_long(name: str, most: int, length: int) -> Refusal:
    """A text that is too long."""
    detail = (
        "String length specified does not match the supported length. "
        f"Min:0 Max:{most} supported. Supplied length:{length}"
    )
    message = "String length is either shorter or longer than supported by specification"
    return Refusal("2050", message, detail, element=name)


def invalid_date(name: str, value: Any) -> Refusal:
    """Something that should be a date or a time."""
    return Refusal("2070", "Invalid Date", f"Invalid Date : {name}. Supplied value:{value}", element=name)


def invalid_choice(name: str, value: Any) -> Refusal:
    """A word that is none of those that may stand there."""
    return Refusal("2080", "Invalid Enumeration", f"Invalid Enumeration : {value}", element=name)


def invalid_email(value: str) -> Refusal:
    """An e-mail address without @ or dot."""
    detail = f"Email Address does not conform to the RFC 822 standard. Supplied value:{value}"
    return Refusal("2210", "Invalid Email Address format", detail, element="PrimaryEmailAddr")


# -- what QuickBooks says


def not_found() -> Refusal:
    """No object has this id, or what is referred to is inactive."""
    return Refusal("610", "Object Not Found", _INACTIVE)


def bad_reference(family: str, object_id: Any, why: str = "not found") -> Refusal:
    """A reference to nothing."""
    detail = f"Invalid Reference Id : {family} element id {object_id} {why}"
    return Refusal("2500", "Invalid Reference Id", detail)


def stale() -> Refusal:
    """A SyncToken that is not the present one."""
    detail = (
        "Stale Object Error : You and root were working on this at the same time. "
        "root finished before you did, so your work was not saved."
    )
    return Refusal("5010", "Stale Object Error", detail)


def business(why: str) -> Refusal:
    """A rule of bookkeeping."""
    message = "A business validation error has occurred while processing your request"
    return Refusal("6000", message, f"Business Validation Error: {why}")


def wrong_amount(value: Any) -> Refusal:
    """An Amount that is not quantity times price."""
    detail = f"Amount is not equal to UnitPrice * Qty. Supplied value:{value}"
    return Refusal("6070", "Amount calculation incorrect in the request.", detail, element="Line.Amount")


def duplicate_number(number: str, kind: str, object_id: str) -> Refusal:
    """A DocNumber that another transaction of the type has."""
    detail = (
        "Duplicate Document Number Error : You must specify a different number. This number has already been used. "
        f"DocNumber={number} is assigned to TxnType={kind} with TxnId={object_id}"
    )
    return Refusal("6140", "Duplicate Document Number Error", detail)


def duplicate_name(kind: str) -> Refusal:
    """A name that is taken; `kind` says by what, such as customer."""
    detail = (
        f"The name supplied already exists. : Another {kind} is already using this name. Please use a different name."
    )
    return Refusal("6240", "Duplicate Name Exists Error", detail)


# -- queries


def unreadable_query(why: str) -> Refusal:
    """A query that is not of the language."""
    return Refusal("4000", "Error parsing query", f"QueryParserError: {why}")


def invalid_query(why: str) -> Refusal:
    """A query of the language that cannot be answered."""
    return Refusal("4001", "Invalid query", f"QueryValidationError: {why}")
