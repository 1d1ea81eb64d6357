"""The plan page shows who is where, week by week, what is free, and who has said nothing."""

from __future__ import annotations

import pytest

from placement.callers import Role
from tests.api import drafts
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

PLAN = "/terms/VT2027/plan"


def test_the_plan_in_force_has_the_placements_that_hold(browse: Browse) -> None:
    page = browse().get(PLAN)
    assert page.status_code == 200, page.text
    said = text_of(page)
    assert "The plan in force" in said
    assert "Tallgården 5 of 2 student-weeks KI nurse , T2, week 53–4" in said
    assert "Nya vårdcentralen has not answered Silent means unknown, not none." in said


def test_a_placement_leads_to_its_request(browse: Browse) -> None:
    browser = browse()
    assert 'href="requests/req_a"' in browser.get(PLAN).text
    assert 'href="requests/req_a"' in browser.get(f"{PLAN}?view=students").text


def test_a_draft_says_that_it_is_not_published_and_shows_its_own_placements(browse: Browse) -> None:
    said = text_of(browse().get(f"{PLAN}?run={drafts.DRAFT}"))
    assert "Draft, not published" in said
    assert "Tallgården 0 of 2 student-weeks" in said


def test_students_are_shown_with_their_units_and_those_who_wait_say_so(browse: Browse) -> None:
    browser = browse()
    in_force = text_of(browser.get(f"{PLAN}?view=students"))
    assert "Timeline: 2 students" in in_force
    assert "KI nurse, T2" in in_force
    assert "Tallgården , T2, week 53–4" in in_force
    assert "UMU nurse, T6 1 waiting" in in_force
    draft = text_of(browser.get(f"{PLAN}?view=students&run={drafts.DRAFT}"))
    assert "Draft, not published" in draft
    assert "No place yet" in draft


@pytest.mark.one_database
def test_students_are_found_by_larosate_and_profession(browse: Browse) -> None:
    browser = browse(language="sv")
    assert "Inga studenter passar" in text_of(browser.get(f"{PLAN}?view=students&profession=dentist"))
    of_one = text_of(browser.get(f"{PLAN}?view=students&institution=org_b"))
    assert "UMU" in of_one
    assert "KI sjuk" not in of_one
    assert "Rensa" in of_one


@pytest.mark.one_database
def test_units_are_found_by_a_part_of_their_name_and_by_provider(browse: Browse) -> None:
    browser = browse(language="sv")
    assert "Inga enheter passar. Ta bort ett filter." in text_of(browser.get(f"{PLAN}?named=finns-inte"))
    all_of_them = text_of(browser.get(PLAN))
    one = text_of(browser.get(f"{PLAN}?provider=org_city"))
    assert all_of_them != one
    assert "Rensa" in one


@pytest.mark.one_database
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_sees_everybodys_placements_at_once(browse: Browse, role: Role) -> None:
    assert browse(role).get(PLAN).status_code == 403


@pytest.mark.one_database
def test_a_term_or_a_run_that_is_not_there_is_not_found(browse: Browse) -> None:
    browser = browse()
    assert browser.get("/terms/VT1999/plan").status_code == 404
    assert browser.get(f"{PLAN}?run=run_none").status_code == 404
