"""The compiled inner loops of the climb: what all requests ask for at some prices, and what they cost at least.

A county's climb asks a million options in each of hundreds of rounds. Compiled, a round takes a third to a fifth of
what it takes by whole arrays (`climb`), and lets other threads go on meanwhile.
"""

from __future__ import annotations

from typing import NamedTuple, cast

import numpy as np

from placement_solver.arrays import Floats, Ints, ShortFloats, ShortInts
from placement_solver.search.compiled import compiled

FAR = 16
"""An option that costs this many heats more than its request's cheapest has no share worth computing."""
STEPS = 256
"""So many weights are known for each heat between 0 and `FAR`: an error of a four-hundredth, less than the noise."""
WEIGHTS = np.exp(-(np.arange(FAR * STEPS) + 0.5) / STEPS).astype(np.float32)


class Asked(NamedTuple):
    """The options that take part in some rounds, and what they use.

    The options of request r are ``first[r] … first[r + 1] - 1``; each has a ``slot``, a ``stay`` (-1: none) and a
    ``cost``; leaving r out costs ``unplaced[r]``. Slot s uses ``amount[k]`` of the thing ``thing[k]`` for k in
    ``use_first[s] … use_first[s + 1] - 1``, and stay s one of each ``bar[k]`` for k in ``bar_first[s] …``.
    """

    first: Ints
    slot: ShortInts
    stay: ShortInts
    cost: ShortFloats
    unplaced: Floats
    use_first: Ints
    thing: Ints
    amount: Floats
    bar_first: Ints
    bar: Ints


@compiled
def ask(asked: Asked, price: Floats, heat: float, share: ShortFloats) -> Floats:
    """Write each option's share at the prices into ``share``; return what they use together of everything."""
    of_slot = _costs(asked.use_first, asked.thing, asked.amount, price)
    of_stay = _costs(asked.bar_first, asked.bar, np.ones(len(asked.bar)), price)
    wanted, stayed = np.zeros(len(of_slot)), np.zeros(len(of_stay))
    for request in range(len(asked.unplaced)):
        begin, end = asked.first[request], asked.first[request + 1]
        least = asked.unplaced[request]
        for option in range(begin, end):
            share[option] = asked.cost[option] + of_slot[asked.slot[option]] + of_stay[asked.stay[option]]
            least = min(least, share[option])  # as it is kept there, with fewer digits
        if begin < end:
            total = _share_out(share[begin:end], asked.unplaced[request], least, STEPS / heat)
            for option in range(begin, end):
                if share[option] > 0.0:
                    share[option] *= total
                    wanted[asked.slot[option]] += share[option]
                    stayed[asked.stay[option]] += share[option]
    demand = np.zeros(len(price))
    _demand(asked.use_first, asked.thing, asked.amount, wanted, demand)
    _demand(asked.bar_first, asked.bar, np.ones(len(asked.bar)), stayed, demand)
    return demand


@compiled
def _share_out(costs: ShortFloats, unplaced: float, least: float, steps: float) -> float:
    """Turn costs into weights; return what to multiply them by, so that with leaving out they add up to 1."""
    far = FAR * STEPS
    out = (unplaced - least) * steps
    total = WEIGHTS[int(out)] if out < far else 0.0
    for option in range(len(costs)):
        away = (costs[option] - least) * steps
        weight = WEIGHTS[int(away)] if away < far else 0.0
        costs[option] = weight
        total += weight
    return 1.0 / total


@compiled
def _costs(first: Ints, thing: Ints, amount: Floats, price: Floats) -> Floats:
    """Return what each user of things pays, and 0 after the last of them."""
    costs = np.zeros(len(first))
    for user in range(len(first) - 1):
        for use in range(first[user], first[user + 1]):
            costs[user] += price[thing[use]] * amount[use]
    return costs


@compiled
def _demand(first: Ints, thing: Ints, amount: Floats, wanted: Floats, demand: Floats) -> None:
    """Add what the users of things want of them to ``demand``."""
    for user in range(len(first) - 1):
        if wanted[user] > 0.0:
            for use in range(first[user], first[user + 1]):
                demand[thing[use]] += wanted[user] * amount[use]


@compiled
def cheapest(first: Ints, slot: Ints, stay: Ints, cost: Ints, of_slot: Ints, of_stay: Ints, scale: int) -> Ints:
    """Return what each request's cheapest option costs in units of 1 / ``scale``; the largest number where it has none.

    An option costs ``scale`` times its own cost, and what its slot and its stay cost at the prices.
    """
    least = np.full(len(first) - 1, np.iinfo(np.int64).max)
    for request in range(len(first) - 1):
        for option in range(first[request], first[request + 1]):
            price = cost[option] * scale + of_slot[slot[option]] + of_stay[stay[option]]
            least[request] = min(least[request], price)
    return least


@compiled
def nearest(
    first: Ints, slot: Ints, stay: Ints, cost: Ints, of_slot: Ints, of_stay: Ints, scale: int, limit: Ints
) -> Ints:
    """Return the options that cost no more than their request's ``limit``, by the prices of `cheapest`."""
    found = np.empty(len(slot), np.int64)
    count = 0
    for request in range(len(first) - 1):
        for option in range(first[request], first[request + 1]):
            price = cost[option] * scale + of_slot[slot[option]] + of_stay[stay[option]]
            if price <= limit[request]:
                found[count] = option
                count += 1
    return found[:count].copy()


def try_asking() -> None:
    """Ask in a problem of nobody, so that the loops are compiled."""
    first, none, empty = np.zeros(2, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0)
    slot, cost = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32)
    number = cast("Ints", slot)  # a market's slots are short
    ask(Asked(first, slot, slot, cost, np.ones(1), first, none, empty, first, none), empty, 1.0, cost)
    options = (first, number, none, none, none, none, 1)
    cheapest(*options)
    nearest(*options, none)
