"""Retakes: a failed placement is retaken once the student's action plan is done, as often as the course allows.

A student who has failed a course can request it again only as a retake, in a term that begins after the failed
placement did. The action plan is done when the placement has been failed, not before. A retake goes before students
without priority (``RETAKE_CLASS``). A failed placement counts as an attempt; a cancelled placement, or one
that the student left, does not.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case
from sqlmodel import Session, col, select

from placement.clock import day_of, today
from placement.store.access import fault
from placement.tables import RETAKE_CLASS, Course, Placement, PlacementStatus, Request, Student, Term
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed placement: its first week, and the day on which it was reported as failed."""

    start: IsoWeek
    day: dt.date


Failures = Mapping[tuple[str, str], Mapping[str, Failure]]
"""By student and course: the requests whose placements were failed, and each failure."""


def failures_of(session: Session, students: Iterable[str]) -> Failures:
    """Return the failed placements of some students."""
    failed: dict[tuple[str, str], dict[str, Failure]] = defaultdict(dict)
    query = (
        select(Request, Placement)
        .join(Placement, col(Placement.request_id) == col(Request.id))
        .where(Placement.status == PlacementStatus.FAILED, col(Request.student_id).in_(students))
    )
    for request, placement in session.exec(query):
        failure = Failure(placement.start, day_of(placement.changed_at))
        failed[request.student_id, request.course_id][request.id] = failure
    return failed


def check_retake(session: Session, request: Request, failures: Failures) -> None:
    """Refuse a request that has to be a retake and is not, and a retake that is not, or no longer, allowed."""
    failed = failures.get((request.student_id, request.course_id), {})
    if request.retake_of is None:
        if request.action_plan_done_on is not None:
            raise fault(
                "/action_plan_done_on", "only a retake has an action plan", "bara en omtagning har en handlingsplan"
            )
        if failed and request.id not in failed:
            raise fault(
                "/retake_of",
                "the student has failed the course: give the request whose placement was failed",
                "studenten har underkänts i kursen: ange den begäran vars placering underkändes",
            )
        return
    failure = failed.get(request.retake_of)
    if failure is None:
        raise fault(
            "/retake_of",
            "only a failed placement of the same student in the same course can be retaken",
            "bara en underkänd placering för samma student i samma kurs kan tas om",
        )
    done = request.action_plan_done_on
    if done is None or done > today():
        raise fault(
            "/action_plan_done_on",
            "a retake is allowed only when the student's action plan is done",
            "en omtagning får ske först när studentens handlingsplan är genomförd",
        )
    if done < failure.day:
        raise fault(
            "/action_plan_done_on",
            f"the placement was reported as failed on {failure.day}: the action plan cannot be done before that",
            f"placeringen rapporterades som underkänd den {failure.day}: handlingsplanen kan inte vara genomförd innan",
        )
    if session.get_one(Term, request.term_id).first_week <= failure.start:
        raise fault(
            "/term_id",
            f"a retake comes in a later term: one that begins after {failure.start}, when the failed placement began",
            f"en omtagning görs i en senare termin: en som börjar efter {failure.start}, då den underkända placeringen"
            " började",
        )
    most = session.get_one(Course, request.course_id).attempts
    if most is not None and len(failed.keys() - {request.id}) >= most:
        raise fault(
            "/retake_of", f"the course allows no more attempts than {most}", f"kursen tillåter högst {most} försök"
        )


def class_of(request: Request, student: Student) -> int:
    """Return the priority class of a request: its student's, but for a retake at least ``RETAKE_CLASS``."""
    return student.priority_class if request.retake_of is None else max(student.priority_class, RETAKE_CLASS)


def class_in_turn() -> ColumnElement[int]:
    """Return the same class as a column, for a query that joins the request and its student."""
    lifted = col(Request.retake_of).is_not(None) & (col(Student.priority_class) < RETAKE_CLASS)
    return case((lifted, RETAKE_CLASS), else_=col(Student.priority_class))
