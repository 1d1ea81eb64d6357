"""Rounds where the prices say that something is to be gained."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from placement_solver.arrays import Floats, Ints
from placement_solver.columns import Columns
from placement_solver.problem import Problem, UnitId
from placement_solver.search import neighbourhoods
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import Engine, Found, Model
from placement_solver.search.exact import Answer, decide
from placement_solver.search.neighbourhoods import PricedMarket, improve, neighbourhood
from placement_solver.search.options import Market, open_market
from placement_solver.search.prices import SCALE, Priced, Prices, find_prices
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of, every_plan
from tests.solver.small import capacity, placed, problem, request, student, unit
from tests.solver.test_rosters import two_who_relieve_each_other

ANNA, BO, CAI = 0, 1, 2
HOME = UnitId("home")


def crossed() -> Problem:
    """Anna lives by the ward and Bo by the home, with one place each; Cai's course is elsewhere, with room for all."""
    return problem(
        units=(unit(), unit("home", lat=59.09), unit("hut", kinds=("elderly-care",))),
        capacities=(capacity(places=1), capacity("home", unit=HOME, places=1), capacity("hut", unit=UnitId("hut"))),
        students=(student(), student("bo", lat=59.09), student("cai", lat=59.3)),
        requests=(
            request(starts=(0,)),
            request("bo-1", starts=(0,)),
            request("cai-1", starts=(0, 1), kinds=("elderly-care",)),
        ),
    )


def empty_draft(term: Problem) -> Draft:
    columns = Columns(term)
    return Draft(open_market(columns), Teams(columns))


def place(draft: Draft, request: int, at: int, start: int = 0) -> None:
    """Take a request's option at a unit from a week."""
    rows = draft.market.rows_of(np.array([request]))
    options = draft.market.options(rows)
    (row,) = rows[(options.unit == at) & (options.start == start)].tolist()
    draft.take(request, row, NONE)


def badly_placed() -> Draft:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=1)
    place(draft, BO, at=0)
    place(draft, CAI, at=2)
    return draft


def view_of(market: Market, prices: Prices, share: Floats | None = None) -> PricedMarket:
    return PricedMarket(market, Priced(prices, 0, np.zeros(len(market.request)) if share is None else share))


def unpriced(draft: Draft) -> PricedMarket:
    return view_of(draft.market, Prices.nothing(draft.market))


def around(draft: Draft, priced: PricedMarket, size: int, taken: set[int]) -> list[int]:
    fresh = np.ones(len(draft.row) + len(priced.idle(draft)))
    chosen: list[int] = neighbourhood(np.random.default_rng(1), priced, draft, fresh, size, taken).tolist()
    return chosen


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


def test_nobody_regrets_anything_in_a_market_without_options() -> None:
    draft = empty_draft(problem(capacities=()))
    assert unpriced(draft).regrets(draft).tolist() == [0.0, 0.0]
    assert around(draft, unpriced(draft), 5, set()) == []


@cache
def priced_market(number: int) -> tuple[Market, Prices]:
    market = open_market(Columns(drawn(number)))
    priced = find_prices(market, 10**9, rounds=50, stopped=lambda: False, on_bound=lambda _: None)
    return market, priced.prices


def test_no_option_of_a_better_plan_is_held_to_be_useless() -> None:
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


def test_around_a_request_are_those_who_hold_what_it_would_rather_have() -> None:
    draft = badly_placed()
    assert around(draft, unpriced(draft), 2, set()) == [ANNA, BO]
    assert around(draft, unpriced(draft), 3, set()) == [ANNA, BO], "Cai is in nobody's way"


def test_where_a_round_has_begun_is_less_fresh_for_the_next() -> None:
    draft = badly_placed()
    fresh = np.ones(len(draft.row) + len(unpriced(draft).idle(draft)))
    neighbourhood(np.random.default_rng(1), unpriced(draft), draft, fresh, 2, set())
    assert sorted(fresh[: len(draft.row)].tolist()) == [0.5, 1.0, 1.0]


def test_worthwhile_are_the_cheapest_options_and_those_the_requests_have() -> None:
    draft = badly_placed()
    market = draft.market
    rows = unpriced(draft).worthwhile(draft, np.array([ANNA, BO])).tolist()
    assert set(draft.row[[ANNA, BO]].tolist()) <= set(rows)
    assert set(rows) <= set(market.rows_of(np.array([ANNA, BO])).tolist())


