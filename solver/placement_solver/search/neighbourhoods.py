"""Large-neighbourhood rounds: free some requests that are in each other's way and place them anew.

The prices say where it pays to look. A request's *regret* is what its placement costs at the prices beyond its
cheapest option; the regrets, with the priced room that nobody uses, are the whole gap between the plan and the bound.

Where rounds come to a stand though that gap is worth a student or more, no small part of the plan has a better one:
then whole *blocks* are decided, each all requests of a profession that the draft has otherwise than the relaxation.

Source: Shaw (1998) for the neighbourhoods; Danna, Rothberg and Le Pape, "Exploring relaxation induced neighborhoods to
improve MIP solutions" (2005) for what the blocks let stand.
"""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from threading import get_native_id
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.arrays import ranges, segment_sums
from placement_solver.search.draft import NONE
from placement_solver.search.engines import by_cp_sat, by_highs
from placement_solver.search.exact import Answer, apply, decide
from placement_solver.search.prices import SCALE, bound_at_scale, least_costs, reduced_costs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.clock import Clock
    from placement_solver.search.draft import Draft
    from placement_solver.search.engines import Engine
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Priced

_OPTIONS_EACH = 30
_IN_BLOCKS = (20, 40)
"""So many options each request of a block has, first and then."""
_EACH_WORKER = 2
"""Neighbourhoods a worker has in a round: who is done with an easy one goes on while the other has a hard one."""
_EFFORT = 0.4
_EASY = 0.1
_SECONDS = 20.0
_LEAST, _FIRST_SIZE, _MOST = 20, 60, 400
_LOOK_BACK, _PROGRESS = 5, 0.1
"""Where so many rounds do not take this share off the gap, blocks may be decided; after that rounds are wide: larger,
and decided by HiGHS."""
_WIDE_FIRST, _WIDE_MOST = 300, 1_500
_WIDE_NODES, _WIDE_SECONDS = 20, 5.0
_WHOLLY = 0.99
"""From this share on the relaxation has an option wholly."""
_LOOK_SECONDS, _FAREWELL_SECONDS = 0.2, 0.3
"""Whoever has not answered so long after the end of all time is not waited for any longer."""
_LAST_IN_LINE = 19
_PATIENCE = 300
_TAKERS = 12


