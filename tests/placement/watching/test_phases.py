"""A run keeps how long it was in each phase, and its worker's lines have the trace of the call that ordered it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import select

from placement import logs
from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, open_session
from placement.planning.runs import start_run
from placement.running import claims, worker
from placement.settings import Settings
from placement.tables import Run, RunStatus
from placement.worker_names import new_worker
from placement_solver.progress import Progress
from tests.rows import small_world


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A county with one waiting run."""
    made = engine_for(migrated_url)
    with open_session(made) as session:
        session.add_all(small_world())
    yield made
    made.dispose()


def test_the_time_between_two_beats_is_that_of_the_phase_before(engine: Engine) -> None:
    with open_session(engine) as session:
        run = claims.claim_next(session, new_worker())
        assert run is not None
        claim = claims.Claim(run.id, run.worker or "")
    beat = Progress("prices", objective=90, bound=80, gap=0.1, unplaced=3, seconds=1.5)
    for progress in (
        None,
        beat,
        replace(beat, seconds=2.0),
        replace(beat, phase="search", seconds=2.25),
        replace(beat, phase="search", seconds=9.25),
    ):
        with open_session(engine) as session:
            claims.keep_claim(session, claim, progress)
    with open_session(engine) as session:
        assert session.get_one(Run, claim.run_id).phase_seconds == {"prices": 2.25, "search": 7.0}
        claims.give_back(session, claim)
    with open_session(engine) as session:
        run = session.get_one(Run, claim.run_id)
        assert (run.status, run.phase_seconds) == (RunStatus.QUEUED, {})


def test_a_workers_lines_have_the_trace_of_the_call_that_ordered_the_run(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with open_session(engine) as session:
        for run in session.exec(select(Run).where(Run.status == RunStatus.QUEUED)):
            run.status, run.finished_at = RunStatus.CANCELLED, now()
            session.add(run)
    with open_session(engine) as session:
        ordered = start_run(session, replace(SYSTEM, trace="a" * 32), "trm_a", 10)
    traces: list[str | None] = []
    monkeypatch.setattr(worker, "carry_out", lambda *_given: traces.append(logs._trace.get()))
    caplog.set_level(logging.INFO)
    assert worker.Runner(engine, Settings()).turn(new_worker())
    assert traces == ["a" * 32]
    assert [each.getMessage() for each in caplog.records][-2:] == [
        f"run {ordered.id} begins",
        f"run {ordered.id} is over",
    ]


def test_a_run_keeps_its_way_and_begins_anew_when_it_is_put_back(engine: Engine) -> None:
    with open_session(engine) as session:
        run = claims.claim_next(session, new_worker())
        assert run is not None
        claim = claims.Claim(run.id, run.worker or "")
    beat = Progress("search", objective=90, bound=80, gap=0.1, unplaced=3, seconds=1.5)
    for progress in (None, beat, beat, replace(beat, objective=85, seconds=2.0)):
        with open_session(engine) as session:
            claims.keep_claim(session, claim, progress)
    with open_session(engine) as session:
        assert session.get_one(Run, claim.run_id).points == [[1.5, 90, 80, 3], [2.0, 85, 80, 3]]
        claims.give_back(session, claim)
    with open_session(engine) as session:
        assert session.get_one(Run, claim.run_id).points == []
