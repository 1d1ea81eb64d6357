"""Supervisors who can stand in for each other, and their naming once the plan is made."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.columns import NOBODY, SOMEBODY, Columns
from placement_solver.problem import Decision, RequestId, Supervision, SupervisorId
from placement_solver.search.teams import Teams
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver import small
from tests.solver.small import taken

WEEKS = 6
ASKING = tuple(
    small.request(name, supervision=Supervision(asked), weeks=weeks)
    for name, asked, weeks in (("anna-1", 1.5, 2), ("bo-1", 7.5, 2), ("bo-2", 7.5, 6))
)


def teams_of(*supervisors: tuple[str, float, int, tuple[int, ...] | None], pinned: str | None = None) -> Teams:
    """Make the teams of supervisors (name, credits, students at a time, weeks on duty), with one pinned if given."""
    term = small.problem(
        supervisors=tuple(
            small.supervisor(name, credits=trained, max_students=students, weeks=weeks)
            for name, trained, students, weeks in supervisors
        ),
        requests=ASKING,
    )
    pins = () if pinned is None else (Decision(RequestId("anna-1"), small.WARD, 0, SupervisorId(pinned)),)
    return Teams(Columns(small.problem(supervisors=term.supervisors, requests=ASKING, pins=pins)))


def test_supervisors_who_satisfy_the_same_requests_are_one_team() -> None:
    teams = teams_of(("karin", 7.5, 1, None), ("lars", 15.0, 2, (0, 1, 2, 3, 4, 5)))
    assert teams.members == ((0, 1),), "nobody asks for 15 hp, and all weeks are all weeks"
    assert teams.supply.tolist() == [[3] * WEEKS]


def test_credits_or_weeks_that_matter_separate_teams() -> None:
    teams = teams_of(("karin", 7.5, 1, None), ("lars", 1.5, 1, None), ("eva", 7.5, 1, (0, 1)))
    assert teams.members == ((0,), (1,), (2,))


def test_a_supervisor_whom_a_pin_names_is_a_team_of_one() -> None:
    teams = teams_of(("karin", 7.5, 1, None), ("lars", 7.5, 1, None), pinned="lars")
    assert teams.members == ((0,), (1,))
    assert teams.fitting(0, 0, 0, 1) == (1,), "the pin's option is with Lars and nobody else"


def test_a_supervisor_with_a_student_of_another_term_is_a_team_of_one() -> None:
    staff = tuple(small.supervisor(name, max_students=2) for name in ("karin", "lars", "eva"))
    elsewhere = (taken(supervisor=SupervisorId("lars")), taken("all", supervisor=None))
    teams = Teams(Columns(small.problem(supervisors=staff, requests=ASKING, taken=elsewhere)))
    assert teams.members == ((0, 2), (1,))
    assert teams.supply.tolist() == [[4] * WEEKS, [2, 1, 1, 2, 2, 2]]


def test_a_supervisor_with_a_student_of_another_term_in_every_week_is_a_team_of_one_too() -> None:
    staff = tuple(small.supervisor(name, max_students=2) for name in ("karin", "lars"))
    all_term = taken(supervisor=SupervisorId("lars"), first_week=0, last_week=WEEKS - 1)
    teams = Teams(Columns(small.problem(supervisors=staff, requests=ASKING, taken=(all_term,))))
    assert teams.members == ((0,), (1,))
    assert teams.supply.tolist() == [[2] * WEEKS, [1] * WEEKS]


def test_the_least_trained_team_that_satisfies_the_request_comes_first() -> None:
    teams = teams_of(("karin", 7.5, 1, None), ("lars", 1.5, 1, None), ("eva", 0.0, 1, None))
    assert teams.fitting(0, 0, 0, SOMEBODY) == (1, 0)
    assert teams.fitting(1, 0, 0, SOMEBODY) == (0,)


def test_a_team_on_duty_for_only_some_of_the_weeks_does_not_fit() -> None:
    teams = teams_of(("karin", 7.5, 1, (1, 2, 3)))
    assert teams.fitting(1, 0, 0, SOMEBODY) == ()
    assert teams.fitting(1, 0, 1, SOMEBODY) == (0,)
    assert teams.fitting(1, 0, 1, SOMEBODY) == (0,), "asked again"
    assert teams.fitting(2, 0, 0, SOMEBODY) == ()


def test_a_placement_that_needs_no_supervisor_has_no_team() -> None:
    assert teams_of(("karin", 7.5, 1, None)).fitting(0, 0, 0, NOBODY) == ()


def test_a_unit_without_supervisors_has_no_team() -> None:
    assert teams_of(("karin", 7.5, 1, None)).fitting(0, 1, 0, SOMEBODY) == ()


@has_long_form("200 examples", "2,000 examples")
@drawn_by_hypothesis(200, 2_000)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, WEEKS - 1), st.integers(1, WEEKS)), max_size=12),
)
def test_stays_within_a_teams_places_are_shared_out_with_no_member_overloaded(
    students: list[int], drawn: list[tuple[int, int]]
) -> None:
    teams = teams_of(*((f"s{number}", 7.5, most, None) for number, most in enumerate(students)))
    present: Counter[int] = Counter()
    stays: list[tuple[int, int, int]] = []
    for request, (start, weeks) in enumerate(drawn):
        those = range(start, min(start + weeks, WEEKS))
        if all(present[week] < sum(students) for week in those):
            present.update(those)
            stays.append((start, those.stop, request))
    named = teams.name(0, stays)
    assert named.keys() == {request for _, _, request in stays}
    load = Counter((named[request], week) for start, end, request in stays for week in range(start, end))
    assert all(students[supervisor] >= number for (supervisor, _), number in load.items())


def test_stays_beyond_a_teams_places_raise_an_assertion() -> None:
    teams = teams_of(("karin", 7.5, 1, None))
    with pytest.raises(AssertionError, match="no place free from week 1"):
        teams.name(0, [(0, 2, 0), (1, 3, 1)])
