"""Findings: what a check answers, in words, in numbers and with the rows that it is about."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from placement_solver.taken import THIS_TERM
from placement_solver.words import Words

MOST_ITEMS = 50
_NOUNS = {
    "agreements": (Words("avtal", "agreement"), Words("avtal", "agreements")),
    "cohorts": (Words("kull", "cohort"), Words("kullar", "cohorts")),
    "courses": (Words("kurs", "course"), Words("kurser", "courses")),
    "faults": (Words("fel", "fault"), Words("fel", "faults")),
    "kinds": (Words("slag av enheter", "kind of unit"), Words("slag av enheter", "kinds of units")),
    "pins": (Words("låst placering", "pin"), Words("låsta placeringar", "pins")),
    "pairs": (Words("par", "pair"), Words("par", "pairs")),
    "professions": (Words("yrke", "profession"), Words("yrken", "professions")),
    "providers": (Words("huvudman", "provider"), Words("huvudmän", "providers")),
    "requests": (Words("begäran", "request"), Words("begäranden", "requests")),
    "students": (Words("student", "student"), Words("studenter", "students")),
    "supervisors": (Words("handledare", "supervisor"), Words("handledare", "supervisors")),
    "tokens": (Words("åtkomstnyckel", "token"), Words("åtkomstnycklar", "tokens")),
    "units": (Words("enhet", "unit"), Words("enheter", "units")),
    "weeks": (Words("studentvecka", "student-week"), Words("studentveckor", "student-weeks")),
    "zones": (Words("zon", "zone"), Words("zoner", "zones")),
}


class Severity(enum.StrEnum):
    """How much a finding matters: a run can place nobody because of it, it should be looked at, or all is well."""

    BLOCKING = "blocking"
    WARNING = "warning"
    OK = "ok"


@dataclass(frozen=True, slots=True)
class Item:
    """A row that a finding is about: our id, its name and its owner's own id, whose it is, and numbers about it.

    ``reason`` tells why, where the rows of one finding have different reasons.
    """

    id: str
    name: Words
    own_id: str | None = None
    owner: Words | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    reason: Words | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a check has found: a sentence, how much it matters, numbers by what they count, and the rows."""

    words: Words
    counts: Mapping[str, int] = field(default_factory=dict)
    items: tuple[Item, ...] = ()
    severity: Severity = Severity.WARNING


@dataclass(frozen=True, slots=True)
class Finding:
    """A check of the list by its code, with what it has found."""

    code: str
    found: Found

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return self.found.severity

    @property
    def shown(self) -> tuple[Item, ...]:
        """The first of the rows."""
        return self.found.items[:MOST_ITEMS]


def blocking_if(everything: bool) -> Severity:  # noqa: FBT001 (it reads as a sentence)
    """Return the severity of something that blocks a run if it concerns everything, and else part of it."""
    return Severity.BLOCKING if everything else Severity.WARNING


def several(number: int, noun: str) -> Words:
    """Return a number and its noun: ``1 kurs``, ``2 kurser``."""
    one, many = _NOUNS[noun]
    words = one if number == 1 else many
    return Words(f"{number} {words.sv}", f"{number} {words.en}")


def say_taken(taken: Counter[str]) -> Words | None:
    """Say how much terms have taken, by their codes: ``10 are taken by the other term (VT2027)``; None if nothing.

    The term's own (`THIS_TERM`) are those that are over, and whose requests are no longer asked for.
    """
    if not taken:
        return None
    others, number = sorted(taken.keys() - {THIS_TERM}), taken.total()
    by = []
    if others:
        listed, one = ", ".join(others), len(others) == 1
        by.append(
            Words(
                f"{'en annan termin' if one else 'andra terminer'} ({listed})",
                f"{'the other term' if one else 'other terms'} ({listed})",
            )
        )
    if THIS_TERM in taken:
        by.append(Words("terminens avslutade placeringar", "placements of the term that are over"))
    sv, en = " och ".join(each.sv for each in by), " and ".join(each.en for each in by)
    return Words(
        f"{number} är {'upptagen' if number == 1 else 'upptagna'} av {sv}",
        f"{number} {'is' if number == 1 else 'are'} taken by {en}",
    )


def same(text: str) -> Words:
    """Return a name that is the same in both languages."""
    return Words(text, text)


def by_count(items: Iterable[Item], count: str) -> tuple[Item, ...]:
    """Return items with the highest numbers first, and in the order of their names."""
    return tuple(sorted(items, key=lambda item: (-item.counts[count], item.name.sv, item.id)))
