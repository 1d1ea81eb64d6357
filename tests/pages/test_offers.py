"""The grid of offers: what is sound is stored, what is not is shown beside it, and cuts wait until they are seen."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Mapping

import pytest
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.errors import UnavailableError
from placement.register.names import Who
from placement.tables import Action, AuditEntry, CapacityOffer, OfferStatus, OfferWeek
from placement.what_if.previews import Affected, Preview
from placement.what_if.reductions import Deadline
from placement_api.pages import offer_saving
from placement_solver.words import Words
from tests.pages.browsing import Browser, leads_to, text_of
from tests.pages.conftest import Browse
from tests.rows import WEEK

pytestmark = pytest.mark.one_database
OFFERS = "/terms/VT2027/offers"
_INPUT = re.compile(r'<input(?: [^>]*)? name="?([a-z]*\.?[0-9.]+)"? value="([^"]*)"')
_SELECT = re.compile(r'<select name="(s\.\d+)".*?<option value="([^"]*)" selected>', re.DOTALL)


@pytest.fixture
def foreseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reduction hits nobody, without a search for other places."""
    nobody = Preview(affected=(), elsewhere=2, deadlines=())
    monkeypatch.setattr(offer_saving, "preview_reduction", lambda *_, **__: nobody)


def fields_of(page: str) -> dict[str, str]:
    """Return what the grid's form has, as a browser would send it."""
    found = {**dict(_INPUT.findall(page)), **dict(_SELECT.findall(page))}
    return {name: html.unescape(value) for name, value in found.items()}


def typed(browser: Browser, changes: Mapping[str, str], path: str = OFFERS) -> dict[str, str]:
    """Return the form of a page with some fields typed over."""
    return {**fields_of(browser.get(path).text), **changes}


def places_of(store: Session, offer: str = "off_a") -> list[int]:
    store.rollback()
    rows = store.exec(select(OfferWeek).where(OfferWeek.offer_id == offer).order_by(col(OfferWeek.week)))
    places = [row.places for row in rows]
    store.rollback()  # nothing is held while the browser is at it
    return places


def offer_of(store: Session, offer: str = "off_a") -> CapacityOffer:
    store.rollback()
    row = store.get_one(CapacityOffer, offer, populate_existing=True)
    store.expunge(row)
    store.rollback()
    return row


def test_a_provider_sees_its_own_units_and_the_week_that_is_not_offered_is_empty(browse: Browse) -> None:
    page = browse(Role.PROVIDER).get(OFFERS)
    said = text_of(page)
    assert page.status_code == 200
    assert "Places of City of Stockholm" in said
    assert "Tallgården" in said
    assert "Avdelning 7" not in said
    fields = fields_of(page.text)
    assert (fields["o.0"], fields["s.0"], fields["0.0"], fields["0.1"]) == ("off_a", "answered", "2", "")


def test_a_coordinator_sees_all_offers_and_filters_them(browse: Browse) -> None:
    browser = browse()
    every = text_of(browser.get(OFFERS))
    assert "Places in the county" in every
    assert "Avdelning 7" in every
    silent = text_of(browser.get(f"{OFFERS}?show=silent"))
    assert "Tallgården" not in silent
    assert "Region North" in text_of(browser.get(f"{OFFERS}?provider=org_far"))
    nothing = text_of(browser.get(f"{OFFERS}?show=declined&provider=org_far"))
    assert "No rows fit." in nothing


def test_a_unit_sees_its_own_rows_and_the_page_speaks_both_languages(browse: Browse) -> None:
    browser = browse(Role.UNIT, "sv")
    swedish = text_of(browser.get(OFFERS))
    browser.language = "en"
    english = text_of(browser.get(OFFERS)).replace("På svenska", "")
    assert "Platser hos Tallgården" in swedish
    assert not any(word in english for word in ("Platser", "Spara", "Svar", "enhet", "rader"))
    assert "Link for a ward manager" not in english


def test_others_have_no_such_page(browse: Browse) -> None:
    for role in (Role.INSTITUTION, Role.STUDENT, Role.AUDITOR):
        assert browse(role).get(OFFERS).status_code == 403
    browser = browse(Role.PROVIDER)
    assert browser.get("/terms/VT1999/offers").status_code == 404
    assert browser.get(f"{OFFERS}?show=nonsense").status_code == 404


