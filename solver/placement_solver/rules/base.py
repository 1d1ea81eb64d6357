"""What every rule has: words, a source, a part in the search and a check of finished plans.

The search and the check share no code. The search reads numpy columns; `check` is plain Python over the problem and
the placements, written from the sentence in the normative format. The law test holds the two to the same verdict.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from placement_solver.crowding import say_crowded
from placement_solver.taken import find_sharing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from placement_solver.arrays import Bools, Ints
    from placement_solver.columns import Columns, Options
    from placement_solver.plan import Placement
    from placement_solver.problem import Problem, ProviderId, Taken, UnitId
    from placement_solver.words import Source, Words


@dataclass(frozen=True, slots=True)
class Crowd:
    """A limit that is exceeded, in words without weeks, and the weeks in which it is."""

    limit: Words
    weeks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Breach:
    """One broken rule in one plan: which requests are involved and, in words, what is wrong.

    Where there is too little room, ``lack`` is the id of what has too little, such as a capacity, and ``taken`` are the
    placements of other terms that have some of it. ``crowd`` is given where a limit is exceeded week by week: not every
    request is there in all the weeks.
    """

    rule: str
    requests: tuple[str, ...]
    words: Words
    taken: tuple[Taken, ...] = ()
    lack: str | None = None
    crowd: Crowd | None = None

    def words_for(self, problem: Problem, placement: Placement) -> Words:
        """Return the words for one of the placements involved, with only the weeks in which it is held."""
        if self.crowd is None:
            return self.words
        held = range(placement.start, placement.start + problem.request[placement.request].weeks)
        weeks = [week for week in self.crowd.weeks if week in held]
        return say_crowded(problem, self.crowd.limit, weeks, find_sharing(self.taken, weeks))


def crowd_breach(
    rule: str, problem: Problem, lack: str, limit: Words, crowded: dict[int, list[Placement]], others: Iterable[Taken]
) -> Breach:
    """Return the breach of a limit, in words, that is exceeded in the crowded weeks; ``others`` are of other terms."""
    taken = find_sharing(others, crowded)
    requests = tuple(sorted({placement.request for present in crowded.values() for placement in present}))
    return Breach(
        rule, requests, say_crowded(problem, limit, crowded, taken), taken, lack, Crowd(limit, tuple(crowded))
    )


class Rule(ABC):
    """A hard rule: no plan may break it."""

    key: ClassVar[str]
    name: ClassVar[Words]
    meaning: ClassVar[Words]
    source: ClassVar[Source]

    @abstractmethod
    def check(self, problem: Problem, placements: Sequence[Placement]) -> Iterator[Breach]:
        """Yield every breach of this rule, and of this rule alone, in a plan whose ids all exist."""


class Admission(Rule):
    """A rule that decides for a single option, whatever else is placed, whether it may be taken.

    ``personal`` is true where the rule looks at the student's own point or blocked units, or at the request's pin.
    Any other rule gives all requests of one class the same answer.
    """

    personal: ClassVar[bool] = False

    @abstractmethod
    def admits(self, columns: Columns, options: Options) -> Bools:
        """Return for each option whether this rule allows it."""


@dataclass(frozen=True)
class Uses:
    """How much options use of scarce resources.

    A scarce resource is a *line*: one cell for each week, or one cell for the whole term. Use k says that option
    ``option[k]`` takes ``amount[k]`` of the line ``line[k]`` in each week of ``first[k] … until[k] - 1``. ``cell`` is
    a matrix (line, week) of cell numbers; a line that is not counted by the week has the same number in every week.
    ``supply[cell]`` is how much the cell has.
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
    """Return uses of cells with room for one option each, week by week. Lines that no option uses are left out."""
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
    """The owner of a line of a scarce resource: its id in the problem, its unit, provider, professions and training.

    ``unit`` is None where the line belongs to no single unit, ``professions`` is empty where it is open to all, and
    ``credits`` is None where no training is required.
    """

    id: str
    unit: UnitId | None
    provider: ProviderId
    professions: tuple[str, ...]
    credits: float | None = None


class Limit(Rule):
    """A rule about a scarce resource that options use up. All requests of one class use the same.

    ``by_week`` is true where its lines are counted week by week, false where they are counted once for the whole term.
    """

    by_week: ClassVar[bool] = True

    @abstractmethod
    def lines(self, columns: Columns) -> tuple[Line, ...]:
        """Return the owner of each line that the search prices, in the order in which `uses` numbers them."""

    @abstractmethod
    def uses(self, columns: Columns, options: Options) -> Uses:
        """Return how much each option uses of the resource that this rule limits."""


class Itinerary(Rule):
    """A rule about which of one student's own options exclude each other.

    Each cell has room for at most one option (every supply is 1). Two options exclude each other exactly when they
    share a cell.
    """

    by_unit = False
    """Whether the cells depend on the unit, and not on the request and the start alone."""

    @abstractmethod
    def uses(self, columns: Columns, options: Options) -> Uses:
        """Return the cells that each option occupies."""
