"""Changes: what a draft does to the placements in force: which end, which change, and which rules those break now.

A publication makes these changes, and a coordinator reads them before it. So what is read is what will happen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import String, and_, type_coerce
from sqlmodel import Session, col, select

from placement.planning.broken import Broken, broken_beside
from placement.planning.leaving import Held
from placement.store.batches import read_in_batches
from placement.tables import FINISHED, HOLDING, Course, Placement, PlannedPlacement, Request, Student, UnplacedRequest


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


@dataclass(frozen=True, slots=True)
class Leaving:
    """The requests whose placements in force a draft ends or changes, in order.

    ``held`` are all placements in force whose requests the draft knows: what it keeps and what it does not.
    """

    requests: Sequence[str]
    held: Sequence[Held]


def leaving_by(session: Session, term_id: str, plan_id: str) -> Leaving:
    """Return which placements in force a draft ends or changes; it reads no whole rows, of which a term has thousands.

    It finds the same requests as `changes_by`.
    """
    old, new, left = Placement, PlannedPlacement, UnplacedRequest
    began, begins = type_coerce(old.start, String).label("began"), type_coerce(new.start, String).label("begins")
    place = (old.unit_id, began, old.supervisor_id, old.weeks)
    planned = (new.unit_id, begins, new.supervisor_id, Course.weeks)
    query = (
        select(old.request_id, *place, *planned, left.request_id, col(old.status).in_(FINISHED))  # type: ignore[call-overload]
        .join(Request, col(Request.id) == old.request_id)
        .join(Course, col(Course.id) == Request.course_id)
        .outerjoin(new, and_(col(new.request_id) == old.request_id, col(new.plan_id) == plan_id))
        .outerjoin(left, and_(col(left.request_id) == old.request_id, col(left.plan_id) == plan_id))
        .where(old.term_id == term_id, col(old.status).in_(HOLDING))
        .order_by(col(old.request_id))
    )
    requests: list[str] = []
    held: list[Held] = []
    for request, *rest, unplaced, finished in session.exec(query).all():
        before, after = rest[:4], rest[4:]
        if after[0] is not None or unplaced is not None:
            held.append((request, *before[:3]))
        if before != after and not finished:
            requests.append(request)
    return Leaving(requests, held)


def asked_in(session: Session, term_id: str, requests: Collection[str] | None = None) -> dict[str, RequestedStay]:
    """Return what placements take from their requests, for all requests of a term or some, withdrawn ones too."""
    query = (
        select(Request, col(Course.weeks), col(Student.institution_id))
        .join(Course, col(Course.id) == Request.course_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Request.term_id == term_id)
    )
    rows = session.exec(query).all() if requests is None else read_in_batches(session, query, Request.id, requests)
    return {request.id: RequestedStay(request, weeks, institution) for request, weeks, institution in rows}


def changes_by(
    broken: Mapping[str, Sequence[Broken]],
    in_force: Sequence[Placement],
    drawn: Sequence[PlannedPlacement],
    asked: Mapping[str, RequestedStay],
) -> Iterator[Change]:
    """Yield what a draft changes of what is in force, in that order; what is over stays as it was.

    ``broken`` says which rules the placements that leave break in the draft's problem, by request.
    """
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
