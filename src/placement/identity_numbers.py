"""Identity numbers: personal identity numbers and coordination numbers, which are found in any text and never stored.

The rule is Skatteverket's: ten digits, or twelve with the century, that begin with a day that exists and end with a
check digit. A coordination number has 60 added to the day. A number is sought in a dress that people give it: digits
of any script, in usual groups with anything but letters and digits between them, or in unusual groups that stand
alone, with percent escapes, HTML entities and tags or without.

No rule tells every number from every ordinary text, so these are let through although a number may hide there: a day
with its century 20 that an hour, a day of a year or a year follows (as in ``2027-01-03 1300`` and ``202405311230``);
hours after any day (``270103 08:00``); telephone numbers in groups; groups that rise, as weeks do; our ids; digests;
and a number with words between its parts. These are refused although they may be something else, where their check
digit happens to fit: ten digits in a row, six digits and four, three numbers of two digits and one of four, and five
numbers of two digits.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import unquote

from placement_solver.words import Words

REFUSED = Words(
    "personnummer tas aldrig emot: ange en pseudonym eller ta bort numret"
    " (ett telefonnummer skrivs i grupper, som 070-174 06 05)",
    "a personal identity number is never accepted: give a pseudonym or remove the number"
    " (a telephone number is written in groups, such as 070-174 06 05)",
)
HIDDEN = "…"

_GAP = r"[\W_]{1,8}"
_USUAL = re.compile(
    rf"""(?<!\d)(?=(
        # 811228-9874, 19811228-9874 and all digits in a row
        (?:\d\d)?\d{{6}}(?:{_GAP})?\d{{4}}
        # 81.12.28-9874, 1981-12-28-9874 and 19 81 12 28 9874
        | (?:\d\d)?\d\d(?P<within>[\W_]{{1,3}})\d\d(?P=within)(?:\d\d(?P=within))?\d\d{_GAP}\d{{4}}
        # 8 1 1 2 2 8 - 9 8 7 4
        | \d(?:[ ]\d){{5}}[ ]?[^\w\s][ ]?\d(?:[ ]\d){{3}}
    )(?!\d))""",
    re.VERBOSE,
)
"""How a number is mostly written: it is found whatever stands beside it."""
_CHAIN = re.compile(r"\d+(?:(?:[^\w,;\n]|_){1,3}\d+)*")
"""Groups of digits that belong together, and end where a list goes on or a word comes."""
_UNUSUAL = frozenset(
    tuple(map(int, shape.split("-")))
    for shape in (
        *("2-2-6", "4-2-4", "6-2-2", "2-10", "4-8", "6-6", "8-2-2", "2-6-4", "4-2-6", "4-4-4", "5-3-4"),
        *("3-3-3-3", "4-2-2-2-2", "2-2-2-2-2-2", "1-1-1-1-1-1-1-1-1-1-1-1"),
    )
)
"""How many digits the groups of a chain have that is a number oddly written."""
_LIKE_OTHERS = frozenset({(4, 6), (5, 5), (2, 4, 4), (3, 3, 4), (4, 4, 2), (2, 2, 2, 2, 2)})
"""The same, where telephone numbers and lists are written so too."""
_AREA_CODE = re.compile(r"0(?:8|\d\d\d?)\D")
_COUNTRY_CODE = re.compile(r"(?<=\+)46")

_DATE = r"\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
_DATED = re.compile(rf"(?:18|19|20)?{_DATE}\d{{4}}")
_DATED_PSEUDONYM = re.compile(rf"(?:\d\d)?{_DATE}\d{{4}}")
"""At least what the table of students refuses: any century."""

_HOUR = r"(?:[01]\d|2[0-4])"
_CLOCK = rf"{_HOUR}[0-5]\d"
_IN_A_YEAR = r"(?:0[1-9]|1[0-2]){}(?:0[1-9]|[12]\d|3[01])"
_AT_A_TIME = re.compile(rf".*(?:\D{_HOUR}[:.][0-5]\d|[^\d-]{_HOUR}[-–]{_HOUR})", re.DOTALL)
_DAY_AND_ON = re.compile(rf"20\d\d-\d\d-\d\d(?!-\d){_GAP}(?:{_CLOCK}|20\d\d|{_IN_A_YEAR.format('-')})")
_LATER = re.compile(rf"{_CLOCK}|20\d\d|{_IN_A_YEAR.format('')}")
_YOUNGEST = 15
"""Nobody whom the service knows is younger, in years: days since then are those of plans and agreements."""

_ID = re.compile(r"(?<![^\W_])[a-z]{2,4}_[0-9a-f]{16}(?!\w)")
_DIGEST = re.compile(
    r"(?<!\w)(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?!\w)"
)
"""A UUID or a digest: a number that it happens to hold stands inside it; one put before or after hex is found."""
_LONGEST_ID = 64

_ESCAPED = re.compile(r"(?:%[0-9a-f]{2})+|&#?\w{1,8};|</?[a-z][^<>]{0,200}>", re.IGNORECASE)
_FEWEST = 10
"""The digits of an identity number without its century."""


def holds_identity_number(text: str) -> bool:
    """Return whether a text contains a personal identity number or coordination number, in any dress."""
    return next(_numbers_in(text), None) is not None


def resembles_identity_number(text: str) -> bool:
    """Return whether a text has ten or twelve digits that begin with a date, whatever their check digit.

    Stricter than `holds_identity_number`: for pseudonyms, where a mistyped identity number is worse than a
    pseudonym refused. Here all the digits count as one number whatever stands between them, letters may stand between
    the groups of a number, and nine digits are one that lost its first zero in a spreadsheet.
    """
    plain = _plain(text)[0]
    digits = re.sub(r"\D", "", plain)
    if _DATED_PSEUDONYM.fullmatch(digits) and digits == re.sub(r"[\W_]", "", plain):
        return True
    if len(digits) == _FEWEST - 1 and _DATED.fullmatch(f"0{digits}") and _is_number(f"0{digits}"):
        return True
    return holds_identity_number(text) or any(
        next(_candidates(each), None) is not None for each in (plain, re.sub(r"[^\W\d]", " ", plain))
    )


def hide_identity_numbers(text: str) -> str:
    """Return a text with an ellipsis in place of every identity number."""
    until = len(text)
    for first, last in sorted(_numbers_in(text), reverse=True):
        if last <= until:  # the same number may be found twice
            text, until = text[:first] + HIDDEN + text[last:], first
    return text


def places_of_identity_numbers(value: object) -> Iterator[tuple[str | int, ...]]:
    """Yield the path to every text with an identity number in a JSON value, names of fields included."""
    left: list[tuple[tuple[str | int, ...], object]] = [((), value)]
    while left:
        path, found = left.pop()
        if isinstance(found, str) and holds_identity_number(found):
            yield path
        elif isinstance(found, dict):
            yield from ((*path, name) for name in found if holds_identity_number(name))
            left += [((*path, name), inner) for name, inner in found.items()]
        elif isinstance(found, list):
            left += [((*path, place), inner) for place, inner in enumerate(found)]


def _numbers_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each identity number begins and ends in a text, read as it stands and with escapes resolved."""
    fewest = _FEWEST if text.isascii() else _FEWEST // 2  # one character such as ⑫ may stand for two digits
    if sum(map(str.isnumeric, text)) < fewest:
        return
    readings = [_plain(text)]
    if _ESCAPED.search(text):
        readings.append(_plain(text, resolved=True))
    for plain, places in readings:
        for first, last in _candidates(plain):
            if _is_number(re.sub(r"\D", "", plain[first:last])) and not _is_something_else(plain, first, last):
                yield places[first][0], places[last - 1][1]


