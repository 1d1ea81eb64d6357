"""ISO weeks, the calendar of placements. Week 53 is an ordinary week in the years that have one."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FORM = re.compile(r"([0-9]{4})-W([0-9]{2})")


@dataclass(frozen=True, order=True, slots=True)
class IsoWeek:
    """One ISO 8601 week, such as ``2026-W53``; a week that its year does not have raises ``ValueError``."""

    year: int
    week: int

    def __post_init__(self) -> None:
        """Refuse a week that the calendar does not have."""
        try:
            self.monday()
        except ValueError:
            message = f"{self.year:04d} has no week {self.week}"
            raise ValueError(message) from None

    @classmethod
    @lru_cache(maxsize=4_096)  # a list of offers has the same few weeks hundreds of times
    def parse(cls, text: str) -> IsoWeek:
        """Read ``2027-W03``; anything else, or a week the year does not have, raises ``ValueError``."""
        match = _FORM.fullmatch(text)
        if match is None:
            message = f"'{text}' is not an ISO week such as 2027-W03"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: dt.date) -> IsoWeek:
        """Return the week that a day lies in."""
        year, week, _ = day.isocalendar()
        return cls(year, week)

    def monday(self) -> dt.date:
        """Return the first day of the week."""
        return dt.date.fromisocalendar(self.year, self.week, 1)

    def sunday(self) -> dt.date:
        """Return the last day of the week."""
        return dt.date.fromisocalendar(self.year, self.week, 7)

    def plus(self, weeks: int) -> IsoWeek:
        """Return the week ``weeks`` later, or earlier where the number is negative."""
        return _later(self, weeks)

    def until(self, later: IsoWeek) -> int:
        """Return how many weeks later another week is; negative where it is earlier."""
        return (later.monday() - self.monday()).days // 7

    def __str__(self) -> str:
        """Return the week as documents write it: ``2026-W53``."""
        return f"{self.year:04d}-W{self.week:02d}"


@lru_cache(maxsize=16_384)  # what counts over a term asks for the same few weeks hundreds of thousands of times
def _later(week: IsoWeek, weeks: int) -> IsoWeek:
    """Return the week ``weeks`` later."""
    return IsoWeek.of(week.monday() + dt.timedelta(weeks=weeks))


def write_span(first: IsoWeek, weeks: Iterable[int]) -> str:
    """Write weeks counted from a first one, consecutive weeks as one span: ``2027-W03–W05, 2027-W09``."""
    spans = []
    for _, run in groupby(enumerate(sorted(weeks)), key=lambda numbered: numbered[1] - numbered[0]):
        numbers = [week for _, week in run]
        begin, end = first.plus(numbers[0]), first.plus(numbers[-1])
        last = f"W{end.week:02d}" if end.year == begin.year else str(end)
        spans.append(str(begin) if begin == end else f"{begin}–{last}")
    return ", ".join(spans)
