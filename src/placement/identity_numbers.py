"""Identity numbers: personal identity numbers and coordination numbers, which are found in any text and never stored.

The rule is Skatteverket's: ten digits, or twelve with the century, that begin with a day that exists and end with a
check digit. A coordination number has 60 added to the day. A number is sought in a dress that people give it: digits
of any script, in usual groups with anything but letters and digits between them, or in groups of any other size that
stand alone, with percent escapes, HTML entities and tags or without; zeros may stand before usual groups.

No rule tells every number from every ordinary text, so these are let through although a number may hide there: a day
with its century 20 that an hour, a day of a year or a year follows (as in ``2027-01-03 1300`` and ``202405311230``);
hours after any day (``270103 08:00``); telephone numbers in groups, and whatever follows ``+46``; groups that rise, as
weeks do; figures with commas, semicolons or lines between them (``8, 1, 1, 2``), and figures of which some have one
digit and some two, with a year among them or not (``7.30-16.00 8-12``, ``19/10-12/12 2027``); degrees with decimals;
our ids; digests; a number in a longer row of digits; digits written as words or signs that are no digits; and a
number with words between its parts. The numbers that lärosäten and regions give those who have none, such as
``19811228T987``, have no check digit and are refused as pseudonyms only.

These are refused although they may be something else, where the day exists and the check digit happens to fit (one
in 140): ten digits in a row, six digits and four, three numbers of two digits and one of four, five numbers of two
digits, ten figures of one digit, and two prices (``10 100 - 12 100``).
"""

from __future__ import annotations

import datetime as dt
import html
import re
import unicodedata
from collections.abc import Iterator
from itertools import chain, cycle
from urllib.parse import unquote

from placement_solver.words import Words

REFUSED = Words(
    "personnummer tas aldrig emot: ange en pseudonym eller ta bort numret"
    " (ett telefonnummer skrivs i grupper, som 070-174 06 05)",
    "a personal identity number is never accepted: give a pseudonym or remove the number"
    " (a telephone number is written in groups, such as 070-174 06 05)",
)
RESEMBLES = Words(
    "det ser ut som ett personnummer, och personnummer tas aldrig emot: ange studentens pseudonym",
    "this looks like a personal identity number, and those are never accepted: give the student's pseudonym",
)
"""What is said of a name that is nobody's pseudonym and that may be an identity number, mistyped."""
HIDDEN = "…"

_GAP = r"[\W_]+"
_USUAL = re.compile(
    rf"""(?<!\d)(?=(
        # 811228-9874, 19811228-9874, 0811228-9874 and all digits in a row
        0*(?:\d\d)?\d{{6}}(?:{_GAP})?\d{{4}}
        # 81.12.28-9874, 1981-12-28-9874 and 19 81 12 28 9874
        | 0*(?:\d\d)?\d\d(?P<within>[\W_]{{1,3}})\d\d(?P=within)(?:\d\d(?P=within))?\d\d{_GAP}\d{{4}}
        # 8 1 1 2 2 8 - 9 8 7 4
        | \d(?:[ ]\d){{5}}[ ]?[^\w\s][ ]?\d(?:[ ]\d){{3}}
        # 8,112,289,874, as a spreadsheet shows it
        | \d(?:\d\d)?(?:,\d{{3}}){{3}}
    )(?!\d))""",
    re.VERBOSE,
)
"""How a number is mostly written: it is found whatever stands beside it."""
_CHAIN = re.compile(r"\d+(?:(?:[^\w,;\n]|_){1,8}\d+)*")
"""Groups of digits that belong together, and end where a list goes on or a word comes."""
_NUMBERS_ALONE = frozenset(
    tuple(map(int, shape.split("-")))
    for shape in (
        *("2-2-6", "4-2-4", "6-2-2", "2-10", "4-8", "6-6", "8-2-2", "2-6-4", "4-2-6", "4-4-4", "5-3-4", "1-3-3-3"),
        *("3-3-3-3", "4-2-2-2-2", "2-2-2-2-2-2", "1-1-1-1-1-1-1-1-1-1", "1-1-1-1-1-1-1-1-1-1-1-1"),
    )
)
"""How many digits the groups of a chain have that is a number oddly written, whatever its digits."""
_FIGURE = 2
"""The most digits of a day, a month, an hour or a week."""
_YEAR = re.compile(r"20\d\d")
_AREA_CODE = re.compile(r"0(?:8|\d\d\d?)\D")
_ABROAD = re.compile(r"(?<=\+)(?:46|[1-9]\d{0,2}\D(?!\d{6}))")
_DEGREE = r"(?:1\d|2[0-5]|5[4-9]|6\d)[.,]\d{3,}(?!\d)"
_DEGREES = re.compile(rf"(?<![\d.,]){_DEGREE}(?:\W{{1,3}}{_DEGREE})?")
"""A latitude or longitude of Sweden, or both."""

