"""What must hold between the best plans of two terms that differ in one way."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from placement_solver.covers import applies, covers
from placement_solver.documents import problem_document, problem_of
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Plan
from placement_solver.problem import Agreement, CapacityId, Decision, Problem, UnitId, Weights, by_week
from placement_solver.solve import solve
from placement_solver.weeks import IsoWeek
from placement_solver.wishes.carried_burden import CarriedBurden
from tests.effort import fresh, has_long_form
from tests.solver import small
from tests.solver.drawn import drawn
from tests.solver.quick import QUICK
from tests.solver.wider import wider

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.no_cover, has_long_form("32 terms", "184 terms")]


def has_a_plan(term: Problem) -> bool:
    """Tell whether the pins of a term can all be supervised at once."""
    try:
        solve(term, time_limit=0.0, workers=1, settings=QUICK)
    except InvalidProblem:
        return False
    return True


NUMBERS = (*range(3203, 3215), *fresh(4, 80))
"""The first twelve are the same in every run, so that each change is known to matter to some of their terms."""


@cache
def terms() -> list[tuple[Callable[[int], Problem], int]]:
    """Return the terms, as what draws each and its number."""
    return [(draw, number) for draw in (drawn, wider) for number in NUMBERS if has_a_plan(draw(number))]


Change = Callable[[Problem, random.Random], Problem]


def solved(term: Problem) -> Plan:
    plan = solve(term, time_limit=3600.0, workers=1, settings=QUICK)
    assert plan.status == "optimal"
    return plan


@cache
def first_solved(draw: Callable[[int], Problem], number: int) -> Plan:
    return solved(draw(number))


def pairs(change: Change) -> Iterator[tuple[int, int]]:
    """The lowest objective of every term before and after a change; at least half of them do change."""
    changed = 0
    for draw, number in terms():
        term = draw(number)
        other = change(term, random.Random(number))
        changed += other != term
        yield first_solved(draw, number).objective, solved(other).objective
    assert changed > len(terms()) // 2


def renamed(term: Problem, chance: random.Random) -> Problem:
    """Give everything another id, and every list whose order says nothing another order."""
    document = problem_document(term)
    lists = [lines for lines in document.values() if isinstance(lines, list)]
    ids = [line["id"] for lines in lists for line in lines if "id" in line]
    ids += sorted({line["pair_group"] for line in document["requests"] if "pair_group" in line})
    names = dict(zip(ids, (f"x{number}" for number in chance.sample(range(1000), len(ids))), strict=True))

    def other(value: Any, key: str) -> Any:  # noqa: ANN401  (JSON)
        if isinstance(value, dict):
            return {field: other(inner, field) for field, inner in value.items()}
        if isinstance(value, list):
            told = [other(inner, key) for inner in value]
            return told if key in {"preferences", "places", "max_students"} else chance.sample(told, len(told))
        return names.get(value, value) if key != "kind" and isinstance(value, str) else value

    return problem_of(other(document, ""))


def with_an_empty_unit(term: Problem, _: random.Random) -> Problem:
    """Add a unit like the first that offers nothing, with a supervisor."""
    unit = replace(term.units[0], id=UnitId("empty"))
    karin = small.supervisor("karin", unit=unit.id)
    return replace(term, units=(unit, *term.units), supervisors=(*term.supervisors, karin))


def with_an_unreachable_unit(term: Problem, _: random.Random) -> Problem:
    """Add a unit that offers plenty to a kind of course that nobody asks for."""
    unit = replace(term.units[0], id=UnitId("unreachable"), kinds=("nothing-asked",))
    offer = small.capacity("plenty", unit=unit.id, professions=("nurse", "midwife"), places=9)
    return replace(term, units=(*term.units, unit), capacities=(offer, *term.capacities))


def one_more(amount: int | tuple[int, ...]) -> int | tuple[int, ...]:
    return amount + 1 if isinstance(amount, int) else tuple(each + 1 for each in amount)


def with_more_places(term: Problem, _: random.Random) -> Problem:
    offers = tuple(replace(offer, places=one_more(offer.places)) for offer in term.capacities)
    return replace(term, capacities=offers)


def with_higher_ceilings(term: Problem, _: random.Random) -> Problem:
    units = (u if u.max_students is None else replace(u, max_students=one_more(u.max_students)) for u in term.units)
    return replace(term, units=tuple(units))


def with_one_more_supervisor(term: Problem, chance: random.Random) -> Problem:
    karin = small.supervisor("karin", unit=chance.choice(term.units).id, credits=15.0)
    return replace(term, supervisors=(*term.supervisors, karin))


def with_larger_agreements(term: Problem, _: random.Random) -> Problem:
    agreements = tuple(
        a if a.max_student_weeks is None else replace(a, max_student_weeks=a.max_student_weeks + 2)
        for a in term.agreements
    )
    return replace(term, agreements=agreements)


def with_later_starts(term: Problem, _: random.Random) -> Problem:
    requests = tuple(
        replace(r, starts=tuple(sorted({*r.starts, *(s + 1 for s in r.starts if s + 1 < term.term.weeks)})))
        for r in term.requests
    )
    return replace(term, requests=requests)


def without_pins(term: Problem, chance: random.Random) -> Problem:
    return replace(with_more_places(term, chance), pins=())


def with_the_offer_for_all_twice(term: Problem, _: random.Random) -> Problem:
    """Make every offer twice under two ids: each holds all that the other holds."""
    again = tuple(replace(offer, id=CapacityId(f"{offer.id}-again")) for offer in term.capacities)
    return replace(term, capacities=(*again, *term.capacities))


def in_another_year(term: Problem, _: random.Random) -> Problem:
    return replace(term, term=replace(term.term, first_week=IsoWeek(2031, 3)))


def with_a_week_before(term: Problem, _: random.Random) -> Problem:
    """Begin the term a week earlier, with nobody on duty, no place and no course in it."""

    def later(amount: int | tuple[int, ...]) -> tuple[int, ...]:
        return (0, *by_week(amount, term.term.weeks))

    def moved(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
        return tuple(replace(decision, start=decision.start + 1) for decision in decisions)

    return replace(
        term,
        term=replace(term.term, weeks=term.term.weeks + 1),
        units=tuple(
            u if u.max_students is None else replace(u, max_students=later(u.max_students)) for u in term.units
        ),
        capacities=tuple(replace(c, places=later(c.places)) for c in term.capacities),
        supervisors=tuple(
            s if s.weeks is None else replace(s, weeks=tuple(week + 1 for week in s.weeks)) for s in term.supervisors
        ),
        agreements=tuple(replace(a, first_week=a.first_week + 1, last_week=a.last_week + 1) for a in term.agreements),
        requests=tuple(replace(r, starts=tuple(start + 1 for start in r.starts)) for r in term.requests),
        pins=moved(term.pins),
        current=moved(term.current),
        taken=tuple(replace(t, first_week=t.first_week + 1, last_week=t.last_week + 1) for t in term.taken),
    )


def with_a_stranger_of_another_term_and_room_for_her(term: Problem, chance: random.Random) -> Problem:
    """Let another term have a place, a supervisor and student-weeks, and add as much of each in the same weeks."""
    first, last = sorted(chance.choices(range(term.term.weeks), k=2))
    like, unit, weeks = chance.choice(term.students), chance.choice(term.units), range(first, last + 1)
    karin = small.supervisor("karin", unit=unit.id, profession=like.profession, weeks=tuple(weeks))
    stranger = small.taken(
        "stranger",
        institution=like.institution,
        profession=like.profession,
        unit=unit.id,
        supervisor=karin.id,
        first_week=first,
        last_week=last,
    )

    def raised(amount: int | tuple[int, ...]) -> tuple[int, ...]:
        return tuple(each + (week in weeks) for week, each in enumerate(by_week(amount, term.term.weeks)))

    def widened(agreement: Agreement) -> Agreement:
        more = sum(applies(agreement, like, unit, range(week, week + 1)) for week in weeks)
        if (agreement.institution, agreement.provider) != (like.institution, unit.provider):
            return agreement
        most = agreement.max_student_weeks
        return replace(
            agreement,
            min_student_weeks=agreement.min_student_weeks + more,
            max_student_weeks=None if most is None else most + more,
        )

    return replace(
        term,
        units=tuple(
            replace(u, max_students=raised(u.max_students)) if u is unit and u.max_students is not None else u
            for u in term.units
        ),
        capacities=tuple(
            replace(c, places=raised(c.places)) if c.unit == unit.id and covers(c, like) else c for c in term.capacities
        ),
        supervisors=(*term.supervisors, karin),
        agreements=tuple(widened(agreement) for agreement in term.agreements),
        taken=(*term.taken, stranger),
    )


def with_a_stranger_where_company_is_not_asked_for(term: Problem, chance: random.Random) -> Problem:
    """The same, unless the stranger could be company."""
    return term if term.weights.interprofessional else with_a_stranger_of_another_term_and_room_for_her(term, chance)


def with_pair_groups_that_weigh_nothing(term: Problem, chance: random.Random) -> Problem:
    if term.weights.pairs:
        return term
    groups = (None, "crs_1", "crs_2")
    return replace(term, requests=tuple(replace(each, pair_group=chance.choice(groups)) for each in term.requests))


def with_more_company_asked_for(term: Problem, _: random.Random) -> Problem:
    w = term.weights
    return replace(term, weights=replace(w, interprofessional=w.interprofessional + 5, pairs=w.pairs + 5))


def with_double_weights(term: Problem, _: random.Random) -> Problem:
    double = Weights(*(2 * getattr(term.weights, each.name) for each in fields(Weights)))
    return replace(term, weights=double)


SAME: tuple[Change, ...] = (
    renamed,
    with_an_empty_unit,
    with_an_unreachable_unit,
    with_the_offer_for_all_twice,
    in_another_year,
    with_a_week_before,
    with_a_stranger_where_company_is_not_asked_for,
    with_pair_groups_that_weigh_nothing,
)
NEVER_WORSE: tuple[Change, ...] = (
    with_more_places,
    with_higher_ceilings,
    with_one_more_supervisor,
    with_larger_agreements,
    with_later_starts,
    without_pins,
    with_a_stranger_of_another_term_and_room_for_her,
)


@pytest.mark.parametrize("change", SAME)
def test_what_nobody_decides_on_changes_no_best_plan(change: Change) -> None:
    assert [pair for pair in pairs(change) if pair[0] != pair[1]] == []


@pytest.mark.parametrize("change", NEVER_WORSE)
def test_with_more_to_choose_from_the_best_plan_is_never_worse(change: Change) -> None:
    both = list(pairs(change))
    assert [pair for pair in both if pair[1] > pair[0]] == []
    assert any(after < before for before, after in both), "and in some term it is better"


def test_asking_for_more_company_makes_no_best_plan_cheaper() -> None:
    both = list(pairs(with_more_company_asked_for))
    assert [pair for pair in both if pair[1] < pair[0]] == []
    assert any(after > before for before, after in both), "and in some term it is dearer"


def test_with_twice_the_weights_the_best_plan_costs_twice_as_much() -> None:
    assert [pair for pair in pairs(with_double_weights) if pair[1] != 2 * pair[0]] == []


def test_without_a_request_that_had_no_place_the_best_plan_costs_its_price_less() -> None:
    tried = 0
    for draw, number in terms():
        term, plan = draw(number), first_solved(draw, number)
        in_force = {line.request for line in term.current} | {name for r in term.requests for name in r.after}
        for gone in [left.request for left in plan.unplaced if left.request not in in_force][:1]:
            rest = replace(term, requests=tuple(r for r in term.requests if r.id != gone))
            price = term.weights.unplaced * term.request[gone].priority
            price += CarriedBurden().score(term, ()) - CarriedBurden().score(rest, ())
            assert solved(rest).objective == plan.objective - price, (draw, number)
            tried += 1
    assert tried > len(terms()) // 2


def test_a_pin_where_the_best_plan_already_is_changes_nothing() -> None:
    tried = 0
    for draw, number in terms():
        term, plan = draw(number), first_solved(draw, number)
        pinned = {pin.request for pin in term.pins}
        free = [p for p in plan.placements if p.request not in pinned]
        pins = tuple(Decision(p.request, p.unit, p.start, p.supervisor) for p in free[: 1 + number % 3])
        assert solved(replace(term, pins=term.pins + pins)).objective == plan.objective, (draw, number)
        tried += bool(pins)
    assert tried > len(terms()) // 2


def test_with_its_own_best_plan_in_force_a_term_keeps_it_whatever_a_change_costs() -> None:
    for draw, number in terms():
        term, plan = draw(number), first_solved(draw, number)
        current = tuple(Decision(p.request, p.unit, p.start) for p in plan.placements)
        calm = replace(term, current=current, weights=replace(term.weights, change=25))
        before = plan.objective - plan.terms["change"]
        assert solved(calm).objective <= before, (draw, number)
