"""What one more would be worth: the price of every scarce resource, with its owner.

The proof of a plan puts a price on every place, ceiling, agreement and supervisor by the week. It is a Lagrangian
price, which equals the shadow price of the linear relaxation when the bound is tight. With one more of a resource, no
plan costs less than the bound that the prices prove minus that price. So a worth is the most that one more can save
beyond the remaining gap; `one_more` finds what it actually saves.

A resource that no option could use has no price, such as a week in which nothing is offered. A week in which other
terms have taken everything has one (`used_up`).
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.figures.lacking import weigh_part
from placement_solver.figures.pricing import AGREEMENT, CEILING, PLACE, SUPERVISOR, in_objective
from placement_solver.report import Room, Scarce, Total, Worth
from placement_solver.rules import LIMITS
from placement_solver.search.prices import SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from placement_solver.arrays import Ints
    from placement_solver.figures.pricing import Pricing
    from placement_solver.problem import Problem
    from placement_solver.report import SummedBy
    from placement_solver.rules.base import Line

LISTED = 20
"""At most this many places, supervisors and combinations of both are listed, those worth most."""
WEIGHED = 3 * LISTED
"""This many of those with the highest prices are weighed part by part to find them."""


def weigh_worth(pricing: Pricing, objective: int) -> Worth | None:
    """Return what every scarce resource is worth, or None where there was no time to compute prices.

    ``objective`` is the plan's. Prices that are all 0 were not computed, unless they prove that objective.
    """
    if not pricing.computed and pricing.bound < objective * SCALE:
        return None
    return Worth(
        bound=pricing.bound * 100 // SCALE / 100,
        scarce=tuple(_scarce(pricing)),
        places=_dearest(_rooms(pricing, PLACE, CEILING), lambda room: room.place),
        supervisors=_dearest(_rooms(pricing, SUPERVISOR), lambda room: room.supervisor),
        together=_dearest(
            _rooms(pricing, PLACE, CEILING, SUPERVISOR),
            lambda room: room.together if room.together >= 1 + max(room.place, room.supervisor) else 0,
        ),
        totals=tuple(_totals(pricing)),
    )


def _scarce(pricing: Pricing) -> Iterator[Scarce]:
    for rule in LIMITS:
        prices, _ = pricing.table(rule.key)
        for line, price in zip(pricing.lines[rule.key], prices, strict=True):
            priced = np.flatnonzero(price)
            if len(priced):
                yield Scarce(
                    rule=rule.key,
                    id=line.id,
                    unit=line.unit,
                    provider=line.provider,
                    professions=line.professions,
                    credits=line.credits,
                    weeks=tuple(priced.tolist()) if rule.by_week else (),
                    prices=tuple(in_objective(each) for each in price[priced].tolist()),
                )


def _rooms(pricing: Pricing, *rules: str) -> list[Room]:
    """Weigh the room for one more, part by part, at the slots that pay most under some rules."""
    columns, slots = pricing.market.columns, pricing.market.slots
    professions = list(columns.profession_index)
    agreement, together = pricing.paid(AGREEMENT), pricing.paid(PLACE, CEILING, SUPERVISOR)
    rooms = []
    for slot in pricing.dearest(*rules)[:WEIGHED]:
        unit, request = columns.problem.units[slots.unit[slot]], int(slots.request[slot])
        parts = {rule: pricing.part(slot, rule) for rule in (PLACE, CEILING, SUPERVISOR)}
        alone = {
            rule: weigh_part(pricing, part, [other for name, other in parts.items() if name != rule])
            for rule, part in parts.items()
        }
        rooms.append(
            Room(
                unit=unit.id,
                provider=unit.provider,
                kinds=unit.kinds,
                profession=professions[columns.request_profession[request]],
                first_week=int(slots.start[slot]),
                weeks=int(columns.request_weeks[request]),
                place=in_objective(alone[PLACE]),
                ceiling=in_objective(alone[CEILING]),
                supervisor=in_objective(alone[SUPERVISOR]),
                together=in_objective(int(together[slot])),
                agreement=in_objective(int(agreement[slot])),
            )
        )
    return rooms


def _dearest(rooms: list[Room], worth: Callable[[Room], float]) -> tuple[Room, ...]:
    """Return the rooms that are worth most, without those worth nothing."""
    return tuple(sorted((room for room in rooms if worth(room)), key=worth, reverse=True)[:LISTED])


def _totals(pricing: Pricing) -> Iterator[Total]:
    """Yield the sums of prices under every name that has any, the highest first within each rule and kind of name."""
    for rule in LIMITS:
        sums: defaultdict[SummedBy, defaultdict[str, Ints]] = defaultdict(
            lambda: defaultdict(lambda: np.zeros(3, np.int64))
        )
        prices, supplies = pricing.table(rule.key)
        parts = np.stack([supplies, prices * supplies, prices], axis=2)
        for line, part in zip(pricing.lines[rule.key], parts, strict=True):
            for by, name in _names(pricing.market.columns.problem, line):
                _add(sums[by][name], part)
        if rule.by_week:
            first_week = pricing.market.columns.problem.term.first_week
            for week in range(parts.shape[1]):
                _add(sums["week"][str(first_week.plus(week))], parts[:, week])
        for by, names in sums.items():
            for name, (amount, worth, most) in sorted(names.items(), key=lambda pair: (-pair[1][1], pair[0])):
                if worth:
                    mean = -(-worth // amount)
                    told = [in_objective(int(price)) for price in (worth, mean, most)]
                    yield Total(rule.key, by, name, int(amount), *told)


def _names(problem: Problem, line: Line) -> Iterator[tuple[SummedBy, str]]:
    """Yield every name that a line's prices are summed under."""
    yield "provider", line.provider
    for profession in line.professions:
        yield "profession", profession
    if line.unit is not None:
        yield "unit", line.unit
        for kind in problem.unit[line.unit].kinds:
            yield "kind", kind


def _add(total: Ints, part: Ints) -> None:
    """Add rows of (amount, worth, price) to a total: sums of the first two, and the highest price."""
    total[:2] += part[:, :2].sum(axis=0)
    total[2] = max(total[2], part[:, 2].max(initial=0))
