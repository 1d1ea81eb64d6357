"""A term belongs to the year in which its weeks begin, or to the next if it begins when the year ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import Session

from placement.follow_up.years import terms_of_year, years_with_terms
from placement.register.rounds import year_of
from placement.surveys.rounds import Round
from placement_solver.weeks import IsoWeek


def a_term(week: str, weeks: int) -> Any:  # noqa: ANN401 (a term of which only the weeks are read)
    return SimpleNamespace(first_week=IsoWeek.parse(week), weeks=weeks)


STARTS = pytest.mark.parametrize(
    ("week", "year"),
    [("2026-W35", 2026), ("2026-W50", 2026), ("2026-W51", 2027), ("2026-W53", 2027), ("2027-W01", 2027)],
)


@STARTS
def test_a_term_that_begins_in_week_51_or_later_is_the_next_years(week: str, year: int) -> None:
    assert year_of(IsoWeek.parse(week)) == year


@STARTS
@pytest.mark.parametrize("weeks", [1, 20, 60])
def test_a_survey_of_a_term_belongs_to_the_year_that_the_figures_of_the_term_do(
    week: str, year: int, weeks: int
) -> None:
    nothing: Any = None
    asked = Round(nothing, nothing, 1, a_term(week, weeks))
    assert asked.year == year


def test_a_year_has_its_spring_term_and_its_autumn_term_in_order(store: Session) -> None:
    assert [term.code for term in terms_of_year(store, 2027)] == ["VT2027", "HT2027"]
    assert terms_of_year(store, 2026) == []
    assert list(years_with_terms(store)) == [2031, 2027]
