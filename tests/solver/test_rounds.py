"""Rounds work where the prices show that something can be gained."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from placement_solver.arrays import Ints
from placement_solver.columns import Columns
from placement_solver.search import rounds
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.draft import Draft
from placement_solver.search.engines import Engine, Found, Model, by_highs
from placement_solver.search.exact import NO_ANSWER, Answer, decide
from placement_solver.search.rounds import improve
from placement_solver.search.settings import USUAL
from placement_solver.search.teams import Teams
from tests.solver.crossed import (
    ANNA,
    BO,
    CAI,
    badly_placed,
    empty_draft,
    in_two_professions,
    place,
    priced_market,
    unpriced,
)
from tests.solver.drawn import drawn
from tests.solver.small import capacity, placed, problem, request


def bettered(
    draft: Draft, workers: int = 1, stop: StopSignal | None = None, least: int = 0, **changed: int
) -> tuple[bool, list[int]]:
    """Improve a draft, with some settings of rounds changed; return how it ended and every better objective."""
    told: list[int] = []
    ended = improve(
        draft,
        unpriced(draft),
        clock=Clock(3600.0, stop),
        seed=1,
        workers=workers,
        enough=lambda: draft.objective <= least,
        on_better=lambda better: told.append(better.objective),
        settings=replace(USUAL, rounds=replace(USUAL.rounds, **changed)),
    )
    return ended, told


def test_what_others_have_found_is_taken_before_the_next_round() -> None:
    draft, other = badly_placed(), badly_placed()
    both = np.array([ANNA, BO])
    found = decide(other, both, other.market.rows_of(both), partial(by_highs, clock=Clock(3600.0), seconds=60.0))
    offers = [(both, found), (both, NO_ANSWER)]
    told: list[int] = []
    improve(
        draft,
        unpriced(draft),
        clock=Clock(3600.0),
        seed=1,
        workers=1,
        enough=lambda: bool(told),
        on_better=lambda better: told.append(better.objective),
        offered=lambda: [offers.pop() for _ in range(len(offers))],
        settings=replace(USUAL, rounds=replace(USUAL.rounds, options_each=1)),
    )
    assert offers == []
    assert told == [other.objective - 40], "as it was found, with no round"


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
    """Improve a draft where CP-SAT never helps; return the number of requests in each model."""
    sizes: list[int] = []

    def deciding(draft: Draft, requests: Ints, rows: Ints, engine: Engine, stopped: Callable[[], bool]) -> Answer:
        sizes.append(len(requests))
        return decide(draft, requests, rows, engine, stopped)

    monkeypatch.setattr(rounds, "by_cp_sat", helpless)
    monkeypatch.setattr(rounds, "decide", deciding)
    before = draft.objective
    assert bettered(draft, look_back=2) == (False, [before - 40]), "Anna and Bo change places"
    return sizes


def test_blocks_are_decided_where_rounds_fail_and_one_more_might_be_placed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draft = empty_draft(in_two_professions())
    for number, at in ((ANNA, 1), (BO, 0), (CAI, 2), (3, 0)):
        place(draft, number, at=at)
    sizes = sizes_decided(draft, monkeypatch)
    assert [3, 1] in [sizes[at : at + 2] for at in range(len(sizes))], "all nurses, and the physician who is placed"


@pytest.mark.parametrize("proven", [True, False])
def test_blocks_that_bring_nothing_are_decided_with_more_options_at_once_but_for_those_that_took_too_long(
    monkeypatch: pytest.MonkeyPatch, *, proven: bool
) -> None:
    decided: list[int] = []

    def deciding(_draft: Draft, requests: Ints, *_: object) -> Answer:
        decided.append(len(requests))
        return Answer(None, 0, proven, 0.0)

    draft = empty_draft(in_two_professions())
    for number, at in ((ANNA, 1), (BO, 0), (CAI, 2), (3, 0)):
        place(draft, number, at=at)
    monkeypatch.setattr(rounds, "decide", deciding)
    bettered(draft, look_back=2, patience=20)
    blocks = [at for at in range(len(decided)) if decided[at : at + 2] == [3, 1]]
    assert len(blocks) == (len(USUAL.blocks.options_each) if proven else 1)
    assert all(later - before == 2 for before, later in pairwise(blocks)), "nothing comes between them"


def test_no_block_is_decided_where_less_than_a_student_can_be_gained(monkeypatch: pytest.MonkeyPatch) -> None:
    assert max(sizes_decided(badly_placed(), monkeypatch)) == 2


def test_rounds_are_wide_where_blocks_fail_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "by_cp_sat", helpless)
    monkeypatch.setattr(rounds, "_settle_blocks", lambda *_, **__: None)
    draft = badly_placed()
    before = draft.objective
    ended, told = bettered(draft, look_back=2)
    assert not ended
    assert told == [draft.objective] == [before - 40]


def test_a_draft_that_is_good_enough_is_not_changed() -> None:
    draft = badly_placed()
    ended, told = bettered(draft, least=draft.objective)
    assert ended
    assert told == []


def test_a_request_to_stop_ends_the_rounds() -> None:
    stop = StopSignal()
    stop.set()
    draft = badly_placed()
    assert bettered(draft, stop=stop) == (True, [])


def test_a_thread_that_does_not_hear_the_stop_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, heard = StopSignal(), threading.Event()

    def unresponsive(_model: Model, **_: object) -> Found:
        stop.set()
        heard.wait(600)
        return Found(None, None, proven=False, effort=0.0)

    monkeypatch.setattr(rounds, "by_cp_sat", unresponsive)
    draft = badly_placed()
    before = draft.row.tolist()
    assert bettered(draft, stop=stop) == (True, [])
    assert not heard.is_set()
    assert draft.row.tolist() == before
    heard.set()


def test_the_rounds_end_after_many_without_a_better_plan() -> None:
    term = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    draft = empty_draft(term)
    place(draft, ANNA, at=0)
    assert bettered(draft, patience=3) == (False, [])
    (only,) = draft.placements()
    assert only in {placed(), placed("bo-1")}, "who of the two is placed makes no difference"


def test_the_same_seed_and_workers_make_the_same_rounds() -> None:
    for number in range(15):
        drafts = []
        for _ in range(2):
            draft = Draft(priced_market(number)[0], Teams(Columns(drawn(number))))
            if not draft.market.must_place.any():
                bettered(draft, workers=2, patience=4)
            drafts.append((draft.row.tolist(), draft.team.tolist()))
        assert drafts[0] == drafts[1]
