"""What one more is worth: never less than what it saves beyond the gap, and as much where the relaxation is tight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from placement_solver.columns import Columns
from placement_solver.covers import count_taken, covers
from placement_solver.figures.pricing import AGREEMENT, CEILING, PLACE, SUPERVISOR, Pricing, in_objective, price_again
from placement_solver.figures.worth import LISTED, weigh_worth
from placement_solver.problem import (
    Capacity,
    Problem,
    StudentId,
    Supervision,
    SupervisorId,
    Taken,
    TakenId,
    UnitId,
    by_week,
)
from placement_solver.report import Room, Scarce, Worth
from placement_solver.search.options import open_market
from placement_solver.search.prices import SCALE, Prices
from tests.solver.drawn import crowded, drawn
from tests.solver.enumeration import best_objective
from tests.solver.scarce import SUPERVISED, rivals, with_places
from tests.solver.small import KI, WARD, agreement, capacity, problem, request, student, supervisor, unit

TERMS = range(120)


def priced(term: Problem) -> Pricing:
    best = best_objective(term)
    assert best is not None
    return price_again(term, best, stopped=lambda: False, on_bound=lambda _: None)


def worth_of(term: Problem) -> Worth:
    """Return what everything is worth, at prices found in the usual number of rounds."""
    pricing = priced(term)
    worth = weigh_worth(pricing, pricing.bound // SCALE)
    assert worth is not None
    return worth


@cache
def drawn_worth(number: int) -> Worth:
    return worth_of(drawn(number))


def with_one_more(term: Problem, line: Scarce) -> Problem | None:
    """Give a term one more of something in every week that has a price; None where that would admit what was not."""
    if line.rule == PLACE:
        return with_places(term, lambda offer: offer.id == line.id, line.weeks)
    if line.rule == CEILING:
        ward = term.unit[UnitId(line.id)]
        assert ward.max_students is not None
        ceiling = by_week(ward.max_students, term.term.weeks)
        raised = replace(ward, max_students=tuple(n + (week in line.weeks) for week, n in enumerate(ceiling)))
        return replace(term, units=tuple(raised if each is ward else each for each in term.units))
    if line.rule == AGREEMENT:
        (held,) = (each for each in term.agreements if each.id == line.id)
        assert held.max_student_weeks is not None
        raised_to = replace(held, max_student_weeks=held.max_student_weeks + 1)
        left = max(0, held.max_student_weeks - count_taken(term, held))
        if min(each.weeks for each in term.requests) <= left < max(each.weeks for each in term.requests):
            return None
        return replace(term, agreements=tuple(raised_to if each is held else each for each in term.agreements))
    return None


def twins(term: Problem, worth: Worth) -> Iterator[tuple[Problem, float]]:
    """Yield the term with a second of each supervisor, and what the prices of their pools make of one."""
    for number, each in enumerate(term.supervisors):
        on_duty = range(term.term.weeks) if each.weeks is None else each.weeks
        price = sum(
            price
            for line in worth.scarce
            if line.rule == SUPERVISOR
            and (line.unit, line.professions) == (each.unit, (each.profession,))
            and (line.credits or 0) <= each.credits
            for week, price in zip(line.weeks, line.prices, strict=True)
            if week in on_duty
        )
        twin = replace(each, id=SupervisorId(f"twin-{number}"), max_students=1)
        yield replace(term, supervisors=(*term.supervisors, twin)), price


def test_no_plan_with_one_more_costs_less_than_the_bound_less_the_price() -> None:
    tried = {PLACE: 0, CEILING: 0, AGREEMENT: 0, SUPERVISOR: 0}
    for number in TERMS:
        term, worth = drawn(number), drawn_worth(number)
        for line in worth.scarce:
            richer = with_one_more(term, line)
            if richer is not None:
                tried[line.rule] += 1
                best = best_objective(richer)
                assert best is not None, (number, line)
                assert best >= worth.bound - sum(line.prices), (number, line)
        for richer, price in twins(term, worth):
            if price:
                tried[SUPERVISOR] += 1
                best = best_objective(richer)
                assert best is not None, number
                assert best >= worth.bound - price, number
    assert min(tried.values()) > 2, tried


def used_up(term: Problem) -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """Yield what other terms have left too little of: the rule, the id, and the week (none for an agreement)."""
    for week in range(term.term.weeks):
        here = [each for each in term.taken if week in each.weeks]
        for offer in term.capacities:
            places = by_week(offer.places, term.term.weeks)[week]
            if 0 < places <= sum(each.unit == offer.unit and covers(offer, each) for each in here):
                yield PLACE, offer.id, (week,)
        for ward in term.units:
            ceiling = 0 if ward.max_students is None else by_week(ward.max_students, term.term.weeks)[week]
            if 0 < ceiling <= sum(each.unit == ward.id for each in here):
                yield CEILING, ward.id, (week,)
    shortest = min(request.weeks for request in term.requests)
    for held in term.agreements:
        taken = count_taken(term, held)
        if held.max_student_weeks is not None and taken and held.max_student_weeks - taken < shortest:
            yield AGREEMENT, held.id, ()


def price_of(line: Scarce | None, week: int = 0) -> float:
    """Return the price of one more, in a week if it is counted by the week; 0 where it has none."""
    return 0 if line is None else dict(zip(line.weeks or (0,), line.prices, strict=True)).get(week, 0)


def test_nothing_that_other_terms_have_used_up_saves_more_than_its_price() -> None:
    tried, with_price = {PLACE: 0, CEILING: 0, AGREEMENT: 0, SUPERVISOR: 0}, 0
    for term in crowded(60):
        worth = worth_of(term)
        lines = {(line.rule, line.id): line for line in worth.scarce}
        for rule, name, weeks in used_up(term):
            richer = with_one_more(term, Scarce(rule, name, None, "", (), None, weeks, ()))
            assert richer is not None
            best, price = best_objective(richer), price_of(lines.get((rule, name)), *weeks)
            assert best is not None
            assert best >= worth.bound - price, (rule, name, weeks, term)
            tried[rule] += 1
            with_price += price > 0
        for richer, price in twins(term, worth):
            best = best_objective(richer)
            assert best is not None
            assert best >= worth.bound - price, term
            tried[SUPERVISOR] += 1
    assert min(tried.values()) > 10, tried
    assert with_price > 30


def _stands_at(room: Room, offer: Capacity) -> bool:
    return offer.unit == room.unit


def test_a_place_by_itself_saves_no_more_than_it_is_said_to_be_worth() -> None:
    tried = 0
    for term in (*map(drawn, TERMS), *crowded(len(TERMS))):
        if any(offer.institutions is not None for offer in term.capacities):
            continue
        worth = worth_of(term)
        for room in (*worth.places, *worth.together):
            stay = range(room.first_week, room.first_week + room.weeks)
            best = best_objective(with_places(term, partial(_stands_at, room), stay))
            assert best is not None, (term, room)
            assert best >= worth.bound - room.place, (term, room)
            tried += 1
    assert tried > 20


@pytest.mark.parametrize(
    ("term", "place", "ceiling", "supervisor", "together"),
    [
        (rivals(), 990, 0, 0, 990),
        (rivals(2, **SUPERVISED), 0, 0, 990, 990),
        (rivals(1, **SUPERVISED), 0, 0, 0, 990),
        (rivals(2, units=(unit(max_students=1),)), 0, 990, 0, 990),
        (rivals(1, supervisors=(supervisor(max_students=2),), **SUPERVISED), 990, 0, 0, 990),
    ],
    ids=["a place", "a supervisor", "both", "the ceiling", "a place where supervisors suffice"],
)
def test_what_is_lacking_has_the_worth_of_the_student_it_would_place(
    term: Problem, place: int, ceiling: int, supervisor: int, together: int
) -> None:
    worth = worth_of(term)
    (room,) = {*worth.places, *worth.supervisors, *worth.together}
    assert (room.unit, room.profession, room.first_week, room.weeks) == ("ward", "nurse", 0, 2)
    assert (room.place, room.ceiling, room.supervisor) == pytest.approx((place, ceiling, supervisor), abs=1)
    assert room.together == pytest.approx(together, abs=1)
    assert (bool(worth.places), bool(worth.supervisors)) == (place > 0, supervisor > 0)
    assert bool(worth.together) == (place == supervisor == 0)


PLACED_ONE = {"students": (student(),), "requests": (request(starts=(0,)),)}
GUIDED_ONE = PLACED_ONE | {"requests": (request(starts=(0,), supervision=Supervision(1.5)),)}
STRANGER = Taken(TakenId("t"), "VT27", StudentId("stranger"), KI, "nurse", WARD, None, 0, 1)
LED = replace(STRANGER, supervisor=SupervisorId("karin"))


@pytest.mark.parametrize(
    ("term", "place", "ceiling", "supervisor", "together"),
    [
        (rivals(1, **PLACED_ONE, taken=(STRANGER,)), 990, 0, 0, 990),
        (rivals(1, **PLACED_ONE, taken=(replace(STRANGER, last_week=0),)), 990, 0, 0, 990),
        (rivals(2, **PLACED_ONE, units=(unit(max_students=1),), taken=(STRANGER,)), 0, 990, 0, 990),
        (rivals(2, **GUIDED_ONE, taken=(LED,)), 0, 0, 990, 990),
        (rivals(1, **GUIDED_ONE, taken=(LED,)), 0, 0, 0, 990),
        (rivals(1, **PLACED_ONE, units=(unit(max_students=1),), taken=(STRANGER,)), 0, 0, 0, 990),
    ],
    ids=["a place", "a place in one week", "the ceiling", "a supervisor", "place and supervisor", "place and ceiling"],
)
def test_what_another_term_has_used_up_is_worth_as_much_as_what_this_term_has_filled(
    term: Problem, place: int, ceiling: int, supervisor: int, together: int
) -> None:
    worth = worth_of(term)
    (room,) = {*worth.places, *worth.supervisors, *worth.together}
    assert (room.first_week, room.weeks) == (0, 2)
    assert (room.place, room.ceiling, room.supervisor) == pytest.approx((place, ceiling, supervisor), abs=1)
    assert room.together == pytest.approx(together, abs=1)
    assert worth.bound == 1000
    assert worth.totals == (), "there is nothing of it"


def test_student_weeks_that_other_terms_have_used_up_have_a_price_even_if_a_few_are_left() -> None:
    def one_more(most: int) -> float:
        held = agreement(max_student_weeks=most)
        (line,) = worth_of(rivals(2, **PLACED_ONE, agreements=(held,), taken=(STRANGER,))).scarce
        assert (line.rule, line.id, line.weeks) == (AGREEMENT, "ki-region", ())
        return line.prices[0]

    assert one_more(2) == pytest.approx(495, abs=1), "its part of a placement"
    assert one_more(3) == pytest.approx(990, abs=1), "the one that makes a placement possible"


def test_stays_of_several_lengths_pay_no_more_for_what_is_used_up_than_they_must() -> None:
    long, short = request(weeks=3, starts=(0,)), request("bo-1", weeks=1, starts=(1,))
    worth = worth_of(rivals(1, requests=(long, short), taken=(replace(STRANGER, last_week=2),)))
    (line,) = worth.scarce
    assert (line.weeks, line.prices) == ((1,), (990,))


def test_what_a_unit_offers_nothing_of_has_no_price_also_beside_other_terms() -> None:
    assert worth_of(rivals(0, **PLACED_ONE, taken=(STRANGER,))).scarce == ()
    assert worth_of(rivals((0, 1, 1, 1, 1, 1), **PLACED_ONE, taken=(STRANGER,))).scarce == ()


def test_a_student_week_of_a_full_agreement_is_worth_its_part_of_a_placement() -> None:
    worth = worth_of(rivals(2, agreements=(agreement(max_student_weeks=2),)))
    (line,) = worth.scarce
    assert (line.rule, line.id, line.unit, line.weeks) == (AGREEMENT, "ki-region", None, ())
    assert line.prices == pytest.approx((495,), abs=1)
    assert (worth.places, worth.supervisors, worth.together) == ((), (), ())


def test_prices_are_added_up_by_unit_provider_kind_profession_and_week() -> None:
    totals = {(each.by, each.name): each for each in worth_of(rivals()).totals}
    assert {by for by, _ in totals} == {"unit", "provider", "kind", "profession", "week"}
    for key in (("unit", "ward"), ("provider", "region"), ("kind", "medicine"), ("profession", "nurse")):
        assert (totals[key].rule, totals[key].amount) == (PLACE, 6)
        assert totals[key].worth == pytest.approx(990, abs=1)
        assert totals[key].mean == pytest.approx(990 / 6, abs=1)
        assert totals[key].most <= totals[key].worth
    assert sum(each.worth for (by, _), each in totals.items() if by == "week") == pytest.approx(990, abs=1)
    assert {name for by, name in totals if by == "week"} <= {"2026-W50", "2026-W51"}


def test_each_unit_and_profession_stands_once_with_the_stay_that_makes_the_most_of_it() -> None:
    longer = request("bo-1", weeks=3, starts=(0, 1))
    rooms = worth_of(
        rivals(
            1,
            requests=(request(starts=(0,)), longer, request("cia-1", starts=(0,))),
            students=(student(), student("bo"), student("cia")),
        )
    ).places
    assert len(rooms) == 1
    wards = tuple(unit(f"u{i}") for i in range(LISTED + 5))
    names = [f"p{i}" for i in range(2 * len(wards))]
    crowd = problem(
        units=wards,
        supervisors=(),
        capacities=tuple(capacity(f"c-{each.id}", unit=each.id, places=1) for each in wards),
        students=tuple(student(name) for name in names),
        requests=tuple(request(f"{name}-1", starts=(0,)) for name in names),
    )
    pricing = price_again(crowd, 10**9, stopped=lambda: False, on_bound=lambda _: None)
    worth = weigh_worth(pricing, 10**9)
    assert worth is not None
    assert len(worth.places) == LISTED
    assert [room.place for room in worth.places] == sorted((room.place for room in worth.places), reverse=True)


def test_where_nothing_is_scarce_nothing_has_a_price() -> None:
    worth = worth_of(rivals(2))
    assert (worth.bound, worth.scarce, worth.totals) == (20, (), ())


def test_prices_never_sought_are_none() -> None:
    pricing = price_again(rivals(), 1010, stopped=lambda: True, on_bound=lambda _: None)
    assert weigh_worth(pricing, 1010) is None


def test_the_cells_of_every_price_are_those_of_its_line() -> None:
    for number in TERMS:
        market = open_market(Columns(drawn(number)))
        pricing = Pricing(market, Prices.nothing(market))
        supplies = np.concatenate(
            [pricing.table(rule)[1].reshape(-1) for rule in (PLACE, CEILING, AGREEMENT, SUPERVISOR)]
        )
        assert np.array_equal(supplies, pricing.market.scarcity.supply)


def test_a_price_is_rounded_up_to_hundredths() -> None:
    assert in_objective(0) == 0
    assert in_objective(SCALE) == 1
    assert in_objective(SCALE + 1) == 1.01
    assert in_objective(1) == 0.01
