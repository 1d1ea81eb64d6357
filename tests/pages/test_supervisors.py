"""A provider sees its supervisors and whose training is missing, and enters and changes them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlmodel import Session, col, select

from placement.callers import Role
from placement.tables import Supervisor, SupervisorRole, SupervisorWeek, Training
from tests.pages.browsing import leads_to, text_of
from tests.pages.conftest import Browse

pytestmark = pytest.mark.one_database
LIST = "/terms/VT2027/supervisors"
ONE = f"{LIST}/sup_a"
GIVEN = {"externalId": "p-17", "profession": "nurse", "role": "aka", "sharePercent": "30", "maxStudents": "2"}
_VERSION = re.compile(r'name="version" value="(\d+)"')


def supervisor_of(store: Session, name: str = "sup_a") -> Supervisor:
    row = store.get_one(Supervisor, name, populate_existing=True)
    store.expunge(row)
    store.rollback()
    return row


def test_a_provider_sees_its_supervisors_and_their_training(browse: Browse) -> None:
    said = text_of(browse(Role.PROVIDER).get(LIST))
    assert "p-17 Tallgården nurse adjunct clinical lecturer, 30 % 2 1 weeks done 7.5 credits" in said
    assert "Avdelning 7" not in said
    everybody = text_of(browse().get(f"{LIST}?show=missing"))
    assert "p-1 Avdelning 7 nurse supervisor" in everybody
    assert "p-17" not in everybody


def test_whose_training_expires_during_the_term_is_told(browse: Browse, store: Session) -> None:
    training = store.get_one(Training, "trn_a")
    training.expires_on = dt.date(2027, 3, 1)
    store.add(training)
    store.commit()
    browser = browse(Role.UNIT, "sv")
    assert "går ut 1 mars 7,5 hp" in text_of(browser.get(f"{LIST}?show=expiring"))
    assert "Ingen saknar utbildning. Visa alla" in text_of(browser.get(f"{LIST}?show=missing"))
    english = text_of(browser.get(f"{LIST}?language=en"))
    assert not any(word in english for word in ("Handledare", "Saknar", "Enhet", "Lägg till"))


@pytest.mark.parametrize(("points", "told"), [(0.0, "saknas"), (0.5, "saknas har 0,5 hp")])
def test_a_training_that_is_too_small_is_told_as_what_there_is(
    browse: Browse, store: Session, points: float, told: str
) -> None:
    training = store.get_one(Training, "trn_a")
    training.credits = points
    store.add(training)
    store.commit()
    said = text_of(browse(Role.UNIT, "sv").get(f"{LIST}?show=missing"))
    assert told in said
    assert "0 hp" not in said


def test_without_any_supervisor_the_page_says_what_that_means(browse: Browse, store: Session) -> None:
    for row in store.exec(select(Supervisor).where(Supervisor.unit_id == "unt_a")):
        store.delete(row)
    store.commit()
    assert "No supervisor has been entered yet." in text_of(browse(Role.PROVIDER).get(LIST))


def weeks_stored(store: Session) -> tuple[bool, list[str]]:
    """Return whether the supervisor is on duty in every week, and otherwise in which."""
    rows = store.exec(select(SupervisorWeek).where(SupervisorWeek.supervisor_id == "sup_a")).all()
    weeks = sorted(str(row.week) for row in rows)
    store.rollback()
    return supervisor_of(store).every_week, weeks


def test_the_weeks_on_duty_of_a_term_are_ticked_and_other_terms_keep_theirs(browse: Browse, store: Session) -> None:
    row = store.get_one(Supervisor, "sup_a")
    row.every_week = True
    for week in store.exec(select(SupervisorWeek).where(SupervisorWeek.supervisor_id == "sup_a")):
        store.delete(week)
    store.commit()
    browser = browse(Role.PROVIDER)
    page = browser.get(ONE)
    assert "Weeks on duty, VT2027" in text_of(page)
    every = re.findall(r'name="(on-[\dW-]+)" value="on" checked', page.text)
    assert len(every) == 20

    def save(ticked: list[str]) -> None:
        found = _VERSION.search(browser.get(ONE).text)
        assert found
        sent = browser.send(ONE, {"do": "weeks", "version": found[1], **dict.fromkeys(ticked, "on")})
        assert sent.status_code == 303

    save(every)
    assert weeks_stored(store) == (True, [])
    save(every[1:])
    everywhere, weeks = weeks_stored(store)
    assert not everywhere
    assert every[0].removeprefix("on-") not in weeks
    assert {each.removeprefix("on-") for each in every[1:]} < set(weeks)  # those of the term after it too
    others = set(weeks) - {each.removeprefix("on-") for each in every}
    save([])
    assert weeks_stored(store) == (False, sorted(others))
    assert 'value="on" checked' not in browser.get(ONE).text


def test_a_supervisor_is_entered_and_a_refused_form_keeps_what_was_typed(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    assert "Nya vårdcentralen" in text_of(browser.get(f"{LIST}/new"))
    given = {**GIVEN, "unitId": "unt_free", "externalId": "h-9", "role": "supervisor", "sharePercent": ""}
    wrong = browser.send(f"{LIST}/new", {**given, "maxStudents": "two", "externalId": ""})
    assert wrong.status_code == 422
    assert "Students at a time at most: " in text_of(wrong)
    assert "Pseudonym: " in text_of(wrong)
    assert 'value="two"' in wrong.text
    elsewhere = browser.send(f"{LIST}/new", {**given, "unitId": "unt_b"})
    assert "Unit: there is no such unit" in text_of(elsewhere)
    made = browser.send(f"{LIST}/new", given)
    assert made.status_code == 303
    row = store.exec(select(Supervisor).where(Supervisor.external_id == "h-9")).one()
    assert (row.unit_id, row.max_students, row.every_week) == ("unt_free", 2, True)


def test_what_looks_like_a_name_is_asked_about(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    given = {**GIVEN, "unitId": "unt_free", "externalId": "Ada Lind", "role": "supervisor", "sharePercent": ""}
    asked = browser.send(f"{LIST}/new", given)
    assert "tick “It is right” if it is so" in text_of(asked)
    assert browser.send(f"{LIST}/new", {**given, "unusual": "yes"}).status_code == 303
    refused = browser.send(f"{LIST}/new", {**given, "externalId": "19850101-1236"})
    assert (refused.status_code, "19850101" in refused.text) == (422, False)
    assert len(store.exec(select(Supervisor).where(col(Supervisor.external_id) == "Ada Lind")).all()) == 1


def test_a_supervisor_is_changed_and_keeps_the_weeks_on_duty(browse: Browse, store: Session) -> None:
    browser = browse(Role.UNIT)
    version = _VERSION.findall(browser.get(ONE).text)[0]
    changed = browser.send(ONE, {**GIVEN, "maxStudents": "1", "version": version, "do": "change"})
    assert leads_to(changed) == f"{ONE}?done=supervisor-saved"
    assert supervisor_of(store).max_students == 1
    assert len(store.exec(select(SupervisorWeek).where(SupervisorWeek.supervisor_id == "sup_a")).all()) == 1
    store.rollback()
    refused = browser.send(ONE, {**GIVEN, "role": "supervisor", "version": "2", "do": "change"})
    assert "Share of full time: " in text_of(refused)
    assert supervisor_of(store).role is SupervisorRole.AKA


def test_a_change_meanwhile_is_shown_and_nothing_is_overwritten(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    browser.send(ONE, {**GIVEN, "maxStudents": "4", "version": "1", "do": "change"})
    stale = browser.send(ONE, {**GIVEN, "maxStudents": "1", "version": "1", "do": "change"})
    assert stale.status_code == 422
    assert "Nothing is overwritten" in text_of(stale)
    assert "Saved now: 4" in text_of(stale)
    assert supervisor_of(store).max_students == 4
    again = {**GIVEN, "maxStudents": "1", "version": _VERSION.findall(stale.text)[0], "do": "change"}
    assert browser.send(ONE, again).status_code == 303
    assert supervisor_of(store).max_students == 1


def test_a_training_is_entered_and_struck(browse: Browse, store: Session) -> None:
    browser = browse(Role.PROVIDER)
    course = {"course": "Handledning, grund", "credits": "1,5", "completedOn": "2025-05-01", "version": "1"}
    wrong = browser.send(ONE, {**course, "completedOn": "", "do": "record"})
    assert "Completed: " in text_of(wrong)
    assert browser.send(ONE, {**course, "do": "record"}).status_code == 303
    trainings = store.exec(select(Training).where(Training.supervisor_id == "sup_a").order_by(col(Training.credits)))
    assert [each.credits for each in trainings] == [1.5, 7.5]
    store.rollback()
    version = _VERSION.findall(browser.get(ONE).text)[0]
    assert browser.send(ONE, {"strike": "trn_a", "version": version}).status_code == 303
    left = store.exec(select(Training).where(Training.supervisor_id == "sup_a")).one()
    assert left.course == "Handledning, grund"


def test_what_is_anothers_is_not_there(browse: Browse) -> None:
    browser = browse(Role.PROVIDER)
    assert browser.get(f"{LIST}/sup_b").status_code == 404
    assert browser.send(f"{LIST}/sup_b", {**GIVEN, "version": "1"}).status_code == 404
    assert browse(Role.INSTITUTION).get(LIST).status_code == 403
