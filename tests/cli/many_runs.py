"""Runs several `accordant ...` command lines in one process and prints how each ended: Airflow starts once.

Each argument is the JSON of a list of words.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import Any

from accordant.cli import app


def main() -> None:
    """Run every command line; print {"exit_code", "stdout", "stderr"} of each as one JSON list."""
    ended = [ended_of(json.loads(words)) for words in sys.argv[1:]]
    print(json.dumps(ended))


def ended_of(words: list[str]) -> dict[str, Any]:
    """Run one command line with both streams in files, as a shell would redirect them."""
    sys.stdout.flush()
    sys.stderr.flush()
    kept = {number: os.dup(number) for number in (1, 2)}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        try:
            app(words)
            exit_code: Any = 0
        except SystemExit as end:
            exit_code = end.code
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, copy in kept.items():
                os.dup2(copy, number)
                os.close(copy)
        return {"exit_code": exit_code, "stdout": _text(out), "stderr": _text(err)}


def _text(file: Any) -> str:
    file.seek(0)
    return str(file.read())


if __name__ == "__main__":
    main()
