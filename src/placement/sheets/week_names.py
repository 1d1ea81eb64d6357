"""Week names: the ways in which people in Sweden name a week, with or without its year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from placement.sheets.days import MONTHS, read_day
from placement.sheets.wrong import WrongError
from placement.spelling import plain
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

WANTED = Words("skriv veckan som 2027-W05", "write the week as 2027-W05")
WHICH_WEEK = Words(
    f"det går inte att säga vilken vecka som menas: {WANTED.sv}",
    f"one cannot tell which week is meant: {WANTED.en}",
)
_WORD = r"(?:vecka|vka|vk|v|week|wk|w)(?:[ .]*(?:nummer|number|nr|no)\b)?"
_BEFORE = r"(?:(?:antal )?(?:platser|places) )?"
"""What may stand before a week, and adds nothing to it."""
_NAMED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_BEFORE}{_WORD}[ .]*0?(?P<week>\d{{1,2}})",
        rf"{_BEFORE}{_WORD}[ .]*0?(?P<week>\d{{1,2}})[ ,./()-]+(?P<year>\d{{4}})\)?",
        rf"(?:(?:år|year) )?(?P<year>\d{{4}})[ ,.-]*{_WORD}[ .]*0?(?P<week>\d{{1,2}})",
    )
)
_BARE = re.compile(r"(?:(?P<year>\d{4})/)?(?P<week>\d{1,2})")
_MONTH = "|".join(MONTHS)
_BEGUN = re.compile(
    rf"(?P<name>.*\d.*?)[ :,]+(?P<open>\()?(?P<day>\d{{1,2}})(?:(?:/| ?)(?P<month>(?<=/)\d{{1,2}}|(?:{_MONTH})\.?))?"
    rf"(?: ?- ?\d{{1,2}}(?:/| ?)(?P<last>(?<=/)\d{{1,2}}|(?:{_MONTH})\.?))?(?(open)\))"
)
"""A week's name, and the day that it begins or the days that it has: ``v. 5 (1/2)`` and ``v. 5 1-7 feb``."""
_RESEMBLING = re.compile(
    rf"(?<![a-zåäö])(?:veckor|weeks|{_WORD})[ .]*\d|^\d[\d ./,()-]*$|\d ?/ ?\d"
    rf"|\d\.? ?(?:{_MONTH})\b|\b(?:{_MONTH})\.? \d"
)
_NAMING = re.compile(r"(?<![a-zåäö])(?:vecka|veckor|week|weeks|v|vk)(?![a-zåäö])")
NO_TERM = Words(
    "det står inte vilken termin raden gäller: fyll i terminen",
    "the row does not say its term: fill in the term",
)
_MOST = 53
_LONGEST = 60
MOST_TERMS_TOLD = 12


@dataclass(frozen=True, slots=True)
class Weeks:
    """The weeks of a term, by which a week without a year is found."""

    code: str
    first: IsoWeek
    count: int

    def has(self, week: IsoWeek) -> bool:
        """Tell whether a week is in the term."""
        return 0 <= self.first.until(week) < self.count


class NoTermError(WrongError):
    """A week without a year in a row whose term is not given, or is none; ``words`` say so of the row's term."""


def no_such_term(codes: Iterable[str]) -> Words:
    """Say that there is no such term, and which there are if they are few."""
    told = sorted(set(codes))
    if not 1 <= len(told) <= MOST_TERMS_TOLD:
        return Words("terminen finns inte", "there is no such term")
    *others, last = told
    sv, en = (", ".join(others) + f" {word} " * bool(others) + last for word in ("och", "and"))
    return Words(f"terminen finns inte, bara {sv}", f"there is no such term, only {en}")


