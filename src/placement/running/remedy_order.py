"""Remedy order: in which order the remedies of a plan's unplaced requests are worked out, group by group.

A group has the same causes, course and site, so that what helps one of it often helps all. The groups that are
cheapest to help come first. One of each group is worked out before the rest of any, so that every kind of problem has
an answer early.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from placement_solver.figures.causes import DEARER

_STEPS = {
    DEARER: 0,
    "capacities": 1,
    "unit_ceilings": 1,
    "supervisors": 1,
    "own_placements": 2,
    "other_terms": 2,
    "agreements": 2,
}
_NO_UNIT = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """An unplaced request whose remedies are to be worked out, and what it has in common with others."""

    request: str
    causes: tuple[str, ...]
    course: str
    site: str | None

    @property
    def cost(self) -> int:
        """How much has to change for it at least, judged by its causes, each of which stands at some units.

        0: nothing, the objective rises. 1: one more place at one unit, or one more student for a supervisor. 2:
        somebody else's placement or an agreement. 3: a rule that leaves no unit at all, so a new offer, a longer
        journey or training.
        """
        return min((_STEPS.get(cause, _NO_UNIT) for cause in self.causes), default=_NO_UNIT)


def in_order(waiting: Iterable[Waiting]) -> list[str]:
    """Return requests in the order of work: the cheapest group first, of those that cost as much the largest first."""
    groups: defaultdict[tuple[object, ...], list[Waiting]] = defaultdict(list)
    for each in sorted(waiting, key=lambda each: each.request):
        groups[each.causes, each.course, each.site].append(each)
    ordered = sorted(groups.values(), key=lambda group: (group[0].cost, -len(group), group[0].request))
    return [each.request for part in _rounds(ordered) for each in part]


def _rounds(groups: list[list[Waiting]]) -> Iterator[list[Waiting]]:
    """Yield the first of each group, then the rest of each."""
    yield [group[0] for group in groups]
    for group in groups:
        yield group[1:]
