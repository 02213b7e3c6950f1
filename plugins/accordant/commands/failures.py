"""How a failure is told: one clear block, never a traceback and never a credential."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from accordant.commands.exits import ExitCode, exit_of
from accordant.commands.output import complaints, print_json, wants_json
from accordant.sync.errors import AccordantError

_SECRETS = (
    (re.compile(r"(?i)(password|passwd|pwd|token|secret|api_?key|authorization)(['\"]?\s*[=:]\s*)(\S+)"), r"\1\2***"),
    (re.compile(r"://[^/\s:@]*:[^/\s@]*@"), "://***@"),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure as a person reads it; `code` leads to docs/errors.md and is '' for one that has no entry."""

    sentence: str
    code: str = ""
    record: str = ""
    field: str = ""
    actor: str = ""
    action: str = ""

    def document(self) -> dict[str, Any]:
        """Return it for --json."""
        return {"error": asdict(self)}


class Hint(Exception):
    """A command was asked for something that cannot be; it says what to do instead."""

    def __init__(self, sentence: str, action: str = "", record: str = "") -> None:
        self.sentence, self.action, self.record = sentence, action, record
        super().__init__(sentence)


def redacted(text: str) -> str:
    """Return `text` without what looks like a credential."""
    for pattern, replacement in _SECRETS:
        text = pattern.sub(replacement, text)
    return text


def causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what caused it: Airflow wraps ours."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def ours(error: BaseException) -> BaseException:
    """Return the error of the catalogue behind `error`, or `error` itself."""
    return next((one for one in causes(error) if isinstance(one, AccordantError)), error)


def failure_of(error: BaseException) -> Failure:
    """Return how an error is told."""
    error = ours(error)
    if isinstance(error, AccordantError):
        code = error.code
        sentence = redacted(error.sentence)
        return Failure(sentence, code.code, error.record, error.field, code.actor.value, code.action)
    if isinstance(error, Hint):
        return Failure(redacted(error.sentence), record=error.record, action=error.action)
    if type(error) is LookupError:
        return Failure(redacted(str(error)))
    if type(error).__name__ == "UndefinedTable":
        return Failure(
            "The sync store is empty.", action="Run `accordant migrate`, or any DAG: its first step does it."
        )
    words = (str(error).strip().splitlines() or ["no message"])[0]
    sentence = redacted(f"Something unexpected: {type(error).__name__}: {words}")
    return Failure(
        sentence, action="Run the same command with `accordant --debug ...` for the traceback, and report it."
    )


def tell(failure: Failure) -> None:
    """Print a failure on stderr."""
    console = complaints()
    title = " ".join(escape(part) for part in (failure.code, failure.record) if part) or "Failed"
    lines = {"": failure.sentence, "Who acts: ": failure.actor, "Next: ": failure.action}
    console.print(f"[bold red]{title}[/]", soft_wrap=True)
    for name, line in lines.items():
        if line:
            console.print(f"  [dim]{name}[/]{escape(line)}", soft_wrap=True)


class Commands(TyperGroup):
    """The group of all commands: what one of them raises becomes a message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            raise typer.Exit(ExitCode.CANCELLED) from None
        except Exception as error:
            if _is_usage(error):
                raise
            if ctx.find_root().params.get("debug"):
                complaints().print(escape(redacted("".join(traceback.format_exception(error)))), soft_wrap=True)
            if wants_json(ctx):
                print_json(self.document_of(error))
            else:
                tell(failure_of(error))
            raise typer.Exit(exit_of(ours(error))) from None

    def document_of(self, error: BaseException) -> dict[str, Any]:
        """Return the one JSON document of a command that failed."""
        return {**failure_of(error).document(), "exit_code": int(exit_of(ours(error)))}


def _is_usage(error: Exception) -> bool:
    """Tell whether typer itself says best what is wrong with the call."""
    return callable(getattr(error, "format_message", None)) and hasattr(error, "exit_code")
