"""Quotas scale with those who take part, and cannot be set so that they do not hold them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.site_choice.quotas import Kind, Quota, Room, faults_in, scale, shortfalls
from tests.effort import drawn_by_hypothesis, has_long_form

LINKOPING = [
    Quota(site, Kind.SHARE, share)
    for site, share in (("Jönköping", 30), ("Kalmar", 20), ("Linköping", 34), ("Norrköping", 24))
]
UMEA = [
    Quota("Umeå", Kind.REST),
    *(Quota(site, Kind.REST, floor=10) for site in ("Sunderbyn", "Sundsvall", "Östersund")),
]


def most(quotas: list[Quota], students: int) -> list[int]:
    return [room.most for room in scale(quotas, students).values()]


@pytest.mark.parametrize(
    ("students", "places"),
    [(108, [30, 20, 34, 24]), (101, [28, 19, 32, 22]), (54, [15, 10, 17, 12]), (1, [0, 0, 1, 0]), (0, [0, 0, 0, 0])],
)
def test_linkopings_shares_scale_by_the_largest_remainder(students: int, places: list[int]) -> None:
    assert most(LINKOPING, students) == places


def test_umeas_rest_is_what_the_floors_of_the_others_leave() -> None:
    assert scale(UMEA, 100) == {
        "Umeå": Room(0, 70),
        "Sunderbyn": Room(10, 80),
        "Sundsvall": Room(10, 80),
        "Östersund": Room(10, 80),
    }
    assert most(UMEA, 97) == [67, 77, 77, 77]


def test_equal_remainders_go_to_the_larger_share_and_then_to_the_site_named_first() -> None:
    assert most([Quota("a", Kind.SHARE, 1), Quota("b", Kind.SHARE, 1)], 3) == [2, 1]
    assert most([Quota("a", Kind.SHARE, 1), Quota("b", Kind.SHARE, 3)], 2) == [0, 2]


def test_shares_divide_what_fixed_numbers_leave_and_a_ceiling_holds_whatever_the_share() -> None:
    quotas = [Quota("a", Kind.FIXED, 5), Quota("b", Kind.SHARE, 1), Quota("c", Kind.SHARE, 1, ceiling=3)]
    assert most(quotas, 13) == [5, 4, 3]
    assert most(quotas, 3) == [5, 0, 0]
    assert most([Quota("a", Kind.REST, ceiling=2), Quota("b", Kind.FIXED, 4, floor=4)], 10) == [2, 4]


@has_long_form("200 quotas", "20 000 quotas")
@drawn_by_hypothesis(200, 20_000)
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=8), st.integers(0, 3_000))
def test_shares_give_every_place_away_and_nobody_is_a_whole_place_from_the_exact_share(
    shares: list[int], students: int
) -> None:
    parts = most([Quota(str(at), Kind.SHARE, share) for at, share in enumerate(shares)], students)
    assert sum(parts) == students
    for share, part in zip(shares, parts, strict=True):
        assert abs(part - Fraction(students * share, sum(shares))) < 1


@pytest.mark.parametrize(
    ("quotas", "at", "told"),
    [
        ([Quota("a", Kind.SHARE)], "/0/number", "give the share or the number of places"),
        ([Quota("a", Kind.FIXED)], "/0/number", "give the share or the number of places"),
        ([Quota("a", Kind.REST, 4)], "/0/number", "a site that takes the rest has no number of its own"),
        ([Quota("a", Kind.REST, floor=4, ceiling=3)], "/0/ceiling", "the ceiling is lower than the floor"),
        ([Quota("a", Kind.FIXED, 3, floor=4)], "/0/floor", "the floor is higher than the fixed number"),
        (
            [Quota("a", Kind.SHARE, 3), Quota("b", Kind.REST)],
            "/1/kind",
            "the shares divide all places already, so there is no rest",
        ),
    ],
)
def test_quotas_that_contradict_themselves_are_told_at_their_place(quotas: list[Quota], at: str, told: str) -> None:
    assert [(fault.pointer, fault.words.en) for fault in faults_in(quotas)] == [(at, told)]


def test_quotas_that_cannot_hold_the_students_say_how_many_they_hold() -> None:
    assert list(shortfalls(UMEA, 30)) == []
    assert [fault.words.en for fault in shortfalls(UMEA, 29)] == [
        "the floors add up to 30, but there are only 29 students"
    ]
    few = [Quota("a", Kind.FIXED, 4), Quota("b", Kind.FIXED, 5)]
    assert [fault.words.sv for fault in shortfalls(few, 10)] == [
        "orterna har tillsammans 9 platser, men studenterna är 10"
    ]
    scarce = [Quota("a", Kind.SHARE, 1, floor=2), Quota("b", Kind.SHARE, 9)]
    assert [(fault.pointer, fault.words.en) for fault in shortfalls(scarce, 10)] == [
        ("/0/floor", "the floor is 2, but with 10 students the site has only 1 place")
    ]
    assert [list(faults_in(quotas)) for quotas in (UMEA, LINKOPING, few)] == [[], [], []]
