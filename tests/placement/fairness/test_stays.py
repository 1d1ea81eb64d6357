"""What a placement means for its student: the journey, and which wishes could have been met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from placement.fairness.stays import is_away, is_long, weigh_stays
from placement_solver.check import check
from placement_solver.plan import Placement
from placement_solver.problem import Decision, Problem, ProviderId, RequestId, Supervision, SupervisorId, UnitId
from tests.effort import fresh
from tests.solver.small import WARD, capacity, placed, problem, request, student, supervisor, unit
from tests.solver.wider import wider

CLINIC, HOME = UnitId("clinic"), UnitId("home")


def wishing(*wishes: str, **changes: object) -> Problem:
    """Anna wishes for some units; both the ward and the clinic could take her."""
    term = problem(
        units=(unit(), unit("home", provider=ProviderId("nacka"), kinds=("elderly-care",)), unit("clinic")),
        capacities=(capacity(), capacity("clinic", unit=CLINIC)),
        requests=(request(preferences=tuple(UnitId(each) for each in wishes)), request("bo-1")),
    )
    return replace(term, **changes)  # type: ignore[arg-type]


def rank_at(term: Problem, at: UnitId) -> tuple[int, int]:
    stay = weigh_stays(term, [(RequestId("anna-1"), at)])[RequestId("anna-1")]
    return stay.possible_wishes, stay.wish_rank


def test_the_rank_is_how_many_possible_wishes_come_before_the_unit() -> None:
    assert rank_at(wishing("clinic", "ward"), CLINIC) == (2, 0)
    assert rank_at(wishing("clinic", "ward"), WARD) == (2, 1)
    assert rank_at(wishing("clinic"), WARD) == (1, 1)
    assert rank_at(wishing(), WARD) == (0, 0)


def test_a_wish_that_could_never_be_met_counts_for_nothing() -> None:
    assert rank_at(wishing("home", "ward"), WARD) == (1, 0), "of another kind, without an offer or an agreement"
    assert rank_at(wishing("home"), WARD) == (0, 0)
    blocked = wishing("clinic", "ward", students=(student(blocked_units=(CLINIC,)), student("bo")))
    assert rank_at(blocked, WARD) == (1, 0)
    far = wishing("clinic", "ward", units=(unit(), unit("home"), unit("clinic", lat=60.0)))
    assert rank_at(far, WARD) == (2, 1)
    limited = replace(far, travel=replace(far.travel, max_travel=120))
    assert rank_at(limited, WARD) == (1, 0)


def test_students_who_ask_for_the_same_each_have_their_own_wishes() -> None:
    both = (request(preferences=(CLINIC, WARD)), request("bo-1", preferences=(WARD,)))
    term = wishing(requests=both, students=(student(), student("bo", blocked_units=(WARD,))))
    stays = weigh_stays(term, [(RequestId("anna-1"), WARD), (RequestId("bo-1"), CLINIC)])
    ranks = {name: (stay.possible_wishes, stay.wish_rank) for name, stay in stays.items()}
    assert ranks == {"anna-1": (2, 1), "bo-1": (0, 0)}


def test_a_pin_that_names_a_supervisor_hides_no_wish_of_anyone_who_asks_for_the_same() -> None:
    supervised = problem(
        units=(unit(), unit("clinic")),
        capacities=(capacity(), capacity("clinic", unit=CLINIC)),
        supervisors=(supervisor(), supervisor("cleo", unit=CLINIC)),
        requests=tuple(
            request(name, preferences=(CLINIC, WARD), supervision=Supervision(0)) for name in ("anna-1", "bo-1")
        ),
        pins=(Decision(RequestId("anna-1"), WARD, 0, SupervisorId("karin")),),
    )
    stays = weigh_stays(supervised, [(RequestId("anna-1"), WARD), (RequestId("bo-1"), WARD)])
    assert {name: (stay.possible_wishes, stay.wish_rank) for name, stay in stays.items()} == {
        "anna-1": (2, 1),
        "bo-1": (2, 1),
    }


def test_a_stay_has_the_journey_as_it_was_planned_and_the_kilometres_rounded_up() -> None:
    term = wishing(students=(student(lat=59.9), student("bo")))
    stay = weigh_stays(term, [(RequestId("anna-1"), WARD)])[RequestId("anna-1")]
    assert (stay.student, stay.unit, stay.weeks) == ("anna", "ward", 2)
    assert (stay.minutes, stay.km, stay.long_after) == (210, 101, 60)


def test_long_is_more_than_the_limit_and_away_is_more_than_80_km() -> None:
    assert [is_long(minutes, 60) for minutes in (60, 61)] == [False, True]
    assert [is_away(km) for km in (80, 81)] == [False, True]


def test_nothing_is_weighed_of_no_placements() -> None:
    assert weigh_stays(problem(), []) == {}


@pytest.mark.no_cover
def test_a_wish_is_possible_exactly_where_some_single_placement_breaks_no_rule_about_it() -> None:
    """By brute force over every start, as the independent check judges them one at a time."""
    about_one = {
        "course-window",
        "unit-kind",
        "site",
        "university-healthcare",
        "blocked-unit",
        "travel-limit",
        "agreement",
        "supervision",
        "no-overlap",
    }
    tried = met = 0
    for number in fresh(12, 60):
        term = wider(number)
        names = [each.id for each in term.requests if each.preferences]
        for name, stay in weigh_stays(term, ((each, term.units[0].id) for each in names)).items():
            asked = term.request[name]
            possible = [
                wish
                for wish in asked.preferences
                if any(
                    not _breaches(term, Placement(name, wish, start, supervisor), about_one)
                    for start in asked.starts
                    for supervisor in (None, *(each.id for each in term.supervisors if each.unit == wish))
                )
            ]
            assert stay.possible_wishes == len(possible), (number, name)
            tried, met = tried + len(asked.preferences), met + len(possible)
    assert 0 < met < tried


def _breaches(term: Problem, placement: Placement, rules: set[str]) -> bool:
    """Tell whether one placement breaks a rule about single placements, or has no offer at all.

    Nobody else is placed; what the student does in another term stays.
    """
    student = term.request[placement.request].student
    own = tuple(replace(each, supervisor=None) for each in term.taken if each.student == student)
    alone = replace(term, taken=own, pins=(), current=())
    found = [each for each in check(alone, [placement]) if each.rule in rules]
    no_offer = [
        each for each in check(alone, [placement]) if each.rule == "capacity" and "has no places" in each.words.en
    ]
    return bool(found or no_offer)


def test_the_examples_are_those_of_the_small_term() -> None:
    assert placed().unit == WARD