@dataclass(frozen=True, slots=True)
class WeekName:
    """A week's number, its year where that is given, and the day and month of its Monday where they are."""

    number: int
    year: int | None = None
    begins: tuple[int, int] | None = None

    def in_term(self, term: Weeks | Words | None) -> IsoWeek:
        """Return the week; one without a year is the week of the term that has its number.

        Where the row should have a term and has none, words say so in its place.
        """
        week = self._found(term)
        monday = week.monday()
        if self.begins not in {None, (monday.day, monday.month)}:
            raise WrongError(
                Words(
                    f"{week} börjar {monday.day}/{monday.month}: är det rätt vecka?",
                    f"{week} begins on {monday.day}/{monday.month}: is this the right week?",
                )
            )
        return week

    def _found(self, term: Weeks | Words | None) -> IsoWeek:
        if self.year is not None:
            return self._of(self.year)
        if isinstance(term, Words):
            raise NoTermError(term)
        if term is None:
            raise WrongError(
                Words(f"det står inte vilket år veckan hör till: {WANTED.sv}", f"the week has no year: {WANTED.en}")
            )
        weeks = (term.first.plus(place) for place in range(term.count))
        alike = [week for week in weeks if week.week == self.number]
        if len(alike) == 1:
            return alike[0]
        last = term.first.plus(term.count - 1)
        if alike:
            raise WrongError(
                Words(
                    f"terminen {term.code} har vecka {self.number} två gånger: {WANTED.sv}",
                    f"the term {term.code} has week {self.number} twice: {WANTED.en}",
                )
            )
        raise WrongError(
            Words(
                f"terminen {term.code} har ingen vecka {self.number}: den går från {term.first} till {last}",
                f"the term {term.code} has no week {self.number}: it goes from {term.first} to {last}",
            )
        )

    def _of(self, year: int) -> IsoWeek:
        try:
            return IsoWeek.parse(f"{year:04}-W{self.number:02}")
        except ValueError:
            raise WrongError(
                Words(f"år {year} har ingen vecka {self.number}", f"the year {year} has no week {self.number}")
            ) from None


def read_week(value: str | dt.date, *, bare: bool = True) -> WeekName | None:
    """Read a week's name; None where it is no week at all.

    A day is the week it begins: one that is not a Monday raises `WrongError`. With ``bare=False`` a number alone is no
    week.
    """
    if isinstance(value, dt.date):
        return _week_of(value)
    text = plain(value.lower()).rstrip(".:, ")
    if name := _named(text, bare=bare):
        return name
    if len(text) <= _LONGEST and (begun := _BEGUN.fullmatch(text)) and (name := _named(begun["name"], bare=False)):
        month = begun["month"] or begun["last"]
        return WeekName(name.number, name.year, (int(begun["day"]), _month(month))) if month else None
    try:
        day = read_day(text)
    except WrongError:
        return None
    return _week_of(day)


def _month(written: str) -> int:
    """Return the number of a month from its figures or its name."""
    return int(written) if written.isdecimal() else MONTHS[written.rstrip(".")]


def resembles_week(text: str) -> bool:
    """Tell whether a text has a week's word and a figure, or is a number, a day or a span of days."""
    return len(text) <= _LONGEST and _RESEMBLING.search(plain(text.lower())) is not None


def names_weeks(text: str) -> bool:
    """Tell whether a text has a word for weeks in it."""
    return _NAMING.search(plain(text.lower())) is not None


def _named(text: str, *, bare: bool) -> WeekName | None:
    """Read a week's number, with or without its year."""
    for pattern in _NAMED:
        if found := pattern.fullmatch(text):
            year = found.groupdict().get("year")
            return _numbered(int(found["week"]), int(year) if year else None)
    if bare and (found := _BARE.fullmatch(text)) and 1 <= int(found["week"]) <= _MOST:
        return WeekName(int(found["week"]), int(found["year"]) if found["year"] else None)
    return None


def _numbered(number: int, year: int | None = None) -> WeekName:
    if not 1 <= number <= _MOST:
        raise WrongError(Words(f"det finns ingen vecka {number}", f"there is no week {number}"))
    return WeekName(number, year)


def _week_of(day: dt.date) -> WeekName:
    """Return the week that a Monday begins."""
    year, number, weekday = day.isocalendar()
    if weekday != 1:
        raise WrongError(
            Words(
                f"{day} är ingen måndag: skriv veckans måndag, eller {year}-W{number:02}",
                f"{day} is not a Monday: write the week's Monday, or {year}-W{number:02}",
            )
        )
    return WeekName(number, year)
