"""When a student was told is what the feed says; what no event tells of was told when its plan was published."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, col, delete, select

from placement.callers import SYSTEM
from placement.events import feed
from placement.follow_up import figures
from placement.follow_up.counting import count_facts, credits_on
from placement.follow_up.facts import Case, Stay
from placement.follow_up.figures import Wanted, list_figures
from placement.follow_up.holders import Holders
from placement.follow_up.indicators import Count
from placement.in_force.happenings import happening
from placement.tables import (
    Event,
    Placement,
    PlacementStatus,
    Publication,
    Request,
    RequestStatus,
    Student,
    Term,
    Training,
)
from placement_solver.weeks import IsoWeek

STARTS = dt.date(2026, 12, 28)
PUBLISHED = dt.datetime(2026, 11, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def placed(store: Session) -> Placement:
    """Our placement, without the events that the small county has, published on 1 November."""
    store.exec(delete(Event).where(col(Event.subject_id) == "pla_a"))
    store.get_one(Publication, "pub_a").published_at = PUBLISHED
    store.flush()
    return store.get_one(Placement, "pla_a")


def tell(store: Session, row: Placement, what: str, day: dt.date) -> None:
    """Write an event about a placement as it is now, as if on a day."""
    feed.tell(store, [happening(what, row, store.get_one(Request, row.request_id), "org_ki")])
    event = store.exec(select(Event).order_by(col(Event.sequence).desc())).first()
    assert event is not None
    event.at = dt.datetime.combine(day, dt.time(12), dt.UTC)
    store.flush()


def case_of(store: Session, request: str = "req_a") -> Case:
    facts = count_facts(store, [store.get_one(Term, "trm_a")], Holders(store))
    return next(each for each in facts.cases if each.request_id == request)


def stay_of(store: Session) -> Stay:
    stay = case_of(store).stay
    assert stay is not None
    return stay


def test_without_an_event_the_publication_tells(store: Session, placed: Placement) -> None:
    stay = stay_of(store)
    assert (stay.unit_id, stay.first_on, stay.told_on) == (placed.unit_id, PUBLISHED.date(), PUBLISHED.date())


def test_a_move_counts_from_the_move_and_another_supervisor_is_no_move(store: Session, placed: Placement) -> None:
    first, second, third = (STARTS - dt.timedelta(days) for days in (60, 40, 10))
    tell(store, placed, "published", first)
    placed.start = IsoWeek(2027, 2)
    tell(store, placed, "moved", second)
    placed.supervisor_id = "sup_a"
    tell(store, placed, "moved", third)
    stay = stay_of(store)
    assert (stay.first_on, stay.told_on) == (first, second)


def test_moved_away_and_back_is_told_when_it_came_back(store: Session, placed: Placement) -> None:
    start = placed.start
    days = [STARTS - dt.timedelta(each) for each in (60, 40, 20)]
    for what, at, day in zip(("published", "moved", "moved"), (start, IsoWeek(2027, 2), start), days, strict=True):
        placed.start = at
        tell(store, placed, what, day)
    assert stay_of(store).told_on == days[-1]


def test_what_was_told_of_another_place_than_the_present_does_not_count(store: Session, placed: Placement) -> None:
    tell(store, placed, "published", STARTS - dt.timedelta(60))
    placed.start = IsoWeek(2027, 2)
    store.flush()
    assert stay_of(store).told_on == PUBLISHED.date()


def test_the_first_place_counts_also_when_another_has_followed(store: Session, placed: Placement) -> None:
    tell(store, placed, "published", STARTS - dt.timedelta(60))
    placed.status = PlacementStatus.DECLINED
    placed.reason = "no-supervisor"  # type: ignore[assignment]
    store.flush()
    store.add(
        Placement(
            id="pla_again",
            term_id=placed.term_id,
            request_id=placed.request_id,
            publication_id=placed.publication_id,
            unit_id=placed.unit_id,
            start=placed.start,
            weeks=placed.weeks,
        )
    )
    store.flush()
    stay = stay_of(store)
    assert (stay.first_on, stay.told_on) == (STARTS - dt.timedelta(60), PUBLISHED.date())


def test_the_students_of_another_term_are_there_too_and_each_is_one_student(store: Session, placed: Placement) -> None:
    there = placed.unit_id, placed.start

    def present() -> int:
        return count_facts(store, [store.get_one(Term, "trm_a")], Holders(store)).presence.students[there]

    before = present()
    mine = store.get_one(Request, placed.request_id).student_id
    other = store.get_one(Request, "req_idle")
    other.student_id = store.exec(select(Student.id).where(Student.id != mine)).first() or ""
    again = Placement(
        id="pla_other",
        term_id="trm_other",
        request_id=other.id,
        publication_id=placed.publication_id,
        unit_id=placed.unit_id,
        start=placed.start,
        weeks=1,
    )
    term = store.get_one(Term, "trm_a")
    store.add(Term(**{**term.model_dump(), "id": "trm_other", "code": "VT2027-S", "first_week": term.first_week}))
    store.flush()
    store.add(again)
    store.flush()
    assert present() == before + 1
    other.student_id = mine
    store.flush()
    assert present() == before


def test_a_withdrawn_request_that_was_carried_out_is_not_withdrawn(store: Session, placed: Placement) -> None:
    store.get_one(Request, "req_a").status = RequestStatus.WITHDRAWN
    store.get_one(Request, "req_idle").status = RequestStatus.WITHDRAWN
    placed.status = PlacementStatus.COMPLETED
    store.flush()
    assert not case_of(store).withdrawn
    assert case_of(store, "req_idle").withdrawn


def test_a_training_counts_from_the_day_it_is_done_to_the_day_it_expires() -> None:
    day = dt.date(2027, 1, 1)
    one = Training(supervisor_id="s", course="K", credits=1.5, completed_on=day, expires_on=day + dt.timedelta(1))
    two = Training(supervisor_id="s", course="K", credits=7.5, completed_on=day + dt.timedelta(1))
    assert [credits_on([one, two], day + dt.timedelta(each)) for each in (-1, 0, 1, 2)] == [None, 1.5, 7.5, 7.5]


def test_a_share_is_exact_to_four_decimals_and_none_of_nothing() -> None:
    assert (Count(1, 3).share, Count(0, 0).share) == (0.3333, None)


def test_without_terms_there_are_no_figures(session: Session) -> None:
    assert list_figures(session, SYSTEM, Wanted()).total == 0
    assert figures.Year(session, 2027).terms == []