def test_where_nothing_can_be_gained_only_what_stands_is_worthwhile() -> None:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=0)
    place(draft, BO, at=1)
    worthwhile = unpriced(draft).worthwhile(draft, np.array([ANNA, BO]))
    assert worthwhile.tolist() == sorted(draft.row[[ANNA, BO]].tolist())


def test_requests_that_another_worker_has_are_left_to_it() -> None:
    draft = badly_placed()
    assert around(draft, unpriced(draft), 3, {BO}) == [ANNA]
    assert around(draft, unpriced(draft), 3, {ANNA, BO}) == []


def test_a_students_other_requests_come_along() -> None:
    draft = empty_draft(problem(requests=(request(starts=(0,)), request("bo-1"), request("anna-2", starts=(3,)))))
    for number in (1, 2):
        draft.take(number, int(draft.market.first[number]), NONE)
    assert around(draft, unpriced(draft), 1, set()) == [0, 2]
    assert around(draft, unpriced(draft), 1, {2}) == [], "nor is a request taken without its sibling"


def test_around_priced_room_that_nobody_uses_are_those_who_could_use_it() -> None:
    draft = empty_draft(crossed())
    place(draft, ANNA, at=0)
    place(draft, BO, at=1)
    place(draft, CAI, at=2, start=1)
    market = draft.market
    (slot,) = market.slot[market.rows_of(np.array([CAI]))[:1]].tolist()
    first_week = int(market.scarcity.cell[market.scarcity.first[slot]])
    prices = Prices.nothing(market)
    prices.cell[first_week] = SCALE
    priced = view_of(market, prices)
    assert draft.room[first_week] == 2
    assert around(draft, priced, 1, set()) == [CAI]


def in_two_professions() -> Problem:
    """`crossed`, with two students of medicine who have their own place beside the ward."""
    term = crossed()
    others = ("dag", "eli")
    return replace(
        term,
        students=(*term.students, *(student(name, profession="physician") for name in others)),
        requests=(*term.requests, *(request(f"{name}-1", starts=(0,)) for name in others)),
        capacities=(*term.capacities, capacity("rounds", professions=("physician",), places=1)),
    )


def test_a_block_is_all_of_a_profession_that_the_relaxation_has_otherwise() -> None:
    draft = empty_draft(in_two_professions())
    market = draft.market
    place(draft, ANNA, at=1)
    place(draft, CAI, at=2)
    place(draft, 3, at=0)
    share = np.zeros(len(market.request))
    share[draft.row[[ANNA, 3]]] = 1.0, 0.98
    share[market.first[BO]] = 0.5
    blocks = view_of(market, Prices.nothing(market), share).blocks(draft)
    assert [block.tolist() for block in blocks] == [[BO, CAI], [3]], "Anna and Eli are as the relaxation has them"


def test_whoever_needs_one_of_several_teams_is_always_decided_anew() -> None:
    draft = empty_draft(two_who_relieve_each_other())
    first = int(draft.market.first[ANNA])
    team = draft.free_team(first)
    assert team is not None
    draft.take(ANNA, first, team)
    share = np.zeros(len(draft.market.request))
    share[first] = 1.0
    (block,) = view_of(draft.market, Prices.nothing(draft.market), share).blocks(draft)
    assert block.tolist() == [ANNA], "the others are left out by both"


def bettered(draft: Draft, workers: int = 1, stop: StopSignal | None = None, least: int = 0) -> tuple[bool, list[int]]:
    """Improve a draft; return how it ended and every better objective that was told."""
    told: list[int] = []
    ended = improve(
        draft,
        unpriced(draft),
        clock=Clock(3600.0, stop),
        seed=1,
        workers=workers,
        enough=lambda: draft.objective <= least,
        on_better=lambda better: told.append(better.objective),
    )
    return ended, told


@pytest.mark.parametrize("workers", [1, 2])
def test_students_whose_places_are_crossed_change_places(workers: int) -> None:
    draft = badly_placed()
    before = draft.objective
    ended, told = bettered(draft, workers)
    assert not ended, "nobody regrets anything any more"
    assert told == [draft.objective] == [before - 40]
    assert [placement.unit for placement in draft.placements()] == ["ward", "home", "hut"]


