"""Advice: what would give a request a placement, worked out in a child process that lives no longer than it may.

``python -m placement.running.advice`` reads a question from stdin, a line of JSON, and answers on stdout.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import asdict, dataclass
from typing import Any

from placement.errors import NotFoundError, UnavailableError
from placement_solver.columns import Columns
from placement_solver.documents import read_plan, read_problem
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.remedies import Remedy, find_remedies
from placement_solver.explanation.sentences import tell_remedies, tell_request
from placement_solver.plan import Placement
from placement_solver.problem import Problem, RequestId
from placement_solver.words import Words

OVERHEAD_SECONDS = 30.0
"""So long, at most, may everything take besides the search for several who could move: to start, to read, to prove."""

_desk = threading.BoundedSemaphore(1)
"""One question is worked on at a time in a process: there are few processors, and runs need them."""


@dataclass(frozen=True, slots=True)
class Question:
    """A request of a plan, and how long to search for others who could move to make room."""

    problem: str
    plan: str
    request: str
    seconds: float

    def answer(self) -> dict[str, Any]:
        """Work out why the request stands as it does and, where it has no placement, what would give it one.

        Raises `UnavailableError` where another question is being worked on, or this one took too long.
        """
        if not _desk.acquire(blocking=False):
            raise UnavailableError(
                sv="En annan fråga besvaras just nu. Försök igen om en stund.",
                en="Another question is being answered. Retry in a moment.",
            )
        try:
            told = subprocess.run(
                [sys.executable, "-P", "-m", "placement.running.advice"],
                input=json.dumps(asdict(self)).encode(),
                stdout=subprocess.PIPE,
                check=True,
                timeout=self.seconds + OVERHEAD_SECONDS,
            )
        except subprocess.TimeoutExpired as error:
            raise UnavailableError(
                sv="Svaret tog för lång tid och avbröts.", en="The answer took too long and was given up."
            ) from error
        finally:
            _desk.release()
        answer: dict[str, Any] = json.loads(told.stdout)
        if not answer:
            raise NotFoundError(self.request)
        return answer


def work_out(question: Question) -> dict[str, Any]:
    """Explain a request, with the remedies where it has no placement; nothing where the problem has no such request."""
    problem, plan, request = read_problem(question.problem), read_plan(question.plan), RequestId(question.request)
    if request not in problem.request:
        return {}
    columns = Columns(problem)
    explanation = explain_request(problem, columns, plan, request)
    sentences = [*tell_request(problem, explanation)]
    remedies: tuple[Remedy, ...] = ()
    if explanation.placement is None:
        remedies = find_remedies(problem, columns, plan, request, seconds=question.seconds)
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


def main() -> None:
    """Answer the one question that stdin brings."""
    print(json.dumps(work_out(Question(**json.load(sys.stdin)))))  # noqa: T201  the answer


if __name__ == "__main__":
    main()
