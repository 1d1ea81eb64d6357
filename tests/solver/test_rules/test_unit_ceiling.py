"""A unit has a ceiling for all its students together."""

from __future__ import annotations

from placement_solver.columns import Columns
from placement_solver.problem import Problem
from placement_solver.rules.unit_ceiling import UnitCeiling
from tests.solver.small import breaches, broken_by, capacity, placed, problem, request, student, unit


def term(ceiling: int | tuple[int, ...] | None) -> Problem:
    return problem(
        units=(unit(max_students=ceiling), unit("home")),
        capacities=(capacity(places=9), capacity("midwives", professions=("midwife",), places=9)),
        students=(student(), student("bo", profession="midwife")),
        requests=(request(), request("bo-1")),
    )


def test_students_of_all_professions_together_stay_below_the_ceiling() -> None:
    (breach,) = breaches("unit-ceiling", term(1), placed(start=0), placed("bo-1", start=1))
    assert breach.requests == ("anna-1", "bo-1")
    assert breach.words.sv == "ward: fler studenter än enhetens tak (2026-W51)"
    assert breach.words.en == "ward: more students than the unit's ceiling (2026-W51)"


def test_as_many_as_the_ceiling_may_come() -> None:
    assert not broken_by("unit-ceiling", term(2), placed(), placed("bo-1"))


def test_a_unit_without_a_ceiling_holds_any_number() -> None:
    assert not broken_by("unit-ceiling", term(None), placed(), placed("bo-1"))


def test_a_ceiling_may_differ_from_week_to_week() -> None:
    assert broken_by("unit-ceiling", term((2, 2, 0, 2, 2, 2)), placed(start=2)) == [("anna-1",)]


def test_the_ceiling_of_one_unit_says_nothing_of_another() -> None:
    assert not broken_by("unit-ceiling", term(1), placed(at="ward"), placed("bo-1", at="home"))


def test_only_a_unit_with_a_ceiling_has_a_price_on_it() -> None:
    (line,) = UnitCeiling().lines(Columns(term(1)))
    assert (line.id, line.unit, line.provider, line.professions) == ("ward", "ward", "region", ())
