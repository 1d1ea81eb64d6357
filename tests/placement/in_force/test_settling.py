"""A placement's statuses after publishing: each party changes its own, and a freed place can be used again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller
from placement.database import engine_for, open_session
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.events.feed import read_feed
from placement.in_force import settling
from placement.in_force.placements import list_unplaced, list_waiting, show_placement
from placement.in_force.settling import settle_placement
from placement.register.requests import change_request
from placement.tables import (
    Action,
    AuditEntry,
    EndReason,
    Pin,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    RunMode,
    Student,
    Unit,
)
from tests.placement.overlapping import open_term
from tests.placement.publishing import (
    CITY,
    FAR,
    KI,
    NEAR,
    at_once,
    offer_places,
    placed,
    plan,
    publish_run,
    settle,
    the_placement,
)
from tests.rows import WEEK

ACCEPTED, DECLINED, CANCELLED, DROPPED_OUT, COMPLETED, FAILED = (
    PlacementStatus.ACCEPTED,
    PlacementStatus.DECLINED,
    PlacementStatus.CANCELLED,
    PlacementStatus.DROPPED_OUT,
    PlacementStatus.COMPLETED,
    PlacementStatus.FAILED,
)


COMMON: dict[str, Any] = {
    "cohort_id": "coh_a",
    "institution_id": "org_ki",
    "lat": 59.31,
    "lon": 18.05,
    "site_id": "sit_a",
}


@pytest.fixture
def county(migrated_url: str) -> Iterator[Engine]:
    """A published plan: one of two students has the only place."""
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


def of_request(session: Session, request_id: str) -> Placement:
    return session.exec(select(Placement).where(Placement.request_id == request_id)).one()


@pytest.mark.usefixtures("begun")
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
        [told] = [event for event in read_feed(store, concerned) if event.kind == f"placement.{status}"]
        assert (told.subject_id, told.details["status"]) == (placement.id, status)
    entry = store.exec(
        select(AuditEntry).where(AuditEntry.object_type == "placement", AuditEntry.action == Action.CHANGED)
    ).one()
    assert entry.after is not None
    assert entry.after["status"] == status


@pytest.mark.parametrize("status", [COMPLETED, FAILED])
def test_a_placement_is_completed_or_failed_from_its_first_monday_on_and_not_before(
    status: PlacementStatus, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    placement = the_placement(store)
    monday = placement.start.monday()
    monkeypatch.setattr(settling, "today", lambda: monday - dt.timedelta(days=1))
    with pytest.raises(ConflictError, match=f"begins on {monday} and cannot be completed or failed") as refusal:
        settle_placement(store, KI, placement.id, status)
    assert refusal.value.sv.startswith(f"Placeringen börjar den {monday}")
    assert placement.status is PlacementStatus.PUBLISHED
    monkeypatch.setattr(settling, "today", lambda: monday)
    assert settle_placement(store, KI, placement.id, status).placement.id == placement.id
    assert placement.status is status


def test_what_has_not_begun_is_still_cancelled(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    placement = the_placement(store)
    monkeypatch.setattr(settling, "today", lambda: placement.start.monday() - dt.timedelta(days=1))
    settle_placement(store, KI, placement.id, CANCELLED)
    assert placement.status is CANCELLED


@pytest.mark.parametrize(("by", "status"), [(KI, ACCEPTED), (KI, DECLINED), (CITY, CANCELLED), (NEAR, FAILED)])
def test_nobody_takes_another_s_step(by: Caller, status: PlacementStatus, store: Session) -> None:
    with pytest.raises(NotAllowedError):
        settle_placement(store, by, the_placement(store).id, status)


def test_what_is_not_one_s_own_is_not_there(store: Session) -> None:
    with pytest.raises(NotFoundError):
        settle_placement(store, FAR, the_placement(store).id, ACCEPTED)
    with pytest.raises(NotFoundError):
        show_placement(store, KI, "pla_none")


@pytest.mark.usefixtures("begun")
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
    ("status", "reason", "sv", "en"),
    [
        (
            DECLINED,
            None,
            "ett skäl krävs när enheten tackar nej: ange något av ",
            "a reason is required when a unit declines: give one of ",
        ),
        (
            DECLINED,
            EndReason.REQUEST_WITHDRAWN,
            "”begäran återkallad” är inget skäl som en enhet anger: ange något av ",
            "'request withdrawn' is not a reason that a unit gives: give one of ",
        ),
        (
            ACCEPTED,
            EndReason.OTHER,
            "ett skäl anges bara när enheten tackar nej",
            "a reason is given only when a unit declines",
        ),
    ],
)
def test_only_a_unit_that_declines_says_why_and_only_such_reasons_as_are_its_own(
    status: PlacementStatus, reason: EndReason | None, sv: str, en: str, store: Session
) -> None:
    with pytest.raises(InvalidError) as refused:
        settle_placement(store, NEAR, the_placement(store).id, status, reason)
    (told,) = refused.value.faults
    own = status is DECLINED
    assert told.sv == sv + own * (
        "ingen handledare (no-supervisor), enheten stängd (unit-closed), för många studenter (too-many-students), "
        "annat (other)"
    )
    assert told.en == en + own * (
        "no supervisor (no-supervisor), unit closed (unit-closed), too many students (too-many-students), other (other)"
    )


def test_a_refused_status_is_told_in_the_words_of_the_language(store: Session) -> None:
    with pytest.raises(NotAllowedError) as refused:
        settle_placement(store, NEAR, the_placement(store).id, COMPLETED)
    assert refused.value.sv == "Rollen enhet får inte ge en placering status ”genomförd”."
    assert refused.value.en == "The role unit may not give a placement the status 'completed'."
    settle_placement(store, KI, the_placement(store).id, PlacementStatus.DROPPED_OUT)
    with pytest.raises(ConflictError) as ended:
        settle_placement(store, NEAR, the_placement(store).id, ACCEPTED)
    assert ended.value.sv == "En placering med status ”avbruten” kan inte få status ”bekräftad”."
    assert ended.value.en == "A placement with the status 'dropped out' cannot become 'accepted'."


def test_a_role_that_may_not_is_named_in_the_words_of_the_language(store: Session) -> None:
    with pytest.raises(NotAllowedError) as refused:
        list_unplaced(store, NEAR)
    assert (refused.value.sv, refused.value.en) == (
        "Rollen enhet får inte göra detta.",
        "The role unit may not do this.",
    )


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


def test_a_place_that_comes_free_is_told_of_with_how_many_might_want_it(store: Session) -> None:
    placement = the_placement(store)
    settle_placement(store, NEAR, placement.id, ACCEPTED)
    assert read_feed(store, NEAR, kind="place.freed") == []
    settle_placement(store, NEAR, placement.id, DECLINED, EndReason.OTHER)
    for concerned in (SYSTEM, NEAR, CITY):
        [freed] = read_feed(store, concerned, kind="place.freed")
        assert (freed.subject_id, freed.details["placementId"], freed.details["waiting"]) == ("unt_a", placement.id, 2)
    for stranger in (KI, FAR):
        assert read_feed(store, stranger, kind="place.freed") == []


def test_those_who_wait_in_another_term_that_has_some_of_the_weeks_are_counted_too(store: Session) -> None:
    """The placement lasts for six weeks; a summer term has the last of them, and an autumn term begins after it."""
    placement = the_placement(store)
    for term_id, week, code in (("trm_summer", 5, "ST2027"), ("trm_autumn", 6, "HT2027")):
        open_term(store, WEEK.plus(week), 10, term_id, code)
        store.add(Request(term_id=term_id, student_id="stu_b", course_id="crs_a"))
    settle_placement(store, NEAR, placement.id, DECLINED, EndReason.OTHER)
    [freed] = read_feed(store, NEAR, kind="place.freed")
    assert freed.details["waiting"] == 3


def test_nobody_is_counted_who_asks_for_another_kind_of_unit_or_another_profession(store: Session) -> None:
    store.get_one(Unit, "unt_a").kinds = ["dental-clinic"]
    settle_placement(store, NEAR, the_placement(store).id, DECLINED, EndReason.OTHER)
    [freed] = read_feed(store, NEAR, kind="place.freed")
    assert freed.details["waiting"] == 0


def test_who_cancels_withdraws_the_request_which_is_told_of_too(store: Session) -> None:
    placement = the_placement(store)
    store.add(Pin(term_id="trm_a", request_id=placement.request_id, unit_id="unt_a", start=placement.start))
    settle_placement(store, KI, placement.id, CANCELLED)
    [withdrawn] = read_feed(store, KI, kind="request.withdrawn")
    assert withdrawn.subject_id == placement.request_id
    assert store.exec(select(Pin)).all() == []
    assert read_feed(store, NEAR, kind="request.withdrawn") == []


def test_the_waiting_list_is_served_in_its_order_and_what_is_in_force_stands(county: Engine) -> None:
    """One of three students has the near place; of two new places, the first on the waiting list gets the nearer."""
    with open_session(county) as session:
        first = the_placement(session)
        settle_placement(session, NEAR, first.id, ACCEPTED)
        session.add(Student(**COMMON, id="stu_c", external_id="ki-3", priority_class=1))
        session.add(Student(**COMMON, id="stu_d", external_id="ki-4", lottery_number=9))
        session.add_all(
            Request(id=f"req_{name}", term_id="trm_a", student_id=f"stu_{name}", course_id="crs_a") for name in "cd"
        )
        change_request(session, KI, ({"req_a", "req_b"} - {first.request_id}).pop(), status=RequestStatus.WITHDRAWN)
        offer_places(session, "off_far", "unt_far", 1)
    run = plan(county, RunMode.WAITING_LIST)
    publish_run(county, run)
    with open_session(county) as session:
        in_force = {each.request.id: each.placement.unit_id for each in placed(session)}
        assert in_force == {first.request_id: "unt_a", "req_c": "unt_far"}
        assert [request.id for request in list_waiting(session, KI, "trm_a").rows] == ["req_d"]
        session.get_one(Student, "stu_d").priority_class = 9
        settle_placement(session, KI, of_request(session, "req_c").id, CANCELLED)
    assert publish_run(county, plan(county, RunMode.WAITING_LIST)).placed == 1


def test_a_waiting_list_whose_order_has_changed_since_is_not_published(county: Engine) -> None:
    with open_session(county) as session:
        settle_placement(session, NEAR, the_placement(session).id, DECLINED, EndReason.OTHER)
    run = plan(county, RunMode.WAITING_LIST)
    with open_session(county) as session:
        session.get_one(Student, "stu_a").lottery_number = 1
        session.get_one(Student, "stu_b").lottery_number = 2
    with pytest.raises(ConflictError, match="requests: in another order"):
        publish_run(county, run)
