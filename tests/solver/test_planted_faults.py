"""Fifty faults of every kind, each planted in a good plan: the check names every one."""

from __future__ import annotations

import random
from contextlib import suppress
from functools import cache
from itertools import count, islice
from typing import TYPE_CHECKING

import pytest

from placement_solver.check import DOCUMENT, check_plan
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Plan
from placement_solver.rules import RULES
from placement_solver.solve import solve
from tests.effort import fresh, has_long_form, tries
from tests.solver.broken_rules import BROKEN_RULES
from tests.solver.false_claims import FALSE_CLAIMS
from tests.solver.planting import BarrenError, Ground, Planted, Planter
from tests.solver.quick import QUICK
from tests.solver.wider import wider

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.no_cover, has_long_form("15 faults of each kind", "100 faults of each kind")]

EACH = tries(15, 100)
FIRST = fresh(1, 1).start


@cache
def good(number: int) -> Plan:
    plan = solve(wider(number), time_limit=3600.0, workers=1, settings=QUICK)
    assert check_plan(wider(number), plan) == ()
    return plan


def planted(plant: Planter) -> Iterator[Planted]:
    """Plant a fault of one kind in one good plan after another, wherever there is something to spoil."""
    for number in count(FIRST):
        with suppress(BarrenError, InvalidProblem):  # nothing to spoil, or pins that cannot all be supervised
            yield plant(Ground(wider(number), good(number), random.Random(number)))


@pytest.mark.parametrize("plant", [*BROKEN_RULES, *FALSE_CLAIMS])
def test_the_check_names_every_planted_fault(plant: Planter) -> None:
    faults = list(islice(planted(plant), EACH))
    for fault in faults:
        breaches = check_plan(fault.term, fault.plan)
        of_the_rule = [breach for breach in breaches if breach.rule == fault.rule]
        assert any(
            fault.request in (None, *breach.requests) and fault.words in breach.words.en for breach in of_the_rule
        ), (fault, breaches)
        assert not fault.alone or len(of_the_rule) == len(breaches), (fault, breaches)


def test_there_is_a_kind_of_fault_for_every_rule_and_for_the_document() -> None:
    kinds = {next(planted(plant)).rule for plant in (*BROKEN_RULES, *FALSE_CLAIMS)}
    assert kinds == {DOCUMENT, *(rule.key for rule in RULES)}
    assert len(BROKEN_RULES) + len(FALSE_CLAIMS) >= 20