class PricedMarket:
    """A market seen at its prices: what each option costs there, and the cheapest of each request first."""

    def __init__(self, market: Market, priced: Priced) -> None:
        """Reckon reduced costs once and sort each request's options by them."""
        prices = priced.prices
        self.market = market
        self._share = priced.share
        self.reduced = reduced_costs(market, prices)
        self.least = least_costs(market, self.reduced)
        self._loss = self.reduced - self.least[market.request]
        self._by_slot = np.argsort(market.slot, kind="stable")
        self._slot_first = np.searchsorted(market.slot[self._by_slot], np.arange(len(market.slots) + 1))
        self._cell_price = prices.cell / SCALE
        self._proven = bound_at_scale(market, prices)
        self._toll, self._yields = prices.toll, prices.yields
        self._rosters = market.rosters
        self._post_price = np.zeros(len(self._rosters.supply)) if prices.post is None else prices.post / SCALE
        self._by_price = np.lexsort((self.reduced, market.request))

    def cheapest(self, requests: Ints, each: int) -> Ints:
        """Return up to ``each`` cheapest options of every request, in the market's order."""
        first = self.market.first
        counts = np.minimum(first[requests + 1] - first[requests], each)
        return np.sort(self._by_price[ranges(first[requests], counts)])

    def idle(self, draft: Draft) -> Floats:
        """Return what the room that a draft leaves is worth: that of each cell, then of each place of the teams."""
        room = np.concatenate([draft.room, self._rosters.left(draft.team_room)])
        worth: Floats = np.maximum(0, room) * np.concatenate([self._cell_price, self._post_price])
        return worth

    def takers(self, room: int, regrets: Floats) -> list[int]:
        """Return the requests that would gain most, or lose least, at the prices by coming to use some `idle` room."""
        scarcity, cells = self.market.scarcity, len(self.market.scarcity.supply)
        slots = np.unique(scarcity.slot[scarcity.cell == room]) if room < cells else self._rosters.users(room - cells)
        rows = self._by_slot[ranges(self._slot_first[slots], self._slot_first[slots + 1] - self._slot_first[slots])]
        request = self.market.request[rows]
        loss = (self.reduced[rows] - self.least[request]) / SCALE - regrets[request]
        return list(dict.fromkeys(request[np.argsort(loss, kind="stable")][:_TAKERS].tolist()))

    def worthwhile(self, draft: Draft, requests: Ints, each: int = _OPTIONS_EACH) -> Ints:
        """Return options to place some requests anew: those that can be part of something better, as far as is known.

        While the rest of the draft stands nothing can be gained but the regrets of these requests, the priced room that
        nobody uses and toll that nobody pays; an option dearer than that at the prices is no part of a gain. Of the
        others the cheapest ``each`` of each request are taken, and those that pay for themselves by the priced room
        that they fill.
        """
        market, scarcity = self.market, self.market.scarcity
        regrets = self.regrets(draft)
        rows = market.rows_of(requests)
        slots = market.slot[rows]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
        idle, posts = np.split(self.idle(draft), [len(scarcity.supply)])
        gain = regrets[requests].sum() + idle[np.unique(cells)].sum() + self._unpaid(draft)
        filled = segment_sums(self._cell_price[cells] * (idle[cells] > 0), np.concatenate([[0], np.cumsum(counts)]))
        filled += self._rosters.most(self._post_price * (posts > 0))[slots]
        dearer = (self.reduced[rows] - self.least[market.request[rows]]) / SCALE
        cheap = np.isin(rows, self.cheapest(requests, each), assume_unique=True)
        fills = (filled > 0) & (dearer <= filled + regrets[market.request[rows]])
        return np.union1d(rows[(cheap | fills) & (dearer <= gain)], draft.rows_of(requests))

    def blocks(self, draft: Draft) -> list[Ints]:
        """Return for each profession the requests that the draft has otherwise than the relaxation; the most first.

        A request stands where the relaxation has it wholly the same, placed or left out; but not where one of several
        teams would have to supervise it, for those the relaxation mixes.
        """
        market, placed = self.market, draft.row != NONE
        stands = np.bincount(market.request, weights=self._share, minlength=len(placed)) < 1 - _WHOLLY
        rows = draft.row[placed]
        stands[placed] = (self._share[rows] >= _WHOLLY) & (self._rosters.stay[market.slot[rows]] < 0)
        professions = market.columns.request_profession
        blocks = [np.flatnonzero(~stands & (professions == each)) for each in np.unique(professions[~stands])]
        return sorted(blocks, key=len, reverse=True)

    def gap(self, draft: Draft) -> float:
        """Return how much a draft costs beyond what the prices prove, in units of the objective."""
        return draft.objective - self._proven / SCALE

    def useful(self, objective: int) -> Ints:
        """Return the options that can be part of a plan with a lower objective; the others provably cannot."""
        slack = (objective - 1) * SCALE - self._proven
        return np.flatnonzero(self._loss <= slack)

    def _unpaid(self, draft: Draft) -> float:
        """Return how much less toll is paid than there could be, in units of the objective."""
        if self._toll is None:
            return 0.0
        return (self._yields - int(self._toll[draft.row[draft.row != NONE]].sum())) / SCALE

    def regrets(self, draft: Draft) -> Floats:
        """Return for each request what it costs at the prices beyond its cheapest option, in units of the objective."""
        placed = draft.row != NONE
        now = self.market.unplaced * SCALE
        now[placed] = self.reduced[draft.row[placed]]
        regrets: Floats = np.maximum(0, now - self.least) / SCALE
        return regrets


