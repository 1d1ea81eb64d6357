"""Training: the levels of training in supervision that Region Stockholm recommends, and who they are for."""

from __future__ import annotations

from dataclasses import dataclass

from placement_solver.words import Source, Words

SOURCE = Source("Rekommenderad handledarutbildning", "Region Stockholm", 2026)


@dataclass(frozen=True, slots=True)
class TrainingLevel:
    """A level of training: from how many credits (hp) it is reached, and whom it is recommended for."""

    key: str
    credits: float
    name: Words
    meant_for: Words


INTRODUCTION = TrainingLevel(
    "introduction",
    0,
    Words("webbintroduktion 1,5 timme", "web introduction of 1.5 hours"),
    Words("alla på enheter som tar emot studenter", "everybody at units that receive students"),
)
FOR_SUPERVISORS = TrainingLevel(
    "supervisor-course",
    1.5,
    Words("kurs om 1,5 hp", "course of 1.5 credits"),
    Words("handledare", "supervisors"),
)
FOR_AKA = TrainingLevel(
    "aka-course",
    7.5,
    Words("kurs om 7,5 hp", "course of 7.5 credits"),
    Words("adjungerade kliniska adjunkter (AKA)", "adjunct clinical lecturers (AKA)"),
)
LEVELS = (INTRODUCTION, FOR_SUPERVISORS, FOR_AKA)
"""The levels, the lowest first; each includes those before it."""


def level_of(credits: float | None) -> TrainingLevel | None:  # noqa: A002 (the field's word, as in the tables)
    """Return the highest level that a supervisor's best training reaches; None for no training at all."""
    if credits is None:
        return None
    return [level for level in LEVELS if level.credits <= credits][-1]
