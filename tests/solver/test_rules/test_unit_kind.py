"""A student learns at the right kind of unit."""

from __future__ import annotations

from tests.solver.small import breaches, broken_by, placed, problem, request


def test_a_unit_of_the_kind_asked_will_do() -> None:
    assert not broken_by("unit-kind", problem(), placed(at="ward"))


def test_one_of_several_kinds_asked_is_enough() -> None:
    term = problem(requests=(request(kinds=("psychiatry", "elderly-care")),))
    assert not broken_by("unit-kind", term, placed(at="home"))


def test_a_unit_of_another_kind_will_not() -> None:
    (breach,) = breaches("unit-kind", problem(), placed(at="home"))
    assert breach.words.sv == "anna-1: home är inte av något slag som krävs (medicine)"
    assert breach.words.en == "anna-1: home is of none of the kinds required (medicine)"
