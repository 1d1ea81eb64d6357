"""The life of a placement after publishing: each party takes its own steps, and a place that comes free is free."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller
from placement.database import engine_for, open_session
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.feed import read_feed
from placement.placements import list_waiting, settle_placement, show_placement
from placement.tables import (
    AuditEntry,
    EndReason,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    RunMode,
    Student,
)
from tests.placement.publishing import (
    CITY,
    FAR,
    KI,
    NEAR,
    at_once,
    placed,
    plan,
    publish_run,
    settle,
    the_placement,
)

ACCEPTED, DECLINED, CANCELLED, DROPPED_OUT, COMPLETED, FAILED = (
    PlacementStatus.ACCEPTED,
    PlacementStatus.DECLINED,
    PlacementStatus.CANCELLED,
    PlacementStatus.DROPPED_OUT,
    PlacementStatus.COMPLETED,
    PlacementStatus.FAILED,
)


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """A published plan: one of two students has the one place."""
    engine = engine_for(migrated_url)
    settle(engine)
    publish_run(engine, plan(engine))
    yield engine
    engine.dispose()


@pytest.fixture
def store(county: Engine) -> Iterator[Session]:
    """An open session on that county."""
    with Session(county) as session:
        yield session


@pytest.mark.parametrize(
    ("by", "status", "reason"),
    [
        (NEAR, ACCEPTED, None),
        (CITY, ACCEPTED, None),
        (CITY, DECLINED, EndReason.NO_SUPERVISOR),
        (KI, CANCELLED, None),
        (KI, DROPPED_OUT, None),
        (KI, COMPLETED, None),
        (KI, FAILED, None),
        (SYSTEM, DECLINED, EndReason.UNIT_CLOSED),
    ],
)
def test_each_party_takes_its_own_steps_and_all_concerned_are_told(
    by: Caller, status: PlacementStatus, reason: EndReason | None, store: Session
) -> None:
    placement = the_placement(store)
    settle_placement(store, by, placement.id, status, reason)
    assert placement.status is status
    for concerned in (KI, NEAR, CITY):
        last = read_feed(store, concerned)[-1]
        assert (last.kind, last.details["status"]) == (f"placement.{status}", status)
    entry = store.exec(select(AuditEntry).where(AuditEntry.object_type == "placement")).one()
    assert entry.after is not None
    assert entry.after["status"] == status


@pytest.mark.parametrize(("by", "status"), [(KI, ACCEPTED), (KI, DECLINED), (CITY, CANCELLED), (NEAR, FAILED)])
def test_nobody_takes_another_s_step(by: Caller, status: PlacementStatus, store: Session) -> None:
    with pytest.raises(NotAllowedError):
        settle_placement(store, by, the_placement(store).id, status)


def test_what_is_not_one_s_own_is_not_there(store: Session) -> None:
    with pytest.raises(NotFoundError):
        settle_placement(store, FAR, the_placement(store).id, ACCEPTED)
    with pytest.raises(NotFoundError):
        show_placement(store, KI, "pla_none")


def test_an_ended_placement_stays_ended_and_the_same_answer_twice_changes_nothing(store: Session) -> None:
    placement = the_placement(store)
    settle_placement(store, NEAR, placement.id, ACCEPTED)
    version = placement.version
    settle_placement(store, NEAR, placement.id, ACCEPTED)
    assert placement.version == version
    settle_placement(store, KI, placement.id, COMPLETED)
    with pytest.raises(ConflictError, match="'completed' cannot become 'declined'"):
        settle_placement(store, NEAR, placement.id, DECLINED, EndReason.OTHER)
    with pytest.raises(NotAllowedError):
        settle_placement(store, SYSTEM, placement.id, PlacementStatus.PUBLISHED)


@pytest.mark.parametrize(
    ("by", "status", "reason"),
    [(NEAR, DECLINED, None), (NEAR, ACCEPTED, EndReason.OTHER), (NEAR, DECLINED, EndReason.REPLANNED)],
)
def test_only_a_unit_that_declines_says_why_and_only_such_reasons_as_are_its_own(
    by: Caller, status: PlacementStatus, reason: EndReason | None, store: Session
) -> None:
    with pytest.raises(InvalidError):
        settle_placement(store, by, the_placement(store).id, status, reason)


def test_whose_unit_declines_waits_again_and_gets_what_is_left(county: Engine) -> None:
    with open_session(county) as session:
        placement = the_placement(session)
        first = placement.request_id
        settle_placement(session, NEAR, placement.id, DECLINED, EndReason.NO_SUPERVISOR)
        assert {request.id for request in list_waiting(session, KI, "trm_a").rows} == {"req_a", "req_b"}
    publish_run(county, plan(county, RunMode.FILL))
    with open_session(county) as session:
        in_force = [each for each in placed(session) if each.placement.status is PlacementStatus.PUBLISHED]  # type: ignore[union-attr]
        assert len(in_force) == 1
        assert session.get_one(Placement, placement.id).request_id == first


def test_who_cancels_no_longer_asks_and_the_other_gets_the_place(county: Engine) -> None:
    with open_session(county) as session:
        placement = the_placement(session)
        settle_placement(session, KI, placement.id, CANCELLED)
        assert session.get_one(Request, placement.request_id).status is RequestStatus.WITHDRAWN
        (waiting,) = list_waiting(session, KI, "trm_a").rows
    assert publish_run(county, plan(county, RunMode.FILL)).placed == 1
    with open_session(county) as session:
        assert session.exec(select(Placement.request_id).where(Placement.request_id == waiting.id)).one()
        assert list_waiting(session, KI, "trm_a").total == 0


def test_the_waiting_list_goes_by_foertur_then_by_lot(store: Session) -> None:
    settle_placement(store, NEAR, the_placement(store).id, DECLINED, EndReason.OTHER)
    by_lot = [request.id for request in list_waiting(store, KI, "trm_a").rows]
    assert by_lot == ["req_b", "req_a"]
    store.get_one(Student, "stu_a").priority_class = 1
    store.flush()
    assert [request.id for request in list_waiting(store, KI, "trm_a").rows] == ["req_a", "req_b"]
    assert list_waiting(store, Caller(KI.role, organisation="org_other"), "trm_a").total == 0
    with pytest.raises(NotFoundError):
        list_waiting(store, KI, "trm_none")


def test_when_unit_and_laerosaete_answer_at_once_one_of_them_is_first(county: Engine) -> None:
    with open_session(county) as session:
        placement = the_placement(session).id

    def answer(by: Caller, status: PlacementStatus, reason: EndReason | None) -> None:
        with open_session(county) as session:
            settle_placement(session, by, placement, status, reason)

    outcomes = at_once(
        partial(answer, KI, CANCELLED, None),
        partial(answer, NEAR, DECLINED, EndReason.OTHER),
    )
    assert outcomes.count(None) == 1
    assert any(isinstance(outcome, ConflictError) for outcome in outcomes)
