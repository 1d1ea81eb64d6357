"""Learning environments in figures: several professions, many students, and even pairs."""

from __future__ import annotations

from dataclasses import replace

from placement_solver.figures.environments import weigh_environments
from placement_solver.figures.fairness import weigh_fairness
from placement_solver.report import EnvironmentFigures
from tests.solver.small import placed, problem, request, student, taken

NAMES = ("anna", "bo", "cia", "dan")
TERM = problem(
    students=tuple(student(name, profession="nurse" if name != "dan" else "physiotherapist") for name in NAMES),
    requests=tuple(request(f"{name}-1", pair_group="crs_1" if name < "c" else None) for name in NAMES),
)


def test_weeks_of_units_are_counted_by_who_is_there() -> None:
    everyone = tuple(placed(f"{name}-1") for name in NAMES[:3])
    assert weigh_environments(TERM, (*everyone, placed("dan-1", start=1))) == EnvironmentFigures(
        unit_weeks=3,
        interprofessional=1,
        interprofessional_share=1 / 3,
        dense=1,
        dense_share=1 / 3,
        student_weeks=8,
        together=4,
        together_share=4 / 8,
        paired=2,
        odd=0,
        odd_share=0.0,
    )


def test_an_odd_number_is_told_where_a_peer_is_lacking() -> None:
    figures = weigh_environments(TERM, (placed(), placed("bo-1", start=1)))
    assert (figures.paired, figures.odd, figures.odd_share) == (3, 2, 2 / 3)


def test_students_of_other_terms_are_company_but_no_weeks_of_the_plan() -> None:
    physio = taken(profession="physiotherapist", first_week=0, last_week=5)
    figures = weigh_environments(replace(TERM, taken=(physio,)), (placed(), placed("bo-1"), placed("cia-1")))
    assert (figures.unit_weeks, figures.interprofessional, figures.dense) == (2, 2, 2)
    assert (figures.student_weeks, figures.together) == (6, 6)


def test_there_is_no_share_of_nothing() -> None:
    figures = weigh_environments(TERM, ())
    assert (figures.unit_weeks, figures.student_weeks, figures.paired) == (0, 0, 0)
    assert {figures.interprofessional_share, figures.dense_share, figures.together_share, figures.odd_share} == {None}


def test_the_report_has_them_whether_or_not_they_are_asked_for() -> None:
    told = weigh_fairness(TERM, (placed(),)).environments
    assert told == weigh_environments(TERM, (placed(),))
