"""A repair places the requests that lost their places, moves few others, and leaves the rest exactly as it was."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from placement_solver import solve as solving
from placement_solver.check import check_plan
from placement_solver.documents import problem_document, problem_of
from placement_solver.plan import Placement
from placement_solver.problem import Decision, Problem, RequestId, Supervision, UnitId
from placement_solver.repair import Repair, put_in_force, repair, repair_document
from placement_solver.rules import Breach
from placement_solver.search.clock import StopSignal
from placement_solver.search.settings import USUAL, MendingSettings, PhaseSettings, RelaxationSettings, SearchSettings
from placement_solver.solve import BrokenPlanError
from placement_solver.words import Words
from tests.effort import fresh, has_long_form
from tests.solver.enumeration import best_objective
from tests.solver.repaired import Case, drawn_case, fewest_changes, in_force, weigh
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, unit

CASES = [*range(70), *fresh(5, 600)]
"""The first are the same in every run, so that every kind of disruption and of move is among them."""
HOUR = 3600.0
HOME = UnitId("home")


def repaired(now: Problem, was: Problem, *placements: Placement, settings: SearchSettings = USUAL) -> Repair:
    return repair(now, in_force(was, *placements), time_limit=HOUR, workers=1, settings=settings)


def where(mended: Repair) -> dict[str, tuple[str, int]]:
    return {placement.request: (placement.unit, placement.start) for placement in mended.plan.placements}


def kinds(mended: Repair) -> dict[str, str]:
    return {move.request: move.kind for move in mended.moves}


def two_wards(**changes: object) -> Problem:
    """The small term with a second ward like the first, one place at each."""
    term = problem(
        units=(unit(), unit("annex", lat=59.1)),
        capacities=(capacity(places=1), capacity("annex-places", unit=UnitId("annex"), places=1)),
    )
    return replace(term, **changes)  # type: ignore[arg-type]


WHOLE = SearchSettings(relaxation=RelaxationSettings(climb=25))
IN_PARTS = replace(WHOLE, mending=MendingSettings(whole=0, sizes=(1, 4, 10)))


@pytest.mark.no_cover
@has_long_form("75 cases", "670 cases")
@pytest.mark.parametrize("settings", [WHOLE, IN_PARTS], ids=["one model decides everything", "in parts"])
def test_no_plan_at_all_leaves_out_fewer_or_changes_fewer(settings: SearchSettings) -> None:
    met: Counter[str] = Counter()
    for case in filter(None, map(drawn_case, CASES)):
        mended = repair(case.now, case.plan, time_limit=HOUR, workers=1, settings=settings)
        assert check_plan(case.now, mended.plan) == ()
        fewest = fewest_changes(case)
        assert weigh(case, mended.plan.placements) == fewest, case
        assert mended.least <= fewest[1] == mended.totals["changed"]
        assert mended.plan.bound == best_objective(case.now), "the bound is raised until it cannot be raised further"
        assert mended.plan.ended_because == ("proven" if mended.plan.status == "optimal" else "nothing-better")
        untouched = set(case.plan.placements) & set(mended.plan.placements)
        assert len(untouched) == mended.totals["untouched"]
        met.update([case.kind, *(move.kind for move in mended.moves)])
    assert met.keys() >= {"ward", "supervisor", "agreement", "withdrawn", "returned", "displaced", "moved", "lost"}


def test_a_plan_that_still_holds_is_left_alone() -> None:
    mended = repaired(problem(), problem(), placed(start=4), placed("bo-1", start=3))
    assert (mended.moves, mended.least, mended.minimal) == ((), 0, True)
    assert where(mended) == {"anna-1": ("ward", 4), "bo-1": ("ward", 3)}


def test_students_of_a_closed_ward_move_and_the_reason_is_given() -> None:
    was = two_wards(requests=(request(), request("bo-1", starts=(0, 2))))
    beginning = (1, 1, 0, 0, 0, 0)
    now = replace(was, capacities=tuple(replace(offer, places=beginning) for offer in was.capacities))
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2))
    assert where(mended) == {"anna-1": ("ward", 0), "bo-1": ("annex", 0)}
    (move,) = mended.moves
    assert (move.request, move.kind, move.rules) == ("bo-1", "displaced", ("capacity",))
    assert move.words == Words(
        "bo-1: ward från 2026-W52 → annex från 2026-W50: places: fler studenter än erbjudna platser (2026-W52–W53)",
        "bo-1: ward from 2026-W52 → annex from 2026-W50: places: more students than places offered (2026-W52–W53)",
    )
    assert mended.totals == {
        "in_force": 2,
        "untouched": 1,
        "displaced": 1,
        "moved": 0,
        "supervisor": 0,
        "lost": 0,
        "withdrawn": 0,
        "placed": 0,
        "unplaced": 0,
        "changed": 1,
        "least_changed": 1,
    }


@pytest.mark.parametrize("settings", [WHOLE, IN_PARTS], ids=["one model decides everything", "in parts"])
def test_a_request_that_moves_to_make_room_says_for_which_one(settings: SearchSettings) -> None:
    was = two_wards(students=(student(), student("bo", blocked_units=(UnitId("annex"),))))
    was = replace(was, requests=(request(starts=(0,)), request("bo-1", starts=(0, 2))))
    now = replace(was, requests=(was.requests[0], request("bo-1", starts=(0,))))
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2), settings=settings)
    assert where(mended) == {"anna-1": ("annex", 0), "bo-1": ("ward", 0)}
    assert kinds(mended) == {"anna-1": "moved", "bo-1": "displaced"}
    anna = mended.moves[0]
    assert (anna.makes_room_for, anna.rules) == (("bo-1",), ())
    assert anna.words.en.endswith("makes room for bo-1")
    assert anna.words.sv.endswith("ger plats åt bo-1")


def test_a_placement_that_stands_is_not_lost_to_a_more_urgent_request() -> None:
    was = problem(capacities=(capacity(places=1),), requests=(request(starts=(0,)), request("bo-1", starts=(0, 2))))
    now = replace(was, requests=(was.requests[0], request("bo-1", starts=(0,), priority=1000)))
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2))
    assert where(mended) == {"anna-1": ("ward", 0)}
    assert kinds(mended) == {"bo-1": "lost"}
    assert mended.moves[0].words.en.startswith("bo-1: ward from 2026-W52 → no place")


def test_a_waiting_request_moves_no_other_but_gets_free_room() -> None:
    was = two_wards(requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    was = replace(was, students=(student(), student("bo", blocked_units=(UnitId("annex"),))))
    mended = repaired(was, was, placed(start=0))
    assert where(mended) == {"anna-1": ("ward", 0)}
    withdrawn = replace(was, requests=was.requests[1:])
    mended = repaired(withdrawn, was, placed(start=0))
    assert where(mended) == {"bo-1": ("ward", 0)}
    assert kinds(mended) == {"anna-1": "withdrawn", "bo-1": "placed"}
    assert mended.totals["in_force"] == 0


def test_a_student_who_comes_back_is_placed() -> None:
    was = problem(requests=(request(),))
    now = replace(was, requests=(*was.requests, request("bo-1", starts=(0,))))
    mended = repaired(now, was, placed(start=0))
    assert kinds(mended) == {"bo-1": "placed"}
    assert mended.moves[0].words.sv.startswith("bo-1: utan plats → ward från 2026-W50: det finns plats nu")


def test_the_student_of_a_supervisor_who_left_stays_with_another_where_one_has_room() -> None:
    asks = Supervision(7.5)
    was = problem(
        requests=(request(supervision=asks, starts=(0,)), request("bo-1", supervision=asks, starts=(2,))),
        supervisors=(supervisor(), supervisor("eva")),
    )
    now = replace(was, supervisors=(supervisor("eva"),))
    mended = repaired(now, was, placed(by="karin"), placed("bo-1", start=2, by="eva"))
    assert kinds(mended) == {"anna-1": "supervisor"}
    assert mended.moves[0].words.en == (
        "anna-1: ward from 2026-W50 with karin → ward from 2026-W50 with eva: the problem has no supervisor karin"
    )
    assert mended.totals["changed"] == 0


def test_of_two_requests_that_cannot_both_stay_the_one_without_its_supervisor_moves() -> None:
    asks = Supervision(7.5)
    was = problem(
        requests=(request(supervision=asks, starts=(0, 2)), request("bo-1", supervision=asks, starts=(0, 2))),
        supervisors=(supervisor(), supervisor("eva")),
    )
    for left, gone in (("karin", "bo-1"), ("eva", "anna-1")):
        mended = repaired(
            replace(was, supervisors=(supervisor(left),)), was, placed(by="karin"), placed("bo-1", by="eva")
        )
        assert kinds(mended) == {gone: "displaced"}


def test_another_supervisor_takes_over_where_that_keeps_every_placement() -> None:
    """Karin leaves. Of the others only Eva is trained enough for her student; Eva's own student goes to Mia."""
    was = problem(
        requests=(
            request(supervision=Supervision(7.5), starts=(0,)),
            request("bo-1", supervision=Supervision(1.5), starts=(0,)),
        ),
        supervisors=(supervisor(), supervisor("eva"), supervisor("mia", credits=1.5)),
    )
    now = replace(was, supervisors=was.supervisors[1:])
    mended = repaired(now, was, placed(by="karin"), placed("bo-1", by="eva"))
    assert {p.request: p.supervisor for p in mended.plan.placements} == {"anna-1": "eva", "bo-1": "mia"}
    assert kinds(mended) == {"anna-1": "supervisor", "bo-1": "supervisor"}
    assert mended.moves[1].words.en.endswith("the supervisors are reassigned")


