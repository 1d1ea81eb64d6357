"""Spelling: how names are compared, so that what is only typing does not count and what tells two names apart does.

A vocabulary has few words that are far from each other, and is read without any sign. The names of units are many and
near: ``avd 1:1``, ``avd 1/1`` and ``avd 11`` may all be there, and so may Habo and Håbo.
"""

from __future__ import annotations

import re
import unicodedata

_SIGNS = str.maketrans(
    {**dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-"), "\u2019": "'"}
)
_BESIDE_A_SIGN = re.compile(r" ?([-/,:]) ?")
_ORGANISATION_NUMBER = re.compile(r"([0-9]{6})[- ]([0-9]{4})")
_BETWEEN = re.compile(r"[\W_]+")
_WITHIN_A_WORD = frozenset(":.'")


def alike(text: str) -> str:
    """Return a name without what is only typing: its case, kinds and numbers of blanks, and kinds of dashes.

    An organisation number is the same with its dash and without.
    """
    typed = plain(unicodedata.normalize("NFC", text).casefold()).replace(";", ",")
    spelt = _BESIDE_A_SIGN.sub(r"\1", typed)
    number = _ORGANISATION_NUMBER.fullmatch(spelt)
    return spelt if number is None else number[1] + number[2]


def plain(text: str) -> str:
    """Return a text with one kind of blank, one of dash and one of apostrophe, and without signs that nobody sees."""
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return " ".join(unicodedata.normalize("NFC", seen).translate(_SIGNS).split())


def nearly(text: str) -> str:
    """Return a name without accents and signs too, but with every sign between two figures, and words apart."""
    parts = unicodedata.normalize("NFD", alike(text))
    bare = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return _BETWEEN.sub(lambda found: _between(bare[: found.start()], found[0], bare[found.end() :]), bare)


def _between(before: str, signs: str, after: str) -> str:
    """Return what stays of the signs between two parts of a name."""
    if before[-1:].isdigit() and after[:1].isdigit():
        return signs
    if before[-1:].isalpha() and after[:1].isalpha():
        return "" if signs in _WITHIN_A_WORD else " "
    return ""
