"""Home is the area that the problem gives, and else the zone."""

from __future__ import annotations

from placement_solver.figures.homes import find_homes
from tests.solver.small import problem, student


def test_a_student_is_at_home_in_the_area_that_is_given() -> None:
    term = problem(students=(student(home="nacka", zone="0182"), student("bo", home="taby")))
    assert find_homes(term) == {"anna": "nacka", "bo": "taby"}


def test_without_an_area_the_zone_tells() -> None:
    assert find_homes(problem(students=(student(zone="0182"), student("bo")))) == {"anna": "0182", "bo": None}


def test_a_term_without_students_has_no_homes() -> None:
    assert find_homes(problem(students=(), requests=())) == {}
