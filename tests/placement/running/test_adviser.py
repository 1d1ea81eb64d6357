"""The adviser: what would help those without a place is worked out by one process, while no run needs it."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict
from types import TracebackType
from typing import Any, Self

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from placement.database import engine_for, open_session
from placement.running import adviser, remedy_claims
from placement.running.adviser import Adviser
from placement.running.advising import Advisor
from placement.running.claims import LostClaimError
from placement.running.questions import Answered, Order
from placement.running.remedy_claims import Hold
from placement.running.remedy_order import Waiting, in_order
from placement.running.signs import Signs
from placement.settings import Settings
from placement.tables import (
    KeptRemedies,
    Plan,
    PlanDocument,
    RemedyState,
    RemedyWork,
    Request,
    RequestStatus,
    Run,
    RunStatus,
    Term,
)
from placement.worker_names import new_worker
from placement_solver.documents import read_plan
from tests.api.drafts import DRAFT, ORDERED
from tests.clocks import be_at
from tests.placement.running.fleet import Fleet
from tests.rows import WEEK

pytestmark = pytest.mark.usefixtures("before_the_term")
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
BEFORE = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def before_the_term(monkeypatch: pytest.MonkeyPatch) -> None:
    be_at(monkeypatch, BEFORE)


@pytest.fixture
def engine(settled: tuple[str, object]) -> Iterator[Engine]:
    """A term whose latest plan leaves students without a place; one more place would do for one of them."""
    made = engine_for(settled[0])
    with open_session(made) as session:
        for run in session.exec(select(Run).where(col(Run.status).in_((RunStatus.QUEUED, RunStatus.RUNNING)))):
            run.status, run.finished_at = RunStatus.CANCELLED, ORDERED
            run.requested_at = ORDERED - dt.timedelta(days=1)
        done = set(session.exec(select(RemedyWork.plan_id)))
        for plan in session.exec(select(Plan).where(Plan.run_id != DRAFT)):
            if plan.id not in done:
                session.add(RemedyWork(plan_id=plan.id, ended=True))
    yield made
    made.dispose()


class ChildHere:
    """Has the interface of a child process, and answers one question at each beat, in this process."""

    def __init__(self, _module: str, order: tuple[bytes, ...], hear: Callable[[bytes], None]) -> None:
        self.order = Order(**json.loads(order[0]))
        self.left = list(self.order.requests)
        self.hear = hear

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def ended_within(self, _seconds: float) -> bool:
        request = self.left.pop(0)
        answer = Advisor(self.order.problem, self.order.plan).work_out(request, 0.1)
        self.hear(json.dumps(asdict(Answered(request, answer, 0.5))).encode())
        return not self.left

    def status(self) -> int:
        return 0

    def last_words(self) -> str:
        return "no memory"


class DeadChild(ChildHere):
    """Dies over the first request."""

    def ended_within(self, _seconds: float) -> bool:
        return True

    def status(self) -> int:
        return -signal.SIGKILL


class SlowChild(ChildHere):
    """Never answers."""

    def ended_within(self, _seconds: float) -> bool:
        return False


@pytest.fixture
def child_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let questions be answered in this process, for what is not about the child."""
    monkeypatch.setattr(adviser, "ChildProcess", ChildHere)


def at_each_beat(monkeypatch: pytest.MonkeyPatch, does: Callable[[], None]) -> None:
    """Let something happen while a child is at work, before its answer comes."""

    class Meanwhile(ChildHere):
        def ended_within(self, seconds: float) -> bool:
            does()
            return super().ended_within(seconds)

    monkeypatch.setattr(adviser, "ChildProcess", Meanwhile)


def turn(engine: Engine) -> bool:
    """Let an adviser that has just been started take one turn."""
    return Adviser(engine, Settings()).turn(new_worker())


def kept(engine: Engine, run: str = DRAFT) -> dict[str, KeptRemedies]:
    with open_session(engine) as session:
        query = select(KeptRemedies).join(Plan, col(Plan.id) == KeptRemedies.plan_id).where(Plan.run_id == run)
        return {row.request_id: row for row in session.exec(query)}


def states(engine: Engine) -> set[str]:
    return {row.state.value for row in kept(engine).values()}


def its_work(session: Session) -> RemedyWork:
    query = select(RemedyWork).join(Plan, col(Plan.id) == RemedyWork.plan_id)
    return session.exec(query.where(Plan.run_id == DRAFT)).one()


def work(engine: Engine) -> RemedyWork:
    with open_session(engine) as session:
        return its_work(session)


def take(engine: Engine, fleet: Fleet | None = None) -> Hold | None:
    fleet = fleet or Fleet(engine)
    worker = fleet.worker()
    with open_session(engine) as session:
        return remedy_claims.take_next(session, worker, fleet.signs)


def change_run(engine: Engine, run: str = "run_a", **values: object) -> None:
    with open_session(engine) as session:
        row = session.get_one(Run, run)
        for name, value in values.items():
            setattr(row, name, value)


