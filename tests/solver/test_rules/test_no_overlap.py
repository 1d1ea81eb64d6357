"""A student is at one place at a time."""

from __future__ import annotations

from tests.solver.small import breaches, broken_by, placed, problem, request

TWICE = problem(requests=(request("anna-1"), request("anna-2"), request("bo-1")))


def test_a_student_is_not_at_two_units_in_the_same_week() -> None:
    (breach,) = breaches("no-overlap", TWICE, placed("anna-1", start=1), placed("anna-2", at="home", start=0))
    assert breach.requests == ("anna-1", "anna-2")
    assert breach.words.sv == "anna: anna-1 och anna-2 pågår samma vecka"
    assert breach.words.en == "anna: anna-1 and anna-2 share a week"


def test_one_placement_may_follow_upon_another() -> None:
    assert not broken_by("no-overlap", TWICE, placed("anna-1", start=0), placed("anna-2", start=2))


def test_two_students_may_be_out_in_the_same_week() -> None:
    assert not broken_by("no-overlap", TWICE, placed("anna-1"), placed("bo-1"))
