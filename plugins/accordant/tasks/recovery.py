"""Which failures Airflow should try again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from accordant.sync.errors import AccordantError, RetryLater


def run_step(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run a step; of our own errors only a passing fault is worth a retry, the others need somebody first."""
    try:
        return function(*arguments)
    except RetryLater:
        raise
    except AccordantError as error:
        raise AirflowFailException(str(error)) from None
