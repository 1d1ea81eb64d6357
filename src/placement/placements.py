"""Placements: who was placed where in a plan, and who was left without, each shown to those it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import Select

from placement import access
from placement.access import FIRST, INSTITUTIONS, Page, Span
from placement.callers import Caller, Role
from placement.places import units_of
from placement.planning import CONCERNED
from placement.tables import (
    Course,
    Placement,
    Plan,
    Request,
    Student,
    Unit,
    UnplacedRequest,
)


@dataclass(frozen=True, slots=True)
class PlacedStudent:
    """A placement with the run that gave it, the request it answers, and the length of its course."""

    placement: Placement
    run_id: str
    request: Request
    weeks: int


@dataclass(frozen=True, slots=True)
class UnplacedStudent:
    """A request left without a placement, with the run that left it so."""

    unplaced: UnplacedRequest
    run_id: str
    request: Request


def list_placements(
    session: Session,
    by: Caller,
    *,
    run_id: str | None = None,
    unit_id: str | None = None,
    span: Span = FIRST,
) -> Page[PlacedStudent]:
    """List placements: a lärosäte sees its students', a provider its units', a unit its own."""
    access.allow(by, CONCERNED)
    wanted = (
        select(Placement, Plan.run_id, Request, Course.weeks)
        .join(Plan, col(Plan.id) == Placement.plan_id)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Course, col(Course.id) == Request.course_id)
    )
    if by.role is Role.INSTITUTION:
        wanted = wanted.join(Student, col(Student.id) == Request.student_id)
        wanted = wanted.where(Student.institution_id == by.organisation)
    else:
        wanted = wanted.join(Unit, col(Unit.id) == Placement.unit_id).where(units_of(by))
    if run_id is not None:
        wanted = wanted.where(Plan.run_id == run_id)
    if unit_id is not None:
        wanted = wanted.where(Placement.unit_id == unit_id)
    order = (col(Plan.created_at).desc(), col(Placement.start), col(Placement.id))
    rows = session.exec(wanted.order_by(*order).limit(span.limit).offset(span.offset))
    return Page([PlacedStudent(*row) for row in rows], _count(session, wanted))


def list_unplaced(
    session: Session, by: Caller, *, run_id: str | None = None, span: Span = FIRST
) -> Page[UnplacedStudent]:
    """List requests left without a placement and why: a lärosäte sees its students', the coordinator all."""
    access.allow(by, INSTITUTIONS)
    wanted = (
        select(UnplacedRequest, Plan.run_id, Request)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Request, col(Request.id) == UnplacedRequest.request_id)
    )
    if by.role is Role.INSTITUTION:
        wanted = wanted.join(Student, col(Student.id) == Request.student_id)
        wanted = wanted.where(Student.institution_id == by.organisation)
    if run_id is not None:
        wanted = wanted.where(Plan.run_id == run_id)
    order = (col(Plan.created_at).desc(), col(Plan.id), col(UnplacedRequest.request_id))
    rows = session.exec(wanted.order_by(*order).limit(span.limit).offset(span.offset))
    return Page([UnplacedStudent(*row) for row in rows], _count(session, wanted))


def _count(session: Session, wanted: Select[*tuple[Any, ...]]) -> int:
    """Return how many rows there are in all."""
    keys = wanted.with_only_columns(func.count()).order_by(None)
    return int(session.scalar(keys) or 0)
