"""The phases of the search: from the market to the best draft and a bound on every plan.

First comes a simple plan, then prices that bound all plans, a plan made along the prices, and rounds where the gap is.
Where few enough options can still matter, one model decides them all. Nothing here knows a rule by name.
"""

from __future__ import annotations

import math
from collections import deque
from concurrent.futures import wait
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from threading import Event, RLock
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.progress import ALONE, Phase, Progress, Relay, SoFar, gap_between
from placement_solver.search import compiling
from placement_solver.search.beside import Beside, Standby
from placement_solver.search.bounds import Bounds
from placement_solver.search.climb import find_prices
from placement_solver.search.clock import Clock
from placement_solver.search.draft import NONE, Draft
from placement_solver.search.engines import by_cp_sat, by_highs
from placement_solver.search.exact import NO_ANSWER, Answer, apply, decide
from placement_solver.search.handing_on import HandingOn
from placement_solver.search.in_force import inherit, stay
from placement_solver.search.memory import give_back
from placement_solver.search.pins import place_pins
from placement_solver.search.placing import complete, place_along
from placement_solver.search.priced_market import PricedMarket
from placement_solver.search.prices import Priced, Prices
from placement_solver.search.proving import Proving
from placement_solver.search.relaxation import settle_prices
from placement_solver.search.resuming import take_again
from placement_solver.search.ring_passes import RingPasses
from placement_solver.search.rounds import improve
from placement_solver.search.settings import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from placement_solver.arrays import Ints
    from placement_solver.progress import Listener
    from placement_solver.search.options import Market
    from placement_solver.search.professions import Professions
    from placement_solver.search.relaxation import Relaxation, Settled
    from placement_solver.search.settings import SearchSettings
    from placement_solver.search.teams import Teams

_LOOK_SECONDS = 0.05
"""While there are no prices yet, it is looked for them this often."""
_FAREWELL_SECONDS = 1.0
"""The one model of all options that can matter has so long to hand in its plan once the time is up."""
_LOWER_PRIORITY = 5
"""Proofs get a quarter of a core beside two threads of rounds, and all of one that rounds leave idle."""


