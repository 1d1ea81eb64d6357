"""Sums, minima and orders of segments, and concatenated ranges, are what plain loops compute."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.arrays import Ints, ranges, segment_minima, segment_orders, segment_sums
from tests.effort import drawn_by_hypothesis

by_law = drawn_by_hypothesis(100, 100)
segments = st.lists(st.lists(st.integers(-9, 9), max_size=3), max_size=6)


def laid_out(lists: list[list[int]]) -> tuple[Ints, Ints]:
    values = np.array([value for each in lists for value in each], dtype=np.int64)
    return values, np.cumsum([0, *(len(each) for each in lists)])


@by_law
@given(segments)
def test_each_segment_is_added_up_and_an_empty_one_is_nothing(lists: list[list[int]]) -> None:
    values, first = laid_out(lists)
    assert segment_sums(values, first).tolist() == [sum(each) for each in lists]
    assert segment_sums(values.astype(np.float64), first).tolist() == [sum(each) for each in lists]


@by_law
@given(segments)
def test_each_segment_gives_its_least_and_an_empty_one_what_is_said(lists: list[list[int]]) -> None:
    values, first = laid_out(lists)
    empty = np.arange(len(lists), dtype=np.int64) + 100
    expected = [min(each, default=100 + number) for number, each in enumerate(lists)]
    assert segment_minima(values, first, empty).tolist() == expected
    assert empty.tolist() == [100 + number for number in range(len(lists))], "what is given stays as it was"


@by_law
@given(segments)
def test_each_segment_is_put_in_order_by_itself_and_equals_stay_as_they_were(lists: list[list[int]]) -> None:
    values, first = laid_out(lists)
    places = [range(begin, begin + len(each)) for begin, each in zip(first.tolist(), lists, strict=False)]
    assert segment_orders(values, first).tolist() == [
        at for each in places for at in sorted(each, key=values.__getitem__)
    ]


@by_law
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 4)), max_size=6))
def test_ranges_are_laid_end_to_end(wanted: list[tuple[int, int]]) -> None:
    first = np.array([begin for begin, _ in wanted], dtype=np.int64)
    counts = np.array([count for _, count in wanted], dtype=np.int64)
    expected = [number for begin, count in wanted for number in range(begin, begin + count)]
    assert ranges(first, counts).tolist() == expected
