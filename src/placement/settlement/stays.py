"""Stays: the placements that are settled, each with what decides what is paid for it.

A placement is settled if it was held, stands, or was given up by its lärosäte or its student. One that its unit
declined, or that a new plan replaced, was never held and is not paid for by anyone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from placement.clock import day_of
from placement.settlement.half_years import HalfYear
from placement.tables import (
    HOLDING,
    Course,
    EndReason,
    Organisation,
    Placement,
    PlacementStatus,
    Programme,
    ProviderKind,
    Request,
    Student,
    Unit,
    agreement_party,
)
from placement.tables.columns import MOST_WEEKS
from placement_solver.weeks import IsoWeek

GIVEN_UP = (PlacementStatus.CANCELLED, PlacementStatus.DROPPED_OUT)


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement as settlement sees it.

    ``provider_kind`` is that of the party responsible for the unit's care; ``party_id`` is the party to its agreements.
    ``given_up_on`` is the day in Stockholm on which the lärosäte cancelled it or reported that its student had left.
    """

    placement_id: str
    start: IsoWeek
    weeks: int
    weeks_done: int | None
    given_up_on: dt.date | None
    institution_id: str
    party_id: str
    provider_kind: ProviderKind | None
    unit: Unit
    course: Course
    programme: Programme

    def weeks_in(self, half_year: HalfYear) -> Iterator[tuple[int, IsoWeek]]:
        """Yield the weeks that belong to a half-year, each with its place in the placement, from 0."""
        for number in range(self.weeks):
            week = self.start.plus(number)
            if HalfYear.of(week) == half_year:
                yield number, week


def stays_in(session: Session, half_year: HalfYear, institution: str | None = None) -> list[Stay]:
    """Read the placements that are settled with weeks in a half-year, perhaps of one lärosäte, in a stable order."""
    last = IsoWeek.of(half_year.last_day())
    query = (
        select(Placement, Unit, Course, Student)
        .join(Unit, col(Unit.id) == col(Placement.unit_id))
        .join(Request, col(Request.id) == col(Placement.request_id))
        .join(Course, col(Course.id) == col(Request.course_id))
        .join(Programme, col(Programme.id) == col(Course.programme_id))
        .join(Student, col(Student.id) == col(Request.student_id))
        .where(
            col(Placement.start) <= last,
            col(Placement.start) > IsoWeek.of(half_year.first_day()).plus(-MOST_WEEKS - 1),
            or_(
                col(Placement.status).in_((*HOLDING, PlacementStatus.DROPPED_OUT)),
                and_(
                    col(Placement.status) == PlacementStatus.CANCELLED,
                    col(Placement.reason) == EndReason.REQUEST_WITHDRAWN,
                ),
            ),
        )
        .order_by(col(Programme.code), col(Course.code), col(Unit.name), col(Placement.start), col(Placement.id))
    )
    if institution is not None:
        query = query.where(col(Student.institution_id) == institution)
    programmes = {row.id: row for row in session.exec(select(Programme))}
    kinds = {row.id: row.provider_kind for row in session.exec(select(Organisation))}
    return [
        Stay(
            placement_id=placement.id,
            start=placement.start,
            weeks=placement.weeks,
            weeks_done=placement.weeks_done,
            given_up_on=day_of(placement.changed_at) if placement.status in GIVEN_UP else None,
            institution_id=student.institution_id,
            party_id=agreement_party(unit),
            provider_kind=kinds[unit.provider_id],
            unit=unit,
            course=course,
            programme=programmes[course.programme_id],
        )
        for placement, unit, course, student in session.exec(query)
    ]
