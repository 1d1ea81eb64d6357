"""Students choose in turn: worked cases in words, and what holds of every drawn round."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from placement_solver.lottery import commitment_to, in_order_of_the_draw, ticket_of
from placement_solver.site_choice.quotas import Kind, Quota, Room
from placement_solver.site_choice.turns import Entrant, Priority, Turn, allocate, enter_late
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver.test_site_choice.drawn_rounds import Round, rounds

A, B, C = "Ankarsund", "Björkvik", "Cedernäs"


def rooms(**most: int) -> dict[str, Room]:
    return {name: Room(0, number) for name, number in most.items()}


def outcome(turns: list[Turn]) -> dict[str, str]:
    return {turn.student: turn.site for turn in turns}


def rank_of(student: Entrant, site: str) -> int:
    """How good a site is by a student's true ranking; a student who has ranked nothing likes all alike."""
    return student.ranking.index(site) if student.ranking else 0


def test_each_takes_the_best_remaining_in_the_order_of_the_numbers() -> None:
    turns = allocate(
        [Entrant("n2", 2, (A, B)), Entrant("n1", 1, (A, B)), Entrant("n3", 3, (B, A))], {A: Room(0, 1), B: Room(0, 2)}
    )
    assert [(turn.student, turn.site, turn.rank, turn.full_sites) for turn in turns] == [
        ("n1", A, 1, ()),
        ("n2", B, 2, (A,)),
        ("n3", B, 1, (A,)),
    ]


def test_a_class_goes_before_another_and_both_before_the_rest_whatever_their_numbers() -> None:
    turns = allocate(
        [
            Entrant("without", 1, (A, B)),
            Entrant("second", 2, (A, B), Priority(2)),
            Entrant("first", 3, (A, B), Priority(1)),
        ],
        {A: Room(0, 1), B: Room(0, 2)},
    )
    assert [(turn.student, turn.site, turn.by_priority) for turn in turns] == [
        ("first", A, True),
        ("second", B, True),
        ("without", B, False),
    ]


def test_priority_to_certain_sites_gives_the_best_of_them_and_nothing_elsewhere() -> None:
    turns = allocate(
        [Entrant("early", 1, (A, B, C)), Entrant("amanuens", 2, (C, A, B), Priority(4, frozenset({A, B})))],
        {A: Room(0, 1), B: Room(0, 1), C: Room(0, 1)},
    )
    assert [(turn.student, turn.site, turn.rank, turn.by_priority) for turn in turns] == [
        ("amanuens", A, 2, True),
        ("early", B, 2, False),
    ]


def test_who_has_priority_to_a_full_site_waits_for_the_ordinary_turn() -> None:
    turns = allocate(
        [
            Entrant("ordinary", 1, (B, C, A)),
            Entrant("first", 2, (A, B, C), Priority(1)),
            Entrant("amanuens", 3, (A, B, C), Priority(4, frozenset({A}))),
        ],
        {A: Room(0, 1), B: Room(0, 1), C: Room(0, 1)},
    )
    assert [(turn.student, turn.site, turn.by_priority, turn.place) for turn in turns] == [
        ("first", A, True, 1),
        ("ordinary", B, False, 2),
        ("amanuens", C, False, 3),
    ]


def test_a_pair_comes_by_the_worse_of_its_numbers_and_the_weaker_of_its_priorities() -> None:
    turns = allocate(
        [
            Entrant("one", 1, (A, B), Priority(1), partner="other"),
            Entrant("other", 3, (A, B), None, partner="one"),
            Entrant("single", 2, (A, B)),
        ],
        {A: Room(0, 3), B: Room(0, 3)},
    )
    assert [(turn.student, turn.place, turn.by_priority) for turn in turns] == [
        ("single", 1, False),
        ("one", 2, False),
        ("other", 2, False),
    ]
    both = [
        Entrant("one", 1, (A, B), Priority(2), "other"),
        Entrant("other", 3, (A, B), Priority(4, frozenset({B})), "one"),
    ]
    assert outcome(allocate([*both, Entrant("single", 2, (B, A))], {A: Room(0, 3), B: Room(0, 2)})) == {
        "one": B,
        "other": B,
        "single": A,
    }


def test_a_pair_passes_a_site_with_one_place_left_and_takes_the_next_with_room_for_both() -> None:
    pair = [Entrant("one", 2, (A, B), partner="other"), Entrant("other", 3, (A, B), partner="one")]
    turns = allocate([Entrant("first", 1, (A, B)), *pair], {A: Room(0, 2), B: Room(0, 2)})
    assert outcome(turns) == {"first": A, "one": B, "other": B}
    assert turns[1].full_sites == (A,)


