"""The climb: prices that rise where more is asked for than there is, and cool down until they prove a good bound.

Source: Nesterov, "Smooth minimization of non-smooth functions" (2005) for the smoothing that lets prices of many equal
requests settle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import segment_minima, segment_sums
from placement_solver.search import compiling
from placement_solver.search.prices import SCALE, Priced, Prices
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Floats, Ints, ShortFloats
    from placement_solver.search.options import Market
    from placement_solver.search.settings import ClimbSettings


def find_prices(
    market: Market,
    upper: int,
    *,
    rounds: int,
    seconds: float = math.inf,
    stopped: Callable[[], bool],
    on_bound: Callable[[int], None],
    settings: ClimbSettings = USUAL.climb,
) -> Priced:
    """Raise the bound until ``rounds`` are done, it meets ``upper`` or ``stopped()``.

    Every ``settings.refresh`` rounds all options are priced again and the bound is proven over all of them. Where
    ``seconds`` are too few for the rounds, the prices cool down faster, so that they have settled by then.
    """
    began = monotonic()
    ascent = _Ascent(market, settings)
    best, bound = ascent.prove()
    on_bound(bound)
    share = np.zeros(len(market.request))
    warm = _first_heat(market, settings.heat_divisor)
    cooled, turn, turned = 0.0, 0, began
    while cooled < 1 and not stopped() and bound < upper:
        now = monotonic()
        left = (began + seconds - now) / (now - turned) * settings.refresh if turn else math.inf  # at the latest pace
        turned = now
        step = max(1 / rounds, (1 - cooled) / max(settings.refresh, left))  # for a round
        heats = warm * settings.cooling ** (cooled + step * np.arange(settings.refresh))
        cooled += step * settings.refresh
        sample = settings.sample if heats[0] > warm * settings.lukewarm else None
        share = ascent.climb(heats.tolist(), _asked(market, sample, turn), stopped)
        turn += 1
        price, proven = ascent.prove()
        if proven > bound:
            bound, best = proven, price
            on_bound(bound)
    return Priced(_as_prices(market, best), bound, share)


def _first_heat(market: Market, divisor: float) -> float:
    """Return the heat to begin with: what leaving a median request out costs for a week, over ``divisor``."""
    if not len(market.unplaced):
        return 1.0
    return max(0.5, float(np.median(market.unplaced / market.columns.request_weeks)) / divisor)


def _asked(market: Market, sample: int | None, turn: int) -> Ints:
    """Return the requests that take part: all, or about ``sample`` of every class in proportion, others each turn."""
    by_class = np.argsort(market.columns.request_class, kind="stable")
    step = 1 if sample is None else max(1, len(by_class) // sample)
    return np.sort(by_class[turn % step :: step])


def _as_prices(market: Market, price: Ints) -> Prices:
    """Return the prices of cells, floors and exclusions, which the climb has in one array, as the rest knows them."""
    exclusions, cells = market.exclusions, len(market.scarcity.supply)
    floors = price[cells : cells + len(market.floor.need)]
    if not exclusions.count:
        return Prices(price[:cells], floors)
    bars = price[cells + len(floors) :]
    return Prices(price[:cells], floors, exclusions.toll(bars), int(bars @ exclusions.most))


class _Ascent:
    """The climbing prices: smoothed choices and steps scaled cell by cell, which cool down together.

    At heat h a request takes its options in proportion to exp(-cost at the prices / h), so that equal requests share
    what is scarce instead of all choosing the same place. A cell's price then moves with its demand beyond supply.
    """

    def __init__(self, market: Market, settings: ClimbSettings) -> None:
        self._market = market
        self._settings = settings
        self._uses = _Uses.of(market)
        cells, floors, bars = len(market.scarcity.supply), len(market.floor.need), market.exclusions.count
        self._price = np.zeros(cells + floors + bars)
        self._pace = np.zeros(cells + floors + bars)
        self._spread = np.zeros(cells + floors + bars)
        self._rounds = 0
        self._shop = _Shop(market, self._uses, np.zeros(self._uses.count, dtype=np.int64))
        self._drift = math.inf  # how far the dearest change of a slot's price was between the last two proofs
        self._ceiling = np.concatenate(
            [np.full(cells, np.inf), np.full(floors, float(market.floor.weight)), np.full(bars, np.inf)]
        )

    def prove(self) -> tuple[Ints, int]:
        """Return the prices in whole multiples of 1 / SCALE, and the bound that they prove over all options."""
        market, price = self._market, np.rint(self._price * SCALE).astype(np.int64)
        before, self._shop = self._shop, _Shop(market, self._uses, price)
        if self._rounds:
            self._drift = float(np.abs(self._shop.of_slot - before.of_slot).max(initial=0)) / SCALE
        worth = int(price @ np.concatenate([market.scarcity.supply, -market.floor.need, market.exclusions.most]))
        return price, -((worth - int(self._shop.least.sum())) // SCALE)

    def climb(self, heats: list[float], requests: Ints, stopped: Callable[[], bool]) -> Floats:
        """Take a step at each heat, over the options near enough to matter; return the shares at the last heat.

        Only ``requests`` take part, against their part of all supply.
        """
        weeks = self._market.columns.request_weeks
        moves = float(np.median(weeks)) * len(heats) if len(weeks) else 0.0
        reach = heats[0] * self._settings.reach + min(heats[0] * moves, self._settings.drift * self._drift)
        near = self._shop.near(requests, reach)
        awake = _Awake(self._market, self._uses, near, requests)
        share = np.zeros(len(self._market.request))
        for heat in heats:
            if stopped():
                break
            asked, share_awake = awake.ask(self._price, heat)
            self._step(asked, heat)
        else:
            share[awake.rows] = share_awake
        return share

    def _step(self, asked: Floats, heat: float) -> None:
        """Move every price with the demand beyond supply, at a pace of its own, by Adam (Kingma and Ba, 2015)."""
        held = (self._price <= 0) & (asked < 0) | (self._price >= self._ceiling) & (asked > 0)
        asked = np.where(held, 0.0, asked)
        self._rounds += 1
        self._pace = 0.9 * self._pace + 0.1 * asked
        self._spread = 0.99 * self._spread + 0.01 * asked * asked
        pace = self._pace / (1 - 0.9**self._rounds)
        spread = self._spread / (1 - 0.99**self._rounds)
        stride = np.minimum(heat * self._settings.stride, self._ceiling / 20)
        self._price = np.clip(self._price + stride * pace / (np.sqrt(spread) + 1e-3), 0.0, self._ceiling)


@dataclass(frozen=True)
class _Uses:
    """What a market's slots and stays use of everything that has a price: cells, floors (negative), exclusions.

    Slot s uses ``amount[k]`` of ``thing[k]`` for k in ``first[s] … first[s + 1] - 1``, and stay s one of each
    ``bar[k]`` for k in ``bar_first[s] … bar_first[s + 1] - 1``.
    """

    first: Ints
    thing: Ints
    amount: Floats
    bar_first: Ints
    bar: Ints
    count: int

    @classmethod
    def of(cls, market: Market) -> _Uses:
        """Put a market's cells, floors and exclusions in one list."""
        scarcity, floor, exclusions = market.scarcity, market.floor, market.exclusions
        cells, floors = len(scarcity.supply), len(floor.need)
        slot = np.concatenate([scarcity.slot, floor.slot])
        order = np.argsort(slot, kind="stable")
        return cls(
            first=(scarcity.first + floor.first).astype(np.int64),
            thing=np.concatenate([scarcity.cell, floor.line + cells])[order],
            amount=np.concatenate([scarcity.amount, -floor.amount])[order].astype(np.float64),
            bar_first=exclusions.first,
            bar=exclusions.number + cells + floors,
            count=cells + floors + exclusions.count,
        )


