"""Students of several professions are at a unit in the same weeks."""

from __future__ import annotations

from dataclasses import replace

from tests.solver.small import cost, placed, problem, request, student, taken

WEIGHTS = replace(problem().weights, interprofessional=4)
TERM = problem(
    weights=WEIGHTS,
    students=(student(), student("bo"), student("cia", profession="physiotherapist")),
    requests=(request(), request("bo-1"), request("cia-1")),
)


def test_each_week_of_each_student_costs_where_all_are_of_one_profession() -> None:
    assert cost("interprofessional", TERM) == 0, "nobody is alone where nobody is"
    assert cost("interprofessional", TERM, placed()) == 2 * 4
    assert cost("interprofessional", TERM, placed(), placed("bo-1")) == 4 * 4, "two nurses learn from no other"


def test_weeks_together_with_another_profession_cost_nothing() -> None:
    assert cost("interprofessional", TERM, placed(), placed("bo-1"), placed("cia-1")) == 0


def test_only_the_weeks_that_they_share_are_together() -> None:
    assert cost("interprofessional", TERM, placed(), placed("cia-1", start=1)) == 2 * 4
    assert cost("interprofessional", TERM, placed(), placed("cia-1", at="home")) == 4 * 4


def test_a_student_of_another_term_is_company_but_costs_nothing_there() -> None:
    other = taken(profession="physiotherapist")  # weeks 1 and 2
    assert cost("interprofessional", replace(TERM, taken=(other,)), placed()) == 1 * 4
    assert cost("interprofessional", replace(TERM, taken=(taken(),)), placed()) == 2 * 4, "of the same profession"
    assert cost("interprofessional", replace(TERM, taken=(taken(),)), placed("cia-1", start=1)) == 0
    assert cost("interprofessional", replace(TERM, taken=(other,))) == 0


def test_weeks_after_the_term_are_not_counted() -> None:
    assert cost("interprofessional", TERM, placed(start=5)) == 1 * 4
