"""Who is at a unit in the same weeks, as the search counts it: what is known beforehand, and what depends on others."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from placement_solver.check import check, objective_terms
from placement_solver.columns import NOBODY, Columns, Options
from placement_solver.documents import problem_document, problem_of, write_plan, write_problem
from placement_solver.problem import Problem, UnitId, Weights
from placement_solver.search.gatherings import save_at_most
from placement_solver.search.options import count_all, open_market
from placement_solver.search.settings import PhaseSettings, SearchSettings
from placement_solver.solve import solve
from placement_solver.wishes import GATHERINGS
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.small import agreement, capacity, placed, problem, request, student, unit

if TYPE_CHECKING:
    from placement_solver.plan import Placement, Plan

HOME = UnitId("home")
HOUR = 3600.0
BY_ROUNDS = SearchSettings(phases=PhaseSettings(whole=0))
"""No model of the whole: what is found is found by prices and rounds."""


def two_wards(*people: str, places: int = 2, **weights: int) -> Problem:
    """Two wards a few minutes apart that take nurses and physiotherapists alike, for one stay from week 0.

    Nurses, whose names begin with n, live beside the ward; physiotherapists beside the home.
    """
    professions = {name: "nurse" if name.startswith("n") else "physiotherapist" for name in people}
    both = ("nurse", "physiotherapist")
    return problem(
        units=(unit(), unit("home", lat=59.1)),
        capacities=(
            capacity(professions=both, places=places),
            capacity("home-beds", unit=HOME, professions=both, places=places),
        ),
        agreements=(agreement(professions=None),),
        students=tuple(
            student(name, profession=each, lat=59.0 + 0.1 * (each != "nurse")) for name, each in professions.items()
        ),
        requests=tuple(request(f"{name}-1", starts=(0,), pair_group="crs_1") for name in people),
        weights=replace(problem().weights, **weights),
    )


def best(term: Problem, **asked: object) -> Plan:
    """Solve a term to the optimum."""
    whole = problem_of(problem_document(term))
    plan = solve(whole, time_limit=HOUR, workers=1, **asked)  # type: ignore[arg-type]
    assert plan.status == "optimal" or asked
    assert check(whole, plan.placements) == ()
    return plan


def where(plan: Plan) -> dict[str, str]:
    return {placement.request.partition("-")[0]: placement.unit for placement in plan.placements}


def test_professions_are_brought_together_where_that_is_worth_the_journey() -> None:
    apart = two_wards("nora", "pia")
    assert where(best(apart)) == {"nora": "ward", "pia": "home"}
    asked = replace(apart, weights=replace(apart.weights, interprofessional=10))
    together = best(asked)
    assert len(set(where(together).values())) == 1
    assert together.terms["interprofessional"] == 0
    little = replace(apart, weights=replace(apart.weights, interprofessional=1))
    assert best(little).terms["interprofessional"] == 4, "two students for two weeks, which costs less than to travel"


def test_students_of_a_pair_group_are_brought_together_two_and_two() -> None:
    term = two_wards("nils", "nora", "pia", "per", "pal", "petra", places=4)
    assert Counter(where(best(term)).values()) == {"ward": 2, "home": 4}
    odd = two_wards("nora", "pia", "per", "petra", places=4, pairs=100)
    assert Counter(where(best(odd)).values())["ward"] in {0, 2, 4}
    assert best(odd).terms["pairs"] == 0


def test_company_is_kept_within_the_ceiling_of_a_unit() -> None:
    term = two_wards("nora", "pia", places=1, interprofessional=50)
    assert best(term).terms["interprofessional"] == 200
    capped = two_wards("nora", "nils", "pia", interprofessional=50)
    units = tuple(replace(each, max_students=2) for each in capped.units)
    plan = best(replace(capped, units=units))
    assert plan.terms["interprofessional"] == 100
    assert sorted(Counter(where(plan).values()).values()) == [1, 2]


def test_nobody_is_left_out_for_want_of_company_unless_that_is_dearer_than_a_place() -> None:
    alone = two_wards("nora", interprofessional=400)
    assert where(best(alone)) == {"nora": "ward"}
    assert where(best(two_wards("nora", interprofessional=600))) == {}
    company = two_wards("nora", "pia", interprofessional=600)
    assert len(where(best(company))) == 2, "each alone is too dear, but not the two of them"


def test_a_request_that_costs_more_than_it_gives_may_come_as_company() -> None:
    term = two_wards("nora", "pia", interprofessional=300)
    weights = replace(term.weights, unplaced=25, travel=2)
    stays = two_wards("nora", "pia", interprofessional=300)
    pinned = {"pins": [{"request": "nora-1", "unit": "ward", "start": 0}]}
    forced = problem_of(problem_document(replace(stays, weights=weights)) | pinned)
    plan = best(forced)
    assert where(plan) == {"nora": "ward", "pia": "ward"}
    assert plan.objective == best_objective(forced)


def test_rounds_find_company_that_two_have_to_move_for() -> None:
    term = two_wards("nora", "nils", "pia", "per", interprofessional=20, pairs=5)
    plan = best(term, settings=BY_ROUNDS)
    assert plan.objective == best_objective(term)
    assert plan.bound <= plan.objective


def test_a_wish_that_is_off_leaves_no_trace_in_problem_and_plan() -> None:
    term = two_wards("nora", "pia")
    bare = replace(term, requests=tuple(replace(each, pair_group=None) for each in term.requests))
    assert "interprofessional" not in write_problem(term)
    assert '"pairs"' not in write_problem(term)
    assert "pair_group" not in write_problem(bare)
    written = json.loads(write_plan(best(bare)))
    assert set(written["terms"]) == {"unplaced", "travel", "long_travel", "preference", "agreement_floor", "change"}
    off = problem_document(bare)
    off["weights"] |= {"interprofessional": None, "pairs": 0}
    off["requests"][0]["pair_group"] = None
    assert replace(problem_of(off), sha256="") == replace(bare, sha256="")


def test_with_the_weights_at_0_the_market_is_what_it_was() -> None:
    for number in range(2, 60, 3):
        term = drawn(number)
        off = replace(term, weights=replace(term.weights, interprofessional=0, pairs=0))
        bare = replace(off, requests=tuple(replace(each, pair_group=None) for each in off.requests))
        one, other = (open_market(Columns(each)) for each in (off, bare))
        assert not one.gatherings
        for part in ("request", "slot", "cost", "first", "unplaced"):
            assert getattr(one, part).tolist() == getattr(other, part).tolist(), part


def test_what_costs_the_same_in_any_company_is_part_of_the_options_costs() -> None:
    nurses = problem(weights=replace(problem().weights, interprofessional=4))
    market = open_market(Columns(nurses))
    assert not market.gatherings, "nobody of another profession is there"
    assert market.gatherings.alone.tolist() == [8] * len(market.slots)
    assert set(market.cost.tolist()) == {10 + 8}


def test_where_there_is_room_for_one_alone_it_costs_what_being_alone_costs() -> None:
    term = two_wards("nora", "pia", places=1, interprofessional=4, pairs=7)
    market = open_market(Columns(term))
    assert not market.gatherings
    assert market.gatherings.alone.tolist() == [2 * (4 + 7)] * len(market.slots)
    roomy = count_all(market)
    assert roomy.gatherings, "with room for two they could meet"
    assert set((market.cost - roomy.cost).tolist()) == {22}
    two = open_market(Columns(two_wards("nora", "pia", places=2, interprofessional=4, pairs=7)))
    assert two.gatherings.alone.tolist() == [0] * len(two.slots)


@cache
def wished(number: int) -> Problem:
    return drawn(2 + 3 * number)


def company_of(term: Problem, plan: list[Placement]) -> int:
    terms = objective_terms(term, plan)
    return sum(terms.get(wish.key, 0) for wish in GATHERINGS)


@pytest.mark.no_cover
def test_one_more_placement_never_saves_more_company_than_the_limit_says() -> None:
    saved = 0
    for number in range(40):
        term, chance = wished(number), random.Random(number)
        columns = Columns(term)
        for _ in range(30):
            plan = [
                placed(asked.id, chance.choice(term.units).id, chance.randrange(term.term.weeks))
                for asked in chance.sample(term.requests, chance.randint(1, len(term.requests)))
            ]
            more = plan[0]
            place = columns.request_index[more.request], columns.unit_index[more.unit], more.start
            (limit,) = save_at_most(columns, Options(*(np.array([at]) for at in (*place, NOBODY)))).tolist()
            drop = company_of(term, plan[1:]) - company_of(term, plan)
            assert drop <= limit
            saved += drop > 0
    assert saved > 20


def test_the_shares_of_a_draft_name_who_lacks_company_and_who_could_give_it() -> None:
    term = two_wards("nora", "nils", "pia", interprofessional=4, places=3)
    market = open_market(Columns(term))
    gatherings, options = market.gatherings, market.options(np.arange(len(market.request)))
    at_ward = [int(np.flatnonzero((options.request == r) & (options.unit == 0))[0]) for r in range(3)]
    slots = market.slot[at_ward]
    counts = gatherings.counted(slots[:2])
    assert gatherings.cost(counts).sum() == 4 * 4
    assert gatherings.shares(counts, slots[:2]).tolist() == [8, 8]
    assert gatherings.change(counts, slots[2:]).tolist() == [-16], "and she is not alone herself"
    dear = gatherings.dear(counts, slots[:1])
    assert set(market.slots.unit[gatherings.easing(dear)].tolist()) == {0}
    assert slots[2] in gatherings.easing(dear)
    assert slots[0] not in gatherings.easing(dear)
    assert len(gatherings.dear(gatherings.counted(slots), slots)) == 0
    assert gatherings.most() == 8
    assert gatherings.coarser(3).cost(counts).sum() == 4
    assert gatherings.free().cost(counts).sum() == 0


def test_weights_as_large_as_a_document_may_hold_are_computed_exactly() -> None:
    most = 1_000_000
    term = two_wards("nora", "nils", "pia", interprofessional=most, pairs=most)
    plan = best(replace(term, weights=Weights(*(most for _ in range(8)))))
    assert plan.objective == best_objective(replace(term, weights=Weights(*(most for _ in range(8)))))


def test_one_student_with_two_requests_is_company_in_each_and_never_for_herself() -> None:
    term = two_wards("nora", "pia", interprofessional=6)
    twice = replace(
        term,
        requests=(
            *(replace(each, starts=(0,)) for each in term.requests),
            request("nora-2", starts=(2,)),
        ),
    )
    assert best(twice).terms["interprofessional"] == 12
    assert placed("nora-2").request not in {line.request for line in best(twice).unplaced}