class _Shop:
    """All options at some prices: the ``least`` that each request costs there, its cheapest option or leaving it out.

    Costs are in 1 / SCALE of the objective.
    """

    def __init__(self, market: Market, uses: _Uses, price: Ints) -> None:
        """Price every option."""
        self._market = market
        of_slot = self.of_slot = segment_sums(price[uses.thing] * uses.amount.astype(np.int64), uses.first)
        of_stay = np.append(segment_sums(price[uses.bar], uses.bar_first), 0)
        stay, most = market.exclusions.stay, np.full(len(market.unplaced), np.iinfo(np.int64).max)
        self._reduced: Ints | None = None
        self._options = (market.first, market.slot, stay, market.cost, of_slot, of_stay, SCALE)
        if compiling.are_ready(0):
            from placement_solver.search.asking import cheapest  # noqa: PLC0415 (the compiler takes time to load)

            least = cheapest(*self._options)
        else:
            self._reduced = market.cost * SCALE + of_slot[market.slot] + of_stay[stay]
            least = segment_minima(self._reduced, market.first, most)
        left_out = market.unplaced * SCALE
        self.least = np.where(market.must_place & (least < most), least, np.minimum(least, left_out))

    def near(self, requests: Ints, reach: float) -> Ints:
        """Return the options of some requests that cost at most ``reach`` more than the least, in their order."""
        limit = np.full(len(self.least), np.iinfo(np.int64).min)
        limit[requests] = self.least[requests] + int(reach * SCALE)
        if self._reduced is not None:
            return np.flatnonzero(self._reduced <= limit[self._market.request])
        from placement_solver.search.asking import nearest  # noqa: PLC0415 (the compiler takes time to load)

        return nearest(*self._options, limit)


