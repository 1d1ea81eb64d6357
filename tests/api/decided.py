"""What a plan decided for the other side: a student of theirs at a unit of theirs, and one who is unplaced."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.gather import gather
from placement.running.storing import Answer, store_plan
from placement.tables import Event, Placement, PlannedPlacement, Row, Run, Term, UnplacedRequest
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.solve import solve
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK

NEXT = "trm_next"


def draft(session: Session) -> None:
    """Plan a term without requests, so that there is a draft to publish."""
    run = Run(id="run_next", term_id=NEXT, time_limit_seconds=5, requested_by="system")
    text = write_problem(gather(session, SYSTEM, NEXT))
    problem = read_problem(text)
    plan = write_plan(solve(problem, time_limit=5))
    session.add(run)
    answer = Answer(problem, text, read_plan(plan), plan, {"format": "placement-report/1"})
    store_plan(session, run, answer)


def rows() -> list[Row]:
    """Return the other side's rows of the plan in ``tests.rows``."""
    return [
        Term(
            id=NEXT,
            code="HT2031",
            first_week=IsoWeek(2031, 35),
            weeks=20,
            requests_by=dt.date(2031, 3, 15),
            answers_by=dt.date(2031, 5, 1),
            outside_answers_by=dt.date(2031, 5, 15),
            publish_by=dt.date(2031, 7, 31),
        ),
        Placement(
            id="pla_b",
            term_id="trm_a",
            request_id="req_b",
            publication_id="pub_a",
            unit_id="unt_b",
            start=WEEK,
            weeks=5,
        ),
        Event(
            kind="placement.published",
            term_id="trm_a",
            institution_id="org_b",
            unit_id="unt_b",
            subject_type="placement",
            subject_id="pla_b",
            details={"status": "published"},
        ),
        PlannedPlacement(id="plp_b", plan_id="pln_a", request_id="req_b", unit_id="unt_b", start=WEEK),
        UnplacedRequest(plan_id="pln_a", request_id="req_b", reasons={}),
    ]
