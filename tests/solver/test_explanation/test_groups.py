"""The outcome for a group: "31 asked, 27 places within reach", and who uses the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from placement_solver.columns import Columns
from placement_solver.explanation import groups
from placement_solver.explanation.groups import Choice, GroupOutcome, ShortGroup, explain_group, find_short_groups
from placement_solver.explanation.parties import Holding, Party
from placement_solver.plan import Placement
from placement_solver.problem import Decision, InstitutionId, Problem, RequestId, UnitId
from placement_solver.search.clock import Clock
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan
from tests.solver.small import KI, WARD, agreement, capacity, placed, problem, request, student, unit
from tests.solver.test_explanation.plans import plan_of

RKH = InstitutionId("rkh")


def crowded() -> Problem:
    """Make a term in which KI has three requests and RKH one, for the same two weeks and two places."""
    return problem(
        agreements=(agreement(), agreement("rkh-region", institution=RKH)),
        students=(student(), student("bo"), student("cai"), student("dan", institution=RKH)),
        requests=tuple(request(f"{name}-1", starts=(0,)) for name in ("anna", "bo", "cai", "dan")),
    )


def outcome(term: Problem, choice: Choice, *placements: Placement) -> GroupOutcome:
    """Return the outcome for a group."""
    return explain_group(term, Columns(term), plan_of(term, *placements), choice, Clock(60.0))


def test_a_group_is_told_what_it_asks_gets_and_could_reach_and_who_holds_the_rest() -> None:
    told = outcome(crowded(), Choice(institution="ki"), placed("anna-1"), placed("dan-1"))
    assert (told.asked, told.placed, told.within_reach, told.at_most) == (3, 1, 2, 2)
    assert told.competitors == (Holding(Party("rkh", "nurse", ("medicine",)), 1),)


def test_a_group_that_is_placed_needs_nothing() -> None:
    told = outcome(crowded(), Choice(institution="rkh"), placed("dan-1"))
    assert (told.asked, told.placed, told.within_reach, told.at_most, told.competitors) == (1, 1, 1, 1, ())


@pytest.mark.parametrize(
    ("choice", "asked"),
    [
        (Choice(), 5),
        (Choice(institution="ki"), 3),
        (Choice(profession="midwife"), 1),
        (Choice(kind="elderly-care"), 1),
        (Choice(weeks=(3, 5)), 2),
        (Choice(weeks=(1, 2)), 1),
        (Choice(site="visby"), 1),
        (Choice(institution="ki", kind="elderly-care"), 0),
    ],
)
def test_a_group_is_chosen_by_what_the_documents_know(choice: Choice, asked: int) -> None:
    term = problem(
        students=(
            student(),
            student("bo", institution=RKH),
            student("cai", profession="midwife"),
            student("dan", site="visby"),
            student("eva", institution=RKH),
        ),
        requests=(
            request("anna-1", starts=(0, 3)),
            request("bo-1", starts=(0,), kinds=("elderly-care", "medicine")),
            request("cai-1", starts=(0,)),
            request("dan-1", starts=(2,)),
            request("eva-1", starts=(5,)),
        ),
    )
    assert outcome(term, choice).asked == asked


def test_groups_with_requests_left_out_are_listed_worst_first() -> None:
    term = replace(crowded(), requests=(*crowded().requests[:3], request("dan-1", starts=(1, 0))))
    party = ("nurse", ("medicine",))
    assert find_short_groups(term, plan_of(term)) == (
        ShortGroup(Party("ki", *party), (0,), 3, 3),
        ShortGroup(Party("rkh", *party), (0, 1), 1, 1),
    )
    assert find_short_groups(term, plan_of(term, placed("anna-1"), placed("dan-1")))[0].unplaced == 2


def interlocked() -> Problem:
    """Make a term in which each of three could be placed alone, but never more than two of them together."""
    return problem(
        units=(unit(), unit("home")),
        capacities=(capacity(places=1), capacity("home", unit=UnitId("home"), places=(0, 1, 1, 1, 0, 0))),
        students=(student(), student("bo"), student("cai")),
        requests=(
            request(starts=(0,)),
            request("bo-1", starts=(0, 1), weeks=1),
            request("cai-1", starts=(0, 1), weeks=1),
        ),
    )


def test_what_is_within_reach_is_decided_whole_and_not_one_by_one() -> None:
    stands = (placed("bo-1"), placed("cai-1", start=1))
    told = outcome(interlocked(), Choice(), *stands)
    assert (told.placed, told.within_reach, told.at_most) == (2, 2, 2)


def test_a_large_group_is_decided_by_the_other_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "SMALL", 0)
    assert outcome(crowded(), Choice(institution="ki")).at_most == 2


def test_out_of_time_what_is_found_and_what_cannot_be_exceeded_differ() -> None:
    told = explain_group(crowded(), Columns(crowded()), plan_of(crowded()), Choice(), Clock(0.0))
    assert (told.within_reach, told.at_most) == (2, 4)


def test_a_group_keeps_its_own_pins() -> None:
    term = replace(crowded(), pins=(Decision(RequestId("cai-1"), WARD, 0),))
    told = outcome(term, Choice(institution=KI), placed("cai-1"), placed("dan-1"))
    assert (told.placed, told.within_reach, told.at_most) == (1, 2, 2)


def test_no_plan_places_more_of_everybody_than_is_within_reach() -> None:
    short = 0
    for number in range(60):
        term = replace(drawn(number), pins=())
        most = max(map(len, every_plan(term)))
        told = outcome(term, Choice())
        assert (told.within_reach, told.at_most) == (most, most), number
        short += told.at_most < told.asked
    assert short > 10
