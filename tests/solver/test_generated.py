"""Drawn terms, others in each run: no breach, every figure true, no bound above the best plan there is.

What is held against them: the independent check, a plain model of the contract, and on tiny terms plain enumeration.
"""

from __future__ import annotations

import pytest

from tests.effort import fresh, has_long_form
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan
from tests.solver.one_model import find_optimum, find_value
from tests.solver.promises import TINY, WIDER, find_broken_promises
from tests.solver.small import agreement, placed, problem
from tests.solver.wider import wider

pytestmark = [pytest.mark.no_cover, has_long_form("80 terms", "2,000 terms")]

TERMS = [*((drawn, number) for number in fresh(50, TINY)), *((wider, number) for number in fresh(30, WIDER))]
BATCHES = 12


@pytest.mark.parametrize("batch", range(BATCHES))
def test_the_plan_of_every_drawn_term_is_what_it_says(batch: int) -> None:
    assert [broken for term in TERMS[batch::BATCHES] for broken in find_broken_promises(*term)] == []


def test_two_workers_keep_the_same_promises() -> None:
    assert [broken for term in TERMS[::12] for broken in find_broken_promises(*term, workers=2)] == []


def test_a_term_without_time_gets_a_plan_and_a_bound_that_holds() -> None:
    assert [broken for term in TERMS[::6] for broken in find_broken_promises(*term, time_limit=0.0)] == []


def test_the_wider_terms_have_everything_that_a_term_may_have() -> None:
    terms = [wider(number) for number in range(200)]
    assert {len(term.requests) for term in terms} >= set(range(3, 17))
    for some in (
        [term for term in terms if len({each.unit for each in term.capacities}) < len(term.capacities)],
        [term for term in terms if any(each.units for each in term.agreements)],
        [term for term in terms if any(each.professions for each in term.agreements)],
        [term for term in terms if any(each.first_week for each in term.agreements)],
        [term for term in terms if {student.site for student in term.students} == {None, "kalmar"}],
        [term for term in terms if any(request.university_healthcare for request in term.requests)],
        [term for term in terms if any(request.after for request in term.requests)],
        [term for term in terms if any(student.distinct_units for student in term.students)],
        [term for term in terms if term.pins],
        [term for term in terms if term.current],
        [term for term in terms if term.taken],
    ):
        assert len(some) > len(terms) // 10
    assert sum(pin.supervisor is not None for term in terms for pin in term.pins) > 5


def test_the_one_model_prices_each_plan_of_a_tiny_term_as_enumeration_does() -> None:
    term = problem(agreements=(agreement(min_student_weeks=3),))
    assert find_value(term, ()) == 1000 + 1000 + 3 * 40
    assert find_value(term, (placed(), placed("bo-1"))) == 10 + 10
    assert {find_value(drawn(7), plan) is None for plan in every_plan(drawn(7))} == {False}


def test_the_one_model_refuses_what_is_no_plan() -> None:
    assert find_value(problem(), (placed(), placed())) is None, "placed twice alike"
    assert find_value(problem(), (placed(), placed(start=1))) is None, "placed twice"
    assert find_value(problem(), (placed(at="home"),)) is None
    assert find_optimum(problem()) == 20
