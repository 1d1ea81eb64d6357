"""A value that pydantic refuses is refused in our own words: what to give, and what may be meant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field, ValidationError

from placement.refusals import form, nearest, refused, words_of
from placement_solver.words import Words

CODE = form(r"^[0-9]{4}$", "fyra siffror, som 0180", "four digits such as 0180")


class Shape(BaseModel, extra="forbid"):
    """A value of each kind that limits or forms hold."""

    code: str = Field("0180", pattern=CODE)
    share: float = Field(0.5, gt=0, lt=1)
    count: int = Field(1, ge=1, le=20_000)
    name: str = Field("Nacka", min_length=2, max_length=5)
    kinds: list[int] = Field([1, 2], min_length=2, max_length=3)


@pytest.mark.parametrize(
    ("given", "sv", "en"),
    [
        ({"code": "180"}, "ange fyra siffror, som 0180", "give four digits such as 0180"),
        ({"share": 0}, "talet ska vara större än 0", "the number must be greater than 0"),
        ({"share": 1}, "talet ska vara mindre än 1", "the number must be less than 1"),
        ({"count": 0}, "talet ska vara minst 1", "the number must be at least 1"),
        ({"count": 20_001}, "talet får vara högst 20\N{NO-BREAK SPACE}000", "the number may be at most 20,000"),
        ({"count": 1.5}, "ange ett heltal", "give a whole number"),
        ({"name": "N"}, "texten ska ha minst 2 tecken", "the text must have at least 2 characters"),
        ({"name": "Huddinge"}, "texten får ha högst 5 tecken", "the text may have at most 5 characters"),
        ({"kinds": [1]}, "listan ska ha minst 2 värden", "the list must have at least 2 values"),
        ({"kinds": [1] * 4}, "listan får ha högst 3 värden", "the list may have at most 3 values"),
        ({"kind": []}, "det finns inget sådant fält: menar du kinds?", "there is no such field: do you mean kinds?"),
        ({"colour": 1}, "det finns inget sådant fält", "there is no such field"),
    ],
)
def test_what_is_expected_is_said_in_both_languages(given: dict[str, Any], sv: str, en: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        Shape.model_validate(given)
    (error,) = refusal.value.errors()
    assert words_of(error, list(Shape.model_fields)) == Words(sv, en)


def test_a_validator_of_ours_speaks_for_itself() -> None:
    raised = refused("inte så", "not so")
    assert words_of({"type": raised.type, "loc": (), "ctx": raised.context}) == Words("inte så", "not so")
    assert raised.message() == "not so"


def test_an_error_of_an_unknown_kind_is_still_told_in_our_words() -> None:
    assert words_of({"type": "unheard-of", "loc": ()}).en == "this value cannot be accepted here"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Answerd", "answered"),
        ("DECLINED", "declined"),
        ("colour", None),
        ("", None),
        (17, None),
        ("answered" * 9, None),
    ],
)
def test_the_nearest_known_word_is_found_whatever_its_case(word: object, meant: str | None) -> None:
    assert nearest(word, ["answered", "declined"]) == meant
