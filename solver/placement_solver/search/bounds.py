"""What is proven of every plan, and by what: a bound that a plan refutes is taken back.

Prices prove their bound by a sum of whole numbers. An engine's bound rests on its own search, whose numbers are
floating-point, and on a model that we write. If ever a plan costs less than is proven, an engine or its model is
wrong: then only what prices prove counts, for the rest of the search, and the log says so.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

_log = logging.getLogger(__name__)


@dataclass
class Bounds:
    """The highest bound: ``value``. Costs are not negative, so it begins at 0."""

    value: int = 0
    _summed: int = 0
    """The highest bound that prices prove."""
    refuted: bool = False
    """Whether a plan has refuted an engine's bound."""

    def rise(self, bound: int, *, summed: bool) -> bool:
        """Take a bound, and tell whether it is higher than what was known; ``summed`` says that prices prove it."""
        if summed:
            self._summed = max(self._summed, bound)
        elif self.refuted:
            return False
        higher = bound > self.value
        self.value = max(self.value, bound)
        return higher

    def meet(self, objective: int) -> None:
        """Take back what a plan of this objective refutes."""
        if objective < self.value:
            _log.error("a plan costs %d, below the bound of %d: the bound is taken back", objective, self.value)
            self.refuted = True
            self.value = min(self._summed, objective)
