"""Exceptions, chosen by how to recover.

A caller never asks "what went wrong?" to decide what to do next: the class says it. The code leads to
the catalogue (docs/errors.md), which says who acts and how.
"""

from __future__ import annotations

from accordant.sync.catalogue import CATALOGUE, ErrorCode


class AccordantError(Exception):
    """A failure with a code of the catalogue.

    Args:
        code: a key of `CATALOGUE`.
        sentence: what happened, in one sentence; never holds a credential.
        record: the record it happened to, as a person would name it.
        field: the field of that record.
    """

    def __init__(self, code: str, sentence: str, *, record: str = "", field: str = "") -> None:
        self.code: ErrorCode = CATALOGUE[code]
        self.sentence = sentence
        self.record = record
        self.field = field
        super().__init__(str(self))

    def __str__(self) -> str:
        subject = f" {self.record}:" if self.record else ":"
        return f"{self.code.code}{subject} {self.sentence} Next: {self.code.action}"

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Let Airflow pass the exception between processes."""
        return _rebuild, (type(self), self.code.code, self.sentence, self.record, self.field)


def _rebuild(kind: type[AccordantError], code: str, sentence: str, record: str, field: str) -> AccordantError:
    return kind(code, sentence, record=record, field=field)


class RetryLater(AccordantError):
    """A passing fault, proven not to have changed anything: the same call may be made again later."""


class RecordRejected(AccordantError):
    """This one record cannot go; the others go on. It is quarantined."""


class NeedsPerson(AccordantError):
    """No rule may decide this alone; a person must, and the next run replays the answer."""


class Misconfigured(AccordantError):
    """A password, address or setting is wrong: the run stops at once, before anything is written."""


class ReferenceGone(NeedsPerson):
    """A record that this one refers to is no longer in the other system; its binding is void.

    Args:
        object_type, key: the record that is gone.
    """

    def __init__(self, object_type: str, key: str, sentence: str) -> None:
        self.reference = (object_type, key)
        super().__init__("REFERENCE_GONE", sentence, record=key)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Let Airflow pass the exception between processes."""
        return type(self), (*self.reference, self.sentence)


class StaleRevision(AccordantError):
    """The record changed in the other system since it was read; nothing was applied. Read it anew and decide again."""


class OutcomeUnknown(AccordantError):
    """A write was sent and its answer never came: look it up before anything else."""
