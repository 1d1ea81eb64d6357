"""Claims: a run is held by one worker, is freed when that worker is gone, and cannot be written by one that lost it."""

from __future__ import annotations

import datetime as dt
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.errors import OutageError
from placement.lanes import jobs
from placement.lanes.jobs import Lane
from placement.planning.runs import cancel_run, start_run
from placement.planning.turns import KNOWN
from placement.running import claims
from placement.running.claims import Claim, LostClaimError
from placement.running.signs import LEASE, Signs
from placement.tables import BestSoFar, Run, RunStatus
from placement.worker_names import job_of, new_worker
from placement_solver.progress import Progress
from placement_solver.words import Words
from tests.clocks import be_at
from tests.placement.running.fleet import Fleet
from tests.rows import small_world

pytestmark = pytest.mark.postgresql_counts

PROGRESS = Progress("search", objective=90, bound=80, gap=0.111, unplaced=3, seconds=1.5)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A county with one waiting run, for several workers."""
    made = engine_for(migrated_url)
    with open_session(made) as session:
        session.add_all(small_world())
    yield made
    made.dispose()


def take(engine: Engine) -> Claim | None:
    worker = Fleet(engine).worker()
    with open_session(engine) as session:
        run = claims.claim_next(session, worker)
        return None if run is None else Claim(run.id, str(run.worker))


def claimed(engine: Engine) -> Claim:
    claim = take(engine)
    assert claim is not None
    return claim


def stored(engine: Engine, run_id: str = "run_a") -> Run:
    with open_session(engine) as session:
        return session.get_one(Run, run_id)


def change(engine: Engine, **values: object) -> None:
    with open_session(engine) as session:
        run = session.get_one(Run, "run_a")
        for name, value in values.items():
            setattr(run, name, value)


def put_back(engine: Engine, signs: Signs) -> int:
    with open_session(engine) as session:
        return claims.put_back_abandoned(session, signs)


def put_back_after(engine: Engine, silence: float) -> int:
    """Look twice, with a silence between that is so many times what is waited for; return how many were put back."""
    fleet = Fleet(engine)
    assert put_back(engine, fleet.signs) == 0
    fleet.wait(silence)
    return put_back(engine, fleet.signs)


def ended_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_whoever_orders_many_runs_does_not_keep_another_waiting(engine: Engine) -> None:
    with open_session(engine) as session:
        many = [start_run(session, SYSTEM, "trm_a", 60).id for _ in range(3)]
        other = start_run(session, Caller(Role.COORDINATOR, token="t-north"), "trm_a", 60).id
    taken = [claimed(engine).run_id for _ in range(5)]
    assert taken == ["run_a", other, *many]


def test_runs_are_taken_in_the_order_they_were_asked_for_and_only_once(engine: Engine) -> None:
    with open_session(engine) as session:
        later = start_run(session, SYSTEM, "trm_a", 60, workers=3).id
    assert claimed(engine).run_id == "run_a"
    assert claimed(engine).run_id == later
    assert take(engine) is None
    run = stored(engine, later)
    assert (run.status, run.workers) == (RunStatus.RUNNING, 3)
    assert run.started_at == run.heartbeat_at


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # on SQLite the second worker waits
def test_a_run_that_another_worker_is_taking_is_passed_over(engine: Engine) -> None:
    with Session(engine) as first, Session(engine) as second:
        assert claims.claim_next(first, new_worker()) is not None
        assert claims.claim_next(second, new_worker()) is None


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_whose_job_has_ended_is_put_back_and_one_that_goes_back_gets_another_job(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        assert jobs.added(session, Lane.RUNS) == 1
        jobs.end_job(session, job_of(claim.worker) or 0)
        assert jobs.added(session, Lane.RUNS) == 0
    assert put_back(engine, Signs()) == 1
    with open_session(engine) as session:
        assert jobs.added(session, Lane.RUNS) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_that_is_not_ordered_in_the_end_leaves_no_job(engine: Engine) -> None:
    with Session(engine) as session:
        start_run(session, SYSTEM, "trm_a", 60)
        session.rollback()
    with open_session(engine) as session:
        assert jobs.added(session, Lane.RUNS) == 0
        start_run(session, SYSTEM, "trm_a", 60)
    with open_session(engine) as session:
        assert jobs.added(session, Lane.RUNS) == 1


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_worker_that_is_frozen_while_it_writes_keeps_the_run_from_nobody(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = claimed(engine)
    monkeypatch.setattr(jobs, "SILENT_SECONDS", 0.1)

    def freeze() -> None:
        with open_session(engine) as session:
            claims.keep_claim(session, claim, PROGRESS)
            time.sleep(0.5)

    with pytest.raises(OutageError):
        freeze()
    with open_session(engine) as session:
        assert claims.keep_claim(session, claim, PROGRESS) is False


def test_a_run_that_a_later_version_made_in_a_new_way_is_left_to_its_workers(engine: Engine) -> None:
    change(engine, requires=KNOWN + 1)
    assert take(engine) is None
    assert stored(engine).status is RunStatus.QUEUED
    change(engine, requires=KNOWN)
    assert claimed(engine).run_id == "run_a"


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_run_of_a_worker_from_before_the_queue_is_taken_once_it_is_silent(engine: Engine) -> None:
    with open_session(engine) as session:
        assert claims.claim_next(session, new_worker()) is not None
    seconds = 0.0
    signs = Signs(lambda: seconds)
    with open_session(engine) as session:
        signs.abandoned(session, [])
    assert put_back(engine, signs) == 0
    seconds = LEASE.total_seconds() + 1
    assert put_back(engine, signs) == 1


def test_a_run_keeps_what_its_worker_lets_the_solver_have_and_runs_at_once_share_the_cores(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    with open_session(engine) as session:
        session.get_one(Run, "run_a").workers = None
    with open_session(engine) as session:
        run = claims.claim_next(session, new_worker(), at_once=3, memory_mb=700)
        assert run is not None
        assert (run.workers, run.memory_mb) == (2, 700)


def test_a_worker_shows_that_it_lives_and_how_far_it_has_come(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        assert claims.keep_claim(session, claim, None) is False
    with open_session(engine) as session:
        assert claims.keep_claim(session, claim, PROGRESS) is False
    run = stored(engine)
    assert (run.phase, run.objective, run.bound, run.unplaced) == ("search", 90, 80, 3)


def test_a_worker_hears_that_its_run_is_to_be_cancelled(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        cancel_run(session, SYSTEM, "run_a")
    with open_session(engine) as session:
        assert claims.keep_claim(session, claim, PROGRESS) is True


def test_a_run_that_fails_says_why(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        claims.fail(session, claim, Words("å" * 20_000, "x" * 20_000))
    run = stored(engine)
    assert (run.status, run.error_sv, run.error) == (RunStatus.FAILED, "å" * 10_000, "x" * 10_000)
    assert run.finished_at is not None


def test_a_cancelled_run_without_a_plan_has_not_failed(engine: Engine) -> None:
    claim = claimed(engine)
    change(engine, cancel_requested=True)
    with open_session(engine) as session:
        claims.fail(session, claim, Words("dödad", "killed"))
    run = stored(engine)
    assert (run.status, run.error) == (RunStatus.CANCELLED, None)


def test_a_run_given_back_waits_again_with_nothing_to_show(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        claims.keep_claim(session, claim, PROGRESS)
    with open_session(engine) as session:
        claims.give_back(session, claim)
    run = stored(engine)
    assert (run.status, run.worker, run.objective, run.started_at) == (RunStatus.QUEUED, None, None, None)
    assert claimed(engine).worker != claim.worker


def test_who_has_lost_a_run_can_no_longer_write_to_it(engine: Engine) -> None:
    frozen = claimed(engine)
    assert put_back_after(engine, 0.5) == 0
    assert put_back_after(engine, 2) == 1
    claimed(engine)
    with pytest.raises(LostClaimError), open_session(engine) as session:
        claims.keep_claim(session, frozen, PROGRESS)
    with pytest.raises(LostClaimError), open_session(engine) as session:
        claims.fail(session, frozen, Words("sent", "late"))
    assert stored(engine).status is RunStatus.RUNNING


def test_a_silent_run_that_was_cancelled_before_it_had_a_plan_does_not_wait_again(engine: Engine) -> None:
    claimed(engine)
    with open_session(engine) as session:
        session.delete(session.get_one(BestSoFar, "run_a"))
    change(engine, cancel_requested=True)
    assert put_back_after(engine, 2) == 1
    assert stored(engine).status is RunStatus.CANCELLED


def test_a_run_that_is_cancelled_while_it_waits_again_keeps_its_best_plan_for_the_next_worker_to_store(
    engine: Engine,
) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        claims.keep_so_far(session, claim, "0" * 64, 3.0, {"objective": 1, "bound": 0, "placements": []})
        claims.give_back(session, claim)
    with open_session(engine) as session:
        assert cancel_run(session, SYSTEM, "run_a").status is RunStatus.QUEUED
    again = claimed(engine)
    with open_session(engine) as session:
        assert claims.keep_claim(session, again, PROGRESS) is True
        assert claims.so_far(session, "run_a") is not None


def test_a_run_that_was_cancelled_while_a_silent_worker_had_a_plan_waits_for_one_that_stores_it(engine: Engine) -> None:
    claim = claimed(engine)
    with open_session(engine) as session:
        claims.keep_so_far(session, claim, "0" * 64, 3.0, {"objective": 1, "bound": 0, "placements": []})
    change(engine, cancel_requested=True)
    assert put_back_after(engine, 2) == 1
    assert stored(engine).status is RunStatus.QUEUED


def test_a_run_that_no_worker_survives_is_given_up_with_its_reason(engine: Engine) -> None:
    for attempt in range(1, claims.MOST_ATTEMPTS + 1):
        claim = claimed(engine)
        assert stored(engine).attempts == attempt
        assert put_back_after(engine, 2) == 1
    run = stored(engine)
    assert (run.status, run.attempts) == (RunStatus.FAILED, claims.MOST_ATTEMPTS)
    assert f"begun {claims.MOST_ATTEMPTS} times" in str(run.error)
    assert claim.worker in str(run.error), "which worker vanished last"
    assert f"påbörjats {claims.MOST_ATTEMPTS} gånger" in str(run.error_sv)
    assert take(engine) is None
    with pytest.raises(LostClaimError), open_session(engine) as session:
        claims.keep_claim(session, claim, PROGRESS)


def test_a_run_that_workers_give_back_in_order_is_never_given_up(engine: Engine) -> None:
    for _ in range(2 * claims.MOST_ATTEMPTS):
        claim = claimed(engine)
        with open_session(engine) as session:
            claims.give_back(session, claim)
    run = stored(engine)
    assert (run.status, run.attempts) == (RunStatus.QUEUED, 0)


def test_a_restored_database_counts_no_attempt_that_its_copy_had_begun(engine: Engine) -> None:
    claimed(engine)
    with open_session(engine) as session:
        assert claims.put_back_all(session) == 1
    assert stored(engine).attempts == 0


def test_a_run_that_was_begun_too_often_and_cancelled_is_cancelled(engine: Engine) -> None:
    claimed(engine)
    change(engine, attempts=claims.MOST_ATTEMPTS, cancel_requested=True)
    assert put_back_after(engine, 2) == 1
    assert stored(engine).status is RunStatus.CANCELLED


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # the queue asks the clock of its database alone
@pytest.mark.parametrize("hours", [2, -2, 24, -24])
def test_a_clock_that_is_set_takes_no_run_from_a_worker_and_leaves_none_with_a_dead_one(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    seconds = 0.0
    signs = Signs(lambda: seconds)
    assert put_back(engine, signs) == 0
    claim = claimed(engine)
    assert put_back(engine, signs) == 0
    be_at(monkeypatch, now() + dt.timedelta(hours=hours))
    seconds = LEASE.total_seconds() - 1
    assert put_back(engine, signs) == 0, "the worker's last sign of life is hours away, by the clock alone"
    with open_session(engine) as session:
        claims.keep_claim(session, claim, PROGRESS)
    seconds += 2
    assert put_back(engine, signs) == 0, "it lives"
    seconds += LEASE.total_seconds() + 1
    assert put_back(engine, signs) == 1, "it has died, though its last sign may be of tomorrow"
    assert claimed(engine).worker != claim.worker
    with pytest.raises(LostClaimError), open_session(engine) as session:
        claims.keep_claim(session, claim, PROGRESS)


HERE = socket.gethostname()


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("worker", "left_behind"),
    [
        (lambda: f"{HERE}:{ended_process()}:a", 1),
        (lambda: f"{HERE}:{os.getpid()}:a", 1),
        (lambda: f"{HERE}:{os.getppid()}:a", 0),
        (lambda: f"elsewhere:{ended_process()}:a", 0),
        (lambda: None, 0),
    ],
    ids=["dead", "earlier life", "alive", "another machine", "unknown"],
)
def test_a_starting_worker_takes_up_what_a_dead_one_of_this_machine_left(
    worker: Callable[[], str | None], left_behind: int, engine: Engine
) -> None:
    signs = Signs()
    assert put_back(engine, signs) == 0, "it is starting no more"
    claimed(engine)
    change(engine, worker=worker())
    assert put_back(engine, signs) == 0
    assert put_back(engine, Signs()) == left_behind


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_live_process_of_someone_else_is_not_dead(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_pid: int, _signal: int) -> None:
        raise PermissionError

    claimed(engine)
    change(engine, worker=f"{socket.gethostname()}:1:a")
    monkeypatch.setattr(os, "kill", refuse)
    assert put_back(engine, Signs()) == 0


def test_a_run_without_a_sign_of_life_is_silent(engine: Engine) -> None:
    claimed(engine)
    change(engine, worker=None, heartbeat_at=None)
    assert put_back(engine, Signs()) == 1
