"""Offer answers: what somebody has typed into the grid of offers, row by row, beside what is stored now.

A row's fields have the row's number in the form: ``o`` its offer, ``v`` the version that its reader saw, ``b`` the
answer as it was then, ``s`` the answer chosen, and a number for each week.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from placement.register.offer_rows import OfferRow
from placement.register.plausibility import PLACES
from placement.tables import DeclineReason, OfferStatus
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

ANSWERED, UNANSWERED = OfferStatus.ANSWERED.value, OfferStatus.UNANSWERED.value
MINE, THEIRS = "mine", "theirs"
_NO = "no:"
CHOICES: Mapping[str, Words] = {
    ANSWERED: Words("Platser", "Places"),
    **{f"{_NO}{each}": Words(f"Nej: {each.words.sv}", f"No: {each.words.en}") for each in DeclineReason},
    UNANSWERED: Words("Inget svar än", "No answer yet"),
}
"""What a row may answer, by its value in the form."""
_NUMBER = Words(
    f"skriv ett helt tal, 0 till {PLACES.most}, eller lämna rutan tom",
    f"write a whole number, 0 to {PLACES.most}, or leave the cell empty",
)
_NONE_TYPED = Words(
    "skriv antal platser i minst en vecka, eller välj ett annat svar",
    "write the places of one week at least, or choose another answer",
)
_NO_CHOICE = Words("välj ett av svaren", "choose one of the answers")


class State(enum.StrEnum):
    """What is to become of a row: nothing, a change, a change that takes places away, or something to be settled."""

    SAME = "same"
    CHANGED = "changed"
    CUT = "cut"
    CONFLICT = "conflict"
    FAULTY = "faulty"


@dataclass(frozen=True, slots=True)
class Answer:
    """A choice, and the places of each week of the term; None in a week that is not offered."""

    choice: str
    places: tuple[int | None, ...]

    def __str__(self) -> str:
        """Write the answer as a form keeps it."""
        return f"{self.choice}|{','.join('' if each is None else str(each) for each in self.places)}"

    @property
    def cells(self) -> list[str]:
        """Return what the cells of the weeks show."""
        return ["" if each is None else str(each) for each in self.places]

    def takes_from(self, before: Answer) -> bool:
        """Tell whether any week has fewer places than before."""
        return any((now or 0) < (then or 0) for now, then in zip(self.places, before.places, strict=True))

    def change(self, weeks: Sequence[IsoWeek]) -> dict[str, Any]:
        """Return the change of an offer, with the fields that the register takes."""
        if self.choice == ANSWERED:
            return {"status": OfferStatus.ANSWERED, "weeks": dict(zip(weeks, self.places, strict=True))}
        if self.choice == UNANSWERED:
            return {"status": OfferStatus.UNANSWERED}
        return {
            "status": OfferStatus.DECLINED,
            "decline_reason": DeclineReason(self.choice.removeprefix(_NO)),
        }


@dataclass(frozen=True, slots=True)
class Run:
    """Weeks in a row whose places are the same before, and the same after; None where a week is not offered."""

    first: IsoWeek
    last: IsoWeek
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid: what is stored, what is shown and wanted in its place, and what is wrong with that.

    ``faults`` are by the week's place in the term, and those of the answer itself by -1. ``approved`` tells that what
    the row takes away is what its reader has seen the consequences of. ``version`` is the one that its reader saw.
    """

    row: OfferRow
    stored: Answer
    state: State = State.SAME
    wanted: Answer | None = None
    choice: str = ANSWERED
    cells: tuple[str, ...] = ()
    base: str = ""
    version: int = 0
    approved: bool = False
    merged: bool = False
    faults: Mapping[int, Words] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Tell whether the row takes places away, and its reader has not said yes to what that means."""
        return self.state is State.CUT and not self.approved

    @property
    def ready(self) -> bool:
        """Tell whether the row is to be stored."""
        return self.state is State.CHANGED or self.approved

    @property
    def seal(self) -> str:
        """Return what stands for exactly this change of exactly this version, for whoever has seen what it means."""
        told = f"{self.row.offer.row.id} {self.row.offer.row.version} {self.wanted}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def differing(self, weeks: Sequence[IsoWeek]) -> list[Run]:
        """Return the weeks in which what is wanted differs from what is stored, the same numbers together."""
        wanted = self.stored if self.wanted is None else self.wanted
        pairs = list(zip(self.stored.places, wanted.places, strict=True))
        runs = ((pair, [place for place, _ in run]) for pair, run in groupby(enumerate(pairs), lambda each: each[1]))
        return [Run(weeks[of[0]], weeks[of[-1]], *pair) for pair, of in runs if pair[0] != pair[1]]


def answer_in(row: OfferRow, weeks: Sequence[IsoWeek]) -> Answer:
    """Return the stored answer of an offer."""
    status, reason = row.offer.row.status, row.offer.row.decline_reason
    choice = status.value if reason is None else f"{_NO}{reason}"
    return Answer(choice, tuple(row.offer.weeks.get(week) for week in weeks))


def stored_line(row: OfferRow, weeks: Sequence[IsoWeek]) -> Line:
    """Return a row as it is stored."""
    stored = answer_in(row, weeks)
    version = row.offer.row.version
    return Line(row, stored, choice=stored.choice, cells=tuple(stored.cells), base=str(stored), version=version)


def offers_in(fields: Mapping[str, str]) -> dict[str, str]:
    """Return the number in the form of each offer that it has, by the offer's id."""
    return {value: name.removeprefix("o.") for name, value in fields.items() if name.startswith("o.")}


