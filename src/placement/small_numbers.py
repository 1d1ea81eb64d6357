"""Small numbers: a figure about so few people that it tells of one of them is not told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LEAST = 5
"""The fewest people that a figure may be about, if others than those who answer for them read it."""


def large_homes(fairness: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fairness figures of a plan's report without the homes that so few students come from.

    Where students live only their lärosäte reads; those who read the report do not.
    """
    homes = fairness.get("homes", ())
    small = too_small({f"{number}": home["requests"] for number, home in enumerate(homes)})
    return {**fairness, "homes": [home for number, home in enumerate(homes) if f"{number}" not in small]}


def too_small(numbers: Mapping[str, int], least: int = LEAST) -> set[str]:
    """Return which parts of a whole that is told of may not be told: the small ones, and what would give them away.

    Who knows the whole and every other part can subtract. So with the small ones the smallest of the others is left
    out too, and all that are as large as it: which of them it was would otherwise tell. A part with nobody in it tells
    of nobody.
    """
    small = {name for name, number in numbers.items() if 0 < number < least}
    next_to_it = min((number for number in numbers.values() if number >= least), default=0)
    return small | {name for name, number in numbers.items() if small and number == next_to_it > 0}
