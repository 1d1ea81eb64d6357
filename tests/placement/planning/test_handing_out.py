"""What is handed out of a run is a problem and its plan with the plan's own figures, and holds nobody's home."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from placement.planning.handing_out import Spot, hand_out, middle_of, point_for
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.faults import InvalidProblem
from placement_solver.journeys import kilometres_between, minutes_by
from placement_solver.problem import Decision, Problem, Travel
from placement_solver.solve import find_solution
from tests.effort import drawn_by_hypothesis, fresh, has_long_form
from tests.solver.drawn import drawn
from tests.solver.small import placed, problem, student, unit

ACROSS = 7.2
"""No two points of a square are farther apart in kilometres."""
TRAVEL = Travel(base_minutes=10, minutes_per_km=1.5, max_travel=None, long_after=60)
HOMES = st.builds(Spot, st.floats(55.4, 69.0), st.floats(11.0, 24.1))


def solved(term: Problem) -> tuple[str, str]:
    """Return the documents of a problem and of a plan of it."""
    text = write_problem(term)
    return text, write_plan(find_solution(read_problem(text), time_limit=5, seed=0, workers=1).plan)


@has_long_form("30 drawn terms", "3,000 drawn terms")
def test_the_check_of_what_is_handed_out_gives_the_plans_own_figures() -> None:
    tried = 0
    for number in fresh(30, 3_000):
        try:
            text, plan = solved(drawn(number))
        except InvalidProblem:  # the pins of a drawn term may be impossible together
            continue
        tried += 1
        out = hand_out(text, plan)
        before, after = read_plan(plan), read_plan(out.plan)
        shown = read_problem(out.problem)
        assert check_plan(shown, after) == (), number
        assert (after.objective, after.terms, after.placements) == (before.objective, before.terms, before.placements)
        for one, other in zip(read_problem(text).students, shown.students, strict=True):
            assert (one.lat, one.lon) != (other.lat, other.lon) or (one.lat, one.lon) == middle_of(
                Spot(one.lat, one.lon)
            )
            assert replace(one, lat=0, lon=0) == replace(other, lat=0, lon=0)
    assert tried >= len(fresh(30, 3_000)) * 0.8


@has_long_form("200 homes", "5,000 homes")
@drawn_by_hypothesis(200, 5_000)
@given(HOMES, st.lists(HOMES, max_size=3))
def test_a_point_is_in_the_square_of_the_home_and_as_far_from_the_units(home: Spot, away: list[Spot]) -> None:
    units = [Spot(home.lat + (unit.lat - 62) / 30, home.lon + (unit.lon - 17) / 15) for unit in away]
    given = Spot(*point_for(home, units, TRAVEL))
    assert kilometres_between(home, given) < ACROSS
    assert middle_of(given) == middle_of(home)
    if given != Spot(*middle_of(home)):
        assert [minutes_by(TRAVEL, given, unit) for unit in units] == [minutes_by(TRAVEL, home, unit) for unit in units]


def test_two_homes_in_one_square_with_the_same_minutes_get_the_same_point() -> None:
    ward = Spot(59.35, 18.05)
    one, other = Spot(59.3112, 18.0501), Spot(59.3113, 18.0532)
    assert minutes_by(TRAVEL, one, ward) == minutes_by(TRAVEL, other, ward)
    assert point_for(one, [ward], TRAVEL) == point_for(other, [ward], TRAVEL) != middle_of(one)


def test_a_student_without_a_journey_in_the_plan_is_given_the_middle_of_the_square() -> None:
    home = Spot(59.3112, 18.0501)
    assert point_for(home, [], TRAVEL) == middle_of(home) == (59.3325, 18.042168)
    assert middle_of(Spot(-90.0, 18.0))[0] < -88


def test_a_journey_that_the_matrix_has_puts_no_bounds_on_the_point() -> None:
    known = replace(TRAVEL, matrix={"solna": {"ward": 17}})
    home, ward = Spot(59.3112, 18.0501, "solna"), Spot(59.35, 18.05, "ward")
    assert point_for(home, [ward], known) == middle_of(home)
    for elsewhere in (ward._replace(zone=None), ward._replace(zone="nacka")):
        assert point_for(home, [elsewhere], known) != middle_of(home)
    assert point_for(home._replace(zone=None), [ward], known) != middle_of(home)


def test_where_no_point_gives_the_minutes_the_middle_is_given() -> None:
    steep = replace(TRAVEL, minutes_per_km=1000)
    home = Spot(59.3112, 18.0501)
    units = [Spot(59.35, 18.05), Spot(59.30, 18.10), Spot(59.29, 17.9)]
    assert point_for(home, units, steep) == middle_of(home)


def test_pins_and_the_plan_in_force_keep_their_minutes_too() -> None:
    term = problem(
        students=(student(lat=59.3112, lon=18.0501), student("bo", lat=59.3113, lon=18.0502)),
        units=(unit(lat=59.35, lon=18.05), unit("home", lat=59.2, lon=18.2, kinds=("elderly-care",))),
        current=(Decision(placed().request, placed(at="home").unit, 0),),
    )
    text, plan = solved(term)
    before, after = read_problem(text), read_problem(hand_out(text, plan).problem)
    for name in ("ward", "home"):
        (there,) = (each for each in before.units if each.id == name)
        homes = (each.students[0] for each in (before, after))
        first, second = (minutes_by(before.travel, home, there) for home in homes)
        assert first == second


def test_a_problem_without_students_is_handed_out_byte_for_byte() -> None:
    text, plan = solved(problem(students=(), requests=()))
    assert (hand_out(text, plan).problem, hand_out(text, plan).plan) == (text, plan)
