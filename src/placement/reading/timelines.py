"""Timelines: week by week, who is at each unit by a draft or by the plan in force, and which places are free."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.register.units import UnitsWanted, list_units
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.tables import (
    HOLDING,
    CapacityOffer,
    Course,
    DeclineReason,
    OfferStatus,
    OfferWeek,
    Placement,
    Plan,
    PlannedPlacement,
    Programme,
    Request,
    Student,
    Term,
    Unit,
)


class Stay(NamedTuple):
    """A student's weeks at a unit, for a course: the first one as a number from 0 within the term, and how many."""

    unit_id: str
    first: int
    weeks: int
    institution_id: str
    profession: str
    course: str
    student_id: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a lane: a stay, a week with a free place (``free``), or weeks in which nothing is offered."""

    weeks: int
    stay: Stay | None = None
    free: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A unit's term: lanes of cells that each cover all weeks; student-weeks that are taken, and that are offered.

    ``offered`` is None where nobody has answered. ``reasons`` are those of answers that offer nothing.
    """

    unit: Unit
    lanes: tuple[tuple[Cell, ...], ...]
    taken: int
    offered: int | None
    reasons: tuple[DeclineReason, ...]


def list_timelines(
    session: Session, by: Caller, term: Term, wanted: UnitsWanted, run_id: str | None, span: Span = FIRST
) -> Page[Timeline]:
    """List the timelines of the units that are wanted, by name: by a run's draft, or by the plan in force."""
    access.allow(by, COORDINATORS)
    found = list_units(session, by, span=span, **wanted)
    units = [place.unit for place in found.rows]
    ids = [unit.id for unit in units]
    stays = defaultdict(list)
    for stay in stays_in(session, term, run_id, of_units=ids):
        stays[stay.unit_id].append(stay)
    places, answered, reasons = _offers(session, term, ids)
    return Page(
        [
            Timeline(
                unit,
                lanes_of(stays[unit.id], places[unit.id], term.weeks),
                sum(stay.weeks for stay in stays[unit.id]),
                sum(places[unit.id]) if unit.id in answered else None,
                tuple(dict.fromkeys(reasons[unit.id])),
            )
            for unit in units
        ],
        found.total,
    )


def lanes_of(stays: Iterable[Stay], places: Sequence[int], weeks: int) -> tuple[tuple[Cell, ...], ...]:
    """Lay out stays in as few lanes as they need, and free places in what is left of them and in further lanes."""
    lanes: list[list[Stay]] = []
    for stay in sorted(stays, key=lambda each: (each.first, -each.weeks, each.student_id)):
        lane = next((lane for lane in lanes if lane[-1].first + lane[-1].weeks <= stay.first), None)
        if lane is None:
            lanes.append([stay])
        else:
            lane.append(stay)
    free = [offered - sum(_covers(lane, week) for lane in lanes) for week, offered in enumerate(places)]
    rows = []
    while lanes or any(left > 0 for left in free):
        lane = lanes.pop(0) if lanes else []
        rows.append(tuple(_cells(lane, free, weeks)))
    return tuple(rows)


def _cells(lane: Sequence[Stay], free: list[int], weeks: int) -> Iterable[Cell]:
    """Yield a lane's cells from the first week to the last; a free place that is laid out is taken from ``free``."""
    starts = {stay.first: stay for stay in lane}
    week, nothing = 0, 0
    while week < weeks:
        stay, is_free = starts.get(week), free[week] > 0
        if nothing and (stay is not None or is_free):
            yield Cell(nothing)
            nothing = 0
        if stay is not None:
            yield Cell(min(stay.weeks, weeks - week), stay)
            week += stay.weeks
            continue
        if is_free:
            free[week] -= 1
            yield Cell(1, free=True)
        else:
            nothing += 1
        week += 1
    if nothing:
        yield Cell(nothing)


def _covers(lane: Iterable[Stay], week: int) -> bool:
    return any(stay.first <= week < stay.first + stay.weeks for stay in lane)


def stays_in(
    session: Session,
    term: Term,
    run_id: str | None,
    *,
    of_units: Sequence[str] | None = None,
    of_students: Sequence[str] | None = None,
) -> list[Stay]:
    """Return the stays of a run's draft, or of the plan in force, at some units or of some students."""
    among = list(_among(of_units, of_students, PlannedPlacement if run_id else Placement))
    if run_id is not None:
        planned = (
            select(PlannedPlacement, Student, Programme, Course)
            .join(Plan, col(Plan.id) == PlannedPlacement.plan_id)
            .join(Request, col(Request.id) == PlannedPlacement.request_id)
            .join(Student, col(Student.id) == Request.student_id)
            .join(Course, col(Course.id) == Request.course_id)
            .join(Programme, col(Programme.id) == Course.programme_id)
            .where(Plan.run_id == run_id, *among)
        )
        return [
            _stay(term, line, course.weeks, student, programme, course)
            for line, student, programme, course in session.exec(planned).all()
        ]
    in_force = (
        select(Placement, Student, Programme, Course)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .where(Placement.term_id == term.id, col(Placement.status).in_(HOLDING), *among)
    )
    return [
        _stay(term, placed, placed.weeks, student, programme, course)
        for placed, student, programme, course in session.exec(in_force).all()
    ]


def _among(
    units: Sequence[str] | None, students: Sequence[str] | None, table: type[Placement | PlannedPlacement]
) -> Iterable[ColumnElement[bool]]:
    """Yield the conditions by which the stays in a table are at some units and of some students."""
    if units is not None:
        yield col(table.unit_id).in_(units)
    if students is not None:
        yield col(Student.id).in_(students)


def _stay(
    term: Term, at: Placement | PlannedPlacement, weeks: int, student: Student, programme: Programme, course: Course
) -> Stay:
    first = term.first_week.until(at.start)
    whose = student.institution_id, programme.profession, course.name, student.id
    return Stay(at.unit_id, first, weeks, *whose, at.request_id)


def _offers(
    session: Session, term: Term, units: Sequence[str]
) -> tuple[dict[str, list[int]], set[str], defaultdict[str, list[DeclineReason]]]:
    """Return the places that each unit offers in each week, which units have answered, and why some offer nothing."""
    places = {unit: [0] * term.weeks for unit in units}
    query = (
        select(CapacityOffer, OfferWeek)
        .join(OfferWeek, col(OfferWeek.offer_id) == CapacityOffer.id)
        .where(CapacityOffer.term_id == term.id, col(CapacityOffer.unit_id).in_(units))
    )
    for offer, each in session.exec(query).all():
        at = term.first_week.until(each.week)
        if 0 <= at < term.weeks:
            places[offer.unit_id][at] += each.places
    answers = select(CapacityOffer).where(CapacityOffer.term_id == term.id, col(CapacityOffer.unit_id).in_(units))
    answered, reasons = set[str](), defaultdict[str, list[DeclineReason]](list)
    for offer in session.exec(answers).all():
        if offer.status is not OfferStatus.UNANSWERED:
            answered.add(offer.unit_id)
        if offer.decline_reason is not None:
            reasons[offer.unit_id].append(offer.decline_reason)
    return places, answered, reasons
