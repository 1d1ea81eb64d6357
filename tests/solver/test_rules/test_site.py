"""A student of a decentralised programme stays at the site."""

from __future__ import annotations

import pytest

from tests.solver.small import breaches, broken_by, placed, problem, student, unit


@pytest.mark.parametrize("site", [None, "kalmar"])
def test_a_student_is_placed_at_the_own_site(site: str | None) -> None:
    term = problem(students=(student(site=site),), units=(unit(site=site),))
    assert not broken_by("site", term, placed())


@pytest.mark.parametrize(("home", "there"), [("kalmar", "norrköping"), ("kalmar", None), (None, "kalmar")])
def test_a_student_is_not_placed_at_another_site(home: str | None, there: str | None) -> None:
    term = problem(students=(student(site=home),), units=(unit(site=there),))
    (breach,) = breaches("site", term, placed())
    assert breach.words.sv == f"anna-1: studieorten är {home or '–'} men ward hör till {there or '–'}"
    assert breach.words.en == f"anna-1: the site is {home or '–'} but ward belongs to {there or '–'}"
