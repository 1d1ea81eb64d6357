"""The foreman: sees to it that each lane has as many jobs as pieces of work wait, whatever has been lost on the way.

Work is told to the queue as it is written, or found here within a second: events that are due to be sent, a mail's next
attempt, a run whose worker vanished, rows that came from a backup. One process at a time looks.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Engine

from placement.background import BackgroundTask
from placement.database import open_session
from placement.lanes import jobs

FORGOTTEN_SECONDS = 5.0
"""A job that the database says is this process's, which has not been at work on it for so long, is nobody's."""


class Foreman(BackgroundTask):
    """Looks after the lanes of some kinds of work, and after the jobs of this process's own workers."""

    def __init__(
        self,
        engine: Engine,
        works: Sequence[BackgroundTask],
        workers: Callable[[], Mapping[str, int]],
        at_work: Callable[[], set[int]],
    ) -> None:
        """``workers`` gives the queue's number of this process's worker in each lane; ``at_work`` the jobs at work."""
        super().__init__("foreman")
        self._engine, self._works = engine, works
        self._workers, self._at_work = workers, at_work
        self._told: set[int] = set()
        self._idle_since: dict[int, float] = {}

    def turn(self, _worker: str) -> bool:
        """Tell of the workers that are new, end jobs that nobody is at work on, and add those that are missing."""
        workers = self._workers()
        self._tell(workers)
        with open_session(self._engine) as session:
            for job in self._forgotten(jobs.held_by(session, workers.values())):
                jobs.end_job(session, job)
        with open_session(self._engine) as session:
            if jobs.may_look(session):
                jobs.end_lost(session)
                for work in self._works:
                    if work.lane is not None:
                        missing = work.pending(session) - jobs.added(session, work.lane)
                        jobs.add_jobs(session, work.lane, max(0, min(missing, jobs.MOST_AT_ONCE)))
        return False

    def _tell(self, workers: Mapping[str, int]) -> None:
        """Let the kinds of work say what workers of theirs can do that the queue has given a number since."""
        known = [(work, workers.get(work.lane or "")) for work in self._works]
        new = [(work, number) for work, number in known if number is not None and number not in self._told]
        if new:
            with open_session(self._engine) as session:
                for work, number in new:
                    work.tell(session, number)
        self._told.update(number for _, number in new)

    def _forgotten(self, has: set[int]) -> list[int]:
        """Return the jobs that this process has and is not at work on: their end did not reach the database."""
        then, moment = self._idle_since, time.monotonic()
        self._idle_since = {job: then.get(job, moment) for job in has - self._at_work()}
        return [job for job, since in self._idle_since.items() if moment - since > FORGOTTEN_SECONDS]
