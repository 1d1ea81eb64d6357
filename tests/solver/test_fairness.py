"""Fairness: who gets what, by lärosäte and home, and how even that is."""

from __future__ import annotations

from placement_solver.covers import find_taken
from placement_solver.figures.fairness import weigh_fairness
from placement_solver.journeys import minutes_between
from placement_solver.problem import InstitutionId, Problem, StudentId, Travel, UnitId
from placement_solver.report import Evenness, Group, Journeys, Programme, Wishes
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan
from tests.solver.small import placed, problem, request, student, unit

RKH = InstitutionId("rkh")
MATRIX = {"city": {"city": 10, "far": 61}, "north": {"city": 60, "far": 20}}


def county() -> Problem:
    """Three students of KI and RKH in two zones, with wishes; journeys are 10, 20, 60 or 61 minutes."""
    wish = (UnitId("home"), UnitId("ward"))
    return problem(
        units=(unit(zone="city"), unit("home", zone="far")),
        students=(
            student(zone="city"),
            student("bo", zone="north", institution=RKH),
            student("cia", zone="north", profession="midwife"),
        ),
        requests=(
            request(preferences=wish),
            request("anna-2", student=StudentId("anna"), preferences=wish[:1]),
            request("bo-1", preferences=wish),
            request("cia-1"),
        ),
        travel=Travel(10, 2, None, 60, MATRIX),
    )


def test_a_group_s_figures_count_all_its_requests_and_the_journeys_of_those_placed() -> None:
    fairness = weigh_fairness(county(), (placed(), placed("anna-2", "home", 2), placed("cia-1")))
    ki, rkh = fairness.institutions
    assert ki == Group("ki", 3, 3, 1.0, Journeys(60, 61, 61, 1 / 3), Wishes(2, first=0.5, any=1.0))
    assert rkh == Group("rkh", 1, 0, 0.0, None, Wishes(1, 0.0, 0.0))
    assert [home.name for home in fairness.homes] == ["city", "north"]
    assert fairness.homes[1] == Group("north", 2, 1, 0.5, Journeys(60, 60, 60, 0.0), Wishes(1, 0.0, 0.0))
    assert fairness.everyone.placed_share == 0.75
    assert fairness.programmes == (
        Programme("ki", "midwife", 1, 0),
        Programme("ki", "nurse", 2, 0),
        Programme("rkh", "nurse", 0, 1),
    )


def test_the_group_that_fares_worst_is_named_beside_the_evenness() -> None:
    fairness = weigh_fairness(county(), (placed(), placed("anna-2", "home", 2), placed("bo-1", "home")))
    assert fairness.evenness == (
        Evenness("placed", "institution", (2 / 3 + 1) ** 2 / (2 * (4 / 9 + 1)), "ki"),
        Evenness("first_wish", "institution", (0.5 + 1) ** 2 / (2 * (0.25 + 1)), "ki"),
        Evenness("median_journey", "institution", (10 + 20) ** 2 / (2 * (100 + 400)), "rkh"),
        Evenness("placed", "home", (1 + 0.5) ** 2 / (2 * (1 + 0.25)), "north"),
        Evenness("first_wish", "home", (0.5 + 1) ** 2 / (2 * (0.25 + 1)), "city"),
        Evenness("median_journey", "home", (10 + 20) ** 2 / (2 * (100 + 400)), "north"),
    )


def test_an_empty_term_and_an_empty_plan_have_no_journeys_and_nothing_uneven() -> None:
    nobody = weigh_fairness(problem(students=(), requests=()), ())
    assert nobody.everyone == Group(None, 0, 0, 0.0, None, None)
    assert (nobody.institutions, nobody.evenness) == ((), ())
    nowhere = weigh_fairness(problem(), ())
    assert nowhere.everyone == Group(None, 2, 0, 0.0, None, None)
    assert [each.figure for each in nowhere.evenness] == ["placed", "placed"]


def test_students_whose_home_is_not_known_are_a_group_without_a_name() -> None:
    fairness = weigh_fairness(problem(units=(unit(),), students=(student(zone="city"), student("bo"))), (placed(),))
    assert [home.name for home in fairness.homes] == ["city", None]
    assert fairness.evenness[2] == Evenness("placed", "home", 0.5, None)


def test_the_groups_of_any_plan_add_up_to_everyone() -> None:
    for number in range(30):
        term = drawn(number)
        plan = max(every_plan(term), key=len)
        fairness = weigh_fairness(term, plan)
        for groups in (fairness.institutions, fairness.homes):
            assert sum(group.requests for group in groups) == len(term.requests)
            assert sum(group.placed for group in groups) == len(plan)
        assert sum(each.placed + each.unplaced for each in fairness.programmes) == len(term.requests)
        weeks = sum(term.request[each.request].weeks for each in plan)
        assert sum(each.placed for each in fairness.providers) == weeks
        elsewhere = sum(taken.total() for taken in find_taken(term).values())
        assert sum(each.student_weeks for each in fairness.agreements) == weeks + elsewhere
        if fairness.everyone.journeys is not None:
            minutes = [
                minutes_between(term, term.student[term.request[each.request].student], term.unit[each.unit])
                for each in plan
            ]
            assert fairness.everyone.journeys.longest == max(minutes)
