"""Storing: a solved plan becomes rows in one transaction, with the documents of its problem, plan and report."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.broken import Broken, broken_by_leaving
from placement.planning.decisions import Posed, Released
from placement.planning.leaving import keep_leaving, lines_held
from placement.register.names import Names
from placement.running.child import Solved
from placement.store import audit
from placement.tables import (
    Action,
    Plan,
    PlanDocument,
    PlannedPlacement,
    PlanStatus,
    Run,
    UnplacedRequest,
    new_id,
)
from placement_solver import plan as solved
from placement_solver.documents import read_plan, reasons_document
from placement_solver.figures.causes import causes_of
from placement_solver.problem import Problem
from placement_solver.words import Words, say_broken


@dataclass(frozen=True, slots=True)
class Answer:
    """A problem and the plan that solves it, each with its document, and the plan's report.

    ``released`` are the decided placements that the problem no longer allows. ``unmet`` has, by request, the wishes
    that the plan does not meet, and why. ``broken`` has, by request, the rules that placements in force break which the
    plan ends or changes.
    """

    problem: Problem
    problem_text: str
    plan: solved.Plan
    plan_text: str
    report: dict[str, Any]
    released: tuple[Released, ...] = ()
    unmet: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict)
    broken: Mapping[str, Sequence[Broken]] = field(init=False)

    def __post_init__(self) -> None:
        """Find what is broken now, and not while the plan is stored.

        A worker may not be silent for long in the midst of a transaction, and all that is in force in a country is a
        long list.
        """
        broken = broken_by_leaving(self.problem, lines_held(self.problem), self.plan.placements)
        object.__setattr__(self, "broken", broken)

    @classmethod
    def of(cls, posed: Posed, problem_text: str, solved: Solved) -> Answer:
        """Read the documents of a solve."""
        plan, report = read_plan(solved.plan), json.loads(solved.report)
        return cls(posed.problem, problem_text, plan, solved.plan, report, posed.released, solved.unmet)


def store_plan(session: Session, run: Run, answer: Answer) -> Plan:
    """Store a run's plan with its placements, its unplaced requests and their reasons, and its documents.

    The run's row gets the decided placements that were released, and those in force that the term no longer allows and
    the plan therefore ends or changes.
    """
    plan = answer.plan
    run.released = [asdict(each) for each in _released(session, answer)]
    row = Plan(
        run_id=run.id,
        term_id=run.term_id,
        problem_sha256=plan.problem_sha256,
        status=PlanStatus(plan.status),
        objective=plan.objective,
        bound=plan.bound,
    )
    session.add(row)
    documents = PlanDocument(
        plan_id=row.id,
        problem=answer.problem_text,
        plan=answer.plan_text,
        report=answer.report,
        leaving=keep_leaving(answer.problem, answer.broken),
    )
    session.add(documents)
    session.flush()
    if plan.placements:
        session.connection().execute(insert(PlannedPlacement), _placements(row, answer))
    if plan.unplaced:
        session.connection().execute(
            insert(UnplacedRequest),
            [
                {
                    "plan_id": row.id,
                    "request_id": left.request,
                    "reasons": reasons_document(left.reasons),
                    "causes": list(causes_of(left.reasons)),
                }
                for left in plan.unplaced
            ],
        )
    audit.record(session, SYSTEM, Action.CREATED, row)
    return row


def _released(session: Session, answer: Answer) -> list[Released]:
    """Return the placements that the term no longer allows, in words that a coordinator knows."""
    problem, already = answer.problem, {each.request_id for each in answer.released}
    broken = answer.broken
    leaving = [line for line in lines_held(problem) if line.request in broken and line.request not in already]
    released = [*answer.released, *(_told(problem, line, broken[line.request]) for line in leaving)]
    words = {each.request_id: Words(each.why_sv, each.why_en) for each in released}
    names = Names(session, SYSTEM, texts=words.values())
    named = {request: names.put_in(why) for request, why in words.items()}
    return [replace(each, why_sv=named[each.request_id].sv, why_en=named[each.request_id].en) for each in released]


def _told(problem: Problem, line: solved.Placement, broken: Sequence[Broken]) -> Released:
    """Return a placement in force with the rules that it breaks, as a decision that is released has them."""
    said = [each.why if each.name is None else say_broken(each.name, each.why) for each in broken]
    why_sv, why_en = "; ".join(each.sv for each in said), "; ".join(each.en for each in said)
    return Released(line.request, line.unit, str(problem.term.first_week.plus(line.start)), why_sv, why_en)


def _placements(row: Plan, answer: Answer) -> list[dict[str, object]]:
    """Write the plan's placements as rows, with calendar weeks instead of weeks of the term."""
    first_week = answer.problem.term.first_week
    weeks = {start: first_week.plus(start) for start in {placed.start for placed in answer.plan.placements}}
    return [
        {
            "id": new_id("plp"),
            "plan_id": row.id,
            "request_id": placed.request,
            "unit_id": placed.unit,
            "start": weeks[placed.start],
            "supervisor_id": placed.supervisor,
            "unmet_wishes": answer.unmet.get(placed.request, []),
        }
        for placed in answer.plan.placements
    ]
