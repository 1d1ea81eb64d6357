"""Formats: how a number format shows a number, as far as it can be told exactly (ECMA-376, part 1, section 18.8.31).

A cell may show the stored number, a text that adds to it (``0000123``), or something else altogether. A text column is
given what is shown, or refused; a number column is refused where another number is shown, or none.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

_LONGEST = 255
"""The letters of the longest format that Excel allows."""
_HUGE = 1e15
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?)|\\(?P<escaped>.)|(?P<space>_.)|\*(?P<filled>.)|(?P<bracket>\[[^\]]*\])|(?P<end>;)"""
    r"""|(?P<whole>general|standard|@)|(?P<digit>[0#?])|(?P<power>e[+-])|(?P<sign>[.,%/])|(?P<other>.)""",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)\s*(-?\d{1,15}(?:\.\d{1,15})?)\]")
_HOLDS = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_MINUS = frozenset("-\u2212\u2013(")
_DASHES = frozenset("-\u2212\u2013\u2014")
_EXACT = Context(prec=40, rounding=ROUND_HALF_UP)
_NOISE = 1e-9
_BLANK = re.compile(r"[\s\u00a0\u202f]")
_GROUPING = re.compile(r"[\u00a0\u202f'\u2019]")
_RUN = re.compile(r"\d(?:[\d\s\u00a0\u202f.,'\u2019]*\d)?")
_POWER = re.compile(r"[-\u2212]?\d+([.,]\d+)?e[-+]?\d+", re.IGNORECASE)
_FRACTION = re.compile(r"[-\u2212]?(\d+\s+)?\d+/\d+")


class Shown(NamedTuple):
    """The text that a number's cell shows, if it can be told, and whether it shows another number or none at all."""

    text: str | None
    other: bool = False


_OTHER = Shown(None, other=True)


def plain(value: float) -> str:
    """Write a number as it is, a whole one without decimals."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def shown_by(code: str, value: float) -> Shown:
    """Return what a cell with a number and this format shows.

    ``0000000`` shows 123 as ``0000123``. A format that adds letters or signs, such as ``"KI-"0000``, shows something
    that is not stored anywhere.
    """
    if code == "General" or abs(value) >= _HUGE:
        return Shown(plain(value))
    if len(code) > _LONGEST:
        return _OTHER
    sections = _sections(code)
    section, bare = _section_for(sections, value)
    return section.show(value, bare=bare) if section is not None else _OTHER


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    """Read a format's sections."""
    tokens = [(str(found.lastgroup), found[found.lastgroup or 0]) for found in _TOKEN.finditer(code)]
    parts = (tuple(part) for ends, part in groupby(_with_ends(tokens), lambda token: token[0] == "end") if not ends)
    return tuple(_Section.of(part) for part in parts)


