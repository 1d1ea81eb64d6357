"""Students of a course that teaches in pairs are an even number at a unit."""

from __future__ import annotations

from dataclasses import replace

from tests.solver.small import cost, placed, problem, request, student, taken

NAMES = ("anna", "bo", "cia")
TERM = problem(
    weights=replace(problem().weights, pairs=7),
    students=tuple(student(name) for name in NAMES),
    requests=tuple(request(f"{name}-1", pair_group="crs_1") for name in NAMES),
)


def test_each_week_with_an_odd_number_costs_once_however_many_they_are() -> None:
    assert cost("pairs", TERM) == 0
    assert cost("pairs", TERM, placed()) == 2 * 7
    assert cost("pairs", TERM, placed(), placed("bo-1")) == 0
    assert cost("pairs", TERM, placed(), placed("bo-1"), placed("cia-1")) == 2 * 7


def test_a_pair_at_two_units_or_in_other_weeks_is_no_pair() -> None:
    assert cost("pairs", TERM, placed(), placed("bo-1", at="home")) == 4 * 7
    assert cost("pairs", TERM, placed(), placed("bo-1", start=1)) == 2 * 7, "they share the second week"


def test_students_of_other_groups_and_of_none_make_no_pair() -> None:
    mixed = (request(pair_group="crs_1"), request("bo-1", pair_group="crs_2"), request("cia-1"))
    term = replace(TERM, requests=mixed)
    assert cost("pairs", term, placed(), placed("bo-1"), placed("cia-1")) == 4 * 7
    assert cost("pairs", term, placed("cia-1")) == 0
    assert cost("pairs", replace(TERM, taken=(taken(),)), placed(start=1)) == 2 * 7, "nor of another term"


def test_weeks_after_the_term_are_not_counted() -> None:
    assert cost("pairs", TERM, placed(start=5)) == 1 * 7
