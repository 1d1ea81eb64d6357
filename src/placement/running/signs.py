"""Signs of life: what workers hold and do not live to finish is found, and taken up by others.

Where there is a queue, it knows which workers live. On SQLite each leaves signs of life in the rows that it holds. So
do workers of a version from before the queue, beside which this one may work during an upgrade.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, TypeVar

from sqlmodel import Session

from placement.lanes.jobs import has_queue, held
from placement.worker_names import is_dead, job_of

LEASE = dt.timedelta(seconds=30)
"""What a worker without a job holds may be taken by another that has seen it silent for this long."""


class Held(Protocol):
    """A row that a worker holds, with the worker's name and its latest sign of life."""

    worker: str | None
    heartbeat_at: dt.datetime | None


H = TypeVar("H", bound=Held)


class Signs:
    """What one process has seen of the others' signs of life in rows of one kind: at each look, in all that are held.

    On SQLite what counts is that a sign stays the same while this process's own seconds pass, not the time in it: the
    clock may be set while a run is under way. What was held by a process of this machine that has died is found at the
    first look.
    """

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._seen: dict[str | None, tuple[object, float]] = {}
        self._first = True

    def abandoned(self, session: Session, rows: Sequence[H]) -> list[H]:
        """Look at everything that workers hold, and return what is held by none that lives."""
        first, self._first = self._first, False
        jobs = held(session) if has_queue(session) else set()
        of_jobs = {each.worker: job_of(each.worker) for each in rows}
        ended = [each for each in rows if (job := of_jobs[each.worker]) is not None and job not in jobs]
        without = [each for each in rows if of_jobs[each.worker] is None]
        silent = self._silent(without)
        return ended + [each for each in without if each in silent or (first and is_dead(each.worker))]

    def _silent(self, rows: Iterable[H]) -> list[H]:
        """Return what is held by workers that have been silent for too long."""
        then, moment = self._seen, self._tick()
        self._seen = {}
        silent = []
        for each in rows:
            sign = each.heartbeat_at
            known, since = then.get(each.worker, (None, moment))
            self._seen[each.worker] = (sign, since if known == sign else moment)
            if sign is None or moment - self._seen[each.worker][1] > LEASE.total_seconds():
                silent.append(each)
        return silent
