"""No student has a longer journey to a placement than the limit allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.journeys import minutes_between
from placement_solver.rules.base import Admission, Breach
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class TravelLimit(Admission):
    """The journey is within the student's own limit or, where the student has none, the term's."""

    key = "travel-limit"
    name = Words("Längsta resa", "Longest journey")
    meaning = Words(
        "Resan är inte längre än studentens egen gräns eller, om studenten inte har någon, terminens.",
        "The journey is no longer than the student's own limit or, where there is none, the term's.",
    )
    source = Source("VIL-policy, fysioterapeutprogrammet", "Karolinska Institutet", 2019)
    personal = True

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Compare the minutes with the student's limit."""
        student = columns.request_student[options.request]
        near: Bools = columns.minutes[student, options.unit] <= columns.student_max_travel[student]
        return near

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each placement with too long a journey."""
        for placement in placements:
            student = problem.student[problem.request[placement.request].student]
            limit = problem.travel.max_travel if student.max_travel is None else student.max_travel
            unit = problem.unit[placement.unit]
            minutes = minutes_between(problem, student, unit)
            if limit is not None and minutes > limit:
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request}: {minutes} minuter till {unit.id}, men gränsen är {limit}",
                        f"{placement.request}: {minutes} minutes to {unit.id}, but the limit is {limit}",
                    ),
                )
