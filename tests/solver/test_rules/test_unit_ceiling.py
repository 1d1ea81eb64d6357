"""A unit has a ceiling for all its students together."""

from __future__ import annotations

from dataclasses import replace

from placement_solver.columns import Columns
from placement_solver.problem import Problem, Taken
from placement_solver.rules.unit_ceiling import UnitCeiling
from tests.solver.small import breaches, broken_by, capacity, placed, problem, request, student, taken, unit


def term(ceiling: int | tuple[int, ...] | None, *elsewhere: Taken) -> Problem:
    return problem(
        taken=elsewhere,
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


def test_a_placement_is_told_only_the_weeks_and_terms_that_it_meets_as_one_span() -> None:
    full = replace(term(0, taken()), requests=(request(weeks=2), request("bo-1", weeks=6)))
    anna, bo = placed(start=3), placed("bo-1")
    (breach,) = breaches("unit-ceiling", full, anna, bo)
    assert breach.words.en == (
        "ward: more students than the unit's ceiling (2026-W50–2027-W02); taken by the other term (ST26)"
    )
    assert breach.words_for(full, bo) == breach.words
    assert breach.words_for(full, anna).sv == "ward: fler studenter än enhetens tak (2026-W53–2027-W01)"
    assert breach.words_for(full, anna).en == "ward: more students than the unit's ceiling (2026-W53–2027-W01)"


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


def test_students_of_other_terms_are_under_the_ceiling_too() -> None:
    summer, spring = taken(profession="physician"), taken("spring", term="VT27", first_week=2, last_week=5)
    (breach,) = breaches("unit-ceiling", term(1, summer, spring), placed(start=0))
    assert breach.requests == ("anna-1",)
    assert breach.taken == (summer,), "the spring's student comes later"
    assert breach.words.sv == "ward: fler studenter än enhetens tak (2026-W51); upptaget av en annan termin (ST26)"
    assert breach.words.en == "ward: more students than the unit's ceiling (2026-W51); taken by the other term (ST26)"
    (breach,) = breaches("unit-ceiling", term(2, summer, spring), placed(start=2))
    assert breach.words.sv.endswith("(2026-W52); upptaget av andra terminer (ST26, VT27)")
    assert breach.words.en.endswith("(2026-W52); taken by other terms (ST26, VT27)")


def test_another_term_takes_nothing_at_another_unit_or_in_another_week() -> None:
    assert not broken_by("unit-ceiling", term(1, taken()), placed(at="home", start=1), placed("bo-1", start=3))


def test_where_other_terms_alone_are_above_the_ceiling_only_those_of_this_term_break_it() -> None:
    full = term((9, 1, 0, 9, 9, 9), taken(), taken("winter"), taken("spring"))
    assert not broken_by("unit-ceiling", full)
    assert not broken_by("unit-ceiling", full, placed(start=3))
    assert broken_by("unit-ceiling", full, placed(start=2), placed("bo-1", start=4)) == [("anna-1",)]
