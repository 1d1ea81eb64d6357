"""Formats: how a number format shows a number, as far as it can be told exactly."""

from __future__ import annotations

import re

_QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_ZEROS = re.compile(r"0+")
_PLAIN = re.compile(r"[#0?,.\s]*|general|standard|@|0(\.0+)?e[+-]0+", re.IGNORECASE)


def shown_as(code: str, value: float) -> str | None:
    """Return the text that a cell with a number and this format shows; None where it shows something else.

    ``0000000`` shows 123 as ``0000123``. A format that adds letters or signs, such as ``"KI-"0000``, shows something
    that is not stored anywhere.
    """
    first = code.split(";", maxsplit=1)[0]
    bare = _QUOTED.sub("", first)
    if _ZEROS.fullmatch(first) and float(value).is_integer():
        return f"{int(value):0{len(first)}d}"
    if bare.endswith("%") and _PLAIN.fullmatch(bare[:-1]):
        return f"{round(value * 100, 10):g}%"
    if bare == first and _PLAIN.fullmatch(first):
        return plain(value)
    return None


def plain(value: float) -> str:
    """Write a number as it is, a whole one without decimals."""
    return str(int(value)) if float(value).is_integer() else repr(float(value))
