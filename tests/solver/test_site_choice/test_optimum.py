"""The optimum by wishes: proven against brute force on small rounds, and never worse than the turns."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest
from hypothesis import given

from placement_solver.site_choice import optimum
from placement_solver.site_choice.optimum import Comparison, NotProvenError, Tally, compare
from placement_solver.site_choice.quotas import Room
from placement_solver.site_choice.turns import Entrant, allocate
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver.test_site_choice.drawn_rounds import Round, rounds

A, B, C = "Ankarsund", "Björkvik", "Cedernäs"


def compared(drawn: Round) -> Comparison:
    return compare(drawn.entrants, allocate(drawn.entrants, drawn.rooms), drawn.rooms)


def brute(drawn: Round) -> tuple[int, int, tuple[int, ...]]:
    """The fewest pairs apart, the least sum of ranks, and the fewest at the last choices, over all allocations."""
    pairs = [(drawn.entrants.index(one), drawn.entrants.index(other)) for one, other in drawn.pairs()]
    best = None
    for sites in product(drawn.rooms, repeat=len(drawn.entrants)):
        taken = Counter(sites)
        if any(not room.least <= taken[site] <= room.most for site, room in drawn.rooms.items()):
            continue
        ranks = Counter(
            each.ranking.index(site) + 1 for each, site in zip(drawn.entrants, sites, strict=True) if each.ranking
        )
        apart = sum(sites[one] != sites[other] for one, other in pairs)
        total = sum(rank * number for rank, number in ranks.items())
        value = apart, total, tuple(ranks[rank] for rank in range(len(drawn.rooms), 0, -1))
        best = value if best is None else min(best, value)
    assert best is not None
    return best


def test_a_student_with_a_bad_number_gains_where_another_hardly_loses() -> None:
    entrants = [Entrant("n1", 1, (A, B, C)), Entrant("n2", 2, (A, C, B)), Entrant("n3", 3, (B, A, C))]
    rooms = {A: Room(0, 1), B: Room(0, 1), C: Room(0, 1)}
    assert compare(entrants, allocate(entrants, rooms), rooms) == Comparison(
        Tally((2, 1, 0), 0, 0), Tally((2, 1, 0), 0, 0), 0, 0, 3
    )
    unlucky = [Entrant("n1", 1, (A, B, C)), Entrant("n2", 2, (B, C, A)), Entrant("n3", 3, (A, C, B))]
    better = [Entrant("n1", 1, (A, B, C)), Entrant("n2", 2, (B, A, C)), Entrant("n3", 3, (A, B, C))]
    assert compare(unlucky, allocate(unlucky, rooms), rooms).same == 3
    found = compare(better, allocate(better, rooms), rooms)
    assert (found.rule.total_rank, found.optimum.total_rank, found.gain, found.lose) == (5, 5, 0, 0)


def test_the_cost_of_the_rule_and_who_would_gain_and_lose_are_counted() -> None:
    entrants = [
        Entrant("n1", 1, (A, B, C)),
        Entrant("n2", 2, (A, B, C)),
        Entrant("n3", 3, (B, A, C)),
        Entrant("n4", 4, (B, C, A)),
    ]
    rooms = {A: Room(0, 1), B: Room(0, 2), C: Room(1, 1)}
    found = compare(entrants, allocate(entrants, rooms), rooms)
    assert (found.rule.choices, found.optimum.choices) == ((2, 2, 0), (2, 2, 0))
    floors = {A: Room(0, 2), B: Room(0, 1), C: Room(1, 2)}
    picky = [Entrant("n1", 1, (A, C, B)), Entrant("n2", 2, (A, B, C)), Entrant("n3", 3, (A, B, C))]
    judged = compare(picky, allocate(picky, floors), floors)
    assert (judged.rule.choices, judged.optimum.choices) == ((2, 0, 1), (2, 1, 0))
    assert (judged.gain, judged.lose, judged.same) == (1, 1, 1)
    assert judged.rule.total_rank - judged.optimum.total_rank == 1


@has_long_form("60 rounds", "2 000 rounds")
@drawn_by_hypothesis(60, 2_000)
@given(rounds(most=6))
def test_it_is_the_best_of_all_allocations(drawn: Round) -> None:
    found = compared(drawn)
    apart, total, from_the_last = brute(drawn)
    best = found.optimum
    assert (best.pairs_apart, best.total_rank, tuple(reversed(best.choices))) == (apart, total, from_the_last)
    assert best.unranked == found.rule.unranked == sum(not each.ranking for each in drawn.entrants)
    assert found.gain + found.lose + found.same == sum(best.choices) == sum(found.rule.choices)


@has_long_form("60 rounds", "1 000 rounds")
@drawn_by_hypothesis(60, 1_000)
@given(rounds(most=12))
def test_it_is_the_same_each_time_and_costs_no_more_rank_than_the_turns(drawn: Round) -> None:
    found = compared(drawn)
    assert compared(drawn) == found
    if found.optimum.pairs_apart == found.rule.pairs_apart:
        assert found.optimum.total_rank <= found.rule.total_rank
    assert found.optimum.pairs_apart <= found.rule.pairs_apart


def test_what_is_not_proven_in_time_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimum, "SECONDS", 0.0)
    entrants = [Entrant("n1", 1, (A, B)), Entrant("n2", 2, (B, A))]
    rooms = {A: Room(0, 1), B: Room(0, 1)}
    with pytest.raises(NotProvenError):
        compare(entrants, allocate(entrants, rooms), rooms)