def test_a_term_without_offers_says_what_to_do(browse: Browse) -> None:
    assert "No places have been asked for in HT2031 yet. Add a row" in text_of(
        browse(Role.PROVIDER).get("/terms/HT2031/offers")
    )


def test_more_places_are_stored_at_once(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    answer = browser.send(OFFERS, typed(browser, {"0.0": "3", "0.1": "0"}))
    assert (answer.status_code, leads_to(answer)) == (303, f"{OFFERS}?done=offers-saved")
    assert places_of(store) == [3, 0]
    assert "Saved." in text_of(browser.get(answer.headers["location"]))


def test_a_form_in_which_nothing_is_changed_changes_nothing(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    answer = browser.send(OFFERS, typed(browser, {}))
    assert leads_to(answer) == f"{OFFERS}?done=offers-same"
    assert offer_of(store).version == 1


def test_a_faulty_cell_is_shown_with_what_was_typed_and_other_rows_are_stored(browse: Browse, store: Session) -> None:
    browser = browse()
    fields = typed(browser, {})
    first = next(name[2:] for name, value in fields.items() if value == "off_a" and name.startswith("o."))
    second = next(name[2:] for name, value in fields.items() if value == "off_b" and name.startswith("o."))
    answer = browser.send(OFFERS, {**fields, f"{first}.0": "5x", f"{first}.2": "501", f"{second}.3": "1"})
    said = text_of(answer)
    assert answer.status_code == 422
    assert "<title>Error: Places in the county" in answer.text
    assert said.count("write a whole number, 0 to 500") == 2
    assert "you wrote ”5x”" in said
    assert "Everything else has been saved." in said
    assert 'value="5x"' in answer.text
    assert (places_of(store), places_of(store, "off_b")) == ([2], [1])
    assert offer_of(store, "off_b").status is OfferStatus.ANSWERED  # who types places has answered


def test_an_answer_without_places_or_of_no_kind_is_refused(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    assert "write the places of one week at least" in text_of(browser.send(OFFERS, typed(browser, {"0.0": ""})))
    assert "choose one of the answers" in text_of(browser.send(OFFERS, typed(browser, {"s.0": "maybe"})))
    assert places_of(store) == [2]


def test_a_cut_waits_until_its_consequences_have_been_seen(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    held = browser.send(OFFERS, typed(browser, {"0.0": "1", "0.3": "4"}))
    said = text_of(held)
    assert held.status_code == 200
    assert "Before you save: what the reduction means" in said
    assert "Tallgården, nurse : week 53: 2 → 1" in said
    assert places_of(store) == [2]
    saved = browser.send(OFFERS, {**fields_of(held.text), "do": "cut"})
    assert saved.status_code == 303, text_of(saved)
    assert places_of(store) == [1, 4]


def test_whom_a_cut_hits_is_told_and_that_it_was_told_is_logged(
    browse: Browse, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    ki = Words("Karolinska Institutet", "Karolinska Institutet")
    hit = Affected(
        who=Who("req_a", "stu_a", None, "org_ki", ki, "crs_a", "1SJ021", "T2", 6),
        placement_id="pla_a",
        unit_id="unt_a",
        unit_name="Tallgården",
        start=WEEK,
        weeks=5,
        kind="lost",
        can_be_moved=False,
        unit_after=None,
        unit_name_after=None,
        start_after=None,
        supervisor_after=None,
        supervisor_name_after=None,
        withheld=False,
        rules=(),
        remaining=(),
        words=Words("Allt är fullt.", "Everything is full."),
    )
    late = Deadline("answers-by", dt.date(2026, 11, 1), Words("För sent.", "Too late."))
    monkeypatch.setattr(offer_saving, "preview_reduction", lambda *_, **__: Preview((hit,), 0, (late,)))
    browser = browse(Role.PROVIDER)
    said = text_of(browser.send(OFFERS, typed(browser, {"0.0": "1"})))
    assert "1 placement of yours is affected. It cannot be moved, so the student will be without a place." in said
    assert "Karolinska Institutet T2 Tallgården, week 53–4 Everything is full." in said
    assert "Too late." in said
    seen = store.exec(select(AuditEntry).where(AuditEntry.object_id == OFFERS, AuditEntry.action == Action.READ)).all()
    assert len(seen) == 1


@pytest.mark.usefixtures("foreseen")
def test_a_cut_that_is_changed_after_it_was_shown_is_shown_again(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    held = browser.send(OFFERS, typed(browser, {"0.0": "1"}))
    again = browser.send(OFFERS, {**fields_of(held.text), "0.0": "0", "do": "cut"})
    assert "2 → 0" in text_of(again)
    assert places_of(store) == [2]
    kept = browser.send(OFFERS, {**fields_of(again.text), "do": "keep"})
    assert (kept.status_code, places_of(store)) == (303, [2])


@pytest.mark.usefixtures("foreseen")
def test_a_no_needs_a_reason_and_is_a_cut_and_a_yes_takes_it_back(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER, "sv")
    held = browser.send(OFFERS, typed(browser, {"s.0": "no:rebuilding"}))
    assert "Platser → Nej: ombyggnad" in text_of(held)
    browser.send(OFFERS, {**fields_of(held.text), "do": "cut"})
    assert (offer_of(store).status, places_of(store)) == (OfferStatus.DECLINED, [])
    page = browser.get(OFFERS)
    assert "Ombyggnad. Svarat" in text_of(page)
    none_yet = browser.send(OFFERS, {**fields_of(page.text), "s.0": "answered"})
    assert "skriv antal platser i minst en vecka" in text_of(none_yet)
    browser.send(OFFERS, {**fields_of(none_yet.text), "0.4": "2"})
    assert (offer_of(store).status, places_of(store)) == (OfferStatus.ANSWERED, [2])
    silent = browser.send(OFFERS, typed(browser, {"s.0": "unanswered", "do": "save"}))
    browser.send(OFFERS, {**fields_of(silent.text), "do": "cut"})
    assert offer_of(store).status is OfferStatus.UNANSWERED


def test_where_nobody_is_placed_nothing_is_worked_out(browse: Browse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offer_saving, "preview_reduction", None)
    browser = browse(Role.PROVIDER)
    added = browser.send(f"{OFFERS}/rows", {"unit": "unt_free", "profession": "nurse"}).headers["location"]
    browser.send(OFFERS, {**fields_of(browser.get(added).text), "0.5": "2"})
    held = browser.send(OFFERS, {**fields_of(browser.get(added).text), "0.5": "1"})
    assert "No student is placed there this term, so nobody is affected." in text_of(held)


def test_consequences_that_cannot_be_worked_out_are_said_and_can_be_tried_again(
    browse: Browse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise UnavailableError(sv="En annan räknas.", en="Another is being worked out.")

    monkeypatch.setattr(offer_saving, "preview_reduction", busy)
    browser = browse(Role.PROVIDER)
    said = text_of(browser.send(OFFERS, typed(browser, {"0.0": "1"})))
    assert "The consequences could not be worked out. Another is being worked out." in said
    assert "Work it out again" in said


@pytest.mark.usefixtures("foreseen")
def test_a_row_that_another_has_changed_is_shown_with_both_values(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    mine = typed(browser, {"0.0": "3"})
    browser.send(OFFERS, typed(browser, {"0.0": "4"}))
    clash = browser.send(OFFERS, mine)
    assert re.search(
        r"Changed by somebody at City of Stockholm \d+ \w+ \d{4} [\d:]+, while you typed\. Nothing is over",
        text_of(clash),
    )
    assert "saved now 4 · you wrote 3" in text_of(clash)
    assert places_of(store) == [4]
    kept = browser.send(OFFERS, {**fields_of(clash.text), "x.0": "theirs"})
    assert (kept.status_code, places_of(store)) == (303, [4])
    settled = browser.send(OFFERS, {**fields_of(clash.text), "x.0": "mine"})
    assert "4 → 3" in text_of(settled)  # fewer than the other has given: a cut
    browser.send(OFFERS, {**fields_of(settled.text), "do": "cut"})
    assert places_of(store) == [3]


@pytest.mark.usefixtures("foreseen")
def test_whoever_has_changed_a_row_is_not_named_to_another_organisation(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    mine = typed(browser, {"0.0": "3"})
    county, ours = browse(Role.COORDINATOR), f"{OFFERS}?unit=unt_a"
    assert county.send(ours, typed(county, {"0.0": "4"}, ours)).status_code == 303
    said = text_of(browser.send(OFFERS, mine))
    assert "Somebody else changed the same while you typed. Nothing is overwritten." in said


def test_changes_of_different_weeks_go_together(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    mine = typed(browser, {"0.0": "3"})
    browser.send(OFFERS, typed(browser, {"0.1": "5"}))
    together = browser.send(OFFERS, mine)
    assert leads_to(together) == f"{OFFERS}?done=offers-merged"
    assert "Somebody else had changed other weeks of the same row" in text_of(browser.get(together.headers["location"]))
    assert places_of(store) == [3, 5]
    again = browser.send(OFFERS, mine)  # what the other has by now is the same as mine
    assert leads_to(again) == f"{OFFERS}?done=offers-same"


@pytest.mark.usefixtures("foreseen")
def test_that_changes_go_together_is_told_beside_what_still_waits(browse: Browse, store: Session) -> None:
    browser = browse()
    fields = typed(browser, {})
    first = next(name[2:] for name, value in fields.items() if value == "off_a" and name.startswith("o."))
    second = next(name[2:] for name, value in fields.items() if value == "off_b" and name.startswith("o."))
    browser.send(OFFERS, {**fields, f"{first}.1": "5"})
    answer = browser.send(OFFERS, {**fields, f"{first}.0": "3", f"{second}.0": "-1"})
    assert "Tallgården, nurse: somebody else had changed other weeks while you typed" in text_of(answer)
    assert places_of(store) == [3, 5]
    cut = browser.send(OFFERS, {**fields, f"{first}.0": "1"})
    assert "changed the same while you typed" in text_of(cut)


@pytest.mark.usefixtures("foreseen")
def test_a_cut_says_that_another_has_changed_other_weeks(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    mine = typed(browser, {"0.0": "1"})
    browser.send(OFFERS, typed(browser, {"0.1": "5"}))
    assert "somebody else has changed other weeks of the row while you typed" in text_of(browser.send(OFFERS, mine))


@pytest.mark.parametrize("given", ["-1", "1.5", "1,5", "x", "501", "9" * 30])
def test_what_is_no_number_of_places_is_told_once_and_is_no_cut(browse: Browse, given: str) -> None:
    browser = browse(Role.PROVIDER)
    answer = browser.send(OFFERS, typed(browser, {"0.0": given}))
    said = text_of(answer)
    assert (answer.status_code, said.count("write a whole number, 0 to 500")) == (422, 1)
    assert "Before you save: what the reduction means" not in said


def test_another_answer_meanwhile_is_a_conflict(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    mine = typed(browser, {"s.0": "no:rebuilding"})
    browser.send(OFFERS, typed(browser, {"0.0": "4"}))
    said = text_of(browser.send(OFFERS, mine))
    assert "Saved now: Places · you chose: No: rebuilding" in said


def test_what_is_not_the_readers_is_left_alone(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    forged = {"o.0": "off_b", "v.0": "1", "b.0": "unanswered|", "s.0": "answered", "0.0": "9"}
    assert leads_to(browser.send(OFFERS, forged)).endswith("offers-same")
    assert places_of(store, "off_b") == []


def test_a_row_is_added_for_a_unit_and_a_profession(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    form = text_of(browser.get(f"{OFFERS}/rows"))
    assert "Nya vårdcentralen" in form
    assert "Avdelning 7" not in form
    added = browser.send(f"{OFFERS}/rows", {"unit": "unt_free", "profession": "nurse"})
    assert leads_to(added) == f"{OFFERS}?unit=unt_free&done=row-added"
    page = browser.get(added.headers["location"])
    assert "Places at Nya vårdcentralen" in text_of(page)
    refused = browser.send(f"{OFFERS}/rows", {"unit": "unt_b", "profession": "midwife"})
    assert (refused.status_code, "there is no such unit" in text_of(refused)) == (422, True)
    assert '<option value="midwife" selected>' in refused.text
    browser.send(OFFERS, {**fields_of(page.text), "0.5": "2"})
    made = store.exec(select(CapacityOffer).where(CapacityOffer.unit_id == "unt_free")).one()
    assert places_of(store, made.id) == [2]
