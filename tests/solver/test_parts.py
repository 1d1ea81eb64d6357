"""Independent parts: nothing is lost between them, and solved apart they give the same plan of the whole."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from placement_solver.check import check_plan
from placement_solver.faults import InvalidProblem
from placement_solver.parts.parallel import PartLostError, solve_apart
from placement_solver.parts.split import split
from placement_solver.plan import Plan
from placement_solver.problem import (
    Decision,
    InstitutionId,
    Problem,
    ProviderId,
    RequestId,
    StudentId,
    Supervision,
    SupervisorId,
    UnitId,
)
from placement_solver.processes import EXHAUSTED, ORPHANED, framed
from placement_solver.progress import Progress
from placement_solver.search.clock import Clock, StopSignal
from placement_solver.search.settings import USUAL, PhaseSettings, SearchSettings, with_changes
from placement_solver.solve import find_solution, solve
from tests.bench.families import join
from tests.solver.drawn import drawn
from tests.solver.enumeration import best_objective
from tests.solver.small import agreement, capacity, problem, request, student, supervisor, taken, unit


def counties(count: int, after: int = 0) -> Problem:
    """Join drawn terms of the same length into one problem, beginning with a number."""
    terms = [drawn(number) for number in range(after, after + 40)]
    alike = [term for term in terms if term.term.weeks == terms[0].term.weeks][:count]
    assert len(alike) == count
    return join(alike)


APART = SearchSettings(phases=PhaseSettings(together=0))
"""Even the smallest term is solved part by part."""


def solved(term: Problem, workers: int = 1, settings: SearchSettings = USUAL) -> Plan:
    return solve(term, time_limit=3600.0, workers=workers, settings=settings)


@pytest.fixture
def two_wards() -> Problem:
    """Two lärosäten, each with a ward, an agreement and two students of its own."""
    one = problem(
        students=(student(), student("bo")),
        requests=(request(starts=(0,)), request("bo-1", student="bo", starts=(0,))),
        capacities=(capacity(places=1),),
    )
    return join([one, one])


def test_what_shares_no_unit_agreement_or_student_is_apart(two_wards: Problem) -> None:
    parts = split(two_wards)
    assert [[one.id for one in part.requests] for part in parts] == [
        [one.id for one in two_wards.requests if one.id.startswith(prefix)] for prefix in ("0-", "1-")
    ]
    assert [len(part.units) for part in parts] == [1, 1]


def test_every_request_and_agreement_is_in_one_part() -> None:
    for number in range(0, 60, 3):
        term = counties(3, number)
        parts = split(term)
        for of in ("requests", "agreements", "pins", "current"):
            rows = [row for part in parts for row in getattr(part, of)]
            assert sorted(map(repr, rows)) == sorted(map(repr, getattr(term, of))), of


def test_a_shared_agreement_keeps_two_wards_together() -> None:
    wards = (unit(), unit("ward-2"))
    asks = (request(starts=(0,)), request("bo-1", starts=(0,)))
    offers = (capacity(), capacity("offer-2", unit="ward-2"))
    term = problem(units=wards, requests=asks, capacities=offers, agreements=(agreement(max_student_weeks=2),))
    assert len(split(term)) == 1


def test_units_that_are_only_named_come_along() -> None:
    one = problem(students=(replace(student(), blocked_units=(UnitId("ward-2"),)), student("bo")))
    term = join([replace(one, units=(unit(), unit("ward-2", kinds=("lab",)))), problem()])
    assert all(part.student[one.student].blocked_units is not None for part in split(term) for one in part.requests)
    assert solved(term).objective == solved(term).bound


def test_what_other_terms_have_taken_comes_along_with_all_that_it_names() -> None:
    hut = unit("hut", kinds=("lab",))
    one = problem(
        units=(unit(), hut, unit("den", provider=ProviderId("nacka"), kinds=("lab",))),
        supervisors=(supervisor(), supervisor("mia", unit=UnitId("hut"))),
        agreements=(agreement(max_student_weeks=4, min_student_weeks=3),),
        taken=(
            taken("at-the-ward", institution=InstitutionId("rkh")),
            taken("under-the-agreement", unit=UnitId("hut"), supervisor=SupervisorId("mia")),
            taken("of-anna", student=StudentId("anna"), unit=UnitId("den")),
            taken("of-nobody", institution=InstitutionId("rkh"), unit=UnitId("hut")),
        ),
    )
    term = join([one, problem()])
    with_it, without = sorted(split(term), key=lambda part: -len(part.taken))
    assert [each.id for each in with_it.taken] == ["0-at-the-ward", "0-under-the-agreement", "0-of-anna"]
    assert [each.id for each in with_it.units] == ["0-ward", "0-hut", "0-den"]
    assert without.taken == ()
    assert solved(term, settings=APART).objective == solved(term).objective == best_objective(term)


def test_small_parts_share_a_bundle_no_larger_than_the_largest() -> None:
    one, two = problem(requests=(request(starts=(0,)),)), problem()
    sizes = [len(part.requests) for part in split(join([two, one, one, one]))]
    assert sizes == sorted(sizes, reverse=True)
    assert max(sizes) == len(two.requests)
    assert sum(sizes) == len(two.requests) + 3


def test_a_term_without_requests_is_one_part() -> None:
    term = problem(requests=(), students=(), agreements=(agreement(min_student_weeks=3),))
    (part,) = split(term)
    assert part.agreements == term.agreements


def test_solved_apart_the_parts_make_the_best_plan_of_the_whole() -> None:
    for first in (0, 20, 40):
        term = counties(2, first)
        best = best_objective(term)
        plan = solved(term, workers=2, settings=APART)
        assert plan.objective == plan.bound == best
        assert plan.status == "optimal"
        assert not check_plan(term, plan)


def test_the_listener_is_told_of_all_parts_together(two_wards: Problem) -> None:
    told: list[Progress] = []
    solution = find_solution(two_wards, time_limit=3600.0, seed=0, workers=1, on_progress=told.append, settings=APART)
    assert solution.pricing is None
    assert told[-1].phase == "done"
    assert told[0].unplaced == len(two_wards.requests)
    assert told[-1].unplaced == len(solution.plan.unplaced) == 2


def test_a_stop_reaches_every_part(two_wards: Problem) -> None:
    stop = StopSignal()
    stop.set()
    shares = solve_apart(split(two_wards), Clock(3600.0, stop), lambda _: None, USUAL, seed=0, workers=2)
    assert len(shares) == 2
    assert all(share.placements for share in shares), "the first plan is kept"


def test_the_whole_ends_earlier_where_many_reasons_are_to_be_told(two_wards: Problem) -> None:
    told: list[float] = []
    many = with_changes(USUAL, ["phases.reasons_each=600"])
    clock = Clock(3600.0)
    shares = solve_apart(split(two_wards), clock, lambda _: told.append(clock.remaining), many, seed=0, workers=2)
    assert sum(len(share.placements) for share in shares) == 2
    assert min(told) <= 3600 - 2 * 600 + 2, "two have no place, and the parts themselves keep no time for it"


def test_a_part_that_is_at_work_is_stopped_when_the_time_of_the_whole_is_up(two_wards: Problem) -> None:
    clock = Clock(0.0)
    shares = solve_apart(split(two_wards), clock, lambda _: None, USUAL, seed=0, workers=2)
    assert all(share.placements for share in shares)


SHARE = """
import resource, sys
from placement_solver.processes import limit_memory, share_memory
share_memory(3)
free = resource.getrlimit(resource.RLIMIT_DATA)[0]
limit_memory(3_000)
share_memory(3)
print(free == resource.RLIM_INFINITY, resource.getrlimit(resource.RLIMIT_DATA)[0] >> 20)
"""


def test_parts_at_work_at_once_share_what_one_process_may_take() -> None:
    child = subprocess.run([sys.executable, "-c", SHARE], capture_output=True, text=True, timeout=60, check=True)
    assert child.stdout.split() == ["True", "1000"]


def test_pins_that_no_supervisor_can_take_are_told_from_a_part() -> None:
    asks = tuple(request(name, starts=(0,), supervision=Supervision(7.5)) for name in ("anna-1", "bo-1"))
    crowded = problem(
        requests=asks,
        supervisors=(supervisor(max_students=1),),
        pins=tuple(Decision(RequestId(each.id), UnitId("ward"), 0) for each in asks),
    )
    with pytest.raises(InvalidProblem):
        solved(join([crowded, problem()]), settings=APART)


def test_a_part_that_dies_is_an_error_and_not_half_a_plan(monkeypatch: pytest.MonkeyPatch, two_wards: Problem) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(PartLostError, match="status 1"):
        solve_apart(split(two_wards), Clock(3600.0), lambda _: None, USUAL, seed=0, workers=2)


def test_a_part_that_ran_out_of_memory_is_told_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two_wards: Problem
) -> None:
    exhausted = tmp_path / "exhausted"
    exhausted.write_text(f"#!/bin/sh\nexit {EXHAUSTED}\n")
    exhausted.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(exhausted))
    with pytest.raises(MemoryError):
        solve_apart(split(two_wards), Clock(3600.0), lambda _: None, USUAL, seed=0, workers=2)


@pytest.mark.parametrize("said", [b"", b"1000\nhalf an order"], ids=["nothing", "half"])
def test_a_part_whose_parent_goes_before_its_order_is_whole_ends(said: bytes) -> None:
    command = [sys.executable, "-P", "-m", "placement_solver.parts.child"]
    child = subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)
    assert child.returncode == ORPHANED
    assert child.stdout == b""


BUSY = """
import time
from placement_solver.parts import child
child.Search = lambda *_: time.sleep(600)
child.main()
"""


def test_a_part_whose_parent_goes_while_it_works_ends() -> None:
    said = framed(pickle.dumps((drawn(3), 3600.0, 0, 1, 1, USUAL, None)))
    child = subprocess.run([sys.executable, "-c", BUSY], input=said, capture_output=True, timeout=60, check=False)
    assert child.returncode == ORPHANED
