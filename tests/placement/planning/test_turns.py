"""Turns: whoever orders many runs does not keep the others waiting, and has only so many seconds in flight."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.planning import runs, turns
from placement.planning.turns import RunsInFlightError, in_turn
from placement.tables import Run, RunStatus
from tests.clocks import be_at
from tests.effort import fresh
from tests.rows import small_world

CKU = Caller(Role.COORDINATOR, token="t-cku")
NORTH = Caller(Role.COORDINATOR, token="t-north")
SIGNED_IN = Caller(Role.COORDINATOR)


@pytest.fixture
def stored(session: Session) -> Session:
    """A county in which no run waits."""
    session.add_all(small_world())
    session.flush()
    runs.end_run(session, session.get_one(Run, "run_a"), RunStatus.CANCELLED)
    return session


def turns_end(session: Session, run: Run) -> None:
    """Let a run that was begun be over."""
    run.status, run.finished_at = RunStatus.SUCCEEDED, run.started_at
    session.add(run)
    session.flush()


def order(session: Session, by: Caller, seconds: int = 60, most: int = 100_000) -> str:
    return runs.start_run(session, by, "trm_a", seconds, most_seconds=most).id


def test_the_second_orderer_does_not_wait_for_all_of_the_firsts_runs(stored: Session) -> None:
    first, second, third = (order(stored, CKU) for _ in range(3))
    other = order(stored, NORTH)
    assert in_turn(stored) == [first, other, second, third]


def test_a_run_that_is_carried_out_has_had_its_turn(stored: Session) -> None:
    running, waiting = order(stored, CKU), order(stored, CKU)
    begun = stored.get_one(Run, running)
    begun.status, begun.started_at = RunStatus.RUNNING, now()
    other = order(stored, NORTH)
    assert in_turn(stored) == [other, waiting]
    assert runs.count_ahead(stored, CKU, stored.get_one(Run, waiting)) == 2
    assert runs.count_ahead(stored, CKU, stored.get_one(Run, other)) == 1


def test_a_worker_that_is_alone_gives_everybody_a_run_before_anybody_a_second(stored: Session) -> None:
    """Each run is over before the next begins, so what is under way says nothing of who has had a turn."""
    by = {order(stored, CKU): "cku" for _ in range(3)} | {order(stored, NORTH): "north" for _ in range(2)}
    by |= {order(stored, SIGNED_IN): "signed in"}
    taken = []
    for minute in range(len(by)):
        run = stored.get_one(Run, in_turn(stored)[0])
        run.started_at = now() + dt.timedelta(minutes=minute)
        taken.append(by[run.id])
        turns_end(stored, run)
    assert taken == ["cku", "north", "signed in", "cku", "north", "cku"]


def test_who_was_served_longest_ago_comes_first(stored: Session) -> None:
    for by, ago in ((CKU, 5), (NORTH, 9)):
        run = stored.get_one(Run, order(stored, by))
        run.started_at = now() - dt.timedelta(minutes=ago)
        turns_end(stored, run)
    latest, longest = order(stored, CKU), order(stored, NORTH)
    new = order(stored, SIGNED_IN)
    assert in_turn(stored) == [new, longest, latest]


def test_those_who_sign_in_share_the_turns_of_their_role(stored: Session) -> None:
    first, second = order(stored, SIGNED_IN), order(stored, SIGNED_IN)
    other = order(stored, CKU)
    assert in_turn(stored) == [first, other, second]


@pytest.mark.parametrize("number", fresh(4, 100))
def test_nobody_has_two_more_turns_than_another_who_still_waits(stored: Session, number: int) -> None:
    throws = Random(number)
    orderers = [throws.choice("aabc") for _ in range(throws.randint(0, 12))]
    by = {order(stored, Caller(Role.COORDINATOR, token=name)): name for name in orderers}
    taken = in_turn(stored)
    assert sorted(taken) == sorted(by)
    for begun in range(len(taken) + 1):
        had, waits = Counter(by[run] for run in taken[:begun]), {by[run] for run in taken[begun:]}
        assert all(had[name] - had[other] <= 1 for name in had for other in waits)
    for name in set(orderers):
        own = [run for run in by if by[run] == name]
        assert [run for run in taken if by[run] == name] == own, "in the order of their own orders"


def test_more_seconds_than_a_caller_may_have_in_flight_are_refused_until_one_has_ended(
    stored: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = order(stored, CKU, 600, most=1_000)
    order(stored, CKU, 400, most=1_000)
    with pytest.raises(RunsInFlightError) as refused:
        order(stored, CKU, 1, most=1_000)
    assert refused.value.wait == 400, "none is carried out yet, and the shortest takes so long"
    order(stored, NORTH, 1_000, most=1_000)
    begun = stored.get_one(Run, first)
    begun.status, begun.started_at = RunStatus.RUNNING, now()
    stored.flush()
    be_at(monkeypatch, now() + dt.timedelta(seconds=590))
    with pytest.raises(RunsInFlightError) as refused:
        order(stored, CKU, 1, most=1_000)
    assert 1 <= refused.value.wait <= 10
    runs.cancel_run(stored, CKU, first)
    begun.status, begun.finished_at = RunStatus.CANCELLED, now()
    stored.flush()
    order(stored, CKU, 600, most=1_000)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)  # on SQLite the second writer waits in any case
def test_of_several_orders_at_the_same_moment_no_more_are_let_in_than_may_be_in_flight(migrated_url: str) -> None:
    engine, together = engine_for(migrated_url), Barrier(4)
    with open_session(engine) as session:
        session.add_all(small_world())

    def ask(_number: int) -> bool:
        with open_session(engine) as session:
            together.wait()
            try:
                order(session, CKU, 600, most=1_000)
            except RunsInFlightError:
                return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(ask, range(4))) == [False, False, False, True]
    engine.dispose()


def test_one_run_is_let_in_however_long_it_may_search(stored: Session) -> None:
    order(stored, CKU, 5_000, most=1_000)


def test_the_service_itself_may_have_any_number(stored: Session) -> None:
    for _ in range(3):
        order(stored, SYSTEM, 5_000, most=1_000)
    assert len(in_turn(stored)) == 3


def test_the_limit_is_a_day_unless_the_installation_says_otherwise(stored: Session) -> None:
    runs.start_run(stored, CKU, "trm_a", runs.MOST_SECONDS)
    with pytest.raises(RunsInFlightError, match="86400"):
        runs.start_run(stored, CKU, "trm_a", 1)
    assert turns.orderer(CKU) == "t-cku"
