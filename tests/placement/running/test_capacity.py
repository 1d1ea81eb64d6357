"""What a worker has too little memory for goes to one that has more, as long as one lives, and is not lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session, read_session
from placement.planning.capacity import Capacity, capacity_of
from placement.planning.runs import cancel_run, start_run
from placement.planning.turns import in_turn, waits_without_any
from placement.running import claims, part_claims, parts
from placement.running.claims import Claim
from placement.running.part_claims import PartClaim
from placement.running.signs import Signs
from placement.running.worker import Runner, carry_out
from placement.settings import Settings
from placement.tables import Run, RunPart, RunStatus, RunWorker, Term
from tests.databases import CopyOf
from tests.placement.running.counties import fill
from tests.placement.running.fleet import Fleet

pytestmark = [pytest.mark.postgresql_counts, pytest.mark.parametrize("backend", ["postgresql"], indirect=True)]

NO_STOP = threading.Event()
TOO_LITTLE, ENOUGH = 64, 2_000
"""MiB with which the solver has no plan of the county, and with which it has one."""


@pytest.fixture
def engine(copy_of: CopyOf[str]) -> Iterator[Engine]:
    """A small county, with nothing ordered."""
    url, _ = copy_of(fill)
    made = engine_for(url)
    yield made
    made.dispose()


@pytest.fixture
def fleet(engine: Engine) -> Fleet:
    return Fleet(engine)


def order(engine: Engine) -> str:
    with open_session(engine) as session:
        return start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 60, workers=1).id


def take(engine: Engine, worker: str, memory_mb: int) -> Run | None:
    with open_session(engine) as session:
        return claims.claim_next(session, worker, memory_mb=memory_mb)


def work(engine: Engine, fleet: Fleet, memory_mb: int) -> Run | None:
    """Let a new worker of so much memory carry out what it takes; return that as it is afterwards."""
    run = take(engine, fleet.worker(memory_mb), memory_mb)
    if run is None:
        return None
    carry_out(engine, run, NO_STOP)
    return stored(engine, run.id)


def stored(engine: Engine, run_id: str) -> Run:
    with read_session(engine) as session:
        return session.get_one(Run, run_id)


def workers(engine: Engine) -> list[int]:
    with read_session(engine) as session:
        return list(session.exec(select(RunWorker.memory_mb).order_by(col(RunWorker.memory_mb))))


def test_a_run_whose_memory_ran_out_goes_to_the_worker_that_has_more(engine: Engine, fleet: Fleet) -> None:
    order(engine)
    fleet.worker(ENOUGH)
    left = work(engine, fleet, TOO_LITTLE)
    assert left is not None
    assert (left.status, left.needs_memory_mb, left.attempts, left.error) == (RunStatus.QUEUED, 65, 0, None)
    assert work(engine, fleet, TOO_LITTLE) is None, "it is not for such a worker"
    ended = work(engine, fleet, ENOUGH)
    assert ended is not None
    assert (ended.id, ended.status, ended.memory_mb, ended.attempts) == (left.id, RunStatus.SUCCEEDED, ENOUGH, 1)


def test_where_no_living_worker_has_more_the_run_fails_with_the_reason(engine: Engine, fleet: Fleet) -> None:
    order(engine)
    fleet.worker(ENOUGH)
    fleet.wait(silence=1.1)
    ended = work(engine, fleet, TOO_LITTLE)
    assert ended is not None
    assert ended.status is RunStatus.FAILED
    assert "the solver was allowed 64 MiB" in str(ended.error)


def test_what_waits_for_a_worker_that_vanishes_is_taken_by_any(engine: Engine, fleet: Fleet) -> None:
    order(engine)
    fleet.worker(ENOUGH)
    work(engine, fleet, TOO_LITTLE)
    fleet.wait(silence=1.1)
    ended = work(engine, fleet, TOO_LITTLE)
    assert ended is not None
    assert ended.status is RunStatus.FAILED


def test_a_terms_next_run_is_left_to_the_worker_at_once(engine: Engine, fleet: Fleet) -> None:
    order(engine)
    fleet.worker(ENOUGH)
    work(engine, fleet, TOO_LITTLE)
    work(engine, fleet, ENOUGH)
    following = order(engine)
    assert stored(engine, following).needs_memory_mb == 65
    assert work(engine, fleet, TOO_LITTLE) is None


def test_an_older_version_beside_leaves_alone_what_asks_for_memory(engine: Engine, fleet: Fleet) -> None:
    run_id = order(engine)
    assert stored(engine, run_id).requires == 1
    fleet.worker(ENOUGH)
    work(engine, fleet, TOO_LITTLE)
    assert stored(engine, run_id).requires == 2
    assert stored(engine, order(engine)).requires == 2


def test_a_small_worker_carries_out_other_runs_meanwhile(engine: Engine, fleet: Fleet) -> None:
    large, small = order(engine), order(engine)
    with open_session(engine) as session:
        session.get_one(Run, large).needs_memory_mb = ENOUGH
    fleet.worker(ENOUGH)
    with read_session(engine) as session:
        assert in_turn(session, capacity_of(session, TOO_LITTLE)) == [small]
        assert in_turn(session, capacity_of(session, ENOUGH)) == [large, small]
    assert getattr(take(engine, fleet.worker(TOO_LITTLE), TOO_LITTLE), "id", None) == small
    with read_session(engine) as session:
        assert not waits_without_any(session, capacity_of(session, TOO_LITTLE)), "parts of others do not wait for it"


def test_a_run_that_was_cancelled_meanwhile_is_over(engine: Engine, fleet: Fleet) -> None:
    run_id = order(engine)
    fleet.worker(ENOUGH)
    run = take(engine, fleet.worker(TOO_LITTLE), TOO_LITTLE)
    assert run is not None
    with open_session(engine) as session:
        cancel_run(session, SYSTEM, run_id)
    with open_session(engine) as session:
        assert not claims.leave_to_larger(session, Claim(run.id, run.worker or ""))
    carry_out(engine, run, NO_STOP)
    assert stored(engine, run_id).status is RunStatus.CANCELLED


def test_a_part_whose_memory_ran_out_goes_to_the_worker_that_has_more(
    engine: Engine, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LARGE", 0)
    run_id = order(engine)
    run = take(engine, fleet.worker(ENOUGH), ENOUGH)
    assert run is not None
    with monkeypatch.context() as vanishing:
        vanishing.setattr(parts.SharedRun, "solve", lambda _shared, _problem: None)
        carry_out(engine, run, NO_STOP)

    def part_of(memory_mb: int) -> part_claims.PartWork | None:
        with open_session(engine) as session:
            own = capacity_of(session, memory_mb)
            return part_claims.take_part(session, fleet.worker(memory_mb), Signs(), 1, run_id, own)

    first = part_of(TOO_LITTLE)
    assert first is not None
    parts.search(engine, first, TOO_LITTLE, NO_STOP)
    with read_session(engine) as session:
        needs = [part.needs_memory_mb for part in session.exec(select(RunPart).order_by(col(RunPart.number)))]
    assert needs == [65, None]
    second = part_of(TOO_LITTLE)
    assert second is not None
    assert second.claim.number == 1, "the other part is for it"
    again = part_of(ENOUGH)
    assert again is not None
    assert again.claim.number == 0
    with read_session(engine) as session:
        assert part_claims.waits_for_memory(session), "whoever has it may vanish: larger workers go on looking"
    parts.search(engine, again, ENOUGH, NO_STOP)
    with read_session(engine) as session:
        part = session.get_one(RunPart, (run_id, 0))
        assert (part.done, part.error) == (True, None)


def test_a_part_for_which_nobody_has_more_memory_ends_with_the_reason(
    engine: Engine, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "LARGE", 0)
    order(engine)
    run = take(engine, fleet.worker(ENOUGH), ENOUGH)
    assert run is not None
    with monkeypatch.context() as vanishing:
        vanishing.setattr(parts.SharedRun, "solve", lambda _shared, _problem: None)
        carry_out(engine, run, NO_STOP)
    fleet.wait(silence=1.1)
    with open_session(engine) as session:
        taken = part_claims.take_part(session, fleet.worker(TOO_LITTLE), Signs(), 1, run.id)
    assert taken is not None
    parts.search(engine, taken, TOO_LITTLE, NO_STOP)
    with read_session(engine) as session:
        assert "64 MiB" in str(session.get_one(RunPart, (run.id, 0)).error)
    claim = PartClaim(run.id, 0, taken.claim.worker)
    with open_session(engine) as session, pytest.raises(part_claims.LostPartError):
        part_claims.leave_part_to_larger(session, claim, TOO_LITTLE)


def test_every_worker_looks_as_long_as_a_run_waits_for_memory(engine: Engine, fleet: Fleet) -> None:
    runner = Runner(engine, Settings(run_memory_mb=ENOUGH, runs_at_once=2))
    run_id = order(engine)
    for memory_mb in (TOO_LITTLE, TOO_LITTLE, ENOUGH):
        fleet.worker(memory_mb)

    def pending() -> int:
        with read_session(engine) as session:
            return runner.pending(session)

    assert pending() == 1
    with open_session(engine) as session:
        session.get_one(Run, run_id).needs_memory_mb = ENOUGH
    assert pending() == 1 + 2 * 3
    fleet.wait(silence=1.1)
    assert pending() == 1
    fleet.worker(ENOUGH)
    assert take(engine, fleet.worker(ENOUGH), ENOUGH) is not None
    assert pending() == 1


def test_workers_that_the_queue_no_longer_knows_are_forgotten(engine: Engine, fleet: Fleet) -> None:
    fleet.worker(300)
    fleet.worker(500)
    assert workers(engine) == [300, 500]
    with read_session(engine) as session:
        smaller = session.exec(select(RunWorker.number).where(RunWorker.memory_mb == 300)).one()
    fleet.forget(smaller)
    fleet.worker(700)
    assert workers(engine) == [500, 700]


def test_a_worker_without_a_limit_may_take_everything_and_says_nothing(engine: Engine, fleet: Fleet) -> None:
    fleet.worker(None)
    assert workers(engine) == []
    assert Capacity(None, 500).is_for(400)
