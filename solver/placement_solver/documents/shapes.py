"""The shapes of single values: each reads a value and describes itself as JSON Schema.

A shape that refuses a value reports a fault and returns `MISREAD`. So reading goes on, and one pass finds every fault.
A document without faults contains no `MISREAD`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from placement_solver.faults import Fault, shown
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

MISREAD: Final[Any] = object()
"""Takes the place of a value that could not be read. The fault has been reported."""

LONGEST_TEXT = 128
LONGEST_SHOWN = 40
LARGEST_SHOWN = 10**15
CONTAINERS: dict[type, Words] = {list: Words("en lista", "a list"), dict: Words("ett objekt", "an object")}

Read = Any
"""The value that a shape returns: any type, or `MISREAD`."""
Schema = dict[str, Any]


@dataclass
class Reading:
    """One pass over a document: the faults found so far, and what references and weeks are compared with.

    ``known`` maps a list of the document, such as ``units``, to its ids, or to None where the list could not be read.
    ``weeks`` is the term's number of weeks, or None where it could not be read.
    """

    faults: list[Fault]
    known: Mapping[str, frozenset[str] | None]
    weeks: int | None

    def fault(self, pointer: str, sv: str, en: str) -> Read:
        """Report a fault and return `MISREAD`."""
        self.faults.append(Fault(pointer, Words(shown(sv), shown(en))))
        return MISREAD

    def wrong(self, pointer: str, value: object, asked: Words) -> Read:
        """Report a value that is not what was asked for."""
        found = described(value)
        return self.fault(pointer, f"ska vara {asked.sv}, inte {found.sv}", f"must be {asked.en}, not {found.en}")


class Shape(ABC):
    """A kind of value: what is accepted, and its JSON Schema."""

    @abstractmethod
    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Return the value in the form that the dataclasses use, or report faults and return `MISREAD`."""

    @abstractmethod
    def schema(self) -> Schema:
        """Return the shape as JSON Schema."""


class Text(Shape):
    """A text of 1 to 128 characters."""

    asked = Words(f"en text med 1–{LONGEST_TEXT} tecken", f"a text of 1–{LONGEST_TEXT} characters")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept a text that is neither empty nor too long and that UTF-8 can encode."""
        if isinstance(value, str) and 0 < len(value) <= LONGEST_TEXT:
            if value.isascii() or shown(value) == value:
                return value
            return reading.fault(
                at,
                f"{value} innehåller ett ensamt surrogat, som inte kan skrivas i UTF-8",
                f"{value} contains a lone surrogate, which UTF-8 cannot encode",
            )
        return reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return a text with its bounds."""
        return {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}


class Reference(Text):
    """The id of an entry in another list of the document."""

    def __init__(self, section: str) -> None:
        """Refer to the list called ``section``."""
        self.section = section

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept an id in the list, or any id where the list could not be read."""
        text = super().read(value, at, reading)
        known = reading.known[self.section]
        if text is MISREAD or known is None or text in known:
            return text
        return reading.fault(
            at, f"id ”{text}” finns inte i {self.section}", f"there is no id '{text}' in {self.section}"
        )


class Whole(Shape):
    """A whole number between two bounds, written without a decimal point."""

    def __init__(self, low: int, high: int) -> None:
        """Set the bounds, both allowed."""
        self.low, self.high = low, high
        self.asked = Words(f"ett heltal {_span(low, high).sv}", f"a whole number {_span(low, high).en}")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept an integer within the bounds. True and 1.0 are refused."""
        if type(value) is int and self.low <= value <= self.high:
            return value
        return reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return an integer with its bounds."""
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


class WeekOfTerm(Whole):
    """A week of the term, counted from 0."""

    def __init__(self, longest: int) -> None:
        """Allow the weeks of the longest possible term."""
        super().__init__(0, longest - 1)

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept a week of the term."""
        week = super().read(value, at, reading)
        if week is MISREAD or reading.weeks is None or week < reading.weeks:
            return week
        return reading.fault(
            at,
            f"vecka {week} ligger utanför terminen, vars veckor är 0–{reading.weeks - 1}",
            f"week {week} lies outside the term, whose weeks are 0–{reading.weeks - 1}",
        )


class Number(Shape):
    """A finite number between two bounds."""

    def __init__(self, low: float, high: float) -> None:
        """Set the bounds, both allowed."""
        self.low, self.high = low, high
        self.asked = Words(f"ett tal {_span(low, high).sv}", f"a number {_span(low, high).en}")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept a number within the bounds: 7 and 7.5 are numbers, NaN and true are not."""
        if type(value) in {int, float} and self.low <= value <= self.high:  # type: ignore[operator]
            return value
        return reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return a number with its bounds."""
        return {"type": "number", "minimum": self.low, "maximum": self.high}


class Flag(Shape):
    """True or false."""

    asked = Words("true eller false", "true or false")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept true or false. 0 and 1 are refused."""
        return value if isinstance(value, bool) else reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return a Boolean."""
        return {"type": "boolean"}


class OneOf(Shape):
    """One of a few given texts."""

    def __init__(self, *texts: str) -> None:
        """Set the texts."""
        self.texts = texts
        listed = ", ".join(f'"{text}"' for text in texts)
        self.asked = Words(listed, listed) if len(texts) == 1 else Words(f"en av {listed}", f"one of {listed}")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept one of the texts."""
        return value if isinstance(value, str) and value in self.texts else reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return the choice, or a constant where there is only one text."""
        return {"const": self.texts[0]} if len(self.texts) == 1 else {"enum": list(self.texts)}


class CalendarWeek(Shape):
    """An ISO week such as 2027-W03."""

    asked = Words("en ISO-vecka som 2027-W03", "an ISO week such as 2027-W03")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept a week that exists in the calendar."""
        if not (isinstance(value, str) and value.isascii()):
            return reading.wrong(at, value, self.asked)
        try:
            return IsoWeek.parse(value)
        except ValueError:
            asked = Words(f"{self.asked.sv} som finns i kalendern", f"{self.asked.en} that exists in the calendar")
            return reading.wrong(at, value, asked)

    def schema(self) -> Schema:
        """Return the pattern. JSON Schema cannot express that the week exists in its year."""
        return {"type": "string", "pattern": "^[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])$"}


class Fingerprint(Shape):
    """A SHA-256 in hexadecimal."""

    asked = Words("64 hexadecimala tecken, gemener", "64 hexadecimal characters in lower case")

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept 64 hexadecimal characters in lower case."""
        if isinstance(value, str) and len(value) == len("0" * 64) and set(value) <= set("0123456789abcdef"):
            return value
        return reading.wrong(at, value, self.asked)

    def schema(self) -> Schema:
        """Return the pattern."""
        return {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def described(value: object) -> Words:
    """Describe any value briefly, however large it is."""
    if value is None or isinstance(value, bool):
        word = {None: "null", True: "true", False: "false"}[value]
        return Words(word, word)
    if isinstance(value, str):
        short = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]}…"
        return Words(f"”{short}”", f"'{short}'")
    if isinstance(value, int | float):
        if abs(value) >= LARGEST_SHOWN:
            return Words("ett mycket stort tal", "a very large number")
        return Words(str(value), str(value))
    for container, words in CONTAINERS.items():
        if isinstance(value, container):
            return words
    return Words(f"något av typen {type(value).__name__}", f"something of the type {type(value).__name__}")


def _span(low: float, high: float) -> Words:
    """Write two bounds with separated thousands."""
    english = f"from {low:,} to {high:,}"
    return Words(f"från {low:,} till {high:,}".replace(",", " "), english)
