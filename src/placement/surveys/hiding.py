"""Hiding: which groups' figures can be shown so that nobody can work out those of a group with fewer than five.

Answers are counted in *cells*, such as one unit's students of one programme. A figure is shown for a *node* of two
trees over the cells: unit, provider and county on the one hand, programme, lärosäte and county on the other. Whoever
has all figures can add and subtract them. Two rules make that useless:

1. What remains of a node when its shown parts are taken away is empty, or has enough answers.
2. For every cell, the shown figures are also true of numbers of answers in which that cell has enough. So nobody can
   tell from the figures that a cell, or any group of cells, has too few: let alone how many or what they said.

The second rule is tried exactly (``flowing``): the nodes shown divide the cells into rows by the one tree and columns
by the other, and where a row and a column meet in too small a group, the smallest node concerned is hidden as well.

What is hidden is not told apart: a hidden figure may have few answers, or be hidden to protect another.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from placement.surveys.flowing import Table
from placement.surveys.nodes import COUNTY, Node

LEAST = 5
"""The fewest answers that are shown."""
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
    safe: set[int] = set()
    while True:
        for tree in trees:
            tree.settle(shown, least)
        weak = _weak_nodes(cells, counts, trees, shown, least, safe)
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
    cells: Sequence[Cell],
    counts: Sequence[int],
    trees: tuple[_Tree, _Tree],
    shown: set[Node],
    least: int,
    safe: set[int],
) -> set[Node]:
    """Return nodes to hide, one for each group of too few that could be had by subtraction (rule 2).

    ``safe`` are the places of cells that have been found to be able to have enough. To hide a node only joins rows or
    columns, which takes no way away: so they stay safe, and are not tried again.
    """
    meetings = [(home_of(cell.care, shown), home_of(cell.education, shown)) for cell in cells]
    table = Table(zip(meetings, counts, strict=True), least, {meetings[place] for place in safe})
    answers = {node: number for tree in trees for node, number in tree.answers.items()}
    weak: set[Node] = set()
    for row, column in table.few():
        concerned = table.concerned(row, column)
        if concerned and weak.isdisjoint(concerned):
            weak.add(min(concerned, key=lambda node: (answers[node], node)))
    safe.update(place for place, (row, column) in enumerate(meetings) if table.are_tied(row, column))
    return weak


def home_of(path: Path, shown: AbstractSet[Node]) -> Node:
    """Return the deepest shown node that a cell belongs to in a tree."""
    return next((node for node in reversed(path) if node in shown), COUNTY)
