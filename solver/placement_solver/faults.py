"""What is wrong with a document: every fault says where it is, and what is wrong in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a document, at the place that a JSON Pointer (RFC 6901) names.

    A missing field has the pointer where it belongs; a fault of the whole text has the empty pointer.
    """

    pointer: str
    words: Words


class InvalidDocument(ValueError):  # noqa: N818  (a finding about someone's document, not an error of ours)
    """A document that cannot be accepted; ``faults`` holds everything that is wrong with it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the faults and put them, in English, into the message."""
        super().__init__("\n".join(f"{fault.pointer or '(document)'}: {fault.words.en}" for fault in faults))
        self.faults = faults

    def __reduce__(self) -> tuple[type[InvalidDocument], tuple[tuple[Fault, ...]]]:
        """Make it picklable, so that a child process can send it."""
        return type(self), (self.faults,)


class InvalidProblem(InvalidDocument):
    """A problem document that is not a valid problem, and so cannot be planned."""


class InvalidPlan(InvalidDocument):
    """A plan document that cannot be read as a plan. Whether a plan keeps the rules is for `check` to say."""


class InvalidReport(InvalidDocument):
    """A report document that cannot be read as a report."""


def pointed(parent: str, name: object) -> str:
    """Return the JSON Pointer of a member or an element, escaped as RFC 6901 says."""
    return f"{parent}/{shown(str(name)).replace('~', '~0').replace('/', '~1')}"


def shown(text: str) -> str:
    """Return text that can be printed anywhere: lone surrogates, which UTF-8 cannot encode, become escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
