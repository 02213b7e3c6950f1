"""What is told to the person when something in the demo does not work."""

from __future__ import annotations

from pathlib import Path


class DemoFailed(Exception):
    """The demo cannot go on.

    Args:
        what: what happened, one sentence.
        log: where the failing part wrote down why.
    """

    def __init__(self, what: str, log: Path | None = None) -> None:
        super().__init__(what)
        self.log = log

    def __str__(self) -> str:
        """Return the sentence, and the end of the log where there is one."""
        what = super().__str__()
        if self.log is None:
            return what
        lines = "\n".join(f"    {line}" for line in tail(self.log))
        return f"{what}\n  The last lines of {self.log}:\n{lines}"


def tail(log: Path, lines: int = 15) -> list[str]:
    """Return the last lines of a log; a log that is missing or empty says so."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ["(no log was written)"]
    return text.splitlines()[-lines:] or ["(the log is empty)"]
