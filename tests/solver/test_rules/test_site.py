"""A student of a decentralised programme stays at the site."""

from __future__ import annotations

import pytest

from tests.solver.small import breaches, broken_by, placed, problem, student, unit


@pytest.mark.parametrize("site", [None, "kalmar"])
def test_a_student_is_placed_at_the_own_site(site: str | None) -> None:
    term = problem(students=(student(site=site),), units=(unit(site=site),))
    assert not broken_by("site", term, placed())


@pytest.mark.parametrize(
    ("home", "there", "sv", "en"),
    [
        (
            "kalmar",
            "norrköping",
            "studieorten är kalmar, men ward hör till norrköping",
            "the site is kalmar, but ward belongs to norrköping",
        ),
        (
            "kalmar",
            None,
            "studieorten är kalmar, men ward hör inte till någon studieort",
            "the site is kalmar, but ward belongs to no site",
        ),
        (
            None,
            "kalmar",
            "studenten har ingen studieort, men ward hör till kalmar",
            "the student has no site, but ward belongs to kalmar",
        ),
    ],
)
def test_a_student_is_not_placed_at_another_site(home: str | None, there: str | None, sv: str, en: str) -> None:
    term = problem(students=(student(site=home),), units=(unit(site=there),))
    (breach,) = breaches("site", term, placed())
    assert (breach.words.sv, breach.words.en) == (f"anna-1: {sv}", f"anna-1: {en}")
