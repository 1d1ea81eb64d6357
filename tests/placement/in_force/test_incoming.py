"""Who comes to the caller's units in a term is listed and counted, by week, unit and answer."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.errors import NotAllowedError
from placement.in_force.incoming import count_incoming, list_incoming
from placement.store.access import Span
from placement.tables import Placement, PlacementStatus, Term
from tests.placement.sides import COORDINATOR, INSTITUTION, PROVIDER, STRANGER, UNIT
from tests.rows import WEEK

pytestmark = pytest.mark.one_database


def test_each_side_sees_who_comes_to_its_own_units(store: Session) -> None:
    term = store.get_one(Term, "trm_a")
    for by, expected in ((PROVIDER, ["pla_a"]), (UNIT, ["pla_a"]), (STRANGER, ["pla_b"])):
        assert [each.placement.id for each in list_incoming(store, by, term).rows] == expected
    assert list_incoming(store, COORDINATOR, term, span=Span(1)).total == 2
    (ours,) = list_incoming(store, UNIT, term).rows
    assert (ours.last_week, ours.supervisor, ours.who.student_external_id) == (WEEK.plus(4), None, None)
    with pytest.raises(NotAllowedError):
        list_incoming(store, INSTITUTION, term)
    with pytest.raises(NotAllowedError):
        count_incoming(store, INSTITUTION, term)


def test_a_provider_reads_its_own_name_of_the_supervisor(store: Session) -> None:
    placement = store.get_one(Placement, "pla_a")
    placement.supervisor_id = "sup_a"
    store.add(placement)
    store.flush()
    term = store.get_one(Term, "trm_a")
    assert [each.supervisor for each in list_incoming(store, PROVIDER, term).rows] == ["p-17"]


def test_they_are_counted_by_week_and_by_answer(store: Session) -> None:
    term = store.get_one(Term, "trm_a")
    counts = count_incoming(store, COORDINATOR, term)
    assert (counts.by_week, counts.total, counts.unanswered) == ({WEEK: 2}, 2, 2)
    placement = store.get_one(Placement, "pla_a")
    placement.status = PlacementStatus.ACCEPTED
    store.add(placement)
    store.flush()
    counts = count_incoming(store, COORDINATOR, term, unit="unt_a")
    assert (counts.total, counts.unanswered) == (1, 0)
    accepted = list_incoming(store, COORDINATOR, term, week=WEEK, unit="unt_a", status=PlacementStatus.ACCEPTED)
    assert accepted.total == 1
