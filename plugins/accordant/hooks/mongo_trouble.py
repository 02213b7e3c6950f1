"""From pymongo's errors to ours."""

from __future__ import annotations

from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    InvalidURI,
    OperationFailure,
    PyMongoError,
    WriteError,
)

from accordant.hooks.calls import Secrets
from accordant.sync.errors import AccordantError, Misconfigured, RecordRejected, RetryLater
from accordant.sync.text import shortened

# https://github.com/mongodb/mongo/blob/master/src/mongo/base/error_codes.yml; 8000 is Atlas's own
_BAD_CREDENTIALS = frozenset({11, 18, 8000})
_NOT_ALLOWED = frozenset({13})
_DOCUMENT_REFUSED = frozenset({121, 10334})  # the collection's validator; a document larger than 16 MB


def trouble(error: Exception, account: str, conn_id: str, secrets: Secrets) -> AccordantError:
    """Return our error for one of pymongo's, by how to recover."""
    words = shortened(secrets.hidden_in(str(error).split(", Timeout:")[0].split(", full error:")[0]), 300)
    who = f"MongoDB at {account}"
    if isinstance(error, OperationFailure):
        return _of_server(error, f"{who} answered: {words}", conn_id)
    if isinstance(error, ConnectionFailure):
        return RetryLater("SYSTEM_DOWN", f"{who} cannot be reached: {words}")
    if isinstance(error, ConfigurationError | InvalidURI) or not isinstance(error, PyMongoError):
        return Misconfigured("ADDRESS_WRONG", f"The Connection {conn_id} cannot be used: {words}", record=conn_id)
    return RetryLater("SYSTEM_DOWN", f"{who} failed: {words}")


def _of_server(error: OperationFailure, sentence: str, conn_id: str) -> AccordantError:
    if error.code in _BAD_CREDENTIALS:
        return Misconfigured("CREDENTIALS_REFUSED", sentence, record=conn_id)
    if error.code in _NOT_ALLOWED:
        return Misconfigured("PERMISSION_MISSING", sentence, record=conn_id)
    if isinstance(error, WriteError) and error.code in _DOCUMENT_REFUSED:
        return RecordRejected("REFUSED_BY_TARGET", sentence)
    return RetryLater("SYSTEM_DOWN", sentence)
