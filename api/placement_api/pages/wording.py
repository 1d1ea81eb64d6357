"""Wording: what the solver's sentences say, written as people write it."""

from __future__ import annotations

import datetime as dt
import re

from placement.printed.pages import Language, say, say_day, say_moment
from placement.sheets.cells import SWITCH
from placement_solver.words import Words

_EXAMPLE = r"(?<!som )(?<!as )"
"""What is after these words is an example of how to write, which stays as it is."""
_SPAN = re.compile(_EXAMPLE + r"\d{4}-W0?(\d{1,2})(?:–(?:\d{4}-)?W0?(\d{1,2}))?")
_DAY = re.compile(_EXAMPLE + r"\b\d{4}-\d{2}-\d{2}\b")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_ONE_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?")
_NOTHING = "–"
_STUDENT = re.compile(r"\bstu_\w+")


def say_plainly(text: str, own: str = "", *, language: Language, begins: bool = True) -> str:
    """Write a sentence with a capital, weeks and days as its language does, and students without our ids.

    Weeks are written without their year: v. 5–9, or weeks 5–9. ``own`` is the student whom the page is about, if it is
    about one. ``begins`` tells whether the text begins a sentence: a name does not.
    """

    def whose(found: re.Match[str]) -> str:
        if found[0] == own:
            return "studenten" if language == "sv" else "the student"
        if not own:
            return "en student" if language == "sv" else "a student"
        return "en annan student" if language == "sv" else "another student"

    plain = _STUDENT.sub(whose, say_dated(text, language=language)).strip()
    return plain[:1].upper() + plain[1:] if begins else plain


def say_words(words: Words, *, language: Language) -> str:
    """Return a text in one language, with weeks and days as it writes them."""
    return say_dated(say(words, language=language), language=language)


def say_dated(text: str, *, language: Language) -> str:
    """Return a text with weeks and days as its language writes them."""
    return say_weeks_in(say_days_in(text, language=language), language=language)


def say_days_in(text: str, *, language: Language) -> str:
    """Write the ISO days in a sentence as its language does, such as 3 februari 2027."""
    return _DAY.sub(lambda found: say_day(dt.date.fromisoformat(found[0]), language=language), text)


def say_year_and_week(text: str, *, language: Language) -> str:
    """Write an ISO week with its year as a field of a form has it, such as 2028 v. 3; any other text as it is."""
    found = _WEEK.fullmatch(text)
    if found is None:
        return text
    return f"{found[1]} {'v.' if language == 'sv' else 'week'} {int(found[2])}"


def say_value(value: object, *, language: Language) -> str:
    """Write a stored value as people do: a moment, a day, a week, yes or no; ``–`` where there is nothing."""
    match value:
        case bool():
            return say(SWITCH[value], language=language)
        case list() | dict() | None if not value:
            return _NOTHING
        case float():
            return str(value).replace(".", "," if language == "sv" else ".")
        case list():
            return ", ".join(say_value(each, language=language) for each in value)
        case dict():
            return "; ".join(f"{name}: {say_value(each, language=language)}" for name, each in value.items())
    return _say_text(str(value), language)


def _say_text(text: str, language: Language) -> str:
    if _MOMENT.fullmatch(text):
        moment = dt.datetime.fromisoformat(text)
        return say_moment(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC), language=language)
    if _ONE_DAY.fullmatch(text):
        return say_day(dt.date.fromisoformat(text), language=language)
    return say_year_and_week(text, language=language) or _NOTHING


def say_weeks_in(text: str, *, language: Language) -> str:
    """Write the ISO weeks in a sentence as its language does, without their year."""

    def written(found: re.Match[str]) -> str:
        first, last = found.groups()
        space = "\N{NO-BREAK SPACE}"
        if last is None:
            return f"v.{space}{first}" if language == "sv" else f"week{space}{first}"
        return f"v.{space}{first}–{last}" if language == "sv" else f"weeks{space}{first}–{last}"

    return _SPAN.sub(written, text)
