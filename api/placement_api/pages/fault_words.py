"""Fault words: what is wrong with a field of a form, as a page says it and not as the API does.

A page has lists to choose from and boxes to tick where the API has codes, and writes weeks as people do. Every page
takes its faults from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from placement.errors import PlacementError
from placement.refusals import words_of
from placement.register.plausibility import CONFIRM
from placement_solver.words import Words

TICK = Words("kryssa i ”Det stämmer” om det är så", "tick “It is right” if it is so")
"""How what is unusual is confirmed on a page."""
CHOOSE = Words("välj något i listan", "choose something in the list")
_CODES = frozenset({"enum", "literal_error"})
"""The kinds of error whose words name the codes that a field may have."""
_INSTEAD: Mapping[str, Words] = {
    "ange en ISO-vecka": Words(
        "ange år och vecka, som 2028 v. 3; veckan ska finnas det året",
        "give a year and a week, such as 2028 week 3; the year must have that week",
    ),
    "ange ett datum, som": Words(
        "välj en dag, eller skriv den som 2027-01-18", "choose a day, or write it as 2027-01-18"
    ),
    "ange ett id:": CHOOSE,
    "ordet finns inte": CHOOSE,
    "yrket finns inte": CHOOSE,
    "slaget av enhet finns inte": CHOOSE,
    "ange true eller false": Words("kryssa i rutan, eller lämna den tom", "tick the box, or leave it empty"),
}
"""What a page says instead, by how the words of the API begin in Swedish."""


def told_in(error: PlacementError) -> list[Words]:
    """Return everything that an error says is wrong, or the error itself if it has no faults of its own."""
    return [on_a_page(each.words) for each in error.faults] or [on_a_page(Words(error.sv, error.en))]


def told_of(error: Mapping[str, Any], known: Sequence[str] = ()) -> Words:
    """Say what is wrong with a value; ``error`` is one of pydantic's, and ``known`` are the fields beside it."""
    return CHOOSE if error["type"] in _CODES else on_a_page(words_of(error, known))


def on_a_page(words: Words) -> Words:
    """Return a fault's words as a page says them."""
    instead = next((instead for begins, instead in _INSTEAD.items() if words.sv.startswith(begins)), None)
    return instead or Words(words.sv.replace(CONFIRM.sv, TICK.sv), words.en.replace(CONFIRM.en, TICK.en))
