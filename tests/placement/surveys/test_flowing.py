"""Whether a group of too few around a meeting can be had: found by knots and ways as by trying every group there is."""

from __future__ import annotations

import random
from collections.abc import Mapping
from itertools import combinations, product

import pytest

from placement.surveys.flowing import Meeting, Table
from placement.surveys.hiding import LEAST
from placement.surveys.nodes import COUNTY, Node
from placement.tables import FigureLevel

ROWS = [COUNTY, *(Node(FigureLevel.UNIT, f"A{number}") for number in range(3))]
COLUMNS = [COUNTY, *(Node(FigureLevel.PROGRAMME, f"X{number}") for number in range(3))]
SUBSETS = [
    frozenset(each) for size in range(9) for each in combinations([*product(ROWS, "r"), *product(COLUMNS, "c")], size)
]


def smallest_around(counts: Mapping[Meeting, int], row: Node, column: Node) -> tuple[int, set[Node]] | None:
    """Try every group that has a row and not a column: the fewest answers that leave it, and its least such group."""
    best: tuple[int, int, set[Node]] | None = None
    for group in SUBSETS:
        if (row, "r") not in group or (column, "c") in group:
            continue
        if any((b, "c") in group and (a, "r") not in group for a, b in counts):
            continue
        cut = [(a, b) for a, b in counts if (a, "r") in group and (b, "c") not in group]
        size = sum(counts[each] for each in cut)
        if best is None or (size, len(group)) < best[:2]:
            touched = {node for each in cut for node in each} - {COUNTY}
            best = size, len(group), touched or {node for node, _ in group} - {COUNTY}
    assert best
    return None if best[0] >= LEAST else (best[0], best[2])


@pytest.mark.parametrize("number", range(60))
def test_what_is_found_by_knots_is_what_every_group_tried_gives(number: int) -> None:
    chance = random.Random(number)
    every = list(product(ROWS, COLUMNS))
    counts = {each: chance.choice([0, 1, 1, 2, 3, 4, 6]) for each in chance.sample(every, chance.randint(1, 14))}
    table = Table(counts.items(), LEAST, frozenset())
    for row, column in table.few():
        few = smallest_around(counts, row, column)
        assert table.concerned(row, column) == (set() if few is None else few[1])
        assert table.are_tied(row, column) == (few is None)


def test_what_is_known_to_be_tied_is_not_tried_again() -> None:
    meeting = ROWS[1], COLUMNS[1]
    assert list(Table([(meeting, 2)], LEAST, frozenset()).few()) == [meeting]
    assert not list(Table([(meeting, 2)], LEAST, {meeting}).few())
