"""Placements: who is placed where, the status of each placement, and who waits, shown to those concerned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from placement.callers import Caller, Role
from placement.fields.seeing import shows, supervisor_seen
from placement.in_force.asking_students import AnswerWanted, days_by_term
from placement.planning.broken import reasons_seen_by, rules_seen_by
from placement.planning.runs import CONCERNED
from placement.planning.waiting import TURN, waits
from placement.register.students import known_as
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, INSTITUTIONS, Page, Span
from placement.store.acting import beyond_own
from placement.store.scopes import students_of, units_of
from placement.tables import (
    HOLDING,
    STANDING,
    Course,
    Placement,
    PlacementStatus,
    Plan,
    PlannedPlacement,
    Publication,
    Request,
    Student,
    StudentAnswer,
    StudentReason,
    Term,
    Unit,
    UnplacedRequest,
    last_answer_day,
)
from placement.tables.columns import MOST_WEEKS
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class PlacedStudent:
    """A placement in force or ended, or a planned placement of a draft, with its run and the request that it meets.

    A published placement has its unit too, with the contact that students turn to, and the rules that it broke when it
    ended because of them, as far as the reader may know them. ``supervisor_id`` is who supervises, if the reader may
    know it; ``has_supervisor`` tells whether there is somebody. ``answer_by`` is the last day for the student's own
    answer, if there is to be one, and ``student_reason`` why the student cannot come, for the student's lärosäte alone.
    """

    placement: Placement | PlannedPlacement
    run_id: str
    request: Request
    weeks: int
    unit: Unit | None = None
    broken_rules: tuple[str, ...] = ()
    supervisor_id: str | None = None
    answer_by: dt.date | None = None
    student_reason: StudentReason | None = None

    @property
    def has_supervisor(self) -> bool:
        """Whether a supervisor is named."""
        return self.placement.supervisor_id is not None

    @classmethod
    def published(
        cls,
        by: Caller,
        days: Mapping[str, dt.date],
        placement: Placement,
        publication: Publication,
        request: Request,
        unit: Unit,
    ) -> PlacedStudent:
        """Return the student of a row of ``placements_of``, as the caller may see it.

        ``days`` are the last days for students' answers (`placement.in_force.asking_students.days_by_term`).
        """
        rules = rules_seen_by(by, placement.broken_rules or ())
        day = days.get(placement.term_id) if placement.status in STANDING else None
        told = shows(by, "placement.student_reason", own=by.role is Role.INSTITUTION)
        return cls(
            placement,
            publication.run_id,
            request,
            placement.weeks,
            unit,
            tuple(rules),
            supervisor_seen(by, placement.supervisor_id),
            None if day is None else last_answer_day(day, publication.published_at, placement.start),
            placement.student_reason if told else None,
        )


@dataclass(frozen=True, slots=True)
class UnplacedStudent:
    """A request that a run left unplaced, with that run, and the reasons as far as the reader may know them."""

    unplaced: UnplacedRequest
    run_id: str
    request: Request
    reasons: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which placements are wanted; ``week`` is a week that they last in."""

    term_id: str | None = None
    unit_id: str | None = None
    request_id: str | None = None
    student_id: str | None = None
    student_external_id: str | None = None
    status: PlacementStatus | None = None
    course_id: str | None = None
    cohort_id: str | None = None
    provider_id: str | None = None
    week: IsoWeek | None = None
    in_force: bool = False
    student_answer: AnswerWanted | None = None


EVERY_ONE = Wanted()
_HOW_MANY = func.count().over()
"""In each row, how many there are in all: whose they are is then asked of the database once."""


def list_placements(
    session: Session, by: Caller, wanted: Wanted = EVERY_ONE, span: Span = FIRST
) -> Page[PlacedStudent]:
    """List published placements: a lärosäte sees its students', a provider its units', and a unit its own."""
    access.allow(by, CONCERNED)
    query = access.matching(
        select(Placement.id),
        (
            (Placement.term_id, wanted.term_id),
            (Placement.unit_id, wanted.unit_id),
            (Placement.request_id, wanted.request_id),
            (Placement.status, wanted.status),
        ),
    ).where(*_of_others(by, wanted))
    if wanted.week is not None:
        query = query.where(_lasts_in(wanted.week))
    if wanted.in_force:
        query = query.where(col(Placement.status).in_(HOLDING))
    if wanted.student_answer is not None:
        query = query.where(_answered(wanted.student_answer))
    query = access.in_order(query.order_by(col(Placement.start), col(Placement.id)), span)
    page = session.execute(query.add_columns(_HOW_MANY).limit(span.limit).offset(span.offset)).all()
    with beyond_own(session):  # whose they are has been asked already
        shown = session.exec(placements_of(by).where(col(Placement.id).in_([each for each, _ in page]))).all()
    rows, days = {row[0].id: row for row in shown}, days_by_term(session)
    total = page[0][1] if page else _count(session, query)
    return Page([PlacedStudent.published(by, days, *rows[each]) for each, _ in page], total)


