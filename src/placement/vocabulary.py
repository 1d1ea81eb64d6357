"""Vocabularies: closed lists of words, each of which is known by its code and its names in Swedish and English.

A word is read in any case, with or without spaces, hyphens and accents: ``Sjuksköterska``, ``sjukskoterska``, ``NURSE``
and ``nurse`` are one profession. What is not in the list is refused with the words that are most like it.
"""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from types import MappingProxyType
from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from placement.refusals import refused
from placement_solver.words import Words

ALIKE = 0.6
"""How alike a text must be to a word that is suggested for it; 1 is equal."""
AS_ALIKE = 0.1
"""How much less alike than the nearest word another may be, to be suggested beside it."""
MOST_NEAR = 3
_NONE: Mapping[str, str] = MappingProxyType({})
_AND = re.compile(r"\s*(?:[/&+;,]|\b(?:och|eller|samt|and|or)\b)\s*")


def fold(text: str) -> str:
    """Return a text's letters and digits in lower case and without accents, and nothing else of it."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text.casefold()) if letter.isalnum())


class Vocabulary:
    """The words of one list: names by code, and what to say about a text that is none of them.

    ``missing`` says that there is no such word, and ``listed`` where all of them are found. ``short`` are what people
    write for a word, and mean no other by; ``perhaps`` what may be short for one, and is only asked about.
    """

    def __init__(
        self,
        names: Mapping[str, Words],
        missing: Words,
        listed: Words,
        short: Mapping[str, str] = _NONE,
        perhaps: Mapping[str, str] = _NONE,
    ) -> None:
        self.names = names
        self._perhaps = {fold(text): code for text, code in perhaps.items() if code in names}
        self._missing, self._listed = missing, listed
        self._codes: dict[str, str] = {}
        for spellings in (_codes, _names, _folded):  # a word's own spelling goes before one that is only like it
            for spelling, code in spellings(names):
                self._codes.setdefault(spelling, code)
        for text, code in short.items():
            if code in names:
                self._codes.setdefault(fold(text), code)

    def code_of(self, text: str) -> str | None:
        """Return the code of the word that a text is; None if it is none."""
        text = text.strip()
        return self._codes.get(text) or self._codes.get(text.casefold()) or self._codes.get(fold(text))

    def name_of(self, code: str) -> Words:
        """Return the names of the word with a code, or the code itself if there is no such word."""
        return self.names.get(code) or Words(code, code)

    def nearest(self, text: str) -> list[str]:
        """Return the codes of the words that are most like a text, the nearest first: three at most, often none."""
        given, likeness = fold(text), dict[str, float]()
        if given in self._perhaps:
            return [self._perhaps[given]]
        for spelling, code in _folded(self.names):
            likeness[code] = max(_likeness(given, spelling), likeness.get(code, 0))
        best = max(likeness.values(), default=0)
        near = [code for code, alike in likeness.items() if alike >= max(ALIKE, best - AS_ALIKE)]
        return sorted(near, key=lambda code: -likeness[code])[:MOST_NEAR]

    def refusal(self, text: str, *, several: bool = False) -> Words:
        """Say that a text is not in the list, which words may be meant, and where the list is.

        With ``several`` the text is one of those in a cell that may hold several words.
        """
        parts = [code for part in _AND.split(text) if (code := self.code_of(part))]
        if len(parts) > 1 and len(parts) == len(_AND.split(text)):
            return self._separated(parts, several=several)
        near = [self._told(code) for code in self.nearest(text)]
        sv, en = _either([words.sv for words in near], " eller "), _either([words.en for words in near], " or ")
        if not near:
            return Words(f"{self._missing.sv}; {self._listed.sv}", f"{self._missing.en}; {self._listed.en}")
        return Words(
            f"{self._missing.sv}: menade du {sv}? {_begun(self._listed.sv)}",
            f"{self._missing.en}: did you mean {en}? {_begun(self._listed.en)}",
        )

    def _separated(self, parts: Sequence[str], *, several: bool) -> Words:
        """Say how several words are given, or that only one may be."""
        sv, en = (
            ", ".join(words) for words in zip(*((each.sv, each.en) for each in map(self.name_of, parts)), strict=True)
        )
        if several:
            return Words(
                f"{self._missing.sv}: flera skiljs åt med kommatecken, som {sv}",
                f"{self._missing.en}: several are separated by a comma, as in {en}",
            )
        return Words(f"{self._missing.sv}: ange bara ett av {sv}", f"{self._missing.en}: give only one of {en}")

    def _told(self, code: str) -> Words:
        """Return a word's names, each with the code beside it unless it is the same."""
        names = self.names[code]
        sv, en = (name if name == code else f"{name} ({code})" for name in (names.sv, names.en))
        return Words(sv, en)


class Named(enum.StrEnum):
    """A closed list in the code: each member has a code, which is its value, and names in Swedish and English.

    Where a caller gives a member, in a body, a query or a sheet, its code and its names are read alike.
    """

    words: Words
    also: tuple[str, ...]

    def __new__(cls, code: str, sv: str = "", en: str = "", *also: str) -> Self:
        """Make a member from its code, its names and what people write for it; it is found again by its code alone."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.words = Words(sv, en)
        member.also = also
        return member

    @classmethod
    def read(cls, given: object) -> object:
        """Return the member that a text is; what is no text is left for pydantic to refuse."""
        if isinstance(given, cls) or not isinstance(given, str):
            return given
        vocabulary = vocabulary_of(cls)
        code = vocabulary.code_of(given)
        if code is None:
            told = vocabulary.refusal(given)
            raise refused(told.sv, told.en)
        return cls(code)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401 (pydantic's)
        """Read a member before pydantic checks it."""
        return core_schema.no_info_before_validator_function(cls.read, handler(source))


@cache
def vocabulary_of(words: type[Named]) -> Vocabulary:
    """Return the vocabulary of a list in the code."""
    names = {member.value: member.words for member in words}
    sv, en = ", ".join(each.sv for each in names.values()), ", ".join(names)
    return Vocabulary(
        names,
        Words("ordet finns inte", "there is no such word"),
        Words(f"ange något av {sv}", f"give one of {en}"),
        {text: member.value for member in words for text in member.also},
    )


def _codes(names: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """Yield every code as it is."""
    return ((code, code) for code in names)


def _names(names: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """Yield every name in lower case, with its code."""
    return ((name.casefold(), code) for code, each in names.items() for name in (each.sv, each.en))


def _folded(names: Mapping[str, Words]) -> Iterator[tuple[str, str]]:
    """Yield every code and name without what is only spelling, with its code."""
    return ((fold(name), code) for code, each in names.items() for name in (code, each.sv, each.en))


def _likeness(one: str, other: str) -> float:
    """Return how alike two texts are, from 0 to 1; texts that cannot be alike enough are not compared in full."""
    matcher = SequenceMatcher(None, one, other)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < ALIKE:
        return 0
    return matcher.ratio()


def _either(words: Sequence[str], last: str) -> str:
    """Join alternatives with commas, and the last with a word of its own."""
    return last.join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _begun(sentence: str) -> str:
    """Begin a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]
