"""Those who have carried more in earlier terms get shorter journeys and more of their wishes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from placement_solver.journeys import minutes_between
from placement_solver.wishes.base import Cost
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, Request, Student

STEP: Final = 5
"""A step down a list of preferences counts as this many minutes of travel, as the usual weights have it."""
FARTHEST: Final = 1_440
"""Minutes. Where a student has no limit of travel, no journey counts as longer than a day."""
WHOLE: Final = 1_000
"""The points of a student whose minutes count in full."""


class CarriedBurden(Cost):
    """Each minute and each step down the list costs, in proportion to the student's points of burden.

    A request without a place counts as the longest journey that its student may have and no wish met, so that nobody is
    left out for having carried much. Amounts are whole: points times minutes are divided by `WHOLE` and rounded down.
    """

    key = "carried_burden"
    name = Words("Tidigare börda", "Carried burden")
    meaning = Words(
        "Den som har burit mer tidigare terminer får kortare resor och oftare sina önskemål. Varje minut enkel väg, "
        f"och varje steg ner på listan som räknas som {STEP} minuter, kostar vikten gånger studentens poäng delat "
        "med 1 000. Utan plats räknas som den längsta tillåtna resan utan något önskemål.",
        "Those who have carried more in earlier terms get shorter journeys and more of their wishes. Each minute one "
        f"way, and each step down the list counted as {STEP} minutes, costs the weight times the student's points "
        "divided by 1,000. No place counts as the longest journey allowed with no wish met.",
    )
    source = Source(
        "Facts on clinical placements, section 6: earlier bad outcomes raise priority next term", "CKU", 2026
    )

    def is_asked(self, problem: Problem) -> bool:
        """Tell whether it has a weight; it is off without one."""
        return problem.weights.carried_burden > 0

    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return what the minutes and the rank of each option cost."""
        student = columns.request_student[options.request]
        minutes = np.minimum(columns.journeys(options), self._farthest(columns)[student])
        ranks = columns.preference_ranks[options.request, options.unit].astype(np.int64)
        return self._priced(columns, student, minutes + STEP * ranks)

    def of_unplaced(self, columns: Columns) -> Ints:
        """Return what the longest journey and no wish met would cost each request."""
        student = columns.request_student
        wishes = np.array([len(request.preferences) for request in columns.problem.requests], dtype=np.int64)
        return self._priced(columns, student, self._farthest(columns)[student] + STEP * wishes)

    def _priced(self, columns: Columns, student: Ints, minutes: Ints) -> Ints:
        """Return what minutes of students cost."""
        points = np.array([each.burden for each in columns.problem.students], dtype=np.int64)
        return columns.problem.weights.carried_burden * (points[student] * minutes // WHOLE)

    def _farthest(self, columns: Columns) -> Ints:
        """Return the longest journey that counts for each student."""
        unlimited = np.iinfo(np.int64).max
        limits = columns.student_max_travel
        return np.where(limits == unlimited, FARTHEST, limits)

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times what every request of a student with points comes to."""
        placed = {placement.request: placement for placement in placements}
        cost = 0
        for request in problem.requests:
            student = problem.student[request.student]
            if student.burden:
                cost += student.burden * _felt(problem, request, student, placed.get(request.id)) // WHOLE
        return problem.weights.carried_burden * cost


def _felt(problem: Problem, request: Request, student: Student, placement: Placement | None) -> int:
    """Return the minutes that a request comes to, steps down the list included."""
    limit = problem.travel.max_travel if student.max_travel is None else student.max_travel
    longest = FARTHEST if limit is None else limit
    if placement is None:
        return longest + STEP * len(request.preferences)
    minutes = min(longest, minutes_between(problem, student, problem.unit[placement.unit]))
    wished = request.preferences
    return minutes + STEP * (wished.index(placement.unit) if placement.unit in wished else len(wished))
