"""The coordinator opens and changes terms; a week that is in use may not fall outside its term."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.clock import now
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.events.feed import read_feed
from placement.register.terms import change_term, list_terms, open_term, remove_term, show_term
from placement.store.access import Span
from placement.tables import CapacityOffer, CourseWindow, OfferStatus, OfferWeek, Pin, Run, RunStatus
from placement_solver.weeks import IsoWeek
from tests.placement.county import AUDITOR, CITY, CKU, KI, settle, told

AUTUMN = IsoWeek(2028, 35)


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    settle(session)


@pytest.fixture
def unplanned(session: Session) -> None:
    """The only run of the term has failed."""
    run = session.get_one(Run, "run_a")
    run.status, run.finished_at = RunStatus.FAILED, now()
    run.error, run.error_sv = "no memory", "inget minne"
    session.commit()


TERM = {"id": "trm_new", "code": "HT2028", "first_week": AUTUMN, "weeks": 20}


def test_a_term_is_opened_with_the_usual_dates_and_weights(session: Session) -> None:
    term = open_term(session, CKU, TERM)
    session.commit()
    assert term.requests_by == dt.date(2028, 3, 15)
    assert term.publish_by == AUTUMN.monday() - dt.timedelta(weeks=4)
    assert (term.weight_travel, term.travel_long_after) == (1, 60)
    assert told(session, "term") == [("created", "trm_new")]


def test_a_term_without_a_limit_to_journeys_has_none(session: Session) -> None:
    open_term(session, CKU, {**TERM, "travel_max_minutes": None})
    session.commit()
    session.expire_all()
    assert show_term(session, CKU, "trm_new").travel_max_minutes is None


def test_dates_that_are_named_are_kept(session: Session) -> None:
    term = open_term(session, CKU, {**TERM, "answers_by": dt.date(2028, 5, 10)})
    assert (term.answers_by, term.outside_answers_by) == (dt.date(2028, 5, 10), dt.date(2028, 5, 15))


def test_dates_out_of_order_are_refused(session: Session) -> None:
    with pytest.raises(InvalidError) as refusal:
        open_term(session, CKU, {**TERM, "answers_by": dt.date(2028, 5, 20)})
    assert [fault.pointer for fault in refusal.value.faults] == ["/outside_answers_by"]


def test_a_date_that_is_taken_away_becomes_the_usual_one(session: Session) -> None:
    changed = change_term(session, CKU, "trm_a", {"publish_by": None, "weight_travel": 2})
    session.commit()
    assert changed.publish_by == dt.date(2026, 11, 30)
    assert changed.weight_travel == 2
    assert changed.version == 2


def test_a_change_that_breaks_the_order_of_the_round_is_refused(session: Session) -> None:
    with pytest.raises(InvalidError, match="2026-12-24"):
        change_term(session, CKU, "trm_a", {"requests_by": dt.date(2026, 12, 24)})


def test_everybody_reads_the_terms_the_earliest_first(session: Session) -> None:
    for by in (CKU, KI, CITY, AUDITOR):
        assert [term.code for term in list_terms(session, by).rows] == ["VT2027", "HT2027", "HT2031"]
        assert show_term(session, by, "trm_a").code == "VT2027"
    assert [term.code for term in list_terms(session, KI, span=Span(limit=1, offset=1)).rows] == ["HT2027"]


def test_only_the_coordinator_opens_changes_and_removes_terms(session: Session) -> None:
    with pytest.raises(NotAllowedError):
        open_term(session, KI, TERM)
    with pytest.raises(NotAllowedError):
        change_term(session, CITY, "trm_a", {"weeks": 21})
    with pytest.raises(NotAllowedError):
        remove_term(session, AUDITOR, "trm_idle")


def test_a_term_that_nothing_refers_to_can_be_removed(session: Session) -> None:
    remove_term(session, CKU, "trm_idle")
    session.commit()
    with pytest.raises(NotFoundError):
        show_term(session, CKU, "trm_idle")


@pytest.mark.usefixtures("unplanned")
def test_a_term_grows_and_shrinks_around_what_is_said_of_it(session: Session) -> None:
    change_term(session, CKU, "trm_a", {"first_week": IsoWeek(2026, 52), "weeks": 30})
    term = change_term(session, CKU, "trm_a", {"first_week": IsoWeek(2026, 53), "weeks": 6})
    session.commit()
    assert (term.first_week, term.weeks) == (IsoWeek(2026, 53), 6)


def test_a_week_with_places_offered_stays_within_the_term(session: Session) -> None:
    session.add_all(
        [
            CapacityOffer(
                id="off_late",
                term_id="trm_a",
                unit_id="unt_a",
                professions=["nurse"],
                status=OfferStatus.ANSWERED,
                answered_at=now(),
            ),
            OfferWeek(offer_id="off_late", week=IsoWeek(2027, 10), places=1),
        ]
    )
    session.commit()
    with pytest.raises(ConflictError, match="2027-W10"):
        change_term(session, CKU, "trm_a", {"weeks": 8})


def test_a_placement_that_may_start_stays_within_the_term_until_it_ends(session: Session) -> None:
    session.add(CourseWindow(course_id="crs_a", term_id="trm_a", start=IsoWeek(2027, 5)))
    session.commit()
    with pytest.raises(ConflictError, match="2027-W10"):
        change_term(session, CKU, "trm_a", {"weeks": 10})


def test_a_pinned_placement_stays_within_the_term(session: Session) -> None:
    session.add(Pin(term_id="trm_a", request_id="req_b", unit_id="unt_b", start=IsoWeek(2027, 12)))
    session.commit()
    with pytest.raises(ConflictError, match="2026-W53"):
        change_term(session, CKU, "trm_a", {"first_week": IsoWeek(2027, 1)})
    with pytest.raises(ConflictError, match="2027-W16"):
        change_term(session, CKU, "trm_a", {"weeks": 16})


@pytest.mark.parametrize("change", [{"first_week": IsoWeek(2026, 52)}, {"weeks": 30}])
def test_a_term_that_has_been_planned_keeps_its_weeks(change: dict[str, object], session: Session) -> None:
    with pytest.raises(ConflictError, match="prices and explanations"):
        change_term(session, CKU, "trm_a", change)


def test_of_a_planned_term_the_rest_may_change_and_everyone_is_told_what(session: Session) -> None:
    for _ in range(2):
        change_term(session, CKU, "trm_a", {"first_week": IsoWeek(2026, 53), "publish_by": dt.date(2026, 12, 2)})
    for by in (CKU, KI, CITY, AUDITOR):
        [event] = read_feed(session, by, kind="term.changed")
        assert (event.subject_id, event.details["changed"]) == ("trm_a", ["publishBy"])
