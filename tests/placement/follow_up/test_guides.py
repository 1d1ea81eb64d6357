"""Each supervisor is told with the training that counts, and whether it is missing or ends before the term does."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.errors import NotAllowedError
from placement.follow_up.guides import GuidePart, count_guides, list_guides
from placement.store.access import Span
from placement.tables import Term, Training
from tests.placement.sides import COORDINATOR, INSTITUTION, PROVIDER, STRANGER

pytestmark = pytest.mark.one_database
LAST_DAY = dt.date(2027, 5, 16)


def term_of(store: Session) -> Term:
    return store.get_one(Term, "trm_a")


def test_each_side_sees_its_own_supervisors(store: Session) -> None:
    (ours,) = list_guides(store, PROVIDER, term_of(store)).rows
    assert ours.training is not None
    assert (ours.unit_name, ours.profession.en, ours.training.credits, ours.part) == ("Tallgården", "nurse", 7.5, None)
    (theirs,) = list_guides(store, STRANGER, term_of(store)).rows
    assert (theirs.training, theirs.part) == (None, GuidePart.MISSING)
    assert list_guides(store, COORDINATOR, term_of(store), unit="unt_a", span=Span(1)).total == 1
    for read in (list_guides, count_guides):
        with pytest.raises(NotAllowedError):
            read(store, INSTITUTION, term_of(store))


@pytest.mark.parametrize(
    ("points", "completed", "expires", "part"),
    [
        (1.5, dt.date(2020, 1, 1), None, None),
        (1.4, dt.date(2020, 1, 1), None, GuidePart.MISSING),
        (7.5, dt.date(2999, 1, 1), None, GuidePart.MISSING),
        (7.5, dt.date(2020, 1, 1), dt.date(2021, 1, 1), GuidePart.MISSING),
    ],
)
def test_the_query_and_the_row_agree_on_what_counts(
    store: Session, points: float, completed: dt.date, expires: dt.date | None, part: GuidePart | None
) -> None:
    training = store.get_one(Training, "trn_a")
    training.credits, training.completed_on, training.expires_on = points, completed, expires
    store.add(training)
    store.flush()
    (ours,) = list_guides(store, PROVIDER, term_of(store)).rows
    assert ours.part is part
    counts = count_guides(store, PROVIDER, term_of(store), unit="unt_a")
    assert counts == {None: 1, GuidePart.MISSING: int(part is GuidePart.MISSING), GuidePart.EXPIRING: 0}


def test_a_training_that_ends_during_the_term_is_told(store: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("placement.follow_up.guides.today", lambda: dt.date(2026, 12, 1))
    training = store.get_one(Training, "trn_a")
    for expires, part in ((LAST_DAY, None), (LAST_DAY - dt.timedelta(1), GuidePart.EXPIRING)):
        training.expires_on = expires
        store.add(training)
        store.flush()
        assert [each.part for each in list_guides(store, PROVIDER, term_of(store)).rows] == [part]
        assert len(list_guides(store, PROVIDER, term_of(store), part=GuidePart.EXPIRING).rows) == (part is not None)
