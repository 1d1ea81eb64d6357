"""A solve in the test's own process, for tests that are not about the child: starting one takes most of a second."""

from __future__ import annotations

from typing import Self

import pytest

from placement.running import solving, worker
from placement.running.child import Solved
from placement.running.orders import SolveOrder
from placement.what_if import previews
from placement_solver.documents import read_problem, write_plan, write_report
from placement_solver.faults import InvalidProblem
from placement_solver.figures.reporting import make_report
from placement_solver.progress import Progress
from placement_solver.search.clock import StopSignal


class SolvedHere:
    """Answers as `SolverProcess` does, and solves at once, by the code that the child runs."""

    def __init__(self, problem: bytes, order: SolveOrder) -> None:
        self.progress: Progress | None = None
        self._problem, self._order = problem, order
        self._refused: InvalidProblem | None = None
        self._solved = Solved("", "")

    def __enter__(self) -> Self:
        try:
            problem = read_problem(self._problem)
            plan, pricing = solving._plan(problem, self._order, self._keep, StopSignal())
        except InvalidProblem as error:
            self._refused = error
        else:
            report = write_report(make_report(problem, plan, pricing)) if self._order.with_report else ""
            self._solved = Solved(write_plan(plan), report)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing behind: there is no process."""

    def ended_within(self, _: float) -> bool:
        """It has ended."""
        return True

    def solved(self) -> Solved:
        """Return what was solved, or raise what is wrong with the problem."""
        if self._refused is not None:
            raise self._refused
        return self._solved

    def _keep(self, progress: Progress) -> None:
        self.progress = progress


@pytest.fixture
def solved_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs and previews be solved in this process."""
    for room in (worker, previews):
        monkeypatch.setattr(room, "SolverProcess", SolvedHere)
