"""Remedies: the smallest change of each kind, written as a patch and proven by making it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from placement_solver.explanation.relaxations import Change
from placement_solver.problem import InstitutionId, ProviderId, RequestId, StudentId, Supervision, SupervisorId, UnitId
from tests.solver.small import (
    WARD,
    agreement,
    capacity,
    placed,
    problem,
    request,
    student,
    supervisor,
    taken,
    unit,
)
from tests.solver.test_explanation.plans import remedies

HOME = UnitId("home")
BESIDE = placed("bo-1")
"""Bo is at the ward in the first two weeks."""
GUIDED = Supervision(7.5)


def first_weeks(**changes: Any) -> tuple[Any, ...]:  # noqa: ANN401  (any field)
    """Let Anna and Bo ask for the first two weeks and no others."""
    return (request(starts=(0,), **changes), request("bo-1", starts=(0,), **changes))


def test_one_more_place_is_asked_for_in_the_weeks_in_which_the_offer_is_full() -> None:
    term = problem(capacities=(capacity(places=1),), requests=first_weeks())
    (remedy,) = remedies(term, BESIDE).values()
    assert remedy.kinds == ("places",)
    assert remedy.changes == (Change("/capacities/0/places", 1, [2, 2, 1, 1, 1, 1]),)
    assert (remedy.placement, remedy.smallest) == (placed("anna-1"), True)
    assert (remedy.objective_before, remedy.objective_after) == (1010, 20)


def test_the_start_with_the_fewest_full_weeks_is_chosen() -> None:
    term = problem(capacities=(capacity(places=(1, 0, 0, 1, 0, 1)),), requests=(request(), request("bo-1", weeks=1)))
    remedy = remedies(term, placed("bo-1"))["places",]
    assert (remedy.placement.start, remedy.changes[0].new) == (2, [1, 0, 1, 1, 0, 1])


def test_a_place_may_have_to_be_raised_in_several_offers_and_under_the_ceiling() -> None:
    term = problem(
        units=(unit(max_students=1),),
        capacities=(capacity(places=1), capacity("kept", institutions=("ki",), places=(2, 1, 1, 1, 1, 1))),
        requests=first_weeks(),
    )
    assert [change.pointer for change in remedies(term, BESIDE)["places",].changes] == [
        "/capacities/0/places",
        "/capacities/1/places",
        "/units/0/max_students",
    ]


def test_the_ceiling_alone_may_be_in_the_way() -> None:
    term = problem(units=(unit(), unit("home", max_students=(1, 0, 1, 1, 1, 1))), requests=first_weeks())
    at_home = replace(term, capacities=(capacity(unit=HOME),))
    remedy = remedies(at_home)["places",]
    assert remedy.changes == (Change("/units/1/max_students", [1, 0, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]),)


def test_a_unit_that_offers_the_student_nothing_needs_a_new_offer() -> None:
    term = problem(capacities=(capacity("new-offer", professions=("midwife",)),), requests=first_weeks())
    (change,) = remedies(term)["places",].changes
    assert (change.pointer, change.old, change.new["id"]) == ("/capacities/-", None, "new-offer-2")
    assert (change.new["places"], change.new["institutions"]) == ([1, 1, 0, 0, 0, 0], ["ki"])


def test_an_existing_offer_is_raised_before_a_new_one_is_made() -> None:
    term = problem(
        units=(unit("home"), unit()), capacities=(capacity(places=0),), requests=first_weeks(preferences=(HOME,))
    )
    assert remedies(term)["places",].placement.unit == WARD


def test_an_agreement_gets_the_student_weeks_that_it_lacks() -> None:
    term = problem(agreements=(agreement(max_student_weeks=3),), requests=first_weeks())
    (remedy,) = remedies(term, BESIDE).values()
    assert remedy.kinds == ("agreement",)
    assert remedy.needs[0].size[0] == 1
    assert remedy.changes == (Change("/agreements/0/max_student_weeks", 3, 4),)


def test_where_there_is_no_agreement_one_is_named() -> None:
    other = agreement(institution=InstitutionId("rkh"))
    (remedy,) = remedies(problem(agreements=(other,), requests=first_weeks())).values()
    (change,) = remedy.changes
    assert (change.pointer, change.old) == ("/agreements/-", None)
    assert (change.new["institution"], change.new["provider"], change.new["units"]) == ("ki", "region", ["ward"])
    assert [*remedy.needs[0].size] == [2, 1]


def test_an_agreement_that_ends_too_soon_is_prolonged() -> None:
    term = problem(agreements=(agreement(last_week=0, max_student_weeks=1),), requests=first_weeks())
    changes = remedies(term)["agreement",].changes
    assert changes == (Change("/agreements/0/last_week", 0, 1), Change("/agreements/0/max_student_weeks", 1, 2))


def test_an_agreement_is_not_prolonged_into_another() -> None:
    nurses = agreement("nurses", professions=("nurse",), last_week=0)
    midwives = agreement("midwives", professions=("midwife", "nurse"), units=(HOME,), first_week=1)
    assert ("agreement",) not in remedies(problem(agreements=(nurses, midwives), requests=first_weeks()))
    meeting = agreement("meeting", first_week=1)
    assert ("agreement",) not in remedies(problem(agreements=(nurses, meeting), requests=first_weeks()))


def test_an_agreement_of_no_units_or_for_another_unit_is_no_neighbour() -> None:
    elsewhere = (agreement("none", units=()), agreement("home", units=(HOME,)))
    (change,) = remedies(problem(agreements=elsewhere, requests=first_weeks()))["agreement",].changes
    assert change.pointer == "/agreements/-"


def test_the_supervisor_who_lacks_the_fewest_credits_is_trained() -> None:
    staff = (supervisor(credits=1.5), supervisor("lars", credits=5.0), supervisor("mats", profession="midwife"))
    (remedy,) = remedies(problem(supervisors=staff, requests=first_weeks(supervision=GUIDED))).values()
    assert remedy.kinds == ("training",)
    assert remedy.changes == (Change("/supervisors/1/credits", 5.0, 7.5),)
    assert remedy.placement == placed("anna-1", by="lars")


def test_a_supervisor_takes_one_more_in_the_weeks_that_are_full() -> None:
    term = problem(requests=(request(starts=(1,), supervision=GUIDED), request("bo-1", supervision=GUIDED)))
    remedy = remedies(term, placed("bo-1", by="karin"))["load",]
    assert remedy.needs[0].size[0] == 1
    assert remedy.changes == (Change("/supervisors/0/max_students", 1, 2),)
    assert remedy.placement == placed("anna-1", start=1, by="karin")


def test_the_journey_is_lengthened_by_the_fewest_minutes() -> None:
    units = (unit(lat=59.5), unit("home", lat=59.3))
    offers = (capacity(), capacity("home", unit=HOME))
    anna, bo = student(max_travel=60), student("bo")
    term = problem(units=units, capacities=offers, students=(anna, bo), requests=first_weeks())
    (remedy,) = remedies(term, placed("bo-1")).values()
    assert remedy.kinds == ("travel",)
    assert remedy.changes == (Change("/students/0/max_travel", 60, 77),)
    assert remedy.placement.unit == HOME


def test_the_terms_limit_becomes_one_of_the_students_own() -> None:
    term = problem(units=(unit(lat=59.5),), requests=first_weeks())
    strict = replace(term, travel=replace(term.travel, max_travel=60))
    assert remedies(strict)["travel",].changes == (Change("/students/0/max_travel", None, 121),)


def test_another_steps_aside_where_that_is_enough() -> None:
    term = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1")))
    remedy = remedies(term, BESIDE)["moves",]
    (move,) = remedy.moves
    assert move.before == BESIDE
    assert move.after.start == 2
    assert (remedy.placement, remedy.changes, remedy.smallest) == (placed("anna-1"), (), True)
    assert (remedy.objective_before, remedy.objective_after) == (1010, 20)


def test_where_no_single_change_is_enough_the_smallest_combination_is_told() -> None:
    term = problem(
        capacities=(capacity(places=1),),
        supervisors=(supervisor(), supervisor("lars", credits=1.5)),
        requests=first_weeks(supervision=GUIDED),
    )
    found = remedies(term, placed("bo-1", by="karin"))
    assert set(found) == {("places", "training"), ("places", "load")}
    assert found["places", "load"].changes == (
        Change("/capacities/0/places", 1, [2, 2, 1, 1, 1, 1]),
        Change("/supervisors/0/max_students", 1, 2),
    )


def test_where_there_is_room_nothing_has_to_change_but_the_objective() -> None:
    term = problem(weights=replace(problem().weights, unplaced=5))
    (remedy,) = remedies(term).values()
    assert (remedy.kinds, remedy.changes) == (("room",), ())
    assert remedy.objective_after - remedy.objective_before == 10 - 5


def test_some_requests_nothing_can_help() -> None:
    assert remedies(problem(units=(unit(kinds=("surgery",)),), requests=first_weeks())) == {}
    assert remedies(problem(supervisors=(), requests=first_weeks(supervision=GUIDED))) == {}


def test_a_students_own_placement_is_not_overridden_but_may_move() -> None:
    term = problem(requests=(request(starts=(0,)), request("anna-2")))
    (remedy,) = remedies(term, placed("anna-2")).values()
    assert remedy.kinds == ("moves",)
    assert [move.after for move in remedy.moves] == [placed("anna-2", start=2)]
    fixed = (request(starts=(0,)), request("anna-2", starts=(0,)))
    assert remedies(problem(requests=fixed), placed("anna-2")) == {}


def test_among_equal_changes_the_cheapest_placement_is_chosen_floors_counted_in() -> None:
    nacka = ProviderId("nacka")
    term = problem(
        units=(unit(), unit("home", provider=nacka, lat=59.1)),
        capacities=(capacity(places=0), capacity("home", unit=HOME, places=0)),
        agreements=(agreement(), agreement("ki-nacka", provider=nacka, min_student_weeks=2)),
        requests=first_weeks(),
    )
    assert remedies(term)["places",].placement.unit == HOME
    assert remedies(term, of="bo-1")["places",].placement.request == RequestId("bo-1")


def test_a_place_that_another_term_has_is_asked_for_once_more() -> None:
    term = problem(capacities=(capacity(places=1),), requests=first_weeks()[:1], taken=(taken(),))
    assert remedies(term)["places",].changes == (Change("/capacities/0/places", 1, [1, 2, 1, 1, 1, 1]),)


def test_where_other_terms_have_more_places_than_there_are_so_many_more_are_asked_for() -> None:
    much = (taken(), taken("more", first_week=1, last_week=1), taken("most", profession="midwife"))
    term = problem(
        units=(unit(max_students=1),),
        capacities=(capacity(places=0),),
        requests=(request(starts=(1,)),),
        taken=much,
    )
    assert remedies(term)["places",].changes == (
        Change("/capacities/0/places", 0, [0, 3, 2, 0, 0, 0]),
        Change("/units/0/max_students", 1, [1, 4, 3, 1, 1, 1]),
    )


def test_a_supervisor_with_too_many_students_of_other_terms_is_asked_to_take_one_beyond_them() -> None:
    much = tuple(taken(name, supervisor=SupervisorId("karin")) for name in ("summer", "spring"))
    term = problem(capacities=(capacity(places=9),), requests=(request(starts=(1,), supervision=GUIDED),), taken=much)
    assert remedies(term)["load",].changes == (Change("/supervisors/0/max_students", 1, 3),)


def test_an_agreement_gets_the_student_weeks_that_other_terms_have_of_it_too() -> None:
    asks = (request(starts=(2,)),)
    full = problem(agreements=(agreement(max_student_weeks=1),), requests=asks, taken=(taken(),))
    assert remedies(full)["agreement",].changes == (Change("/agreements/0/max_student_weeks", 1, 4),)
    ended = problem(agreements=(agreement(first_week=3, max_student_weeks=2),), requests=asks, taken=(taken(),))
    assert remedies(ended)["agreement",].changes == (
        Change("/agreements/0/first_week", 3, 2),
        Change("/agreements/0/max_student_weeks", 2, 3),
    )
    none = problem(agreements=(), requests=asks, taken=(taken(),))
    (change,) = remedies(none)["agreement",].changes
    assert (change.new["first_week"], change.new["last_week"], change.new["max_student_weeks"]) == (2, 3, 3)


def test_no_change_gives_a_student_a_place_in_weeks_that_another_term_has() -> None:
    term = problem(requests=(request(starts=(1, 2)),), taken=(taken(student=StudentId("anna")),))
    assert remedies(term) == {}