class _Occupants:
    """Who uses which cell in a draft."""

    def __init__(self, draft: Draft) -> None:
        placed = np.flatnonzero(draft.row != NONE)
        scarcity = draft.market.scarcity
        slots = draft.market.slot[draft.row[placed]]
        counts = scarcity.first[slots + 1] - scarcity.first[slots]
        cells = scarcity.cell[ranges(scarcity.first[slots], counts)]
        order = np.argsort(cells, kind="stable")
        self._cells = cells[order]
        self._requests = np.repeat(placed, counts)[order]

    def of(self, cells: Ints) -> Ints:
        begin = np.searchsorted(self._cells, cells)
        counts = np.searchsorted(self._cells, cells, side="right") - begin
        return np.unique(self._requests[ranges(begin, counts)])


def neighbourhood(
    rng: np.random.Generator, priced: PricedMarket, draft: Draft, fresh: Floats, size: int, taken: set[int]
) -> Ints:
    """Choose about ``size`` requests around a part of the gap between draft and bound; none of ``taken``.

    The gap is the requests' regrets and the priced room that nobody uses, so the choice begins at one of either, in
    proportion; where one has begun is half as ``fresh`` from then on, until something there has become better. From a
    request one comes to those who hold the full cells of its cheapest options, and so on; siblings come along, for a
    student's placements stand in each other's way.
    """
    market, scarcity = priced.market, priced.market.scarcity
    regrets = priced.regrets(draft)
    gaps = np.concatenate([regrets, priced.idle(draft)]) * fresh
    gaps[list(taken)] = 0.0
    occupants = _Occupants(draft)
    chosen: set[int] = set()
    queue: deque[int] = deque()

    def add(request: int) -> None:
        family = (request, *market.siblings.get(request, ()))
        if not taken.intersection(family):
            new = [member for member in family if member not in chosen]
            chosen.update(new)
            queue.extend(new)

    while len(chosen) < size:
        if not queue:
            total = gaps.sum()
            if total <= 0:
                break
            seed = int(rng.choice(len(gaps), p=gaps / total))
            gaps[seed] = 0.0
            fresh[seed] /= 2
            for request in [seed] if seed < len(regrets) else priced.takers(seed - len(regrets), regrets):
                add(request)
            continue
        request = queue.popleft()
        slots = market.slot[priced.cheapest(np.array([request]), 8)]
        cells = scarcity.cell[ranges(scarcity.first[slots], scarcity.first[slots + 1] - scarcity.first[slots])]
        holders = occupants.of(np.unique(cells[draft.room[cells] <= 0]))
        for holder in rng.permutation(holders)[:12].tolist():
            add(holder)
    return np.array(sorted(chosen), dtype=np.int64)


def improve(
    draft: Draft,
    priced: PricedMarket,
    *,
    clock: Clock,
    seed: int,
    workers: int,
    enough: Callable[[], bool],
    on_better: Callable[[Draft], None],
) -> bool:
    """Improve the draft in place, round after round, until time is up, ``enough()``, or nothing better turns up.

    Returns whether it stopped for ``enough()`` or for time, rather than for want of anything better.

    In a round every worker takes neighbourhoods of its own; answers are applied in the order of the neighbourhoods, so
    that the same seed and workers give the same rounds. CP-SAT is quick on what is small; once that brings little more,
    HiGHS, which is led by their relaxation, decides blocks where that may pay, then many requests in wide rounds.
    """
    rng = np.random.default_rng(seed)
    narrow = partial(by_cp_sat, clock=clock, seconds=_SECONDS, workers=1, effort=_EFFORT)
    wide = partial(by_highs, clock=clock, seconds=_WIDE_SECONDS, nodes=_WIDE_NODES)
    engine, size, most = narrow, float(_FIRST_SIZE), _MOST
    fresh = np.ones(len(draft.row) + len(priced.idle(draft)))
    rounds = idle = 0
    gap = priced.gap(draft)
    done = enough()
    with _pool_of(workers) as pool:
        while idle < _PATIENCE and not done and not clock.is_over():
            around = _apart(rng, priced, draft, fresh, int(size), workers * _EACH_WORKER)
            if not around:
                return False
            seeds = rng.integers(2**31, size=len(around)).tolist()
            engines = [partial(engine, seed=number) for number in seeds]
            before = draft.objective
            for requests, answer in _decide_apart(pool, clock, draft, priced, around, engines, _OPTIONS_EACH):
                if apply(draft, requests, answer):
                    fresh[requests] = 1.0
                easy = answer.proven and answer.effort < _EASY
                size = min(most, size * 1.03) if easy else max(_LEAST, size * 0.97)
            rounds, idle = rounds + 1, idle + 1
            if draft.objective < before:
                idle = 0
                on_better(draft)
            if rounds % _LOOK_BACK == 0:
                if engine is narrow and priced.gap(draft) > (1 - _PROGRESS) * gap:
                    _settle_blocks(pool, draft, priced, clock=clock, seed=seed, enough=enough, on_better=on_better)
                    engine, size, most = wide, float(_WIDE_FIRST), _WIDE_MOST
                    fresh[:] = 1.0
                gap = priced.gap(draft)
            done = enough()
    return done or clock.is_over()


