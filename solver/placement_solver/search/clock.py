"""When to stop: the time limit, and whoever asks the search to stop sooner."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ortools.sat.python.cp_model_helper import SolveWrapper


class Clock:
    """The time that a solve may take, and a word that can end it: `stop` may be set from any thread."""

    def __init__(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Start the clock now."""
        self._began = time.monotonic()
        self._seconds = seconds
        self._stop = stop if stop is not None else threading.Event()

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

    @contextmanager
    def stopping(self, solver: SolveWrapper) -> Iterator[None]:
        """While the block runs, pass a word to stop on to a CP-SAT solver at work."""
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.05):
                if self._stop.is_set():
                    solver.stop_search()

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            done.set()
