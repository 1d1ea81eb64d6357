"""Half-years: January to June and July to December; a week belongs to the half-year that its Monday lies in."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_FORM = re.compile(r"(2[01][0-9]{2})-H([12])")
_FIRST_MONTH = {1: 1, 2: 7}


@dataclass(frozen=True, order=True, slots=True)
class HalfYear:
    """One half of a year, such as ``2027-H1``."""

    year: int
    half: int

    @classmethod
    def parse(cls, text: str) -> HalfYear:
        """Read ``2027-H1``; anything else raises ``ValueError``."""
        match = _FORM.fullmatch(text)
        if match is None:
            message = f"'{text}' is not a half-year such as 2027-H1"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, week: IsoWeek) -> HalfYear:
        """Return the half-year that a week belongs to."""
        monday = week.monday()
        return cls(monday.year, 1 if monday.month < _FIRST_MONTH[2] else 2)

    def first_day(self) -> dt.date:
        """Return 1 January or 1 July."""
        return dt.date(self.year, _FIRST_MONTH[self.half], 1)

    def last_day(self) -> dt.date:
        """Return 30 June or 31 December."""
        return dt.date(self.year, 6, 30) if self.half == 1 else dt.date(self.year, 12, 31)

    @property
    def words(self) -> Words:
        """Return the half-year as people call it."""
        if self.half == 1:
            return Words(f"januari–juni {self.year}", f"January–June {self.year}")
        return Words(f"juli–december {self.year}", f"July–December {self.year}")

    def __str__(self) -> str:
        """Return the half-year as the API writes it: ``2027-H1``."""
        return f"{self.year:04d}-H{self.half}"
