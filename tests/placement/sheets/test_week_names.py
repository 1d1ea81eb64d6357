"""A week is read by every name that people give it; one without a year is the week of the row's term."""

from __future__ import annotations

import datetime as dt

import pytest

from placement.sheets.week_names import WeekName, Weeks, no_such_term, read_week, resembles_week
from placement.sheets.wrong import WrongError
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

SPRING = Weeks("VT2027", IsoWeek(2027, 3), 20)
OVER_NEW_YEAR = Weeks("HT2026", IsoWeek(2026, 35), 60)


@pytest.mark.parametrize(
    "text",
    [
        "v. 5",
        "v.5",
        "v5",
        "V 05",
        "vecka 5",
        "Vecka 5",
        "5",
        "05",
        "W05",
        "w5",
        "week 5",
        "vk 5",
        "v. 05",
        "Vecka nr 5",
        "vecka nr. 5",
        "v 5:",
        "v.5.",
        "5.",
        "Platser v. 5",
        "Antal platser vecka 5",
        "places week 5",
    ],
)
def test_a_week_without_a_year_is_the_week_of_the_term(text: str) -> None:
    name = read_week(text)
    assert name == WeekName(5)
    assert name is not None
    assert name.in_term(SPRING) == IsoWeek(2027, 5)


@pytest.mark.parametrize(
    "value",
    [
        "2027-W05",
        "2027-W5",
        "2027W05",
        "2027 W5",
        "2027 v 5",
        "2027v05",
        "2027-v.5",
        "v 5 2027",
        "vecka 5, 2027",
        "v. 5 (2027)",
        "2027/5",
        "2027/05",
        "2027\u2013W05",
        "2027-W05 (1/2)",
        "2027-02-01",
        "1/2 2027",
        "1 februari 2027",
        "År 2027 vecka 5",
        "year 2027, week 5",
        "Platser v. 5 2027",
        "W05/2027",
        dt.date(2027, 2, 1),
        dt.datetime(2027, 2, 1, tzinfo=dt.UTC),
    ],
)
def test_a_week_with_its_year_needs_no_term(value: str | dt.date) -> None:
    name = read_week(value)
    assert name is not None
    assert name.in_term(None) == IsoWeek(2027, 5)


@pytest.mark.parametrize(
    "text",
    [
        "v.5 (1/2)",
        "v. 5 1/2",
        "v 5 (1/2-7/2)",
        "v. 5, 1-7/2",
        "Vecka nr 5 (1/2 \u2013 5/2)",
        "vecka 5 (1 feb)",
        "v 5 (1-7 feb)",
        "v 5 (1 feb - 7 febr.)",
        "v. 5 1 februari",
    ],
)
def test_a_week_with_the_day_that_it_begins_is_that_week_and_no_other(text: str) -> None:
    name = read_week(text)
    assert name == WeekName(5, None, (1, 2))
    assert name is not None
    assert name.in_term(SPRING) == IsoWeek(2027, 5)
    with pytest.raises(WrongError, match=r"2028-W05 begins on 31/1: is this the right week\?"):
        name.in_term(Weeks("VT2028", IsoWeek(2028, 3), 20))


@pytest.mark.parametrize(
    "text", ["v.5 (1)", "v. 5 (1-7)", "", "unitId", "2027", "2027-05", "202705", "54", "0", "v", "1/2/2027", "w.c."]
)
def test_what_is_no_week_or_could_be_something_else_is_none(text: str) -> None:
    assert read_week(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("v.5-27", "5/2027", "v. 5-6", "1/2", "1/2-7/2", "VT27 v. 5", "01/02/2027", "2027-02-02", "54", "5-6"),
        *("1 feb", "1-7 feb", "feb 2027", "mån 1/2", "veckor 5", "Week no. 5 b"),
    ],
)
def test_what_looks_like_a_week_is_told_from_what_does_not(text: str) -> None:
    assert resembles_week(text)
    assert not any(map(resembles_week, ("Vikt", "Vikt 5", "Vårdcentral 5", "vt27", "w.c.", "", "v. " + "5" * 99)))


def test_a_number_alone_is_a_week_only_where_weeks_are_asked_for() -> None:
    assert read_week("5", bare=False) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("v. 54", "no week 54"),
        ("2027-W60", "no week 60"),
        (dt.date(2027, 2, 2), "not a Monday"),
        ("2027-02-02", "2027-02-02 is not a Monday"),
        ("2 februari 2027", "2027-02-02 is not a Monday"),
    ],
)
def test_a_week_that_cannot_be_is_refused(value: str | dt.date, words: str) -> None:
    with pytest.raises(WrongError, match=words):
        read_week(value)


@pytest.mark.parametrize(
    ("name", "term", "words"),
    [
        (WeekName(30), SPRING, "has no week 30: it goes from 2027-W03 to 2027-W22"),
        (WeekName(40), OVER_NEW_YEAR, "has week 40 twice"),
        (WeekName(5), None, "has no year"),
        (WeekName(53, 2027), SPRING, "the year 2027 has no week 53"),
    ],
)
def test_a_week_that_the_term_does_not_have_once_is_refused(name: WeekName, term: Weeks | None, words: str) -> None:
    with pytest.raises(WrongError, match=words):
        name.in_term(term)


def test_week_53_is_found_in_a_term_over_the_new_year() -> None:
    assert WeekName(53).in_term(Weeks("HT2026", IsoWeek(2026, 40), 20)) == IsoWeek(2026, 53)


def test_the_terms_that_there_are_are_told_where_they_are_few() -> None:
    assert no_such_term(["VT2027"]) == Words("terminen finns inte, bara VT2027", "there is no such term, only VT2027")
    for codes in ([], [f"T{number}" for number in range(13)]):
        assert no_such_term(codes) == Words("terminen finns inte", "there is no such term")
