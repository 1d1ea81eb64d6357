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


def test_a_draft_says_that_it_is_not_published_and_shows_its_own_placements(browse: Browse) -> None:
    said = text_of(browse().get(f"{PLAN}?run={drafts.DRAFT}"))
    assert "Draft, not published" in said
    assert "Tallgården 0 of 2 student-weeks" in said


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
