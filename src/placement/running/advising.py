"""Advising: the child process that works out what would give a request a placement.

``python -m placement.running.advising`` is started by `advice`. Its order is one message, a question as JSON; it
answers with one message of JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from placement.running.supposing import suppose
from placement_solver.columns import Columns
from placement_solver.documents import read_plan, read_problem
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.remedies import Remedy, find_remedies
from placement_solver.explanation.sentences import tell_remedies, tell_request
from placement_solver.plan import Placement
from placement_solver.problem import Problem, RequestId
from placement_solver.processes import Parent, work_and_end
from placement_solver.words import Words


def main() -> None:
    """Answer the one question that the parent sends."""
    parent = Parent()
    work_and_end(lambda: _answer(parent))


def _answer(parent: Parent) -> None:
    question = json.loads(parent.order())
    parent.heed(lambda: None)  # half an answer is worth nothing
    parent.answer(json.dumps(work_out(**question)).encode())


def work_out(problem: str, plan: str, request: str, seconds: float) -> dict[str, Any]:
    """Explain a request of a plan, both documents, with the remedies where it has no placement.

    At most ``seconds`` are spent on the search for students who could move. The answer is empty where the problem has
    no such request.
    """
    posed, planned, asked = read_problem(problem), read_plan(plan), RequestId(request)
    if asked not in posed.request:
        return {}
    columns = Columns(posed)
    explanation = explain_request(posed, columns, planned, asked)
    sentences = [*tell_request(posed, explanation)]
    remedies: tuple[Remedy, ...] = ()
    if explanation.placement is None:
        remedies = find_remedies(posed, columns, planned, asked, seconds=seconds)
        sentences += [] if remedies else tell_remedies(posed, ())
    return {
        "placed": explanation.placement is not None,
        "sentences": [asdict(words) for words in sentences],
        "remedies": [_told(posed, remedy) for remedy in remedies],
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
