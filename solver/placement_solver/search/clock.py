"""When to stop: at the time limit, or earlier where a caller asks for it."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from ortools.sat.python.cp_model_helper import SolveWrapper

    from placement_solver.plan import EndedBecause


class StopSignal(threading.Event):
    """A request to stop, which any thread may make: the search looks for it, and a running CP-SAT is told at once.

    No extra thread waits for it, because a thread that has to start while memory runs out may never run.
    """

    def __init__(self) -> None:
        """Begin with no solver running."""
        super().__init__()
        self._running: list[SolveWrapper] = []

    def set(self) -> None:
        """Ask for the stop."""
        super().set()
        for solver in tuple(self._running):
            solver.stop_search()

    @contextmanager
    def reaching(self, solver: SolveWrapper) -> Iterator[None]:
        """While the block runs, pass the request on to a CP-SAT solver; after an earlier request it does not begin."""
        self._running.append(solver)
        if self.is_set():
            solver.stop_search()
        try:
            yield
        finally:
            self._running.remove(solver)


class Clock:
    """The time that a solve may take, and the signal that can end it earlier."""

    def __init__(self, seconds: float, stop: StopSignal | None = None, began: float | None = None) -> None:
        """Start the clock now, or at an earlier moment of `time.monotonic`, which a machine's processes share."""
        self._began = time.monotonic() if began is None else began
        self._seconds, self._left = seconds, 0.0
        self._stop = stop if stop is not None else StopSignal()

    def earlier(self, seconds: float) -> Clock:
        """Return the same clock with a limit that comes some seconds earlier."""
        return Clock(self._seconds - seconds, self._stop, self._began)

    def leave(self, seconds: float) -> None:
        """End so many seconds before the limit, because what comes after the search takes longer than usual."""
        self._left = seconds

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._began

    @property
    def remaining(self) -> float:
        """Seconds left, never negative; 0 once stopped."""
        return 0.0 if self._stop.is_set() else max(0.0, self._seconds - self._left - self.elapsed)

    @property
    def interrupted(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    @property
    def ended_because(self) -> EndedBecause:
        """Why a search that ends now does so, if its plan is not proven."""
        if self.interrupted:
            return "stopped"
        return "time-limit" if self.is_over() else "nothing-better"

    def is_over(self) -> bool:
        """Return whether to stop now, for either reason."""
        return self.remaining <= 0

    def stopping(self, solver: SolveWrapper) -> AbstractContextManager[None]:
        """While the block runs, pass a request to stop on to a CP-SAT solver."""
        return self._stop.reaching(solver)
