"""The audit trail as a page: for the coordinator and the auditor, the latest first, narrowed by a form."""

from __future__ import annotations

import re

import pytest

from placement.callers import Role
from placement.tables import Row
from placement_api.pages.audit import KINDS
from placement_api.pages.audit_words import heading_of_column
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse
from tests.pages.test_terms import fields_of

pytestmark = pytest.mark.one_database

AUDIT = "/audit"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR])
def test_the_trail_tells_who_did_what_the_latest_first(browse: Browse, role: Role) -> None:
    told = text_of(browse(role).get(AUDIT))
    assert "entries in the audit trail" in told
    assert "the service itself added unit:" in told
    assert told.index("session:") < told.index("unit:")


def test_the_form_narrows_it_and_an_empty_field_means_all(browse: Browse) -> None:
    browser = browse()
    everything = text_of(browser.get(f"{AUDIT}?since=&until=&kind=&action=&organisation=&id="))
    assert "plan: pln_" in everything
    units = text_of(browser.get(f"{AUDIT}?kind=unit"))
    assert "unit: Tallgården" in units
    assert "plan: pln_" not in units
    assert "Tallgården" in text_of(browser.get(f"{AUDIT}?id=unt_a"))
    for wanted in ("until=2020-01-01", "action=removed", "organisation=org_ki", "since=2199-01-01", "kind=nothing"):
        told = text_of(browser.get(f"{AUDIT}?{wanted}"))
        assert "No entry matches" in told, wanted
        assert "Show all" in told


def test_looks_are_shown_when_asked_for_and_reading_them_is_a_look_too(browse: Browse) -> None:
    browser = browse()
    looked = "/terms/VT2027/requests/req_a"
    browser.get(looked)
    assert looked not in text_of(browser.get(AUDIT))
    assert f"read {looked} 1 student" in text_of(browser.get(f"{AUDIT}?looks=yes"))
    assert "read /audit" in text_of(browser.get(f"{AUDIT}?action=read"))


def test_a_wrong_filter_is_not_found(browse: Browse) -> None:
    browser = browse()
    for wanted in ("since=yesterday", "action=stolen", "offset=-1", "looks=maybe"):
        assert browser.get(f"{AUDIT}?{wanted}").status_code == 404, wanted


def test_a_change_is_told_by_headings_and_values_as_people_write_them(browse: Browse) -> None:
    browser = browse(Role.COORDINATOR, "sv")
    settings = "/terms/VT2027/settings"
    fields = fields_of(browser, settings)
    assert (
        browser.send(settings, {**fields, "answersBy": "2026-10-30", "studentsAnswerBy": "2026-12-15"}).status_code
        == 303
    )
    told = text_of(browser.get(f"{AUDIT}?kind=term&action=changed"))
    assert "Sista dag för enheternas svar answers_by 1 november 2026 30 oktober 2026" in told
    assert "Sista dag för studenternas svar students_answer_by – 15 december 2026" in told
    for browser.language in ("sv", "en"):
        told = text_of(browser.get(AUDIT))
        assert not re.search(r"\bNone\b|\bTrue\b|\bFalse\b|\{\}|\[\]|\dT\d\d:", told), told


def test_what_people_change_has_a_heading_in_words() -> None:
    for column in ("unit_id", "weight_travel", "travel_max_minutes", "publish_by", "status", "closes_on"):
        assert heading_of_column(column), column
    assert heading_of_column("payload_hash") is None


def test_it_speaks_both_languages(browse: Browse) -> None:
    browser = browse()
    told = text_of(browser.get(AUDIT))
    assert not re.search(r"\b(händelser|lade till|ändrade|fält|värden|organisationen)\b", told, re.IGNORECASE), told
    browser.language = "sv"
    told = text_of(browser.get(AUDIT))
    assert "händelser i granskningsloggen" in told
    assert "tjänsten själv lade till" in told


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.COORDINATOR, Role.AUDITOR}))
def test_nobody_else_reads_it(browse: Browse, role: Role) -> None:
    assert browse(role).get(AUDIT).status_code == 403


WITHIN_ANOTHER = {
    "agreement_unit",
    "alf_profession",
    "audit_entry",
    "best_so_far",
    "run_part",
    "run_worker",
    "education_level",
    "idempotency_key",
    "kept_problem",
    "kept_remedies",
    "letter_party",
    "offer_institution",
    "offer_week",
    "plan_document",
    "planned_placement",
    "preference",
    "remedy_work",
    "reminder_mail",
    "statement_line",
    "supervisor_week",
    "survey_figure",
    "survey_text",
    "swap_side",
    "template_cancellation",
    "template_clause",
    "unplaced_request",
}
"""Tables whose rows have no entry of their own: they belong to another row, come by the million, or are the trail."""


def test_every_kind_of_row_is_called_by_a_word() -> None:
    assert set(Row.metadata.tables) - WITHIN_ANOTHER == set(KINDS)
