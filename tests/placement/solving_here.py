"""Solving in the test's own process: a stand-in for the solver process where the child is not what is tested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

from placement.running import solving
from placement.running.child import Solved
from placement.running.orders import Outcome, SolveOrder
from placement_solver.documents import read_problem, write_plan, write_report
from placement_solver.explanation.unmet_wishes import find_unmet_wishes
from placement_solver.faults import InvalidProblem
from placement_solver.figures.reporting import make_report
from placement_solver.progress import Progress
from placement_solver.search.clock import StopSignal


class SolverHere:
    """Has the interface of `SolverProcess` and solves at once, without the second that a child takes to start.

    It has always ended, so it can be neither stopped nor killed, and its memory is not limited.
    """

    def __init__(self, problem: bytes, order: SolveOrder, begin: Mapping[str, Any] | None = None) -> None:
        self.progress: Progress | None = None
        self.so_far = begin
        self._outcome = self._solve(problem, order)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def ended_within(self, _seconds: float) -> bool:
        return True

    def solved(self) -> Solved:
        """Return what was solved; raises `InvalidProblem` as the solver process does."""
        if isinstance(self._outcome, InvalidProblem):
            raise self._outcome
        return self._outcome

    def _solve(self, document: bytes, order: SolveOrder) -> Solved | InvalidProblem:
        """Solve as the child does, in the mode that the order names."""
        try:
            problem = read_problem(document)
            plan, pricing = solving._plan(problem, order, self._hear, StopSignal())
        except InvalidProblem as error:
            return error
        report = write_report(make_report(problem, plan, pricing)) if order.with_report else ""
        unmet = find_unmet_wishes(problem, plan) if order.with_report else {}
        told = {str(request): [asdict(wish) for wish in wishes] for request, wishes in unmet.items()}
        return Solved(write_plan(plan), report, told, Outcome.of(plan))

    def _hear(self, progress: Progress) -> None:
        self.progress = progress
