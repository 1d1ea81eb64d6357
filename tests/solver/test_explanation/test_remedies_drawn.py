"""Every remedy of drawn terms works when it is made, and no smaller one exists, by plain enumeration."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import example, given
from hypothesis import strategies as st

from placement_solver.check import check, check_plan, objective_terms
from placement_solver.columns import Columns
from placement_solver.covers import count_taken, find_agreements
from placement_solver.documents import problem_of
from placement_solver.explanation.proof import changed_document
from placement_solver.explanation.remedies import Remedy, remedies_in
from placement_solver.explanation.situation import Situation
from placement_solver.faults import InvalidProblem
from placement_solver.journeys import minutes_between
from placement_solver.plan import Placement, Plan
from placement_solver.search.teams import Teams
from placement_solver.solve import solve
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.solver.drawn import drawn
from tests.solver.enumeration import every_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.problem import Problem, Request, RequestId

pytestmark = has_long_form("50 examples a law", "400 examples a law")

by_law = drawn_by_hypothesis(50, 400)


def every_remedy(number: int) -> Iterator[tuple[Problem, Plan, RequestId, tuple[Remedy, ...]]]:
    """Find the remedies for every request that a quick plan of a drawn term leaves unplaced."""
    term = drawn(number)
    try:
        plan = solve(term, time_limit=0.0, workers=1)
    except InvalidProblem:  # its pins cannot all be supervised at once: there is no plan
        return
    there = Situation(term, Columns(term), plan)  # the same for all, as for a run: one search must not change the next
    for line in plan.unplaced:
        yield term, plan, line.request, remedies_in(there, line.request, seconds=60.0)


@by_law
@given(st.integers(0, 2000))
def test_every_remedy_holds_when_it_is_made(number: int) -> None:
    for term, plan, request, remedies in every_remedy(number):
        for remedy in remedies:
            changed = problem_of(changed_document(term, remedy.changes))
            moved = {move.before: move.after for move in remedy.moves}
            placements = (*(moved.get(each, each) for each in plan.placements), remedy.placement)
            terms = objective_terms(changed, placements)
            made = replace(
                plan,
                problem_sha256=changed.sha256,
                objective=remedy.objective_after,
                bound=0,
                status="optimal" if remedy.objective_after == 0 else "feasible",
                terms=terms,
                placements=placements,
                unplaced=tuple(line for line in plan.unplaced if line.request != request),
            )
            assert check_plan(changed, made) == ()
            assert remedy.placement.request == request
            assert remedy.objective_before == plan.objective
            assert len(moved) == len(remedy.moves)


@by_law
@given(st.integers(0, 2000))
@example(7)
def test_no_single_change_is_smaller_than_the_one_that_is_told(number: int) -> None:
    for term, plan, request, remedies in every_remedy(number):
        told = {remedy.kinds[0]: remedy.needs[0].size[0] for remedy in remedies if len(remedy.needs) == 1}
        smallest = by_enumeration(term, plan, term.request[request])
        if "room" in smallest:
            assert [remedy.kinds for remedy in remedies] == [("room",)]
            continue
        for kind in ("places", "training", "load", "travel"):
            assert told.get(kind) == smallest.get(kind), (kind, number)
        assert told.get("agreement", 0) <= smallest.get("agreement", told.get("agreement", 0))
        assert ("agreement" in told) >= ("agreement" in smallest)


def by_enumeration(term: Problem, plan: Plan, request: Request) -> dict[str, float]:
    """Return the smallest size of each single kind of change, by trying every way to place the request as a plan."""
    sizes: defaultdict[str, list[float]] = defaultdict(list)
    names = [None] if request.supervision is None else [each.id for each in term.supervisors]
    for unit in term.units:
        for start in set(request.starts):
            for name in names:
                way = Placement(request.id, unit.id, start, name)
                broken = {breach.rule for breach in check(term, (*plan.placements, way))}
                for kind, size in _sizes(term, plan, way, broken):
                    sizes[kind].append(size)
    return {kind: min(those) for kind, those in sizes.items()}


def _sizes(term: Problem, plan: Plan, way: Placement, broken: set[str]) -> Iterator[tuple[str, float]]:
    request = term.request[way.request]
    student, whole = term.student[request.student], (*plan.placements, way)
    if not broken:
        yield "room", 0
    elif broken <= {"capacity", "unit-ceiling"}:
        yield "places", len([week for week in range(term.term.weeks) if _is_short_of_a_place(term, plan, way, week)])
    elif broken == {"agreement-ceiling"}:
        ((_, (agreement,)),) = find_agreements(term, [way])
        used = sum(
            term.request[each.request].weeks for each, those in find_agreements(term, whole) if agreement in those
        )
        yield "agreement", used + count_taken(term, agreement) - (agreement.max_student_weeks or 0)
    elif broken == {"travel-limit"}:
        limit = term.travel.max_travel if student.max_travel is None else student.max_travel
        yield "travel", minutes_between(term, student, term.unit[way.unit]) - (limit or 0)
    elif broken == {"supervisor-load"} and way.supervisor is not None:
        most = term.supervisor[way.supervisor].max_students
        students = Counter(
            week
            for each in whole
            if each.supervisor == way.supervisor
            for week in range(each.start, each.start + term.request[each.request].weeks)
        )
        elsewhere = Counter(week for each in term.taken_with[way.supervisor] for week in each.weeks)
        students = Counter({week: count + elsewhere[week] for week, count in students.items()})
        yield "load", sum(count > most for count in students.values())
    elif broken == {"supervision"} and way.supervisor is not None and request.supervision is not None:
        named = term.supervisor[way.supervisor]
        trained = replace(named, credits=request.supervision.credits)
        others = tuple(trained if each is named else each for each in term.supervisors)
        if not check(replace(term, supervisors=others), whole):
            yield "training", request.supervision.credits - named.credits


def _is_short_of_a_place(term: Problem, plan: Plan, way: Placement, week: int) -> bool:
    """Tell whether a place is missing in a week: a one-week stay there breaks an offer or a ceiling."""
    request = term.request[way.request]
    if not way.start <= week < way.start + request.weeks:
        return False
    day = replace(request, weeks=1, starts=(week,))
    shorter = replace(term, requests=tuple(day if each.id == request.id else each for each in term.requests))
    found = check(shorter, (*plan.placements, replace(way, start=week)))
    return any(breach.rule in {"capacity", "unit-ceiling"} for breach in found)


@by_law
@given(st.integers(0, 2000))
def test_nobody_else_need_move_than_those_who_are_told_to(number: int) -> None:
    for term, plan, request, remedies in every_remedy(number):
        if any(remedy.kinds == ("room",) for remedy in remedies):
            continue
        wanted = {placement.request for placement in plan.placements} | {request}
        fewest = min(
            (
                _moves(plan, whole)
                for whole in every_plan(term)
                if {each.request for each in whole} == wanted and _stand(term, plan, whole)
            ),
            default=None,
        )
        told = [remedy for remedy in remedies if remedy.kinds == ("moves",)]
        assert [_count(remedy) for remedy in told] == [] if fewest is None else [fewest]
        assert all(remedy.smallest for remedy in told)


def _count(remedy: Remedy) -> int:
    return sum((move.before.unit, move.before.start) != (move.after.unit, move.after.start) for move in remedy.moves)


def _moves(plan: Plan, whole: tuple[Placement, ...]) -> int:
    where = {each.request: (each.unit, each.start) for each in whole}
    return sum(where[each.request] != (each.unit, each.start) for each in plan.placements)


def _stand(term: Problem, plan: Plan, whole: tuple[Placement, ...]) -> bool:
    """Tell whether every request that is not moved keeps its team of supervisors."""
    teams, columns = Teams(Columns(term)), Columns(term)
    team = {None: None} | {name: teams.of_supervisor[number] for name, number in columns.supervisor_index.items()}
    after = {each.request: each for each in whole}
    return all(
        (there.unit, there.start) != (each.unit, each.start) or team[each.supervisor] == team[there.supervisor]
        for each in plan.placements
        for there in [after[each.request]]
    )
