"""Travel times are stored many at a time, changed and removed by the coordinator, and read by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register.travel_times import (
    Stored,
    TravelTimeBook,
    list_travel_times,
    remove_travel_time,
    store_travel_times,
)
from placement.register.writing import writing
from placement.tables import TravelSource, TravelTime
from tests.placement.sides import AUDITOR, COORDINATOR, INSTITUTION, PROVIDER, STUDENT, entries


def journey(origin: str, destination: str, minutes: int) -> dict[str, Any]:
    return {"origin": origin, "destination": destination, "minutes": minutes}


def known(store: Session, origin: str | None = None, destination: str | None = None) -> list[tuple[str, str, int]]:
    rows = list_travel_times(store, STUDENT, origin=origin, destination=destination).rows
    return [(row.origin, row.destination, row.minutes) for row in rows]


def test_travel_times_are_added_and_changed_and_the_others_stay(store: Session) -> None:
    given = [journey("ekerö", "söder", 80), journey("söder", "ekerö", 70), journey("söder", "norr", 20)]
    assert store_travel_times(store, COORDINATOR, given) == Stored(created=2, changed=1, unchanged=0)
    assert known(store) == [("ekerö", "söder", 80), ("söder", "ekerö", 70), ("söder", "norr", 20)]
    assert store_travel_times(store, COORDINATOR, given[:1]) == Stored(created=0, changed=0, unchanged=1)
    assert len(known(store)) == 3
    assert entries(store) == [
        ("created", "travel_time", "ekerö/söder"),
        ("changed", "travel_time", "söder/ekerö"),
        ("created", "travel_time", "söder/norr"),
    ]


def test_travel_times_are_found_by_where_they_start_and_end(store: Session) -> None:
    store_travel_times(store, COORDINATOR, [journey("ekerö", "söder", 80), journey("ekerö", "norr", 60)])
    assert known(store, origin="söder") == [("söder", "ekerö", 75)]
    assert known(store, destination="norr") == [("ekerö", "norr", 60)]


def test_a_time_says_where_it_comes_from_and_the_same_minutes_keep_their_source(store: Session) -> None:
    with writing(store, COORDINATOR) as writer:
        book = TravelTimeBook(writer, ["söder"])
        imported = {"source": TravelSource.IMPORTED}
        added = book.enter({**journey("söder", "norr", 20), **imported})
        standing = book.find("söder", "ekerö")
        assert standing is not None
        assert not book.change(standing, {**journey("söder", "ekerö", 75), **imported})
        assert book.find("söder", "väster") is None
    assert (added.source, standing.source) == (TravelSource.IMPORTED, TravelSource.ESTIMATE)
    store_travel_times(store, COORDINATOR, [journey("söder", "ekerö", 70)])
    assert store.get_one(TravelTime, ("söder", "ekerö")).source is TravelSource.MANUAL


def test_a_journey_given_twice_is_refused_and_nothing_is_stored(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        store_travel_times(store, COORDINATOR, [journey("a", "b", 1), journey("b", "a", 1), journey("a", "b", 2)])
    assert [fault.pointer for fault in refused.value.faults] == ["/travel_times/2"]
    assert known(store) == [("söder", "ekerö", 75)]


def test_a_time_that_is_removed_is_estimated_from_then_on(store: Session) -> None:
    remove_travel_time(store, COORDINATOR, "söder", "ekerö")
    assert known(store) == []
    with pytest.raises(NotFoundError):
        remove_travel_time(store, COORDINATOR, "söder", "ekerö")


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_travel_times(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        store_travel_times(store, by, [])
    with pytest.raises(NotAllowedError):
        remove_travel_time(store, by, "söder", "ekerö")
