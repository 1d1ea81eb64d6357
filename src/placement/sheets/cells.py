"""Cells: how a value is written in a cell and read back, so that no spreadsheet takes it for a formula."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from placement_solver.words import Words

Value = str | int | float | bool | None

NONE = "none"
"""What a cell says for an empty list, if an empty cell means something else."""
NOTHING = Words("inga", NONE)
"""The same in words."""
SWITCH = {True: Words("ja", "yes"), False: Words("nej", "no")}
"""Yes and no in words, which ``read_switch`` reads."""

_FORMULA = re.compile("^'*[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
_ESCAPED = re.compile("^'+[=+\\-@\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
_SWITCHES = {
    **dict.fromkeys(("true", "yes", "y", "ja", "j", "sant", "x", "1"), True),
    **dict.fromkeys(("false", "no", "n", "nej", "falskt", "0"), False),
}
_NOT_IN_XML = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN_FOR_XML = re.compile("_x([0-9A-Fa-f]{4})_")


def escape(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unescape(text: str) -> str:
    """Remove the apostrophe that ``escape`` has added."""
    return text[1:] if _ESCAPED.match(text) else text


def for_xml(text: str) -> str:
    """Write the characters that XML cannot contain as XLSX does: ``_x0007_``."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def from_xml(text: str) -> str:
    """Read the characters that ``for_xml`` has written."""
    return _WRITTEN_FOR_XML.sub(lambda found: chr(int(found[1], 16)), text)


def as_text(value: object) -> str:
    """Write a value as text: true and false in lower case, a whole number without decimals, a date as ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 (beyond, floats are not exact)
            return str(int(value))
        case dt.datetime():
            return value.date().isoformat()
    return str(value)


def words_as_text(words: Sequence[object] | None, nothing: str = "") -> str:
    """Write a list in one cell: an empty cell for None, and the text ``nothing`` for an empty list."""
    if words is None:
        return ""
    return ", ".join(map(str, words)) or nothing


def in_words(value: Value, language: str) -> Value:
    """Return yes or no in a language (``sv`` or ``en``); any other value as it is."""
    return str(getattr(SWITCH[value], language)) if isinstance(value, bool) else value


def says_none(text: str) -> bool:
    """Tell whether a cell says that a list is empty, in either language."""
    return text.casefold() in {NOTHING.sv, NOTHING.en}


def read_switch(text: str) -> bool | str:
    """Read yes or no, in English or Swedish; any other text is returned as it is, to be refused later."""
    return _SWITCHES.get(text.lower(), text)
