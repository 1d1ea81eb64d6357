"""Weeks as the calendar has them: a term that crosses the new year keeps every week once."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement_solver.weeks import IsoWeek

days = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 12, 31))
counts = st.integers(min_value=-2_000, max_value=2_000)


def test_2026_has_a_week_53_and_it_reaches_into_2027() -> None:
    week = IsoWeek.parse("2026-W53")
    assert week.monday() == dt.date(2026, 12, 28)
    assert week.sunday() == dt.date(2027, 1, 3)
    assert IsoWeek.of(dt.date(2027, 1, 1)) == week


def test_a_term_that_crosses_week_53_keeps_every_week_once() -> None:
    first = IsoWeek(2026, 51)
    weeks = [str(first.plus(week)) for week in range(5)]
    assert weeks == ["2026-W51", "2026-W52", "2026-W53", "2027-W01", "2027-W02"]


@pytest.mark.parametrize(("year", "next_week"), [(2026, "2026-W53"), (2027, "2028-W01"), (2032, "2032-W53")])
def test_after_week_52_comes_what_the_year_has(year: int, next_week: str) -> None:
    assert IsoWeek(year, 52).plus(1) == IsoWeek.parse(next_week)


@pytest.mark.parametrize("text", ["2027-W53", "2026-W54", "2026-W00", "0000-W01"])
def test_a_week_that_the_year_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="has no week"):
        IsoWeek.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "2026-53",
        "2026W53",
        "2026-W3",
        "2026-w03",
        " 2026-W03",
        "2026-W03\n",
        "2026-W03-1",
        "\uff12\uff10\uff12\uff16-W03",
    ],
)
def test_what_is_not_written_as_an_iso_week_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an ISO week"):
        IsoWeek.parse(text)


def test_weeks_follow_each_other_as_the_calendar_does() -> None:
    assert IsoWeek(2026, 53) < IsoWeek(2027, 1) < IsoWeek(2027, 2)


@given(days)
def test_every_day_lies_in_its_week_and_the_week_reads_back_as_written(day: dt.date) -> None:
    week = IsoWeek.of(day)
    assert week.monday() <= day <= week.sunday()
    assert week.monday().isoweekday() == 1
    assert IsoWeek.parse(str(week)) == week


@given(days, counts)
def test_so_many_weeks_later_is_so_many_weeks_away(day: dt.date, count: int) -> None:
    week = IsoWeek.of(day)
    later = week.plus(count)
    assert week.until(later) == count
    assert later.until(week) == -count
    assert later.monday() - week.monday() == dt.timedelta(weeks=count)
