"""Curriculum: which courses each cohort takes, in what units, for how long, and when their placements may start."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from placement.reference.facts import ProgrammeFact, programmes

_TERM = re.compile(r"Termin ([0-9]+)")


@dataclass(frozen=True, slots=True)
class StudyCourse:
    """A course of a cohort: the share of the intake that takes it, and what its placement requires."""

    programme: str
    cohort: str
    share: float
    code: str
    name: str
    weeks: int
    hours: int
    kinds: tuple[str, ...]
    credits: float | None
    university_healthcare: bool
    sequence: int
    unit_rule: str
    starts: tuple[int, ...]

    @property
    def programme_term(self) -> int | None:
        """Return the term of the programme that the cohort is in; None if it is called otherwise."""
        named = _TERM.fullmatch(self.cohort)
        return None if named is None else int(named[1])


@cache
def study_programmes() -> dict[str, ProgrammeFact]:
    """Return the programmes by id."""
    return {fact.id: fact for fact in programmes()}


@cache
def intakes() -> dict[str, int]:
    """Return how many each programme admits each term: as is known or, where it is not, as is assumed."""
    assumed = {line["id"]: int(line["intake"]) for line in _lines("intakes.csv")}
    return assumed | {fact.id: fact.intake_per_term for fact in programmes() if fact.intake_per_term is not None}


@cache
def study_courses() -> tuple[StudyCourse, ...]:
    """Return every course of the term, cohort by cohort."""
    return tuple(
        StudyCourse(
            programme=line["programme"],
            cohort=line["cohort"],
            share=float(line["share"]),
            code=line["code"],
            name=line["name"],
            weeks=int(line["weeks"]),
            hours=int(line["hours"]),
            kinds=tuple(line["kinds"].split("|")),
            credits=float(line["credits"]) if line["credits"] else None,
            university_healthcare=line["university_healthcare"] == "yes",
            sequence=int(line["sequence"]),
            unit_rule=line["unit_rule"],
            starts=tuple(map(int, line["starts"].split())),
        )
        for line in _lines("curriculum.csv")
    )


def _lines(file: str) -> list[dict[str, str]]:
    """Read a file of the package, one dictionary a line."""
    text = files("placement.demo").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
