"""Whoever reports how a placement ended tells how many weeks were done, and may correct it."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session, select

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError
from placement.events.feed import read_feed
from placement.in_force import weeks_done
from placement.in_force.settling import settle_placement
from placement.tables import AuditEntry, Placement, PlacementStatus
from tests.placement.sides import INSTITUTION, PROVIDER, UNIT
from tests.rows import WEEK

ACCEPTED, COMPLETED, FAILED, DROPPED_OUT, CANCELLED = (
    PlacementStatus.ACCEPTED,
    PlacementStatus.COMPLETED,
    PlacementStatus.FAILED,
    PlacementStatus.DROPPED_OUT,
    PlacementStatus.CANCELLED,
)
pytestmark = pytest.mark.usefixtures("begun")


def report(store: Session, status: PlacementStatus, given: int | None = None) -> int | None:
    """Give the placement of five weeks a status and perhaps weeks, and return the weeks that are stored."""
    settle_placement(store, INSTITUTION, "pla_a", status, weeks_done=given)
    store.expire_all()
    return store.get_one(Placement, "pla_a").weeks_done


@pytest.mark.parametrize(
    ("status", "given", "stored"),
    [
        (COMPLETED, None, 5),
        (COMPLETED, 4, 4),
        (FAILED, None, 5),
        (FAILED, 0, 0),
        (DROPPED_OUT, 5, 5),
        (DROPPED_OUT, 2, 2),
        (CANCELLED, None, None),
    ],
)
def test_a_report_tells_how_many_weeks_were_done(
    store: Session, status: PlacementStatus, given: int | None, stored: int | None
) -> None:
    assert report(store, status, given) == stored
    [told] = read_feed(store, PROVIDER, kind=f"placement.{status}")
    assert told.details["weeksDone"] == stored


@pytest.mark.parametrize(
    ("days", "over"), [(-30, 0), (-1, 0), (0, 0), (6, 0), (7, 1), (13, 1), (14, 2), (35, 5), (400, 5)]
)
def test_of_a_placement_that_its_student_left_the_weeks_are_counted_that_are_over(
    store: Session, monkeypatch: pytest.MonkeyPatch, days: int, over: int
) -> None:
    monkeypatch.setattr(weeks_done, "today", lambda: WEEK.monday() + dt.timedelta(days=days))
    assert report(store, DROPPED_OUT) == over


def test_the_same_status_with_another_number_corrects_the_report_and_those_concerned_are_told(store: Session) -> None:
    assert report(store, COMPLETED) == 5
    placement = store.get_one(Placement, "pla_a")
    ended, version = placement.changed_at, placement.version
    assert report(store, COMPLETED, 5) == 5
    assert store.get_one(Placement, "pla_a").version == version
    assert report(store, COMPLETED, 3) == 3
    assert report(store, COMPLETED) == 3
    corrected = store.get_one(Placement, "pla_a")
    assert (corrected.changed_at, corrected.version) == (ended, version + 1)
    for concerned in (INSTITUTION, PROVIDER, UNIT):
        [told] = read_feed(store, concerned, kind="placement.corrected")
        assert (told.subject_id, told.details["weeksDone"]) == ("pla_a", 3)
    entry = store.exec(select(AuditEntry).where(AuditEntry.object_type == "placement")).all()[-1]
    assert (entry.before or {})["weeks_done"] == 5
    assert (entry.after or {})["weeks_done"] == 3


@pytest.mark.parametrize("given", [-1, 6])
def test_no_more_weeks_are_done_than_the_placement_has(store: Session, given: int) -> None:
    for _ in range(2):
        with pytest.raises(InvalidError) as refused:
            report(store, FAILED, given)
        (fault,) = refused.value.faults
        assert (fault.pointer, fault.en) == ("/weeks_done", "the placement is 5 weeks long: give 0 to 5")
        report(store, FAILED, 2)


def test_weeks_are_reported_only_when_a_placement_is_over(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        settle_placement(store, UNIT, "pla_a", ACCEPTED, weeks_done=2)
    (fault,) = refused.value.faults
    assert fault.en == (
        "the number of weeks done is given only with one of completed (completed), failed (failed),"
        " dropped out (dropped-out)"
    )
    settle_placement(store, UNIT, "pla_a", ACCEPTED)
    with pytest.raises(InvalidError):
        settle_placement(store, UNIT, "pla_a", ACCEPTED, weeks_done=2)


@pytest.mark.parametrize("by", [PROVIDER, UNIT])
def test_only_the_laerosaete_corrects_its_report(store: Session, by: Caller) -> None:
    report(store, COMPLETED)
    with pytest.raises(NotAllowedError):
        settle_placement(store, by, "pla_a", COMPLETED, weeks_done=1)
