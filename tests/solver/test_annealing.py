"""The local search: whatever it moves, what it returns is a plan, counted as it is, and no worse than it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest

from placement_solver.check import check_plan, objective_terms
from placement_solver.columns import Columns
from placement_solver.problem import Problem
from placement_solver.search import annealing, compiling, moves
from placement_solver.search.annealing import try_moves
from placement_solver.search.climb import find_prices
from placement_solver.search.draft import Draft
from placement_solver.search.options import open_market
from placement_solver.search.placing import complete
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.settings import USUAL, AnnealingSettings, with_changes
from placement_solver.search.teams import Teams
from placement_solver.solve import solve
from tests.bench.shapes import Shape, draw_shape, make
from tests.solver.drawn import drawn

QUICK = AnnealingSettings(moves_each=200, turn=500)


def anneal_along(
    view: PricedMarket,
    draft: Draft,
    *,
    stopped: Callable[[], bool],
    seed: int,
    settings: AnnealingSettings = QUICK,
) -> Draft:
    """Return the best that it tells of, or the draft that it began with."""
    told = [draft]
    annealing.anneal_along(view, draft, on_better=told.append, stopped=stopped, seed=seed, settings=settings)
    assert all(later.objective < earlier.objective for earlier, later in pairwise(told))
    return told[-1]


def begun(term: Problem) -> tuple[PricedMarket, Draft]:
    columns = Columns(term)
    market = open_market(columns)
    draft = Draft(market, Teams(columns))
    for request in np.flatnonzero(market.must_place).tolist():
        draft.place_cheapest(request, market.cost[market.rows_of(np.array([request]))], 10**9)
    complete(draft)
    priced = find_prices(market, 10**9, rounds=50, stopped=lambda: False, on_bound=lambda _: None)
    return PricedMarket(market, priced), draft


@pytest.mark.parametrize("seed", range(6))
def test_what_it_finds_keeps_every_rule_and_costs_what_it_says(seed: int) -> None:
    term = make(draw_shape(seed, requests=120), seed)
    view, draft = begun(term)
    found = anneal_along(view, draft, stopped=lambda: False, seed=seed, settings=QUICK)
    placements = found.placements()
    assert found.objective == sum(objective_terms(term, placements).values()) <= draft.objective
    plan = solve(
        term, time_limit=0.5, workers=1, settings=with_changes(USUAL, ["annealing.least=1", "annealing.gap=0"])
    )
    assert not check_plan(term, plan)


def test_it_moves_whoever_is_in_the_way() -> None:
    better = 0
    for seed in range(3):
        view, draft = begun(make(Shape(requests=150, supply=0.9), seed))
        better += anneal_along(view, draft, stopped=lambda: False, seed=0, settings=QUICK).objective < draft.objective
    assert better == 3


def test_pins_floors_and_what_other_terms_have_taken_stay_as_they_are() -> None:
    for number in range(40):
        view, draft = begun(drawn(number))
        if view.market.gatherings:
            continue  # the search does not move where company counts
        found = anneal_along(view, draft, stopped=lambda: False, seed=number, settings=QUICK)
        pinned = view.market.must_place
        assert (found.row[pinned] == draft.row[pinned]).all()
        assert found.objective == sum(objective_terms(drawn(number), found.placements()).values())


def test_the_same_seed_finds_the_same_plan() -> None:
    view, draft = begun(make(Shape(requests=150), 1))
    one, other = (anneal_along(view, draft, stopped=lambda: False, seed=7, settings=QUICK) for _ in range(2))
    assert (one.row == other.row).all()


def test_what_is_compiled_beforehand_is_what_a_search_calls() -> None:
    try_moves()
    view, draft = begun(make(Shape(requests=150), 1))
    anneal_along(view, draft, stopped=lambda: False, seed=0, settings=QUICK)
    assert len(cast("Any", moves.anneal).signatures) == 1
    compiling.begin()
    assert compiling.are_ready(60)


def test_stopped_at_once_it_has_the_better_of_the_given_plan_and_one_along_the_prices() -> None:
    view, draft = begun(make(Shape(requests=150), 1))
    along = anneal_along(view, Draft(draft.market, draft.teams), stopped=lambda: True, seed=0)
    assert along.objective < Draft(draft.market, draft.teams).objective
    found = anneal_along(view, draft, stopped=lambda: True, seed=0)
    assert found.objective == min(along.objective, draft.objective)


def test_a_request_for_more_weeks_than_there_are_takes_no_room_in_memory() -> None:
    term = make(draw_shape(2, requests=120), 2)
    first, *others = term.requests
    absurd = replace(term, requests=(replace(first, weeks=10_000), *others))
    wide: list[int] = []
    real = moves.State

    def note(**arrays: Any) -> Any:  # noqa: ANN401
        wide.append(len(arrays["following"]) // len(arrays["at"]))
        return real(**arrays)

    view, draft = begun(absurd)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(annealing, "State", note)
        anneal_along(view, draft, stopped=lambda: True, seed=1, settings=QUICK)
    assert 0 < wide[0] < 200
