"""A student is at one place at a time."""

from __future__ import annotations

from placement_solver.problem import StudentId
from tests.solver.small import breaches, broken_by, placed, problem, request, taken

TWICE = problem(requests=(request("anna-1"), request("anna-2"), request("bo-1")))


def test_a_student_is_not_at_two_units_in_the_same_week() -> None:
    (breach,) = breaches("no-overlap", TWICE, placed("anna-1", start=1), placed("anna-2", at="home", start=0))
    assert breach.requests == ("anna-1", "anna-2")
    assert breach.words.sv == "anna-1 och anna-2 pågår samma vecka"
    assert breach.words.en == "anna-1 and anna-2 share a week"


def test_one_placement_may_follow_upon_another() -> None:
    assert not broken_by("no-overlap", TWICE, placed("anna-1", start=0), placed("anna-2", start=2))


def test_two_students_may_be_out_in_the_same_week() -> None:
    assert not broken_by("no-overlap", TWICE, placed("anna-1"), placed("bo-1"))


def test_a_student_is_not_out_in_a_week_that_another_term_has_taken() -> None:
    away = taken(student=StudentId("anna"), unit="home")
    (breach,) = breaches("no-overlap", problem(taken=(away,)), placed(start=2))
    assert breach.requests == ("anna-1",)
    assert breach.taken == (away,)
    assert breach.words.sv == "anna-1 vid ward (2026-W52): upptaget av en annan termin (ST26)"
    assert breach.words.en == "anna-1 at ward (2026-W52): taken by the other term (ST26)"


def test_a_placement_of_another_term_may_come_before_after_or_be_another_student_s() -> None:
    term = problem(taken=(taken(student=StudentId("anna")),))
    assert not broken_by("no-overlap", term, placed(start=3))
    assert not broken_by("no-overlap", term, placed("bo-1", start=1))
    later = problem(taken=(taken(student=StudentId("anna"), first_week=2),))
    assert not broken_by("no-overlap", later, placed(start=0))


def test_two_placements_of_other_terms_are_no_breach_of_this_term() -> None:
    both = taken(student=StudentId("anna")), taken("winter", student=StudentId("anna"))
    assert not broken_by("no-overlap", problem(taken=both))
