"""Why one request is placed or unplaced as it is: what is full, who uses it, and which unit would be better."""

from __future__ import annotations

from dataclasses import replace

from placement_solver.columns import Columns
from placement_solver.explanation.hindrances import Explanation, explain_request
from placement_solver.explanation.parties import Holding, Party
from placement_solver.plan import Full, Placement
from placement_solver.problem import InstitutionId, Problem, RequestId, StudentId, Supervision, UnitId
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, taken, unit
from tests.solver.test_explanation.plans import plan_of

HOME = UnitId("home")
KI_NURSES = Party("ki", "nurse", ("medicine",))


def explained(term: Problem, *placements: Placement, of: str = "anna-1") -> Explanation:
    """Explain a request in a plan."""
    return explain_request(term, Columns(term), plan_of(term, *placements), RequestId(of))


def test_an_unplaced_request_is_told_what_is_full_and_which_groups_hold_it() -> None:
    rkh = InstitutionId("rkh")
    term = problem(
        units=(unit(max_students=(2, 2, 9, 9, 9, 9)), unit("home")),
        agreements=(agreement(max_student_weeks=2), agreement("rkh", institution=rkh)),
        students=(student(), student("bo"), student("cai", institution=rkh)),
        requests=(request(starts=(0,), supervision=Supervision(7.5)), request("bo-1"), request("cai-1")),
    )
    told = explained(term, placed("bo-1", by="karin"), placed("cai-1"))
    assert {each.rule: (each.id, each.place, each.taken, each.supply, each.ways) for each in told.hindrances} == {
        "capacity": ("places", "ward", 2, 2, 1),
        "unit-ceiling": ("ward", "ward", 2, 2, 1),
        "agreement-ceiling": ("ki-region", "region", 2, 2, 1),
        "supervisor-load": ("karin", "ward", 1, 1, 1),
    }
    both = (Holding(KI_NURSES, 1), Holding(Party("rkh", "nurse", ("medicine",)), 1))
    assert told.hindrances[1].holders == both
    assert told.holders == both
    assert (told.placement, told.minutes, told.wanted, told.own_placements) == (None, None, (), ())


def test_what_closes_most_is_told_first() -> None:
    term = problem(
        units=(unit(), unit("home")),
        capacities=(capacity("late", unit=HOME, places=(1, 1, 1, 0, 0, 0)), capacity(places=0)),
        requests=(request(starts=(0, 2)), request("bo-1")),
    )
    told = explained(term)
    assert [(each.id, each.ways) for each in told.hindrances] == [("places", 2), ("late", 1)]
    assert told.hindrances[1].weeks == (3,)
    assert (told.hindrances[1].taken, told.hindrances[1].supply, told.dearer_units) == (0, 0, 1)


def test_own_placements_are_told_apart_from_what_is_full() -> None:
    told = explained(problem(requests=(request(starts=(0,)), request("anna-2"))), placed("anna-2"))
    assert (told.own_placements, told.hindrances) == ((RequestId("anna-2"),), ())


def wishing(**changes: object) -> Problem:
    """Make a term in which Anna wishes for home, a little away, and the ward is beside her."""
    term = problem(
        units=(unit(), unit("home", lat=59.1)),
        capacities=(capacity(places=1), capacity("home", unit=HOME, places=1)),
        requests=(request(starts=(0,), preferences=(HOME,)), request("bo-1")),
    )
    return replace(term, **changes)  # type: ignore[arg-type]


def test_a_placed_request_is_told_what_was_full_at_its_first_preference() -> None:
    told = explained(wishing(), placed("anna-1"), placed("bo-1", at="home"))
    (wanted,) = told.wanted
    assert (told.placement, told.minutes) == (placed("anna-1"), 10)
    assert (wanted.unit, wanted.wish, wanted.rule, wanted.rise) == (HOME, "preference", None, None)
    assert [(each.id, each.holders) for each in wanted.hindrances] == [("home", (Holding(KI_NURSES, 1),))]


def test_a_placed_request_is_told_what_was_full_at_the_nearest_unit() -> None:
    told = explained(wishing(), placed("anna-1", at="home"), placed("bo-1"))
    (wanted,) = told.wanted
    assert (wanted.unit, wanted.wish, wanted.minutes) == (WARD, "nearest", 10)
    assert [each.id for each in wanted.hindrances] == ["places"]


def test_one_who_is_where_it_is_best_wants_nothing() -> None:
    term = wishing(requests=(request(preferences=(WARD,)), request("bo-1")))
    assert explained(term, placed("anna-1")).wanted == ()


def test_a_rule_may_keep_a_request_from_its_first_preference() -> None:
    term = wishing(students=(student(blocked_units=(HOME,)), student("bo")))
    (wanted,) = explained(term, placed("anna-1")).wanted
    assert (wanted.rule, wanted.hindrances) == ("blocked-unit", ())


def test_where_there_is_room_the_rise_of_the_objective_is_told() -> None:
    (wanted,) = explained(wishing(), placed("anna-1")).wanted
    assert wanted.rise == wanted.minutes - 10 - 20, "a longer journey, and a wish met"


def test_another_placement_of_the_student_may_be_in_the_way_of_the_first_preference() -> None:
    term = wishing(students=(student(distinct_units=True), student("bo")), supervisors=(supervisor(),))
    two = replace(term, requests=(*term.requests, request("anna-2", starts=(3,))))
    (wanted,) = explained(two, placed("anna-1"), placed("anna-2", at="home", start=3)).wanted
    assert (wanted.own_placements, wanted.rise) == ((RequestId("anna-2"),), None)


def test_what_other_terms_use_counts_as_used_but_nobody_of_this_term_holds_it() -> None:
    term = problem(
        agreements=(agreement(max_student_weeks=4),),
        requests=(request(starts=(0,)), request("bo-1")),
        taken=(taken(), taken("spring", term="VT27", first_week=5, last_week=5)),
    )
    told = explained(term, placed("bo-1"))
    offer, volume = sorted(told.hindrances, key=lambda each: each.id, reverse=True)
    assert (offer.id, offer.taken, offer.supply, offer.weeks, offer.terms) == ("places", 2, 2, (1,), ("ST26",))
    assert offer.holders == (Holding(KI_NURSES, 1),)
    assert (volume.id, volume.taken, volume.supply, volume.terms) == ("ki-region", 5, 4, ("ST26", "VT27"))
    assert told.dearer_units == 0


def test_the_student_s_own_weeks_in_another_term_are_told_apart_from_what_is_full() -> None:
    away = taken(student=StudentId("anna"), unit=UnitId("home"))
    told = explained(problem(requests=(request(starts=(2,)),), taken=(away,)))
    assert (told.other_terms, told.hindrances, told.dearer_units) == ((Full("ST26", (2,)),), (), 0)


def test_another_term_may_be_in_the_way_of_the_first_preference() -> None:
    away = taken(student=StudentId("anna"), first_week=3, last_week=4)
    term = wishing(requests=(request(starts=(0,)), request("bo-1")), taken=(taken(unit=HOME), away))
    ahead = replace(term, requests=(request(starts=(0, 2), preferences=(HOME,)), request("bo-1")))
    (wanted,) = explained(ahead, placed("anna-1")).wanted
    assert [(each.id, each.terms) for each in wanted.hindrances] == [("home", ("ST26",))]
    assert (wanted.other_terms, wanted.rise) == ((Full("ST26", (3,)),), None)
