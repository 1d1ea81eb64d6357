"""Small numbers: a figure about so few people that it tells of one of them is not told."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from placement_solver.figures.spread import jain

K = TypeVar("K", bound=Hashable)

LEAST = 5
"""The fewest people that a figure may be about, if others than those who answer for them read it."""


def large_homes(fairness: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fairness figures of a plan's report without what tells of so few students from a home.

    Where students live only their lärosäte reads; those who read the report do not. So a home that few requests come
    from is left out, journeys are told of enough who are placed, and wishes of enough who have any. How even the homes
    are is worked out again from what is told: the index of all of them would give away the one that is not.
    """
    told = large_groups(fairness.get("homes", ()))
    of_others = [each for each in fairness.get("evenness", ()) if each["by"] != "home"]
    return {**fairness, "homes": told, "evenness": [*of_others, *_evenness(told)]}


def large_groups(groups: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the groups of a plan's report that are large enough to be told of, without journeys or wishes of few."""
    known = dict(enumerate(groups))
    few = too_small({place: group["requests"] for place, group in known.items()})
    unplaced = too_small({place: group.get("placed", 0) for place, group in known.items()}, few)
    unwishing = too_small({place: (group.get("wishes") or _NONE)["requests"] for place, group in known.items()}, few)
    return [
        {
            **group,
            **({"journeys": None} if place in unplaced else {}),
            **({"wishes": None} if place in unwishing else {}),
        }
        for place, group in known.items()
        if place not in few
    ]


_NONE: Mapping[str, int] = {"requests": 0}


def _evenness(homes: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return how even some homes are, as the report has it; the first of those that tie is the worst."""
    names = [home["name"] for home in homes]
    values: dict[str, list[float | None]] = {
        "placed": [home.get("placed_share") for home in homes],
        "first_wish": [None if home.get("wishes") is None else home["wishes"]["first"] for home in homes],
        "median_journey": [None if home.get("journeys") is None else -home["journeys"]["median"] for home in homes],
    }
    known = {
        figure: [(value, name) for value, name in zip(own, names, strict=True) if value is not None]
        for figure, own in values.items()
    }
    return [
        {
            "figure": figure,
            "by": "home",
            "jain": jain([abs(value) for value, _ in own]),
            "worst": min(own, key=_first)[1],
        }
        for figure, own in known.items()
        if own
    ]


def _first(pair: tuple[float, str | None]) -> float:
    return pair[0]


def too_small(numbers: Mapping[K, int], besides: Collection[K] = (), least: int = LEAST) -> set[K]:
    """Return which parts of a whole that is told of may not be told: the small ones, and what would give them away.

    Who knows the whole and every other part can subtract. So with the small ones the smallest of the others is left
    out too, and all that are as large as it: which of them it was would otherwise tell. What is left out ``besides``,
    for another reason, counts as left out. A part with nobody in it tells of nobody.
    """
    left_out = {name for name, number in numbers.items() if 0 < number < least} | set(besides)
    left = [numbers[name] for name in left_out if numbers[name]]
    if left and max(left) < least:
        next_to_it = min((number for name, number in numbers.items() if number >= least), default=0)
        left_out |= {name for name, number in numbers.items() if number == next_to_it > 0}
    return left_out
