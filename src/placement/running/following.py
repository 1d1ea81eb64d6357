"""Following: a solving child process is looked at now and then until it ends, is stopped, or overruns its time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from placement.errors import UnavailableError
from placement.running.child import GRACE_SECONDS, OverrunError, SolverProcess
from placement.running.orders import SolveOrder

BEAT_SECONDS = 0.5
"""Every this many seconds a worker looks at its child, renews its claim and asks whether the run is cancelled."""
STOP_SECONDS = 30.0
"""A child that was asked to stop may take at most this many seconds to hand in its plan."""


def follow(
    child: SolverProcess,
    order: SolveOrder,
    beat: Callable[[], bool],
    stopping: threading.Event,
    grace: float | None = None,
) -> bool:
    """Follow a child to its end; False where the worker is ``stopping``, after a last beat.

    ``beat`` tells the database that the worker is alive, and whether the child should be stopped; while the database is
    away the search goes on. The child may take ``grace`` seconds (`GRACE_SECONDS`) more than its order says.

    Raises:
        OverrunError: it took more.

    """
    asked, deadline = False, order.began + order.time_limit + (GRACE_SECONDS if grace is None else grace)
    while not child.ended_within(BEAT_SECONDS):
        stop = False
        with suppress(UnavailableError):
            stop = beat()
        if stopping.is_set():
            return False
        if stop and not asked:
            asked = True
            child.stop()
            deadline = min(deadline, time.monotonic() + STOP_SECONDS)
        if time.monotonic() > deadline:
            raise OverrunError
    return True
