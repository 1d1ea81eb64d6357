"""Some courses are given only in university healthcare."""

from __future__ import annotations

from tests.solver.small import breaches, broken_by, placed, problem, request, unit

ASKS = (request(university_healthcare=True),)


def test_a_course_that_asks_for_university_healthcare_gets_it() -> None:
    term = problem(requests=ASKS, units=(unit(university_healthcare=True),))
    assert not broken_by("university-healthcare", term, placed())


def test_a_course_that_asks_for_it_is_not_given_elsewhere() -> None:
    (breach,) = breaches("university-healthcare", problem(requests=ASKS), placed())
    assert breach.words.sv == "anna-1: ward är ingen universitetssjukvårdsenhet"
    assert breach.words.en == "anna-1: ward is not a university healthcare unit"


def test_a_course_that_does_not_ask_may_be_given_in_either() -> None:
    term = problem(units=(unit(university_healthcare=True), unit("home")))
    assert not broken_by("university-healthcare", term, placed(at="ward"), placed("bo-1", at="home"))
