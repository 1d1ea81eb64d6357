"""Where a course asks for a trained supervisor, one is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.problem import Problem, Supervision, UnitId
from placement_solver.rules import ADMISSIONS
from tests.solver.small import breaches, broken_by, placed, problem, request, supervisor

ASKS = (request(supervision=Supervision(7.5)),)
(RULE,) = (rule for rule in ADMISSIONS if rule.key == "supervision")


def admits(term: Problem, supervisor_index: int, start: int = 0) -> bool:
    first = np.zeros(1, dtype=np.int64)
    return bool(RULE.admits(Columns(term), Options(first, first, first + start, first + supervisor_index))[0])


def test_a_trained_supervisor_on_duty_at_the_unit_will_do() -> None:
    term = problem(requests=ASKS, supervisors=(supervisor(weeks=(2, 3, 4)),))
    assert not broken_by("supervision", term, placed(start=3, by="karin"))
    assert admits(term, SOMEBODY, start=3)


@pytest.mark.parametrize(
    ("fault", "sv", "en"),
    [
        ({"unit": UnitId("home")}, "finns vid home, inte ward", "is at home, not ward"),
        ({"profession": "midwife"}, "är midwife", "has the profession midwife"),
        ({"credits": 1.5}, "har 1,5 hp men 7,5 krävs", "has 1.5 hp but 7.5 are required"),
        ({"weeks": (0, 2)}, "är inte i tjänst alla veckor", "is not on duty in every week"),
    ],
)
def test_a_unit_without_a_trained_supervisor_gets_no_student(fault: dict[str, Any], sv: str, en: str) -> None:
    term = problem(requests=ASKS, supervisors=(supervisor(**fault),))
    (breach,) = breaches("supervision", term, placed(by="karin"))
    assert breach.words.sv == f"anna-1: handledaren {sv} (karin)"
    assert breach.words.en == f"anna-1: the supervisor {en} (karin)"
    assert not admits(term, SOMEBODY)


def test_everything_that_is_wrong_with_a_supervisor_is_told_at_once() -> None:
    term = problem(requests=ASKS, supervisors=(supervisor(profession="midwife", credits=0.0),))
    (breach,) = breaches("supervision", term, placed(by="karin"))
    assert breach.words.en == (
        "anna-1: the supervisor has the profession midwife, has 0 hp but 7.5 are required (karin)"
    )


def test_a_course_that_asks_does_not_go_without() -> None:
    term = problem(requests=ASKS)
    (breach,) = breaches("supervision", term, placed())
    assert breach.words.sv == "anna-1: handledare saknas"
    assert breach.words.en == "anna-1: there is no supervisor"
    assert not admits(term, NOBODY)


def test_a_course_that_does_not_ask_may_go_without_and_need_not_wait_for_somebody() -> None:
    assert not broken_by("supervision", problem(), placed())
    assert admits(problem(), NOBODY)
    assert not admits(problem(), SOMEBODY)


def test_two_who_share_the_weeks_are_not_one_who_stays() -> None:
    shares = (supervisor("karin", weeks=(0,)), supervisor("lars", weeks=(1,)))
    term = problem(requests=ASKS, supervisors=shares)
    assert broken_by("supervision", term, placed(by="lars")) == [("anna-1",)]
    assert not admits(term, SOMEBODY)