def _of_others(by: Caller, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions on what placements belong to.

    They stand apart from the rows that are shown: PostgreSQL would join all placements with all of it for one page.
    """
    requests = access.matching(
        select(Request.id), ((Request.student_id, wanted.student_id), (Request.course_id, wanted.course_id))
    )
    if wanted.cohort_id is not None:
        requests = requests.where(
            col(Request.student_id).in_(select(Student.id).where(Student.cohort_id == wanted.cohort_id))
        )
    if wanted.student_external_id is not None:
        named = known_as(by, wanted.student_external_id)
        requests = requests.where(col(Request.student_id).in_(select(Student.id).where(named, students_of(by))))
    if by.role is Role.INSTITUTION:
        requests = requests.join(Student, col(Student.id) == Request.student_id)
        requests = requests.where(Student.institution_id == by.organisation)
    if requests.whereclause is not None:
        yield col(Placement.request_id).in_(requests)
    units = access.matching(select(Unit.id), ((Unit.provider_id, wanted.provider_id),))
    if by.role not in COORDINATORS | {Role.INSTITUTION}:
        units = units.where(units_of(by))
    if units.whereclause is not None:
        yield col(Placement.unit_id).in_(units)


def _lasts_in(week: IsoWeek) -> ColumnElement[bool]:
    """Return the condition for placements that last in a week: they began fewer weeks before than they have."""
    return or_(
        *(
            and_(col(Placement.start) == week.plus(-before), col(Placement.weeks) > before)
            for before in range(MOST_WEEKS)
        )
    )


def _answered(wanted: AnswerWanted) -> ColumnElement[bool]:
    """Return the condition for placements by what their students have answered."""
    if wanted is not AnswerWanted.UNANSWERED:
        return col(Placement.student_answer) == StudentAnswer(wanted.value)
    asks = select(Term.id).where(col(Term.students_answer_by).is_not(None))
    standing = col(Placement.status).in_(STANDING)
    return and_(col(Placement.student_answer).is_(None), standing, col(Placement.term_id).in_(asks))


def list_planned(
    session: Session, by: Caller, run_id: str, *, unit_id: str | None = None, span: Span = FIRST
) -> Page[PlacedStudent]:
    """List the placements of a run's plan, published or not; only a coordinator may see drafts."""
    access.allow(by, COORDINATORS)
    query = (
        select(PlannedPlacement, Plan.run_id, Request, Course.weeks)
        .join(Plan, col(Plan.id) == PlannedPlacement.plan_id)
        .join(Request, col(Request.id) == PlannedPlacement.request_id)
        .join(Course, col(Course.id) == Request.course_id)
        .where(Plan.run_id == run_id)
    )
    if unit_id is not None:
        query = query.where(PlannedPlacement.unit_id == unit_id)
    query = access.in_order(query.order_by(col(PlannedPlacement.start), col(PlannedPlacement.id)), span)
    rows = session.exec(query.limit(span.limit).offset(span.offset))
    planned = (PlacedStudent(*row, supervisor_id=supervisor_seen(by, row[0].supervisor_id)) for row in rows)
    return Page(list(planned), _count(session, query))


def show_placement(session: Session, by: Caller, placement_id: str) -> PlacedStudent:
    """Show one placement that has been published."""
    access.allow(by, CONCERNED)
    row = session.exec(placements_of(by).where(Placement.id == placement_id)).first()
    return PlacedStudent.published(by, days_by_term(session), *access.found(row, placement_id))


def list_unplaced(
    session: Session, by: Caller, *, run_id: str | None = None, span: Span = FIRST
) -> Page[UnplacedStudent]:
    """List unplaced requests and the reasons; a lärosäte sees those of its students in published plans."""
    access.allow(by, INSTITUTIONS)
    wanted = (
        select(UnplacedRequest, Plan.run_id, Request)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Request, col(Request.id) == UnplacedRequest.request_id)
    )
    if by.role is Role.INSTITUTION:
        wanted = wanted.join(Student, col(Student.id) == Request.student_id)
        published = exists().where(col(Publication.run_id) == Plan.run_id)
        wanted = wanted.where(Student.institution_id == by.organisation, published)
    if run_id is not None:
        wanted = wanted.where(Plan.run_id == run_id)
    order = (col(Plan.created_at).desc(), col(Plan.id), col(UnplacedRequest.request_id))
    wanted = access.in_order(wanted.order_by(*order), span)
    rows = session.exec(wanted.limit(span.limit).offset(span.offset))
    unplaced = [UnplacedStudent(*row, reasons=reasons_seen_by(by, row[0].reasons)) for row in rows]
    return Page(unplaced, _count(session, wanted))


def list_waiting(
    session: Session,
    by: Caller,
    term_id: str,
    *,
    course: str | None = None,
    cohort: str | None = None,
    student: str | None = None,
    span: Span = FIRST,
) -> Page[Request]:
    """List the requests of a term that wait for a placement, in the order in which they are offered one.

    The highest priority class comes first. Within a class the recorded lottery number decides, and students without
    a number come last.
    """
    access.allow(by, INSTITUTIONS)
    access.found(session.get(Term, term_id), term_id)
    query = select(Request).join(Student, col(Student.id) == Request.student_id).where(*waits(term_id))
    if by.role is Role.INSTITUTION:
        query = query.where(Student.institution_id == by.organisation)
    wanted = ((Request.course_id, course), (Request.student_id, student), (Student.cohort_id, cohort))
    query = access.matching(query, wanted)
    return access.page_of(session, query.order_by(*TURN), span)


def placements_of(by: Caller) -> Select[*tuple[Placement, Publication, Request, Unit]]:
    """Return the published placements that a caller may see, each with the publication that gave it its place."""
    query = (
        select(Placement, Publication, Request, Unit)
        .join(Unit, col(Unit.id) == Placement.unit_id)
        .join(Publication, col(Publication.id) == Placement.publication_id)
        .join(Request, col(Request.id) == Placement.request_id)
    )
    if by.role is Role.INSTITUTION:
        query = query.join(Student, col(Student.id) == Request.student_id)
        return query.where(Student.institution_id == by.organisation)
    return query.where(units_of(by))


def _count(session: Session, wanted: Select[*tuple[Any, ...]] | SelectOfScalar[Any]) -> int:
    """Return the total number of rows."""
    keys = wanted.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    return int(session.scalar(keys) or 0)
