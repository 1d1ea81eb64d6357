"""Hiding: which groups' figures can be shown so that nobody can work out those of a group with fewer than five.

Answers are counted in *cells*, such as one unit's students of one programme. A figure is shown for a *node* of two
trees over the cells: unit, provider and county on the one hand, programme, lärosäte and county on the other. Whoever
has all figures can add and subtract them. Two rules make that useless:

1. What remains of a node when its shown parts are taken away is empty, or has enough answers.
2. For every cell, the shown figures are also true of numbers of answers in which that cell has enough. So nobody can
   tell from the figures that a cell, or any group of cells, has too few: let alone how many or what they said.

The second rule is tried exactly. The nodes shown divide the cells into rows by the one tree and columns by the other.
How far one cell's number can grow while all sums stay is a largest flow from its row to its column, and by the theorem
of largest flow and smallest cut it is also the smallest group around the cell that can be had by subtraction
(Gusfield, A graph theoretic approach to statistical data security, 1988). Where it is too small, the smallest node
concerned is hidden as well.

What is hidden is not told apart: a hidden figure may have few answers, or be hidden to protect another.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from placement.tables import FigureLevel

LEAST = 5
"""The fewest answers that are shown."""
ALL = "county"


class Node(NamedTuple):
    """A group that figures can be shown for: its level and the id of what it is."""

    level: FigureLevel
    id: str


COUNTY = Node(FigureLevel.COUNTY, ALL)
Path = tuple[Node, ...]
"""The nodes that a cell belongs to in one tree below the county, the widest first."""
Shown = frozenset[Node]


class Cell(NamedTuple):
    """Answers that no figure parts: the paths of their group in the tree of care and in that of education."""

    care: Path
    education: Path


@dataclass
class _Tree:
    """One of the two trees: each node's parent, children and answers, and which nodes have cells of their own."""

    own: set[Node] = field(default_factory=set)
    parents: dict[Node, Node] = field(default_factory=dict)
    children: dict[Node, list[Node]] = field(default_factory=lambda: defaultdict(list))
    answers: Counter[Node] = field(default_factory=Counter)

    @classmethod
    def of(cls, paths: Iterable[Path], counts: Sequence[int]) -> _Tree:
        """Build the tree from the cells' paths and counts."""
        tree = cls()
        for path, count in zip(paths, counts, strict=True):
            above = COUNTY
            tree.answers[COUNTY] += count
            for node in path:
                if node not in tree.parents:
                    tree.parents[node] = above
                    tree.children[above].append(node)
                tree.answers[node] += count
                above = node
            tree.own.add(above)
        return tree

    def hide(self, shown: set[Node], node: Node) -> None:
        """Hide a node with all that is below it."""
        shown.discard(node)
        for child in self.children.get(node, ()):
            self.hide(shown, child)

    def settle(self, shown: set[Node], least: int) -> None:
        """Hide the smallest parts of each shown node until what remains of it is nothing or enough (rule 1)."""
        waiting = deque([COUNTY])
        while waiting:
            node = waiting.popleft()
            if node not in shown:
                continue
            parts = self.children.get(node, [])
            standing = sorted((part for part in parts if part in shown), key=lambda part: (self.answers[part], part))
            rest = self.answers[node] - sum(self.answers[part] for part in standing)
            remains = node in self.own or len(standing) < len(parts)
            while remains and rest < least and standing:
                smallest = standing.pop(0)
                rest += self.answers[smallest]
                self.hide(shown, smallest)
            waiting.extend(standing)


def shown_nodes(
    cells: Sequence[Cell], counts: Sequence[int], among: Shown | None = None, least: int = LEAST
) -> frozenset[Node]:
    """Return the nodes whose figures can be shown, given how many answers each cell has.

    ``among`` are the only ones that come into question, such as those whose number of answers is shown.
    """
    trees = _Tree.of((cell.care for cell in cells), counts), _Tree.of((cell.education for cell in cells), counts)
    shown = {node for tree in trees for node, number in tree.answers.items() if number >= least}
    shown &= shown if among is None else among
    for tree in trees:
        for node, parent in tree.parents.items():  # parents come before their children
            if parent not in shown:
                tree.hide(shown, node)
    while True:
        for tree in trees:
            tree.settle(shown, least)
        weak = _weak_nodes(cells, counts, trees, shown, least)
        if not weak:
            return frozenset(shown)
        for node in weak:
            for tree in trees:
                tree.hide(shown, node)


def places_by_node(cells: Sequence[Cell]) -> Mapping[Node, Sequence[int]]:
    """Return every node of the cells with the places of its cells; the county has all of them."""
    nodes: dict[Node, list[int]] = {COUNTY: []}
    for place, cell in enumerate(cells):
        for node in (COUNTY, *cell.care, *cell.education):
            nodes.setdefault(node, []).append(place)
    return nodes


