"""The day is Stockholm's, also in the hour after midnight and on the nights when the clocks change."""

from __future__ import annotations

import datetime as dt

import pytest

from placement import clock

UTC = dt.UTC


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2027, 1, 14, 22, 59, tzinfo=UTC), dt.date(2027, 1, 14)),
        (dt.datetime(2027, 1, 14, 23, 30, tzinfo=UTC), dt.date(2027, 1, 15)),
        (dt.datetime(2027, 6, 14, 21, 59, tzinfo=UTC), dt.date(2027, 6, 14)),
        (dt.datetime(2027, 6, 14, 22, 30, tzinfo=UTC), dt.date(2027, 6, 15)),
        (dt.datetime(2027, 3, 27, 23, 30, tzinfo=UTC), dt.date(2027, 3, 28)),
        (dt.datetime(2027, 3, 28, 22, 30, tzinfo=UTC), dt.date(2027, 3, 29)),
        (dt.datetime(2027, 10, 30, 22, 30, tzinfo=UTC), dt.date(2027, 10, 31)),
        (dt.datetime(2027, 10, 31, 22, 30, tzinfo=UTC), dt.date(2027, 10, 31)),
        (dt.datetime(2027, 10, 31, 23, 30, tzinfo=UTC), dt.date(2027, 11, 1)),
    ],
)
def test_a_moment_belongs_to_stockholms_day(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime, day: dt.date) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)
    assert clock.today() == clock.day_of(moment) == day


def test_now_is_the_present_moment_in_utc() -> None:
    before = dt.datetime.now(dt.UTC)
    assert before <= clock.now() <= dt.datetime.now(dt.UTC)
    assert clock.now().tzinfo is dt.UTC