def _settle_blocks(
    pool: Executor,
    draft: Draft,
    priced: PricedMarket,
    *,
    clock: Clock,
    seed: int,
    enough: Callable[[], bool],
    on_better: Callable[[Draft], None],
) -> None:
    """Decide every block, then again with more options, as long as what can be gained is worth a student or more.

    One block is decided for no longer than the search has lasted.
    """
    for each in _IN_BLOCKS:
        if priced.gap(draft) < np.median(draft.market.unplaced) or clock.is_over() or enough():
            return
        before = draft.objective
        blocks = priced.blocks(draft)
        engine = partial(by_highs, clock=clock, seconds=max(_SECONDS, clock.elapsed), seed=seed)
        for requests, answer in _decide_apart(pool, clock, draft, priced, blocks, [engine] * len(blocks), each):
            apply(draft, requests, answer, partly=True)
        if draft.objective < before:
            on_better(draft)


@contextmanager
def _pool_of(workers: int) -> Iterator[Executor]:
    """Give a pool of threads that nobody waits for at the end: HiGHS may be deaf to a word to stop for many seconds.

    Meanwhile it gives way to those who have the plan to explain, where threads have a priority of their own (Linux).
    """
    threads: list[int] = []
    pool = ThreadPoolExecutor(workers, initializer=lambda: threads.append(get_native_id()))
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for thread in threads:
            with suppress(OSError):  # it has ended
                os.setpriority(os.PRIO_PROCESS, thread, _LAST_IN_LINE)


def _decide_apart(
    pool: Executor,
    clock: Clock,
    draft: Draft,
    priced: PricedMarket,
    around: list[Ints],
    engines: Sequence[Engine],
    each: int,
) -> list[tuple[Ints, Answer]]:
    """Decide some requests here, some there, side by side and each as if the others stood; return answer by answer."""
    tasks = [
        pool.submit(decide, draft, requests, priced.worthwhile(draft, requests, each), engine)
        for requests, engine in zip(around, engines, strict=True)
    ]
    waiting = set(tasks)
    while waiting and not clock.is_over():
        waiting = wait(waiting, timeout=_LOOK_SECONDS).not_done
    late = wait(waiting, timeout=_FAREWELL_SECONDS).not_done
    nothing = Answer(None, 0, proven=False, effort=0.0)
    return [
        (requests, nothing if task in late else task.result()) for requests, task in zip(around, tasks, strict=True)
    ]


def _apart(
    rng: np.random.Generator, priced: PricedMarket, draft: Draft, fresh: Floats, size: int, count: int
) -> list[Ints]:
    """Choose up to ``count`` neighbourhoods, no two of which share a request."""
    taken: set[int] = set()
    around = []
    for _ in range(count):
        requests = neighbourhood(rng, priced, draft, fresh, size, taken)
        if len(requests):
            taken.update(requests.tolist())
            around.append(requests)
    return around
