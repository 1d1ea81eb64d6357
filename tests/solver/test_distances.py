"""Travel minutes of all pairs are those of the problem format's formula, however they are computed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.distances import minutes_of_all
from placement_solver.journeys import minutes_between
from placement_solver.problem import Problem
from tests.solver.small import problem, student, unit

REGION = st.tuples(st.floats(55.0, 69.0), st.floats(11.0, 24.0))
WORLD = st.tuples(st.floats(-90.0, 90.0), st.floats(-180.0, 180.0))
BEYOND_A_QUARTER = ((0.0, 0.0), (0.0, 89.0), (0.0, 91.0), (1.0, 179.0), (0.0, 180.0), (90.0, 0.0), (-90.0, 0.0))


def term_between(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]], per_km: float, base: int = 5
) -> Problem:
    """Return a term whose students and units are at the points."""
    term = problem(
        students=tuple(student(f"s{row}", lat=lat, lon=lon) for row, (lat, lon) in enumerate(starts)),
        units=tuple(replace(unit(f"u{row}"), lat=lat, lon=lon) for row, (lat, lon) in enumerate(ends)),
        requests=(),
        capacities=(),
        supervisors=(),
    )
    return replace(term, travel=replace(term.travel, base_minutes=base, minutes_per_km=per_km, matrix=None))


def by_the_formula(term: Problem) -> list[list[int]]:
    return [[minutes_between(term, student, unit) for unit in term.units] for student in term.students]


@given(st.lists(REGION, min_size=1, max_size=6), st.lists(REGION, min_size=1, max_size=6), st.floats(0.0, 60.0))
def test_minutes_within_a_country_are_those_of_the_formula(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]], per_km: float
) -> None:
    term = term_between(starts, [*ends, *starts], per_km)
    assert minutes_of_all(term).tolist() == by_the_formula(term)


@given(st.lists(WORLD, min_size=1, max_size=6), st.lists(WORLD, min_size=1, max_size=6))
def test_minutes_between_any_points_on_earth_are_those_of_the_formula(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]]
) -> None:
    term = term_between([*starts, *BEYOND_A_QUARTER], [*ends, *BEYOND_A_QUARTER], 0.7)
    assert minutes_of_all(term).tolist() == by_the_formula(term)


def test_where_rounding_is_a_matter_of_the_last_digit_the_formula_decides() -> None:
    """One degree north, at so many minutes a kilometre that the journey is half a minute over a whole number."""
    start, end = (59.0, 18.0), (60.0, 18.0)
    km = 6371.0088 * np.pi / 180
    for whole in range(100, 400):
        for nudge in (-1e-13, 0.0, 1e-13):
            term = term_between([start], [end], (whole + 0.5) / km * (1 + nudge))
            assert minutes_of_all(term).tolist() == by_the_formula(term)


def test_the_type_holds_the_longest_journey() -> None:
    assert minutes_of_all(term_between([(59.0, 18.0)], [(59.0, 18.0)], 0.001)).dtype == np.uint8
    far = term_between([(59.0, 18.0)], [(-59.0, -162.0)], 1_000.0, base=10_000)
    assert minutes_of_all(far).tolist() == by_the_formula(far)
    assert minutes_of_all(far).max() > 20_000_000
    known = replace(far.travel, minutes_per_km=0.0, base_minutes=0, matrix={"here": {"there": 70_000}})
    zoned = replace(
        far,
        travel=known,
        students=tuple(replace(each, zone="here") for each in far.students),
        units=tuple(replace(each, zone="there") for each in far.units),
    )
    assert minutes_of_all(zoned).tolist() == [[70_000]]


def test_many_students_are_computed_part_by_part() -> None:
    throws = np.random.default_rng(4)
    points = [(float(lat), float(lon)) for lat, lon in throws.uniform((58.0, 16.0), (60.0, 19.0), (300, 2))]
    term = term_between(points, points[:100], 1.3)
    assert minutes_of_all(term).tolist() == by_the_formula(term)