def helpless(_model: Model, **_: object) -> Found:
    return Found(None, None, proven=False, effort=0.0)


def sizes_decided(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Improve a draft where CP-SAT never helps; return how many requests were decided together, time after time."""
    sizes: list[int] = []

    def deciding(draft: Draft, requests: Ints, rows: Ints, engine: Engine) -> Answer:
        sizes.append(len(requests))
        return decide(draft, requests, rows, engine)

    monkeypatch.setattr(neighbourhoods, "by_cp_sat", helpless)
    monkeypatch.setattr(neighbourhoods, "decide", deciding)
    monkeypatch.setattr(neighbourhoods, "_LOOK_BACK", 2)
    before = draft.objective
    assert bettered(draft) == (False, [before - 40]), "Anna and Bo change places"
    return sizes


def test_where_rounds_come_to_nothing_and_one_more_might_be_placed_blocks_are_decided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = empty_draft(in_two_professions())
    for number, at in ((ANNA, 1), (BO, 0), (CAI, 2), (3, 0)):
        place(draft, number, at=at)
    sizes = sizes_decided(draft, monkeypatch)
    assert [3, 1] in [sizes[at : at + 2] for at in range(len(sizes))], "all nurses, and the physician who is placed"


def test_where_less_than_a_students_worth_can_be_gained_no_block_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(sizes_decided(badly_placed(), monkeypatch)) == 2


def test_where_blocks_come_to_nothing_either_rounds_are_wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "by_cp_sat", helpless)
    monkeypatch.setattr(neighbourhoods, "_settle_blocks", lambda *_, **__: None)
    monkeypatch.setattr(neighbourhoods, "_LOOK_BACK", 2)
    draft = badly_placed()
    before = draft.objective
    ended, told = bettered(draft)
    assert not ended
    assert told == [draft.objective] == [before - 40]


def test_around_a_teams_priced_places_that_nobody_takes_are_those_it_could_take() -> None:
    draft = empty_draft(two_who_relieve_each_other())
    market, rosters = draft.market, draft.market.rosters
    nothing = Prices.nothing(market)
    priced = view_of(market, replace(nothing, post=np.full(len(rosters.supply), SCALE)))
    cells = len(market.scarcity.supply)
    assert priced.idle(draft).tolist() == [0.0] * cells + [1.0] * len(rosters.supply)
    could = [set(priced.takers(cells + post, priced.regrets(draft))) for post in range(len(rosters.supply))]
    assert could == [{ANNA}, {ANNA, CAI}, {CAI}, {CAI}, {BO, CAI}, {BO}], "eva in weeks 1-3, per in weeks 2-4"


def test_what_is_good_enough_is_left_as_it_is() -> None:
    draft = badly_placed()
    ended, told = bettered(draft, least=draft.objective)
    assert ended
    assert told == []


def test_a_word_to_stop_ends_the_rounds() -> None:
    stop = StopSignal()
    stop.set()
    draft = badly_placed()
    assert bettered(draft, stop=stop) == (True, [])


def test_who_is_deaf_to_a_word_to_stop_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, heard = StopSignal(), threading.Event()

    def deaf(_model: Model, **_: object) -> Found:
        stop.set()
        heard.wait(600)
        return Found(None, None, proven=False, effort=0.0)

    monkeypatch.setattr(neighbourhoods, "by_cp_sat", deaf)
    draft = badly_placed()
    before = draft.row.tolist()
    assert bettered(draft, stop=stop) == (True, [])
    assert not heard.is_set()
    assert draft.row.tolist() == before
    heard.set()


def test_the_rounds_end_when_for_long_nothing_better_turned_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "_PATIENCE", 3)
    term = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    draft = empty_draft(term)
    place(draft, ANNA, at=0)
    assert bettered(draft) == (False, [])
    (only,) = draft.placements()
    assert only in {placed(), placed("bo-1")}, "who of the two is placed makes no difference"


def test_the_same_seed_and_workers_make_the_same_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbourhoods, "_PATIENCE", 4)
    for number in range(15):
        drafts = []
        for _ in range(2):
            draft = Draft(priced_market(number)[0], Teams(Columns(drawn(number))))
            if not draft.market.must_place.any():
                bettered(draft, workers=2)
            drafts.append((draft.row.tolist(), draft.team.tolist()))
        assert drafts[0] == drafts[1]
