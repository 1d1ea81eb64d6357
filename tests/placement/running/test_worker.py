"""The worker: a run is gathered, solved in a child and stored, and ends in a clear state whatever happens."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from placement import background
from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.errors import UnavailableError
from placement.in_force.placements import list_planned
from placement.planning.runs import cancel_run, show_problem, show_report, solved_documents, start_run
from placement.planning.scenarios import Closure, Options, Scenario
from placement.running import claims, following, signs, worker
from placement.running.child import SolverProcess
from placement.running.orders import SolveOrder
from placement.running.worker import Runner, carry_out
from placement.settings import Settings
from placement.tables import (
    BestSoFar,
    BlockedUnit,
    KeptProblem,
    OfferWeek,
    Pin,
    Plan,
    PlannedPlacement,
    PlanStatus,
    Request,
    Run,
    RunEnd,
    RunMode,
    RunStatus,
    Term,
    UnplacedRequest,
)
from placement.worker_names import new_worker
from placement.working import runner_for
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem, report_of
from placement_solver.progress import Progress
from tests.placement.publishing import plan as plan_here
from tests.placement.publishing import publish_run, unplanned_county
from tests.rows import WEEK

NO_STOP = threading.Event()
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
"""For what does not depend on the database."""
solved_here = pytest.mark.usefixtures("solver_here")
"""For what does not depend on the child process, which takes a second to start."""


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A county where one student can be placed, and nothing is planned yet."""
    with unplanned_county(migrated_url) as made:
        yield made


@pytest.fixture
def small(small_county: Path, tmp_path: Path) -> Iterator[Engine]:
    """A small county, whose term takes longer to solve than a test may last."""
    file = tmp_path / "small.sqlite3"
    shutil.copyfile(small_county, file)
    made = engine_for(f"sqlite:///{file}")
    yield made
    made.dispose()


def claimed(engine: Engine, time_limit: int = 60, mode: RunMode = RunMode.PLAN) -> Run:
    """Order a run of the one term and claim it."""
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), time_limit, workers=2, mode=mode)
        claims.claim(session, run, new_worker())
    return run


def stored(engine: Engine, run: Run) -> Run:
    with open_session(engine) as session:
        return session.get_one(Run, run.id)


def plans(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Plan)).one()


def test_a_run_places_the_student_and_stores_plan_and_documents(engine: Engine) -> None:
    told: list[Progress | None] = []
    run = claimed(engine)
    carry_out(engine, run, NO_STOP, told.append)
    ended = stored(engine, run)
    assert (ended.status, ended.error, ended.phase, ended.unplaced) == (RunStatus.SUCCEEDED, None, "done", 0)
    assert (ended.objective, ended.ended_because) == (ended.bound, RunEnd.PROVEN)
    assert told[-1] is not None
    with open_session(engine) as session:
        (placed,) = list_planned(session, SYSTEM, run.id).rows
        assert (placed.placement.unit_id, placed.placement.start) == ("unt_a", WEEK)
        kept = solved_documents(session, SYSTEM, run.id)
        problem, plan, report = read_problem(kept.problem), read_plan(kept.plan), report_of(kept.report)
        row = session.exec(select(Plan)).one()
    assert check_plan(problem, plan) == ()
    assert (report.problem_sha256, report.fairness.everyone.placed) == (problem.sha256, 1)
    assert report.prices is not None
    assert (row.status, row.problem_sha256) == (PlanStatus.OPTIMAL, problem.sha256)


@on_sqlite
@pytest.mark.parametrize("mode", [RunMode.REPAIR, RunMode.WAITING_LIST])
def test_a_child_solves_in_the_mode_of_its_run(engine: Engine, mode: RunMode) -> None:
    publish_run(engine, plan_here(engine))
    run = claimed(engine, mode=mode)
    carry_out(engine, run, NO_STOP)
    assert stored(engine, run).status is RunStatus.SUCCEEDED
    with open_session(engine) as session:
        (placed,) = list_planned(session, SYSTEM, run.id).rows
        report = report_of(show_report(session, SYSTEM, run.id))
    assert (placed.placement.unit_id, placed.placement.start) == ("unt_a", WEEK)
    assert (report.prices is None) == (mode is RunMode.REPAIR), "a repair alone has no prices"


