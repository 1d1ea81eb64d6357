"""The home that each student travels from, as far as the problem tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from placement_solver.problem import Problem, StudentId


def find_homes(problem: Problem) -> dict[StudentId, str | None]:
    """Return each student's home: the area where one is given, else the zone; None where neither is."""
    return {student.id: student.zone if student.home is None else student.home for student in problem.students}
