"""Refusals: what a value must be, in our own words in Swedish and English, wherever pydantic finds that it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic_core import PydanticCustomError

from placement_solver.words import Words

OURS = "refused"
_ALLOWED = re.compile(r"'([^']*)'")
_ALIKE = 0.6
"""How alike two words must be for one to be suggested for the other; 1 is equal."""
_LONGEST_WORD = 64
"""A longer text is no misspelt word, and would take long to compare."""

_FORMS: dict[str, Words] = {}
_Context = Mapping[str, Any]


def form(pattern: str, sv: str, en: str) -> str:
    """Return a pattern, and keep what it asks for in words: a refusal shows these, never the pattern."""
    _FORMS[pattern] = _give(sv, en)
    return pattern


def refused(sv: str, en: str) -> PydanticCustomError:
    """Make the error that a validator of ours raises."""
    return PydanticCustomError(OURS, "{en}", {"sv": sv, "en": en})


def words_of(error: Mapping[str, Any], known: Sequence[str] = ()) -> Words:
    """Say what is wrong with a value; ``error`` is one of pydantic's, and ``known`` are the fields beside it.

    The value is never repeated. A kind of error that no schema is known to give has words that are always true.
    """
    kind, context = error["type"], error.get("ctx", {})
    if kind == OURS:
        return Words(context["sv"], context["en"])
    if kind in {"extra_forbidden", "unexpected_keyword_argument"}:
        return _unknown(error["loc"], known)
    if kind in {"enum", "literal_error"}:
        return _one_of(_ALLOWED.findall(context["expected"]), error.get("input"))
    if kind in _BOUNDED:
        return _BOUNDED[kind](context)
    return _PLAIN.get(kind, Words("värdet kan inte tas emot här", "this value cannot be accepted here"))


def nearest(word: object, known: Iterable[str]) -> str | None:
    """Return the known word that is most like a given one, whatever its case; None if none is like it."""
    if not isinstance(word, str) or len(word) > _LONGEST_WORD:
        return None
    spelled = {each.lower(): each for each in known}
    found = get_close_matches(word.lower(), spelled, 1, _ALIKE)
    return spelled[found[0]] if found else None


def _unknown(place: Sequence[str | int], known: Sequence[str]) -> Words:
    """Say that a field or a parameter does not exist, and which one may be meant."""
    sv, en = ("ingen sådan parameter", "parameter") if place[0] == "query" else ("inget sådant fält", "field")
    asked = _meant(nearest(place[-1], known))
    return Words(f"det finns {sv}{asked.sv}", f"there is no such {en}{asked.en}")


def _one_of(allowed: Sequence[str], given: object) -> Words:
    """Say which words are allowed, and which one may be meant."""
    asked, named = _meant(nearest(given, allowed)), ", ".join(allowed)
    return Words(f"ange något av {named}{asked.sv}", f"give one of {named}{asked.en}")


def _meant(word: str | None) -> Words:
    """Ask whether a word is meant, if there is one to ask about."""
    return Words(f": menar du {word}?", f": do you mean {word}?") if word else Words("", "")


def _give(sv: str, en: str) -> Words:
    """Ask for what is expected."""
    return Words(f"ange {sv}", f"give {en}")


def _limit(key: str, sv: str, en: str) -> Callable[[_Context], Words]:
    """Make the words for a limit, which take the place of ``{}``, in each language's way to write numbers."""

    def say(context: _Context) -> Words:
        number = f"{context[key]:,}".removesuffix(".0")
        return Words(sv.format(number.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")), en.format(number))

    return say


def _at_least(key: str, empty: Words, some: Callable[[_Context], Words]) -> Callable[[_Context], Words]:
    """Make the words for a least length; where it is one, they say that nothing is too little."""
    return lambda context: empty if context[key] == 1 else some(context)


_BOUNDED: Mapping[str, Callable[[_Context], Words]] = {
    "greater_than": _limit("gt", "talet ska vara större än {}", "the number must be greater than {}"),
    "greater_than_equal": _limit("ge", "talet ska vara minst {}", "the number must be at least {}"),
    "less_than": _limit("lt", "talet ska vara mindre än {}", "the number must be less than {}"),
    "less_than_equal": _limit("le", "talet får vara högst {}", "the number may be at most {}"),
    "string_too_short": _at_least(
        "min_length",
        Words("texten får inte vara tom", "the text must not be empty"),
        _limit("min_length", "texten ska ha minst {} tecken", "the text must have at least {} characters"),
    ),
    "string_too_long": _limit("max_length", "texten får ha högst {} tecken", "the text may have at most {} characters"),
    "string_pattern_mismatch": lambda context: _FORMS[context["pattern"]],
    "too_short": _at_least(
        "min_length",
        Words("listan får inte vara tom", "the list must not be empty"),
        _limit("min_length", "listan ska ha minst {} värden", "the list must have at least {} values"),
    ),
    "too_long": _limit("max_length", "listan får ha högst {} värden", "the list may have at most {} values"),
}
_DATE = _give("ett datum, som 2027-01-18", "a date such as 2027-01-18")
_MOMENT = _give("en tidpunkt, som 2027-01-18T08:00:00Z", "a time such as 2027-01-18T08:00:00Z")
_NUMBER = _give("ett tal", "a number")
_OBJECT = _give("ett objekt med fält", "an object with fields")
_SWITCH = _give("true eller false", "true or false")
_TEXT = _give("en text", "a text")
_WHOLE = _give("ett heltal", "a whole number")
_PLAIN: Mapping[str, Words] = {
    "missing": Words("ett värde behövs här", "a value is needed here"),
    "json_invalid": Words("innehållet är inte giltig JSON", "the body is not valid JSON"),
    "string_type": _TEXT,
    "string_unicode": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_parsing_size": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": _SWITCH,
    "bool_parsing": _SWITCH,
    "list_type": _give("en lista", "a list"),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "dataclass_type": _OBJECT,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "datetime_type": _MOMENT,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "timezone_aware": _MOMENT,
}
