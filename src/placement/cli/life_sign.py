"""Life sign: a worker answers no calls, so it touches a file for those who want to know whether it lives."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from placement.clock import now

OLDEST_SECONDS = 10.0
"""A worker whose sign is older does not live. Its queue takes it for dead after as long."""


class LifeSign:
    """The file that a worker touches. The database has no part in it: while it is away, a worker lives and waits."""

    def __init__(self, file: str | None) -> None:
        """Give the first sign; a file that cannot be written is found out before the work begins."""
        self._file = Path(file) if file else None
        if self._file is not None:
            self._file.touch()

    def give(self, at_work: Iterable[threading.Thread]) -> None:
        """Give a sign if every thread that is to be at work lives."""
        if self._file is not None and all(thread.is_alive() for thread in at_work):
            with suppress(OSError):  # a disk that fails ends no run
                self._file.touch()


def age_of_sign(file: Path) -> float | None:
    """Return how many seconds old the last sign is; None if no worker has begun.

    The clock may have been set since then: a sign from the future is as bad as an old one, until the next comes.
    """
    try:
        return abs(now().timestamp() - file.stat().st_mtime)
    except FileNotFoundError:
        return None
