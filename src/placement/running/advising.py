"""Advising: the child process that works out what would give requests a placement.

``python -m placement.running.advising`` is started by `advice` and `adviser`. Its order is one message, an `Order` as
JSON. It reads problem and plan once, and answers with one message of JSON for each request, in their order.
"""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Any

from placement.running.questions import Answered, Order
from placement.running.supposing import suppose
from placement_solver.columns import Columns
from placement_solver.documents import read_plan, read_problem
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.remedies import Remedy, remedies_in
from placement_solver.explanation.sentences import tell_remedies, tell_request
from placement_solver.explanation.situation import Situation
from placement_solver.plan import Placement
from placement_solver.problem import Problem, RequestId
from placement_solver.processes import Parent, give_way, limit_memory, work_and_end
from placement_solver.words import Words


def main() -> None:
    """Answer what the parent sends."""
    parent = Parent()
    work_and_end(lambda: _answer(parent))


def _answer(parent: Parent) -> None:
    order = Order(**json.loads(parent.order()))
    parent.heed(lambda: None)  # half an answer is worth nothing
    if order.unhurried:
        give_way()
    if order.memory_mb is not None:
        limit_memory(order.memory_mb)
    advisor = Advisor(order.problem, order.plan)
    for request in order.requests:
        began = time.monotonic()
        answer = advisor.work_out(request, order.seconds)
        parent.answer(json.dumps(asdict(Answered(request, answer, time.monotonic() - began))).encode())


class Advisor:
    """Explains requests of one plan, with the remedies of those that have no placement."""

    def __init__(self, problem: str, plan: str) -> None:
        """Read the two documents."""
        posed = read_problem(problem)
        self._situation = Situation(posed, Columns(posed), read_plan(plan))

    def work_out(self, request: str, seconds: float) -> dict[str, Any]:
        """Explain a request; at most ``seconds`` are spent on the search for students who could move.

        The answer is empty where the problem has no such request.
        """
        there, asked = self._situation, RequestId(request)
        problem = there.problem
        if asked not in problem.request:
            return {}
        explanation = explain_request(problem, there.columns, there.plan, asked, there.occupancy)
        sentences = [*tell_request(problem, explanation)]
        remedies: tuple[Remedy, ...] = ()
        if explanation.placement is None:
            remedies = remedies_in(there, asked, seconds=seconds)
            sentences += [] if remedies else tell_remedies(problem, ())
        return {
            "placed": explanation.placement is not None,
            "sentences": [asdict(words) for words in sentences],
            "remedies": [_told(problem, remedy) for remedy in remedies],
        }


def _told(problem: Problem, remedy: Remedy) -> dict[str, Any]:
    """Write a remedy as it is answered, with weeks of the calendar."""
    _heading, *lines = tell_remedies(problem, [remedy])
    return {
        "kinds": remedy.kinds,
        "placement": _placed(problem, remedy.placement),
        "moves": [
            {"before": _placed(problem, move.before), "after": _placed(problem, move.after)} for move in remedy.moves
        ],
        "objective_before": remedy.objective_before,
        "objective_after": remedy.objective_after,
        "smallest": remedy.smallest,
        "scenario": suppose(problem, remedy),
        "sentences": [asdict(Words(line.sv.strip(), line.en.strip())) for line in lines],
    }


def _placed(problem: Problem, placement: Placement) -> dict[str, Any]:
    """Write a placement with its week of the calendar."""
    start = problem.term.first_week.plus(placement.start)
    return {
        "request_id": placement.request,
        "unit_id": placement.unit,
        "start": str(start),
        "supervisor_id": placement.supervisor,
    }


if __name__ == "__main__":
    main()
