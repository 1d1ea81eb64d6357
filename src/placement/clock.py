"""Clock: the present moment, kept in UTC, and the day, which is Stockholm's."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_EARLIER = ContextVar("earlier", default=dt.timedelta())


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC) - _EARLIER.get()


@contextmanager
def earlier(by: dt.timedelta) -> Iterator[None]:
    """Let it be so much earlier meanwhile, to whoever asks within; the demo alone makes a past for itself with it."""
    before = _EARLIER.set(by)
    try:
        yield
    finally:
        _EARLIER.reset(before)


def today() -> dt.date:
    """Return the day that it is now in Stockholm."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in Stockholm at a moment that has a time zone."""
    return moment.astimezone(STOCKHOLM).date()


def months_later(day: dt.date, months: int) -> dt.date:
    """Return the day with the same number a number of months later, or that month's last day if it is shorter.

    So counts section 1 of the act on counting of statutory time (lag 1930:173), which is about time set by statute. The
    agreements are contracts; they are counted in the same way because they say nothing else. Section 2, by which an act
    may wait until the next working day, is about acts and moves no day here.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
