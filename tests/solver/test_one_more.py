"""One more, tried: what it saves is what it does save, by plain enumeration, and no more than its worth and the gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from placement_solver.columns import Columns
from placement_solver.figures import one_more
from placement_solver.figures.one_more import Trial, try_one_more
from placement_solver.figures.pricing import CEILING, PLACE, SUPERVISOR, Pricing, price_again
from placement_solver.figures.worth import weigh_worth
from placement_solver.plan import Placement
from placement_solver.problem import Capacity, CapacityId, Problem, SupervisorId
from placement_solver.report import Room
from placement_solver.search.clock import Clock
from placement_solver.search.teams import Teams
from tests.solver.drawn import crowded, drawn
from tests.solver.enumeration import best_objective, cost_of, every_plan
from tests.solver.scarce import SUPERVISED, rivals, with_places
from tests.solver.small import capacity, placed, problem, request, student, supervisor, unit

ALL = (PLACE, CEILING, SUPERVISOR)


def priced(term: Problem) -> Pricing:
    return price_again(term, 10**9, stopped=lambda: False, on_bound=lambda _: None)


def tried(term: Problem, plan: tuple[Placement, ...], *rules: str) -> Trial:
    """Try one more at the dearest room of a term."""
    pricing = priced(term)
    worth = weigh_worth(pricing, 10**9)
    assert worth is not None
    room = (*worth.places, *worth.together, *worth.supervisors)[0]
    return try_one_more(pricing, Teams(Columns(term)), plan, room, rules, Clock(60))


def test_one_more_place_saves_the_student_who_had_none() -> None:
    assert tried(rivals(), (placed(),), PLACE) == Trial(990, proven=True)


def test_where_place_and_supervisor_are_lacking_only_both_save_anything() -> None:
    term, plan = rivals(1, **SUPERVISED), (placed(by="karin"),)
    assert tried(term, plan, PLACE).gain == tried(term, plan, SUPERVISOR).gain == 0
    assert tried(term, plan, *ALL) == Trial(990, proven=True)


def test_what_a_plan_leaves_undone_is_not_credited_to_one_more() -> None:
    assert tried(rivals(), (), PLACE) == Trial(990, proven=True)


def test_a_named_supervisor_whom_nobody_asked_for_takes_no_room() -> None:
    assert tried(rivals(), (placed(by="karin"),), PLACE) == Trial(990, proven=True)


def test_a_placement_too_dear_to_be_an_option_is_left_out() -> None:
    far = unit("far", lat=70.0)
    term = rivals(units=(unit(), far), supervisors=())
    term = replace(term, capacities=(*term.capacities, capacity("there", unit=far.id)))
    assert tried(term, (placed(), placed("bo-1", at="far")), PLACE) == Trial(990, proven=True)


def test_a_chain_of_moves_is_followed_to_the_student_it_places() -> None:
    """Bo may only be at the ward, Anna anywhere: a place more at the home moves her there and gives him hers."""
    term = problem(
        units=(unit(), unit("home", lat=59.01)),
        capacities=(capacity(places=1), capacity("rooms", unit=unit("home").id, places=1)),
        students=(student(), student("bo", blocked_units=(unit("home").id,)), student("cia")),
        requests=(request(starts=(0,)), request("bo-1", starts=(0,)), request("cia-1", starts=(0,))),
        supervisors=(),
    )
    pricing = priced(term)
    worth = weigh_worth(pricing, 10**9)
    assert worth is not None
    (room,) = (room for room in worth.places if room.unit == "home")
    trial = try_one_more(pricing, Teams(Columns(term)), (placed(), placed("cia-1", "home")), room, (PLACE,), Clock(60))
    assert trial.proven
    assert trial.gain == (best_objective(term) or 0) - (
        best_objective(with_places(term, lambda offer: offer.id == CapacityId("rooms"), range(2))) or 0
    )
    assert trial.gain > 900


@pytest.mark.parametrize("most", [120, 1], ids=["all requests", "few at a time"])
def test_on_tiny_terms_it_saves_what_enumeration_says(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_more, "AROUND", most)
    trials = 0
    for term in (*map(drawn, range(40)), *crowded(20)):
        if any(offer.institutions is not None for offer in term.capacities):
            continue
        pricing = priced(term)
        worth = weigh_worth(pricing, 10**9)
        plan = min(every_plan(term), key=partial(cost_of, term))
        for room in () if worth is None else (*worth.places, *worth.together)[:2]:
            trial = try_one_more(pricing, Teams(Columns(term)), plan, room, (PLACE,), Clock(60))
            richer = best_objective(with_places(term, _at(room), range(room.first_week, room.first_week + room.weeks)))
            assert richer is not None
            assert trial.proven
            assert trial.gain <= cost_of(term, plan) - richer, (term, room)
            assert most == 1 or trial.gain == cost_of(term, plan) - richer, (term, room)
            trials += 1
    assert trials > 10


def _at(room: Room) -> Callable[[Capacity], bool]:
    return lambda offer: offer.unit == room.unit and room.profession in offer.professions


def test_no_time_leaves_the_saving_unproven() -> None:
    pricing = priced(rivals())
    worth = weigh_worth(pricing, 10**9)
    assert worth is not None
    trial = try_one_more(pricing, Teams(Columns(rivals())), (placed(),), worth.places[0], (PLACE,), Clock(0))
    assert not trial.proven
    assert trial.gain >= 0


def test_one_more_for_a_supervisor_named_by_a_pin_is_for_their_team() -> None:
    term = rivals(2, supervisors=(supervisor(), supervisor("lars", credits=0.5)), **SUPERVISED)
    assert tried(term, (placed(by=SupervisorId("karin")),), SUPERVISOR) == Trial(990, proven=True)


def test_where_nobody_asks_for_a_supervisor_room_under_the_ceiling_is_enough() -> None:
    term = rivals(2, units=(unit(max_students=1),))
    assert tried(term, (placed(),), *ALL) == Trial(990, proven=True)
    assert tried(term, (placed(),), CEILING) == Trial(990, proven=True)
