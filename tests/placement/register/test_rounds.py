"""The usual dates of a planning round, for terms that start in any week of the year."""

from __future__ import annotations

import datetime as dt

import pytest

from placement.register.rounds import usual_dates
from placement_solver.weeks import IsoWeek


def test_a_spring_term_is_asked_for_in_the_autumn_before() -> None:
    assert usual_dates(IsoWeek(2027, 3)) == {
        "requests_by": dt.date(2026, 9, 15),
        "answers_by": dt.date(2026, 11, 1),
        "outside_answers_by": dt.date(2026, 11, 15),
        "publish_by": dt.date(2026, 12, 21),
    }


def test_an_autumn_term_is_asked_for_in_the_spring_before() -> None:
    assert usual_dates(IsoWeek(2027, 35)) == {
        "requests_by": dt.date(2027, 3, 15),
        "answers_by": dt.date(2027, 5, 1),
        "outside_answers_by": dt.date(2027, 5, 15),
        "publish_by": dt.date(2027, 8, 2),
    }


@pytest.mark.parametrize("first", [IsoWeek(2026, 51), IsoWeek(2026, 53), IsoWeek(2027, 1)])
def test_a_term_that_starts_over_christmas_is_the_coming_springs(first: IsoWeek) -> None:
    assert usual_dates(first)["requests_by"] == dt.date(2026, 9, 15)


def test_whatever_week_a_term_starts_in_its_dates_come_in_order_and_before_it() -> None:
    first = IsoWeek(2000, 1)
    while first.year <= 2199:
        dates = usual_dates(first)
        assert dates["requests_by"] < dates["answers_by"] < dates["outside_answers_by"] <= dates["publish_by"]
        assert dates["publish_by"] == first.monday() - dt.timedelta(days=28)
        assert (first.monday() - dates["requests_by"]).days < 366
        first = first.plus(1)
