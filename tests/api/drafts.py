"""Drafts of our term that are not published: with too few weeks of places for our student, or with enough."""

from __future__ import annotations

import datetime as dt
import json

from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.gather import gather
from placement.running.storing import Answer, store_plan
from placement.tables import BlockedUnit, OfferWeek, Pin, Request, RequestStatus, Run, RunStatus, Student
from placement_solver.documents import read_plan, write_plan, write_problem, write_report
from placement_solver.figures.reporting import make_report
from placement_solver.problem import Problem
from placement_solver.solve import find_solution
from tests.rows import WEEK

DRAFT = "run_over"
ORDERED = dt.datetime(2026, 10, 1, 8, tzinfo=dt.UTC)


def draft(session: Session, name: str = DRAFT, weeks: int = 1) -> None:
    """Store a cancelled run with its plan; ``weeks`` is the number of weeks in which our unit had places."""
    problem = _suppose(session, weeks)
    solution = find_solution(problem, time_limit=5, seed=0, workers=1)
    plan, text = solution.plan, write_plan(solution.plan)
    run = Run(
        id=name,
        term_id="trm_a",
        status=RunStatus.CANCELLED,
        time_limit_seconds=5,
        requested_by="system",
        requested_at=ORDERED,
        started_at=ORDERED,
        finished_at=ORDERED,
        phase="done",
        objective=plan.objective,
        bound=plan.bound,
        unplaced=len(plan.unplaced),
        elapsed_seconds=1,
    )
    session.add(run)
    report = json.loads(write_report(make_report(problem, plan, solution.pricing)))
    store_plan(session, run, Answer(problem, write_problem(problem), read_plan(text), text, report))


def _suppose(session: Session, weeks: int) -> Problem:
    """Gather the term as if our student could be at our unit, then roll the changes back."""
    for row in (session.get_one(Pin, "pin_a"), session.get_one(BlockedUnit, ("stu_a", "unt_a"))):
        session.delete(row)
    session.get_one(Student, "stu_a").site_id = "sit_a"
    session.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(1, weeks))
    for idle in ("req_idle", "req_idle_b"):  # idle requests, which no other row refers to
        session.get_one(Request, idle).status = RequestStatus.WITHDRAWN
    session.flush()
    problem = gather(session, SYSTEM, "trm_a")
    session.rollback()
    return problem
