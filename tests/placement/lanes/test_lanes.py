"""Lanes: on PostgreSQL a queue gives each kind of work its turns, in any number of processes, and loses none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session

from placement import background
from placement.background import BackgroundTask
from placement.database import engine_for, migrate, open_session
from placement.errors import UnavailableError
from placement.lanes import foreman, jobs
from placement.lanes.jobs import add_jobs, added, held
from placement.lanes.workers import Lanes
from placement.worker_names import job_of
from tests.databases import DURABLE, cluster_of_the_machine

pytestmark = [pytest.mark.postgresql_counts, pytest.mark.parametrize("backend", ["postgresql"], indirect=True)]


class Bell(BackgroundTask):
    """Work of a lane: each turn rings, and lasts until it is let go."""

    lane = "bells"

    def __init__(self, at_once: int = 1) -> None:
        super().__init__("bell")
        self.at_once = at_once
        self.wanted = 0
        self.rung: list[str] = []
        self.numbers: list[int] = []
        self.rings = threading.Semaphore(0)
        self.goes_on = threading.Event()
        self.error: Exception | None = None

    def pending(self, _session: Session) -> int:
        return self.wanted

    def tell(self, _session: Session, number: int) -> None:
        self.numbers.append(number)

    def turn(self, worker: str) -> bool:
        self.rung.append(worker)
        self.rings.release()
        if self.error is not None:
            raise self.error
        while not self.goes_on.wait(0.01) and not self._stopping.is_set():
            pass
        return True


class Gong(Bell):
    """Work of another lane."""

    lane = "gongs"


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    made = engine_for(migrated_url)
    yield made
    made.dispose()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is waited for come soon."""
    monkeypatch.setattr(background, "POLL_SECONDS", 0.05)
    monkeypatch.setattr(jobs, "BEAT_SECONDS", 0.2)
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 2.0)
    monkeypatch.setattr(foreman, "FORGOTTEN_SECONDS", 0.5)


@contextmanager
def working(engine: Engine, *works: BackgroundTask) -> Iterator[Lanes]:
    lanes = Lanes(engine, works)
    lanes.start()
    try:
        yield lanes
    finally:
        lanes.stop()


def tell(engine: Engine, lane: str, pieces: int = 1) -> None:
    with open_session(engine) as session:
        add_jobs(session, lane, pieces)


def in_lane(engine: Engine, lane: str = "bells") -> int:
    with open_session(engine) as session:
        return added(session, lane)


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def rings(bell: Bell) -> bool:
    return bell.rings.acquire(timeout=10)


def test_what_is_told_to_a_lane_gets_its_turn_under_the_name_of_its_job(engine: Engine) -> None:
    bell = Bell()
    with working(engine, bell):
        tell(engine, "bells")
        assert rings(bell)
        with open_session(engine) as session:
            assert held(session) == {job_of(bell.rung[0])}
        bell.goes_on.set()
        until(lambda: in_lane(engine) == 0)
    assert len(bell.rung) == 1


def test_a_long_turn_of_one_lane_keeps_no_other_waiting(engine: Engine) -> None:
    bell, gong = Bell(), Gong()
    with working(engine, bell, gong):
        tell(engine, "bells", 3)
        assert rings(bell)
        tell(engine, "gongs")
        assert rings(gong)
        assert len(bell.rung) == 1, "it has one turn at a time"


def test_a_lane_may_have_several_turns_at_once(engine: Engine) -> None:
    bell = Bell(at_once=3)
    with working(engine, bell):
        tell(engine, "bells", 5)
        assert all(rings(bell) for _ in range(3))
        assert not bell.rings.acquire(timeout=0.3)


def test_work_that_was_never_told_or_whose_job_was_lost_is_found(engine: Engine) -> None:
    bell = Bell()
    bell.wanted = 2
    with working(engine, bell):
        assert rings(bell)
        assert in_lane(engine) == 2
        with open_session(engine) as session:
            session.connection().execute(text("DELETE FROM procrastinate_jobs"))
        bell.goes_on.set()
        assert rings(bell)
        bell.wanted = 0


