"""Proving: what raises the bound while rounds improve the plan, once the prices of the relaxation are settled.

What is proven depends on the best plan: the better it is, the more counts it settles, and the fewer options are left
in a profession's model. So counts are asked again whenever the plan may settle more of them. At the prices that follow
counts are branched on, and the professions are decided, those with the fewest options first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from placement_solver.search.branching import Branching
from placement_solver.search.professions import Professions

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement_solver.arrays import Ints
    from placement_solver.search.clock import Clock
    from placement_solver.search.exact import Answer
    from placement_solver.search.options import Market
    from placement_solver.search.prices import Priced
    from placement_solver.search.relaxation import Relaxation
    from placement_solver.search.settings import SearchSettings
    from placement_solver.search.teams import Teams


@dataclass(frozen=True)
class Proving:
    """What proofs are made of, and who takes them.

    ``objective()`` is what the best plan costs, ``wait()`` waits a moment for a better one, and ``stopped()`` tells
    whether nothing more is wanted. ``on_bound`` takes a bound, ``on_prices`` prices that prove more, and ``on_answer``
    the answer for the requests of a group and the professions with what it adds to the bound.
    """

    market: Market
    teams: Teams
    clock: Clock
    settings: SearchSettings
    objective: Callable[[], int]
    stopped: Callable[[], bool]
    wait: Callable[[], object]
    on_prices: Callable[[Priced], object]
    on_bound: Callable[[int], None]
    on_answer: Callable[[Professions, Ints, Answer], object]

    def prove(self, relaxation: Relaxation) -> None:
        """Settle counts, branch on others, and decide professions, until nothing more is wanted.

        Where gatherings cost something no profession is decided, because no profession's model has them.
        """
        if relaxation.tolls is None:
            return
        tree = professions = None
        while not self.stopped():
            if relaxation.count(self.objective, stopped=self.stopped, on_bound=self.on_bound):
                self.on_prices(relaxation.best)
                tree = professions = None
            if tree is None:
                tree = Branching(relaxation, self.settings.branching, self.objective())
            self._branch(tree)
            if professions is None:
                professions = Professions(self.market, self.teams, relaxation.tolls)
                undecided = set() if self.market.gatherings else set(range(professions.count))
            if not self._decide_one(professions, undecided) and tree.is_whole():
                best = self.objective()
                while self.objective() == best and not self.stopped():
                    self.wait()

    def _branch(self, tree: Branching) -> None:
        """Divide leaves for a while."""
        until = self.clock.elapsed + self.settings.branching.seconds
        self.on_bound(tree.bound)
        while not tree.is_whole() and self.clock.elapsed < until and not self.stopped():
            tree.divide(self.objective(), self.stopped)
            self.on_bound(tree.bound)

    def _decide_one(self, professions: Professions, undecided: set[int]) -> bool:
        """Decide one of some groups, the one with the fewest options that can matter; return whether there was one.

        One that has too many waits: its options become fewer as the best plan becomes better.
        """
        tuning, best = self.settings.professions, self.objective()
        large = len(self.market.request) > tuning.large
        if not undecided or self.stopped():
            return False
        options, group = professions.smallest(undecided, best)
        if options > (tuning.most_of_large if large else tuning.most):
            return False
        undecided.remove(group)
        answer = professions.decide(group, best, self.clock, tuning.share * self.clock.remaining, self.stopped)
        self.on_answer(professions, professions.requests(group), answer)
        return True
