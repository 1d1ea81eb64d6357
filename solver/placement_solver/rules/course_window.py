"""A placement lies within the weeks that its course allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.crowding import name_weeks
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class CourseWindow(Admission):
    """The placement begins in one of the request's first weeks and ends within the term."""

    key = "course-window"
    name = Words("Kursens veckor", "Weeks of the course")
    meaning = Words(
        "Placeringen börjar en av de veckor som kursen tillåter och slutar inom terminen.",
        "The placement begins in one of the weeks that the course allows and ends within the term.",
    )
    source = Source("Läkarprogrammet: praktisk information om VFU", "Linköpings universitet", 2023)

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Allow starts that the request names and that leave room for all its weeks."""
        allowed = columns.start_allowed[columns.request_starts[options.request], options.start]
        return allowed & (options.start + columns.request_weeks[options.request] <= columns.weeks)

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement that begins in a week the course does not allow, or ends after the term."""
        for placement in placements:
            request = problem.request[placement.request]
            week = name_weeks(problem, [placement.start])
            if placement.start not in request.starts:
                yield Breach(
                    self.key,
                    (request.id,),
                    Words(
                        f"{request.id}: placeringen får inte börja {week}",
                        f"{request.id}: the placement may not begin in {week}",
                    ),
                )
            elif not 0 <= placement.start <= problem.term.weeks - request.weeks:
                yield Breach(
                    self.key,
                    (request.id,),
                    Words(
                        f"{request.id}: {request.weeks} veckor från {week} ryms inte i terminen",
                        f"{request.id}: {request.weeks} weeks from {week} do not fit in the term",
                    ),
                )