def order_run(engine: Engine) -> None:
    """Let a run wait for a worker."""
    change_run(engine, status=RunStatus.QUEUED, finished_at=None)


def plan_again(engine: Engine) -> None:
    """Let a newer run of the term have ended with a plan; once is enough."""
    change_run(engine, requested_at=ORDERED + dt.timedelta(days=1))


@pytest.mark.usefixtures("child_here")
def test_what_helps_is_worked_out_and_kept_with_the_run(engine: Engine) -> None:
    assert turn(engine)
    rows = kept(engine)
    with open_session(engine) as session:
        documents = session.get_one(PlanDocument, rows["req_a"].plan_id)
    left = {line.request for line in read_plan(documents.plan).unplaced}
    assert {"req_a"} <= left == rows.keys()
    mine = rows["req_a"]
    assert (mine.state, mine.worked_out_at, mine.seconds) == (RemedyState.DONE, BEFORE, 0.5)
    assert mine.answer is not None
    places = next(each for each in mine.answer["remedies"] if each["kinds"] == ["places"])
    assert places["placement"] == {
        "request_id": "req_a",
        "unit_id": "unt_a",
        "start": str(WEEK),
        "supervisor_id": places["placement"]["supervisor_id"],
    }
    assert places["scenario"]["offers"][0]["offer_id"] == "off_a"
    assert (work(engine).ended, work(engine).worker) == (True, None)
    assert not turn(engine)  # nothing is left to do


@pytest.mark.usefixtures("child_here")
def test_runs_come_first(engine: Engine) -> None:
    order_run(engine)
    assert not turn(engine)
    under_way: dict[str, Any] = {
        "status": RunStatus.RUNNING,
        "started_at": BEFORE,
        "heartbeat_at": BEFORE,
        "finished_at": None,
    }
    change_run(engine, **under_way, worker=f"{socket.gethostname()}:1:a")
    assert not turn(engine)
    change_run(engine, worker="elsewhere:1:a")
    assert turn(engine)  # what another machine does needs none of this one's processors


def test_the_work_stops_for_a_run_and_goes_on_after_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    at_each_beat(monkeypatch, lambda: order_run(engine))
    assert not turn(engine)
    assert states(engine) == {"done", "waiting"}  # what had been worked out is kept
    assert work(engine).worker is None
    change_run(engine, status=RunStatus.CANCELLED, finished_at=BEFORE)
    monkeypatch.setattr(adviser, "ChildProcess", ChildHere)
    assert turn(engine)
    assert states(engine) == {"done"}


