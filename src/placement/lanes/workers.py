"""Workers: each lane's jobs are fetched by a worker of its own (procrastinate), in one process among any number.

Turns are taken in threads; one event loop fetches their jobs, listens for new ones and gives signs of life.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, LiteralString, TypeVar

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.connector import Notify
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker
from psycopg import OperationalError
from sqlalchemy import Engine

from placement.background import POLL_SECONDS, BackgroundTask
from placement.database import how_to_connect
from placement.lanes import jobs
from placement.lanes.foreman import Foreman
from placement.worker_names import new_worker

_LOOK_SECONDS = 0.2
_CONNECT_SECONDS = 1.0
T = TypeVar("T")

_log = logging.getLogger(__name__)


class Lanes:
    """Fetches the jobs of some kinds of work and takes their turns, from its start until it is stopped."""

    def __init__(self, engine: Engine, works: Sequence[BackgroundTask]) -> None:
        self._engine, self._works = engine, works
        self._workers: dict[str, Worker] = {}
        self._at_work: set[int] = set()
        self._stopping = threading.Event()
        self._foreman = Foreman(engine, works, self._own_workers, lambda: set(self._at_work))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="lanes")

    def start(self) -> None:
        """Begin to fetch jobs, and look after the lanes."""
        self._thread.start()
        self._foreman.start()

    def stop(self) -> None:
        """Fetch no more jobs, and wait until those at work have ended: a run goes back to the queue."""
        self._stopping.set()
        for work in self._works:
            work.halt()
        while self._thread.is_alive():  # a worker that begins just now does not hear it the first time
            for worker in [*self._workers.values()]:
                worker.stop()  # type: ignore[no-untyped-call]
            self._thread.join(_LOOK_SECONDS)
        self._foreman.stop()

    def _own_workers(self) -> dict[str, int]:
        """Return the number that the queue has given to this process's worker in each lane, where it has."""
        workers = self._workers.copy()
        return {lane: worker.worker_id for lane, worker in workers.items() if worker.worker_id is not None}

    async def _serve(self) -> None:
        """Let every lane have its worker until all are stopped."""
        turns = sum(work.at_once for work in self._works)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(turns, thread_name_prefix="turn"))
        while not self._stopping.is_set():
            app = self._app()
            try:
                async with app.open_async():
                    await asyncio.gather(*(self._serve_lane(app, work) for work in self._works))
            except (ConnectorException, OperationalError) as error:
                _log.warning("the lanes wait for their database: %s", error)
            except Exception:  # noqa: BLE001  whatever it was must not end what works in the background
                _log.exception("the lanes begin again")
            if not self._stopping.is_set():
                await asyncio.sleep(POLL_SECONDS)

    def _app(self) -> App:
        """Make the queue as this process sees it: its connections, and what each lane's jobs do."""
        app = App(
            connector=_Patient(
                self._stopping,
                kwargs=how_to_connect(self._engine),
                min_size=1,
                max_size=len(self._works) + 1,
                timeout=_CONNECT_SECONDS,  # we ask again by ourselves, without the pool's ever longer pauses
                reconnect_timeout=_CONNECT_SECONDS,
            )
        )
        for work in self._works:
            task = app.task(name=str(work.lane), queue=str(work.lane), pass_context=True)(self._turn_of(work))
            if work.cron is not None:
                app.periodic(cron=work.cron)(task)
        return app

    async def _serve_lane(self, app: App, work: BackgroundTask) -> None:
        """Let a lane have a worker, and another one where the queue has taken the first for dead."""
        lane = str(work.lane)
        while not self._stopping.is_set():
            self._workers[lane] = Worker(
                app,
                queues=[lane],
                name=lane,
                concurrency=work.at_once,
                delete_jobs="always",  # the rows of the work say how it ended
                install_signal_handlers=False,
                update_heartbeat_interval=jobs.BEAT_SECONDS,
                stalled_worker_timeout=jobs.SILENT_SECONDS,
            )
            try:
                await self._workers[lane].run()  # type: ignore[no-untyped-call]
            except ConnectorException as error:
                _log.warning("the lane %s begins again: %s", lane, error.__cause__)
                await asyncio.sleep(POLL_SECONDS)
            except Exception:  # noqa: BLE001  whatever ended one worker must not end the lane
                _log.exception("the lane %s begins again", lane)
                await asyncio.sleep(POLL_SECONDS)

    def _turn_of(self, work: BackgroundTask) -> Callable[..., None]:
        """Return what a job of a kind of work does."""

        def take_turn(context: JobContext, **_of_the_cron: object) -> None:
            if self._stopping.is_set():
                return  # what the job is for still waits, and gets another job
            job = int(context.job.id or 0)
            self._at_work.add(job)
            try:
                work.take_turn(new_worker(job))
            finally:
                self._at_work.discard(job)

        return take_turn


class _Patient(PsycopgConnector):
    """Waits for a database that is away; its jobs are at work meanwhile, and their worker must not end."""

    def __init__(self, stopping: threading.Event, **how: Any) -> None:  # noqa: ANN401 (the library's own options)
        super().__init__(**how)
        self._stopping = stopping

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:  # noqa: ANN401
        ask = super().execute_query_async
        await self._patiently(lambda: ask(query, **arguments))

    async def execute_query_one_async(self, query: LiteralString, **arguments: Any) -> dict[str, Any]:  # noqa: ANN401
        ask = super().execute_query_one_async
        return await self._patiently(lambda: ask(query, **arguments))

    async def execute_query_all_async(self, query: LiteralString, **arguments: Any) -> list[dict[str, Any]]:  # noqa: ANN401
        ask = super().execute_query_all_async
        return await self._patiently(lambda: ask(query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        ask, names = super().listen_notify, [*channels]
        await self._patiently(lambda: ask(on_notification, names))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask again as long as there is no connection and nobody has asked us to stop."""
        while True:
            try:
                return await ask()
            except ConnectorException as error:
                if self._stopping.is_set() or not isinstance(error.__cause__, OperationalError):
                    raise
                _log.warning("the queue waits for its database: %s", error.__cause__)
                await asyncio.sleep(POLL_SECONDS)