class Search:
    """One search for the best plan: at any moment `best` is a plan and `bound` holds for every plan."""

    def __init__(
        self,
        market: Market,
        teams: Teams,
        clock: Clock,
        listener: Listener,
        settings: SearchSettings = USUAL,
        relay: Relay = ALONE,
    ) -> None:
        """Begin with the pins placed. Costs are not negative, so 0 is a bound.

        Raises `InvalidProblem` if the pins cannot all be supervised, and `TimeoutError` if that is not settled in time.
        """
        self.market = market
        self.clock = clock
        self.settings = settings
        self.bounds = Bounds()
        self.best = Draft(market, teams)
        self.prices: Prices | None = None
        self._listener = listener
        self._view: PricedMarket | None = None
        self._relaxation: Relaxation | None = None
        self._offers: deque[tuple[Ints, Answer]] = deque()
        self._seed, self._passes = 0, 0
        self._telling = RLock()
        self._prices_left = Event()
        self._prices_prove = -1
        self._begin = relay.begin
        self._handing_on = HandingOn(relay.keep, self._standing, self.so_far)
        self._least_followed = math.inf
        self._standby: Standby | None = None
        self._rings = RingPasses(market, settings.exchanges, lambda: self.best, self._keep)
        place_pins(self.best, settings.phases.pin_seconds)

    def _is_over(self) -> bool:
        """Tell whether the search has to end: no plan is better, the time is up, or it is stopped."""
        return self.proven or self.clock.is_over()

    @property
    def bound(self) -> int:
        """What is proven of every plan."""
        return self.bounds.value

    @property
    def proven(self) -> bool:
        """Whether no plan is better than the best."""
        return self.best.objective <= self.bound

    def run(self, *, seed: int, workers: int) -> None:
        """Search until the best plan is proven optimal or the time is up; then place requests in the room left."""
        self._seed = seed
        if self._has_moves():
            compiling.begin()
        pinned = self.best.copy()
        self._place_current()
        if self._begin is not None:
            take_again(pinned, self._begin.placements)
            self._keep(pinned)
            if self._begin.bound < self.best.objective:  # what is proven needs its prices too
                self._raise_bound(self._begin.bound, "proof")  # an engine may have proven it
        with self._ready_to_decide(), self._handing_on.meanwhile():
            closed = self._search(seed, workers)
        if closed:
            complete(self.best)
        self.bounds.meet(self.best.objective)

    @contextmanager
    def _ready_to_decide(self) -> Iterator[None]:
        """While the block runs, have a thread wait for models of all options that can matter."""
        self._standby = Standby("deciding")
        try:
            yield
        finally:
            self._standby.leave()
            self._standby = None

    def _search(self, seed: int, workers: int) -> bool:
        """Make a plan, and close its gap; tell whether there was time for that and anything left to close."""
        if self._has_moves() and workers > 1:
            self._price_beside(max(1, workers - 1))
        else:
            complete(self.best)
            self.tell("prices")
            self._handing_on.begin()
            self._settle(self.settings.phases.price_share, self._plan_along)
        if self.clock.is_over() or self.proven or self._view is None:
            return False
        view, rings = self._view, self._rings.possible and workers > 1
        with (
            self._proving(workers),
            self._rings.beside(view, seed, lambda: self.clock.remaining, self._is_over) if rings else nullcontext(),
        ):
            self._close(view, seed, workers - rings)
        return True

    def _plan_first(self) -> None:
        """Make a simple plan: one request after another takes the cheapest that is left."""
        if compiling.are_ready(0):
            nothing = Priced(Prices.nothing(self.market), 0, np.zeros(len(self.market.request)))
            self._anneal(PricedMarket(self.market, nothing), seconds=0)
        else:
            complete(self.best)
        self.tell("prices")
        self._handing_on.begin()

    def _settle(self, share: float, publish: Callable[[Priced], object]) -> None:
        """Settle prices and raise the bound; publish them when they have climbed, are settled, and have been cut."""
        if self._has_moves():
            compiling.are_ready(self.settings.annealing.wait_share * self.clock.remaining)
        settled = self.price(share, publish)
        if self._pricing_is_over() or self.proven:
            return
        priced = Priced(settled.prices, settled.bound, settled.share)  # without the relaxation, which is large
        self._rings.follow(priced)
        publish(priced)
        if settled.relaxation is not None:
            cut = self._cut(settled.relaxation)
            self._relaxation = settled.relaxation
            if not self._pricing_is_over():
                publish(cut)

    def _price_beside(self, workers: int) -> None:
        """Settle prices in a thread of their own, and improve the plan along the latest of them meanwhile.

        Moves come first, and rounds where moves no longer pay. Neither holds the prices up. Once no plan follows them
        any more the thread ends soon, and tells nothing further: what comes after the search has the listener for
        itself.
        """
        latest: list[Priced] = []
        share = self.settings.phases.beside_share
        pricing = Beside(lambda: self._settle(share, latest.append), name="prices")
        self._plan_first()
        followed: Priced | None = None
        helped = False
        rounds = not self._rings.possible
        slow = len(self.market.request) > self.settings.phases.large
        while not self._is_over():
            new = bool(latest) and latest[-1] is not followed
            if not new and latest and slow and not pricing.has_ended(0):
                slow = False
                self._climb_meanwhile(latest, pricing)
            elif new or (latest and self._is_far() and (helped or not (rounds or pricing.has_ended(0)))):
                followed, before = latest[-1], self.best.objective
                self._plan_along(followed)
                helped = before - self.best.objective > self.settings.annealing.progress * (before - self.bound)
                rounds = not self._rings.possible
            elif rounds and self._view is not None and not pricing.has_ended(0):
                rounds = self._improve_meanwhile(self._view, latest, pricing, workers)
            elif pricing.has_ended(_LOOK_SECONDS) and (not latest or latest[-1] is followed):
                break
        self._prices_left.set()
        pricing.leave()

    def _improve_meanwhile(self, view: PricedMarket, latest: list[Priced], pricing: Beside, workers: int) -> bool:
        """Improve the best plan by rounds until there are later prices; return False if they find nothing better.

        Blocks take long, and decide what the prices say is wrong: they wait for the last ones.
        """
        no_blocks = replace(self.settings.blocks, worth=math.inf)
        return improve(
            self.best.copy(),
            view,
            clock=self.clock,
            seed=self._seed,
            workers=workers,
            enough=lambda: self.proven or latest[-1] is not view.priced or pricing.has_ended(0),
            on_better=self._keep,
            settings=replace(self.settings, blocks=no_blocks),
        )

    def _climb_meanwhile(self, latest: list[Priced], pricing: Beside) -> None:
        """Climb once more, slowly, until the relaxation is solved; add the prices to the latest if they are better."""
        known = len(latest)
        climbed = find_prices(
            self.market,
            self.best.objective,
            rounds=self.settings.relaxation.long_climb,
            seconds=self.settings.phases.slow_share * self.clock.remaining,
            stopped=lambda: self.clock.is_over() or len(latest) > known or pricing.has_ended(0),
            on_bound=lambda bound: self._raise_bound(bound, "prices"),
            settings=self.settings.climb,
        )
        if len(latest) == known and climbed.bound > latest[-1].bound:
            self._keep_prices(climbed)
            latest.append(climbed)

    def follow(self, plan: Draft) -> None:
        """Take a plan that is made elsewhere, over a market with the same options, as the best."""
        self.market, self.best = plan.market, plan
        self._least_followed = min(self._least_followed, plan.objective)
        self.bounds.meet(plan.objective)
        self.tell("search")

    def prove(self, settled: Settled, *, share: float, seed: int, workers: int) -> bool:
        """Raise the bound for a share of the time left: by cuts, then by one model of the options that can matter.

        The best plan stays as it is, whatever the model finds: it is followed, not searched. Another may have cost less
        that was followed before: what counts proved with it holds for plans that cost less than that one.
        Returns whether that was time enough: with more of it the bound would be the same.
        """
        until = self.clock.elapsed + share * self.clock.remaining

        def is_over() -> bool:
            return self.proven or self.clock.is_over() or self.clock.elapsed >= until

        priced: Priced = settled
        if settled.relaxation is not None and not is_over():
            settled.relaxation.cut(self._least_known, stopped=is_over)
            settled.relaxation.count(self._least_known, stopped=is_over, on_bound=self._take_proof)
            priced = settled.relaxation.best
        rows = PricedMarket(self.market, priced).useful(self._least_known())
        if len(rows) <= self.settings.phases.whole and not is_over():
            with self._ready_to_decide():
                answer = self._decide_all(rows, seed, workers, until - self.clock.elapsed)
            self._take_proof(answer.bound)
        return self.proven or not is_over()

    def _least_known(self) -> int:
        """Return what the cheapest plan costs of the best and those that have been followed."""
        return int(min(self.best.objective, self._least_followed))

    def price(self, share: float, on_climbed: Callable[[Priced], object] | None = None) -> Settled:
        """Settle the prices of everything scarce, for a share of the time left: they bound all plans."""

        def raise_bound(bound: int) -> None:
            if not self._prices_left.is_set():
                self._raise_bound(min(bound, self.best.objective), "prices")

        def keep(priced: Priced) -> None:
            self._keep_prices(priced)
            if on_climbed is not None:
                on_climbed(priced)

        settled = settle_prices(
            self.market,
            self.best.objective,
            seconds=share * self.clock.remaining,
            stopped=self._pricing_is_over,
            on_bound=raise_bound,
            on_climbed=keep,
            settings=self.settings,
        )
        self._keep_prices(settled)
        return settled

    def _pricing_is_over(self) -> bool:
        """Tell whether prices that settle have to end: the time is up, or no plan follows them any more."""
        return self.clock.is_over() or self._prices_left.is_set()

    def _keep_prices(self, priced: Priced) -> None:
        """Keep the prices that prove most: they say what everything scarce is worth. Two threads may have some."""
        with self._telling:
            if priced.bound > self._prices_prove:
                self.prices, self._prices_prove = priced.prices, priced.bound

    def _cut(self, relaxation: Relaxation) -> Priced:
        """Raise the bound by teams and cuts, for a share of the time left."""
        until = self.clock.elapsed + self.settings.phases.cut_share * self.clock.remaining
        return relaxation.cut(
            lambda: self.best.objective, stopped=lambda: self._pricing_is_over() or self.clock.elapsed > until
        )

    def _close(self, view: PricedMarket, seed: int, workers: int) -> None:
        """Close the gap between plan and bound: by rounds, and by one model where few enough options can matter.

        Rounds make the model smaller, so a try of the model lasts no longer than the search has so far. It is tried
        again once the options that can still matter have halved, or the rounds have had as much time. Rounds begin
        anew along prices that prove more.
        """
        tuning = self.settings.phases
        fewer, again = tuning.whole, 0.0

        def pays() -> bool:
            options = len(view.useful(self.best.objective))
            return options <= (tuning.whole if self.clock.elapsed >= again else fewer)

        def enough() -> bool:
            return self.proven or self._view is not view or pays()

        improving = True
        while improving and not self.clock.is_over() and not self.proven:
            view = self._view or view
            if pays():
                rows = view.useful(self.best.objective)
                self._prove(rows, seed, workers, max(tuning.trial_seconds, self.clock.elapsed))
                fewer, again = len(rows) // 2, 2 * self.clock.elapsed
            improving = improve(
                self.best.copy(),
                view,
                clock=self.clock,
                seed=seed,
                workers=workers,
                enough=enough,
                on_better=self._keep,
                offered=self._offered,
                settings=self.settings,
            )
        if len(rows := view.useful(self.best.objective)) <= tuning.whole:
            self._prove(rows, seed, workers, self.clock.remaining)

    @contextmanager
    def _proving(self, workers: int) -> Iterator[None]:
        """Raise the bound beside what follows, or before it where one thread has to do all."""
        tuning, ended = self.settings.professions, Event()
        alone = workers == 1
        until = self.clock.elapsed + (tuning.alone_share if alone else 1.0) * self.clock.remaining

        def take(professions: Professions, requests: Ints, answer: Answer) -> None:
            self._offers.append((requests, answer))
            if self._view is not None:
                self._view.add_gain(professions)
            self._take_proof(professions.bound)

        proving = Proving(
            self.market,
            self.best.teams,
            self.clock,
            self.settings,
            objective=lambda: self.best.objective,
            stopped=lambda: ended.is_set() or self.proven or self.clock.is_over() or self.clock.elapsed > until,
            wait=ended.set if alone else partial(ended.wait, _LOOK_SECONDS),
            on_prices=self._see,
            on_bound=self._take_proof,
            on_answer=take,
        )
        if self._relaxation is None:
            yield
        elif alone:
            proving.prove(self._relaxation)
            yield
        else:
            beside = Beside(
                partial(_unless_memory_ends, proving, self._relaxation), name="proving", nice=_LOWER_PRIORITY
            )
            try:
                yield
            finally:
                ended.set()
                beside.leave()

    def _see(self, priced: Priced) -> None:
        """See the market at prices that prove more from now on."""
        self._view = PricedMarket(self.market, priced)
        self._take_proof(priced.bound)

    def _place_current(self) -> None:
        """Place what still holds of the plan in force."""
        inheritance = inherit(self.best)
        for request in inheritance.contested.tolist():
            stay(self.best, inheritance, request)

    def _plan_along(self, priced: Priced) -> None:
        """Make a plan along prices, and improve it by moves where it is far from the bound; see the market at them."""
        if self._view is None or self._view.priced is not priced:
            self._view = PricedMarket(self.market, priced)
        if self._rings.possible:
            seconds = self.settings.exchanges.time_share * self.clock.remaining
            self._rings.go_around(self._view, self._seed, seconds, self._is_over)
        elif self._has_moves() and compiling.are_ready(0):
            share = self.settings.annealing.time_share if self._is_far() else 0
            self._anneal(self._view, share * self.clock.remaining)
        else:
            along = place_along(self._view, self.best, self.settings.annealing.firm, lambda: self.clock.interrupted)
            if along is not None:
                self._keep(along)

    def _is_far(self) -> bool:
        """Tell whether the best plan is so far from the bound that moves find more than rounds."""
        return gap_between(self.best.objective, self.bound) > self.settings.annealing.gap

    def _has_moves(self) -> bool:
        """Tell whether the term is large enough for moves, and such that they can be made: they count no company."""
        least = self.settings.exchanges.least if self.market.is_plain else self.settings.annealing.least
        return len(self.market.unplaced) >= least and not self.market.gatherings

    def _anneal(self, view: PricedMarket, seconds: float) -> None:
        """Improve the best plan by moves along prices, or one made along them."""
        from placement_solver.search.annealing import anneal_along  # noqa: PLC0415 (the compiler takes time to load)

        self._passes += 1
        anneal_along(
            view,
            self.best,
            seconds=seconds,
            stopped=lambda: seconds <= 0 or self.clock.is_over(),
            on_better=self._keep,
            seed=self._seed + 1_000 * self._passes,
            settings=self.settings.annealing,
        )

    def _prove(self, rows: Ints, seed: int, workers: int, seconds: float) -> None:
        """Decide every option that can be part of a better plan in one model, and keep what is better."""
        if self.clock.is_over() or self.proven:
            return
        draft = self.best.copy()
        answer = self._decide_all(rows, seed, workers, seconds)
        apply(draft, np.arange(len(self.market.unplaced)), answer)
        self._keep(draft)
        self._take_proof(answer.bound)

    def _decide_all(self, rows: Ints, seed: int, workers: int, seconds: float) -> Answer:
        """Decide every option that can be part of a better plan in one model: its bound holds for all plans."""
        taken = self.best.row[self.best.row != NONE]
        self.tell("proof")
        give_back()
        best, requests, both = self.best, np.arange(len(self.market.unplaced)), np.union1d(rows, taken)
        if len(rows) <= self.settings.phases.small:
            quick = partial(by_cp_sat, clock=self.clock, seconds=seconds, workers=workers, seed=seed)
            return decide(best, requests, both, quick)
        most = self.settings.phases.whole_mebibytes
        engine = partial(by_highs, clock=self.clock, seconds=seconds, mebibytes=most)
        standby = self._standby or Standby("deciding")
        answer = standby.do(lambda: decide(best, requests, both, engine, self.clock.is_over))
        while not answer.done():
            over = self.clock.is_over()
            wait([answer], _FAREWELL_SECONDS if over else _LOOK_SECONDS)
            if over and not answer.done():
                return NO_ANSWER  # HiGHS may not hear the stop for many seconds
        return answer.result()

    def _offered(self) -> Iterator[tuple[Ints, Answer]]:
        """Give each answer of the professions once, and the latest plan that rings have found."""
        while self._offers:
            yield self._offers.popleft()
        yield from self._rings.latest()

    def _keep(self, draft: Draft) -> None:
        """Keep a draft if it is better than the best. Two threads may have one."""
        with self._telling:
            if draft.objective < self.best.objective:
                self.best = draft.copy()
                self.bounds.meet(draft.objective)
                self._leave_time_for_reasons()
                self.tell("search")

    def _leave_time_for_reasons(self) -> None:
        """End the search earlier where so many have no place that their reasons would take longer than its limit."""
        self.clock.leave(self.settings.phases.for_reasons(len(self.best.unplaced)))

    def _standing(self) -> tuple[int, int]:
        """Return what the best plan so far costs, and what is proven of it."""
        objective = self.best.objective
        return objective, min(self.bound, objective)

    def so_far(self) -> SoFar:
        """Return the best plan so far, with its placements named."""
        best = self.best
        objective = best.objective
        return SoFar(objective, min(self.bound, objective), best.placements())

    def _take_proof(self, bound: int) -> None:
        """Keep a bound that rests on more than prices; it may hold only for plans that cost less than the best."""
        self._raise_bound(min(bound, self._least_known()), "proof")

    def _raise_bound(self, bound: int, phase: Phase) -> None:
        """Keep a bound if it is higher than the present one."""
        with self._telling:
            if self.bounds.rise(bound, summed=phase == "prices"):
                self.tell(phase)

    def tell(self, phase: Phase) -> None:
        """Tell the listener where the search stands; prices and plans may tell from two threads."""
        with self._telling:
            objective, view = self.best.objective, self._view
            self._listener(
                Progress(
                    phase,
                    objective,
                    self.bound,
                    gap_between(objective, self.bound),
                    len(self.best.unplaced),
                    self.clock.elapsed,
                    None if view is None else len(view.useful(objective)),
                )
            )


def _unless_memory_ends(proving: Proving, relaxation: Relaxation) -> None:
    """Prove what can be proven; where memory does not suffice for a proof the plan is as good without it."""
    with suppress(MemoryError):
        proving.prove(relaxation)