def test_a_process_that_is_stopped_ends_its_turns_and_takes_no_other(engine: Engine) -> None:
    bell = Bell()
    with working(engine, bell):
        tell(engine, "bells", 2)
        assert rings(bell)
    assert len(bell.rung) == 1
    assert in_lane(engine) == 1
    other = Bell()
    with working(engine, other):
        assert rings(other)


def test_a_failed_turn_ends_its_job_and_not_the_lane(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    bell = Bell()
    bell.error = ZeroDivisionError()
    with working(engine, bell):
        tell(engine, "bells")
        assert rings(bell)
        until(lambda: in_lane(engine) == 0)
        bell.error = UnavailableError(sv="Nej.", en="No.")
        tell(engine, "bells")
        assert rings(bell)
        bell.error = None
        tell(engine, "bells")
        assert rings(bell)
    assert "ZeroDivisionError" in caplog.text
    assert "the bell waits: No." in caplog.text


def test_a_worker_that_the_queue_took_for_dead_begins_again(engine: Engine) -> None:
    bell = Bell()
    bell.goes_on.set()
    with working(engine, bell):
        tell(engine, "bells")
        assert rings(bell)
        until(lambda: len(bell.numbers) == 1)
        with open_session(engine) as session:
            session.connection().execute(text("DELETE FROM procrastinate_workers"))
        tell(engine, "bells")
        assert rings(bell)
        until(lambda: len(bell.numbers) == 2)


def test_each_worker_tells_once_what_it_can_do_under_the_number_that_the_queue_gave_it(engine: Engine) -> None:
    bell, gong = Bell(), Gong()
    with working(engine, bell, gong):
        until(lambda: bell.numbers != [] and gong.numbers != [])
        with open_session(engine) as session:
            known = session.connection().scalars(text("SELECT id FROM procrastinate_workers")).all()
        assert {*bell.numbers, *gong.numbers} == {*known}
        time.sleep(0.3)
    assert (len(bell.numbers), len(gong.numbers)) == (1, 1)


def test_a_job_that_a_living_worker_is_not_at_work_on_is_ended(engine: Engine) -> None:
    bell = Bell()
    bell.goes_on.set()
    with working(engine, bell):
        tell(engine, "bells")
        assert rings(bell)
        with open_session(engine) as session:
            forget = text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id)"
                " SELECT 'bells', 'bells', 'doing', id FROM procrastinate_workers"
            )
            session.connection().execute(forget)
        assert in_lane(engine) > 0
        until(lambda: in_lane(engine) == 0)


def test_jobs_of_a_worker_that_is_gone_are_ended_and_replaced(engine: Engine) -> None:
    with open_session(engine) as session:
        worker = session.connection().scalar(text("SELECT worker_id FROM procrastinate_register_worker_v1()"))
        add_jobs(session, "bells")
        fetch = text("SELECT id FROM procrastinate_fetch_job_v2(ARRAY['bells']::varchar[], :worker)")
        lost = session.connection().scalar(fetch, {"worker": worker})
    bell = Bell()
    bell.wanted = 1
    with working(engine, bell):
        assert not bell.rings.acquire(timeout=0.5), "it may live"
        assert rings(bell)
        assert job_of(bell.rung[0]) != lost


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the driver's, of lost connections
@pytest.mark.usefixtures("backend")
def test_turns_under_way_outlive_a_database_that_is_away_for_a_while() -> None:
    bell = Bell()
    with cluster_of_the_machine(DURABLE) as cluster:
        url = cluster.url.render_as_string(hide_password=False)
        migrate(url)
        engine = engine_for(url)
        with working(engine, bell):
            tell(engine, "bells")
            assert rings(bell)
            cluster.stop()
            time.sleep(1)
            cluster.start()
            until(lambda: answers(engine))
            bell.goes_on.set()
            tell(engine, "bells")
            assert rings(bell)
            until(lambda: in_lane(engine) == 0)
        assert engine.pool.status().endswith("Current Checked out connections: 0")
        engine.dispose()


def answers(engine: Engine) -> bool:
    try:
        in_lane(engine)
    except UnavailableError:
        return False
    return True