_DATE = r"\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])"
_DATED = re.compile(rf"0*((?:18|19|20)?{_DATE}\d{{4}})")
_DATED_PSEUDONYM = re.compile(rf"(?:\d\d)?{_DATE}\d{{4}}")
"""At least what the table of students refuses: any century."""
_PADDED = re.compile(rf"(?=((?:18|19|20)?{_DATE}\d{{4}})0*$)")
_BEFORE = re.compile(r"0*(?:46)?")
_WITH_CENTURY = re.compile(rf"(?=((?:19|20){_DATE}\d{{4}}))")
_INTERIM = re.compile(rf"(?<!\d)(?:\d\d)?{_DATE}[-+ ]?(?:[JKLMNPRSTUWX]\d{{3}}|TF\d\d)(?!\d)", re.IGNORECASE)
"""A number for somebody who has none: a day of birth, a letter that no hexadecimal number has, and digits."""

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
_MOST_ESCAPES = 4
"""How many times an escape may itself be escaped (``%252D``)."""

_ESCAPED = re.compile(r"(?:%[0-9a-f]{2})+|&#?\w{1,8};|</?[a-z][^<>]{0,200}>", re.IGNORECASE)
_Places = list[tuple[int, int]]
"""Where in a text each sign of a reading of it begins and ends."""
_FEWEST = 10
"""The digits of an identity number without its century."""


def holds_identity_number(text: str) -> bool:
    """Return whether a text contains a personal identity number or coordination number, in any dress."""
    return next(_numbers_in(text), None) is not None


def resembles_identity_number(text: str) -> bool:
    """Return whether a text has ten or twelve digits that begin with a date, whatever their check digit.

    Stricter than `holds_identity_number`: for pseudonyms, where a mistyped identity number is worse than a
    pseudonym refused. Here all the digits count as one number whatever stands between them, letters may stand between
    the groups of a number, zeros or a country code may surround it, a longer row of digits may hold one with its
    century, nine digits are one that lost its first zero in a spreadsheet, and interim numbers count too.
    """
    return holds_identity_number(text) or any(_may_be_one(plain) for plain, _places in _readings(text))


def _may_be_one(plain: str) -> bool:
    """Return whether a plain pseudonym may be, or hide, an identity number."""
    bare, lettered = re.sub(r"[\W_]", "", plain), re.sub(r"[^\W\d]", " ", plain)
    if _INTERIM.search(plain) or _DATED_PSEUDONYM.fullmatch(bare):
        return True
    digits = re.sub(r"\D", "", bare)
    if len(digits) == _FEWEST - 1 and _DATED.fullmatch(f"0{digits}") and _is_number(f"0{digits}"):
        return True
    return (
        any(next(_usually_dressed(each), None) is not None for each in (plain, lettered))
        or any(_is_number(number) for _first, _last, number in _oddly_dressed(lettered))
        or any(map(_is_padded, re.findall(r"\d+", bare)))
        or any(_is_number(each[1]) and not _is_young(each[1]) for each in _WITH_CENTURY.finditer(plain))
    )


def _is_padded(row: str) -> bool:
    """Return whether a row of digits is an identity number with zeros or a country code around it."""
    return any(_is_number(each[1]) and _BEFORE.fullmatch(row, 0, each.start()) for each in _PADDED.finditer(row))


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
    for plain, places in _readings(text):
        for first, last, number in chain(_usually_dressed(plain), _oddly_dressed(plain)):
            if _is_number(number) and not _is_something_else(plain, first, last, number):
                yield places[first][0], places[last - 1][1]


