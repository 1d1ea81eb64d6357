"""Following: a solving child process is looked at now and then until it ends, is stopped, or overruns its time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from placement.errors import UnavailableError
from placement.running.child import GRACE_SECONDS, OverrunError, SolverProcess
from placement.running.orders import SolveOrder

T = TypeVar("T")
_log = logging.getLogger(__name__)

BEAT_SECONDS = 0.5
"""Every this many seconds a worker looks at its child, renews its claim and asks whether the run is cancelled."""
AGAIN_SECONDS = 1.0
"""What could not be asked or stored is tried again after so many seconds: the database is away, or its disk is full."""
STOP_SECONDS = 30.0
"""A child that was asked to stop may take at most this many seconds to hand in its plan."""


def once_there(do: Callable[[], T], what: str, stopping: threading.Event) -> T:
    """Do something with the database, as soon as it is there and has room; ``what`` is said to wait until then.

    Raises:
        UnavailableError: it was not there until the worker was told to stop.

    """
    while True:
        try:
            return do()
        except UnavailableError as error:
            _log.warning("%s waits: %s", what, error)
            if stopping.wait(AGAIN_SECONDS):
                raise


def follow(
    child: SolverProcess,
    order: SolveOrder,
    beat: Callable[[bool], bool],
    stopping: threading.Event,
    grace: float | None = None,
) -> bool:
    """Follow a child to its end; False where the worker is ``stopping``, after a last beat.

    ``beat`` tells the database that the worker is alive, and returns whether the child should be stopped; told that it
    is the last, it gives the work back. While the database is away the search goes on. The child may take ``grace``
    seconds (`GRACE_SECONDS`) more than its order says.

    Raises:
        OverrunError: it took more.

    """
    asked, deadline = False, order.began + order.time_limit + (GRACE_SECONDS if grace is None else grace)
    while not child.ended_within(BEAT_SECONDS):
        stop, last = False, stopping.is_set()
        with suppress(UnavailableError):
            stop = beat(last)
        if last:
            return False
        if stop and not asked:
            asked = True
            child.stop()
            deadline = min(deadline, time.monotonic() + STOP_SECONDS)
        if time.monotonic() > deadline:
            raise OverrunError
    return True
