"""Values: what a cell holds for its column, read exactly or refused with what is wrong and the form wanted."""

from __future__ import annotations

import datetime as dt
import re

from placement.sheets.cells import read_switch, says_none, unescape
from placement.sheets.days import read_day
from placement.sheets.files.grid import Cell, Number, Unread
from placement.sheets.layout import Column, Kind
from placement.sheets.week_names import WHICH_WEEK, WeekName, Weeks, read_week
from placement.sheets.wrong import WrongError
from placement_solver.words import Words

_GROUPED = re.compile(r"[-+]?\d{1,3}([ \u00a0\u202f]\d{3})+([.,]\d+)?")
_NUMBER = re.compile(r"[-+]?\d{1,15}([.,]\d{1,20})?([eE][-+]?\d{1,3})?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")
_SHORTENED = re.compile(r"\d([.,]\d*)?[eE]\+\d{2,3}")
_BETWEEN_PARTS = re.compile(r"\s*[,;\n]\s*")
_MINUS = str.maketrans("\u2212\u2013", "--")

Value = str | int | float | bool | list[str]

SHOWN_OTHERWISE = Words(
    "cellen visar något annat än talet som är sparat: formatera kolumnen som text och skriv in värdet igen",
    "the cell shows something else than the number that is stored: format the column as text, and enter it again",
)
MADE_A_DAY = Words(
    "Excel har gjort om värdet till en dag: formatera kolumnen som text och skriv in värdet igen",
    "the spreadsheet has made the value a day: format the column as text, and enter it again",
)
SHORTENED = Words(
    "Excel har kortat talet: formatera kolumnen som text och skriv in det igen",
    "the spreadsheet has shortened the number: format the column as text, and enter it again",
)
NOT_A_NUMBER = Words("ange ett tal", "give a number")
NOT_PLACES = Words(
    "ange ett tal: 0, eller lämna cellen tom, där det inte finns några platser",
    "give a number: 0, or leave the cell empty, where there are no places",
)
FOR_GOOD = Words("lämna cellen tom: tomt betyder tills vidare", "leave the cell empty: that means until further notice")
_FOR_GOOD = frozenset({"tills vidare", "t.v.", "tv", "tillsvidare", "until further notice"})
TWO_NUMBERS = Words(
    "talet kan läsas som tusental eller med decimaler: skriv det utan punkt och komma",
    "the number can be read as thousands or with decimals: write it without a point or comma",
)
NOT_A_SWITCH = Words("skriv ja eller nej", "write yes or no")


def read_value(column: Column, cell: Cell, term: Weeks | Words | None = None) -> Value:
    """Return the value of a cell by what its column holds, as JSON has it; raise `WrongError` where it cannot be told.

    Text that is no value of the column's kind but might be meant (a word among numbers) is refused here, in words; the
    bounds of a value are the schema's to judge.
    """
    if isinstance(cell, Unread):
        raise WrongError(cell.wrong)
    match column.kind:
        case Kind.NUMBER | Kind.WHOLE | Kind.PERCENT | Kind.PLACES:
            return read_number(cell, column.kind)
        case Kind.SWITCH:
            return _switch(cell)
        case Kind.DAY:
            if column.nullable and (shown_of(cell) or "").casefold() in _FOR_GOOD:
                raise WrongError(FOR_GOOD)
            return _day(cell)
        case Kind.WEEKS:
            return _weeks(cell, term)
        case Kind.WORDS:
            text = text_of(cell)
            return [] if says_none(text) else [part for part in _BETWEEN_PARTS.split(text) if part]
    return text_of(cell)


def text_of(cell: Cell) -> str:
    """Return a cell as text, exactly as it shows it; raise `WrongError` where that cannot be told."""
    match cell:
        case Unread():
            raise WrongError(cell.wrong)
        case Number():
            if cell.shown is None:
                raise WrongError(SHOWN_OTHERWISE)
            return cell.shown
        case bool():
            return "true" if cell else "false"
        case dt.date():
            raise WrongError(MADE_A_DAY)
    text = unescape(cell).strip()
    if _SHORTENED.fullmatch(text):
        raise WrongError(SHORTENED)
    return text


def shown_of(cell: Cell | None) -> str | None:
    """Return how a cell is repeated in a fault; None where nothing can be said."""
    match cell:
        case None:
            return None
        case Unread() | Number():
            return cell.shown
        case bool():
            return "true" if cell else "false"
        case dt.date():
            return cell.isoformat()
    return cell.strip()


def read_number(cell: Cell, kind: Kind = Kind.WHOLE) -> int | float:
    """Read a number with a decimal point or comma, with blanks between thousands, and for a share with a ``%``."""
    if isinstance(cell, Number):
        if cell.other:
            raise WrongError(SHOWN_OTHERWISE)
        percent = kind is Kind.PERCENT and cell.shown is not None and cell.shown.endswith("%")
        return _plain(round(cell.value * 100, 10)) if percent else cell.value
    wrong = WrongError(NOT_PLACES if kind is Kind.PLACES else NOT_A_NUMBER)
    if not isinstance(cell, str):
        raise wrong
    text = unescape(cell).strip().translate(_MINUS)
    if kind is Kind.PERCENT:
        text = text.removesuffix("%").strip()
    if _GROUPED.fullmatch(text):
        text = re.sub(r"[ \u00a0\u202f]", "", text)
    elif kind is not Kind.NUMBER and _THOUSANDS.fullmatch(text):
        raise WrongError(TWO_NUMBERS)
    if not _NUMBER.fullmatch(text):
        raise wrong
    return _plain(float(text.replace(",", ".")))


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value


def _switch(cell: Cell) -> bool:
    if isinstance(cell, bool):
        return cell
    value = read_switch(shown_of(cell) or "")
    if not isinstance(value, bool):
        raise WrongError(NOT_A_SWITCH)
    return value


def _day(cell: Cell) -> str:
    """Return a day as ISO 8601 writes it."""
    if isinstance(cell, dt.datetime):
        raise WrongError(Words("dagen har ett klockslag", "the day has a time of day"))
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return read_day(unescape(cell).strip() if isinstance(cell, str) else shown_of(cell) or "").isoformat()


def _weeks(cell: Cell, term: Weeks | Words | None) -> list[str]:
    """Read a list of weeks, separated by commas or semicolons."""
    if isinstance(cell, dt.date):
        return [str(read_named(cell).in_term(term))]
    text = text_of(cell)
    if says_none(text):
        return []
    return [str(read_named(part).in_term(term)) for part in _BETWEEN_PARTS.split(text) if part]


def read_named(value: str | dt.date) -> WeekName:
    """Read a week's name; raise `WrongError` where it is none."""
    name = read_week(value)
    if name is None:
        raise WrongError(WHICH_WEEK)
    return name
