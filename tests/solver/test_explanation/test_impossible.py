"""Which requests no run can place, whatever the plan, and the first rule that leaves each no unit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from placement_solver.explanation.impossible import find_impossible
from placement_solver.problem import Decision, RequestId, StudentId, Supervision, SupervisorId, Weights
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of, ways_to_place
from tests.solver.small import WARD, agreement, capacity, problem, request, student, supervisor, taken, unit

SUPERVISED = (request(supervision=Supervision(7.5)),)


def test_where_every_request_has_an_option_none_is_impossible() -> None:
    assert find_impossible(problem()) == {}


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("course-window", {"requests": (request(starts=()),)}),
        ("course-window", {"requests": (request(starts=(5,)),)}),
        ("unit-kind", {"requests": (request(kinds=("psychiatry",)),)}),
        ("blocked-unit", {"students": (student(blocked_units=(WARD,)), student("bo"))}),
        ("travel-limit", {"units": (unit(lat=67.85),), "students": (student(max_travel=60), student("bo"))}),
        ("capacity", {"capacities": (capacity(places=0),)}),
        ("capacity", {"capacities": (capacity(places=(1, 0, 1, 0, 1, 0)),)}),
        ("capacity", {"units": (), "capacities": (), "supervisors": ()}),
        ("unit-ceiling", {"units": (unit(max_students=0),)}),
        ("unit-ceiling", {"units": (unit(max_students=1),), "taken": (taken(first_week=0, last_week=5),)}),
        ("agreement", {"agreements": (agreement(first_week=0, last_week=0),)}),
        ("agreement-ceiling", {"agreements": (agreement(max_student_weeks=1),)}),
        ("agreement-ceiling", {"agreements": (agreement(max_student_weeks=3),), "taken": (taken(),)}),
        ("supervision", {"requests": SUPERVISED, "supervisors": (supervisor(credits=1.5),)}),
        ("supervisor-load", {"requests": SUPERVISED, "supervisors": (supervisor(max_students=0),)}),
        ("no-overlap", {"taken": (taken(student=StudentId("anna"), first_week=0, last_week=5),)}),
    ],
)
def test_a_request_without_an_option_has_the_first_rule_that_leaves_no_unit(rule: str, changes: dict[str, Any]) -> None:
    term = problem(**({"requests": (request(),)} | changes))
    assert find_impossible(term) == {"anna-1": rule}


def test_weeks_of_agreement_and_of_supervisor_that_do_not_meet_leave_nothing() -> None:
    changes = {"agreements": (agreement(first_week=3, last_week=5),), "supervisors": (supervisor(weeks=(0, 1, 2)),)}
    assert find_impossible(problem(requests=SUPERVISED, **changes)) == {"anna-1": "supervision"}
    assert find_impossible(problem(requests=(request(),), **changes)) == {}


def test_two_supervisors_do_not_share_the_weeks_of_one_placement() -> None:
    asked = (replace(SUPERVISED[0], starts=(0,)),)
    others = tuple(
        taken(name, supervisor=SupervisorId(who), first_week=week, last_week=week)
        for name, who, week in (("one", "karin", 0), ("two", "lars", 1))
    )
    both = (supervisor(), supervisor("lars"))
    term = problem(requests=asked, supervisors=both, capacities=(capacity(places=5),), taken=others)
    assert find_impossible(term) == {"anna-1": "supervisor-load"}
    assert find_impossible(replace(term, taken=others[:1])) == {}


def test_requests_of_a_class_are_told_apart_by_their_students() -> None:
    term = problem(students=(student(blocked_units=(WARD,)), student("bo")))
    assert find_impossible(term) == {"anna-1": "blocked-unit"}


def test_a_pinned_request_is_placed_where_its_pin_says() -> None:
    pin = Decision(RequestId("anna-1"), WARD, 0, None)
    term = problem(students=(student(blocked_units=(WARD,)), student("bo")), pins=(pin,))
    assert find_impossible(term) == {}


def test_placements_that_cost_more_than_leaving_the_request_out_are_told_by_no_rule() -> None:
    nothing = Weights(unplaced=0, travel=1, long_travel=3, preference=20, agreement_floor=40, change=100)
    assert find_impossible(problem(weights=nothing)) == {"anna-1": None, "bo-1": None}


@pytest.mark.parametrize("number", range(60))
def test_a_rule_is_named_exactly_where_the_check_refuses_every_placement(number: int) -> None:
    term = drawn(number)
    found = find_impossible(term)
    pinned = {pin.request for pin in term.pins}
    free = [each for each in term.requests if each.id not in pinned]
    refused = {each.id for each in free if not ways_to_place(term, each)}
    assert {name for name, rule in found.items() if rule is not None} == refused
    empty = replace(term, pins=())
    for name in found.keys() - refused:
        alone = ways_to_place(empty, term.request[name])
        assert all(cost_of(empty, (way,)) >= cost_of(empty, ()) for way in alone)
