"""Spreading: where it can be shown how answers are spread over bands, such as 1-2, 3 and 4-5.

The numbers in each band are hidden like all others (``hiding``), so that no sum or difference of spreads has fewer than
five in a band. But they stand beside means of smaller groups, and together these may pin down how many of a few
answered in a band. So for every group whose mean is shown and every band in which it has too few, the figures should be
true of other answers as well: somebody in the group and others outside it could have answered otherwise in turn, so
that no mean and no spread changes but the group's own. Where no such exchange is found, the spread of the smallest
provider or unit concerned is hidden; if there is none, that of the programme, the lärosäte or the county, unless so
many answers are counted with the group's that there are more exchanges than are tried.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import permutations, product

from placement.surveys.hiding import LEAST, Cell, Shown, home_of, places_by_node, shown_nodes
from placement.surveys.nodes import COUNTY, Node

Value = int | str
Bands = Mapping[str, frozenset[Value]]
"""The answers that are counted together, by what a band is called: ``1-2``, ``yes``, or ``late+never``."""
Home = tuple[Node, Node]
"""The smallest groups with a spread shown that a cell belongs to, by the tree of care and by that of education."""
Shift = tuple[int, ...]
"""How many more answers, or fewer, there are in each band."""
_MANY = 50
"""So many answers beside those of a group leave it a choice, by more exchanges than are tried here."""
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
    pinned = shown
    while pinned:
        for counts in counted.values():
            shown = shown_nodes(cells, counts, shown)
        pinned = _pinned(cells, list(counted.values()), shifts, shown, among)
        shown -= pinned
    return shown


def _pinned(
    cells: Sequence[Cell],
    counted: Sequence[Sequence[int]],
    shifts: Sequence[frozenset[Shift]],
    shown: Shown,
    among: Shown,
) -> Shown:
    """Return nodes to hide: the smallest for each group whose few answers in a band could not have been others."""
    homes = [(home_of(cell.care, shown), home_of(cell.education, shown)) for cell in cells]
    answers = [sum(each) for each in zip(*counted, strict=True)]
    sizes = Counter[Home]()
    for home, number in zip(homes, answers, strict=True):
        sizes[home] += number
    exchanges = _Exchanges(homes, shifts)
    nodes = places_by_node(cells)
    hide = set()
    for node in sorted(among) if shown else ():
        places = nodes[node]
        few = {band for band, counts in enumerate(counted) if 0 < sum(counts[place] for place in places) < LEAST}
        if few and not exchanges.may_be_others(places, few):
            care, education = ({homes[place][tree] for place in places} - {COUNTY} for tree in (0, 1))
            beside = sum(sizes[home] for home in {homes[place] for place in places})
            beside -= sum(answers[place] for place in places)
            if care or beside < _MANY:
                hide.add(min(care or education or {COUNTY}, key=lambda each: (len(nodes[each]), each)))
    return frozenset(hide)


class _Exchanges:
    """Who could have answered otherwise in turn, so that no spread shown is another."""

    def __init__(self, homes: Sequence[Home], shifts: Sequence[frozenset[Shift]]) -> None:
        self._homes, self._shifts = homes, shifts
        self._able: dict[Shift, Counter[Home]] = defaultdict(Counter)
        self._columns: dict[Shift, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
        self._rows: dict[Shift, dict[Node, set[Node]]] = defaultdict(lambda: defaultdict(set))
        for (row, column), possible in zip(homes, shifts, strict=True):
            for shift in possible:
                self._able[shift][row, column] += 1
                self._columns[shift][row].add(column)
                self._rows[shift][column].add(row)

    def may_be_others(self, places: Sequence[int], few: AbstractSet[int]) -> bool:
        """Tell whether, for each band with few, somebody within and others outside could have answered otherwise."""
        within: dict[Shift, Counter[Home]] = defaultdict(Counter)
        for place in places:
            for shift in self._shifts[place]:
                within[shift][self._homes[place]] += 1
        pinned = set(few)
        for shift in list(within):
            bands = {band for band in pinned if shift[band]}
            if bands and any(self._is_made_up_for(home, shift, within) for home in list(within[shift])):
                pinned -= bands
        return not pinned

    def _is_made_up_for(self, home: Home, shift: Shift, within: Mapping[Shift, Counter[Home]]) -> bool:
        """Tell whether others than those within can shift back until every spread shown is what it was.

        A shift is made up for by a shift back in its column: in the same row, or in another row where somebody shifts
        forth in another column, for which that is made up in its turn.
        """
        row, column = home
        back: Shift = tuple(-each for each in shift)
        if self._is_able(home, back, within):
            return True
        seen, waiting = {column}, [column]
        while waiting:
            here = waiting.pop()
            for other in self._rows[back][here]:
                if not self._is_able((other, here), back, within):
                    continue
                if other == row:
                    return True
                beyond = {to for to in self._columns[shift][other] - seen if self._is_able((other, to), shift, within)}
                seen |= beyond
                waiting += beyond
        return False

    def _is_able(self, home: Home, shift: Shift, within: Mapping[Shift, Counter[Home]]) -> bool:
        """Tell whether somebody outside could shift."""
        return self._able[shift][home] > within[shift][home]


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
