"""A valid problem in, a checked plan with its proof out."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import fields, replace
from functools import cache
from typing import Any

import pytest

from placement_solver import solve as solving
from placement_solver.check import check, check_plan
from placement_solver.documents import problem_document, problem_of
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Plan
from placement_solver.problem import Decision, Problem, RequestId, Supervision, UnitId, Weights
from placement_solver.progress import Progress
from placement_solver.rules import Breach
from placement_solver.search.clock import StopSignal
from placement_solver.search.settings import USUAL
from placement_solver.solve import BrokenPlanError, solve
from placement_solver.words import Words
from tests.effort import fresh, has_long_form
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective, cost_of, ways_to_place
from tests.solver.quick import QUICK
from tests.solver.small import WARD, agreement, capacity, placed, problem, request, student, supervisor

HOUR = 3600.0
TERMS = 150


def solved(term: Problem, **limits: Any) -> Plan:  # noqa: ANN401  (any of solve's)
    asked: dict[str, Any] = {"time_limit": HOUR, "workers": 1, "settings": QUICK} | limits
    return solve(term, **asked)


@cache
def best(number: int) -> int:
    objective = best_objective(drawn(number))
    assert objective is not None, "pins that cannot all be supervised are drawn by hand below"
    return objective


@pytest.mark.no_cover
@has_long_form("50 terms", "1,000 terms")
def test_every_tiny_term_gets_the_best_plan_by_plain_enumeration() -> None:
    for number in fresh(50, 1_000):
        if best_objective(drawn(number)) is None:
            continue
        plan = solved(drawn(number))
        assert plan.status == "optimal", number
        assert plan.objective == plan.bound == best(number), number
        assert check_plan(drawn(number), plan) == ()


def test_the_whole_climb_and_two_workers_find_it_too() -> None:
    for number in range(10):
        plan = solved(drawn(number), workers=2, settings=USUAL)
        assert plan.status == "optimal"
        assert plan.objective == plan.bound == best(number)


@pytest.mark.no_cover
def test_the_drawn_terms_have_everything_that_a_term_may_have() -> None:
    terms = [drawn(number) for number in range(TERMS)]
    assert {len(term.requests) for term in terms} == {2, 3, 4, 5}
    assert sum(pin.supervisor is not None for term in terms for pin in term.pins) > 5
    for some in (
        [term for term in terms if term.pins],
        [term for term in terms if term.current],
        [term for term in terms if term.taken],
        [term for term in terms if term.travel.matrix is None],
        [term for term in terms if any(a.min_student_weeks for a in term.agreements) and term.weights.agreement_floor],
        [term for term in terms if any(r.priority > 1 for r in term.requests)],
        [term for term in terms if any(r.preferences for r in term.requests) and term.weights.preference],
        [term for term in terms if any(r.after for r in term.requests)],
        [term for term in terms if any(r.supervision for r in term.requests)],
        [term for term in terms if any(s.distinct_units for s in term.students)],
        [term for number, term in enumerate(terms) if best(number) < cost_of(term, ())],
    ):
        assert len(some) > TERMS // 10


def find_additions(term: Problem, plan: Plan) -> list[tuple[str, int]]:
    """Return every way to add one unplaced request that would lower the objective."""
    return [
        (way.request, way.start)
        for left in plan.unplaced
        for way in ways_to_place(term, term.request[left.request])
        if not check(term, (*plan.placements, way)) and cost_of(term, (*plan.placements, way)) < plan.objective
    ]


def test_no_one_can_be_added_to_a_plan_that_had_no_time() -> None:
    feasible = 0
    for number in range(150):
        term = drawn(number)
        plan = solved(term, time_limit=0.0)
        assert plan.status in {"optimal", "feasible"}
        assert plan.bound <= best(number) <= plan.objective
        assert find_additions(term, plan) == []
        feasible += plan.status == "feasible"
    assert feasible > 20


def stop_from_another_thread(stop: StopSignal) -> None:
    caller = threading.Thread(target=stop.set)
    caller.start()
    caller.join()


def test_no_one_can_be_added_to_a_plan_that_was_stopped_at_any_step() -> None:
    interrupted = 0
    for number in range(60):
        term, stop = drawn(number), StopSignal()
        steps: list[Progress] = []

        def listen(
            step: Progress, last: int = number % 5, steps: list[Progress] = steps, stop: StopSignal = stop
        ) -> None:
            steps.append(step)
            if len(steps) > last:
                stop_from_another_thread(stop)

        plan = solved(term, stop=stop, on_progress=listen)
        assert plan.status in {"optimal", "interrupted"}
        assert plan.bound <= best(number) <= plan.objective
        assert find_additions(term, plan) == []
        interrupted += plan.status == "interrupted"
    assert interrupted > 5


def test_a_search_stopped_before_it_began_still_gives_a_plan() -> None:
    stop = StopSignal()
    stop.set()
    term = problem(
        agreements=(agreement(max_student_weeks=3),),
        requests=(request(), request("bo-1", supervision=Supervision(7.5))),
    )
    plan = solved(term, stop=stop)
    assert plan.status == "interrupted"
    assert len(plan.placements) == 1
    assert plan.bound < plan.objective


def test_what_is_proven_is_optimal_even_if_someone_asked_to_stop() -> None:
    stop = StopSignal()
    stop.set()
    assert solved(problem(), stop=stop).status == "optimal", "both in the nearest place: nothing could be better"


def test_a_plan_stopped_during_the_proof_is_not_called_optimal() -> None:
    term = drawn(104)  # neither prices nor cuts nor counts prove its best plan
    stop = StopSignal()

    def listen(step: Progress) -> None:
        if step.phase == "proof":
            stop_from_another_thread(stop)

    plan = solved(term, stop=stop, on_progress=listen)
    assert plan.status == "interrupted"
    assert plan.bound < plan.objective == best_objective(term)


def test_a_plan_records_its_solver_and_limits() -> None:
    plan = solved(problem(), seed=7, workers=2, time_limit=60.0)
    assert plan.problem_sha256 == problem().sha256
    assert plan.solver.name == "placement-solver"
    assert plan.solver.version
    assert (plan.solver.seed, plan.solver.workers, plan.solver.time_limit_seconds) == (7, 2, 60.0)
    assert plan.solver.wall_seconds >= 0


def test_progress_ends_with_what_the_plan_says() -> None:
    steps: list[Progress] = []
    plan = solved(drawn(1), on_progress=steps.append)
    last = steps[-1]
    assert last.phase == "done"
    assert (last.objective, last.bound, last.unplaced) == (plan.objective, plan.bound, len(plan.unplaced))
    assert last.gap == plan.gap == 0
    assert all(step.gap == (step.objective - step.bound) / step.objective for step in steps if step.gap)


def test_a_term_without_requests_costs_what_its_agreements_fall_short() -> None:
    empty = solved(problem(requests=()))
    assert (empty.status, empty.objective, empty.placements, empty.unplaced) == ("optimal", 0, (), ())
    short = solved(problem(requests=(), students=(), agreements=(agreement(min_student_weeks=3),)))
    assert (short.status, short.objective, short.bound) == ("optimal", 3 * 40, 3 * 40)


def test_a_term_without_units_places_no_one() -> None:
    plan = solved(problem(units=(), capacities=(), supervisors=()))
    assert (plan.status, plan.objective, plan.placements) == ("optimal", 2000, ())
    assert [line.request for line in plan.unplaced] == ["anna-1", "bo-1"]


def test_pins_that_cannot_all_be_supervised_get_no_plan() -> None:
    asked = tuple(request(name, supervision=Supervision(7.5)) for name in ("anna-1", "bo-1"))
    pins = (Decision(RequestId("anna-1"), WARD, 0), Decision(RequestId("bo-1"), WARD, 1))
    term = problem(requests=asked, pins=pins)
    assert best_objective(term) is None
    with pytest.raises(InvalidProblem) as refused:
        solved(term)
    assert [fault.pointer for fault in refused.value.faults] == ["/pins"]


def test_a_plan_that_the_check_refuses_is_never_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    breach = Breach("capacity", ("anna-1",), Words("för många", "too many"))
    monkeypatch.setattr(solving, "check_plan", lambda *_: (breach,))
    with pytest.raises(BrokenPlanError, match="too many"):
        solved(problem())


def test_the_same_problem_and_seed_give_the_same_plan() -> None:
    for number in range(25):
        one, other = (solved(drawn(number), seed=3) for _ in range(2))
        assert replace(one, solver=other.solver) == other


def renamed(term: Problem, number: int) -> Problem:
    """Give everything another id and every list another order."""
    chance, document = random.Random(number), problem_document(term)
    lists = ("institutions", "providers", "units", "capacities", "supervisors", "agreements", "students", "requests")
    names = [entry["id"] for kind in lists for entry in document[kind]]
    aliases = dict(zip(names, chance.sample(range(1000), len(names)), strict=True))

    def alias(value: Any, field: str = "") -> Any:  # noqa: ANN401  (any JSON)
        if isinstance(value, dict):
            return {name: alias(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [alias(inner, field) for inner in value]
        return f"x{aliases[value]}" if field not in {"kind", "kinds"} and value in names else value

    document = alias(document)
    for kind in (*lists, "pins", "current"):
        chance.shuffle(document[kind])
    return problem_of(json.loads(json.dumps(document)))


def test_names_and_order_in_the_document_do_not_matter() -> None:
    for number in range(40):
        plan = solved(renamed(drawn(number), number))
        assert plan.status == "optimal"
        assert plan.objective == best(number)


def test_a_unit_that_offers_nothing_changes_nothing() -> None:
    for number in range(40):
        term = drawn(number)
        idle = replace(term.units[0], id=UnitId("idle"))
        plan = solved(replace(term, units=(idle, *term.units)))
        assert plan.objective == best(number)
        assert UnitId("idle") not in {placement.unit for placement in plan.placements}


def test_one_more_place_is_never_worse() -> None:
    better = 0
    for number in range(60):
        term = drawn(number)
        more = tuple(
            replace(
                offer, places=offer.places + 1 if isinstance(offer.places, int) else tuple(p + 1 for p in offer.places)
            )
            for offer in term.capacities
        )
        plan = solved(replace(term, capacities=more))
        assert plan.objective <= best(number)
        better += plan.objective < best(number)
    assert better > 2


def test_twice_the_weights_cost_twice_as_much() -> None:
    for number in range(40):
        term = drawn(number)
        double = Weights(*(2 * getattr(term.weights, each.name) for each in fields(Weights)))
        assert solved(replace(term, weights=double)).objective == 2 * best(number)


def test_the_largest_numbers_that_a_document_may_hold_are_computed_exactly() -> None:
    most = 1_000_000
    weights = Weights(*(most for _ in fields(Weights)))
    term = problem(
        travel=replace(problem().travel, base_minutes=100_000, long_after=0),
        agreements=(agreement(min_student_weeks=most),),
        capacities=(capacity(places=most),),
        supervisors=(supervisor(max_students=most),),
        requests=(
            request(priority=1000, supervision=Supervision(1000.0)),
            request("bo-1", priority=1000, supervision=Supervision(7.5)),
        ),
        students=(student(burden=1_000), student("bo", burden=999)),
        weights=weights,
    )
    plan = solved(term)
    assert plan.status == "optimal"
    assert plan.objective == min(cost_of(term, ()), cost_of(term, (placed("bo-1", by="karin"),)))
