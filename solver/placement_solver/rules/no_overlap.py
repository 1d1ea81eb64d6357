"""A student has at most one placement in any week, whichever term it belongs to."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.crowding import name_weeks
from placement_solver.rules.base import Admission, Breach, Itinerary, claims
from placement_solver.taken import find_sharing, name_terms
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.rules.base import Uses


class NoOverlap(Admission, Itinerary):
    """A student's placements share no week, with each other or with one that the student has in another term."""

    key = "no-overlap"
    name = Words("Inga krockar", "No overlap")
    meaning = Words(
        "En students placeringar har ingen vecka gemensam, inte heller med en placering i en annan termin.",
        "A student's placements share no week, nor do they share one with a placement in another term.",
    )
    source = Source("Statsbidrag för VFU: en VFU-vecka räknas som heltid", "Socialstyrelsen", 2023)

    personal = True

    def admits(self, columns: Columns, options: Options) -> Bools:
        """Allow options in whose weeks the student has no placement of another term."""
        student, busy = columns.request_student[options.request], columns.student_taken
        free: Bools = busy[student, columns.ends(options)] == busy[student, options.start]
        return free

    def uses(self, columns: Columns, options: Options) -> Uses:
        """Occupy the student's weeks, where the student has more than one request."""
        several = columns.student_requests > 1
        student = columns.request_student[options.request]
        option = np.flatnonzero(several[student])
        return claims(columns, option, student[option], options.start[option], columns.ends(options)[option])

    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield each pair of one student's placements that share a week, at least one of which is of this term."""
        of: defaultdict[str, list[Placement]] = defaultdict(list)
        for placement in placements:
            of[problem.request[placement.request].student].append(placement)
        for own in of.values():
            for one, other in combinations(own, 2):
                one_ends = one.start + problem.request[one.request].weeks
                other_ends = other.start + problem.request[other.request].weeks
                if one.start < other_ends and other.start < one_ends:
                    yield Breach(
                        self.key,
                        (one.request, other.request),
                        Words(
                            f"{one.request} och {other.request} pågår samma vecka",
                            f"{one.request} and {other.request} share a week",
                        ),
                    )
        for placement in placements:
            student = problem.request[placement.request].student
            weeks = range(placement.start, placement.start + problem.request[placement.request].weeks)
            for taken in find_sharing(problem.taken_of[student], weeks):
                shared = name_weeks(problem, (week for week in weeks if week in taken.weeks))
                terms = name_terms([taken.term])
                yield Breach(
                    self.key,
                    (placement.request,),
                    Words(
                        f"{placement.request} vid {placement.unit} ({shared}): {terms.sv}",
                        f"{placement.request} at {placement.unit} ({shared}): {terms.en}",
                    ),
                    (taken,),
                )