def _weak_nodes(
    cells: Sequence[Cell], counts: Sequence[int], trees: tuple[_Tree, _Tree], shown: set[Node], least: int
) -> set[Node]:
    """Return nodes to hide, one for each group of too few that could be had by subtraction (rule 2)."""
    table = _Table()
    for cell, count in zip(cells, counts, strict=True):
        table.add(home_of(cell.care, shown), home_of(cell.education, shown), count)
    answers = {node: number for tree in trees for node, number in tree.answers.items()}
    weak: set[Node] = set()
    for row, column in table.few(least):
        concerned = table.concerned(row, column, least)
        if concerned and weak.isdisjoint(concerned):
            weak.add(min(concerned, key=lambda node: (answers[node], node)))
    return weak


def home_of(path: Path, shown: AbstractSet[Node]) -> Node:
    """Return the deepest shown node that a cell belongs to in a tree."""
    return next((node for node in reversed(path) if node in shown), COUNTY)


class _Table:
    """The cells added up by rows and columns: what remains of each shown node of the one tree and of the other."""

    def __init__(self) -> None:
        self._counts: dict[Node, Counter[Node]] = defaultdict(Counter)
        self._rows: dict[Node, set[Node]] = defaultdict(set)

    def add(self, row: Node, column: Node, count: int) -> None:
        """Count answers in a row and a column."""
        self._counts[row][column] += count
        self._rows[column].add(row)

    def few(self, least: int) -> Iterator[tuple[Node, Node]]:
        """Yield where a row and a column meet with too few answers, the fewest first."""
        found = [(n, row, column) for row, line in self._counts.items() for column, n in line.items() if n < least]
        yield from ((row, column) for _count, row, column in sorted(found))

    def concerned(self, row: Node, column: Node, least: int) -> set[Node]:
        """Return the nodes by which a group of too few around a meeting can be subtracted; none if it cannot be had.

        One unit of flow after another is sent from the row to the column. From a row it leaves by a column as far as
        there are answers where the two meet; from a column it can go back into any row that meets it.
        """
        sent: Counter[tuple[Node, Node]] = Counter()
        flow = 0
        while flow < least:
            reached, path = self._search(row, column, sent)
            if path is None:
                return self._around(reached)
            room = [self._counts[a][b] - sent[a, b] for forth, a, b in path if forth]
            step = min(least, *room)
            for forth, a, b in path:
                sent[a, b] += step if forth else -step
            flow += step
        return set()

    def _around(self, reached: set[tuple[Node, bool]]) -> set[Node]:
        """Return the nodes of the meetings that a cut goes through: those of reached rows and columns not reached."""
        rows = [node for node, is_row in reached if is_row]
        cut = {(row, column) for row in rows for column in self._counts[row] if (column, False) not in reached}
        touched = {node for meeting in cut for node in meeting} - {COUNTY}
        return touched or {node for node, _is_row in reached} - {COUNTY}

    def _search(
        self, row: Node, column: Node, sent: Mapping[tuple[Node, Node], int]
    ) -> tuple[set[tuple[Node, bool]], list[tuple[bool, Node, Node]] | None]:
        """Look for a way from a row to a column, and return what was reached with the way, if there is one.

        A step of the way is a row and a column, and whether it leads forth, from the row to the column, or back.
        """
        before: dict[tuple[Node, bool], tuple[bool, Node, Node] | None] = {(row, True): None}
        waiting = deque([(row, True)])
        while waiting:
            here, is_row = waiting.popleft()
            for step in self._steps(here, sent, is_row=is_row):
                forth, from_row, to_column = step
                there = (to_column, False) if forth else (from_row, True)
                if there in before:
                    continue
                before[there] = step
                if there == (column, False):
                    return set(before), _way_to(there, before)
                waiting.append(there)
        return set(before), None

    def _steps(
        self, here: Node, sent: Mapping[tuple[Node, Node], int], *, is_row: bool
    ) -> Iterator[tuple[bool, Node, Node]]:
        """Yield the steps that can be taken from a row or a column."""
        if is_row:
            yield from ((True, here, to) for to, count in self._counts[here].items() if count > sent[here, to])
        else:
            yield from ((False, row, here) for row in self._rows[here])


def _way_to(
    there: tuple[Node, bool], before: Mapping[tuple[Node, bool], tuple[bool, Node, Node] | None]
) -> list[tuple[bool, Node, Node]]:
    """Return the steps that led to a row or a column."""
    way = []
    while (step := before[there]) is not None:
        way.append(step)
        forth, row, column = step
        there = (row, True) if forth else (column, False)
    return way
