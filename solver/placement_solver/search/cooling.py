"""How a search cools down: step by step, or faster where the time is too short for all steps."""

from __future__ import annotations

import math
from time import monotonic
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def cooling(steps: float, seconds: float = math.inf) -> Iterator[tuple[float, float]]:
    """Give for each step how far the search has cooled down before and after it, from 0 to 1.

    As long as the pace so far leaves time for all steps, the clock changes nothing.
    """
    began, done, cooled = monotonic(), 0, 0.0
    while cooled < 1:
        spent = monotonic() - began
        left = (seconds - spent) / spent * done if done else math.inf  # steps, at the pace so far
        step = max(1 / steps, (1 - cooled) / max(1.0, left))
        yield cooled, min(1.0, cooled + step)
        cooled, done = cooled + step, done + 1


def heat_at(cooled: float, hot: float, cold: float) -> float:
    """Return the heat that falls evenly from hot to cold, as a share that shrinks by the same factor each step."""
    return float(hot * (cold / hot) ** cooled)
