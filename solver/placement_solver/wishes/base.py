"""What every wish has: words, a source, a part in the search and a score of finished plans."""

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
    """One term of the objective. Lower is better, and 0 is the best there is."""

    key: ClassVar[str]
    name: ClassVar[Words]
    meaning: ClassVar[Words]
    source: ClassVar[Source]

    def is_asked(self, problem: Problem) -> bool:
        """Tell whether the wish is part of the problem's objective. One that is off is left out of a plan's terms."""
        return True

    @abstractmethod
    def score(self, problem: Problem, placements: Sequence[Placement]) -> int:
        """Return what a plan costs under this wish, weight included. It shares no code with the search."""


class Cost(Wish):
    """A wish about each request by itself: what each option costs, and what leaving the request unplaced costs."""

    @abstractmethod
    def of_options(self, columns: Columns, options: Options) -> Ints:
        """Return what each option costs."""

    @abstractmethod
    def of_unplaced(self, columns: Columns) -> Ints:
        """Return for each request what leaving it unplaced costs."""


@dataclass(frozen=True)
class Needs:
    """Floors that several placements should reach together, and what each option contributes.

    Entry k says that option ``option[k]`` contributes ``amount[k]`` to the line ``line[k]``. Each line should reach
    ``need[line]``; each unit short of that costs ``weight``.
    """

    option: Ints
    line: Ints
    amount: Ints
    need: Ints
    weight: int


class Shortfall(Wish):
    """A wish that sums over many placements reach a floor. Options of one class contribute the same."""

    @abstractmethod
    def needs(self, columns: Columns, options: Options) -> Needs:
        """Return what each option contributes to each floor."""
