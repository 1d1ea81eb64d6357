"""Orders: what the parent of a solving child process tells it on its stdin, and what its exit status tells."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STOP = b"stop\n"
"""End soon, with the best plan so far, or without one where there is none yet."""

ORPHANED = 3
"""The exit status of a child whose parent is gone."""
EXHAUSTED = 4
"""The exit status of a child whose memory has run out."""
STOPPED = 5
"""The exit status of a child that was asked to stop when it had no plan yet."""


@dataclass(frozen=True, slots=True)
class SolveOrder:
    """How to solve a problem, and how many bytes its document has: the first line, before the document.

    ``memory_mb`` bounds what the child writes to (MiB, ``RLIMIT_DATA``), not the addresses that it only reserves.
    Without ``with_report`` the child is spared reckoning one, which takes a county's a second. With ``repairing`` the
    problem's ``current`` is mended with few changes instead of planned anew; with ``serving`` those who are not pinned
    are placed one by one, in the order of the problem's requests. The time limit counts from ``began``, a moment of
    `time.monotonic`: now, unless whoever waits has begun to wait before.
    """

    problem_bytes: int
    time_limit: float
    seed: int
    workers: int
    memory_mb: int | None
    with_report: bool = True
    repairing: bool = False
    serving: bool = False
    began: float = field(default_factory=time.monotonic)
