"""Spreading: where it can be shown how answers are spread over bands, such as 1-2, 3 and 4-5.

The numbers in each band are hidden like all others (``hiding``). But they stand beside means, and together these may
pin down how many of a few answered in a band. So for every group whose mean is shown, and every band in which it has
too few, the figures must be true of other answers as well: somebody in the group and somebody outside it, whom every
spread shown counts together, could have answered otherwise, so that no mean and no spread changes but theirs. Where no
such pair is found, the smallest spread concerned is hidden.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement

from placement.surveys.hiding import COUNTY, LEAST, Cell, Node, Shown, home_of, places_by_node, shown_nodes

Value = int | str
Bands = Mapping[str, frozenset[Value]]
"""The answers that are counted together, by what a band is called: ``1-2``, ``yes``, or ``late+never``."""
Shift = tuple[int, ...]
"""How many more answers, or fewer, there are in each band."""


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
        shown = frozenset() if COUNTY in pinned else shown - pinned


def _pinned(
    cells: Sequence[Cell],
    counted: Sequence[Sequence[int]],
    shifts: Sequence[set[Shift]],
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
            concerned = {each for place in places for each in homes[place]} - {COUNTY}
            hide.add(min(concerned, key=lambda each: (len(nodes[each]), each), default=COUNTY))
    return frozenset(hide)


def _may_be_others(
    places: Sequence[int],
    few: Sequence[int],
    homes: Sequence[tuple[Node, Node]],
    shifts: Sequence[set[Shift]],
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


def _shifts_of(values: Sequence[Value], bands: Bands, steps: int | None) -> set[Shift]:
    """Return how the bands of some answers could shift without their number and their sum being others."""
    changes = _moves(values, steps) if steps is not None else _exchanges(values, bands)
    numbers = ((_numbers_in(before, bands), _numbers_in(after, bands)) for before, after in changes)
    shifts = {tuple(new - old for old, new in zip(*each, strict=True)) for each in numbers}
    return {shift for shift in shifts if any(shift)}


def _numbers_in(values: Sequence[Value], bands: Bands) -> list[int]:
    """Return how many answers are in each band."""
    return [sum(value in band for value in values) for band in bands.values()]


def _moves(values: Sequence[Value], steps: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield two answers on a scale with two others of the same sum, nearer to each other or further apart."""
    there = Counter(int(value) for value in values)
    for low, high in combinations_with_replacement(sorted(there), 2):
        if low == high and there[low] == 1:
            continue
        if high - low > 1:
            yield (low, high), (low + 1, high - 1)
        if low > 1 and high < steps:
            yield (low, high), (low - 1, high + 1)


def _exchanges(values: Sequence[Value], bands: Bands) -> Iterator[tuple[tuple[Value], tuple[Value]]]:
    """Yield an answer out of a list with another, one for each two bands."""
    ones = {name: min(band, key=str) for name, band in bands.items()}
    for name in {name for name, band in bands.items() if not band.isdisjoint(values)}:
        for other in ones.keys() - {name}:
            yield (ones[name],), (ones[other],)
