"""What every rule is: words, a source, a part in the search and a judgement of finished plans.

The search and the judgement share no code. The search reads numpy columns; `check` is plain Python over the
problem and the placements, written from the sentence in the normative format. The law test holds the two
together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, ProviderId, UnitId
    from placement_solver.words import Source, Words


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule in one plan: which requests are involved and, in words, what is wrong."""

    rule: str
    requests: tuple[str, ...]
    words: Words


class Rule(ABC):
    """A hard rule: a plan that breaks one is no plan."""

    key: ClassVar[str]
    name: ClassVar[Words]
    meaning: ClassVar[Words]
    source: ClassVar[Source]

    @abstractmethod
    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield every breach of this rule, and of this rule alone, in a plan whose ids all exist."""


class Admission(Rule):
    """A rule that says of a single option, whatever else is placed, whether it may be taken.

    ``personal`` tells that the rule looks at the student's own point or blocked units, or at the request's
    pin; a rule that does not gives all requests of one class the same answer.
    """

    personal: ClassVar[bool] = False

    @abstractmethod
    def admits(self, columns: Columns, options: Options) -> Bools:
        """Return for each option whether this rule lets it be taken."""


@dataclass(frozen=True)
class Uses:
    """What options take of something that there is only so much of.

    Something scarce is a *line*: a row of cells week by week, or one cell for the whole term. Use k says that
    option ``option[k]`` takes ``amount[k]`` of the line ``line[k]`` in each week of ``first[k] … until[k] -
    1``. ``cell`` is a matrix (line, week) of cell numbers (the same number all along a line that is not
    counted by the week) and ``supply[cell]`` is what there is.
    """

    option: Ints
    line: Ints
    first: Ints
    until: Ints
    amount: Ints
    cell: Ints
    supply: Ints


def cells_by_week(lines: int, weeks: int) -> Ints:
    """Return the cells of lines that are counted week by week."""
    return np.arange(lines * weeks).reshape(lines, weeks)


def cells_by_term(lines: int, weeks: int) -> Ints:
    """Return the cells of lines that are counted once for the whole term: one cell for each line."""
    return np.broadcast_to(np.arange(lines)[:, None], (lines, weeks))


def claims(columns: Columns, option: Ints, line: Ints, first: Ints, until: Ints) -> Uses:
    """Return uses of cells that hold one option each, week by week; only the lines that occur are kept."""
    lines, line = np.unique(line, return_inverse=True)
    return Uses(
        option=option,
        line=line,
        first=first,
        until=until,
        amount=np.ones(len(option), dtype=np.int64),
        cell=cells_by_week(len(lines), columns.weeks),
        supply=np.ones(len(lines) * columns.weeks, dtype=np.int64),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Whose a line of something scarce is: its id in the problem, its unit, provider, professions and training.

    ``unit`` is None where the line belongs to no one unit, ``professions`` is empty where it is not kept for any, and
    ``credits`` is None where no training is asked.
    """

    id: str
    unit: UnitId | None
    provider: ProviderId
    professions: tuple[str, ...]
    credits: float | None = None


class Limit(Rule):
    """A rule about something scarce that options use up; it gives all requests of one class the same uses.

    ``by_week`` tells whether its lines are counted week by week, or once for the whole term.
    """

    by_week: ClassVar[bool] = True

    @abstractmethod
    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Tell whose the lines are that the search puts prices on, in the order in which uses number them."""

    @abstractmethod
    def uses(self, columns: Columns, options: Options) -> Uses:
        """Return what each option takes of what is scarce under this rule."""


class Itinerary(Rule):
    """A rule between one student's own options: some exclude each other.

    Each cell of its lines holds at most one option (all supplies are 1), and two options exclude each other
    exactly where they share a cell.
    """

    @abstractmethod
    def uses(self, columns: Columns, options: Options) -> Uses:
        """Return the cells that each option takes for itself."""
