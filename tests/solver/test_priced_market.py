"""The market at its prices: regrets, unused room, and the options that can still be part of a better plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from placement_solver.search.prices import SCALE, Prices
from tests.solver.crossed import (
    ANNA,
    BO,
    CAI,
    EACH,
    badly_placed,
    crossed,
    empty_draft,
    in_two_professions,
    place,
    priced_market,
    unpriced,
    view_of,
)
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of, every_plan
from tests.solver.small import problem
from tests.solver.test_rosters import two_who_relieve_each_other


def test_a_requests_cheapest_options_come_in_the_order_of_the_market() -> None:
    priced = unpriced(empty_draft(crossed()))
    market = priced.market
    nearest = priced.cheapest(np.array([ANNA, BO]), 1)
    assert market.options(nearest).unit.tolist() == [0, 1], "the ward for Anna, the home for Bo"
    assert priced.cheapest(np.array([CAI, ANNA]), 5).tolist() == [*range(2), *market.rows_of(np.array([CAI])).tolist()]


def test_regret_is_what_a_placement_costs_beyond_the_cheapest() -> None:
    draft = badly_placed()
    longer = 20.0
    assert unpriced(draft).regrets(draft).tolist() == [longer, longer, 0.0]
    draft.release(BO)
    assert unpriced(draft).regrets(draft).tolist() == [longer, 990.0, 0.0], "left out, Bo costs 1000 instead of 10"


def test_a_market_without_options_has_no_regrets() -> None:
    draft = empty_draft(problem(capacities=()))
    assert unpriced(draft).regrets(draft).tolist() == [0.0, 0.0]


def test_no_option_of_a_better_plan_is_called_useless() -> None:
    dropped = 0
    for number in range(60):
        term = drawn(number)
        market, prices = priced_market(number)
        view = view_of(market, prices)
        options = market.options(np.arange(len(market.request)))
        row_of = {
            (term.requests[r].id, term.units[u].id, start): row
            for row, (r, u, start) in enumerate(zip(options.request, options.unit, options.start, strict=True))
        }
        plans = [(cost_of(term, plan), plan) for plan in every_plan(term)]
        for objective in sorted({objective for objective, _ in plans})[:6]:
            useful = set(view.useful(objective + 1).tolist())
            dropped += len(market.request) - len(useful)
            for _, plan in (known for known in plans if known[0] <= objective):
                rows = {row_of.get((p.request, p.unit, p.start)) for p in plan}
                assert None in rows or rows <= useful, "a plan with an option that never pays is not the best"
    assert dropped > 20


def test_the_cheapest_options_and_the_present_ones_are_worthwhile() -> None:
    draft = badly_placed()
    market = draft.market
    rows = unpriced(draft).worthwhile(draft, np.array([ANNA, BO]), EACH).tolist()
    assert set(draft.row[[ANNA, BO]].tolist()) <= set(rows)
    assert set(rows) <= set(market.rows_of(np.array([ANNA, BO])).tolist())


def test_where_nothing_can_be_gained_only_what_stands_is_worthwhile() -> None:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=0)
    place(draft, BO, at=1)
    worthwhile = unpriced(draft).worthwhile(draft, np.array([ANNA, BO]), EACH)
    assert worthwhile.tolist() == sorted(draft.row[[ANNA, BO]].tolist())


def test_a_block_is_all_requests_of_a_profession_that_the_relaxation_places_elsewhere() -> None:
    draft = empty_draft(in_two_professions())
    market = draft.market
    place(draft, ANNA, at=1)
    place(draft, CAI, at=2)
    place(draft, 3, at=0)
    share = np.zeros(len(market.request))
    share[draft.row[[ANNA, 3]]] = 1.0, 0.98
    share[market.first[BO]] = 0.5
    blocks = view_of(market, Prices.nothing(market), share).blocks(draft, 0.99)
    assert [block.tolist() for block in blocks] == [[BO, CAI], [3]], "Anna and Eli are as the relaxation has them"


def test_a_request_that_one_of_several_teams_supervises_is_always_in_a_block() -> None:
    draft = empty_draft(two_who_relieve_each_other())
    first = int(draft.market.first[ANNA])
    team = draft.free_team(first)
    assert team is not None
    draft.take(ANNA, first, team)
    share = np.zeros(len(draft.market.request))
    share[first] = 1.0
    (block,) = view_of(draft.market, Prices.nothing(draft.market), share).blocks(draft, 0.99)
    assert block.tolist() == [ANNA], "the others are left out by both"


def test_around_a_teams_unused_priced_places_are_the_requests_that_could_use_them() -> None:
    draft = empty_draft(two_who_relieve_each_other())
    market, rosters = draft.market, draft.market.rosters
    nothing = Prices.nothing(market)
    priced = view_of(market, replace(nothing, post=np.full(len(rosters.supply), SCALE)))
    cells = len(market.scarcity.supply)
    assert priced.idle(draft).tolist() == [0.0] * cells + [1.0] * len(rosters.supply)
    could = [set(priced.takers(cells + post, priced.regrets(draft), most=12)) for post in range(len(rosters.supply))]
    assert could == [{ANNA}, {ANNA, CAI}, {CAI}, {CAI}, {BO, CAI}, {BO}], "eva in weeks 1-3, per in weeks 2-4"
