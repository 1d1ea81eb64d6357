"""Rounds: the usual dates by which a term's requests, answers and plan are due.

A spring term is requested in the autumn before it, an autumn term in the spring before it. Requests are due by
15 September or 15 March. The units answer by 1 November or 1 May, and lärosäten outside the county get their answers
by the 15th of the same month. The plan is published four weeks before the first day.
"""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from placement_solver.weeks import IsoWeek

_AUTUMN = range(27, 51)  # a term that starts in week 51 or later is the spring term of the next year
NOTICE = dt.timedelta(weeks=4)
"""The plan is published this long before the first day; a later change counts as late."""


class RoundDates(TypedDict):
    """The dates of a planning round, in chronological order."""

    requests_by: dt.date
    answers_by: dt.date
    outside_answers_by: dt.date
    publish_by: dt.date


def year_of(first_week: IsoWeek) -> int:
    """Return the year that a term belongs to: one that starts in week 51 or later is the next year's spring term."""
    return first_week.year + (first_week.week >= _AUTUMN.stop)


def usual_dates(first_week: IsoWeek) -> RoundDates:
    """Return the usual dates of the round for a term that starts in this week."""
    if first_week.week in _AUTUMN:
        year, requests, answers = first_week.year, 3, 5
    else:
        spring = first_week.year if first_week.week < _AUTUMN.start else first_week.year + 1
        year, requests, answers = spring - 1, 9, 11
    return RoundDates(
        requests_by=dt.date(year, requests, 15),
        answers_by=dt.date(year, answers, 1),
        outside_answers_by=dt.date(year, answers, 15),
        publish_by=first_week.monday() - NOTICE,
    )