def test_an_agreement_that_ends_sooner_moves_those_whom_it_no_longer_covers() -> None:
    was = problem()
    now = replace(was, agreements=(agreement(last_week=3),))
    mended = repaired(now, was, placed(start=1), placed("bo-1", start=3))
    assert where(mended)["anna-1"] == ("ward", 1)
    assert where(mended)["bo-1"][1] <= 2
    assert mended.moves[0].rules == ("agreement",)


def test_lines_beyond_an_agreements_new_ceiling_are_proven_to_change() -> None:
    was = problem()
    now = replace(was, agreements=(agreement(max_student_weeks=3),))
    mended = repaired(now, was, placed(), placed("bo-1"))
    assert (mended.least, mended.totals["lost"], mended.minimal) == (1, 1, True)


def test_a_new_pin_takes_its_place_from_the_request_that_had_it() -> None:
    was = problem(capacities=(capacity(places=1),))
    now = replace(was, pins=(Decision(RequestId("bo-1"), WARD, 0),))
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2))
    assert where(mended)["bo-1"] == ("ward", 0)
    assert where(mended)["anna-1"] in {("ward", 2), ("ward", 3), ("ward", 4)}
    assert kinds(mended) == {"anna-1": "moved", "bo-1": "displaced"}
    assert mended.moves[0].makes_room_for == ("bo-1",)


