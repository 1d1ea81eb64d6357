"""How much memory one run of the solver may take unless it is told: so that no problem can take the whole machine."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

SHARE = 0.75
MIB = 1 << 20
LEAST = 256
"""MiB that a run has at least; `Settings.run_memory_mb` cannot be less."""


def share_of_machine(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int:
    """Return three quarters of this machine's memory, or of the container's where that has less, in MiB.

    ``limit`` is the file in which Linux says what the container may use, if there is one.
    """
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with suppress(OSError, ValueError):  # no such file, or the word "max"
        there = min(there, int(limit.read_text(encoding="utf-8")))
    return max(LEAST, int(SHARE * there) // MIB)
