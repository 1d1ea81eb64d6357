"""A request is met once."""

from __future__ import annotations

from tests.solver.small import breaches, broken_by, placed, problem


def test_a_request_may_have_one_placement() -> None:
    assert not broken_by("one-placement", problem(), placed("anna-1"), placed("bo-1"))


def test_a_request_may_have_none() -> None:
    assert not broken_by("one-placement", problem())


def test_a_request_may_not_have_two_even_at_different_units() -> None:
    (breach,) = breaches("one-placement", problem(), placed(), placed(at="home", start=4))
    assert breach.requests == ("anna-1",)
    assert breach.words.sv == "anna-1: har 2 placeringar (ward, home)"
    assert breach.words.en == "anna-1: has 2 placements (ward, home)"