def test_an_adviser_that_is_stopped_leaves_the_rest_to_others(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Adviser(engine, Settings())
    at_each_beat(monkeypatch, made._stopping.set)
    assert not made.turn(new_worker())
    assert states(engine) == {"done", "waiting"}
    assert take(engine) is not None


def test_it_is_given_up_within_a_beat_when_a_newer_run_has_ended(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_each_beat(monkeypatch, lambda: plan_again(engine))
    assert not turn(engine)
    assert states(engine) == {"done", "given-up"}
    assert work(engine).ended


def test_what_nobody_had_begun_or_gone_on_with_is_given_up_too(engine: Engine) -> None:
    hold = take(engine)
    assert hold is not None
    with open_session(engine) as session:
        remedy_claims.release(session, hold)
    plan_again(engine)
    assert take(engine) is None  # the newer plan's work has ended
    assert states(engine) == {"given-up"}
    with open_session(engine) as session, pytest.raises(LostClaimError):
        remedy_claims.keep(session, hold)


@pytest.mark.usefixtures("child_here")
def test_a_run_that_only_supposes_something_replaces_no_plan_and_gets_none_of_it(engine: Engine) -> None:
    plan_again(engine)
    change_run(engine, options={"scenario": {"travel_max_minutes": 60}})
    assert turn(engine)
    assert states(engine) == {"done"}


@pytest.mark.usefixtures("child_here")
def test_nothing_is_worked_out_for_a_term_that_is_over(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_session(engine) as session:
        term = session.get_one(Term, "trm_a")
    be_at(monkeypatch, dt.datetime.combine(term.first_week.plus(term.weeks).monday(), dt.time(12), dt.UTC))
    assert not turn(engine)
    assert kept(engine) == {}


@pytest.mark.usefixtures("child_here")
def test_a_request_that_is_withdrawn_meanwhile_is_not_worked_out(engine: Engine) -> None:
    hold = take(engine)
    assert hold is not None
    with open_session(engine) as session:
        remedy_claims.release(session, hold)
        session.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    assert turn(engine)
    assert kept(engine)["req_a"].state is RemedyState.GIVEN_UP


def test_a_request_whose_child_dies_is_left_without_an_answer_and_the_next_is_asked_for(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kinds: list[type[ChildHere]] = [ChildHere, DeadChild]

    def child(*order: Any) -> ChildHere:  # noqa: ANN401 (what a child process is made of)
        return kinds.pop()(*order)

    monkeypatch.setattr(adviser, "ChildProcess", child)
    assert turn(engine)
    assert states(engine) == {"done", "failed"}
    assert "its process ended with signal SIGKILL no memory" in caplog.text


def test_a_request_that_takes_too_long_is_left_without_an_answer(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(adviser, "ChildProcess", SlowChild)
    monkeypatch.setattr(adviser, "DEADLINE_SECONDS", -1.0)
    assert turn(engine)
    assert states(engine) == {"failed"}
    assert "its process was too slow" in caplog.text


@pytest.mark.usefixtures("child_here")
def test_remedies_wait_until_no_run_does(engine: Engine) -> None:
    made = Adviser(engine, Settings())
    order_run(engine)
    with open_session(engine) as session:
        assert made.pending(session) == 0
    assert not made.turn(new_worker())
    change_run(engine, status=RunStatus.CANCELLED, finished_at=BEFORE)
    with open_session(engine) as session:
        assert made.pending(session) == 1
    assert made.turn(new_worker())
    with open_session(engine) as session:
        assert made.pending(session) == 0


def test_two_workers_never_have_the_same_plan(engine: Engine) -> None:
    fleet = Fleet(engine)
    first = take(engine)
    assert first is not None
    assert take(engine, fleet) is None
    fleet.wait(2)
    second = take(engine, fleet)
    assert second is not None
    answer = Answered("req_a", {"placed": False, "sentences": [], "remedies": []}, 1.0)
    with pytest.raises(LostClaimError), open_session(engine) as session:
        remedy_claims.keep(session, first, [answer])
    assert states(engine) == {"waiting"}
    with open_session(engine) as session:
        assert remedy_claims.keep(session, second, [answer])
    assert kept(engine)["req_a"].state is RemedyState.DONE


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.postgresql_counts
def test_a_plan_that_another_worker_is_taking_is_passed_by(engine: Engine) -> None:
    with open_session(engine) as other:
        assert remedy_claims.take_next(other, new_worker(), Signs()) is not None
        assert take(engine) is None


@on_sqlite
def test_nothing_is_taken_where_the_documents_have_been_erased(engine: Engine) -> None:
    with open_session(engine) as session:
        plan = session.exec(select(Plan).where(Plan.run_id == DRAFT)).one()
        session.delete(session.get_one(PlanDocument, plan.id))
    assert take(engine) is None


def test_an_adviser_that_has_lost_its_plan_writes_nothing_more(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def lose() -> None:
        with open_session(engine) as session:
            its_work(session).worker = "other:1:b"

    at_each_beat(monkeypatch, lose)
    assert not turn(engine)
    assert states(engine) == {"waiting"}
    assert "tagits över" in caplog.text or "taken over" in caplog.text


@on_sqlite
def test_what_is_erased_meanwhile_is_not_written_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def erase() -> None:
        with open_session(engine) as session:
            for row in session.exec(select(KeptRemedies)):
                session.delete(row)

    at_each_beat(monkeypatch, erase)
    assert turn(engine)
    assert kept(engine) == {}


KILLED = """
import datetime as dt, sys, time
from types import SimpleNamespace
from placement import clock
moment = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
clock.dt = SimpleNamespace(datetime=SimpleNamespace(now=moment.astimezone), date=dt.date, UTC=dt.UTC)
from placement.database import engine_for, open_session
from placement.running import adviser, remedy_claims
from placement.running.adviser import Adviser
from placement.settings import Settings
from placement.worker_names import new_worker

keep = remedy_claims.keep
def keep_and_tell(session, hold, answers=(), failed=None):
    goes_on = keep(session, hold, answers, failed)
    if answers:
        session.commit()
        print("kept", flush=True)
        time.sleep(60)
    return goes_on
remedy_claims.keep = keep_and_tell
Adviser(engine_for(sys.argv[1]), Settings()).turn(new_worker())
"""


@on_sqlite
def test_a_killed_process_loses_only_what_it_was_at(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"kept\n"
        assert take(engine) is None  # it is alive
        os.kill(worker.pid, signal.SIGKILL)
    before = {name for name, row in kept(engine).items() if row.state is RemedyState.DONE}
    assert before
    assert turn(engine)  # at once: the process is of this machine, and has died
    assert states(engine) == {"done"}


def test_the_cheapest_group_comes_first_and_one_of_each_before_the_rest() -> None:
    waiting = [
        Waiting("req_rule", ("unit-kind",), "crs_a", None),
        Waiting("req_full_1", ("capacities", "own_placements"), "crs_a", None),
        Waiting("req_full_2", ("capacities", "own_placements"), "crs_a", None),
        Waiting("req_site", ("capacities", "own_placements"), "crs_a", "sit_a"),
        Waiting("req_open", ("agreements", "dearer_units"), "crs_b", None),
        Waiting("req_move", ("own_placements",), "crs_b", None),
        Waiting("req_unsaid", (), "crs_b", None),
    ]
    assert in_order(reversed(waiting)) == [
        "req_open",
        "req_full_1",
        "req_site",
        "req_move",
        "req_rule",
        "req_unsaid",
        "req_full_2",
    ]
