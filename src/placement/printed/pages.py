"""Pages: templates filled in with what is stored, in one language, as one HTML document that needs nothing else.

A template extends ``base.html`` and finds words, numbers, days and sums written as its language writes them. The
stylesheet is part of the page, so that a saved page looks the same; a server allows it by its hash (``STYLE_HASH``).
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Callable
from functools import cache, partial
from importlib.resources import files
from typing import Any, Literal

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from placement.clock import STOCKHOLM
from placement_solver.words import Words

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")
ORE = 100
_LOCALES: dict[Language, str] = {"sv": "sv_SE", "en": "en_GB"}
STYLE = files("placement.printed").joinpath("templates", "style.css").read_text(encoding="utf-8")
STYLE_HASH = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
"""The hash by which a content security policy allows the stylesheet and no other style."""


def render(template: str, language: Language, **values: Any) -> str:  # noqa: ANN401 (a template takes what it names)
    """Fill in a template; a value that it names and that is not given is an error."""
    return _environment(language).get_template(template).render(**values)


def say(words: Words, *, language: Language) -> str:
    """Return a text in one language."""
    return words.sv if language == "sv" else words.en


def say_number(number: float, decimals: int = 0, *, language: Language) -> str:
    """Write a number as the language does, such as 1 234,5 or 1,234.5."""
    form = "#,##0" + ("." + "0" * decimals if decimals else "")
    written: str = format_decimal(number, format=form, locale=_LOCALES[language])
    return written


def say_sum(ore: int, currency: str = "SEK", *, language: Language) -> str:
    """Write a sum given in hundredths of a currency: 12 345,00 kr, or SEK 12,345.00."""
    kronor, rest = divmod(abs(ore), ORE)
    sign = "−" if ore < 0 else ""
    whole, point = say_number(kronor, language=language), "," if language == "sv" else "."
    amount = f"{sign}{whole}{point}{rest:02d}"
    if language == "sv":
        return f"{amount}\N{NO-BREAK SPACE}{'kr' if currency == 'SEK' else currency}"
    return f"{currency}\N{NO-BREAK SPACE}{amount}"


def say_share(part: int, whole: int, *, language: Language) -> str:
    """Write a part of a whole in per cent with one decimal, or a dash if there is no whole."""
    if whole == 0:
        return "–"
    space = "\N{NO-BREAK SPACE}" if language == "sv" else ""
    return f"{say_number(100 * part / whole, 1, language=language)}{space}%"


def say_day(day: dt.date, *, language: Language) -> str:
    """Write a day in words, such as 3 februari 2027."""
    return format_date(day, format="d MMMM y", locale=_LOCALES[language])


def say_moment(moment: dt.datetime, *, language: Language) -> str:
    """Write a moment as the day and the time of day in Stockholm, such as 3 februari 2027 14.05."""
    here = moment.astimezone(STOCKHOLM)
    time = f"{here:%H.%M}" if language == "sv" else f"{here:%H:%M}"
    return f"{say_day(here.date(), language=language)} {time}"


def say_week(week: object, *, language: Language) -> str:
    """Write an ISO week as its language does, without its year: v. 12, or week 12."""
    number = int(str(week).rpartition("-W")[2])
    return f"v.\N{NO-BREAK SPACE}{number}" if language == "sv" else f"week\N{NO-BREAK SPACE}{number}"


def say_date(day: dt.date, *, language: Language) -> str:
    """Write a day in words without its year, such as 22 mars."""
    return format_date(day, format="d MMMM", locale=_LOCALES[language])


def say_days(first: dt.date, last: dt.date, *, language: Language) -> str:
    """Write days from one to another in words, such as 8–21 november 2026; what both have is written once."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{say_day(last, language=language)}"
    begun = say_date(first, language=language) if first.year == last.year else say_day(first, language=language)
    return f"{begun}–{say_day(last, language=language)}"


def say_short_date(day: dt.date, *, language: Language) -> str:
    """Write a day as shortly as can be, such as 22 mars, or 18 jan."""
    return format_date(day, format="d MMM", locale=_LOCALES[language]).rstrip(".")


def environment_of(package: str, language: Language) -> Environment:
    """Return a package's templates with what they may use in one language."""
    made = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    writers: dict[str, Callable[..., str]] = {
        "words": say,
        "number": say_number,
        "money": say_sum,
        "of": say_share,
        "day": say_day,
        "date": say_date,
        "days": say_days,
        "shortdate": say_short_date,
        "week": say_week,
        "moment": say_moment,
    }
    made.filters.update({name: partial(write, language=language) for name, write in writers.items()})
    made.globals.update(language=language, t=lambda sv, en: sv if language == "sv" else en)
    return made


@cache
def _environment(language: Language) -> Environment:
    """Return our own templates, whose pages have their style in them."""
    made = environment_of("placement.printed", language)
    made.globals.update(style=Markup(STYLE))  # noqa: S704 (our own file)
    return made
