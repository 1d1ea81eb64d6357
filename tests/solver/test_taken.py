"""What other terms have taken in a term's weeks is gone, in the search, in the check and in what is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from placement_solver.columns import Columns
from placement_solver.documents import problem_document, problem_of, write_problem
from placement_solver.explanation.hindrances import explain_request
from placement_solver.explanation.sentences import RULE_NAMES, tell_reasons, tell_remedies, tell_request
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Full
from placement_solver.problem import Decision, Problem, RequestId, StudentId, Supervision, SupervisorId, Taken, TakenId
from placement_solver.solve import solve
from placement_solver.taken import THIS_TERM, name_terms
from placement_solver.words import Words
from tests.solver.quick import QUICK
from tests.solver.small import (
    KI,
    WARD,
    agreement,
    broken_by,
    capacity,
    cost,
    placed,
    problem,
    request,
    student,
    supervisor,
    unit,
)
from tests.solver.test_explanation.plans import plan_of, remedies

GUIDED = Supervision(7.5)


def taken(**changes: Any) -> Taken:  # noqa: ANN401  (any field)
    """Let a stranger of another term be at the ward in the first two weeks, with some changes."""
    stranger = Taken(TakenId("t"), "VT27", StudentId("stranger"), KI, "nurse", WARD, None, 0, 1)
    return replace(stranger, **changes)


def one(start: int = 0, **changes: Any) -> Problem:  # noqa: ANN401  (any field)
    """Make a term in which only Anna asks, for two weeks from one week."""
    return problem(**{"requests": (request(starts=(start,)),), "students": (student(),), **changes})


CASES = {
    "no-overlap": one(taken=(taken(student=StudentId("anna"), unit=WARD),)),
    "unit-ceiling": one(units=(unit(max_students=1),), taken=(taken(),)),
    "capacity": one(capacities=(capacity(places=1),), taken=(taken(last_week=0),)),
    "agreement-ceiling": one(agreements=(agreement(max_student_weeks=3),), taken=(taken(),)),
    "supervisor-load": one(
        requests=(request(starts=(0,), supervision=GUIDED),), taken=(taken(supervisor=SupervisorId("karin")),)
    ),
}


@pytest.mark.parametrize("rule", CASES)
def test_what_another_term_has_taken_is_gone_for_the_search_and_for_the_check(rule: str) -> None:
    term = problem_of(problem_document(CASES[rule]))
    way = placed(by="karin" if rule == "supervisor-load" else None)
    assert broken_by(rule, term, way) == [("anna-1",)]
    assert broken_by(rule, replace(term, taken=()), way) == []
    plan = solve(term, time_limit=60.0, workers=1, settings=QUICK)
    assert (plan.placements, plan.status) == ((), "optimal")
    told = "\n".join(words.en for words in tell_reasons(term.term.first_week, plan.unplaced[0].reasons))
    assert "taken by the other term (VT27)" in told
    explained = tell_request(term, explain_request(term, Columns(term), plan, RequestId("anna-1")))
    assert "upptaget av en annan termin (VT27)" in "\n".join(words.sv for words in explained)


@pytest.mark.parametrize(
    ("codes", "sv", "en"),
    [
        (["VT27"], "upptaget av en annan termin (VT27)", "taken by the other term (VT27)"),
        (["VT27", "ST26", "VT27"], "upptaget av andra terminer (ST26, VT27)", "taken by other terms (ST26, VT27)"),
        (
            [THIS_TERM],
            "upptaget av en placering i terminen som är avslutad",
            "taken by a placement of this term that is over",
        ),
        (
            [THIS_TERM, "VT27"],
            "upptaget av en annan termin (VT27) och av en placering i terminen som är avslutad",
            "taken by the other term (VT27) and by a placement of this term that is over",
        ),
    ],
)
def test_who_has_taken_something_is_told_by_term_and_what_is_over_of_this_term_apart(
    codes: list[str], sv: str, en: str
) -> None:
    assert name_terms(codes) == Words(sv, en)


@pytest.mark.parametrize("rule", CASES)
def test_a_week_later_there_is_room_again(rule: str) -> None:
    asked = replace(CASES[rule].requests[0], starts=(2,))
    term = replace(CASES[rule], requests=(asked,))
    if rule == "agreement-ceiling":
        term = replace(term, agreements=(agreement(max_student_weeks=4),))
    plan = solve(problem_of(problem_document(term)), time_limit=60.0, workers=1, settings=QUICK)
    assert [placement.start for placement in plan.placements] == [2]


@pytest.mark.parametrize("rule", CASES)
def test_a_pin_that_another_term_excludes_makes_the_problem_invalid_and_names_the_term(rule: str) -> None:
    pinned = replace(CASES[rule], pins=(Decision(RequestId("anna-1"), WARD, 0),))
    with pytest.raises(InvalidProblem) as refusal:
        problem_of(problem_document(pinned))
    (fault,) = refusal.value.faults
    assert fault.pointer == "/pins/0"
    assert f"breaks the rule “{RULE_NAMES[rule].en}”: " in fault.words.en
    assert "taken by the other term (VT27)" in fault.words.en


def test_what_others_have_overfilled_is_no_breach_as_long_as_nobody_comes_on_top() -> None:
    full = one(units=(unit(max_students=0),), taken=(taken(), taken(id=TakenId("u"))))
    assert broken_by("unit-ceiling", full) == []
    assert broken_by("unit-ceiling", full, placed(start=1)) == [("anna-1",)]
    assert broken_by("unit-ceiling", full, placed(start=2)) == [("anna-1",)], "the ceiling is the unit's own"


def test_the_student_weeks_of_other_terms_count_to_a_floor() -> None:
    floor = (agreement(min_student_weeks=3),)
    assert cost("agreement_floor", one(agreements=floor)) == 3 * 40
    assert cost("agreement_floor", one(agreements=floor, taken=(taken(),))) == 40
    late = (agreement(min_student_weeks=3, first_week=1),)
    assert cost("agreement_floor", one(agreements=late, taken=(taken(),))) == 2 * 40


def test_another_profession_or_an_offer_kept_for_others_takes_no_place() -> None:
    midwife = one(capacities=(capacity(places=1),), taken=(taken(profession="midwife"),))
    assert broken_by("capacity", midwife, placed()) == []


def test_reasons_name_the_terms_and_weeks_and_documents_without_them_are_as_before() -> None:
    plan = plan_of(CASES["no-overlap"])
    assert plan.unplaced[0].reasons.other_terms == (Full("VT27", (0, 1)),)
    full = plan_of(CASES["capacity"]).unplaced[0].reasons
    assert full.capacities == (Full("places", (0,), ("VT27",)),)
    assert "taken" not in write_problem(problem())


def test_a_remedy_makes_room_beside_what_other_terms_have_taken() -> None:
    two = (taken(), taken(id=TakenId("u")))
    term = one(capacities=(capacity(places=0),), taken=two)
    (change,) = remedies(term)["places",].changes
    assert change.new == [3, 3, 0, 0, 0, 0]
    nobody = one(taken=(taken(student=StudentId("anna")),))
    assert [words.en for words in tell_remedies(nobody, list(remedies(nobody).values()))] == [
        "No change of places, agreements, supervision, travel or other placements that helps was found."
    ]
    busy = one(
        capacities=(capacity(places=9),),
        requests=(request(starts=(0,), supervision=GUIDED),),
        supervisors=(supervisor(max_students=1),),
        taken=(taken(supervisor=SupervisorId("karin")), taken(id=TakenId("u"), supervisor=SupervisorId("karin"))),
    )
    (change,) = remedies(busy)["load",].changes
    assert change.new == 3
    agreed = one(capacities=(capacity(places=9),), agreements=(agreement(max_student_weeks=1),), taken=two)
    (change,) = remedies(agreed)["agreement",].changes
    assert change.new == 6
