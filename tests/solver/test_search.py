"""At any moment `best` is a plan and `bound` holds; at the end no request can be added to the plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from threading import Event
from time import monotonic

import pytest

from placement_solver.check import check
from placement_solver.columns import Columns
from placement_solver.faults import InvalidProblem
from placement_solver.problem import Decision, Problem, RequestId, Supervision, SupervisorId, UnitId
from placement_solver.progress import Progress
from placement_solver.search import phases as search
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.exact import NO_ANSWER
from placement_solver.search.options import open_market
from placement_solver.search.phases import Search
from placement_solver.search.placing import complete
from placement_solver.search.settings import PhaseSettings, SearchSettings, with_changes
from placement_solver.search.teams import Teams
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective, cost_of
from tests.solver.quick import QUICK
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor, taken, unit

HOME = UnitId("home")


def begun(
    term: Problem, told: list[Progress] | None = None, clock: Clock | None = None, settings: SearchSettings = QUICK
) -> Search:
    """Make a search that has placed only the pins."""
    columns = Columns(term)
    listener = (lambda _: None) if told is None else told.append
    return Search(open_market(columns), Teams(columns), clock or Clock(3600.0), listener, settings)


@cache
def best(number: int) -> int:
    objective = best_objective(drawn(number))
    assert objective is not None
    return objective


UNCUT = with_changes(QUICK, ["cuts.violated=1", "professions.most=1"])
"""Prices without cuts, and no profession decided by itself: what is left for one model to prove."""


def at_one_unit() -> Problem:
    """Anna has two requests for different units, and there is one: uncut prices cannot show that only one is placed."""
    asked = (request(starts=(0,)), request("anna-2", starts=(2,)))
    return problem(students=(student(distinct_units=True), student("bo")), requests=asked)


def test_a_search_begins_with_the_pins_and_the_bound_0() -> None:
    pins = (Decision(RequestId("bo-1"), WARD, 3),)
    begins = begun(problem(pins=pins))
    assert begins.best.placements() == (placed("bo-1", start=3),)
    assert begins.bound == 0
    assert not begins.proven


def test_a_pin_dearer_than_leaving_the_request_out_is_kept() -> None:
    far = problem(
        units=(unit(lat=61.0),),
        pins=(Decision(RequestId("anna-1"), WARD, 0),),
        weights=replace(problem().weights, unplaced=1),
    )
    ended = begun(far)
    ended.run(seed=0, workers=1)
    assert ended.best.placements() == (placed(),)
    assert ended.proven


def test_pins_that_leave_the_supervisor_open_are_given_names_together() -> None:
    asks = Supervision(1.5)
    term = problem(
        requests=(request(supervision=asks), request("bo-1", supervision=Supervision(7.5))),
        supervisors=(supervisor(), supervisor("lars", credits=1.5)),
        pins=(Decision(RequestId("anna-1"), WARD, 0), Decision(RequestId("bo-1"), WARD, 0)),
    )
    assert begun(term).best.placements() == (placed(by="lars"), placed("bo-1", by="karin"))


def test_pins_that_cannot_all_be_supervised_make_the_problem_invalid() -> None:
    asked = tuple(request(name, supervision=Supervision(7.5)) for name in ("anna-1", "bo-1"))
    pins = (Decision(RequestId("anna-1"), WARD, 0), Decision(RequestId("bo-1"), WARD, 1))
    with pytest.raises(InvalidProblem) as refused:
        begun(problem(requests=asked, pins=pins))
    (fault,) = refused.value.faults
    assert fault.pointer == "/pins"
    assert "supervisor-load" in fault.words.en
    assert "supervisor-load" in fault.words.sv


def test_pins_that_another_term_leaves_too_few_supervisors_are_refused_with_its_name() -> None:
    asked = tuple(request(name, supervision=Supervision(7.5)) for name in ("anna-1", "bo-1"))
    pins = (Decision(RequestId("anna-1"), WARD, 0), Decision(RequestId("bo-1"), WARD, 1))
    staff = supervisor(), supervisor("lars")
    elsewhere = (
        taken(supervisor=SupervisorId("lars"), first_week=0, last_week=0),
        taken("later", term="VT27", supervisor=SupervisorId("karin"), first_week=4, last_week=5),
        taken("unsupervised", term="HT27"),
    )
    with pytest.raises(InvalidProblem) as refused:
        begun(problem(requests=asked, pins=pins, supervisors=(staff[0],), taken=elsewhere[1:]))
    assert "term" not in refused.value.faults[0].words.en
    crowded = replace(pins[1], start=0)
    with pytest.raises(InvalidProblem) as refused:
        begun(problem(requests=asked, pins=(pins[0], crowded), supervisors=staff, taken=elsewhere))
    (fault,) = refused.value.faults
    assert fault.words.sv.endswith("(supervisor-load); upptaget av en annan termin (ST26)")
    assert fault.words.en.endswith("(supervisor-load); taken by the other term (ST26)")


def test_pins_whose_supervisors_could_not_be_settled_in_time_are_not_called_invalid() -> None:
    no_time = replace(QUICK, phases=PhaseSettings(pin_seconds=0.0))
    with pytest.raises(TimeoutError, match="supervisors of 1 pins"):
        begun(problem(pins=(Decision(RequestId("bo-1"), WARD, 3),)), settings=no_time)


def test_a_search_with_no_time_keeps_to_the_plan_in_force() -> None:
    lines = (
        Decision(RequestId("anna-1"), WARD, 3),
        Decision(RequestId("bo-1"), HOME, 0),
        Decision(RequestId("bo-2"), WARD, 4),
    )
    term = problem(
        requests=(request(), request("bo-1"), request("bo-2")),
        current=lines,
        pins=(Decision(RequestId("bo-2"), WARD, 2),),
    )
    ended = begun(term, clock=Clock(0.0))
    ended.run(seed=0, workers=1)
    at = {str(placement.request): (placement.unit, placement.start) for placement in ended.best.placements()}
    assert at["anna-1"] == (WARD, 3)
    assert at["bo-1"] in {(WARD, 0), (WARD, 4)}, "the home is of another kind: no room where the plan had it"
    assert at["bo-2"] == (WARD, 2), "a pin comes before the plan in force"


def test_a_tiny_problem_is_solved_and_proven() -> None:
    told: list[Progress] = []
    ended = begun(at_one_unit(), told, settings=UNCUT)
    ended.run(seed=0, workers=1)
    assert ended.best.objective == ended.bound == 1010
    assert "proof" in {step.phase for step in told}


def test_a_profession_decided_by_itself_is_a_proof_too() -> None:
    told: list[Progress] = []
    ended = begun(at_one_unit(), told, settings=with_changes(QUICK, ["cuts.violated=1", "phases.whole=0"]))
    ended.run(seed=0, workers=1)
    assert ended.best.objective == ended.bound == 1010
    assert "proof" in {step.phase for step in told}


def test_reported_progress_only_gets_better() -> None:
    for number in range(30):
        told: list[Progress] = []
        ended = begun(drawn(number), told)
        ended.run(seed=0, workers=1)
        objectives, bounds = [step.objective for step in told], [step.bound for step in told]
        assert objectives == sorted(objectives, reverse=True)
        assert bounds == sorted(bounds)
        assert all(step.bound <= best(number) <= step.objective for step in told)
        assert all(step.unplaced <= len(ended.best.row) for step in told)
        assert ended.bound == best(number) == ended.best.objective


@pytest.mark.parametrize("whole", [0, 8])
def test_rounds_improve_the_plan_where_one_model_would_be_too_large(whole: int) -> None:
    settings = replace(QUICK, phases=PhaseSettings(whole=whole))
    optimal = 0
    for number in range(60):
        term = drawn(number)
        ended = begun(term, settings=settings)
        ended.run(seed=0, workers=1)
        assert ended.bound <= best(number) <= ended.best.objective
        assert check(term, ended.best.placements()) == ()
        optimal += ended.best.objective == best(number)
    assert optimal >= 55, "rounds alone find nearly every best plan"


def test_requests_that_the_rounds_made_room_for_are_added_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    term = problem(
        students=(student(), student("bo"), student("cai")),
        requests=(
            request(starts=(0,)),
            request("bo-1", starts=(0,), weeks=1, priority=3),
            request("cai-1", starts=(1,), weeks=1),
        ),
        capacities=(capacity(places=1),),
        current=(Decision(RequestId("anna-1"), WARD, 0),),
    )

    def give_annas_place_to_bo(draft: Draft, _: object, *, on_better: Callable[[Draft], None], **__: object) -> bool:
        draft.release(0)
        draft.take(1, int(draft.market.first[1]), NONE)
        on_better(draft)
        return False

    monkeypatch.setattr(search, "improve", give_annas_place_to_bo)
    monkeypatch.setattr(search, "place_along", lambda *_: None)
    ended = begun(term, settings=replace(QUICK, phases=PhaseSettings(whole=0)))
    ended.run(seed=0, workers=1)
    assert ended.best.placements() == (placed("bo-1"), placed("cai-1", start=1))


def test_a_search_that_is_stopped_in_any_phase_has_a_plan_and_a_bound_that_holds() -> None:
    for number in range(20):
        for step in range(5):
            stop = StopSignal()
            term, columns = drawn(number), Columns(drawn(number))
            heard: list[Progress] = []

            def listen(
                progress: Progress, heard: list[Progress] = heard, stop: StopSignal = stop, step: int = step
            ) -> None:
                heard.append(progress)
                if len(heard) > step:
                    stop.set()

            stopped = Search(open_market(columns), Teams(columns), Clock(3600.0, stop), listen, QUICK)
            stopped.run(seed=0, workers=1)
            assert stopped.bound <= best(number) <= stopped.best.objective
            assert check(term, stopped.best.placements()) == ()


def test_a_proof_that_is_cut_short_proves_nothing() -> None:
    stop = StopSignal()
    columns = Columns(at_one_unit())

    def stop_at_proof(progress: Progress) -> None:
        if progress.phase == "proof":
            stop.set()

    stopped = Search(open_market(columns), Teams(columns), Clock(3600.0, stop), stop_at_proof, UNCUT)
    stopped.run(seed=0, workers=1)
    assert stopped.best.objective == 1010
    assert stopped.bound < 1010
    assert not stopped.proven


def test_every_request_with_room_that_pays_is_added() -> None:
    term = problem(
        students=(student(), student("bo"), student("cai", lat=61.0)),
        requests=(request(starts=(0,)), request("bo-1", starts=(0,)), request("cai-1", starts=(2,))),
        weights=replace(problem().weights, unplaced=100),
        capacities=(capacity(places=1),),
        agreements=(agreement(min_student_weeks=2),),
    )
    draft = begun(term).best
    complete(draft)
    assert draft.placements() == (placed(),), "no room for Bo, and Cai's journey costs more than waiting"
    assert draft.objective == cost_of(term, draft.placements()) == 10 + 100 + 100


def test_a_longer_journey_pays_where_a_floor_is_short() -> None:
    term = problem(
        students=(student(lat=59.33), student("bo")),
        requests=(request(starts=(0,)),),
        weights=replace(problem().weights, unplaced=100),
        agreements=(agreement(min_student_weeks=2),),
    )
    draft = begun(term).best
    complete(draft)
    assert draft.placements() == (placed(),)
    assert draft.objective == 83 + 3 * 23, (
        "83 minutes, 23 of them beyond an hour, in place of 100 and a floor two short"
    )


def test_a_search_ends_earlier_the_more_reasons_there_will_be_to_tell() -> None:
    """Two of three students have no place; a county's few reasons are told within the seconds that are always left."""
    ids = ("anna", "bo", "cai")
    term = problem(
        students=tuple(map(student, ids)),
        requests=tuple(request(f"{each}-1", starts=(0,)) for each in ids),
        capacities=(capacity(places=1),),
    )
    for each, left in ((1.0, 3600.0), (600.0, 3600.0 - 1198.0)):
        clock = Clock(3600.0)
        ends = begun(term, clock=clock, settings=with_changes(QUICK, [f"phases.reasons_each={each}"]))
        ends._keep(completed(ends.best))
        assert left - 5 < clock.remaining <= left
        assert len(ends.best.unplaced) == 2


def completed(draft: Draft) -> Draft:
    draft = draft.copy()
    complete(draft)
    return draft


def test_a_stop_is_heard_though_the_engine_of_the_whole_model_does_not_hear_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, deaf = StopSignal(), Event()

    def hear_nothing(*_: object, **__: object) -> object:
        stop.set()
        assert deaf.wait(60)
        return NO_ANSWER

    monkeypatch.setattr(search, "decide", hear_nothing)
    ends = begun(at_one_unit(), clock=Clock(3600.0, stop), settings=with_changes(UNCUT, ["phases.small=0"]))
    began = monotonic()
    ends.run(seed=0, workers=1)
    assert monotonic() - began < 30
    assert len(ends.best.unplaced) == 1
    deaf.set()


def test_a_bound_that_rests_on_a_plan_is_no_higher_than_that_plan_costs() -> None:
    """Counts settled against a plan say nothing of dearer ones, though one that changes fewer placements may follow."""
    follows = begun(at_one_unit())
    cheap, dear = completed(follows.best), follows.best.copy()
    follows.follow(cheap)
    follows.follow(dear)
    assert cheap.objective < dear.objective == follows.best.objective
    follows._take_proof(10**9)
    assert follows.bound == cheap.objective
