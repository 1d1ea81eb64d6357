"""What closes many ways together is what closes each of them alone."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from placement_solver.columns import Columns
from placement_solver.explanation.closings import Closings
from placement_solver.explanation.occupancy import Occupancy
from placement_solver.explanation.reasons import Ways
from placement_solver.solve import solve
from tests.solver.drawn import drawn


def test_what_closes_some_ways_is_what_closes_any_one_of_them() -> None:
    closed: Counter[str] = Counter()
    for number in range(120):
        term = drawn(number)
        plan = solve(term, time_limit=0.0, workers=1)
        columns, occupancy = Columns(term), Occupancy(term, plan.placements)
        for line in plan.unplaced:
            request = columns.request_index[line.request]
            ways = Ways(columns, request)
            closings = Closings(occupancy, term.requests[request], ways.unit, ways.start)
            shared = int(columns.request_class[request])
            alone = [
                occupancy.full_for(shared, term.requests[request], term.units[unit], start)
                for unit, start in zip(ways.unit.tolist(), ways.start.tolist(), strict=True)
            ]
            everything = np.arange(len(ways))
            assert closings.open(everything).tolist() == [not those for those in alone]
            for rows in (everything, everything[::2], everything[-1:], everything[:0]):
                weeks: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
                for row in rows.tolist():
                    for obstacle in alone[row]:
                        weeks[obstacle.rule, obstacle.id].update(obstacle.weeks)
                        closed[obstacle.rule] += 1
                found = closings.closing(rows)
                told = {(rule, full.id): set(full.weeks) for rule, those in found.items() for full in those}
                assert told == weeks
                names = [[full.id for full in those] for those in found.values()]
                assert names == [sorted(set(ids)) for ids in names]
    assert min(closed[rule] for rule in ("capacity", "unit-ceiling", "agreement-ceiling", "supervisor-load")) > 5, (
        closed
    )
