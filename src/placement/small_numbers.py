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

    Who knows the whole and every other part can subtract. So what is left out must together be as many as ``least``, or
    nobody: the smallest part that is told goes too, until that is so. A part with nobody in it tells of nobody.
    """
    left_out = {name for name, number in numbers.items() if 0 < number < least}
    rest = sorted((number, name) for name, number in numbers.items() if number >= least)
    hidden = sum(numbers[name] for name in left_out)
    while left_out and hidden < least and rest:
        number, name = rest.pop(0)
        left_out.add(name)
        hidden += number
    return left_out
