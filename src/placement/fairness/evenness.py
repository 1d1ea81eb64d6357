"""Evenness: how evenly a figure is spread over groups of different size, in whole numbers that anyone can check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from placement_solver.figures.spread import jain

Figure = Literal["placed", "minutes", "first-wish", "weeks-by-offered", "weeks-by-supervisors", "weeks-by-inhabitants"]
WHOLE = 1_000


@dataclass(frozen=True, slots=True)
class Evenness:
    """How evenly a figure for each one of a size is spread over some groups.

    ``even_permille`` is Jain's index: 1,000 where all groups have as much for their size. ``most_to_least_permille`` is
    how many times as much the group with most has as the one with least, times 1,000; None where the least is nothing.
    """

    figure: Figure
    groups: int
    even_permille: int | None
    most_to_least_permille: int | None


def spread_of(figure: Figure, amounts: Iterable[tuple[int, int]]) -> Evenness:
    """Compute how evenly amounts are spread, each with its group's size; a group without size is left out."""
    rates = [Fraction(amount, size) for amount, size in amounts if size]
    if not rates:
        return Evenness(figure, 0, None, None)
    least, most = min(rates), max(rates)
    return Evenness(
        figure,
        len(rates),
        round(WHOLE * jain([float(rate) for rate in rates])),
        int(WHOLE * most / least) if least else None,
    )
