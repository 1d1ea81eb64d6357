"""Wording: the solver's sentences as people write them."""

from __future__ import annotations

import logging

import pytest

from placement_api.pages.wording import say_dated, say_plainly
from placement_api.secrecy import hide_secrets


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("2027-W05–W09", "V. 5–9", "Weeks 5–9"),
        ("avd 2, 2026-W53–2027-W04: 1/1", "Avd 2, v. 53–4: 1/1", "Avd 2, weeks 53–4: 1/1"),
        ("2027-W12", "V. 12", "Week 12"),
        ("stu_a1 och stu_b2 (T6)", "Studenten och en annan student (T6)", "The student och another student (T6)"),
        ("", "", ""),
    ],
)
def test_weeks_have_no_year_and_students_no_ids(text: str, swedish: str, english: str) -> None:
    assert say_plainly(text, "stu_a1", language="sv").replace("\N{NO-BREAK SPACE}", " ") == swedish
    assert say_plainly(text, "stu_a1", language="en").replace("\N{NO-BREAK SPACE}", " ") == english


def test_on_a_page_about_nobody_a_student_is_a_student_and_a_name_keeps_its_letters() -> None:
    assert say_plainly("stu_a (1SJ021), avd 2", language="sv", begins=False) == "en student (1SJ021), avd 2"
    assert say_plainly("stu_a (1SJ021), avd 2", language="en") == "A student (1SJ021), avd 2"


@pytest.mark.parametrize(
    ("text", "swedish", "english"),
    [
        ("2026-11-01.", "1 november 2026.", "1 November 2026."),
        ("från 2027-W05", "från v. 5", "från week 5"),
        ("en dag, som 2027-01-18", "en dag, som 2027-01-18", "en dag, som 2027-01-18"),
        ("a week as 2027-W05", "a week as 2027-W05", "a week as 2027-W05"),
    ],
)
def test_days_and_weeks_are_written_as_people_do_but_how_to_write_them_is_told_as_it_is(
    text: str, swedish: str, english: str
) -> None:
    assert say_dated(text, language="sv").replace("\N{NO-BREAK SPACE}", " ") == swedish
    assert say_dated(text, language="en").replace("\N{NO-BREAK SPACE}", " ") == english


def test_the_secret_of_ones_own_page_is_not_logged() -> None:
    told = ("127.0.0.1:80", "GET", "/me/geheim/calendar.ics", "1.1", 200)
    record = logging.LogRecord("uvicorn.access", logging.INFO, __file__, 1, '%s - "%s %s HTTP/%s" %d', told, None)
    assert hide_secrets(record)
    assert "geheim" not in record.getMessage()
