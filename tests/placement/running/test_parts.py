"""A large run is split into its independent parts, which any worker searches, and which become one plan again."""

from __future__ import annotations

import datetime as dt
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import col, delete, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session, read_session
from placement.errors import UnavailableError
from placement.planning.runs import cancel_run, start_run
from placement.running import claims, following, part_claims, parts, worker
from placement.running.child import SolverProcess
from placement.running.part_claims import LostPartError
from placement.running.signs import LEASE, Signs
from placement.running.worker import Runner, carry_out
from placement.settings import Settings
from placement.tables import PlanDocument, Run, RunPart, RunStatus, Term
from placement.worker_names import new_worker
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from placement_solver.progress import Progress
from placement_solver.solve import solve
from placement_solver.words import Words
from tests.clocks import be_at
from tests.databases import CopyOf
from tests.placement.running.counties import fill
from tests.placement.running.fleet import Fleet

pytestmark = [pytest.mark.postgresql_counts, pytest.mark.parametrize("backend", ["postgresql"], indirect=True)]

NO_STOP = threading.Event()


@pytest.fixture
def engine(copy_of: CopyOf[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A county of two independent parts, which are few enough to be searched together, but are not here."""
    monkeypatch.setattr(parts, "LARGE", 0)
    url, _ = copy_of(fill)
    made = engine_for(url)
    yield made
    made.dispose()


def claimed(engine: Engine, seconds: int = 60) -> Run:
    holder = Fleet(engine).worker()
    with open_session(engine) as session:
        waiting = session.exec(select(Run).where(Run.status == RunStatus.QUEUED)).first()
        if waiting is None:
            start_run(session, SYSTEM, session.exec(select(Term.id)).one(), seconds, workers=1)
    with open_session(engine) as session:
        run = claims.claim_next(session, holder)
    assert run is not None
    return run


def stored(engine: Engine, run: Run) -> Run:
    with read_session(engine) as session:
        return session.get_one(Run, run.id)


def laid_out(engine: Engine) -> list[RunPart]:
    with read_session(engine) as session:
        return list(session.exec(select(RunPart).order_by(col(RunPart.number))))


def only_split(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Let a worker split its run and vanish."""
    run = claimed(engine)

    def vanish(_shared: parts.SharedRun, _problem: bytes) -> None:
        return None

    with monkeypatch.context() as vanishing:
        vanishing.setattr(parts.SharedRun, "solve", vanish)
        carry_out(engine, run, NO_STOP)
    assert [part.requests for part in laid_out(engine)] == [219, 49]
    return run


def taken(engine: Engine) -> part_claims.PartWork:
    holder = Fleet(engine).worker()
    with open_session(engine) as session:
        work = part_claims.take_part(session, holder, Signs(), 1)
    assert work is not None
    return work


def test_the_parts_become_the_best_plan_of_the_whole(engine: Engine) -> None:
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    ended = stored(engine, run)
    assert (ended.status, ended.error) == (RunStatus.SUCCEEDED, None)
    assert ended.objective == ended.bound
    with read_session(engine) as session:
        documents = session.exec(select(PlanDocument)).one()
    problem, plan = read_problem(documents.problem), read_plan(documents.plan)
    assert check_plan(problem, plan) == ()
    assert plan.objective == solve(problem, time_limit=60, workers=1).objective
    assert documents.report is not None
    assert laid_out(engine) == []


def test_other_workers_search_parts_of_a_run_that_one_has(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run, began = claimed(engine), threading.Event()
    searched: list[str] = []
    really = parts.search

    def note(engine: Engine, work: part_claims.PartWork, *arguments: object) -> bool:
        searched.append(work.claim.worker)
        began.set()
        return really(engine, work, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "search", note)
    monkeypatch.setattr(worker, "search", note)
    carrying = threading.Thread(target=carry_out, args=(engine, run, NO_STOP))
    carrying.start()
    assert began.wait(30)
    other = Fleet(engine).worker()
    helper = Runner(engine, Settings())
    assert helper.turn(other)
    carrying.join(60)
    assert stored(engine, run).status is RunStatus.SUCCEEDED
    assert sorted(searched) == sorted([str(run.worker), other])


def test_the_next_worker_of_a_run_goes_on_with_its_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = only_split(engine, monkeypatch)
    work = taken(engine)
    parts.search(engine, work, None, NO_STOP)
    assert [part.done for part in laid_out(engine)] == [True, False]
    with open_session(engine) as session:
        claims.give_back(session, claims.Claim(run.id, str(run.worker)))
    searched: list[int] = []
    really = parts.search

    def note(engine: Engine, work: part_claims.PartWork, *arguments: object) -> bool:
        searched.append(work.claim.number)
        return really(engine, work, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "search", note)
    carry_out(engine, claimed(engine), NO_STOP)
    assert searched == [1]
    assert stored(engine, run).status is RunStatus.SUCCEEDED


def test_a_part_whose_worker_vanished_goes_on_elsewhere_and_hears_no_more_of_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_split(engine, monkeypatch)
    late = taken(engine)
    found = {"objective": 5, "bound": 1, "placements": []}
    with open_session(engine) as session:
        assert part_claims.keep_part(session, late.claim, None, 3.0, found) is False
    fleet = Fleet(engine)
    fleet.wait(2)
    again = taken(engine)
    assert (again.claim.number, again.found, again.searched) == (late.claim.number, found, 3.0)
    with pytest.raises(LostPartError), open_session(engine) as session:
        part_claims.keep_part(session, late.claim, None, 4.0, None)
    parts.search(engine, late, None, NO_STOP)
    assert [part.done for part in laid_out(engine)] == [False, False]


def test_a_part_is_searched_to_its_end_while_its_run_waits_for_another_worker(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = only_split(engine, monkeypatch)
    work = taken(engine)
    with open_session(engine) as session:
        claims.give_back(session, claims.Claim(run.id, str(run.worker)))
    with open_session(engine) as session:
        assert part_claims.keep_part(session, work.claim, None, 1.0, None) is False
    parts.search(engine, work, None, NO_STOP)
    first, other = laid_out(engine)
    assert (first.done, other.done) == (True, False)
    assert first.found is not None
    assert first.found["objective"] == first.found["bound"]
    carry_out(engine, claimed(engine), NO_STOP)
    ended = stored(engine, run)
    assert (ended.status, ended.objective) == (RunStatus.SUCCEEDED, ended.bound)


def test_a_run_that_is_cancelled_while_it_waits_again_keeps_what_its_parts_have(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = only_split(engine, monkeypatch)
    parts.search(engine, taken(engine), None, NO_STOP)
    with open_session(engine) as session:
        claims.give_back(session, claims.Claim(run.id, str(run.worker)))
    with open_session(engine) as session:
        assert cancel_run(session, SYSTEM, run.id).status is RunStatus.QUEUED
    carry_out(engine, claimed(engine), NO_STOP)
    assert stored(engine, run).status is RunStatus.CANCELLED
    with read_session(engine) as session:
        plan = read_plan(session.exec(select(PlanDocument)).one().plan)
    assert len(plan.placements) > 100


def test_the_next_worker_of_a_run_has_what_is_left_of_its_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = only_split(engine, monkeypatch)
    claim = claims.Claim(run.id, str(run.worker))
    progress = Progress("search", objective=9, bound=8, gap=0.1, unplaced=3, seconds=45.0)
    with open_session(engine) as session:
        claims.keep_claim(session, claim, progress)
        claims.give_back(session, claim)
    claimed(engine)
    large, small = taken(engine), taken(engine)
    assert (round(large.seconds), round(small.seconds)) == (round(15 * 220 / 270), 15)


def test_a_helper_whose_clock_is_wrong_has_as_much_time(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    only_split(engine, monkeypatch)
    be_at(monkeypatch, now() + dt.timedelta(days=1))
    assert taken(engine).seconds > 40


def test_a_worker_that_is_stopped_gives_its_part_back(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    only_split(engine, monkeypatch)
    stopping = threading.Event()
    stopping.set()
    parts.search(engine, taken(engine), None, stopping)
    assert [part.worker for part in laid_out(engine)] == [None, None]


def test_a_cancelled_run_keeps_what_its_parts_have(engine: Engine) -> None:
    run = claimed(engine, 600)

    def cancel(progress: object) -> None:
        if progress is not None:
            with open_session(engine) as session:
                cancel_run(session, SYSTEM, run.id)

    carry_out(engine, run, NO_STOP, cancel)
    assert stored(engine, run).status is RunStatus.CANCELLED
    assert laid_out(engine) == []


def test_a_part_that_gives_no_plan_fails_the_run_with_its_reason(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = only_split(engine, monkeypatch)
    work = taken(engine)
    with open_session(engine) as session:
        part_claims.end_part(session, work.claim, None, Words("Minnet tog slut.", "Memory ran out."))
    carry_out(engine, run, NO_STOP)
    ended = stored(engine, run)
    assert (ended.status, ended.error, ended.error_sv) == (RunStatus.FAILED, "Memory ran out.", "Minnet tog slut.")


def test_a_part_dies_with_its_process_and_says_how(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def kill(child: SolverProcess, *_: object) -> bool:
        os.kill(child.pid, signal.SIGKILL)
        return True

    only_split(engine, monkeypatch)
    monkeypatch.setattr(parts, "follow", kill)
    parts.search(engine, taken(engine), None, NO_STOP)
    assert "SIGKILL" in str(laid_out(engine)[0].error)


def test_a_part_is_stored_as_soon_as_the_database_takes_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    only_split(engine, monkeypatch)
    really, asked = part_claims.end_part, []

    def away_at_first(*arguments: Any) -> None:  # noqa: ANN401
        asked.append(arguments)
        if len(asked) < 3:
            raise UnavailableError(sv="Borta.", en="Away.")
        really(*arguments)

    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(part_claims, "end_part", away_at_first)
    parts.search(engine, taken(engine), None, NO_STOP)
    assert len(asked) == 3
    assert [part.done for part in laid_out(engine)] == [True, False]


def test_a_run_whose_parts_were_taken_away_is_split_anew(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = only_split(engine, monkeypatch)
    with open_session(engine) as session:
        session.exec(delete(RunPart))
    shared = parts.SharedRun(engine, claims.Claim(run.id, str(run.worker)), run, NO_STOP, lambda _: None)
    assert shared.solve(b"") is None
    carry_out(engine, claimed(engine), NO_STOP)
    assert stored(engine, run).status is RunStatus.SUCCEEDED


def test_anothers_first_run_comes_before_a_part_and_a_part_before_ones_own_next(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = only_split(engine, monkeypatch)
    with open_session(engine) as session:
        own = start_run(session, SYSTEM, run.term_id, 60).id
        other = start_run(session, Caller(Role.COORDINATOR, token="t-north"), run.term_id, 60).id
    runner = Runner(engine, Settings())
    first = runner._take(new_worker())
    assert isinstance(first, Run)
    assert first.id == other
    assert isinstance(runner._take(new_worker()), part_claims.PartWork)
    assert isinstance(runner._take(new_worker()), part_claims.PartWork)
    last = runner._take(new_worker())
    assert isinstance(last, Run)
    assert last.id == own
    with read_session(engine) as session:
        assert runner.pending(session) == 3 + 1


def test_parts_share_the_time_by_their_size(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    only_split(engine, monkeypatch)
    large, small = taken(engine), taken(engine)
    assert round(large.seconds) == round(60 * 220 / 270)
    assert small.seconds == 60


def test_a_look_at_parts_does_not_make_a_silent_worker_of_a_run_seem_alive(engine: Engine) -> None:
    moments = iter((0.0, 0.0, LEASE.total_seconds() / 2, LEASE.total_seconds() + 1))
    runner = Runner(engine, Settings())
    runner._signs_of_runs = Signs(lambda: next(moments))
    assert runner._take(new_worker()) is None
    with open_session(engine) as session:
        start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 60)
    with open_session(engine) as session:
        run = claims.claim_next(session, new_worker())  # of a version from before the queue: it has no job
    assert run is not None
    assert (runner._take(new_worker()), runner._take(new_worker())) == (None, None)
    again = runner._take(new_worker())
    assert isinstance(again, Run)
    assert again.id == run.id