def test_a_pair_that_no_site_has_room_for_chooses_one_by_one() -> None:
    pair = [Entrant("one", 3, (A, B), partner="other"), Entrant("other", 2, (A, B), partner="one")]
    turns = allocate([Entrant("first", 1, (A, B)), *pair], {A: Room(0, 2), B: Room(0, 1)})
    assert [(turn.student, turn.site, turn.place, turn.apart) for turn in turns[1:]] == [
        ("other", A, 2, True),
        ("one", B, 3, True),
    ]


def test_a_pair_with_the_first_choice_that_no_site_has_room_for_chooses_one_by_one_before_those_without_it() -> None:
    pair = [Entrant(name, at, (A, B, C), Priority(1), other) for name, at, other in [("x", 3, "y"), ("y", 4, "x")]]
    others = [Entrant("early", 1, (A, B, C))]
    turns = allocate([*others, *pair], {A: Room(0, 1), B: Room(0, 1), C: Room(0, 1)})
    assert [(turn.student, turn.site, turn.place, turn.by_priority, turn.apart) for turn in turns] == [
        ("x", A, 1, True, True),
        ("y", B, 2, True, True),
        ("early", C, 3, False, False),
    ]


def test_two_priorities_for_no_site_in_common_give_a_pair_none() -> None:
    one, other = (
        Entrant("one", 2, (A, B), Priority(1, frozenset({A})), "other"),
        Entrant("other", 3, (A, B), Priority(2, frozenset({B})), "one"),
    )
    turns = allocate([one, other, Entrant("early", 1, (A, B))], {A: Room(0, 3), B: Room(0, 3)})
    assert [(turn.student, turn.by_priority) for turn in turns] == [("early", False), ("one", False), ("other", False)]


def test_a_wish_that_only_one_has_or_that_ranks_otherwise_makes_no_pair() -> None:
    one_sided = [Entrant("one", 1, (A, B), partner="other"), Entrant("other", 2, (A, B))]
    differing = [Entrant("one", 1, (A, B), partner="other"), Entrant("other", 2, (B, A), partner="one")]
    unranked = [Entrant("one", 1, (), partner="other"), Entrant("other", 2, (), partner="one")]
    alone = [Entrant("one", 1, (A, B), partner="gone"), Entrant("other", 2, (A, B))]
    for entrants in (one_sided, differing, unranked, alone):
        assert [turn.place for turn in allocate(entrants, {A: Room(0, 2), B: Room(0, 2)})] == [1, 2]


def test_a_site_closes_when_those_left_are_only_just_enough_for_the_floors_of_others() -> None:
    entrants = [Entrant(f"n{number}", number, (A, B, C)) for number in range(1, 5)]
    turns = allocate(entrants, {A: Room(0, 4), B: Room(1, 4), C: Room(1, 4)})
    assert [(turn.site, turn.closed_sites) for turn in turns] == [(A, ()), (A, ()), (B, (A,)), (C, (A, B))]


def test_a_pair_does_not_take_two_places_that_the_floors_need() -> None:
    pair = [Entrant("one", 2, (A, B, C), partner="other"), Entrant("other", 3, (A, B, C), partner="one")]
    turns = allocate([Entrant("first", 1, (A, B, C)), *pair], {A: Room(0, 3), B: Room(1, 3), C: Room(1, 3)})
    assert [(turn.student, turn.site, turn.apart) for turn in turns] == [
        ("first", A, False),
        ("one", B, True),
        ("other", C, True),
    ]


def test_who_has_ranked_nothing_comes_last_and_gets_the_site_with_the_most_places_left() -> None:
    turns = allocate(
        [Entrant("silent", 1, (), Priority(1)), Entrant("late", 2, (B, A))], {A: Room(0, 2), B: Room(0, 2)}
    )
    assert [(turn.student, turn.site, turn.rank) for turn in turns] == [("late", B, 1), ("silent", A, None)]


