"""The whole problem as one plain CP-SAT model, written from the sentences of the contract.

It shares no code with the search, the rules or the check: a third reading of the same page. A variable stands for each
way to place a request, supervisor included; small terms only.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING

from ortools.sat.python import cp_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ortools.sat.python.cp_model import IntVar, LinearExprT

    from placement_solver.plan import Placement
    from placement_solver.problem import Agreement, Decision, Problem, Request, Student, Unit

Way = tuple[str, str, int, str | None]


def find_optimum(problem: Problem) -> int | None:
    """Return the lowest objective of all plans, or None where the pins leave no plan."""
    return _solve(_model(problem))


def find_value(problem: Problem, placements: Sequence[Placement]) -> int | None:
    """Return the objective of some placements, or None where they are no plan."""
    model = _model(problem)
    decided = {(each.request, each.unit, each.start, each.supervisor) for each in placements}
    if len(decided) < len(placements) or not decided <= set(model.taken):
        return None
    for way, variable in model.taken.items():
        model.cp.add(variable == (way in decided))
    return _solve(model)


@dataclass
class _Whole:
    cp: cp_model.CpModel = field(default_factory=cp_model.CpModel)
    taken: dict[Way, IntVar] = field(default_factory=dict)


def _solve(model: _Whole) -> int | None:
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


def _model(problem: Problem) -> _Whole:
    model = _Whole()
    costs: list[LinearExprT] = []
    in_week: defaultdict[tuple[str, str, int], list[IntVar]] = defaultdict(list)
    weeks_under: defaultdict[str, list[LinearExprT]] = defaultdict(list)
    for request, student, unit, start, supervisor, agreement in _ways(problem):
        variable = model.cp.new_bool_var("")
        model.taken[request.id, unit.id, start, supervisor] = variable
        costs.append((_cost(problem, request, student, unit) - _price(problem, request)) * variable)
        weeks_under[agreement.id].append(request.weeks * variable)
        for week in range(start, start + request.weeks):
            in_week["unit", unit.id, week].append(variable)
            in_week["student", student.id, week].append(variable)
            in_week["supervisor", supervisor or "", week].append(variable)
            for offer in problem.capacities:
                if offer.unit == unit.id and is_open_to(offer.professions, offer.institutions, student):
                    in_week["capacity", offer.id, week].append(variable)
    costs += [_price(problem, request) for request in problem.requests]
    _keep_within_weeks(problem, model, in_week)
    _keep_itineraries(problem, model)
    for pin in problem.pins:
        model.cp.add_exactly_one(_ways_as_pinned(model, pin))
    for agreement in problem.agreements:
        used = sum(weeks_under[agreement.id])
        others = _taken_under(problem, agreement)
        if agreement.max_student_weeks is not None:
            model.cp.add(used <= max(0, agreement.max_student_weeks - others))
        short = model.cp.new_int_var(0, agreement.min_student_weeks, "")
        model.cp.add(short >= agreement.min_student_weeks - others - used)
        costs.append(problem.weights.agreement_floor * short)
    for line in problem.current:
        same = _ways_as_pinned(model, replace(line, supervisor=None))
        costs.append(problem.weights.change * (1 - sum(same)))
    costs += _company(problem, model)
    model.cp.minimize(sum(costs))
    return model


def _company(problem: Problem, model: _Whole) -> Iterator[LinearExprT]:
    """Yield what it costs that students are without another profession, and without a peer, at each unit and week."""
    asked: dict[str, Request] = {request.id: request for request in problem.requests}
    profession_of = {student.id: student.profession for student in problem.students}
    there: defaultdict[tuple[str, int], list[tuple[Request, IntVar]]] = defaultdict(list)
    for (name, unit, start, _), variable in model.taken.items():
        for week in range(start, start + asked[name].weeks):
            there[unit, week].append((asked[name], variable))
    for (unit, week), ways in there.items():
        others = {each.profession for each in problem.taken if each.unit == unit and week in each.weeks}
        present = {}
        for profession in others | {profession_of[request.student] for request, _ in ways}:
            present[profession] = model.cp.new_bool_var("")
            own = [variable for request, variable in ways if profession_of[request.student] == profession]
            model.cp.add_max_equality(present[profession], [*own, int(profession in others)])
        several = model.cp.new_bool_var("")
        model.cp.add(sum(present.values()) >= 2).only_enforce_if(several)
        model.cp.add(sum(present.values()) <= 1).only_enforce_if(~several)
        alone = model.cp.new_int_var(0, len(ways), "")
        model.cp.add(alone == sum(variable for _, variable in ways)).only_enforce_if(~several)
        yield problem.weights.interprofessional * alone
        for group in {request.pair_group for request, _ in ways} - {None}:
            odd = model.cp.new_int_var(0, 1, "")
            students = sum(variable for request, variable in ways if request.pair_group == group)
            model.cp.add_modulo_equality(odd, students, 2)
            yield problem.weights.pairs * odd


def _ways(problem: Problem) -> Iterator[tuple[Request, Student, Unit, int, str | None, Agreement]]:
    """Yield every way to place a request that breaks no rule by itself."""
    for request, unit in product(problem.requests, problem.units):
        (student,) = (each for each in problem.students if each.id == request.student)
        for start in sorted(set(request.starts)):
            agreements = [each for each in problem.agreements if holds(each, student, unit, request, start)]
            if len(agreements) == 1 and _may_go(problem, request, student, unit, start):
                for supervisor in _supervisors(problem, request, student, unit, start):
                    yield request, student, unit, start, supervisor, agreements[0]


def holds(agreement: Agreement, student: Student, unit: Unit, request: Request, start: int) -> bool:
    """Tell whether an agreement covers a placement."""
    return (
        agreement.institution == student.institution
        and agreement.provider == unit.provider
        and (agreement.professions is None or student.profession in agreement.professions)
        and (agreement.units is None or unit.id in agreement.units)
        and agreement.first_week <= start
        and start + request.weeks - 1 <= agreement.last_week
    )


def _may_go(problem: Problem, request: Request, student: Student, unit: Unit, start: int) -> bool:
    limit = problem.travel.max_travel if student.max_travel is None else student.max_travel
    return (
        start + request.weeks <= problem.term.weeks
        and bool(set(unit.kinds) & set(request.kinds))
        and student.site == unit.site
        and (unit.university_healthcare or not request.university_healthcare)
        and unit.id not in student.blocked_units
        and (limit is None or minutes_between(problem, student, unit) <= limit)
        and any(
            each.unit == unit.id and is_open_to(each.professions, each.institutions, student)
            for each in problem.capacities
        )
    )


def is_open_to(professions: Iterable[str], institutions: Iterable[str] | None, student: Student) -> bool:
    """Tell whether an offer to some professions and institutions is open to a student."""
    return student.profession in professions and (institutions is None or student.institution in institutions)


def _supervisors(
    problem: Problem, request: Request, student: Student, unit: Unit, start: int
) -> tuple[str | None, ...]:
    """Whom a placement may name: where nobody is asked for, nobody but whom a pin names."""
    if request.supervision is None:
        pinned = [pin.supervisor for pin in problem.pins if pin.request == request.id]
        return tuple(pinned) or (None,)
    weeks = range(start, start + request.weeks)
    return tuple(
        each.id
        for each in problem.supervisors
        if each.unit == unit.id
        and each.profession == student.profession
        and each.credits >= request.supervision.credits
        and (each.weeks is None or set(weeks) <= set(each.weeks))
    )


def minutes_between(problem: Problem, student: Student, unit: Unit) -> int:
    """Return the minutes of a journey."""
    travel = problem.travel
    if travel.matrix is not None and student.zone is not None and unit.zone in travel.matrix.get(student.zone, {}):
        return travel.matrix[student.zone][unit.zone]
    lat, lon, other_lat, other_lon = map(math.radians, (student.lat, student.lon, unit.lat, unit.lon))
    chord = math.sin((lat - other_lat) / 2) ** 2
    chord += math.cos(lat) * math.cos(other_lat) * math.sin((lon - other_lon) / 2) ** 2
    km = 2 * 6371.0088 * math.atan2(math.sqrt(chord), math.sqrt(1 - chord))
    return math.floor(travel.base_minutes + travel.minutes_per_km * km + 0.5)


def _cost(problem: Problem, request: Request, student: Student, unit: Unit) -> int:
    weights, minutes, wished = problem.weights, minutes_between(problem, student, unit), request.preferences
    rank = wished.index(unit.id) if unit.id in wished else len(wished)
    return (
        weights.travel * minutes
        + weights.long_travel * max(0, minutes - problem.travel.long_after)
        + weights.preference * rank
        + weights.carried_burden * (student.burden * (min(minutes, _farthest(problem, student)) + 5 * rank) // 1000)
    )


def _price(problem: Problem, request: Request) -> int:
    student = problem.student[request.student]
    felt = _farthest(problem, student) + 5 * len(request.preferences)
    return problem.weights.unplaced * request.priority + problem.weights.carried_burden * (
        student.burden * felt // 1000
    )


def _farthest(problem: Problem, student: Student) -> int:
    limit = problem.travel.max_travel if student.max_travel is None else student.max_travel
    return 24 * 60 if limit is None else limit


def _in_week(amount: int | tuple[int, ...], week: int) -> int:
    return amount if isinstance(amount, int) else amount[week]


def _keep_within_weeks(problem: Problem, model: _Whole, in_week: dict[tuple[str, str, int], list[IntVar]]) -> None:
    rooms: list[tuple[str, str, int | tuple[int, ...] | None]] = [
        *(("capacity", each.id, each.places) for each in problem.capacities),
        *(("unit", each.id, each.max_students) for each in problem.units),
        *(("supervisor", each.id, each.max_students) for each in problem.supervisors),
        *(("student", each.id, 1) for each in problem.students),
    ]
    others = _taken_in_weeks(problem)
    for what, name, room in rooms:
        for week in range(problem.term.weeks):
            if room is not None and (variables := in_week.get((what, name, week))):
                model.cp.add(sum(variables) <= max(0, _in_week(room, week) - others[what, name, week]))


def _taken_in_weeks(problem: Problem) -> Counter[tuple[str, str, int]]:
    """Count what the placements of other terms take in each week."""
    return Counter(
        (what, name, week)
        for each in problem.taken
        for week in range(each.first_week, each.last_week + 1)
        for what, name in [
            *(
                ("capacity", str(offer.id))
                for offer in problem.capacities
                if offer.unit == each.unit
                and each.profession in offer.professions
                and (offer.institutions is None or each.institution in offer.institutions)
            ),
            ("unit", each.unit),
            ("supervisor", each.supervisor or ""),
            ("student", each.student),
        ]
    )


def _taken_under(problem: Problem, agreement: Agreement) -> int:
    """Count the student-weeks that the placements of other terms have under an agreement."""
    provider_of = {unit.id: unit.provider for unit in problem.units}
    return sum(
        agreement.first_week <= week <= agreement.last_week
        for each in problem.taken
        for week in range(each.first_week, each.last_week + 1)
        if agreement.institution == each.institution
        and agreement.provider == provider_of[each.unit]
        and (agreement.professions is None or each.profession in agreement.professions)
        and (agreement.units is None or each.unit in agreement.units)
    )


def _keep_itineraries(problem: Problem, model: _Whole) -> None:
    """Let no request be placed twice, keep the order of courses, and let units differ where they are to."""
    asked: dict[str, Request] = {request.id: request for request in problem.requests}
    distinct = {student.id for student in problem.students if student.distinct_units}
    by_request: defaultdict[str, list[tuple[Way, IntVar]]] = defaultdict(list)
    by_unit: defaultdict[tuple[str, str], list[IntVar]] = defaultdict(list)
    for way, variable in model.taken.items():
        by_request[way[0]].append((way, variable))
        by_unit[asked[way[0]].student, way[1]].append(variable)
    for ways in by_request.values():
        model.cp.add_at_most_one(variable for _, variable in ways)
    for (student, _), variables in by_unit.items():
        if student in distinct:
            model.cp.add_at_most_one(variables)
    for later in problem.requests:
        for earlier in later.after:
            for (before, one), (after, other) in product(by_request[earlier], by_request[later.id]):
                if after[2] < before[2] + asked[earlier].weeks:
                    model.cp.add_at_most_one([one, other])


def _ways_as_pinned(model: _Whole, pin: Decision) -> list[IntVar]:
    return [
        variable
        for way, variable in model.taken.items()
        if way[:3] == (pin.request, pin.unit, pin.start) and pin.supervisor in (None, way[3])
    ]
