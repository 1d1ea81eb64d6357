"""The check of a whole plan: its claims, and every rule in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from placement_solver.check import check, check_plan, objective_terms
from placement_solver.plan import Placement, Plan, Reasons, Solver, Unplaced
from placement_solver.problem import Problem, RequestId
from tests.solver.small import agreement, placed, problem

TERM = problem(agreements=(agreement(min_student_weeks=3),))
NO_REASONS = Reasons((), (), (), (), (), (), 0)


def left(name: str) -> Unplaced:
    return Unplaced(RequestId(name), NO_REASONS)


def plan(term: Problem = TERM, *placements: Placement, **changes: Any) -> Plan:  # noqa: ANN401  (any field)
    terms = objective_terms(term, placements)
    kept = {placement.request for placement in placements}
    true = Plan(
        problem_sha256=term.sha256,
        solver=Solver("placement-solver", "0.1.0", 0, 1, 10.0, 0.1),
        status="feasible",
        objective=sum(terms.values()),
        bound=0,
        terms=terms,
        placements=placements,
        unplaced=tuple(left(request.id) for request in term.requests if request.id not in kept),
    )
    return replace(true, **changes)


def told(term: Problem, the_plan: Plan) -> list[tuple[str, str]]:
    return [(breach.rule, breach.words.en) for breach in check_plan(term, the_plan)]


def test_a_plan_that_keeps_every_rule_and_says_what_is_true_has_no_breach() -> None:
    assert check_plan(TERM, plan(TERM, placed("anna-1"))) == ()


def test_an_empty_plan_is_a_plan() -> None:
    assert check_plan(TERM, plan()) == ()
    assert check(TERM, ()) == ()


def test_every_term_of_the_objective_is_computed_again() -> None:
    assert objective_terms(TERM, [placed("anna-1")]) == {
        "unplaced": 1000,
        "travel": 10,
        "long_travel": 0,
        "preference": 0,
        "agreement_floor": 40,
        "change": 0,
    }


def test_breaches_of_several_rules_are_all_reported_in_the_order_of_the_rules() -> None:
    twice = [placed("anna-1", at="home", start=5), placed("anna-1")]
    assert [breach.rule for breach in check(TERM, twice)] == [
        "one-placement",
        "course-window",
        "unit-kind",
        "capacity",
        "agreement",
    ]


@pytest.mark.parametrize(
    ("placement", "en"),
    [
        (placed("eva-1"), "eva-1: the problem has no such request"),
        (placed("anna-1", at="moon"), "anna-1: the problem has no unit moon"),
        (placed("anna-1", by="lars"), "anna-1: the problem has no supervisor lars"),
    ],
)
def test_an_id_that_the_problem_does_not_have_is_reported_and_the_rest_is_judged(placement: Placement, en: str) -> None:
    first, second = check(TERM, [placement, placed("bo-1", at="home")])[:2]
    assert (first.rule, first.words.en) == ("document", en)
    assert (second.rule, second.requests) == ("unit-kind", ("bo-1",))


@pytest.mark.parametrize(
    ("claim", "en"),
    [
        ({"problem_sha256": "f" * 64}, "The plan belongs to another problem"),
        ({"objective": 9}, "The objective is 1050, not 9"),
        ({"bound": 1051}, "The bound 1051 is above the objective 1050"),
        ({"bound": 1050}, "The status is feasible with the objective 1050 and the bound 1050"),
        ({"status": "optimal"}, "The status is optimal with the objective 1050 and the bound 0"),
        ({"unplaced": ()}, "bo-1: is neither placed nor unplaced"),
        ({"unplaced": (left("bo-1"), left("bo-1"))}, "bo-1: is listed as unplaced more than once"),
        ({"unplaced": (left("anna-1"), left("bo-1"))}, "anna-1: is both placed and unplaced"),
        ({"unplaced": (left("bo-1"), left("eva-1"))}, "eva-1: the problem has no such request"),
    ],
)
def test_a_claim_that_is_not_true_is_a_breach_of_the_document(claim: dict[str, Any], en: str) -> None:
    assert told(TERM, plan(TERM, placed("anna-1"), **claim)) == [("document", en)]


def test_a_term_that_does_not_add_up_is_named() -> None:
    honest = plan(TERM, placed("anna-1"))
    terms = {key: value for key, value in honest.terms.items() if key != "change"} | {"travel": 11, "luck": 1}
    assert told(TERM, replace(honest, terms=terms)) == [
        ("document", "The term change is 0, not None"),
        ("document", "The term luck is None, not 1"),
        ("document", "The term travel is 10, not 11"),
    ]


def test_a_plan_is_optimal_exactly_where_objective_and_bound_meet() -> None:
    assert check_plan(TERM, plan(TERM, placed("anna-1"), bound=1050, status="optimal")) == ()


def test_false_claims_are_reported_before_broken_rules() -> None:
    broken = plan(TERM, placed("anna-1", at="home"), problem_sha256="f" * 64)
    assert [rule for rule, _ in told(TERM, broken)] == ["document", "unit-kind", "capacity", "agreement"]
