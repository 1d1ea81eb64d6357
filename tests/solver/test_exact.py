"""Some requests decided exactly: the best answer is found, and nothing false is proven."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache, partial

import numpy as np

from placement_solver.arrays import Ints
from placement_solver.columns import Columns
from placement_solver.problem import Decision, Problem, RequestId, Supervision, UnitId
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import Found, Model, by_cp_sat
from placement_solver.search.exact import NO_ANSWER, Answer, apply, decide
from placement_solver.search.options import open_market
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective, cost_of, every_plan
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, unit

ANNA, BO = 0, 1


def empty_draft(term: Problem) -> Draft:
    columns = Columns(term)
    return Draft(open_market(columns), Teams(columns))


def everyone(draft: Draft) -> Ints:
    return np.arange(len(draft.row))


def asked(draft: Draft, requests: Ints | None = None, clock: Clock | None = None) -> Answer:
    """Decide some requests, or all if none are given, with all their options."""
    requests = everyone(draft) if requests is None else requests
    rows = draft.market.rows_of(requests)
    clock = Clock(3600.0) if clock is None else clock
    return decide(draft, requests, rows, partial(by_cp_sat, clock=clock, seconds=60.0, workers=1, seed=1))


@cache
def best(number: int) -> int | None:
    return best_objective(drawn(number))


def place_anyhow(draft: Draft, chance: random.Random) -> None:
    """Place requests at random where there is room, so that the draft is not empty."""
    for who in everyone(draft).tolist():
        rows = draft.market.rows_of(np.array([who]))
        worth = np.array([chance.randrange(100) for _ in rows], dtype=np.int64)
        if draft.row[who] == NONE and chance.random() < 0.7:
            draft.place_cheapest(who, worth, 100)


def test_with_all_requests_and_options_the_best_plan_is_found_and_proven() -> None:
    for number in range(120):
        draft = empty_draft(drawn(number))
        answer = asked(draft)
        assert answer.proven
        assert answer.bound == best(number)
        requests = everyone(draft)
        pinned = requests[draft.market.must_place]
        if not len(pinned):
            assert apply(draft, requests, answer) == (best(number) != cost_of(drawn(number), ()))
            assert draft.objective == answer.bound == cost_of(drawn(number), draft.placements())


def test_a_model_that_is_stopped_is_not_written_to_its_end() -> None:
    """The engine would take long over it, and writing a block of a county takes a second."""
    looked: list[int] = []

    def stopped() -> bool:
        looked.append(1)
        return len(looked) > 2

    draft = next(draft for draft in map(empty_draft, map(drawn, range(60))) if rows_written(draft) > 2)
    requests = everyone(draft)
    assert decide(draft, requests, draft.market.rows_of(requests), never, stopped) == NO_ANSWER
    assert len(looked) == 3


def never(_model: Model) -> Found:
    """Fail: this engine is not to be asked."""
    raise AssertionError


def rows_written(draft: Draft) -> int:
    """Return how many rows the model of all requests and options has."""
    rows: list[int] = []

    def counting(model: Model) -> Found:
        rows.append(len(model.rows))
        return Found(None, None, proven=False, effort=0.0)

    requests = everyone(draft)
    decide(draft, requests, draft.market.rows_of(requests), counting)
    return rows[0]


def test_the_best_is_found_for_some_while_the_others_stand() -> None:
    for number in range(60):
        term = drawn(number)
        term = replace(term, pins=(), requests=tuple(replace(asked, supervision=None) for asked in term.requests))
        draft, chance = empty_draft(term), random.Random(number)
        place_anyhow(draft, chance)
        some = np.array(sorted(chance.sample(range(len(draft.row)), (len(draft.row) + 1) // 2)), dtype=np.int64)
        free = {term.requests[who].id for who in some}
        standing, before = {p for p in draft.placements() if p.request not in free}, draft.objective
        answer = asked(draft, some)
        rivals = [plan for plan in every_plan(term) if {p for p in plan if p.request not in free} == standing]
        assert answer.proven
        assert answer.bound == min(cost_of(term, plan) for plan in rivals)
        assert apply(draft, some, answer) == (answer.bound < before)
        assert draft.objective == answer.bound
        assert standing <= set(draft.placements())


def test_an_answer_that_ran_out_of_time_proves_nothing() -> None:
    draft = empty_draft(problem())
    answer = asked(draft, clock=Clock(0.0))
    assert answer.rows is None
    assert not answer.proven
    assert answer.bound <= 20, "both placed at 10 minutes each is the best plan"
    assert not apply(draft, everyone(draft), answer)
    assert draft.unplaced.tolist() == [ANNA, BO]


def test_an_answer_that_was_stopped_proves_nothing() -> None:
    stop = StopSignal()
    stop.set()
    answer = asked(empty_draft(problem()), clock=Clock(3600.0, stop))
    assert not answer.proven
    assert answer.bound <= 20


def test_where_no_option_is_left_there_is_nothing_to_decide() -> None:
    draft = empty_draft(problem(capacities=()))
    answer = asked(draft)
    assert answer.rows == ()
    assert answer.proven
    assert answer.bound == draft.objective == 2000


def test_pins_that_cannot_all_be_supervised_have_no_answer() -> None:
    requests = tuple(request(name, supervision=Supervision(7.5)) for name in ("anna-1", "bo-1"))
    pins = tuple(Decision(RequestId(name), WARD, 0) for name in ("anna-1", "bo-1"))
    assert asked(empty_draft(problem(requests=requests, pins=pins))).rows is None


def test_the_only_supervisor_goes_to_the_student_whom_it_costs_more_to_leave_out() -> None:
    asks = Supervision(7.5)
    term = problem(
        requests=(request(supervision=asks, starts=(0, 1)), request("bo-1", supervision=asks, starts=(1,), priority=2))
    )
    draft = empty_draft(term)
    assert apply(draft, everyone(draft), asked(draft))
    assert draft.placements() == (placed("bo-1", start=1, by="karin"),)


def test_each_of_two_supervisors_takes_the_student_whom_the_other_cannot() -> None:
    term = problem(
        requests=(
            request(supervision=Supervision(1.5), starts=(0,)),
            request("bo-1", supervision=Supervision(7.5), starts=(0,)),
        ),
        supervisors=(supervisor(), supervisor("lars", credits=1.5)),
    )
    draft = empty_draft(term)
    assert apply(draft, everyone(draft), asked(draft))
    assert draft.placements() == (placed(by="lars"), placed("bo-1", by="karin"))


def test_a_floor_can_make_the_longer_journey_the_better_one() -> None:
    term = problem(
        units=(unit(), unit("home", lat=59.09, provider="nacka")),
        capacities=(capacity(), capacity("home", unit=UnitId("home"), places=1)),
        agreements=(agreement(), agreement("ki-nacka", provider="nacka", min_student_weeks=1)),
        requests=(request(starts=(0,)), request("bo-1", starts=(0,))),
    )
    draft = empty_draft(term)
    assert apply(draft, everyone(draft), asked(draft))
    assert sorted(placement.unit for placement in draft.placements()) == ["home", "ward"]
    assert asked(draft).bound == draft.objective == 10 + 30, "no more than the one week short is worth anything"


def test_a_students_standing_placement_excludes_options_in_its_weeks() -> None:
    draft = empty_draft(problem(requests=(request(starts=(1,)), request("anna-2", starts=(0, 2, 3)))))
    draft.take(0, 0, NONE)
    answer = asked(draft, np.array([1]))
    assert answer.rows is not None
    ((_, row, _),) = answer.rows
    assert draft.market.options(np.array([row])).start.tolist() == [3]


def test_an_answer_that_no_longer_has_room_is_not_taken() -> None:
    term = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    draft = empty_draft(term)
    answer = asked(draft, np.array([ANNA]))
    draft.take(BO, 1, NONE)
    assert not apply(draft, np.array([ANNA]), answer)
    assert draft.placements() == (placed("bo-1"),)


def test_a_partial_answer_places_the_requests_that_still_have_room() -> None:
    term = problem(
        capacities=(capacity(places=1),),
        students=(student(), student("bo"), student("cai")),
        requests=(request(starts=(0, 3)), request("bo-1", starts=(0,)), request("cai-1", starts=(3,))),
    )
    draft = empty_draft(term)
    both = Answer(((ANNA, 0, NONE), (2, 3, NONE)), 0, proven=True, effort=0.0)
    draft.take(BO, 2, NONE)
    assert not apply(draft, np.array([ANNA, 2]), both)
    assert apply(draft, np.array([ANNA, 2]), both, partly=True)
    assert draft.placements() == (placed("bo-1"), placed("cai-1", start=3))


def test_a_pinned_request_is_never_left_out_for_want_of_room() -> None:
    term = problem(
        capacities=(capacity(places=1),),
        requests=(request(starts=(0,)), request("bo-1", starts=(0, 3))),
        pins=(Decision(RequestId("bo-1"), WARD, 0),),
    )
    draft = empty_draft(term)
    draft.take(BO, int(draft.market.first[BO]), NONE)
    swapped = Answer(((ANNA, 0, NONE), (BO, int(draft.market.first[BO]), NONE)), 0, proven=True, effort=0.0)
    assert not apply(draft, everyone(draft), swapped, partly=True)
    assert draft.placements() == (placed("bo-1"),)


def test_an_answer_that_is_dearer_than_what_stands_is_not_taken() -> None:
    draft = empty_draft(problem(students=(student(), student("bo", lat=59.09))))
    draft.take(ANNA, 0, NONE)
    draft.take(BO, int(draft.market.first[BO]), NONE)
    before = draft.row.tolist()
    assert not apply(draft, everyone(draft), Answer((), 0, proven=False, effort=0.0))
    assert draft.row.tolist() == before


def test_an_equally_good_answer_changes_the_plan_but_is_not_called_better() -> None:
    draft = empty_draft(problem(requests=(request(starts=(0, 3)),)))
    draft.take(ANNA, 0, NONE)
    assert not apply(draft, np.array([ANNA]), Answer(((ANNA, 1, NONE),), 10, proven=True, effort=0.0))
    assert draft.placements() == (placed(start=3),)


def test_an_answer_that_was_found_without_a_students_other_placement_does_not_break_it() -> None:
    term = problem(
        students=(student(),),
        requests=(request("anna-1", starts=(0,)), request("anna-2", starts=(0, 2))),
    )
    draft = empty_draft(term)
    (first,) = draft.market.rows_of(np.array([0])).tolist()
    same_week, later = draft.market.rows_of(np.array([1])).tolist()
    draft.take(0, first, NONE)
    second = np.array([1])
    assert not apply(draft, second, Answer(((1, same_week, NONE),), 0, proven=True, effort=0.0))
    assert not apply(draft, second, Answer(((1, same_week, NONE),), 0, proven=True, effort=0.0), partly=True)
    assert draft.row.tolist() == [first, NONE]
    assert apply(draft, second, Answer(((1, later, NONE),), 0, proven=True, effort=0.0))
