"""The numpy columns say the same of every request, unit and student as the problem."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from placement_solver.columns import NOBODY, SOMEBODY, Columns, Options
from placement_solver.covers import applies, covers
from placement_solver.journeys import minutes_between
from placement_solver.problem import Decision, InstitutionId, ProviderId, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.search.options import open_market
from tests.solver.drawn import drawn
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, unit

HOME = UnitId("home")
TERMS = 25


def test_the_columns_of_a_problem_with_nothing_in_it_are_empty() -> None:
    columns = Columns(problem(units=(), capacities=(), supervisors=(), agreements=(), students=(), requests=()))
    assert columns.minutes.shape == (0, 0)
    assert columns.blocked.shape == (0, 0)
    assert columns.kind_admits.shape == (0, 0)
    assert columns.preference_ranks.shape == (0, 0)
    assert columns.pins.shape == (0, 3)
    assert columns.request_class.tolist() == columns.class_example.tolist() == []
    assert columns.pools.supply.shape == (0, 6)


def test_options_are_taken_by_rows() -> None:
    options = Options(*np.array([[0, 0, 1, NOBODY], [1, 1, 2, SOMEBODY], [1, 0, 3, 0]]).T)
    assert len(options) == 3
    some = options.take([2, 0])
    assert some.request.tolist() == [1, 0]
    assert some.unit.tolist() == [0, 0]
    assert some.start.tolist() == [3, 1]
    assert some.supervisor.tolist() == [0, NOBODY]


def test_an_option_ends_with_the_term_at_the_latest() -> None:
    columns = Columns(problem(requests=(request(weeks=4),)))
    options = Options(*np.array([[0, 0, 1, NOBODY], [0, 0, 5, NOBODY]]).T)
    assert columns.ends(options).tolist() == [5, 6]


def test_requests_that_only_the_students_own_point_tells_apart_are_of_one_class() -> None:
    term = problem(
        students=(
            student(),
            student("bo", lat=59.5, blocked_units=(HOME,), max_travel=30),
            student("cai", site="kalmar"),
        ),
        requests=(
            request(),
            request("bo-1", preferences=(WARD,), priority=3),
            request("cai-1"),
            request("bo-2", supervision=Supervision(7.5)),
            request("bo-3", weeks=3),
            request("bo-4", starts=(4, 3, 2, 1, 0)),
            request("bo-5", university_healthcare=True),
            request("bo-6", kinds=("medicine", "medicine")),
        ),
    )
    columns = Columns(term)
    assert columns.request_class.tolist() == [0, 0, 1, 2, 3, 0, 4, 0]
    assert columns.class_example.tolist() == [0, 2, 3, 4, 6]


def test_a_kind_suits_where_a_unit_has_one_of_those_asked() -> None:
    term = problem(
        units=(unit(), unit("home", kinds=("elderly-care", "primary-care")), unit("empty", kinds=())),
        requests=(request(), request("bo-1", kinds=("primary-care", "medicine"))),
    )
    columns = Columns(term)
    assert columns.kind_admits[columns.request_kinds].tolist() == [[True, False, False], [True, True, False]]


def test_a_start_outside_the_term_is_no_start() -> None:
    columns = Columns(problem(requests=(request(starts=(-1, 0, 5, 6)),)))
    assert columns.start_allowed[columns.request_starts].tolist() == [[True, False, False, False, False, True]]


def test_minutes_agree_with_the_independent_computation() -> None:
    for term in map(drawn, range(TERMS)):
        minutes = [[minutes_between(term, student, unit) for unit in term.units] for student in term.students]
        assert Columns(term).minutes.tolist() == minutes


def test_minutes_come_from_the_matrix_where_it_knows_both_zones() -> None:
    matrix = {"north": {"south": 20}, "west": {"south": 30}}
    term = problem(
        students=(student(zone="north"), student("bo", zone="south"), student("cai")),
        units=(unit(zone="south"), unit("home", zone="north"), unit("hut")),
        travel=replace(problem().travel, matrix=matrix),
    )
    assert Columns(term).minutes.tolist() == [[20, 10, 10], [10, 10, 10], [10, 10, 10]]


def test_a_students_own_limit_comes_before_the_usual_one() -> None:
    students = (student(max_travel=40), student("bo"))
    usual = replace(problem().travel, max_travel=70)
    assert Columns(problem(students=students, travel=usual)).student_max_travel.tolist() == [40, 70]
    unlimited = Columns(problem(students=students)).student_max_travel
    assert unlimited.tolist() == [40, np.iinfo(np.int64).max]


def test_a_unit_is_blocked_for_exactly_the_students_that_name_it() -> None:
    columns = Columns(problem(students=(student(), student("bo", blocked_units=(HOME,)))))
    assert columns.blocked.tolist() == [[False, False], [False, True]]


def test_offers_and_agreements_are_listed_for_exactly_those_that_they_cover() -> None:
    for term in map(drawn, range(TERMS)):
        columns = Columns(term)
        asked = [(r, u) for r in range(len(term.requests)) for u in range(len(term.units))]
        rows = np.array([(r, u, start, NOBODY) for r, u in asked for start in (0, 2)]).reshape(-1, 4)
        options = Options(*rows.T)
        row, capacities = columns.capacities.at(columns.parties(options))
        listed = {(int(i), term.capacities[number].id) for i, number in zip(row, capacities, strict=True)}
        under = {
            (int(i), term.agreements[number].id)
            for i, number in zip(*columns.covering_agreements(options), strict=True)
        }
        for i, (r, u, start, _) in enumerate(rows.tolist()):
            request, unit = term.requests[r], term.units[u]
            student, weeks = term.student[request.student], range(start, start + request.weeks)
            offers = {(i, c.id) for c in term.capacities if c.unit == unit.id and covers(c, student)}
            parties = [
                a for a in term.agreements if (a.institution, a.provider) == (student.institution, unit.provider)
            ]
            assert {pair for pair in listed if pair[0] == i} == offers
            assert {pair for pair in under if pair[0] == i} == {
                (i, a.id) for a in parties if applies(a, student, unit, weeks)
            }


def test_a_profession_named_twice_is_listed_once() -> None:
    term = problem(
        capacities=(capacity(professions=("nurse", "nurse"), institutions=(InstitutionId("ki"), InstitutionId("ki"))),),
        agreements=(agreement(units=(WARD, WARD)), agreement("other", provider=ProviderId("nacka"))),
    )
    columns = Columns(term)
    option = Options(*np.array([[0, 0, 0, NOBODY]]).T)
    assert columns.capacities.at(columns.parties(option))[1].tolist() == [0]
    assert columns.covering_agreements(option)[1].tolist() == [0]


def test_pairs_in_order_are_listed_by_either_part() -> None:
    waits = request("anna-2", after=(RequestId("anna-1"),))
    last = request("anna-3", after=(RequestId("anna-1"), RequestId("anna-2")))
    earlier, later = Columns(problem(requests=(request(), waits, last))).orders
    of = np.arange(3)
    assert [part.tolist() for part in earlier.at(of)] == [[0, 0, 1], [0, 1, 2]]
    assert [part.tolist() for part in later.at(of)] == [[1, 2, 2], [0, 1, 2]]


def test_a_unit_that_is_not_on_the_list_ranks_after_the_last() -> None:
    wishes = (request(preferences=(HOME, WARD)), request("bo-1", preferences=(WARD,)), request("bo-2"))
    assert Columns(problem(requests=wishes)).preference_ranks.tolist() == [[1, 0], [0, 1], [0, 0]]


def test_a_decision_is_in_the_row_of_its_request() -> None:
    pin = Decision(RequestId("bo-1"), HOME, 3, SupervisorId("karin"))
    line = Decision(RequestId("anna-1"), WARD, 1)
    columns = Columns(problem(pins=(pin,), current=(line,)))
    assert columns.pins.tolist() == [[-1, -1, -1], [1, 3, 0]]
    assert columns.current.tolist() == [[0, 1, -1], [-1, -1, -1]]
    assert columns.pinned_supervisor == {1: 0}


def test_a_pin_without_a_name_pins_no_supervisor() -> None:
    assert Columns(problem(pins=(Decision(placed().request, WARD, 0),))).pinned_supervisor == {}


def test_duty_is_counted_to_its_end() -> None:
    term = problem(supervisors=(supervisor(), supervisor("lars", weeks=(0, 1, 4))))
    assert Columns(term).duty.tolist() == [[6, 5, 4, 3, 2, 1], [2, 1, 0, 0, 1, 0]]


def test_amounts_are_written_week_by_week() -> None:
    columns = Columns(problem())
    assert columns.week_rows([2, (0, 1, 2, 3, 4, 5)]).tolist() == [[2] * 6, [0, 1, 2, 3, 4, 5]]
    assert columns.week_rows([]).shape == (0, 6)


def test_what_a_market_has_let_go_is_made_anew_when_it_is_asked_for() -> None:
    columns = Columns(drawn(7))
    before = columns.minutes.copy(), columns.blocked.copy(), columns.preference_ranks.copy()
    open_market(columns)
    assert not {"minutes", "blocked", "preference_ranks"} & set(vars(columns))
    after = columns.minutes, columns.blocked, columns.preference_ranks
    assert all(np.array_equal(one, other) for one, other in zip(before, after, strict=True))
