"""A student who should see different units does."""

from __future__ import annotations

from dataclasses import replace

from placement_solver.problem import StudentId
from tests.solver.small import breaches, broken_by, placed, problem, request, student, taken

REQUESTS = (request("anna-1"), request("anna-2"))
DISTINCT = problem(requests=REQUESTS, students=(student(distinct_units=True),))


def test_a_student_who_should_see_different_units_is_not_sent_to_one_twice() -> None:
    (breach,) = breaches("distinct-units", DISTINCT, placed("anna-1"), placed("anna-2", start=4))
    assert breach.requests == ("anna-1", "anna-2")
    assert breach.words.sv == "studenten placeras 2 gånger vid ward (anna-1, anna-2)"
    assert breach.words.en == "the student is placed 2 times at ward (anna-1, anna-2)"


def test_two_units_are_different_units() -> None:
    assert not broken_by("distinct-units", DISTINCT, placed("anna-1"), placed("anna-2", at="home", start=4))


def test_other_students_may_return() -> None:
    term = problem(requests=REQUESTS)
    assert not broken_by("distinct-units", term, placed("anna-1"), placed("anna-2", start=4))


def test_a_student_may_come_to_the_same_unit_in_another_term() -> None:
    before = taken(student=StudentId("anna"))
    assert not broken_by("distinct-units", replace(DISTINCT, taken=(before,)), placed("anna-1", start=4))