def test_a_unit_that_is_gone_counts_as_a_change_that_must_be() -> None:
    was = two_wards()
    now = replace(was, units=was.units[:1], capacities=was.capacities[:1])
    mended = repaired(now, was, placed("anna-1", at="annex"), placed("bo-1"))
    assert kinds(mended) == {"anna-1": "displaced"}
    assert mended.moves[0].rules == ("document",)
    assert mended.moves[0].words.en.endswith("the problem has no unit annex")
    assert (mended.totals["changed"], mended.least, mended.minimal) == (1, 1, True)


def test_a_place_that_costs_more_than_it_gives_is_still_kept_and_given() -> None:
    was = two_wards()
    was = replace(was, weights=replace(was.weights, unplaced=0, travel=1000))
    now = replace(was, capacities=was.capacities[1:])
    mended = repaired(now, was, placed("anna-1", at="annex"), placed("bo-1"))
    assert where(mended)["anna-1"] == ("annex", 0)
    assert where(mended)["bo-1"][0] == "annex"


def test_with_the_plan_in_force_as_its_current_the_problem_prices_each_change() -> None:
    was = two_wards()
    now = replace(was, capacities=(capacity(places=(1, 1, 0, 0, 0, 0)), was.capacities[1]))
    plan = in_force(was, placed(start=0), placed("bo-1", start=2, by="karin"))
    told = put_in_force(problem_of(problem_document(now)), plan)
    assert told == problem_of(problem_document(told))
    assert [line.request for line in told.current] == ["anna-1", "bo-1"]
    mended = repair(told, plan, time_limit=HOUR, workers=1)
    assert mended.plan.terms["change"] == told.weights.change
    assert repair(problem_of(problem_document(now)), plan, time_limit=HOUR).plan.terms["change"] == 0


def test_the_report_is_a_document_of_every_change() -> None:
    was = two_wards(requests=(request(),))
    now = replace(was, capacities=(capacity(places=0), was.capacities[1]))
    report = repair_document(repaired(now, was, placed(start=0)))
    assert report["format"] == "placement-moves/1"
    assert report["problem_sha256"] == report["plan_in_force_sha256"] == now.sha256
    assert report["proven_least"] is True
    assert report["totals"]["changed"] == 1
    (move,) = report["moves"]
    assert move["before"] == {"unit": "ward", "start": 0, "supervisor": None}
    assert move["after"]["unit"] == "annex"


def test_a_student_who_moves_anyway_leaves_the_place_that_one_who_waits_could_have() -> None:
    """Anna has lost her place. The near ward suits her best, but is the only one for Bo, who has waited."""
    was = two_wards(students=(student(), student("bo", blocked_units=(UnitId("annex"), UnitId("old")))))
    was = replace(
        was,
        units=(*was.units, unit("old")),
        capacities=(*was.capacities, capacity("old-places", unit=UnitId("old"), places=1)),
        requests=(request(starts=(0,)), request("bo-1", starts=(0,))),
    )
    now = replace(was, capacities=was.capacities[:2])
    mended = repaired(now, was, placed(at="old"))
    assert where(mended) == {"anna-1": ("annex", 0), "bo-1": ("ward", 0)}
    assert (mended.plan.status, mended.plan.ended_because) == ("optimal", "proven")


