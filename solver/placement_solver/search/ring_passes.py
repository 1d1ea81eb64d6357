"""Passes of exchanges in rings: each has twice as many turns as the last, and begins with the best plan there is."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search import compiling
from placement_solver.search.beside import Beside
from placement_solver.search.draft import NONE
from placement_solver.search.exact import Answer
from placement_solver.search.priced_market import PricedMarket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from placement_solver.arrays import Ints
    from placement_solver.search.draft import Draft
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Priced
    from placement_solver.search.settings import ExchangeSettings

_LOOK_SECONDS = 0.05
"""It is looked this often whether the passes have ended."""

_MOST_DOUBLED = 20
"""So often the turns of a pass are doubled: a million times the first is more than any time limit has room for."""


class RingPasses:
    """The passes of one search. ``best`` gives its best plan, and ``keep`` takes a plan that may be better."""

    def __init__(
        self, market: Market, settings: ExchangeSettings, best: Callable[[], Draft], keep: Callable[[Draft], None]
    ) -> None:
        """Begin with no pass made."""
        movers = int(np.count_nonzero(~market.must_place))
        self._possible = bool(market.is_plain and movers >= settings.least)
        self._market, self._settings = market, settings
        self._best, self._keep = best, keep
        self._passes = 0
        self._latest: Draft | None = None
        self._uncut: PricedMarket | None = None

    @property
    def possible(self) -> bool:
        """Whether requests can change places in rings: what the market is like, and that the compiled code is ready."""
        return self._possible and compiling.are_ready(0)

    def follow(self, priced: Priced) -> None:
        """From now on go along these prices: the relaxation's before its cuts.

        Cuts take over a part of what cells are worth, and rings see nothing but cells.
        """
        if self._possible:
            self._uncut = PricedMarket(self._market, priced)

    def go_around(self, view: PricedMarket, seed: int, seconds: float, stopped: Callable[[], bool]) -> None:
        """Make one pass of at most some seconds, which ends when somebody else has found a better plan."""
        from placement_solver.search.exchanging import Pass, exchange_along  # noqa: PLC0415 (the compiler takes time to load)

        tuning, begun = self._settings, self._best()
        found = begun.objective

        def keep(draft: Draft) -> None:
            nonlocal found
            found, self._latest = draft.objective, draft
            self._keep(draft)

        order = Pass(
            near_each=tuning.near_each[self._passes % len(tuning.near_each)],
            by_mixture=self._passes % 2 == 0,
            turns=tuning.turns_each * len(begun.row) << min(self._passes, _MOST_DOUBLED),
            seed=seed + 1_000 * self._passes,
            seconds=seconds,
        )
        exchange_along(
            self._uncut or view,
            begun,
            order,
            stopped=lambda: stopped() or self._best().objective < found,
            on_better=keep,
            settings=tuning,
        )
        self._passes += 1

    @contextmanager
    def beside(
        self, view: PricedMarket, seed: int, remaining: Callable[[], float], stopped: Callable[[], bool]
    ) -> Iterator[None]:
        """Make passes in a thread beside what follows, and go on when it has ended until ``stopped()``."""
        ended = Event()

        def is_over() -> bool:
            return ended.is_set() or stopped()

        def go_on() -> None:
            while not is_over():
                self.go_around(view, seed, remaining(), is_over)

        passes = Beside(go_on, name="rings")
        try:
            yield
            while not passes.has_ended(_LOOK_SECONDS):
                pass
        finally:
            ended.set()
            passes.leave()

    def latest(self) -> Iterator[tuple[Ints, Answer]]:
        """Give the latest plan once, as an answer for all requests."""
        plan, self._latest = self._latest, None
        if plan is not None:
            placed = np.flatnonzero(plan.row != NONE)
            rows = zip(placed.tolist(), plan.row[placed].tolist(), plan.team[placed].tolist(), strict=True)
            yield np.arange(len(plan.row)), Answer(tuple(rows), 0, proven=False, effort=0.0)
