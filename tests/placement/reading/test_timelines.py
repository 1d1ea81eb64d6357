"""A timeline lays out each stay once, in as few lanes as can hold them, and each free place once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from placement.reading.timelines import Cell, Stay, lanes_of
from tests.effort import drawn_by_hypothesis, has_long_form

WEEKS = 12


def stay(first: int, weeks: int, name: str = "stu_a") -> Stay:
    return Stay("unt_a", first, weeks, "org_ki", "nurse", "VFU 1", name, f"req_{name}")


def test_two_stays_after_each_other_share_a_lane_and_what_is_left_is_free() -> None:
    one, other = stay(0, 2), stay(3, 1)
    assert lanes_of([other, one], [1, 1, 1, 1, 0], 5) == ((Cell(2, one), Cell(1, free=True), Cell(1, other), Cell(1)),)


def test_two_stays_at_once_have_a_lane_each() -> None:
    one, other = stay(0, 3), stay(1, 1, "stu_b")
    assert lanes_of([one, other], [2, 2, 2], 3) == (
        (Cell(3, one),),
        (Cell(1, free=True), Cell(1, other), Cell(1, free=True)),
    )


def test_a_unit_with_nobody_and_nothing_has_no_lane() -> None:
    assert lanes_of([], [0, 0], 2) == ()


def test_more_students_than_places_are_all_shown() -> None:
    assert len(lanes_of([stay(0, 1), stay(0, 1, "stu_b")], [1], 1)) == 2


stays = st.lists(
    st.tuples(st.integers(0, WEEKS - 1), st.integers(1, WEEKS)).map(
        lambda drawn: (drawn[0], min(drawn[1], WEEKS - drawn[0]))
    ),
    max_size=12,
)


@has_long_form("100 drawn units", "20,000 drawn units")
@drawn_by_hypothesis(100, 20_000)
@given(stays, st.lists(st.integers(0, 4), min_size=WEEKS, max_size=WEEKS))
def test_every_stay_and_every_free_place_is_laid_out_once(drawn: list[tuple[int, int]], places: list[int]) -> None:
    them = [stay(first, weeks, f"stu_{number}") for number, (first, weeks) in enumerate(drawn)]
    lanes = lanes_of(them, places, WEEKS)
    assert all(sum(cell.weeks for cell in lane) == WEEKS for lane in lanes)
    assert sorted(cell.stay.student_id for lane in lanes for cell in lane if cell.stay) == sorted(
        each.student_id for each in them
    )
    free = [0] * WEEKS
    for lane in lanes:
        week = 0
        for cell in lane:
            assert cell.stay is None or (cell.stay.first, cell.stay.weeks) == (week, cell.weeks)
            if cell.free:
                free[week] += 1
            week += cell.weeks
    taken = [sum(each.first <= week < each.first + each.weeks for each in them) for week in range(WEEKS)]
    assert free == [max(0, offered - used) for offered, used in zip(places, taken, strict=True)]
    occupied = max(taken, default=0)
    assert (
        len(lanes)
        <= max([occupied, *(used + left for used, left in zip(taken, free, strict=True))], default=0) + occupied
    )