@pytest.mark.parametrize("settings", [WHOLE, IN_PARTS], ids=["one model decides everything", "in parts"])
def test_who_lost_a_place_comes_before_one_who_waits_however_much_dearer_it_is(settings: SearchSettings) -> None:
    was = two_wards(requests=(request(starts=(0,)), request("bo-1", starts=(0,), priority=1000)))
    was = replace(was, students=(student(lat=59.2), student("bo", blocked_units=(UnitId("annex"),))))
    now = replace(was, capacities=was.capacities[:1])
    mended = repaired(now, was, placed(at="annex"), settings=settings)
    assert where(mended) == {"anna-1": ("ward", 0)}
    assert kinds(mended) == {"anna-1": "displaced"}


def test_what_there_was_no_time_for_at_first_is_found_in_the_time_that_is_left() -> None:
    was = two_wards(students=(student(), student("bo", blocked_units=(UnitId("annex"),))))
    was = replace(was, requests=(request(starts=(0,)), request("bo-1", starts=(0, 2))))
    now = replace(was, requests=(was.requests[0], request("bo-1", starts=(0,))))
    no_time = replace(IN_PARTS, mending=replace(IN_PARTS.mending, left_after=1.0, ending=0.0))
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2), settings=no_time)
    assert where(mended) == {"anna-1": ("annex", 0), "bo-1": ("ward", 0)}
    assert (mended.totals["moved"], mended.totals["lost"]) == (1, 0)


def test_a_better_plan_that_would_move_more_is_not_made_and_the_repair_says_that_nothing_better_was_found() -> None:
    was = two_wards(students=(student(), student("bo", blocked_units=(UnitId("annex"),))))
    was = replace(was, requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    for settings in (WHOLE, replace(IN_PARTS, phases=PhaseSettings(whole=0))):
        mended = repaired(was, was, placed(start=0), settings=settings)
        assert (where(mended), mended.plan.status) == ({"anna-1": ("ward", 0)}, "feasible")
        assert mended.plan.ended_because == "nothing-better"


def test_a_repair_that_is_stopped_is_a_plan_as_it_stands() -> None:
    stop = StopSignal()
    stop.set()
    was = two_wards(requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    mended = repair(was, in_force(was, placed(start=0)), stop=stop)
    assert (mended.plan.status, mended.plan.ended_because) == ("interrupted", "stopped")
    assert (mended.totals["untouched"], mended.totals["placed"], mended.totals["unplaced"]) == (1, 1, 0)


def test_a_repair_whose_time_is_up_says_so() -> None:
    was = two_wards(requests=(request(starts=(0,)), request("bo-1", starts=(0,))))
    mended = repair(was, in_force(was, placed(start=0)), time_limit=1e-6)
    assert (mended.plan.status, mended.plan.ended_because) == ("feasible", "time-limit")


def test_once_it_is_stopped_no_more_room_is_made() -> None:
    stop = StopSignal()
    stop.set()
    was = two_wards(students=(student(), student("bo", blocked_units=(UnitId("annex"),))))
    was = replace(was, requests=(request(starts=(0,)), request("bo-1", starts=(0, 2))))
    now = replace(was, requests=(was.requests[0], request("bo-1", starts=(0,))))
    mended = repair(now, in_force(was, placed(start=0), placed("bo-1", start=2)), stop=stop, settings=IN_PARTS)
    assert (mended.totals["moved"], mended.totals["lost"], mended.minimal) == (0, 1, False)


def test_a_repair_that_the_check_refuses_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    breach = Breach("capacity", ("anna-1",), Words("trångt", "crowded"))
    monkeypatch.setattr(solving, "check_plan", lambda *_: (breach,))
    with pytest.raises(BrokenPlanError, match="crowded"):
        repaired(problem(), problem(), placed())


def test_figures_too_large_for_64_bits_are_counted_in_coarser_steps() -> None:
    was = two_wards()
    was = replace(was, weights=replace(was.weights, travel=1_000_000, long_travel=1_000_000, agreement_floor=1_000_000))
    was = replace(
        was,
        agreements=(agreement(min_student_weeks=1_000_000),),
        requests=tuple(replace(each, priority=1000) for each in was.requests),
        travel=replace(was.travel, minutes_per_km=100_000),
    )
    now = replace(was, capacities=was.capacities[1:])
    mended = repaired(now, was, placed(start=0), placed("bo-1", start=2))
    assert mended.totals["displaced"] == 2
    assert np.abs(mended.plan.objective) > 0


def test_cases_are_drawn_of_every_kind_and_some_make_no_sense() -> None:
    cases = [drawn_case(number) for number in range(60)]
    assert None in cases
    assert {case.kind for case in cases if isinstance(case, Case)} >= {"ward", "agreement", "withdrawn", "returned"}
