"""Airflow's REST API, as far as the demo needs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from demo.failure import DemoFailed

_TIMEOUT = 15


class AirflowApi:
    """A logged-in session with Airflow's REST API.

    Args:
        url: where the api-server listens, without a path.
        user: a user of SimpleAuthManager.
        password: that user's password.
    """

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._login = {"username": user, "password": password}
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the person's environment has no business on loopback

    def healthy(self) -> dict[str, str | None]:
        """Return each component's status; empty while the api-server does not answer."""
        try:
            answer = self._session.get(f"{self.url}/api/v2/monitor/health", timeout=_TIMEOUT)
            return {name: part.get("status") for name, part in answer.json().items() if isinstance(part, dict)}
        except (requests.RequestException, ValueError):
            return {}

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Return status and decoded answer of `/api/v2/{path}`, logging in when needed."""
        for _ in range(2):
            if "Authorization" not in self._session.headers:
                self._log_in()
            answer = self._session.request(method, f"{self.url}/api/v2/{path}", json=body, timeout=_TIMEOUT)
            if answer.status_code != 401:
                break
            self._session.headers.pop("Authorization")
        return answer.status_code, answer.json() if answer.content else None

    def must(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the answer of a call that has to succeed.

        Raises:
            DemoFailed: Airflow refused it.
        """
        status, answer = self.call(method, path, body)
        if status >= 400:
            detail = answer.get("detail", answer) if isinstance(answer, dict) else answer
            raise DemoFailed(f"Airflow answered {status} to {method} {path}: {detail}")
        return answer

    def _log_in(self) -> None:
        answer = self._session.post(f"{self.url}/auth/token", json=self._login, timeout=_TIMEOUT)
        if answer.status_code != 201:
            raise DemoFailed(f"Airflow refused the demo's own password: {answer.status_code} {answer.text[:200]}")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
