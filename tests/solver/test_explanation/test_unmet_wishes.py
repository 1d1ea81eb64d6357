"""What stood in the way at the units that placed students wished for more is what the checker says as well."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.check import check
from placement_solver.explanation.unmet_wishes import UnmetWish, find_unmet_wishes
from placement_solver.plan import Placement
from placement_solver.problem import Problem, ProviderId, RequestId, StudentId, Supervision, UnitId
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver.drawn_plans import drafts
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, supervisor, taken, unit
from tests.solver.test_explanation.plans import plan_of

CLINIC = UnitId("clinic")
BY_ONE = (unit(), unit("clinic"))
"""Two units where the course can be: Anna is at the clinic and wished for the ward."""


def term(**changes: object) -> Problem:
    """Make a term in which Anna wished for the ward and there is one place a week there, which Bo has."""
    places = (capacity(places=1), capacity("others", unit=CLINIC))
    asked = (request(preferences=(WARD,), starts=(0,)), request("bo-1", starts=(0,)))
    return problem(**{"units": BY_ONE, "capacities": places, "requests": asked, **changes})


def anna_wished(of: Problem, *others: Placement) -> tuple[UnmetWish, ...]:
    """Return what stood in Anna's way, who is at the clinic from the first week."""
    plan = plan_of(of, placed(at="clinic"), *others)
    assert check(of, plan.placements) == ()
    return find_unmet_wishes(of, plan).get(RequestId("anna-1"), ())


def test_a_unit_whose_places_others_have_was_full() -> None:
    assert anna_wished(term(), placed("bo-1")) == (UnmetWish(WARD, None, ("capacity",)),)


def test_a_unit_with_room_was_free() -> None:
    assert anna_wished(term()) == (UnmetWish(WARD),)


def test_a_unit_that_the_rules_do_not_allow_has_the_rule() -> None:
    asked = (request(preferences=(UnitId("home"), WARD), starts=(0,)), request("bo-1"))
    there = unit("home", provider=ProviderId("nacka"), kinds=("elderly-care",))
    found = anna_wished(term(requests=asked, units=(*BY_ONE, there)), placed("bo-1"))
    assert [(each.unit, each.rule) for each in found] == [(UnitId("home"), "unit-kind"), (WARD, None)]


def test_a_supervisor_who_takes_no_more_is_in_the_way() -> None:
    guided = Supervision(7.5)
    asked = (
        request(preferences=(WARD,), starts=(0,), supervision=guided),
        request("bo-1", starts=(0,), supervision=guided),
    )
    staff = (supervisor(), supervisor("sara", unit=CLINIC))
    of = term(requests=asked, supervisors=staff, capacities=(capacity(), capacity("others", unit=CLINIC)))
    plan = plan_of(of, placed(at="clinic", by="sara"), placed("bo-1", by="karin"))
    assert find_unmet_wishes(of, plan)[RequestId("anna-1")] == (UnmetWish(WARD, None, ("supervisor-load",)),)


def test_another_placement_of_the_student_is_in_the_way_at_the_other_starts() -> None:
    asked = (
        request(preferences=(WARD,), starts=(0, 2)),
        request("bo-1", starts=(0,)),
        request("anna-2", starts=(2,)),
    )
    found = anna_wished(term(requests=asked), placed("bo-1"), placed("anna-2", at="clinic", start=2))
    assert found == (UnmetWish(WARD, None, ("capacity",), busy=True),)


def test_what_a_student_uses_now_is_not_in_their_own_way() -> None:
    full = (agreement(max_student_weeks=4),)
    asked = (request(preferences=(WARD,), starts=(0,)), request("bo-1", starts=(2,)))
    of = term(agreements=full, requests=asked)
    assert anna_wished(of, placed("bo-1", at="clinic", start=2)) == (UnmetWish(WARD),)


def test_what_another_term_has_taken_is_in_the_way() -> None:
    assert anna_wished(term(taken=(taken(first_week=0),))) == (UnmetWish(WARD, None, ("capacity",)),)


def test_the_students_own_placement_of_another_term_is_in_the_way() -> None:
    summer = taken(student=StudentId("anna"), unit=CLINIC, first_week=0, last_week=1)
    asked = (request(preferences=(WARD,), starts=(0, 2)), request("bo-1", starts=(2,)))
    of = term(taken=(summer,), requests=asked)
    plan = plan_of(of, placed(at="clinic", start=2), placed("bo-1", start=2))
    assert check(of, plan.placements) == ()
    assert find_unmet_wishes(of, plan)[RequestId("anna-1")] == (UnmetWish(WARD, None, ("capacity",), busy=True),)


@pytest.mark.parametrize("wishes", [(), (CLINIC,), (CLINIC, WARD)])
def test_whoever_has_the_first_wish_or_none_misses_nothing(wishes: tuple[UnitId, ...]) -> None:
    of = term(requests=(request(preferences=wishes, starts=(0,)), request("bo-1")))
    assert find_unmet_wishes(of, plan_of(of, placed(at="clinic"), placed("bo-1"))) == {}


def test_what_is_pinned_was_decided_by_hand_and_has_no_reasons() -> None:
    of = term(pins=(placed(at="clinic"),))
    assert find_unmet_wishes(of, plan_of(of, placed(at="clinic"))) == {}


@has_long_form("30 examples", "400 examples")
@drawn_by_hypothesis(30, 400)
@given(st.integers(0, 2000))
def test_a_unit_is_told_as_free_exactly_where_the_student_could_be_if_nobody_else_moved(number: int) -> None:
    for draft in drafts(number, 2):
        of = draft.market.columns.problem
        plan = plan_of(of, *draft.placements())
        if check(of, plan.placements):  # a draft may lack what is pinned
            continue
        for name, wishes in find_unmet_wishes(of, plan).items():
            others = [each for each in plan.placements if each.request != name]
            for wish in wishes:
                free = wish.rule is None and not wish.full and not wish.busy
                assert free is could_be_at(of, others, name, wish.unit), (number, name, wish)


def could_be_at(of: Problem, others: list[Placement], name: RequestId, at: UnitId) -> bool:
    """Tell whether some week and supervisor at a unit keep every rule beside the others."""
    staff = [None, *(each.id for each in of.supervisors if each.unit == at)]
    ways = (Placement(name, at, start, who) for start in of.request[name].starts for who in staff)
    return any(check(of, [*others, way]) == () for way in ways)
