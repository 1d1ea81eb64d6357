"""Nobody is placed where they are blocked."""

from __future__ import annotations

from tests.solver.small import WARD, breaches, broken_by, placed, problem, student

WORKS_AT_THE_WARD = problem(students=(student(blocked_units=(WARD,)), student("bo")))


def test_a_student_is_not_placed_at_the_own_workplace() -> None:
    (breach,) = breaches("blocked-unit", WORKS_AT_THE_WARD, placed(at="ward"))
    assert breach.words.sv == "anna-1: ward är spärrad för anna"
    assert breach.words.en == "anna-1: ward is blocked for anna"


def test_a_student_may_be_placed_anywhere_else() -> None:
    assert not broken_by("blocked-unit", WORKS_AT_THE_WARD, placed(at="home"))


def test_a_unit_blocked_for_one_student_is_open_to_another() -> None:
    assert not broken_by("blocked-unit", WORKS_AT_THE_WARD, placed("bo-1", at="ward"))
