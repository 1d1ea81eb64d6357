"""Education: the lärosäten's programmes, courses with their windows, and the cohorts of the term."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from placement.demo.curriculum import StudyCourse, intakes, study_courses, study_programmes
from placement.demo.dice import draw_id, round_evenly
from placement.demo.organisations import SITES
from placement.starting.rows import programme_row
from placement.tables import Cohort, Course, CourseWindow, Programme, Row, Term, UnitRule

if TYPE_CHECKING:
    from random import Random

    from placement.demo.organisations import Parties
    from placement.demo.scales import Scale
    from placement.reference.facts import ProgrammeFact

SITE_SHARES = {
    "UMU": {"Umeå": 0.67, "Sunderbyn": 0.11, "Sundsvall": 0.11, "Östersund": 0.11},
    "LIU": {"Linköping": 34 / 108, "Norrköping": 24 / 108, "Jönköping": 30 / 108, "Kalmar": 20 / 108},
}
"""The sites' shares of a decentralised cohort; each site outside Umeå gets at least ten of Umeå's about one hundred."""


@dataclass(frozen=True, slots=True)
class CohortGroup:
    """Students of a cohort who take the same courses at one site (its municipality; None means the county)."""

    programme: ProgrammeFact
    cohort: Cohort
    site: str | None
    size: int
    courses: tuple[tuple[StudyCourse, Course], ...]


@dataclass(frozen=True, slots=True)
class Education:
    """The term's education: the groups of students to be made, and the rows to store."""

    groups: list[CohortGroup]
    rows: list[Row]


def draw_education(parties: Parties, term: Term, scale: Scale, throws: Random) -> Education:
    """Make the programmes, courses and cohorts, with as many students in each as the scale says."""
    rows: list[Row] = []
    groups: list[CohortGroup] = []
    lines = list(study_courses())
    for programme_id, of_programme in groupby(lines, key=lambda line: line.programme):
        known = study_programmes()[programme_id]
        institution = parties.institution[known.institution]
        programme = Programme(id=draw_id("prg", throws), **programme_row(known, institution.id))
        rows.append(programme)
        for name, of_cohort in groupby(of_programme, key=lambda line: line.cohort):
            courses = tuple((line, _course(line, programme, throws)) for line in of_cohort)
            size = round(max(1.0, intakes()[programme_id] * courses[0][0].share * scale.students))
            cohort = Cohort(
                id=draw_id("coh", throws),
                programme_id=programme.id,
                term_id=term.id,
                name=name,
                size=size,
                synthetic=True,
            )
            rows.append(cohort)
            for line, course in courses:
                rows.append(course)
                rows += _windows(line, course, term)
            groups += [
                CohortGroup(known, cohort, site, students, courses)
                for site, students in _by_site(known, size, throws)
                if students
            ]
    return Education(groups, rows)


def _course(line: StudyCourse, programme: Programme, throws: Random) -> Course:
    """Return a course's row."""
    return Course(
        id=draw_id("crs", throws),
        programme_id=programme.id,
        code=line.code,
        name=line.name,
        weeks=line.weeks,
        hours_per_week=line.hours,
        kinds=list(line.kinds),
        supervision_credits=line.credits,
        university_healthcare=line.university_healthcare,
        sequence=line.sequence,
        unit_rule=UnitRule(line.unit_rule),
        programme_term=line.programme_term,
    )


def _windows(line: StudyCourse, course: Course, term: Term) -> list[Row]:
    """Return the rows of the weeks in which a course may start."""
    return [
        CourseWindow(course_id=course.id, term_id=term.id, start=term.first_week.plus(start)) for start in line.starts
    ]


def _by_site(programme: ProgrammeFact, size: int, throws: Random) -> list[tuple[str | None, int]]:
    """Divide a cohort among the sites of its lärosäte, if the programme is decentralised."""
    if not programme.decentralised:
        return [(None, size)]
    shares = SITE_SHARES[programme.institution]
    sizes = round_evenly((size * share for share in shares.values()), throws)
    return [(SITES[programme.institution][site], students) for site, students in zip(shares, sizes, strict=True)]
