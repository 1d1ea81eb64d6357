"""Days: the ways in which people in Sweden write a day, and no other; what could be two days is refused."""

from __future__ import annotations

import datetime as dt
import re

from placement.sheets.wrong import WrongError
from placement.spelling import plain
from placement_solver.words import Words

WANTED = Words("skriv dagen som 2024-05-31", "write the day as 2024-05-31")
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "febr"),
            ("mars", "march", "mar"),
            ("april", "apr"),
            ("maj", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("augusti", "august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
_NUMBERED = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<year>\d{4})(?P<sign>[-/. ])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<day>\d{1,2})/(?P<month>\d{1,2}) ?[ -] ?(?P<year>\d{4})",
        r"(?P<day>\d{1,2})\. ?(?P<month>\d{1,2})(?:\. ?| )(?P<year>\d{4})",
        r"(?P<day>1[3-9]|[23]\d)[/-](?P<month>\d{1,2})[/-](?P<year>\d{4})",
        r"(?P<month>\d{1,2})[/-](?P<day>1[3-9]|[23]\d)[/-](?P<year>\d{4})",
        r"(?P<day>\d{1,2})[/-](?P<month>(?P=day))[/-](?P<year>\d{4})",
    )
)
"""The ways of writing a day in figures that have one meaning: 31/5/2024 is one, 5/6/2024 could be in May or June."""
_NAMED = (
    re.compile(r"(?:den )?(?P<day>\d{1,2})(?::?[ea]|\.|st|nd|rd|th)? ?-?(?P<month>[a-z]{3,9})\.?[ ,-]*(?P<year>\d{4})"),
    re.compile(r"(?P<month>[a-z]{3,9})\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?,? (?P<year>\d{4})"),
)
_WEEKDAYS = (
    ("måndag", "mån", "monday", "mon"),
    ("tisdag", "tis", "tuesday", "tue"),
    ("onsdag", "ons", "wednesday", "wed"),
    ("torsdag", "tors", "tor", "thursday", "thu"),
    ("fredag", "fre", "friday", "fri"),
    ("lördag", "lör", "saturday", "sat"),
    ("söndag", "sön", "sunday", "sun"),
)
_NAME = "|".join(name for names in _WEEKDAYS for name in names)
_WEEKDAY = re.compile(rf"^(?P<before>{_NAME})(?:en)?[.,]* (?=.*\d)|(?<=\d),? \(?(?P<after>{_NAME})\)?$")
_BESIDE_A_SIGN = re.compile(r"(?<=\d) ?([-/]) ?(?=\d)")
_TIME = re.compile(r"[ t](\d{2}):(\d{2})(:(\d{2})([.,]0+)?)?z?$")
_SERIAL = re.compile(r"[2-9]\d{4}([.,]\d+)?")


def read_day(text: str) -> dt.date:
    """Read a day; raise `WrongError` where it is none, or could be two."""
    bare = plain(text.lower())
    if (named := _WEEKDAY.search(bare)) is not None:
        bare = bare[: named.start()] + bare[named.end() :]
    if (time := _TIME.search(bare)) is not None:
        if any(int(part or 0) for part in time.group(1, 2, 4)):
            raise WrongError(Words("dagen har ett klockslag", "the day has a time of day"))
        bare = bare[: time.start()]
    if _SERIAL.fullmatch(bare):
        raise WrongError(
            Words(
                f"talet är Excels löpnummer för en dag: formatera cellen som datum, eller {WANTED.sv}",
                f"the number is how Excel counts days: format the cell as a date, or {WANTED.en}",
            )
        )
    year, month, day = _parts(_BESIDE_A_SIGN.sub(r"\1", bare))
    try:
        found = dt.date(year, month, day)
    except ValueError:
        raise WrongError(Words(f"den dagen finns inte: {WANTED.sv}", f"there is no such day: {WANTED.en}")) from None
    if named is not None and (named["before"] or named["after"]) not in _WEEKDAYS[found.weekday()]:
        own = _WEEKDAYS[found.weekday()]
        raise WrongError(Words(f"{found} är en {own[0]}: {WANTED.sv}", f"{found} is a {_english(own)}: {WANTED.en}"))
    return found


def _english(names: tuple[str, ...]) -> str:
    """Return the English name of a weekday."""
    return next(name for name in names if name.endswith("day")).capitalize()


def _parts(bare: str) -> tuple[int, int, int]:
    """Return year, month and day of a written day."""
    for pattern in _NUMBERED:
        if found := pattern.fullmatch(bare):
            return int(found["year"]), int(found["month"]), int(found["day"])
    for pattern in _NAMED:
        if found := pattern.fullmatch(bare):
            return int(found["year"]), _month(found["month"]), int(found["day"])
    raise WrongError(
        Words(
            f"det går inte att säga vilken dag som menas: {WANTED.sv}",
            f"one cannot tell which day is meant: {WANTED.en}",
        )
    )


def _month(name: str) -> int:
    """Return the number of a month from its Swedish or English name."""
    number = MONTHS.get(name)
    if number is None:
        raise WrongError(Words(f"ingen månad heter så: {WANTED.sv}", f"no month has that name: {WANTED.en}"))
    return number
