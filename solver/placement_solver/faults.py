"""What is wrong with a document, and where: every fault has a place and words in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document, at the place that a JSON Pointer (RFC 6901) names.

    A missing field has the pointer where it should stand; a fault of the whole text has the empty pointer.
    """

    pointer: str
    words: Words


class InvalidDocument(ValueError):  # noqa: N818  (a finding about someone's document, not an error of ours)
    """A document that is not what it says it is; ``faults`` holds everything found wrong."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults and put them, in English, into the message."""
        super().__init__("\n".join(f"{fault.pointer or '(document)'}: {fault.words.en}" for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[type[InvalidDocument], tuple[tuple[Fault, ...]]]:
        """Let it be told from one process to another."""
        return type(self), (self.faults,)


class InvalidProblem(InvalidDocument):
    """A problem document that is no valid problem: it gets no plan."""


class InvalidPlan(InvalidDocument):
    """A plan document that cannot be read as a plan; whether a plan keeps the rules is another question."""


class InvalidReport(InvalidDocument):
    """A report document that cannot be read as a report."""


def pointed(parent: str, name: object) -> str:
    """Return the JSON Pointer of a member or an element, escaped as RFC 6901 says."""
    return f"{parent}/{shown(str(name)).replace('~', '~0').replace('/', '~1')}"


def shown(text: str) -> str:
    """Return text that can be printed anywhere: surrogates, which UTF-8 has no bytes for, become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
