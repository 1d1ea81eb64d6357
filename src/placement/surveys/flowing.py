"""Flowing: whether the figures shown leave room for enough answers where a row and a column meet.

The nodes shown divide the cells into rows by the one tree and columns by the other. How far one cell's number can grow
while all sums stay is a largest flow from its row to its column, and by the theorem of largest flow and smallest cut it
is also the smallest group around the cell that can be had by subtraction (Gusfield, A graph theoretic approach to
statistical data security, 1988).

From a row, flow leaves by a column as far as there are answers where the two meet; from a column it can go back into
any row that meets it, however much. So a row and a column that meet with enough answers are *tied*: no group of too few
has the one and not the other. What is tied counts as one *knot* from then on, and knots are tied by what goes between
them in turn. That changes no group of too few (each keeps whole knots), and leaves little to search in: without it, a
county's survey takes minutes to count where many programmes meet at many units.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from placement.surveys.nodes import COUNTY, Node

Meeting = tuple[Node, Node]
"""A row and a column: what remains of a shown node of the tree of care, and of one of that of education."""
_Knot = int
_Way = list[tuple[_Knot, _Knot]]


class Table:
    """The cells added up by rows and columns, with what is tied in knots."""

    def __init__(self, counts: Iterable[tuple[Meeting, int]], least: int, tied: AbstractSet[Meeting]) -> None:
        """Add up the cells; the rows and columns of the meetings ``tied`` are known to be tied already."""
        self._least = least
        self._counts: Counter[Meeting] = Counter()
        for meeting, count in counts:
            self._counts[meeting] += count
        self._row_knots: dict[Node, _Knot] = {}
        self._column_knots: dict[Node, _Knot] = {}
        for row, column in self._counts:
            for knots, node in ((self._row_knots, row), (self._column_knots, column)):
                knots.setdefault(node, len(self._row_knots) + len(self._column_knots))
        self._above = list(range(len(self._row_knots) + len(self._column_knots)))
        self._forth: list[Counter[_Knot]] = [Counter() for _ in self._above]
        self._back: list[set[_Knot]] = [set() for _ in self._above]
        for (row, column), count in self._counts.items():
            self._forth[self._row_knots[row]][self._column_knots[column]] += count
            self._back[self._column_knots[column]].add(self._row_knots[row])
        for row, column in self._counts:
            if self._counts[row, column] >= least or (row, column) in tied:
                self._tie(self._row_knots[row], self._column_knots[column])

    def few(self) -> Iterator[Meeting]:
        """Yield where a row and a column meet with too few answers and are not tied, the fewest first."""
        found = [(count, *meeting) for meeting, count in self._counts.items() if count < self._least]
        for _count, row, column in sorted(found):
            if not self.are_tied(row, column):
                yield row, column

    def are_tied(self, row: Node, column: Node) -> bool:
        """Tell whether no group of too few has a row and not a column that it meets."""
        return self._top(self._row_knots[row]) == self._top(self._column_knots[column])

    def concerned(self, row: Node, column: Node) -> set[Node]:
        """Return the nodes by which a group of too few around a meeting can be subtracted; none if it cannot be had.

        One way after another is sought from the row to the column, with the room that those before it have left. If
        there is room for enough, the two are tied.
        """
        start, end = self._top(self._row_knots[row]), self._top(self._column_knots[column])
        sent: Counter[tuple[_Knot, _Knot]] = Counter()
        flow = 0
        while flow < self._least:
            before = self._search(start, end, sent)
            if end not in before:
                return self._around(before.keys())
            way = _way_to(end, before)
            step = min((self._least - flow, *(room for a, b in way if (room := self._room(a, b, sent)) is not None)))
            for a, b in way:
                sent[a, b] += step
                sent[b, a] -= step
            flow += step
        self._tie(start, end)
        return set()

    def _around(self, reached: AbstractSet[_Knot]) -> set[Node]:
        """Return the nodes of the meetings that a cut goes through: those of reached rows and columns not reached."""
        rows = {node for node, knot in self._row_knots.items() if self._top(knot) in reached}
        columns = {node for node, knot in self._column_knots.items() if self._top(knot) in reached}
        touched = {
            node for row, column in self._counts if row in rows and column not in columns for node in (row, column)
        }
        return touched - {COUNTY} or (rows | columns) - {COUNTY}

    def _search(self, start: _Knot, end: _Knot, sent: Mapping[tuple[_Knot, _Knot], int]) -> dict[_Knot, _Knot | None]:
        """Look for a way between two knots; return what was reached, each with the knot that it was reached from."""
        before: dict[_Knot, _Knot | None] = {start: None}
        waiting = deque([start])
        while waiting:
            here = waiting.popleft()
            onward = [to for to, count in self._forth[here].items() if to not in before and count > sent[here, to]]
            onward += [to for to in self._back[here] if to not in before]
            for to in onward:
                before[to] = here
                if to == end:
                    return before
            waiting.extend(onward)
        return before

    def _room(self, here: _Knot, to: _Knot, sent: Mapping[tuple[_Knot, _Knot], int]) -> int | None:
        """Return how much more can go from a knot to another; None if there is no limit."""
        return None if to in self._back[here] else self._forth[here][to] - sent[here, to]

    def _top(self, knot: _Knot) -> _Knot:
        """Return the knot that a knot has become part of."""
        while self._above[knot] != knot:
            self._above[knot] = knot = self._above[self._above[knot]]
        return knot

    def _tie(self, one: _Knot, other: _Knot) -> None:
        """Tie two knots, and then all that are tied thereby."""
        waiting = [(one, other)]
        while waiting:
            one, other = (self._top(knot) for knot in waiting.pop())
            if one != other:
                waiting += self._join(*sorted((one, other), key=self._degree))

    def _degree(self, knot: _Knot) -> int:
        return len(self._forth[knot]) + len(self._back[knot])

    def _join(self, part: _Knot, whole: _Knot) -> Iterator[tuple[_Knot, _Knot]]:
        """Make a knot part of another, and yield the pairs of knots that may be tied thereby."""
        self._above[part] = whole
        for to in self._forth[part]:
            self._back[to].discard(part)
            if to != whole:
                self._forth[whole][to] += self._forth[part][to]
                self._back[to].add(whole)
        for source in self._back[part]:
            count = self._forth[source].pop(part)
            if source != whole:
                self._forth[source][whole] += count
                self._back[whole].add(source)
        near = self._forth[part].keys() | self._back[part]
        self._forth[part], self._back[part] = Counter(), set()
        del self._forth[whole][part]
        for other in near - {whole}:
            if self._are_tied(whole, other) or self._are_tied(other, whole):
                yield whole, other

    def _are_tied(self, here: _Knot, to: _Knot) -> bool:
        """Tell whether what goes from a knot to another, and back, ties them."""
        return here in self._back[to] and (to in self._back[here] or self._forth[here][to] >= self._least)


def _way_to(end: _Knot, before: Mapping[_Knot, _Knot | None]) -> _Way:
    """Return the steps that led to a knot."""
    way = []
    while (here := before[end]) is not None:
        way.append((here, end))
        end = here
    return way
