"""An agreement reaches its floor."""

from __future__ import annotations

from tests.solver.small import agreement, cost, placed, problem, taken

FLOOR_OF_THREE = problem(agreements=(agreement(min_student_weeks=3),))


def test_each_student_week_short_of_the_floor_costs() -> None:
    assert cost("agreement_floor", FLOOR_OF_THREE) == 3 * 40
    assert cost("agreement_floor", FLOOR_OF_THREE, placed()) == 1 * 40


def test_more_than_the_floor_is_no_gain() -> None:
    assert cost("agreement_floor", FLOOR_OF_THREE, placed("anna-1"), placed("bo-1")) == 0


def test_weeks_that_the_agreement_does_not_cover_do_not_count() -> None:
    ends_early = problem(agreements=(agreement(min_student_weeks=3, last_week=4),))
    assert cost("agreement_floor", ends_early, placed(start=4)) == 3 * 40


def test_the_student_weeks_that_another_term_has_in_the_term_s_weeks_count() -> None:
    term = problem(agreements=(agreement(min_student_weeks=3),), taken=(taken(),))
    assert cost("agreement_floor", term) == 1 * 40
    assert cost("agreement_floor", term, placed(start=4)) == 0
    more = problem(agreements=(agreement(min_student_weeks=1),), taken=(taken(),))
    assert cost("agreement_floor", more) == 0, "more than the floor is no gain"
