"""Keeps Conductor's secret key out of what the libraries below our hook log.

conductor-py, httpx and httpcore log answers with their headers at level DEBUG, and a server may send our key
back in any of them. Their loggers are shared with whoever else uses them, so records are changed only where
they hold a secret.
"""

from __future__ import annotations

import logging

from accordant.hooks.calls import Secrets

# A filter is asked only for records of its own logger, not for those of the loggers below it.
_LOGGERS = (
    "conductor", "conductor._base_client", "conductor._response",
    "httpx", "httpcore.connection", "httpcore.http11", "httpcore.proxy",
)  # fmt: skip


class _Redaction(logging.Filter):
    """Blanks known secrets in every record."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets = Secrets()

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, without its secrets."""
        if record.name.startswith("conductor"):
            record.exc_info = None  # its text is the HTTP library's, and may hold a whole answer
        said = record.getMessage()
        shown = self.secrets.hidden_in(said)
        if shown != said:
            record.msg, record.args = shown, ()
        return True


_redaction = _Redaction()


def hide_in_logs(secret: str) -> None:
    """Blank this value in the libraries' logs from now on, for the whole process."""
    _redaction.secrets.add(secret)
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_redaction)  # adding it a second time changes nothing
