"""When to stop: the time limit, and whoever asks the search to stop sooner."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ortools.sat.python.cp_model_helper import SolveWrapper


class StopSignal(threading.Event):
    """A word to stop, which any thread may give: who searches looks for it, and CP-SAT at work is told at once.

    No thread waits for it: one that has to start while memory runs out would never be heard of again.
    """

    def __init__(self) -> None:
        """Begin with nobody at work."""
        super().__init__()
        self._at_work: list[SolveWrapper] = []

    def set(self) -> None:
        """Give the word."""
        super().set()
        for solver in tuple(self._at_work):
            solver.stop_search()

    @contextmanager
    def reaching(self, solver: SolveWrapper) -> Iterator[None]:
        """While the block runs, pass the word on to a CP-SAT solver; a solver told beforehand does not even begin."""
        self._at_work.append(solver)
        if self.is_set():
            solver.stop_search()
        try:
            yield
        finally:
            self._at_work.remove(solver)


class Clock:
    """The time that a solve may take, and a word that can end it."""

    def __init__(self, seconds: float, stop: StopSignal | None = None, began: float | None = None) -> None:
        """Start the clock now, or at an earlier moment of `time.monotonic`, which a machine's processes share."""
        self._began = time.monotonic() if began is None else began
        self._seconds = seconds
        self._stop = stop if stop is not None else StopSignal()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def remaining(self) -> float:
        """Seconds left, never negative; 0 once stopped."""
        return 0.0 if self._stop.is_set() else max(0.0, self._seconds - self.elapsed)

    @property
    def interrupted(self) -> bool:
        """Whether somebody asked to stop."""
        return self._stop.is_set()

    def is_over(self) -> bool:
        """Tell whether to stop now, for either reason."""
        return self.remaining <= 0

    def stopping(self, solver: SolveWrapper) -> AbstractContextManager[None]:
        """While the block runs, pass a word to stop on to a CP-SAT solver at work."""
        return self._stop.reaching(solver)
