"""Students of several professions are at a unit in the same weeks."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges
from placement_solver.wishes.base import Counts, Gathering
from placement_solver.words import Source, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem


class Interprofessional(Gathering):
    """Each week that a student is at a unit without students of another profession costs.

    A week beside a student whom another term has there costs nothing; that student's own weeks are not this term's. A
    unit that can have students of one profession only is charged like any other: were it not, the objective would be
    lowered by moving students to such units.
    """

    key = "interprofessional"
    name = Words("Flera yrken samtidigt", "Several professions together")
    meaning = Words(
        "Studenter från flera yrken är på en enhet under samma veckor. Varje vecka som en student är på en enhet utan "
        "att där finns studenter från något annat yrke kostar vikten. Studenter som andra terminer har där räknas som "
        "sällskap. Är vikten 0 ingår termen inte.",
        "Students of several professions are at a unit in the same weeks. Each week that a student is at a unit where "
        "there are no students of another profession costs the weight. Students whom other terms have there count as "
        "company. With the weight 0 the term is left out.",
    )
    source = Source(
        "Avsiktsförklaring om samverkan mellan lärosäten och kommuner i Storstockholm: lärandemiljöer",
        "Kommunförbundet Stockholms län",
        2016,
    )

    def is_asked(self, problem: Problem) -> bool:
        """Tell whether the weight is above 0."""
        return problem.weights.interprofessional > 0

    def counts(self, columns: Columns, options: Options) -> Counts:
        """Count, for each unit, week and profession, its students; one of another profession outweighs them all.

        So a count is above 0 only where the profession is alone, and is then the number of its students. Where another
        term has a student of another profession there is no count.
        """
        professions = len(columns.profession_index)
        people = np.bincount(columns.request_profession, minlength=professions)
        weeks = columns.ends(options) - options.start
        option = np.repeat(np.arange(len(options)), weeks)
        place = options.unit[option] * columns.weeks + ranges(options.start, weeks)
        own = columns.request_profession[options.request[option]]
        lines = np.setdiff1d(place * professions + own, _beside_other_terms(columns))
        row, line, amount = [np.empty(0, np.int64)], [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for profession in range(professions):
            at = place * professions + profession
            counted = np.isin(at, lines)
            row.append(option[counted])
            line.append(np.searchsorted(lines, at[counted]))
            amount.append(np.where(own[counted] == profession, 1, -people[profession]))
        return Counts(
            option=np.concatenate(row),
            line=np.concatenate(line),
            amount=np.concatenate(amount),
            lines=len(lines),
            weight=columns.problem.weights.interprofessional,
            odd=False,
        )

    def saves_at_most(self, columns: Columns, options: Options) -> Ints:
        """Return the weight for each of its weeks and each student of another profession, who could be there alone."""
        people = np.bincount(columns.request_profession, minlength=len(columns.profession_index))
        others = len(columns.problem.requests) - people[columns.request_profession[options.request]]
        weeks: Ints = columns.ends(options) - options.start
        return columns.problem.weights.interprofessional * weeks * others

    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return the weight times the student-weeks without a student of another profession."""
        there: defaultdict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        for placement in placements:
            request = problem.request[placement.request]
            for week in range(placement.start, min(placement.start + request.weeks, problem.term.weeks)):
                there[placement.unit, week][problem.student[request.student].profession] += 1
        others: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for each in problem.taken:
            for week in each.weeks:
                others[each.unit, week].add(each.profession)
        alone = (own.total() for place, own in there.items() if len(own.keys() | others[place]) == 1)
        return problem.weights.interprofessional * sum(alone)


def _beside_other_terms(columns: Columns) -> Ints:
    """Return, numbered as in `Interprofessional.counts`, where a profession always has another term's for company."""
    professions = len(columns.profession_index)
    beside = {
        (columns.unit_index[each.unit] * columns.weeks + week) * professions + profession
        for each in columns.problem.taken
        for week in each.weeks
        for profession in range(professions)
        if profession != columns.profession_index[each.profession]
    }
    return np.array(sorted(beside), dtype=np.int64)
