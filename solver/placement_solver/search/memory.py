"""Memory: what is free is given back to the machine, and who takes too much more is told so.

The C library keeps what a thread frees for that thread's next needs.

Models come and go in several threads. Measured on a county of 3.4 million options: of 1,414 MiB 627 were in use by
nobody, and after three minutes more than a GiB. Giving them back takes 5 to 30 ms.
"""

from __future__ import annotations

import ctypes
import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_PROCESS = Path("/proc/self/statm")
_LOOK_SECONDS = 0.2
_MEBIBYTE = 1 << 20


def give_back() -> None:
    """Give back what is free, where the C library can (glibc); elsewhere do nothing."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        return ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return lambda _: 0


class Growth:
    """Tells whether the process has grown by more than so many MiB since this was made; it is asked often."""

    def __init__(self, most: float) -> None:
        """Begin with what the process has now."""
        self._most = most
        self._began, self._next = resident(), 0.0

    def is_over(self) -> bool:
        """Tell whether it has grown by more; never where the system does not say what a process has."""
        at = time.monotonic()
        if at < self._next:
            return False
        self._next = at + _LOOK_SECONDS
        return resident() - self._began > self._most


def resident() -> float:
    """Return the MiB of memory that the process has; 0 where the system does not say (Linux does)."""
    try:
        pages = int(_PROCESS.read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGESIZE") / _MEBIBYTE