def test_one_who_comes_late_takes_the_best_vacancy_and_floors_that_lack_students_go_first() -> None:
    everywhere = {A: Room(0, 2), B: Room(1, 3), C: Room(0, 1)}
    full = enter_late((A, C, B), everywhere, {A: 2, B: 1, C: 0})
    assert full is not None
    assert (full.site, full.rank, full.full_sites, full.closed_sites) == (C, 2, (A,), ())
    lacking = enter_late((A, C, B), everywhere, {A: 1})
    assert lacking is not None
    assert (lacking.site, lacking.rank, lacking.closed_sites) == (B, 3, (A, C))
    assert enter_late((A, B, C), everywhere, {A: 2, B: 3, C: 1}) is None


def test_the_order_of_the_draw_is_that_of_the_tickets_and_the_seed_is_what_was_promised() -> None:
    students = [f"stu_{number}" for number in range(30)]
    assert in_order_of_the_draw("frö", students) == sorted(students, key=lambda each: ticket_of("frö", each))
    assert commitment_to("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@has_long_form("150 rounds", "4 000 rounds")
@drawn_by_hypothesis(150, 4_000)
@given(rounds())
def test_no_student_who_chooses_alone_gains_by_any_other_ranking(drawn: Round) -> None:
    truly = outcome(allocate(drawn.entrants, drawn.rooms))
    for student in drawn.singles():
        lies: list[tuple[str, ...]] = list(permutations(student.ranking))
        if student.priority is None or student.priority.sites is None:
            lies.append(())  # who takes back the ranking takes back the claim; one to certain sites is a choice itself
        for lie in lies:
            told = outcome(allocate(drawn.but(replace(student, ranking=lie)), drawn.rooms))
            assert rank_of(student, told[student.student]) >= rank_of(student, truly[student.student])


@has_long_form("200 rounds", "5 000 rounds")
@drawn_by_hypothesis(200, 5_000)
@given(rounds())
def test_a_priority_to_the_first_choice_harms_nobody_who_has_it_and_a_pair_gives_neither_a_better_site(
    drawn: Round,
) -> None:
    got = outcome(allocate(drawn.entrants, drawn.rooms))
    for student in drawn.singles():
        if student.priority is not None and student.priority.sites is None:
            without = outcome(allocate(drawn.but(replace(student, priority=None)), drawn.rooms))
            assert rank_of(student, got[student.student]) <= rank_of(student, without[student.student])
    pairs = drawn.pairs()
    alone = tuple(replace(each, partner=None) for each in drawn.entrants)
    if len(pairs) == 1 and not any(each.priority for each in drawn.entrants):
        by_themselves = outcome(allocate(alone, drawn.rooms))
        for student in pairs[0]:
            assert rank_of(student, by_themselves[student.student]) <= rank_of(student, got[student.student])


@has_long_form("300 rounds", "8 000 rounds")
@drawn_by_hypothesis(300, 8_000)
@given(rounds(most=12), st.randoms(use_true_random=False))
def test_everyone_has_a_site_quotas_and_floors_are_kept_and_pairs_stay_together(drawn: Round, dice: object) -> None:
    turns = allocate(drawn.entrants, drawn.rooms)
    assert sorted(turn.student for turn in turns) == sorted(each.student for each in drawn.entrants)
    taken = Counter(turn.site for turn in turns)
    assert all(room.least <= taken[site] <= room.most for site, room in drawn.rooms.items())
    by_student = {turn.student: turn for turn in turns}
    for one, other in drawn.pairs():
        first, second = by_student[one.student], by_student[other.student]
        assert first.site == second.site or (first.apart and second.apart)
    for turn in turns:
        assert turn.site in turn.open_sites
        assert sorted(turn.open_sites + turn.full_sites + turn.closed_sites) == sorted(drawn.rooms)
    shuffled = list(drawn.entrants)
    dice.shuffle(shuffled)  # type: ignore[attr-defined]
    assert allocate(shuffled, drawn.rooms) == turns


@has_long_form("150 rounds", "4 000 rounds")
@drawn_by_hypothesis(150, 4_000)
@given(rounds(most=10))
def test_without_priority_a_pair_never_comes_before_one_who_has_a_better_number_than_either(drawn: Round) -> None:
    entrants = tuple(replace(each, priority=None) for each in drawn.entrants)
    place = {turn.student: turn.place for turn in allocate(entrants, drawn.rooms)}
    for one, other in drawn.pairs():
        for single in drawn.singles():
            if single.ranking and single.number < max(one.number, other.number):
                assert place[single.student] < place[one.student]


def test_a_round_of_nobody_has_no_turns() -> None:
    assert allocate([], {A: Room(0, 0)}) == []
    assert Quota(A, Kind.REST).floor == 0
