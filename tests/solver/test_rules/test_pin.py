"""What a coordinator has settled by hand stands."""

from __future__ import annotations

import numpy as np
import pytest

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.plan import Placement
from placement_solver.problem import Decision, RequestId, SupervisorId
from placement_solver.rules import PIN
from tests.solver.small import WARD, breaches, broken_by, placed, problem

TO_THE_WARD = problem(pins=(Decision(RequestId("anna-1"), WARD, 3),))
WITH_KARIN = problem(pins=(Decision(RequestId("anna-1"), WARD, 3, SupervisorId("karin")),))


@pytest.mark.parametrize("by", [None, "karin"])
def test_a_pin_is_kept_with_any_supervisor_where_it_names_none(by: str | None) -> None:
    assert not broken_by("pin", TO_THE_WARD, placed(start=3, by=by))


def test_a_pin_that_names_a_supervisor_is_kept_with_that_one() -> None:
    assert not broken_by("pin", WITH_KARIN, placed(start=3, by="karin"))


@pytest.mark.parametrize(
    "plan",
    [
        (),
        (placed(start=3),),
        (placed(start=2, by="karin"),),
        (placed(at="home", start=3, by="karin"),),
        (placed(start=3, by="karin"), placed(start=0, by="karin")),
    ],
)
def test_a_pin_is_not_kept_by_less_than_all_it_says(plan: tuple[Placement, ...]) -> None:
    (breach,) = breaches("pin", WITH_KARIN, *plan)
    assert breach.requests == ("anna-1",)
    assert breach.words.sv == "anna-1: är låst till ward från 2026-W53, handledare: karin"
    assert breach.words.en == "anna-1: is pinned to ward from 2026-W53, supervisor: karin"


def test_the_breach_of_a_pin_without_a_name_says_that_any_supervisor_will_do() -> None:
    (breach,) = breaches("pin", TO_THE_WARD)
    assert breach.words.sv == "anna-1: är låst till ward från 2026-W53, handledare: valfri"
    assert breach.words.en == "anna-1: is pinned to ward from 2026-W53, supervisor: any"


def test_a_pin_leaves_other_requests_alone() -> None:
    assert broken_by("pin", TO_THE_WARD, placed("bo-1", at="home")) == [("anna-1",)]


def test_the_search_may_not_leave_a_pinned_request_out() -> None:
    assert PIN.must_place(Columns(TO_THE_WARD)).tolist() == [True, False]


def test_the_search_keeps_a_named_pin_by_name_and_not_with_somebody() -> None:
    rows = np.array([[0, 0, 3, 0], [0, 0, 3, SOMEBODY], [0, 0, 3, NOBODY], [1, 0, 3, SOMEBODY]])
    assert PIN.admits(Columns(WITH_KARIN), Options(*rows.T)).tolist() == [True, False, False, True]
    assert PIN.admits(Columns(TO_THE_WARD), Options(*rows.T)).tolist() == [True, True, True, True]