def _with_ends(tokens: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Begin every section with a token of its own, so that an empty one is a section too."""
    spread: list[tuple[str, str]] = [("begin", "")]
    for token in tokens:
        spread += [token, ("begin", "")] if token[0] == "end" else [token]
    return spread


def _section_for(sections: tuple[_Section, ...], value: float) -> tuple[_Section | None, bool]:
    """Return the section that shows a number, and whether it shows it without a sign of its own."""
    sections = sections[:3]  # the fourth is for texts
    if any(section.condition for section in sections):
        for section in sections:
            if section.condition is None or _HOLDS[section.condition[0]](value, section.condition[1]):
                return section, False
        return None, False
    if value < 0 and len(sections) > 1:
        return sections[1], True
    return sections[2 if value == 0 and len(sections) > 2 else 0], False  # noqa: PLR2004 (the third is for zero)


@dataclass(slots=True)
class _Section:
    """One section of a format: the places of its digits, and what stands before, among and after them."""

    digits: str = ""
    decimals: str = ""
    literals: list[str] = field(default_factory=lambda: ["", "", ""])
    grouped: bool = False
    scale: int = 0
    whole: bool = False
    percent: bool = False
    special: bool = False
    """Whether the number is shown as a power or a fraction, which no text column can take."""
    condition: tuple[str, float] | None = None
    pointed: bool = False

    @classmethod
    def of(cls, tokens: tuple[tuple[str, str], ...]) -> _Section:
        """Read the tokens of a section."""
        section = cls()
        last = max((place for place, (kind, _) in enumerate(tokens) if kind in {"digit", "whole"}), default=-1)
        for place, (kind, written) in enumerate(tokens):
            began = section.digits or section.decimals or section.whole
            where = 2 if place > last >= 0 else int(bool(began))
            if not section._place(kind, written, numbered=last >= 0):
                section._add(kind, written, where)
        return section

    def _place(self, kind: str, written: str, *, numbered: bool) -> bool:
        """Take a token that shapes the number; return False for any other."""
        match kind, written:
            case "digit", _ if self.pointed:
                self.decimals += written
            case "digit", _:
                self.grouped, self.scale = self.grouped or self.scale > 0, 0
                self.digits += written
            case "whole", _:
                self.whole = True
            case "sign", "." if not self.pointed and numbered:
                self.pointed = True
            case "sign", "," if self.digits or self.decimals:
                self.scale += 1
            case "sign", "%":
                self.percent = True
            case ("power", _) | ("sign", "/"):
                self.special = True
            case _:
                return False
        return True

    def _add(self, kind: str, written: str, where: int) -> None:
        """Take a token that stands beside the number."""
        match kind:
            case "bracket":
                if found := _CONDITION.fullmatch(written):
                    self.condition = (found[1], float(found[2]))
                written = written[2:-1].partition("-")[0] if written.startswith("[$") else ""
            case "space":
                written = " "
            case "filled":
                written = written if written.isdecimal() else " "
            case "quoted":
                written = written.strip('"')
        self.literals[where] += written
        if where == 1 and not self.pointed and written and written.isspace():
            self.digits += " " * len(written)

    def show(self, value: float, *, bare: bool) -> Shown:
        """Show a number; ``bare`` means that the section is for negative numbers, and has their sign itself."""
        around = self.literals[0] + self.literals[2]
        lonely = not around.strip()
        if not (self.digits or self.decimals or self.whole):
            return Shown(None, other=value != 0 or around.strip() not in _DASHES)
        if self._misleads(value, bare=bare):
            return _OTHER
        if self.percent:
            alone = lonely and not self.special and self.digits.count("0") <= 1
            return Shown(f"{round(value * 100, 10):g}%" if alone else None)
        if self.whole:
            return Shown(plain(value) if lonely else None)
        return Shown(None) if self.special else self._digits(abs(value), value, lonely=lonely)

    def _misleads(self, value: float, *, bare: bool) -> bool:
        """Tell whether what stands beside the digits, or divides by a thousand, makes another number of them."""
        before, among, after = self.literals
        negative = not _MINUS.isdisjoint(before) or (value < 0 and not bare)
        return (
            bool(among.strip())
            or any(letter.isdecimal() for letter in before + after)
            or (value != 0 and (self.scale > 0 or negative != (value < 0)))
        )

    def _digits(self, size: float, value: float, *, lonely: bool) -> Shown:
        """Show a number by the places of its digits."""
        rounded = Decimal(repr(float(size))).quantize(Decimal(1).scaleb(-min(len(self.decimals), 20)), context=_EXACT)
        whole, _, decimals = f"{rounded:f}".partition(".")
        if not self.decimals and abs(float(rounded) - size) > _NOISE * max(1, size):
            return _OTHER
        whole = "" if whole == "0" else whole
        if not whole and not self.decimals and "0" not in self.digits:
            return _OTHER  # a zero that is not shown
        written = self._whole(whole)
        if written is None or not lonely:
            return Shown(None)
        text = f"{'-' if value < 0 else ''}{written.strip()}"
        if not self.decimals and not self.grouped:
            return Shown(text)
        kept = decimals.rstrip("0")
        kept += decimals[len(kept) : len(self.decimals.rstrip("#?"))]
        text += f".{kept}" if self.decimals else ""
        return Shown(text if text == plain(value) else None)  # the signs of thousands and decimals are the country's

    def _whole(self, whole: str) -> str | None:
        """Place the digits of a whole number from the right; None where programs differ on how many are shown."""
        left, out = list(whole), ""
        places = self.digits
        for number, place in enumerate(reversed(places)):
            if place == " ":
                out += " "
            elif left:
                out += left.pop()
            elif place == "0":
                out += "0"
            elif "0" in places[: len(places) - number - 1]:
                return None  # 0# shows 5 as 5 or as 05
            elif place == "?":
                out += " "
        return "".join(left) + out[::-1]


def shown_text(shown: str, value: float) -> Shown:
    """Return what a cell shows that stores its text beside its number, as OpenDocument does."""
    text = shown.strip()
    if _POWER.fullmatch(text) or _FRACTION.fullmatch(text) or (value == 0 and text in _DASHES):
        return Shown(None)
    found = _RUN.search(text)
    reading = found and next((each for each in _readings(found[0]) if _means(each, abs(value))), None)
    if found is None or reading is None:
        return _OTHER
    before, after = text[: found.start()], text[found.end() :]
    negative = not _MINUS.isdisjoint(before)
    if any(letter.isdecimal() for letter in after) or (value and negative != (value < 0)):
        return _OTHER
    if before.strip("-\u2212") or after:
        return Shown(None)
    sign = "-" if value < 0 else ""
    if found[0].replace(" ", "").isdecimal():
        return Shown(sign + found[0])
    return Shown(sign + reading if sign + reading == plain(value) else None)


def _readings(figures: str) -> list[str]:
    """Return the numbers that some figures may mean: a point or comma is for thousands or for decimals."""
    bare = _GROUPING.sub("", _BLANK.sub("", figures))
    points = [place for place, letter in enumerate(bare) if letter in ".,"]
    whole = bare.replace(".", "").replace(",", "")
    if not points:
        return [bare]
    decimal = f"{bare[: points[-1]].replace('.', '').replace(',', '')}.{bare[points[-1] + 1 :]}"
    thousands = re.fullmatch(r"\d{1,3}([.,]\d{3})+", bare) is not None
    return [decimal, whole] if thousands else [decimal]


def _means(reading: str, size: float) -> bool:
    """Tell whether a number, rounded to the decimals that are shown, is the number that is shown."""
    decimals = len(reading.partition(".")[2])
    near = 10.0**-decimals / 2 if decimals else 0
    return abs(float(reading) - size) <= near + _NOISE * max(1, size)
