"""Plausibility: a number that may be right but seldom is, such as 200,000 places in a week, is asked about.

It is refused unless the caller says that it is meant (``Caller.accepts_unusual``). What is stored already is not asked
about again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from placement.callers import Caller
from placement.errors import Fault, InvalidError
from placement_solver.words import Words

CONFIRM = Words(
    "bekräfta med acceptUnusual=true om det stämmer (i kommandot: --accept-unusual)",
    "confirm with acceptUnusual=true if it is what you mean (in the command: --accept-unusual)",
)
"""How a caller says, in the address of a call or to the command, that what is unusual is meant."""


@dataclass(frozen=True, slots=True)
class Usual:
    """The largest number of something that is usual, and what it is that is counted."""

    most: int
    what: Words


PLACES = Usual(500, Words("platser på en vecka", "places in a week"))
AT_A_UNIT = Usual(500, Words("studenter samtidigt på en enhet", "students at a time at a unit"))
AT_A_SUPERVISOR = Usual(20, Words("studenter samtidigt hos en handledare", "students at a time with a supervisor"))
IN_A_COHORT = Usual(1_000, Words("studenter i en kull", "students in a cohort"))
STUDENT_WEEKS = Usual(100_000, Words("studentveckor i ett avtal en termin", "student-weeks of an agreement in a term"))


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is given: where, what it counts, and what is stored now."""

    pointer: str
    given: int | None
    usual: Usual
    standing: int | None = None

    @property
    def unusual(self) -> bool:
        """Tell whether the number is new and larger than usual."""
        return self.given is not None and self.given > self.usual.most and self.given != self.standing


def hold_usual(by: Caller, numbers: Iterable[Number]) -> None:
    """Refuse numbers that are larger than usual, unless the caller accepts them."""
    faults = [_question(number) for number in numbers if not by.accepts_unusual and number.unusual]
    if faults:
        raise InvalidError(*faults)


def _question(number: Number) -> Fault:
    """Say how large a number is and what is usual, and how to confirm it."""
    given, most, what = f"{number.given:,}", f"{number.usual.most:,}", number.usual.what
    english = f"{given} {what.en} is unusually many, more than {most}: {CONFIRM.en}"
    given, most = (text.replace(",", "\N{NO-BREAK SPACE}") for text in (given, most))
    return Fault(number.pointer, english, f"{given} {what.sv} är ovanligt många, fler än {most}: {CONFIRM.sv}")
