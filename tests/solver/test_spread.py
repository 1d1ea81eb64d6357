"""Percentiles by nearest rank and Jain's index, against their definitions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.figures.spread import jain, percentile

VALUES = st.lists(st.integers(0, 9), min_size=1, max_size=12)


@given(VALUES, st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], percent: int) -> None:
    reached = [value for value in values if sum(each <= value for each in values) * 100 >= percent * len(values)]
    assert percentile(values, percent) == min(reached)


@pytest.mark.parametrize(
    ("values", "median", "ninetieth"),
    [([7], 7, 7), ([9, 1], 1, 9), ([1, 2, 3], 2, 3), (list(range(1, 11)), 5, 9), (list(range(1, 12)), 6, 10)],
)
def test_percentiles_by_nearest_rank_are_values_of_the_list(values: list[int], median: int, ninetieth: int) -> None:
    assert (percentile(values, 50), percentile(values, 90)) == (median, ninetieth)


def test_what_all_have_alike_is_even_and_what_one_has_alone_is_not() -> None:
    assert jain([3, 3, 3, 3]) == 1
    assert jain([5, 0, 0, 0]) == 0.25
    assert jain([0, 0]) == 1


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_evenness_lies_between_one_for_all_and_all_for_one(values: list[float]) -> None:
    assert jain(values) <= 1
    assert jain(values) >= 0.999 / len(values) or sum(values) < 1e-100
