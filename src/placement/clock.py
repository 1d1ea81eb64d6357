"""Clock: the present moment, kept in UTC, and the day, which is Stockholm's."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Return the day that it is now in Stockholm."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """Return the day in Stockholm at a moment that has a time zone."""
    return moment.astimezone(STOCKHOLM).date()
