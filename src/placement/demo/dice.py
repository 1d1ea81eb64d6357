"""Dice: seeded random numbers, separate for each module of the demo, so that a change in one does not affect others."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def dice(seed: int, room: str) -> Random:
    """Return a module's random numbers: the same for the same seed, whatever the other modules draw."""
    return Random(f"{room}/{seed}")  # noqa: S311 (plausible, repeatable draws; nothing to guess)


def draw_id(prefix: str, throws: Random) -> str:
    """Draw an opaque id of the same form as the ids that the store makes."""
    return f"{prefix}_{throws.getrandbits(64):016x}"


def round_evenly(amounts: Iterable[float], throws: Random) -> list[int]:
    """Round each amount randomly up or down, so that the whole numbers add up to the sum of the amounts."""
    carried = throws.random()
    whole: list[int] = []
    for amount in amounts:
        carried += amount
        whole.append(int(carried))
        carried -= int(carried)
    return whole