def typed_line(row: OfferRow, weeks: Sequence[IsoWeek], fields: Mapping[str, str], number: str) -> Line:
    """Read a row of a form: what it wants, and what is to become of that."""
    stored, offer = answer_in(row, weeks), row.offer.row
    base = fields.get(f"b.{number}", "")
    choice = fields.get(f"s.{number}", stored.choice)
    cells = tuple(fields.get(f"{number}.{place}", "").strip() for place in range(len(weeks)))
    if f"{choice}|{','.join(cells)}" == base or fields.get(f"x.{number}") == THEIRS:
        return stored_line(row, weeks)
    if choice == UNANSWERED and base.startswith(UNANSWERED) and any(cells):
        choice = ANSWERED  # who types places has answered
    wanted, faults = _read(choice, cells)
    line = Line(
        row, stored, State.FAULTY, wanted, choice, cells, base, int(fields.get(f"v.{number}") or 0), faults=faults
    )
    if wanted is None:
        return line
    settled = fields.get(f"x.{number}") == MINE and fields.get(f"c.{number}") == str(offer.version)
    if wanted != stored and line.version != offer.version and base != str(stored):
        wanted, clash = _meeting(stored, wanted, base)
        line = replace(line, wanted=wanted, merged=not clash)
        if clash and not settled:
            return replace(line, state=State.CONFLICT)
        if wanted == stored:
            return stored_line(row, weeks)
    cut = wanted.takes_from(stored)
    if cut and fields.get("do") == "keep":
        return stored_line(row, weeks)
    state, cells = State.CUT if cut else State.CHANGED, tuple(wanted.cells)
    line = replace(line, state=state, cells=cells, base=str(stored), version=offer.version)
    approved = fields.get("do") == "cut" and fields.get(f"k.{number}") == line.seal
    return replace(line, approved=approved)


def _meeting(stored: Answer, wanted: Answer, base: str) -> tuple[Answer, bool]:
    """Return what somebody wants who began from an older answer, and whether another has changed the same as they.

    Of the places they want what they have changed themselves, beside what the other has.
    """
    choice, _, text = base.partition("|")
    before = text.split(",")
    if {choice, stored.choice, wanted.choice} != {ANSWERED} or len(before) != len(wanted.places):
        return wanted, True
    places, clash = list(stored.places), False
    for place, (theirs, mine, was) in enumerate(zip(stored.cells, wanted.cells, before, strict=True)):
        if mine != was:
            places[place] = wanted.places[place]
            clash |= theirs not in {was, mine}
    return replace(wanted, places=tuple(places)), clash


def _read(choice: str, cells: Sequence[str]) -> tuple[Answer | None, dict[int, Words]]:
    """Return the answer that a row gives, or None and what is wrong with it."""
    if choice not in CHOICES:
        return None, {-1: _NO_CHOICE}
    if choice != ANSWERED:
        return Answer(choice, (None,) * len(cells)), {}
    faults = {place: _NUMBER for place, text in enumerate(cells) if text and not _is_places(text)}
    if not any(cells):
        faults = {-1: _NONE_TYPED}
    if faults:
        return None, faults
    return Answer(choice, tuple(int(text) if text else None for text in cells)), {}


def _is_places(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len(str(PLACES.most)) and int(text) <= PLACES.most
