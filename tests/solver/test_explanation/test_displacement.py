"""The fewest others who would have to move; supervisors are kept where possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from placement_solver.explanation import displacement
from placement_solver.plan import Placement
from placement_solver.problem import Decision, Problem, RequestId, Supervision, UnitId
from tests.solver.small import capacity, placed, problem, request, student, supervisor, unit
from tests.solver.test_explanation.plans import remedies

HOME, FAR = UnitId("home"), UnitId("far")
GUIDED = Supervision(7.5)


def one_place_each(*units: str, **starts: tuple[int, ...]) -> Problem:
    """Make a term with units of one place each, and requests of one week by name for some starts."""
    names = list(starts)
    return problem(
        units=tuple(unit(name) for name in units),
        capacities=tuple(capacity(f"c-{name}", unit=UnitId(name), places=1) for name in units),
        supervisors=(),
        students=tuple(student(name) for name in names),
        requests=tuple(request(f"{name}-1", weeks=1, starts=those) for name, those in starts.items()),
    )


def moved(term: Problem, *placements: Placement, **options: Any) -> list[tuple[str, int]]:  # noqa: ANN401
    """Return who moves and to which week."""
    remedy = remedies(term, *placements, **options)["moves",]
    return [(move.after.request, move.after.start) for move in remedy.moves]


def test_a_chain_of_two_is_found_where_one_is_not_enough_and_is_proven_fewest() -> None:
    term = one_place_each("ward", anna=(0,), bo=(0, 1), cai=(1, 2))
    stands = (placed("bo-1", start=0), placed("cai-1", start=1))
    assert moved(term, *stands) == [("bo-1", 1), ("cai-1", 2)]
    assert remedies(term, *stands)["moves",].smallest


def test_a_chain_of_three_is_proven_fewest_where_everybody_was_free_to_move() -> None:
    term = one_place_each("ward", anna=(0,), bo=(0, 1), cai=(1, 2), dan=(2, 3))
    stands = (placed("bo-1", start=0), placed("cai-1", start=1), placed("dan-1", start=2))
    remedy = remedies(term, *stands)["moves",]
    assert (len(remedy.moves), remedy.smallest) == (3, True)
    eva = replace(term, students=(*term.students, student("eva")), requests=(*term.requests, request("eva-1")))
    aside = replace(eva, units=(*term.units, unit("far")), capacities=(*term.capacities, capacity("f", unit=FAR)))
    shut = tuple(replace(each, blocked_units=(FAR,)) for each in term.students)
    closed = replace(aside, students=(*shut, student("eva", blocked_units=(UnitId("ward"),))))
    long = remedies(closed, *stands, placed("eva-1", at="far"))["moves",]
    assert (len(long.moves), long.smallest) == (3, False), "Eva was not asked"


def test_the_cheapest_is_chosen_among_those_who_could_step_aside() -> None:
    term = one_place_each("ward", "home", anna=(0,), bo=(0, 1), cai=(0, 1))
    near_and_far = replace(term, units=(term.units[0], unit("home", lat=59.1)))
    stands = (placed("bo-1"), placed("cai-1", at="home"))
    assert moved(near_and_far, *stands) == [("bo-1", 1)]


def test_a_request_with_nowhere_to_go_is_not_moved() -> None:
    term = one_place_each("ward", anna=(0,), bo=(0,), cai=(1,))
    assert ("moves",) not in remedies(term, placed("bo-1"), placed("cai-1", start=1))


def test_a_pinned_placement_stays() -> None:
    term = one_place_each("ward", anna=(0,), bo=(0, 1))
    pinned = replace(term, pins=(Decision(RequestId("bo-1"), UnitId("ward"), 0),))
    assert ("moves",) not in remedies(pinned, placed("bo-1"))


def test_a_supervisor_is_freed_by_another_student_who_moves() -> None:
    term = problem(requests=(request(starts=(0,), supervision=GUIDED), request("bo-1", supervision=GUIDED)))
    remedy = remedies(term, placed("bo-1", by="karin"))["moves",]
    assert remedy.placement == placed("anna-1", by="karin")
    assert [move.after for move in remedy.moves] == [placed("bo-1", start=2, by="karin")]


def test_supervisors_of_one_team_are_shared_out_anew_before_anybody_moves() -> None:
    term = problem(
        supervisors=(supervisor(), supervisor("lars")),
        students=(student(), student("bo"), student("cai")),
        requests=(
            request(starts=(0,), supervision=GUIDED),
            request("bo-1", starts=(0,), weeks=1, supervision=GUIDED),
            request("cai-1", starts=(1,), weeks=1, supervision=GUIDED),
        ),
    )
    remedy = remedies(term, placed("bo-1", by="karin"), placed("cai-1", start=1, by="lars"))["moves",]
    (move,) = remedy.moves
    assert (move.before.unit, move.before.start) == (move.after.unit, move.after.start)
    assert move.before.supervisor != move.after.supervisor


def test_supervisors_are_kept_where_there_is_room_for_the_newcomer() -> None:
    term = problem(
        capacities=(capacity(places=(2, 2, 2, 2, 3, 3)),),
        supervisors=(supervisor(), supervisor("lars")),
        students=(student(), student("bo"), student("cai")),
        requests=(
            request(starts=(0,), supervision=GUIDED),
            request("bo-1", starts=(0, 4), supervision=GUIDED),
            request("cai-1", starts=(0,), supervision=GUIDED),
        ),
    )
    remedy = remedies(term, placed("bo-1", by="karin"), placed("cai-1", by="lars"))["moves",]
    assert remedy.placement.supervisor == "karin"
    assert [move.after for move in remedy.moves] == [placed("bo-1", start=4, by="karin")]


def test_a_supervisor_named_without_being_required_is_occupied_too() -> None:
    term = problem(requests=(request(starts=(0,), supervision=GUIDED), request("bo-1", starts=(0,))))
    assert set(remedies(term, placed("bo-1", by="karin"))) == {("load",)}
    free = problem(requests=(request(starts=(0,), supervision=GUIDED), request("bo-1", starts=(0, 2))))
    assert ("load",) in remedies(free, placed("bo-1", by="karin"))


def test_many_options_are_thinned_to_the_cheapest_and_then_nothing_is_claimed_of_three(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(displacement, "MOST_ROWS", 1)
    term = one_place_each("ward", "home", anna=(0,), bo=(0, 1), cai=(1, 2), dan=(2, 3))
    blocked = replace(term, students=tuple(replace(each, blocked_units=(HOME,)) for each in term.students))
    stands = (placed("bo-1", start=0), placed("cai-1", start=1), placed("dan-1", start=2))
    assert len(moved(blocked, *stands)) == 3


def test_a_search_that_would_involve_too_many_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    term = one_place_each("ward", anna=(0,), bo=(0, 1), cai=(1, 2))
    stands = (placed("bo-1", start=0), placed("cai-1", start=1))
    assert ("moves",) in remedies(term, *stands)
    monkeypatch.setattr(displacement, "MOST_REQUESTS", 2)
    assert ("moves",) not in remedies(term, *stands)


def test_a_floor_that_would_be_missed_counts_in_the_choice() -> None:
    term = one_place_each("ward", anna=(0,), bo=(0, 1), cai=(1, 2))
    floored = replace(term, agreements=(replace(term.agreements[0], min_student_weeks=5),))
    assert len(moved(floored, placed("bo-1"), placed("cai-1", start=1))) == 2
