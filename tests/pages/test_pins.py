"""Pins as pages: a coordinator sees what is decided by hand, removes it, and pins how a request is placed."""

from __future__ import annotations

import re

import pytest
from sqlmodel import Session, select

from placement.tables import (
    BlockedUnit,
    EndReason,
    OfferWeek,
    Pin,
    Placement,
    PlacementStatus,
    Request,
    RequestStatus,
    Student,
)
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.rows import WEEK

pytestmark = pytest.mark.one_database

PINS, REQUEST = "/terms/VT2027/pins", "/terms/VT2027/requests/req_a"
FORM = f"{REQUEST}/pin"
SWEDISH = ("Lås", "låst", "plats", "Välj", "Ingen", "vecka", "Begäran")


def pins_in(store: Session) -> list[tuple[str, str, str]]:
    """Return the pins that are stored: request, unit and first week."""
    found = store.exec(select(Pin)).all()
    told = [(each.request_id, each.unit_id, str(each.start)) for each in found]
    store.rollback()
    return told


@pytest.fixture
def free(store: Session) -> Session:
    """Nothing forbids our student's place, and it is not pinned."""
    store.delete(store.get_one(Pin, "pin_a"))
    store.delete(store.get_one(BlockedUnit, ("stu_a", "unt_a")))
    store.get_one(Student, "stu_a").site_id = "sit_a"
    store.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(1, 7))
    store.commit()
    return store


def test_pins_are_listed_by_name_and_one_is_removed(browse: Browse, store: Session) -> None:
    browser = browse()
    page = browser.get(PINS)
    said = text_of(page)
    assert "1 pinned placement" in said
    assert re.search(r"1SJ021 T2 Karolinska\b.* Tallgården week.53–5 from 28 December 2026 Remove", said)
    assert "unt_a" not in said
    assert not [word for word in SWEDISH if word in said]
    assert "1 låst placering" in text_of(browse(language="sv").get(PINS))
    assert "1 pinned placement holds in the run." in text_of(browser.get("/terms/VT2027/runs/new"))
    assert "1 pinned placement" in text_of(browser.get("/terms/VT2027/overview"))
    assert browser.send("/terms/HT2027/pins/pin_a", {}).status_code == 404
    removed = browser.send(f"{PINS}/pin_a", {})
    assert removed.status_code == 303
    after = text_of(browser.get(removed.headers["location"]))
    assert "The pin has been removed." in after
    assert "No pinned placements" in after
    assert pins_in(store) == []
    assert "pinned placement" not in text_of(browser.get("/terms/VT2027/overview"))


def test_a_placement_in_force_is_pinned_as_it_is(browse: Browse, free: Session) -> None:
    browser = browse()
    assert f'href="{FORM}"' in browser.get(REQUEST).text
    page = browser.get(FORM)
    assert "As it is Tallgården" in text_of(page)
    version = re.search(r'name="standing" value="(\d+)"', page.text)
    assert version
    changed = browser.send(FORM, {"standing": "99"})
    assert changed.status_code == 422
    assert "Somebody else changed the placement while you read." in text_of(changed)
    sent = browser.send(FORM, {"standing": version[1]})
    assert (sent.status_code, pins_in(free)) == (303, [("req_a", "unt_a", str(WEEK))])
    assert "The placement is pinned. " in text_of(browser.get(sent.headers["location"]))
    twice = browser.send(FORM, {"standing": version[1]})
    assert "the request is pinned already" in text_of(twice)


def test_a_place_is_chosen_by_a_part_of_the_units_name_and_a_week(browse: Browse, free: Session) -> None:
    browser = browse()
    assert "No unit has this in its name: xyz." in text_of(browser.get(f"{FORM}?named=xyz"))
    assert "Tallgården" in text_of(browser.get(f"{FORM}?named=tall"))
    neither = browser.send(FORM, {"named": "tall"})
    assert neither.status_code == 422
    assert "Choose a unit. Choose the week in which" in text_of(neither)
    assert "Choose a unit." in text_of(browser.send(FORM, {"named": "tall", "start": str(WEEK)}))
    given = {"named": "tall", "unit": "unt_a", "start": str(WEEK)}
    late = browser.send(FORM, {**given, "start": str(WEEK.plus(19))})
    assert (late.status_code, pins_in(free)) == (422, [])
    assert "The placement is not pinned" in text_of(late)
    assert f'value="{WEEK.plus(19)}" selected' in late.text
    assert browser.send(FORM, given).status_code == 303
    assert pins_in(free) == [("req_a", "unt_a", str(WEEK))]


def test_a_draft_leads_from_a_placement_to_pinning_it_as_it_is_there(browse: Browse, free: Session) -> None:
    browser = browse()
    there = f"{FORM}?unit=unt_a&start={WEEK}"
    assert "As in the draft" not in text_of(browser.get(there))  # it stands so already
    placed = free.get_one(Placement, "pla_a")
    placed.status, placed.reason = PlacementStatus.CANCELLED, EndReason.REPLANNED
    free.commit()
    assert "As in the draft Tallgården" in text_of(browser.get(there))
    assert "As in the draft" not in text_of(browser.get(f"{FORM}?unit=unt_a&start=never"))
    assert browser.get(f"{FORM}?unit=none_such&start={WEEK}").status_code == 404
    late = browser.send(FORM, {"unit": "unt_a", "start": str(WEEK.plus(19))})
    assert "The placement is not pinned" in text_of(late)
    assert "As in the draft" in text_of(late)
    assert browser.send(FORM, {"unit": "unt_a", "start": str(WEEK)}).status_code == 303
    assert pins_in(free) == [("req_a", "unt_a", str(WEEK))]


def test_a_request_without_a_placement_is_pinned_and_a_withdrawn_one_is_not(browse: Browse, store: Session) -> None:
    idle = "/terms/VT2027/requests/req_idle"
    browser = browse()
    assert "Choose a place" in text_of(browser.get(f"{idle}/pin"))
    assert "Pin a placement by hand" in text_of(browser.get(idle))
    store.get_one(Request, "req_idle").status = RequestStatus.WITHDRAWN
    store.commit()
    assert "there is nothing to pin" in text_of(browser.get(f"{idle}/pin"))
    assert f"{idle}/pin" not in browser.get(idle).text
