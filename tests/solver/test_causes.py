"""Why requests are unplaced: the rule that left no unit, or else everything that is full."""

from __future__ import annotations

from dataclasses import replace

from placement_solver.figures.causes import DEARER, Cause, causes_of, count_causes
from placement_solver.plan import Full, Reasons, Remaining, Unplaced
from placement_solver.problem import RequestId

NO_REASON = Reasons((), (), (), (), (), (), 0)
FULL_WARD = replace(NO_REASON, remaining=(Remaining("unit-kind", 2),), capacities=(Full("ward-nurses", (1,)),))
NO_UNIT = replace(NO_REASON, remaining=(Remaining("unit-kind", 3), Remaining("site", 0)))


def test_the_rule_that_left_no_unit_is_the_cause_and_otherwise_all_that_is_full() -> None:
    assert causes_of(NO_UNIT) == ("site",)
    assert causes_of(FULL_WARD) == ("capacities",)
    both = replace(FULL_WARD, own_placements=(RequestId("anna-1"),), dearer_units=1)
    assert causes_of(both) == ("capacities", "own_placements", DEARER)


def test_the_most_common_cause_comes_first() -> None:
    lines = [(f"r{i}", reasons) for i, reasons in enumerate((NO_UNIT, FULL_WARD, FULL_WARD))]
    counted = count_causes([Unplaced(RequestId(name), reasons) for name, reasons in lines])
    assert counted == (Cause("capacities", 2), Cause("site", 1))
