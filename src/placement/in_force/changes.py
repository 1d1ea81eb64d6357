"""Changes: what a draft does to the placements in force: which end, which change, and which rules those break now.

A publication makes these changes, and a coordinator reads them before it. So what is read is what will happen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.planning.broken import Broken, broken_beside, broken_by_leaving, lines_in
from placement.tables import FINISHED, Course, Placement, PlannedPlacement, Request, Student
from placement_solver.problem import Problem


@dataclass(frozen=True, slots=True)
class RequestedStay:
    """What a placement takes from its request: the number of weeks, and the student's lärosäte."""

    request: Request
    weeks: int
    institution_id: str


@dataclass(frozen=True, slots=True)
class Change:
    """A placement in force that a draft ends or changes; ``planned`` is None if the draft has no place for it.

    ``broken`` are the rules that the placement breaks now; if it breaks none, the draft could have kept it.
    """

    placement: Placement
    stay: RequestedStay
    planned: PlannedPlacement | None
    broken: Sequence[Broken]


def asked_in(session: Session, term_id: str) -> dict[str, RequestedStay]:
    """Return what placements take from their requests, for all requests of a term including withdrawn ones."""
    rows: Sequence[tuple[Request, int, str]] = session.exec(
        select(Request, col(Course.weeks), col(Student.institution_id))
        .join(Course, col(Course.id) == Request.course_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Request.term_id == term_id)
    ).all()
    return {request.id: RequestedStay(request, weeks, institution) for request, weeks, institution in rows}


def changes_by(
    solved: Problem,
    in_force: Sequence[Placement],
    drawn: Sequence[PlannedPlacement],
    asked: dict[str, RequestedStay],
) -> Iterator[Change]:
    """Yield what a draft of a problem changes of what is in force, in that order; what is over stays as it was."""
    broken = broken_by_leaving(solved, lines_in(solved, in_force), lines_in(solved, drawn))
    planned = {row.request_id: row for row in drawn}
    for old in in_force:
        new, stay = planned.get(old.request_id), asked[old.request_id]
        stays = new is not None and _place_of(old, old.weeks) == _place_of(new, stay.weeks)
        if old.status not in FINISHED and not stays:
            beside = broken_beside(old, stay.request, stay.weeks)
            yield Change(old, stay, new, [*beside, *broken.get(old.request_id, ())])


def _place_of(placement: Placement | PlannedPlacement, weeks: int) -> tuple[object, ...]:
    """Return where, when, for how long and with whom a placement is."""
    return placement.unit_id, placement.start, placement.supervisor_id, weeks
