"""A fleet of workers on either database, which may fall silent: as another worker sees them, they are then gone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine, text

from placement.database import open_session
from placement.lanes.jobs import SILENT_SECONDS, Lane, add_jobs
from placement.planning.capacity import tell_capacity
from placement.running.signs import LEASE, Signs
from placement.worker_names import new_worker


class Fleet:
    """Workers of a database, and what one of them has seen of the others."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seconds = 0.0
        self.signs = Signs(lambda: self._seconds)
        with open_session(engine) as session:
            self.signs.abandoned(session, [])  # as when its process began

    @property
    def has_queue(self) -> bool:
        """Whether the queue knows who lives."""
        return self._engine.dialect.name == "postgresql"

    def worker(self, memory_mb: int | None = None) -> str:
        """Let a new worker begin: where there is a queue it has said how much memory it has, and fetched a job."""
        if not self.has_queue:
            return new_worker()
        with open_session(self._engine) as session:
            add_jobs(session, Lane.RUNS)
            registered = session.connection().scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
            tell_capacity(session, int(registered or 0), memory_mb)
            fetch = text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['runs']::varchar[], :worker)")
            return new_worker(session.connection().scalar(fetch, {"worker": registered}))

    def forget(self, number: int) -> None:
        """Let the queue forget a worker, as it does with one that was silent for long."""
        with open_session(self._engine) as session:
            session.connection().execute(text("DELETE FROM procrastinate_workers WHERE id = :id"), {"id": number})

    def wait(self, silence: float) -> None:
        """Let so much time go by without a sign of any worker, as a multiple of what is waited for one."""
        self._seconds += LEASE.total_seconds() * silence
        if self.has_queue:
            moment = timedelta(seconds=SILENT_SECONDS * silence)
            with open_session(self._engine) as session:
                older = text("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - :silence")
                session.connection().execute(older, {"silence": moment})
