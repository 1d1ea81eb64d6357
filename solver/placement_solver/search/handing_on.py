"""Handing on: now and then, what a search has come to, so that another can go on from it if this one dies."""

from __future__ import annotations

import math
from contextlib import contextmanager
from functools import partial
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING

from placement_solver.search.beside import Beside

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from placement_solver.progress import SoFar

SECONDS = 10.0
"""No more than this much of a search is lost, and no more often is it handed on: naming the supervisors of a county
takes 0.2 seconds."""
_LOOK_SECONDS = 0.25


class HandingOn:
    """Hands on what a search has come to, if there is somebody who ``keep``s it.

    ``standing()`` is the objective and the bound of what ``so_far()`` would be.
    """

    def __init__(
        self,
        keep: Callable[[SoFar], None] | None,
        standing: Callable[[], tuple[int, int]],
        so_far: Callable[[], SoFar],
    ) -> None:
        """Begin with nothing handed on."""
        self._keep, self._standing, self._so_far = keep, standing, so_far
        self._handed: tuple[int, int] | None = None
        self._at = -math.inf

    def begin(self) -> None:
        """Hand on the first plan; from now on every improvement follows within some seconds."""
        if self._keep is not None:
            self._hand_on(self._keep)

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """While the block runs, hand on what has changed, in a thread of its own."""
        if self._keep is None:
            yield
            return
        ended = Event()
        beside = Beside(partial(self._go_on, self._keep, ended), name="handing on")
        try:
            yield
        finally:
            ended.set()
            beside.has_ended(None)  # nothing older may follow what the search ends with

    def _go_on(self, keep: Callable[[SoFar], None], ended: Event) -> None:
        while not ended.wait(min(_LOOK_SECONDS, SECONDS)):
            due = self._handed is not None and monotonic() - self._at >= SECONDS
            if due and self._standing() != self._handed:
                self._hand_on(keep)

    def _hand_on(self, keep: Callable[[SoFar], None]) -> None:
        self._at, self._handed = monotonic(), self._standing()
        keep(self._so_far())
