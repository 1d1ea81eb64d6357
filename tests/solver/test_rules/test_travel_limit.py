"""No student has a longer journey than the limit allows."""

from __future__ import annotations

from typing import Any

import pytest

from placement_solver.problem import Problem, Travel
from tests.solver.small import breaches, broken_by, placed, problem, student, unit

FAR = 59.0 + 1 / 6  # 18.5 km further north, 47 minutes at two a kilometre and ten to begin with


def term(own: int | None, usual: int | None, matrix: Any = None) -> Problem:  # noqa: ANN401  (zones to zones)
    return problem(
        students=(student(max_travel=own, zone="island"),),
        units=(unit(lat=FAR, zone="town"),),
        travel=Travel(base_minutes=10, minutes_per_km=2, max_travel=usual, long_after=60, matrix=matrix),
    )


@pytest.mark.parametrize(("own", "usual"), [(47, None), (47, 10), (None, 47), (None, None)])
def test_a_journey_within_the_limit_may_be_asked(own: int | None, usual: int | None) -> None:
    assert not broken_by("travel-limit", term(own, usual), placed())


@pytest.mark.parametrize(("own", "usual"), [(46, None), (46, 90), (None, 46), (0, 90)])
def test_a_journey_beyond_it_may_not(own: int | None, usual: int | None) -> None:
    (breach,) = breaches("travel-limit", term(own, usual), placed())
    limit = usual if own is None else own
    assert breach.words.sv == f"anna-1: 47 minuter till ward, men gränsen är {limit}"
    assert breach.words.en == f"anna-1: 47 minutes to ward, but the limit is {limit}"


def test_where_the_matrix_knows_the_ferry_the_straight_line_does_not_count() -> None:
    ferry = term(60, None, {"island": {"town": 95}})
    assert broken_by("travel-limit", ferry, placed()) == [("anna-1",)]


@pytest.mark.parametrize("matrix", [{"town": {"island": 95}}, {"island": {"harbour": 95}}])
def test_a_matrix_without_the_way_there_leaves_the_straight_line(matrix: dict[str, dict[str, int]]) -> None:
    assert not broken_by("travel-limit", term(60, None, matrix), placed())