def _candidates(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where a date and four digits begin and end in a plain text, in a dress that numbers have."""
    found = [usual.span(1) for usual in _USUAL.finditer(plain)]
    found += [chain.span() for chain in _CHAIN.finditer(plain) if _is_odd_dress(chain[0])]
    for first, last in found:
        if _DATED.fullmatch(re.sub(r"\D", "", plain[first:last])):
            yield first, last


def _is_odd_dress(chain: str) -> bool:
    """Return whether the groups of a chain are those of a number oddly written.

    Groups that begin with an area code are a telephone number, and groups that rise are a list, as of weeks.
    """
    groups = re.findall(r"\d+", chain)
    shape = tuple(map(len, groups))
    if shape in _LIKE_OTHERS:
        return not _AREA_CODE.match(chain) and groups != sorted(set(groups))
    return shape in _UNUSUAL


def _is_something_else(plain: str, first: int, last: int) -> bool:
    """Return whether digits that could be a number are a time, a telephone number from abroad, or part of an id."""
    near = max(0, first - _LONGEST_ID), last + _LONGEST_ID
    return (
        _is_time(plain[first:last])
        or _COUNTRY_CODE.match(plain, first) is not None
        or any(each.start() < first and last <= each.end() for each in _ID.finditer(plain, *near))
        or any(each.start() < first and last < each.end() for each in _DIGEST.finditer(plain, *near))
    )


def _is_time(found: str) -> bool:
    """Return whether a date and four digits are a moment or a period rather than a number.

    They are where the four are written as a time or as two hours, and where an hour, a year or a day of a year comes
    after an ISO date and something else than a hyphen, or after a day with its century on which nobody here can be
    born.
    """
    digits = re.sub(r"\D", "", found)
    if _AT_A_TIME.fullmatch(found) or _DAY_AND_ON.fullmatch(found):
        return True
    oldest = dt.datetime.now(dt.UTC).year - _YOUNGEST
    return len(digits) > _FEWEST and int(digits[:4]) > oldest and _LATER.fullmatch(digits[-4:]) is not None


def _plain(text: str, *, resolved: bool = False) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with plain digits and spaces, and where in the text each of its characters comes from.

    What cannot be seen is left out; escapes are resolved if asked.
    """
    plain: list[str] = []
    places: list[tuple[int, int]] = []
    for first, last, meant in _resolved(text) if resolved else _each(text, 0, len(text)):
        for given in meant:
            if given.isspace() or unicodedata.category(given)[0] not in "CM":
                for character in unicodedata.normalize("NFKC", given):
                    plain.append(_plain_character(character))
                    places.append((first, last))
    return "".join(plain), places


def _resolved(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield the pieces of a text, where each begins and ends, and what it means: a tag means nothing."""
    done = 0
    for escape in _ESCAPED.finditer(text):
        yield from _each(text, done, escape.start())
        done = escape.end()
        yield *escape.span(), "" if escape[0].startswith("<") else html.unescape(unquote(escape[0]))
    yield from _each(text, done, len(text))


def _each(text: str, first: int, last: int) -> Iterator[tuple[int, int, str]]:
    """Yield the characters of a part of a text, and where each begins and ends."""
    yield from ((place, place + 1, text[place]) for place in range(first, last))


def _plain_character(character: str) -> str:
    """Return a digit of any script as 0 to 9, any space but the end of a line as a space, and the rest as it is."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return " " if character.isspace() and character != "\n" else character


def _is_number(digits: str) -> bool:
    """Return whether ten or twelve digits have a day that exists and the right check digit."""
    doubled = (int(digit) * factor for digit, factor in zip(digits[-10:], cycle((2, 1)), strict=False))
    if sum(number // 10 + number % 10 for number in doubled) % 10:
        return False
    centuries = (digits[:2],) if len(digits) > _FEWEST else ("19", "20")
    return any(_is_day(int(century + digits[-10:-8]), int(digits[-8:-6]), int(digits[-6:-4])) for century in centuries)


def _is_day(year: int, month: int, day: int) -> bool:
    """Return whether a day exists; a coordination number's has 60 added."""
    try:
        dt.date(year, month, day - 60 if day > 60 else day)  # noqa: PLR2004 (as above)
    except ValueError:
        return False
    return True