class _Awake:
    """The options that are near enough to the cheapest, at recent prices, to matter for some rounds."""

    def __init__(self, market: Market, uses: _Uses, rows: Ints, requests: Ints) -> None:
        self.rows = rows
        self._uses = uses
        self._request = market.request[self.rows]
        self._first = np.searchsorted(self._request, np.arange(len(market.unplaced) + 1))
        self._slot = market.slot[self.rows].astype(np.int32)
        self._stay = market.exclusions.stay[self.rows].astype(np.int32)
        self._cost = market.cost[self.rows].astype(np.float32)
        self._unplaced = np.where(market.must_place, np.inf, market.unplaced.astype(np.float64))
        self._balance = -_supply(market, requests)

    def ask(self, price: Floats, heat: float) -> tuple[Floats, ShortFloats]:
        """Return each cell's demand beyond supply with each floor's shortfall, and each option's share."""
        ask = self._compiled if compiling.are_ready(0) else self._plain
        demand, share = ask(price, heat)
        return demand + self._balance, share

    def _compiled(self, price: Floats, heat: float) -> tuple[Floats, ShortFloats]:
        from placement_solver.search.asking import Asked, ask  # noqa: PLC0415 (the compiler takes time to load)

        uses = self._uses
        asked = Asked(
            *(self._first, self._slot, self._stay, self._cost, self._unplaced),
            *(uses.first, uses.thing, uses.amount, uses.bar_first, uses.bar),
        )
        share = np.zeros(len(self.rows), dtype=np.float32)
        return ask(asked, price, heat, share), share

    def _plain(self, price: Floats, heat: float) -> tuple[Floats, ShortFloats]:
        uses = self._uses
        of_slot = segment_sums(price[uses.thing] * uses.amount, uses.first)
        of_stay = np.append(segment_sums(price[uses.bar], uses.bar_first), 0.0)
        cost = self._cost + of_slot[self._slot] + of_stay[self._stay]
        least = np.minimum(segment_minima(cost, self._first, np.full(len(self._unplaced), np.inf)), self._unplaced)
        least = np.where(np.isinf(least), 0.0, least)
        weight = np.exp((least[self._request] - cost) / heat)
        total = segment_sums(weight, self._first) + np.exp((least - self._unplaced) / heat)
        share = weight / total[self._request]
        wanted = np.bincount(self._slot, weights=share, minlength=len(uses.first) - 1)
        stayed = np.bincount(self._stay + 1, weights=share, minlength=len(uses.bar_first))[1:]
        demand = np.zeros(uses.count)
        np.add.at(demand, uses.thing, np.repeat(wanted, np.diff(uses.first)) * uses.amount)
        np.add.at(demand, uses.bar, np.repeat(stayed, np.diff(uses.bar_first)))
        return demand, share.astype(np.float32)


def _supply(market: Market, requests: Ints) -> Floats:
    """Return how much there is of everything that has a price for some requests, who have their part of all supply."""
    exclusions = market.exclusions
    asked = np.zeros(len(market.unplaced), dtype=np.bool_)
    asked[requests] = True
    entries = np.bincount(exclusions.number, minlength=exclusions.count)
    among = np.bincount(
        exclusions.number, weights=asked[exclusions.request[exclusions.stays]], minlength=exclusions.count
    )
    part = len(requests) / max(1, len(asked))
    supply = np.concatenate([market.scarcity.supply, -market.floor.need]) * part
    return np.concatenate([supply, among * exclusions.most / np.maximum(1, entries)])
