"""A profession decided by itself raises the bound to what whole placements cost, and never above a plan."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.problem import Problem, RequestId, StudentId, UnitId
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.exact import apply
from placement_solver.search.options import Market, open_market
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.professions import Professions
from placement_solver.search.relaxation import Relaxation, settle_prices
from placement_solver.search.settings import USUAL, with_changes
from placement_solver.search.teams import Teams
from placement_solver.solve import solve
from tests.bench.shapes import draw_shape, make
from tests.solver.drawn import drawn
from tests.solver.drawn_plans import drafts
from tests.solver.enumeration import best_objective
from tests.solver.small import capacity, problem, request, student

NO_PLAN = 10**9
"""An objective above that of every plan: all options can matter."""


def relaxed(term: Problem) -> tuple[Market, Teams, Relaxation]:
    columns = Columns(term)
    market = open_market(columns)
    settled = settle_prices(market, NO_PLAN, seconds=math.inf, stopped=lambda: False, on_bound=lambda _: None)
    assert settled.relaxation is not None
    return market, Teams(columns), settled.relaxation


def professions_of(term: Problem, *, cut: bool = False) -> tuple[Market, Professions]:
    market, teams, relaxation = relaxed(term)
    if cut:
        relaxation.cut(lambda: NO_PLAN, stopped=lambda: False)
    assert relaxation.tolls is not None
    return market, Professions(market, teams, relaxation.tolls)


def decide_all(professions: Professions, objective: int = NO_PLAN) -> None:
    for group in range(professions.count):
        professions.decide(group, objective, Clock(3600.0), 60.0, lambda: False)


@cache
def three_for_two_places(*jobs: str) -> Problem:
    """In each profession a student of two weeks and two of three weeks want one place; two of them can have it."""
    weeks = (2, 3, 3)
    names = [(f"{name}-of-{job}", job, length) for job in jobs for name, length in zip("abc", weeks, strict=True)]
    return problem(
        students=tuple(student(name, profession=job) for name, job, _ in names),
        requests=tuple(
            replace(
                request(weeks=length, starts=tuple(range(0, 7 - length, 1 if length == 2 else 3))),
                id=RequestId(f"{name}/1"),
                student=StudentId(name),
            )
            for name, _, length in names
        ),
        capacities=tuple(capacity(f"for-{job}", professions=(job,), places=(1,) * 6) for job in jobs),
    )


def test_students_of_one_profession_who_have_no_unit_in_common_are_decided_apart() -> None:
    term = three_for_two_places("nurse")
    home = UnitId("home")
    elsewhere = replace(
        term,
        students=(*term.students, student("d"), student("e")),
        requests=(*term.requests, *(request(f"{name}-1", kinds=("elderly-care",)) for name in "de")),
        units=(*term.units[:1], replace(term.units[1], provider=term.units[0].provider)),
        capacities=(*term.capacities, capacity("at-home", unit=home)),
    )
    _, professions = professions_of(elsewhere)
    assert professions.count == 2
    assert sorted(len(professions.requests(group)) for group in range(2)) == [2, 3]
    decide_all(professions)
    best = best_objective(elsewhere)
    assert best is not None
    assert best - 2 <= professions.bound <= best


def test_each_group_owns_what_its_own_students_can_use_although_the_same_units_are_open_to_their_course() -> None:
    """Two towns too far apart: the course is one class, whose first student lives in the first town."""
    far = UnitId("far-ward")
    towns = problem(
        units=(*problem().units, replace(problem().units[0], id=far, lat=65.0)),
        capacities=(capacity(places=(1,) * 6), capacity("far", unit=far, places=(1,) * 6)),
        students=(*(student(name) for name in "abc"), *(student(name, lat=65.0) for name in "def")),
        requests=tuple(request(f"{name}-1", starts=(0, 1)) for name in "abcdef"),
        travel=replace(problem().travel, max_travel=90),
    )
    market, professions = professions_of(towns)
    assert len(set(market.slots.request.tolist())) == 1, "one class"
    assert professions.count == 2
    decide_all(professions)
    best = best_objective(towns)
    assert best is not None
    assert best - 2 <= professions.bound <= best


@pytest.mark.parametrize("jobs", [("nurse",), ("nurse", "physician")])
def test_what_mixtures_of_plans_leave_out_is_added_for_each_profession(jobs: tuple[str, ...]) -> None:
    term = three_for_two_places(*jobs)
    _, professions = professions_of(term)
    assert professions.bound < 1_000 * len(jobs), "a mixture of plans places more than two of each"
    decide_all(professions)
    best = best_objective(term)
    assert best is not None
    assert 1_000 * len(jobs) <= professions.bound <= best
    assert best - professions.bound <= len(jobs), "each owns all that it wants, so only rounding is lost"


def test_a_profession_that_is_stopped_adds_nothing() -> None:
    _, professions = professions_of(three_for_two_places("nurse"))
    before = professions.bound
    answer = professions.decide(0, NO_PLAN, Clock(3600.0), 60.0, lambda: True)
    assert (answer.rows, professions.bound) == (None, before)


def test_a_profession_whose_model_does_not_fit_into_memory_adds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: object) -> None:
        raise MemoryError

    _, professions = professions_of(three_for_two_places("nurse"))
    before = professions.bound
    monkeypatch.setattr("placement_solver.search.professions.respect_cells", too_large)
    assert professions.decide(0, NO_PLAN, Clock(3600.0), 60.0, lambda: False).rows is None
    assert professions.bound == before


@pytest.mark.parametrize("cut", [False, True])
def test_all_professions_together_prove_no_more_than_the_best_plan_costs(*, cut: bool) -> None:
    gained = 0
    for number in range(80):
        term = drawn(number)
        best = best_objective(term)
        market, professions = professions_of(term, cut=cut)
        if best is None or market.gatherings:
            continue
        before = professions.bound
        decide_all(professions, best + 1)
        assert before <= professions.bound <= best
        gained += professions.bound > before
    assert gained > (0 if cut else 2)


@pytest.mark.parametrize("number", [0, 2, 3, 4, 5, 6])
def test_professions_prove_no_more_than_a_plan_costs_where_one_course_lives_in_several_towns(number: int) -> None:
    shape = replace(
        draw_shape(number, 150),
        geography=("centres", "archipelago")[number % 2],
        furthest=40,
        kinds=1,
        professions=1,
        institutions=1,
        weeks=(2, 3),
        supply=0.8,
    )
    term = make(shape, number)
    plan = solve(term, time_limit=20.0, workers=1)
    _, professions = professions_of(term, cut=True)
    assert professions.count > 1
    decide_all(professions, plan.objective + 1)
    assert professions.bound <= plan.objective


def test_what_is_decided_for_a_profession_keeps_every_rule_where_it_is_alone() -> None:
    placed = 0
    for number in range(40):
        columns = Columns(drawn(number))
        market, professions = professions_of(drawn(number))
        for group in range(professions.count):
            requests = professions.requests(group)
            answer = professions.decide(group, NO_PLAN, Clock(3600.0), 60.0, lambda: False)
            if market.must_place.any() or market.gatherings or answer.rows is None:
                continue
            alone = Draft(market, Teams(columns))
            apply(alone, requests, answer)
            assert len(alone.rows_of(requests)) == len(answer.rows)
            placed += len(answer.rows)
    assert placed > 20


def test_with_what_the_professions_prove_no_option_of_a_better_plan_is_called_useless() -> None:
    gained = 0
    for number in range(60):
        market, teams, relaxation = relaxed(drawn(number))
        if market.gatherings or market.must_place.any():  # drawn plans leave pins out
            continue
        assert relaxation.tolls is not None
        view, professions = PricedMarket(market, relaxation.best), Professions(market, teams, relaxation.tolls)
        decide_all(professions)
        for plan in drafts(number, 4):
            before = view.useful(plan.objective + 1)
            after = PricedMarket(market, relaxation.best)
            after.add_gain(professions)
            left = after.useful(plan.objective + 1)
            assert np.isin(plan.row[plan.row != NONE], left).all()
            assert np.isin(left, before).all()
        gained += bool(professions.gain.any())
    assert gained


@pytest.mark.parametrize("seed", [1_000, 1_002])
def test_a_students_placements_stay_out_of_each_others_way_where_two_groups_have_them(seed: int) -> None:
    settings = with_changes(USUAL, ["annealing.least=100", "phases.whole=0"])
    shape = replace(
        draw_shape(seed, 300), several=0.8, geography=("archipelago", "centres", "river")[seed % 3], furthest=45
    )
    plan = solve(make(shape, seed), time_limit=5.0, seed=seed, workers=1 + seed % 3, settings=settings)
    assert plan.placements, "the independent check has found no breach"
