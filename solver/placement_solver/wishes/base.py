"""What every wish is: one term of the objective, with its part in the search and its score of plans."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from placement_solver.arrays import Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem
    from placement_solver.words import Source, Words


class Wish(ABC):
    """One term of the objective; lower is better and 0 is all one can wish."""

    key: ClassVar[str]
    name: ClassVar[Words]
    meaning: ClassVar[Words]
    source: ClassVar[Source]

    @abstractmethod
    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return what a plan costs under this wish, weight included, without a line of the search's code."""


class Cost(Wish):
    """A wish that speaks of each request by itself: a price for each way to place it and for not placing."""

    @abstractmethod
    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return what each option costs."""

    @abstractmethod
    def of_unplaced(self, columns: Columns) -> Ints:
        """Return for each request what leaving it unplaced costs."""


@dataclass(frozen=True)
class Needs:
    """What should be reached together.

    Need k says that option ``option[k]`` gives ``amount[k]`` towards ``line[k]``. Each line should reach
    ``need[line]``; every unit that it falls short costs ``weight``.
    """

    option: Ints
    line: Ints
    amount: Ints
    need: Ints
    weight: int


class Shortfall(Wish):
    """A wish about sums over many placements that should reach a floor; options of one class give alike."""

    @abstractmethod
    def needs(self, columns: Columns, options: Options) -> Needs:
        """Return what each option gives towards what is needed."""