@on_sqlite
@solved_here
def test_who_cannot_be_placed_is_stored_with_the_reasons(engine: Engine) -> None:
    with open_session(engine) as session:
        session.add(BlockedUnit(student_id="stu_a", unit_id="unt_a"))
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    with open_session(engine) as session:
        left = session.exec(select(UnplacedRequest)).one()
        assert session.exec(select(PlannedPlacement)).all() == []
    assert left.request_id == "req_a"
    assert {"rule": "blocked-unit", "units": 0} in left.reasons["remaining"]


@solved_here
def test_a_run_that_supposes_something_plans_that_and_leaves_the_term_as_it_is(engine: Engine) -> None:
    options = Options(weights={"travel": 2}, scenario=Scenario(closures=(Closure(unit_id="unt_a", last_week=WEEK),)))
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, "trm_a", 60, workers=2, options=options)
        claims.claim(session, run, new_worker())
    carry_out(engine, run, NO_STOP)
    with open_session(engine) as session:
        problem = read_problem(show_problem(session, SYSTEM, run.id))
        left = session.exec(select(UnplacedRequest)).one()
        assert session.exec(select(func.count()).select_from(OfferWeek)).one() == 6
    assert (problem.weights.travel, problem.capacities[0].places) == (2, (0, 2, 2, 2, 2, 2, *(0,) * 14))
    assert left.reasons["capacities"] == [{"id": "off_a", "weeks": [0]}]


@on_sqlite
@solved_here
def test_a_term_without_requests_gets_an_empty_plan(engine: Engine) -> None:
    with open_session(engine) as session:
        session.delete(session.get_one(Request, "req_a"))
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    assert stored(engine, run).status is RunStatus.SUCCEEDED


@on_sqlite
@solved_here
def test_a_pin_that_breaks_a_rule_fails_the_run_and_names_the_rule(engine: Engine) -> None:
    with open_session(engine) as session:
        session.add(Pin(term_id="trm_a", request_id="req_a", unit_id="unt_a", start=WEEK.plus(3)))
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    ended = stored(engine, run)
    assert ended.status is RunStatus.FAILED
    assert "/pins/0" in str(ended.error)
    assert "breaks the rule “Weeks of the course”" in str(ended.error)
    assert "bryter mot regeln ”Kursens veckor”" in str(ended.error_sv)


class Killed(SolverProcess):
    """A child that is killed as soon as it is started."""

    def __init__(self, problem: bytes, order: SolveOrder, begin: Mapping[str, Any] | None = None) -> None:
        super().__init__(problem, order, begin=begin)
        os.kill(self.pid, signal.SIGKILL)


@on_sqlite
def test_a_run_whose_child_is_killed_fails_and_says_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "SolverProcess", Killed)
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    ended = stored(engine, run)
    assert ended.status is RunStatus.FAILED
    assert "SIGKILL" in str(ended.error)
    with open_session(engine) as session:
        assert plans(session) == 0


