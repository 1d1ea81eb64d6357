"""The reasons why a request has no placement."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import Any

import pytest

from placement_solver.check import check
from placement_solver.explanation.reasons import explain
from placement_solver.plan import Full, Placement, Reasons
from placement_solver.problem import Problem, ProviderId, RequestId, StudentId, Supervision, SupervisorId, UnitId
from placement_solver.solve import solve
from tests.solver.drawn import drawn
from tests.solver.enumeration import cost_of, ways_to_place
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, taken, unit

HOME = UnitId("home")
ORDER = (
    "course-window",
    "unit-kind",
    "site",
    "university-healthcare",
    "blocked-unit",
    "travel-limit",
    "capacity",
    "agreement",
    "supervision",
)


def reasons(term: Problem, *placements: Placement, of: str = "anna-1") -> Reasons:
    """Return why a request is left out of a plan."""
    (line,) = (line for line in explain(term, placements) if line.request == of)
    return line.reasons


def left_after(term: Problem) -> dict[str, int]:
    """Return how many units each rule leaves for Anna, in the order of the rules."""
    remaining = reasons(term).remaining
    assert tuple(step.rule for step in remaining) == ORDER
    return {step.rule: step.units for step in remaining}


def two_wards(**changes: Any) -> Problem:  # noqa: ANN401  (any field)
    """Make a term in which Anna asks for either of two wards and for a supervisor, and nothing is in her way."""
    parts = {
        "units": (unit(), unit("home")),
        "capacities": (capacity(), capacity("home", unit=HOME)),
        "supervisors": (supervisor(), supervisor("lars", unit=HOME)),
        "requests": (request(supervision=Supervision(7.5), starts=(0, 2)),),
    }
    return problem(**(parts | changes))


def test_those_who_are_placed_need_no_reasons_and_the_others_come_in_order() -> None:
    term = problem(requests=(request(), request("bo-1"), request("bo-2")))
    lines = explain(term, (placed("bo-1"),))
    assert [line.request for line in lines] == ["anna-1", "bo-2"]


def test_where_no_rule_stands_in_the_way_every_unit_is_left() -> None:
    assert left_after(two_wards()) == dict.fromkeys(ORDER, 2)


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        ("unit-kind", {"units": (unit(), unit("home", kinds=("elderly-care",)))}),
        ("site", {"units": (unit(), unit("home", site="kalmar"))}),
        ("blocked-unit", {"students": (student(blocked_units=(HOME,)),)}),
        ("travel-limit", {"units": (unit(), unit("home", lat=59.5)), "students": (student(max_travel=60),)}),
        ("capacity", {"capacities": (capacity(), capacity("home", unit=HOME, professions=("midwife",)))}),
        ("agreement", {"agreements": (agreement(units=(WARD,)),)}),
        ("supervision", {"supervisors": (supervisor(), supervisor("lars", unit=HOME, credits=1.5))}),
        ("supervision", {"supervisors": (supervisor(), supervisor("lars", unit=HOME, weeks=(0, 2, 4)))}),
    ],
)
def test_the_rule_that_takes_a_unit_away_is_where_the_count_falls(rule: str, changes: dict[str, Any]) -> None:
    position = ORDER.index(rule)
    expected = dict.fromkeys(ORDER[:position], 2) | dict.fromkeys(ORDER[position:], 1)
    assert left_after(two_wards(**changes)) == expected


def test_only_a_university_healthcare_unit_is_left_for_a_course_that_asks_for_one() -> None:
    units = (unit(university_healthcare=True), unit("home"))
    asking = (request(university_healthcare=True),)
    left = left_after(two_wards(units=units, requests=asking))
    assert (left["site"], left["university-healthcare"]) == (2, 1)


def test_a_course_that_does_not_fit_into_the_term_has_no_unit_from_the_start() -> None:
    left = left_after(two_wards(requests=(request(starts=(5,)),)))
    assert left == dict.fromkeys(ORDER, 0)
    without_starts = reasons(two_wards(requests=(request(starts=()),)))
    assert without_starts.remaining[-1].units == 0
    assert without_starts.dearer_units == 0


def test_an_offer_is_full_in_the_weeks_in_which_it_is() -> None:
    term = problem(capacities=(capacity(places=1), capacity("kept", places=(2, 2, 0, 2, 2, 2))), requests=asking(0, 1))
    found = reasons(term, placed("bo-1"))
    assert found.capacities == (Full("kept", (2,)), Full("places", (0, 1)))
    assert (found.unit_ceilings, found.agreements, found.supervisors, found.own_placements) == ((), (), (), ())
    assert found.dearer_units == 0


def asking(*starts: int, **changes: Any) -> tuple[Any, ...]:  # noqa: ANN401  (any field)
    """Make Anna's request for some starts, and Bo's."""
    return (request(starts=starts, **changes), request("bo-1"))


def test_an_offer_that_is_not_for_the_student_is_not_in_the_way() -> None:
    reserved = capacity("kept", institutions=("rkh",), places=0)
    found = reasons(problem(capacities=(capacity(places=1), reserved), requests=asking(0)), placed("bo-1"))
    assert found.capacities == (Full("places", (0, 1)),)


def test_a_unit_may_be_full_for_all_its_students_together() -> None:
    term = problem(units=(unit(max_students=(2, 1, 2, 2, 2, 2)),), requests=asking(0))
    assert reasons(term, placed("bo-1")).unit_ceilings == (Full("ward", (1,)),)


def test_an_agreement_may_be_used_up() -> None:
    term = problem(agreements=(agreement(max_student_weeks=3),), requests=asking(0))
    assert reasons(term, placed("bo-1")).agreements == (Full("ki-region", ()),)
    enough = problem(agreements=(agreement(max_student_weeks=4),), requests=asking(0))
    assert reasons(enough, placed("bo-1")).agreements == ()


def test_an_agreement_that_covers_other_weeks_or_parties_is_not_in_the_way() -> None:
    term = problem(
        agreements=(
            agreement(last_week=1),
            agreement("later", first_week=2, max_student_weeks=0),
            agreement("nacka", provider=ProviderId("nacka"), max_student_weeks=0),
        ),
        requests=asking(0),
    )
    assert reasons(term).agreements == ()


def test_supervisors_are_busy_where_none_of_those_who_would_do_has_room() -> None:
    term = problem(
        supervisors=(
            supervisor(),
            supervisor("lars", weeks=(0, 1)),
            supervisor("eva", credits=1.5),
            supervisor("mats", profession="midwife"),
            supervisor("nils", weeks=(2, 3)),
        ),
        requests=asking(0, supervision=Supervision(7.5)),
    )
    busy = placed("bo-1", by="karin"), placed("bo-2", by="lars")
    both = replace(term, requests=(*term.requests, request("bo-2", weeks=1)))
    found = reasons(both, *busy)
    assert found.supervisors == (Full("karin", (0, 1)), Full("lars", (0,)))
    assert reasons(both, busy[0]).supervisors == (), "Lars has room"


def test_a_supervisor_may_take_two() -> None:
    term = problem(supervisors=(supervisor(max_students=2),), requests=asking(0, supervision=Supervision(7.5)))
    assert reasons(term, placed("bo-1", by="karin")).supervisors == ()


def test_a_placement_in_the_same_weeks_is_the_students_own_hindrance() -> None:
    term = problem(requests=(request(starts=(1,)), request("anna-2"), request("anna-3")))
    found = reasons(term, placed("anna-2", start=0), placed("anna-3", start=3))
    assert found.own_placements == (RequestId("anna-2"),)
    assert found.dearer_units == 0


def test_a_course_that_builds_on_another_waits_for_it() -> None:
    waits = (request(starts=(0,), after=(RequestId("anna-2"),)), request("anna-2"))
    assert reasons(problem(requests=waits), placed("anna-2", start=3)).own_placements == (RequestId("anna-2"),)
    assert reasons(problem(requests=waits)).own_placements == (), "a request left unplaced is no obstacle"


def test_a_course_that_another_builds_on_must_end_before_it() -> None:
    waits = (request(starts=(3,)), request("anna-2", after=(RequestId("anna-1"),)))
    assert reasons(problem(requests=waits), placed("anna-2", start=0)).own_placements == (RequestId("anna-2"),)
    in_time = (request(starts=(0,)), waits[1])
    assert reasons(problem(requests=in_time), placed("anna-2", start=2)).own_placements == ()


def test_a_student_who_should_see_another_unit_has_been_at_this_one() -> None:
    two = (request(starts=(3,)), request("anna-2"))
    curious = problem(students=(student(distinct_units=True), student("bo")), requests=two)
    assert reasons(curious, placed("anna-2")).own_placements == (RequestId("anna-2"),)
    assert reasons(problem(requests=two), placed("anna-2")).own_placements == ()


def test_a_unit_that_has_room_is_counted_where_placing_there_does_not_pay() -> None:
    term = two_wards(weights=replace(problem().weights, unplaced=5))
    assert reasons(term).dearer_units == 2, "ten minutes cost more than five"


def test_what_is_named_is_what_stands_in_the_way_and_where_nothing_does_it_is_dearer() -> None:
    named: Counter[str] = Counter()
    for number in range(150):
        term = drawn(number)
        plan = solve(term, time_limit=0.0, workers=1)
        for line in plan.unplaced:
            found = line.reasons
            counts = [step.units for step in found.remaining]
            assert counts == sorted(counts, reverse=True)
            ways: defaultdict[tuple[str, int], list[set[str]]] = defaultdict(list)
            for way in ways_to_place(term, term.request[line.request]):
                broken = {breach.rule for breach in check(term, (*plan.placements, way))}
                ways[way.unit, way.start].append(broken)
                assert broken or cost_of(term, (*plan.placements, way)) >= plan.objective
            for rules in ways.values():
                always = set.intersection(*rules)
                for rule, listed in (
                    ("capacity", found.capacities),
                    ("unit-ceiling", found.unit_ceilings),
                    ("agreement-ceiling", found.agreements),
                    ("supervisor-load", found.supervisors),
                ):
                    assert listed or rule not in always
                    named[rule] += rule in always
                own = always & {"no-overlap", "order", "distinct-units"}
                assert found.own_placements or not own
                named["own"] += bool(own)
            room = {at for (at, _), rules in ways.items() if set() in rules}
            assert found.dearer_units == len(room)
            named["dearer"] += len(room)
    assert min(named.values()) > 5, named


def test_a_request_without_a_unit_in_the_end_has_nothing_full() -> None:
    found = reasons(problem(capacities=()))
    assert found.remaining[-1].units == 0
    assert (found.capacities, found.unit_ceilings, found.agreements, found.supervisors) == ((), (), (), ())
    assert (found.own_placements, found.dearer_units) == ((), 0)


def test_what_another_term_has_part_of_is_named_with_that_term() -> None:
    """The ward has two places; Bo has one, and in week 1 a stranger of the summer term has the other."""
    asks = (request(starts=(0,), supervision=Supervision(7.5)), request("bo-1"))
    term = problem(
        units=(unit(max_students=(2, 2, 9, 9, 9, 9)),),
        agreements=(agreement(max_student_weeks=4),),
        requests=asks,
        taken=(taken(supervisor=SupervisorId("karin")), taken("later", term="VT27", first_week=4, last_week=5)),
    )
    found = reasons(term, placed("bo-1"))
    assert found.capacities == (Full("places", (1,), ("ST26",), shared=True),)
    assert found.unit_ceilings == (Full("ward", (1,), ("ST26",), shared=True),)
    assert found.agreements == (Full("ki-region", (), ("ST26", "VT27"), shared=True),)
    assert found.supervisors == (Full("karin", (1,), ("ST26",)),)
    assert (found.other_terms, found.dearer_units) == ((), 0)


def test_other_terms_are_not_named_where_they_have_nothing_of_what_is_full() -> None:
    term = problem(requests=asking(0), taken=(taken(first_week=3),), capacities=(capacity(places=1),))
    assert reasons(term, placed("bo-1")).capacities == (Full("places", (0, 1)),)


def test_a_student_whose_weeks_another_term_has_is_told_so_and_no_unit_is_called_too_dear() -> None:
    away = taken(student=StudentId("anna"), unit=HOME)
    found = reasons(problem(requests=(request(starts=(1, 2)),), taken=(away,)))
    assert found.other_terms == (Full("ST26", (1, 2)),)
    assert (found.own_placements, found.dearer_units) == ((), 0)
    assert tuple(step.rule for step in found.remaining) == ORDER, "no rule is added to the narrowing down"


def test_a_unit_full_of_students_of_another_term_is_full_even_beyond_its_places() -> None:
    term = problem(requests=asking(1), taken=(taken(), taken("b"), taken("c")), capacities=(capacity(places=1),))
    assert reasons(term).capacities == (Full("places", (1, 2), ("ST26",)),)
