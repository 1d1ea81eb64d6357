"""Explanations: why a request has no placement in a run's plan, in sentences, and what would give it one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.errors import NotFoundError
from placement.planning import runs
from placement.reading.drafts import readable_run
from placement.running.advice import Question
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, INSTITUTIONS, Page, Span
from placement.tables import Plan, Request, Student, Term, UnplacedRequest
from placement_solver.explanation.sentences import tell_reasons
from placement_solver.plan import Full, Reasons, Remaining
from placement_solver.problem import RequestId
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class Explained:
    """A request that a plan left unplaced, its student, and the reasons."""

    request: Request
    institution_id: str
    reasons: dict[str, Any]
    sentences: tuple[Words, ...]


def list_explanations(
    session: Session,
    by: Caller,
    run_id: str,
    *,
    request_id: str | None = None,
    institution_id: str | None = None,
    span: Span = FIRST,
) -> Page[Explained]:
    """List the unplaced requests and the reasons; a lärosäte sees its own students', and only of a published plan."""
    access.allow(by, INSTITUTIONS)
    run = readable_run(session, by, run_id)
    wanted = (
        select(Request)
        .join(UnplacedRequest, col(UnplacedRequest.request_id) == Request.id)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Plan.run_id == run_id)
        .order_by(col(Request.id))
    )
    own = by.organisation if by.role is Role.INSTITUTION else None
    filters = ((Student.institution_id, own), (Student.institution_id, institution_id), (Request.id, request_id))
    page = access.page_of(session, access.matching(wanted, filters), span)
    first_week = session.get_one(Term, run.term_id).first_week
    why = {request: (institution, reasons) for request, institution, reasons in _why(session, run_id, page.rows)}
    told = [
        Explained(request, *why[request.id], tuple(tell_reasons(first_week, _read_reasons(why[request.id][1]))))
        for request in page.rows
    ]
    return Page(told, page.total)


def _why(session: Session, run_id: str, requests: Sequence[Request]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each request with its student and the reasons that a run's plan gives."""
    yield from session.exec(
        select(UnplacedRequest.request_id, Student.institution_id, UnplacedRequest.reasons)
        .join(Plan, col(Plan.id) == UnplacedRequest.plan_id)
        .join(Request, col(Request.id) == UnplacedRequest.request_id)
        .join(Student, col(Student.id) == Request.student_id)
        .where(Plan.run_id == run_id, col(Request.id).in_([request.id for request in requests]))
    )


def ask_for_advice(session: Session, by: Caller, run_id: str, request_id: str, seconds: float) -> Question:
    """Prepare the question of what would place a request; answering it takes seconds and no longer needs the store."""
    access.allow(by, COORDINATORS)
    problem, plan = runs.show_problem(session, by, run_id), runs.show_plan(session, by, run_id)
    run = runs.show_run(session, by, run_id)
    request = session.get(Request, request_id)
    if request is None or request.term_id != run.term_id:
        raise NotFoundError(request_id)
    session.close()  # the answer takes seconds: no connection, snapshot or lock is held meanwhile
    return Question(problem, plan, request_id, seconds)


def _read_reasons(stored: Mapping[str, Any]) -> Reasons:
    """Read the reasons stored in a plan's row."""

    def full(name: str) -> tuple[Full, ...]:
        return tuple(
            Full(each["id"], tuple(each["weeks"]), tuple(each.get("terms", ()))) for each in stored.get(name, ())
        )

    return Reasons(
        remaining=tuple(Remaining(**each) for each in stored.get("remaining", ())),
        capacities=full("capacities"),
        unit_ceilings=full("unit_ceilings"),
        agreements=full("agreements"),
        supervisors=full("supervisors"),
        own_placements=tuple(RequestId(each) for each in stored.get("own_placements", ())),
        dearer_units=stored.get("dearer_units", 0),
        other_terms=full("other_terms"),
    )
