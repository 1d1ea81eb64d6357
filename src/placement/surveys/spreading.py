"""Spreading: where it can be shown how answers are spread over bands, such as 1-2, 3 and 4-5.

The numbers in each band are hidden like all others (``hiding``), so that no sum or difference of spreads has fewer than
five in a band. But they stand beside means of smaller groups, and together these may pin down how many of a few
answered in a band. So for every group whose mean is shown and every band in which it has too few, the figures should be
true of other answers as well: somebody in the group and somebody outside it, whom every spread shown counts together,
could have answered otherwise, so that no mean and no spread changes but theirs. Where no such pair is found, the spread
of the provider or unit concerned is hidden. Those of programmes, lärosäten and the county are over so many units that
they stay.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import permutations, product

from placement.surveys.hiding import LEAST, Cell, Shown, home_of, places_by_node, shown_nodes
from placement.surveys.nodes import COUNTY, Node

Value = int | str
Bands = Mapping[str, frozenset[Value]]
"""The answers that are counted together, by what a band is called: ``1-2``, ``yes``, or ``late+never``."""
Shift = tuple[int, ...]
"""How many more answers, or fewer, there are in each band."""
_LITTLE = (-2, -1, 0, 1, 2)


def spread_nodes(
    cells: Sequence[Cell], values: Sequence[Sequence[Value]], bands: Bands, steps: int | None, among: Shown
) -> Shown:
    """Return the nodes whose answers can be shown in bands, among those whose number of answers is shown.

    ``values`` are the answers in each cell; ``steps`` are those of a scale, whose mean is shown too.
    """
    counted = {name: [sum(value in band for value in each) for each in values] for name, band in bands.items()}
    shifts = [_shifts_of(each, bands, steps) for each in values]
    shown = among if bands else frozenset[Node]()
    while True:
        for counts in counted.values():
            shown = shown_nodes(cells, counts, shown)
        pinned = _pinned(cells, list(counted.values()), shifts, shown, among)
        if not pinned:
            return shown
        shown -= pinned


def _pinned(
    cells: Sequence[Cell],
    counted: Sequence[Sequence[int]],
    shifts: Sequence[frozenset[Shift]],
    shown: Shown,
    among: Shown,
) -> Shown:
    """Return nodes to hide: the smallest for each group whose few answers in a band could not have been others."""
    homes = [(home_of(cell.care, shown), home_of(cell.education, shown)) for cell in cells]
    able: dict[tuple[Node, Node], Counter[Shift]] = defaultdict(Counter)
    for home, possible in zip(homes, shifts, strict=True):
        able[home].update(possible)
    nodes = places_by_node(cells)
    hide = set()
    for node in sorted(among) if shown else ():
        places = nodes[node]
        few = [band for band, counts in enumerate(counted) if 0 < sum(counts[place] for place in places) < LEAST]
        if few and not _may_be_others(places, few, homes, shifts, able):
            concerned = {homes[place][0] for place in places} - {COUNTY}
            if concerned:
                hide.add(min(concerned, key=lambda each: (len(nodes[each]), each)))
    return frozenset(hide)


def _may_be_others(
    places: Sequence[int],
    few: Sequence[int],
    homes: Sequence[tuple[Node, Node]],
    shifts: Sequence[frozenset[Shift]],
    able: Mapping[tuple[Node, Node], Counter[Shift]],
) -> bool:
    """Tell whether, for each band with few, somebody within and somebody outside could have answered otherwise."""
    within: dict[tuple[Node, Node], Counter[Shift]] = defaultdict(Counter)
    for place in places:
        within[homes[place]].update(shifts[place])
    free = {
        shift
        for home, possible in within.items()
        for shift in possible
        if able[home][back := tuple(-each for each in shift)] > possible[back]
    }
    return all(any(shift[band] for shift in free) for band in few)


def _shifts_of(values: Sequence[Value], bands: Bands, steps: int | None) -> frozenset[Shift]:
    """Return how the bands of some answers could shift a little without their number and their sum being others.

    The answers of a band on a scale can have any sum between as many of its lowest and of its highest step.
    """
    counted = Counter(values)
    numbers = tuple(sum(counted[value] for value in band) for band in bands.values())
    if steps is None:
        return _moves_of(numbers)
    ends = tuple((min(map(int, band)), max(map(int, band))) for band in bands.values())
    return _shifts_on_scale(numbers, sum(map(int, values)), ends)


@lru_cache(maxsize=10_000)
def _moves_of(numbers: Shift) -> frozenset[Shift]:
    """Return the shifts of a choice: one answer from a band that has any to another.

    A larger shift is made of such moves, so that nothing is found by trying it too; and of many choices there would be
    too many to try.
    """
    places = range(len(numbers))
    moves = ((one, other) for one, other in permutations(places, 2) if numbers[one])
    return frozenset(tuple((place == other) - (place == one) for place in places) for one, other in moves)


@lru_cache(maxsize=10_000)
def _shifts_on_scale(numbers: Shift, total: int, ends: tuple[tuple[int, int], ...]) -> frozenset[Shift]:
    """Return the shifts of the few bands of a scale."""
    found = set()
    for shift in product(_LITTLE, repeat=len(numbers)):
        others = [number + more for number, more in zip(numbers, shift, strict=True)]
        if any(shift) and sum(shift) == 0 and min(others) >= 0 and _can_sum_to(total, others, ends):
            found.add(shift)
    return frozenset(found)


def _can_sum_to(total: int, numbers: Sequence[int], ends: Sequence[tuple[int, int]]) -> bool:
    """Tell whether so many answers in each band of a scale can have a sum."""
    least = sum(low * number for (low, _), number in zip(ends, numbers, strict=True))
    most = sum(high * number for (_, high), number in zip(ends, numbers, strict=True))
    return least <= total <= most