def _usually_dressed(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield where a date and four digits begin and end in a plain text in usual groups, and these digits."""
    for usual in _USUAL.finditer(plain):
        if dated := _DATED.fullmatch(re.sub(r"\D", "", usual[1])):
            yield *usual.span(1), dated[1]


def _oddly_dressed(plain: str) -> Iterator[tuple[int, int, str]]:
    """Yield the same in unusual groups that stand alone."""
    for groups in _CHAIN.finditer(plain):
        digits = re.sub(r"\D", "", groups[0])
        if (dated := _DATED.fullmatch(digits)) and dated[1] == digits and _is_odd_dress(groups[0]):
            yield *groups.span(), digits


def _is_odd_dress(chained: str) -> bool:
    """Return whether the groups of a chain are those of a number oddly written.

    Groups that begin with an area code are a telephone number; groups that rise are a list, as of weeks; groups of at
    most two digits are days, hours or figures, unless all are equally long and there is no year.
    """
    groups = re.findall(r"\d+", chained)
    sizes = tuple(map(len, groups))
    if sizes in _NUMBERS_ALONE:
        return True
    if _AREA_CODE.match(chained) or groups == sorted(set(groups)):
        return False
    figures = {len(group) for group in groups if not _YEAR.fullmatch(group)}
    return max(figures) > _FIGURE or (len(figures) == 1 and len(set(sizes)) == 1)


def _is_something_else(plain: str, first: int, last: int, number: str) -> bool:
    """Return whether digits that could be a number are a time, a telephone number, degrees, or part of an id."""
    near = max(0, first - _LONGEST_ID), last + _LONGEST_ID
    return (
        _is_time(plain[first:last], number)
        or _ABROAD.match(plain, first) is not None
        or any(each.start() <= first and last <= each.end() for each in _DEGREES.finditer(plain, *near))
        or any(each.start() < first and last <= each.end() for each in _ID.finditer(plain, *near))
        or any(each.start() < first and last < each.end() for each in _DIGEST.finditer(plain, *near))
    )


def _is_time(found: str, number: str) -> bool:
    """Return whether a date and four digits are a moment or a period rather than a number.

    They are where the four are written as a time or as two hours, and where an hour, a year or a day of a year comes
    after an ISO date and something else than a hyphen, or after a day with its century on which nobody here can be
    born.
    """
    if _AT_A_TIME.fullmatch(found) or _DAY_AND_ON.fullmatch(found):
        return True
    return len(number) > _FEWEST and _is_young(number) and _LATER.fullmatch(number[-4:]) is not None


def _is_young(number: str) -> bool:
    """Return whether a number with its century begins with a day on which nobody whom the service knows was born."""
    return int(number[:4]) > dt.datetime.now(dt.UTC).year - _YOUNGEST


def _readings(text: str) -> Iterator[tuple[str, _Places]]:
    """Yield a plain text, first as the text stands and then with its escapes resolved, and the place of each sign."""
    places = [(place, place + 1) for place in range(len(text))]
    yield _plain(text, places)
    for _ in range(_MOST_ESCAPES):
        if not _ESCAPED.search(text):
            return
        text, places = _resolved(text, places)
        yield _plain(text, places)


def _plain(text: str, places: _Places) -> tuple[str, _Places]:
    """Return a text with plain digits and spaces, without what cannot be seen, and the place of each sign."""
    plain: list[str] = []
    kept: _Places = []
    for given, place in zip(text, places, strict=True):
        if given.isspace() or unicodedata.category(given)[0] not in "CM":
            for character in unicodedata.normalize("NFKC", given):
                plain.append(_plain_character(character))
                kept.append(place)
    return "".join(plain), kept


def _resolved(text: str, places: _Places) -> tuple[str, _Places]:
    """Return a text with the meaning of each escape in its place, nothing for a tag, and the place of each sign."""
    meant: list[str] = []
    kept: _Places = []
    done = 0
    for escape in _ESCAPED.finditer(text):
        first, last = escape.span()
        meaning = "" if escape[0].startswith("<") else html.unescape(unquote(escape[0]))
        meant += text[done:first], meaning
        kept += places[done:first] + [(places[first][0], places[last - 1][1])] * len(meaning)
        done = last
    return "".join((*meant, text[done:])), kept + places[done:]


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
