"""Rounds: the dates by which a term's requests, answers and plan are due, where nothing else is agreed.

A spring term is asked for in the autumn before, an autumn term in the spring before: requests by the 15th of
September or March, the units' answers by the 1st of November or May, the answers to lärosäten from outside
the county by the 15th, and the plan four weeks before the first day.
"""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from placement_solver.weeks import IsoWeek

_AUTUMN = range(27, 51)  # a term that starts in week 51 or later is the coming spring's
NOTICE = dt.timedelta(weeks=4)
"""So long before the first day is the plan published; what changes later than that comes late."""


class RoundDates(TypedDict):
    """The dates of a planning round, in the order in which they come."""

    requests_by: dt.date
    answers_by: dt.date
    outside_answers_by: dt.date
    publish_by: dt.date


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
