"""Identity numbers: personal identity numbers and coordination numbers, which are found in any text and never stored.

The rule is Skatteverket's: ten digits, or twelve with the century, that begin with a day that exists and end with a
check digit. A coordination number has 60 added to the day. The dress does not matter: digits of any script, and
whatever hyphens, dots and spaces people write between the parts.

Telephone numbers in groups, organisation numbers, HSA-ids, coordinates, times, weeks and our own ids are not taken for
identity numbers.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from itertools import cycle

from placement_solver.words import Words

REFUSED = Words(
    "personnummer tas aldrig emot: ange en pseudonym eller ta bort numret"
    " (ett telefonnummer skrivs i grupper, som 070-174 06 05)",
    "a personal identity number is never accepted: give a pseudonym or remove the number"
    " (a telephone number is written in groups, such as 070-174 06 05)",
)
HIDDEN = "…"

_DATE = r"\d\d{0}(?:0[1-9]|1[0-2]){0}(?:[06][1-9]|[1278]\d|[39][01])"
_BARE = rf"(?:(?:18|19|20)\ {{0,3}})?(?:{_DATE.format('')}|{_DATE.format(' {1,3}')})\ {{0,3}}\d{{4}}(?!\d)"
_SPACED = r"(?<!\d )\d(?: {1,3}\d){9}(?: {1,3}\d {1,3}\d)?(?! {0,3}\d)"
_PAIRED = r"(?:18|19|20)(?: {1,3}\d\d){5}(?! {0,3}\d)"
_FOUR_BY_FOUR = r"(?:18|19|20)\d\d(?: {1,3}\d{4}){2}(?! {0,3}\d)"
_DRESSED = re.compile(rf"(?<!\d)(?=({_BARE}|{_SPACED}|{_PAIRED}|{_FOUR_BY_FOUR}))")
"""A date and four digits: with spaces between the parts or all digits, or twelve digits in groups of two or four."""
_UNDRESSED = re.compile(rf"(?:18|19|20)?{_DATE.format('')}\d{{4}}")
_ANOTHER_TIME = re.compile(r" {1,3}(?:(?:0[1-9]|1[0-2]) {1,3}\d\d(?!\d)|W\d\d)")
"""Follows the four digits where they are the year of a second day or week, as in ``2026-08-31–2027-01-17``."""
_OPAQUE = re.compile(r"(?=\d*[a-f])[0-9a-f]{16,}")
"""An id of ours or a digest, which may by chance contain such digits."""
_KEPT = frozenset(",;")
"""Stand between one number and the next, so that no number goes on across them."""
_FEWEST = 10
"""The digits of an identity number without its century."""


def holds_identity_number(text: str) -> bool:
    """Return whether a text contains a personal identity number or coordination number, in any dress."""
    return next(_numbers_in(text), None) is not None


def resembles_identity_number(text: str) -> bool:
    """Return whether a text contains ten or twelve digits that begin with a date, whatever their check digit.

    Stricter than `holds_identity_number`: for pseudonyms, where a mistyped identity number is worse than a
    pseudonym refused.
    """
    return next(_candidates(_plain(text)[0]), None) is not None


def hide_identity_numbers(text: str) -> str:
    """Return a text with an ellipsis in place of every identity number."""
    for first, last in reversed(list(_numbers_in(text))):
        text = text[:first] + HIDDEN + text[last:]
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
    """Yield where each identity number begins and ends in a text."""
    fewest = _FEWEST if text.isascii() else _FEWEST // 2  # one character such as ⑫ may stand for two digits
    if sum(map(str.isnumeric, text)) < fewest:
        return
    plain, places = _plain(text)
    for first, last in _candidates(plain):
        if _is_number(plain[first:last].replace(" ", "")) and not _is_something_else(plain, first, last):
            yield places[first], places[last - 1] + 1


def _candidates(plain: str) -> Iterator[tuple[int, int]]:
    """Yield where a date and four digits begin and end in a plain text."""
    for found in _DRESSED.finditer(plain):
        if _UNDRESSED.fullmatch(found[1].replace(" ", "")):
            yield found.span(1)


def _plain(text: str) -> tuple[str, list[int]]:
    """Return a text with plain digits and spaces, and the place in the text that each character comes from.

    What cannot be seen is left out, and everything that is no letter and no digit becomes a space.
    """
    plain: list[str] = []
    places: list[int] = []
    for place, given in enumerate(text):
        if given.isspace() or unicodedata.category(given)[0] not in "CM":
            for character in unicodedata.normalize("NFKC", given):
                plain.append(_plain_character(character))
                places.append(place)
    return "".join(plain), places


def _plain_character(character: str) -> str:
    """Return a digit of any script as 0 to 9, a letter as it is, and everything else as a space."""
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    return character if character.isalpha() or character in _KEPT else " "


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


def _is_something_else(plain: str, first: int, last: int) -> bool:
    """Return whether the digits belong to a period of two days, or to an id that is no words."""
    if _ANOTHER_TIME.match(plain, last):
        return True
    while first and plain[first - 1].isalnum():
        first -= 1
    while last < len(plain) and plain[last].isalnum():
        last += 1
    return _OPAQUE.fullmatch(plain, first, last) is not None