@on_sqlite
def test_a_run_that_fails_keeps_its_problem_and_one_that_has_a_plan_or_is_cancelled_does_not(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr(worker, "SolverProcess", Killed)
        failed = claimed(engine)
        carry_out(engine, failed, NO_STOP)
    succeeded = claimed(engine)
    carry_out(engine, succeeded, NO_STOP)
    cancelled = claimed(engine)
    with open_session(engine) as session:
        cancel_run(session, SYSTEM, cancelled.id)
    with monkeypatch.context() as failing:
        failing.setattr(worker, "SolverProcess", Killed)
        carry_out(engine, cancelled, NO_STOP)
    ends = [stored(engine, run).status for run in (failed, succeeded, cancelled)]
    assert ends == [RunStatus.FAILED, RunStatus.SUCCEEDED, RunStatus.CANCELLED]
    with open_session(engine) as session:
        kept = session.exec(select(KeptProblem)).one()
        solved = read_problem(show_problem(session, SYSTEM, succeeded.id))
    assert (kept.run_id, kept.solver) == (failed.id, version("placement"))
    assert read_problem(kept.problem).requests == solved.requests


def test_a_cancelled_run_keeps_its_best_plan(small: Engine) -> None:
    run = claimed(small, time_limit=600)

    def cancel(progress: Progress | None) -> None:
        if progress is not None:
            with open_session(small) as session:
                cancel_run(session, SYSTEM, run.id)

    carry_out(small, run, NO_STOP, cancel)
    assert stored(small, run).status is RunStatus.CANCELLED
    with open_session(small) as session:
        plan = session.exec(select(Plan)).one()
        placed = session.exec(select(func.count()).select_from(PlannedPlacement)).one()
        left = session.exec(select(func.count()).select_from(UnplacedRequest)).one()
        requests = session.exec(select(func.count()).select_from(Request)).one()
    assert plan.status in {PlanStatus.INTERRUPTED, PlanStatus.OPTIMAL}, "what is proven at that moment is optimal"
    assert placed + left == requests


def test_a_child_that_overruns_its_time_is_ended(small: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "GRACE_SECONDS", -600)
    run = claimed(small, time_limit=600)
    carry_out(small, run, NO_STOP)
    ended = stored(small, run)
    assert ended.status is RunStatus.FAILED
    assert "overran" in str(ended.error)


def test_a_child_that_does_not_stop_when_asked_is_ended(small: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "STOP_SECONDS", -1)
    run = claimed(small, time_limit=600)
    with open_session(small) as session:
        cancel_run(session, SYSTEM, run.id)
    carry_out(small, run, NO_STOP)
    assert stored(small, run).status is RunStatus.CANCELLED
    with open_session(small) as session:
        assert plans(session) == 0


def test_a_stopping_worker_gives_its_run_back(small: Engine) -> None:
    run = claimed(small, time_limit=600)
    stopping = threading.Event()
    stopping.set()
    carry_out(small, run, stopping)
    assert stored(small, run).status is RunStatus.QUEUED


def test_a_worker_that_is_stopped_just_after_a_beat_still_gives_its_run_back(
    small: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, stopping = claimed(small, time_limit=600), threading.Event()
    really = claims.keep_claim

    def stop_after(*arguments: Any) -> bool:  # noqa: ANN401
        told = really(*arguments)
        threading.Timer(0.05, stopping.set).start()
        time.sleep(0.2)  # the worker is told to stop while this beat is being stored
        return told

    monkeypatch.setattr(claims, "keep_claim", stop_after)
    carry_out(small, run, stopping)
    assert stored(small, run).status is RunStatus.QUEUED


class Away:
    """A database that is away for so many questions of one kind."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, question: str, times: int) -> None:
        self._really, self._times = getattr(claims, question), times
        self.asked = 0
        monkeypatch.setattr(claims, question, self)

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401
        self.asked += 1
        if self.asked <= self._times:
            raise UnavailableError(sv="Borta.", en="Away.")
        return self._really(*arguments)


def test_a_search_outlives_a_database_that_is_away(small: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BEAT_SECONDS", 0.1)
    beats = Away(monkeypatch, "keep_claim", 5)
    run = claimed(small, time_limit=2)
    carry_out(small, run, NO_STOP)
    assert beats.asked > 5
    ended = stored(small, run)
    assert (ended.status, ended.attempts) == (RunStatus.SUCCEEDED, 1)


@on_sqlite
@solved_here
def test_a_plan_is_stored_as_soon_as_the_database_takes_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.01)
    finishes = Away(monkeypatch, "finish", 2)
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    assert finishes.asked == 3
    assert stored(engine, run).status is RunStatus.SUCCEEDED
    assert f"run {run.id} waits: Away." in caplog.text


@on_sqlite
@solved_here
def test_a_worker_that_is_stopped_waits_for_no_database(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    finishes = Away(monkeypatch, "finish", 9)
    stopping.set()
    run = claimed(engine)
    with pytest.raises(UnavailableError):
        carry_out(engine, run, stopping)
    assert finishes.asked == 1
    assert stored(engine, run).status is RunStatus.RUNNING


def test_the_next_worker_goes_on_from_the_best_plan_so_far(small: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run, kept = given_back_with_a_plan(small)
    again = reclaimed(small, run)
    first: list[Progress] = []

    def stop_at_once(progress: Progress | None) -> None:
        if progress is not None and not first:
            first.append(progress)
            with open_session(small) as session:
                cancel_run(session, SYSTEM, run.id)

    legs: list[tuple[SolveOrder, object]] = []

    class Watched(SolverProcess):
        def __init__(self, problem: bytes, order: SolveOrder, begin: Mapping[str, Any] | None = None) -> None:
            legs.append((order, begin))
            super().__init__(problem, order, begin=begin)

    monkeypatch.setattr(worker, "SolverProcess", Watched)
    carry_out(small, again, NO_STOP, stop_at_once)
    ((order, begin),) = legs
    assert begin == kept.found
    assert 600 - kept.searched_seconds == pytest.approx(order.time_limit)
    assert first[0].objective <= kept.found["objective"]
    assert first[0].bound >= kept.found["bound"]
    assert stored(small, run).status is RunStatus.CANCELLED
    assert best_so_far(small, run) is None, "it goes with the run's end"


def test_a_run_that_is_cancelled_while_it_waits_again_ends_with_the_plan_that_it_had(small: Engine) -> None:
    run, kept = given_back_with_a_plan(small)
    with open_session(small) as session:
        assert cancel_run(session, SYSTEM, run.id).status is RunStatus.QUEUED
    carry_out(small, reclaimed(small, run), NO_STOP)
    assert stored(small, run).status is RunStatus.CANCELLED
    with open_session(small) as session:
        assert session.exec(select(Plan)).one().objective <= kept.found["objective"]


def test_where_the_term_has_changed_the_bound_of_the_earlier_worker_counts_no_more(
    small: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = claimed(small, time_limit=12)
    found = {"objective": 10, "bound": 9, "placements": [["gone", "gone", 0, None]]}
    with open_session(small) as session:
        session.add(BestSoFar(run_id=run.id, problem_sha256="0" * 64, searched_seconds=11.0, found=found))
    begun: list[Mapping[str, Any] | None] = []
    limits: list[float] = []

    class Refusing(SolverProcess):
        def __init__(self, _problem: bytes, order: SolveOrder, begin: Mapping[str, Any] | None = None) -> None:
            begun.append(begin)
            limits.append(order.time_limit)
            raise UnavailableError(sv="", en="")

    monkeypatch.setattr(worker, "SolverProcess", Refusing)
    with pytest.raises(UnavailableError):
        carry_out(small, run, NO_STOP)
    assert begun == [{**found, "bound": 0}]
    assert limits == [worker.LEAST_SECONDS], "one second is left, and that is too little to read the term"


def given_back_with_a_plan(engine: Engine) -> tuple[Run, BestSoFar]:
    """Let a worker stop as soon as it has kept a plan of its run."""
    run, stopping = claimed(engine, time_limit=600), threading.Event()

    def stop_once_a_plan_is_kept(_progress: Progress | None) -> None:
        if best_so_far(engine, run) is not None:
            stopping.set()

    carry_out(engine, run, stopping, stop_once_a_plan_is_kept)
    kept = best_so_far(engine, run)
    assert kept is not None
    return run, kept


def best_so_far(engine: Engine, run: Run) -> BestSoFar | None:
    with open_session(engine) as session:
        return session.get(BestSoFar, run.id)


def reclaimed(engine: Engine, run: Run) -> Run:
    with open_session(engine) as session:
        claimed = claims.claim_next(session, new_worker())
    assert claimed is not None
    assert claimed.id == run.id
    return claimed


@on_sqlite
@solved_here
def test_a_plan_of_a_run_that_was_taken_over_is_dropped(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    run = claimed(engine)
    with open_session(engine) as session:
        session.get_one(Run, run.id).worker = "elsewhere:1:b"
    carry_out(engine, run, NO_STOP)
    with open_session(engine) as session:
        assert plans(session) == 0
    assert stored(engine, run).status is RunStatus.RUNNING
    assert "taken over" in caplog.text


@on_sqlite
def test_a_run_that_was_taken_over_cannot_be_failed_either(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "SolverProcess", Killed)
    run = claimed(engine)
    with open_session(engine) as session:
        session.get_one(Run, run.id).worker = "elsewhere:1:b"
    carry_out(engine, run, NO_STOP)
    assert stored(engine, run).status is RunStatus.RUNNING
    assert "taken over" in caplog.text


@on_sqlite
def test_a_fault_of_ours_fails_the_run_and_is_logged(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(worker, "write_problem", stumble)
    run = claimed(engine)
    carry_out(engine, run, NO_STOP)
    ended = stored(engine, run)
    assert (ended.status, ended.error) == (RunStatus.FAILED, "Internal error: ZeroDivisionError")
    assert ended.error_sv == "Internt fel: ZeroDivisionError"
    assert "ZeroDivisionError" in caplog.text


def over(engine: Engine, run_id: str) -> Run:
    """Wait for the end of a run."""
    while True:
        with open_session(engine) as session:
            run = session.get_one(Run, run_id)
        if run.finished_at is not None:
            return run
        NO_STOP.wait(0.05)


@solved_here
def test_a_runner_takes_waiting_runs_until_it_is_stopped(engine: Engine) -> None:
    runner = Runner(engine, Settings())
    runner.start()
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, "trm_a", 60)
    assert over(engine, run.id).status is RunStatus.SUCCEEDED
    runner.stop()


def test_a_runner_stopped_at_work_leaves_the_run_to_the_next(small: Engine) -> None:
    with open_session(small) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 600)
    runner = Runner(small, Settings())
    runner.start()
    while stored(small, run).phase is None:
        NO_STOP.wait(0.05)
    runner.stop()
    assert stored(small, run).status is RunStatus.QUEUED


CRASH = """
import sys
from placement.database import engine_for
from placement.settings import Settings
from placement.running.worker import Runner
engine = engine_for(sys.argv[1])
Runner(engine, Settings()).start()
"""


def test_a_run_whose_worker_is_killed_is_carried_out_by_the_next(small: Engine) -> None:
    with open_session(small) as session:
        run = start_run(session, SYSTEM, session.exec(select(Term.id)).one(), 1)
    crashing = subprocess.Popen([sys.executable, "-c", CRASH, str(small.url)])
    while stored(small, run).status is not RunStatus.RUNNING:
        NO_STOP.wait(0.05)
    crashing.kill()
    crashing.wait()
    assert stored(small, run).status is RunStatus.RUNNING
    runner = Runner(small, Settings())
    runner.start()
    assert over(small, run.id).status is RunStatus.SUCCEEDED
    runner.stop()


@solved_here
@pytest.mark.postgresql_counts
def test_what_works_in_the_background_carries_out_what_is_ordered(engine: Engine) -> None:
    working = runner_for(engine, Settings())
    working.start()
    try:
        with open_session(engine) as session:
            first, second = (start_run(session, SYSTEM, "trm_a", 60) for _ in range(2))
        assert over(engine, first.id).status is RunStatus.SUCCEEDED
        assert over(engine, second.id).status is RunStatus.SUCCEEDED
    finally:
        working.stop()


@pytest.mark.parametrize("url", ["sqlite:////nowhere/at/all.sqlite3", "sqlite://"], ids=["away", "empty"])
def test_a_runner_waits_for_its_database(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "POLL_SECONDS", 0.01)
    engine = engine_for(url)
    runner = Runner(engine, Settings())
    runner.start()
    while "the runner waits" not in caplog.text:
        NO_STOP.wait(0.01)
    runner.stop()
    engine.dispose()


@on_sqlite
@solved_here
def test_a_runner_outlives_what_it_does_not_expect(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(*_arguments: object, **_named: object) -> None:
        raise ZeroDivisionError

    runner = Runner(engine, Settings())
    with monkeypatch.context() as stumbling:
        stumbling.setattr(claims, "put_back_abandoned", stumble)
        runner.start()
        while "ZeroDivisionError" not in caplog.text:
            NO_STOP.wait(0.01)
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, "trm_a", 60)
    assert over(engine, run.id).status is RunStatus.SUCCEEDED
    runner.stop()


@on_sqlite
@solved_here
@pytest.mark.parametrize("step", ["_trace_of", "_gather", "_keep_problem", "_leg", "_is_shared", "_store"])
def test_a_database_that_goes_away_for_a_moment_costs_a_run_no_attempt(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, step: str
) -> None:
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.01)
    where = Runner if step == "_trace_of" else worker
    really, asked = getattr(where, step), []

    def away_at_first(*arguments: Any) -> Any:  # noqa: ANN401
        asked.append(step)
        if len(asked) < 3:
            raise UnavailableError(sv="borta", en="away")
        return really(*arguments)

    monkeypatch.setattr(where, step, away_at_first)
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, "trm_a", 60)
    runner = Runner(engine, Settings())
    runner.start()
    ended = over(engine, run.id)
    runner.stop()
    assert (ended.status, ended.attempts) == (RunStatus.SUCCEEDED, 1)
    assert f"run {run.id} waits: away" in caplog.text


def test_a_run_that_fails_while_the_database_is_away_fails_once_it_is_back(
    small: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(following, "GRACE_SECONDS", -600)
    failures = Away(monkeypatch, "fail", 2)
    run = claimed(small, time_limit=600)
    carry_out(small, run, NO_STOP)
    assert failures.asked == 3
    assert stored(small, run).status is RunStatus.FAILED


@on_sqlite
@solved_here
def test_a_run_that_silence_has_freed_is_taken_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    run = claimed(engine)
    monkeypatch.setattr(signs, "LEASE", dt.timedelta(0))
    with open_session(engine) as session:
        session.get_one(Run, run.id).worker = "elsewhere:1:a"
    runner = Runner(engine, Settings())
    runner.start()
    assert over(engine, run.id).status is RunStatus.SUCCEEDED
    runner.stop()
    with open_session(engine) as session:
        assert session.exec(select(Run).order_by(col(Run.id))).one().worker != run.worker
