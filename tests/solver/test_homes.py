"""Home is the zone where one is given, and else the municipality whose unit lies nearest."""

from __future__ import annotations

from placement_solver.figures.homes import find_homes
from placement_solver.problem import Problem, Provider, ProviderId
from tests.solver.small import problem, student, unit

NACKA, TABY = ProviderId("nacka"), ProviderId("taby")


def county(**changes: object) -> Problem:
    return problem(
        providers=(
            Provider(ProviderId("region"), "region"),
            Provider(NACKA, "municipality"),
            Provider(TABY, "municipality"),
        ),
        units=(
            unit(lat=59.30, lon=18.10),
            unit("home", provider=NACKA, lat=59.31, lon=18.16),
            unit("school", provider=TABY, lat=59.44, lon=18.07),
        ),
        **changes,
    )


def test_a_student_without_a_zone_is_at_home_where_the_nearest_municipal_unit_is() -> None:
    term = county(students=(student(lat=59.30, lon=18.10), student("bo", lat=59.45, lon=18.10)))
    assert find_homes(term) == {"anna": "nacka", "bo": "taby"}


def test_a_zone_tells_the_home_itself() -> None:
    term = county(students=(student(lat=59.30, lon=18.10, zone="0182"), student("bo", lat=59.45, lon=18.10)))
    assert find_homes(term) == {"anna": "0182", "bo": "taby"}


def test_without_zones_and_municipal_units_homes_are_not_known() -> None:
    assert find_homes(problem(units=(unit(),))) == {"anna": None, "bo": None}


def test_a_term_without_students_has_no_homes() -> None:
    assert find_homes(county(students=(), requests=())) == {}
