"""Storing: a solved plan becomes rows, all of them or none, beside the two documents that prove it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import insert
from sqlmodel import Session

from placement import audit
from placement.callers import SYSTEM
from placement.tables import (
    Action,
    Placement,
    Plan,
    PlanDocument,
    PlanStatus,
    Run,
    UnplacedRequest,
    new_id,
)
from placement_solver import plan as solved
from placement_solver.documents import read_plan
from placement_solver.problem import Problem


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem and the plan that answers it, each with its document."""

    problem: Problem
    problem_text: str
    plan: solved.Plan
    plan_text: str

    @classmethod
    def of(cls, problem: Problem, problem_text: str, plan_text: str) -> Answer:
        """Read the plan document that a solve gave."""
        return cls(problem, problem_text, read_plan(plan_text), plan_text)


def store_plan(session: Session, run: Run, answer: Answer) -> Plan:
    """Store what a run decided: the plan, its placements, who is left without and why, and both documents."""
    plan = answer.plan
    row = Plan(
        run_id=run.id,
        term_id=run.term_id,
        problem_sha256=plan.problem_sha256,
        status=PlanStatus(plan.status),
        objective=plan.objective,
        bound=plan.bound,
    )
    session.add(row)
    session.add(PlanDocument(plan_id=row.id, problem=answer.problem_text, plan=answer.plan_text))
    session.flush()
    if plan.placements:
        session.connection().execute(insert(Placement), _placements(row, answer))
    if plan.unplaced:
        session.connection().execute(
            insert(UnplacedRequest),
            [
                {"plan_id": row.id, "request_id": left.request, "reasons": asdict(left.reasons)}
                for left in plan.unplaced
            ],
        )
    audit.record(session, SYSTEM, Action.CREATED, row)
    return row


def _placements(row: Plan, answer: Answer) -> list[dict[str, object]]:
    """Write the plan's placements as rows, with weeks of the calendar instead of the term's."""
    first_week = answer.problem.term.first_week
    weeks = {start: first_week.plus(start) for start in {placed.start for placed in answer.plan.placements}}
    return [
        {
            "id": new_id("pla"),
            "plan_id": row.id,
            "request_id": placed.request,
            "unit_id": placed.unit,
            "start": weeks[placed.start],
            "supervisor_id": placed.supervisor,
        }
        for placed in answer.plan.placements
    ]
