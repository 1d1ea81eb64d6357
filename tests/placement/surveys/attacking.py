"""Attacking: what somebody can tell who has every figure that is shown, and knows who was placed where.

The attacker looks for numbers of answers, one for each cell, of which all the figures shown are true, and in which one
cell has as many or as few as can be. The figures are true of several such tables; what they have in common is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from ortools.sat.python import cp_model

from placement.surveys.hiding import Cell
from placement.surveys.nodes import COUNTY, Node

MOST = 10_000


def has(cell: Cell, node: Node) -> bool:
    """Tell whether a cell belongs to a node."""
    return node == COUNTY or node in cell.care or node in cell.education


def sums_of(cells: Sequence[Cell], counts: Sequence[int], shown: Iterable[Node]) -> dict[Node, int]:
    """Return the numbers of answers of the nodes shown."""
    return {node: sum(n for cell, n in zip(cells, counts, strict=True) if has(cell, node)) for node in shown}


def bounds_of(cells: Sequence[Cell], sums: Mapping[Node, int], wanted: Collection[Cell]) -> tuple[int, int]:
    """Return the fewest and the most answers that some cells can have together, by the figures shown."""
    return _extreme(cells, sums, wanted, most=False), _extreme(cells, sums, wanted, most=True)


def _extreme(cells: Sequence[Cell], sums: Mapping[Node, int], wanted: Collection[Cell], *, most: bool) -> int:
    model = cp_model.CpModel()
    numbers = {cell: model.new_int_var(0, MOST, "") for cell in cells}
    for node, total in sums.items():
        model.add(sum(number for cell, number in numbers.items() if has(cell, node)) == total)
    asked = sum(numbers[cell] for cell in wanted)
    if most:
        model.maximize(asked)
    else:
        model.minimize(asked)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model) == cp_model.OPTIMAL
    return round(solver.objective_value)
