"""Why one request is placed or unplaced as it is: what is full at its possible units, and who uses that."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from placement_solver.check import objective_terms
from placement_solver.explanation.candidates import Candidates
from placement_solver.explanation.occupancy import Obstacle, Occupancy
from placement_solver.explanation.parties import Holding, count_holdings
from placement_solver.explanation.reasons import NARROWING, by_term, every_way, narrow
from placement_solver.problem import by_week

if TYPE_CHECKING:
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Full, Placement, Plan, Remaining
    from placement_solver.problem import Problem, RequestId, Taken, UnitId


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A full resource that closes ``ways`` of the request's possible (unit, start).

    ``place`` is its unit, or the provider of an agreement. ``taken`` of ``supply`` is used: students at a time in the
    fullest of ``weeks``, or the student-weeks of an agreement, which has no weeks. ``terms`` are the codes of other
    terms that have taken part of it.
    """

    rule: str
    id: str
    place: str
    weeks: tuple[int, ...]
    ways: int
    taken: int
    supply: int
    holders: tuple[Holding, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A unit that would have been better for a placed request, and why the request is not there.

    ``rule`` is the first rule that leaves no start at the unit. Otherwise ``hindrances`` and the student's
    ``own_placements`` are what is in the way. Where a start is open, ``rise`` is how much the objective would rise if
    the request were placed there.
    """

    unit: UnitId
    wish: Literal["preference", "nearest"]
    minutes: int
    rule: str | None
    hindrances: tuple[Hindrance, ...]
    own_placements: tuple[RequestId, ...]
    rise: int | None
    other_terms: tuple[Full, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The state of a request: its placement or None, and why.

    For an unplaced request, ``remaining`` counts the units left rule by rule. At those units ``hindrances``, the most
    closing first, and ``own_placements`` are in the way; ``dearer_units`` have room, but a placement there would raise
    the objective. For a placed request, ``wanted`` explains its first preference and the nearest suitable unit, if it
    is at neither.
    """

    request: RequestId
    placement: Placement | None
    minutes: int | None
    remaining: tuple[Remaining, ...]
    hindrances: tuple[Hindrance, ...]
    holders: tuple[Holding, ...]
    own_placements: tuple[RequestId, ...]
    dearer_units: int
    wanted: tuple[Wanted, ...]
    other_terms: tuple[Full, ...] = ()


def explain_request(
    problem: Problem, columns: Columns, plan: Plan, name: RequestId, occupancy: Occupancy | None = None
) -> Explanation:
    """Explain one request of a checked plan; ``occupancy`` is that of the plan, if it is known already."""
    number = columns.request_index[name]
    placement = next((placement for placement in plan.placements if placement.request == name), None)
    remaining, options = narrow(columns, number)
    if placement is not None:
        minutes = int(columns.minutes[columns.request_student[number], columns.unit_index[placement.unit]])
        wanted = _wanted(problem, columns, plan, number, placement)
        return Explanation(name, placement, minutes, remaining, (), (), (), 0, wanted)
    occupancy = occupancy or Occupancy(problem, plan.placements)
    look = _look(columns, occupancy, number, options)
    return Explanation(
        request=name,
        placement=None,
        minutes=None,
        remaining=remaining,
        hindrances=look.hindrances,
        holders=count_holdings(problem, holders_of(occupancy, look.hindrances)),
        own_placements=look.own,
        dearer_units=len(look.open_units),
        wanted=(),
        other_terms=look.other_terms,
    )


def holders_of(occupancy: Occupancy, hindrances: tuple[Hindrance, ...]) -> set[RequestId]:
    """Return every request that uses any of what is full."""
    return {request for each in hindrances for request in occupancy.holders(Obstacle(each.rule, each.id, each.weeks))}


def find_hindrances(columns: Columns, occupancy: Occupancy, number: int) -> tuple[Hindrance, ...]:
    """Return what is full at the units that the rules leave a request."""
    return _look(columns, occupancy, number, narrow(columns, number)[1]).hindrances


def first_refusal(columns: Columns, number: int, unit: int) -> tuple[str | None, Options]:
    """Return the first rule that leaves a request no start at a unit, or None, and the options that are left."""
    options = every_way(columns, number, np.array([unit]))
    for rule in NARROWING:
        options = options.take(rule.admits(columns, options))
        if not len(options):
            return rule.key, options
    return None, options


@dataclass(frozen=True, slots=True)
class _Look:
    """What is full at some options, the student's own placements in the way, of other terms too, and what has room."""

    hindrances: tuple[Hindrance, ...]
    own: tuple[RequestId, ...]
    other_terms: tuple[Full, ...]
    open_units: set[int]


def _look(columns: Columns, occupancy: Occupancy, number: int, options: Options) -> _Look:
    """Look at some options of a request, and return what is in the way at them."""
    request = columns.problem.requests[number]
    shared = int(columns.request_class[number])
    ways: Counter[tuple[str, str]] = Counter()
    weeks: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    own: set[RequestId] = set()
    others: list[tuple[Taken, range]] = []
    open_units: set[int] = set()
    for at, start in zip(options.unit.tolist(), options.start.tolist(), strict=True):
        unit = columns.problem.units[at]
        mine = occupancy.own_in_the_way(request, unit.id, start)
        found = occupancy.full_for(shared, request, unit, start)
        wanted = range(start, start + request.weeks)
        elsewhere = occupancy.taken_from(request.student, wanted)
        own |= mine
        others += [(each, wanted) for each in elsewhere]
        for obstacle in found:
            ways[obstacle.rule, obstacle.id] += 1
            weeks[obstacle.rule, obstacle.id].update(obstacle.weeks)
        if not found and not mine and not elsewhere:
            open_units.add(at)
    hindrances = tuple(
        _described(occupancy, Obstacle(*key, tuple(sorted(weeks[key]))), count)
        for key, count in sorted(ways.items(), key=lambda line: (-line[1], line[0]))
    )
    return _Look(hindrances, tuple(sorted(own)), by_term(others), open_units)


def _described(occupancy: Occupancy, obstacle: Obstacle, ways: int) -> Hindrance:
    """Describe an obstacle: where it is, how much of it is used, and by whom."""
    problem = occupancy.problem
    places: int | tuple[int, ...]
    if obstacle.rule == "agreement-ceiling":
        agreement = next(each for each in problem.agreements if each.id == obstacle.id)
        place, taken, supply = (
            str(agreement.provider),
            occupancy.student_weeks(agreement.id),
            agreement.max_student_weeks or 0,
        )
    else:
        if obstacle.rule == "capacity":
            capacity = next(each for each in problem.capacities if each.id == obstacle.id)
            place, places = capacity.unit, capacity.places
        elif obstacle.rule == "unit-ceiling":
            unit = next(each for each in problem.units if each.id == obstacle.id)
            place, places = unit.id, unit.max_students or 0
        else:
            supervisor = next(each for each in problem.supervisors if each.id == obstacle.id)
            place, places = supervisor.unit, supervisor.max_students
        taken = max(occupancy.count(obstacle.rule, obstacle.id, week) for week in obstacle.weeks)
        supply = max(by_week(places, problem.term.weeks)[week] for week in obstacle.weeks)
    holders = count_holdings(problem, occupancy.holders(obstacle))
    return Hindrance(
        obstacle.rule, obstacle.id, place, obstacle.weeks, ways, taken, supply, holders, occupancy.terms_in(obstacle)
    )


def _wanted(problem: Problem, columns: Columns, plan: Plan, number: int, placement: Placement) -> tuple[Wanted, ...]:
    """Explain the first preference and the nearest unit that suits the course, where the request is at neither."""
    request = problem.requests[number]
    here, student = columns.unit_index[placement.unit], int(columns.request_student[number])
    wishes: list[tuple[int, Literal["preference", "nearest"]]] = []
    if request.preferences and request.preferences[0] != placement.unit:
        wishes.append((columns.unit_index[request.preferences[0]], "preference"))
    ways = every_way(columns, number, np.arange(len(problem.units)))
    for rule in NARROWING[: [rule.key for rule in NARROWING].index("travel-limit")]:
        ways = ways.take(rule.admits(columns, ways))
    suitable = np.unique(ways.unit)
    nearest = int(suitable[np.argmin(columns.minutes[student, suitable])])
    if columns.minutes[student, nearest] < columns.minutes[student, here]:
        wishes.append((nearest, "nearest"))
    if not wishes:
        return ()
    others = tuple(each for each in plan.placements if each.request != request.id)
    occupancy = Occupancy(problem, others)
    candidates = [each for each in Candidates(columns, occupancy, number) if not each.needs]
    found = []
    for at, wish in wishes:
        unit = problem.units[at].id
        refusal, options = first_refusal(columns, number, at)
        look = _look(columns, occupancy, number, options)
        open_there = [each for each in candidates if each.placement.unit == unit]
        rise = None
        if open_there:
            best = min(open_there, key=lambda each: each.cost)
            rise = sum(objective_terms(problem, (*others, best.placement)).values()) - plan.objective
        found.append(
            Wanted(
                unit,
                wish,
                int(columns.minutes[student, at]),
                refusal,
                look.hindrances,
                look.own,
                rise,
                look.other_terms,
            )
        )
    return tuple(found)
