"""A placement lies in the weeks of its course."""

from __future__ import annotations

from tests.solver.small import breaches, broken_by, placed, problem, request

SPRING_ONLY = problem(requests=(request(starts=(1, 5)),))


def test_a_placement_begins_in_a_week_that_the_course_allows() -> None:
    assert not broken_by("course-window", SPRING_ONLY, placed(start=1))


def test_a_placement_may_not_begin_in_another_week_and_the_breach_names_it() -> None:
    (breach,) = breaches("course-window", SPRING_ONLY, placed(start=3))
    assert breach.words.sv == "anna-1: placeringen får inte börja 2026-W53"
    assert breach.words.en == "anna-1: the placement may not begin in 2026-W53"


def test_a_placement_may_not_run_past_the_term_even_from_a_week_that_is_allowed() -> None:
    (breach,) = breaches("course-window", SPRING_ONLY, placed(start=5))
    assert breach.words.en == "anna-1: 2 weeks from 2027-W02 do not fit in the term"


def test_a_placement_may_end_with_the_last_week() -> None:
    assert not broken_by("course-window", problem(), placed(start=4))


def test_a_start_far_outside_the_calendar_is_a_breach_and_no_crash() -> None:
    (breach,) = breaches("course-window", problem(), placed(start=10**9))
    assert breach.words.en == "anna-1: the placement may not begin in 1000000000"
