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


@dataclass(frozen=True)
class Counts:
    """Lines that count who is at a unit in a week, and what each option adds.

    Entry k says that option ``option[k]`` adds ``amount[k]``, which may be negative, to the line ``line[k]``. There are
    ``lines`` lines, and each counts from 0. A line costs ``weight`` if its count is odd and it is about pairs
    (``odd``). Otherwise it costs ``weight`` for each 1 that it counts above 0.
    """

    option: Ints
    line: Ints
    amount: Ints
    lines: int
    weight: int
    odd: bool


class Gathering(Wish):
    """A wish about who is at a unit in the same week. Options of one class add the same to every count."""

    @abstractmethod
    def counts(self, columns: Columns, options: Options) -> Counts:
        """Return what each option adds to each count. Lines that none of these options can make dear may be missing."""

    @abstractmethod
    def saves_at_most(self, columns: Columns, options: Options) -> Ints:
        """Return for each option a limit to how much it can lower what a plan without it costs under this wish."""
