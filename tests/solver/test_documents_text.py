"""A text that is not valid JSON is refused, with the place of the fault where it is known."""

from __future__ import annotations

import pytest

from placement_solver.documents import read_problem
from placement_solver.faults import InvalidProblem
from tests.solver.broken import TINY, changed, faults_of


def refusal_of(text: str | bytes) -> list[str]:
    """The places of the faults of a text."""
    with pytest.raises(InvalidProblem) as refused:
        read_problem(text)
    return [fault.pointer for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ("{} {}", "line 1, column 4"),
        ('{"format":\n  placement}', "line 2, column 3"),
        ('{"a": "\t"}', "line 1, column 8"),
        ("{'a': 1}", "line 1, column 2"),
        ("[" * 200_000, "nested too deep"),
        ('{"a":' * 200_000, "nested too deep"),
        (b"{\xff}", "not UTF-8: byte 1"),
        (TINY.encode("utf-16"), "not UTF-8: byte 0"),
        (b"\xed\xa0\x80", "not UTF-8: byte 0"),
    ],
)
def test_what_is_not_json_is_one_fault_of_the_whole(text: str | bytes, words: str) -> None:
    with pytest.raises(InvalidProblem, match=words) as refused:
        read_problem(text)
    assert [fault.pointer for fault in refused.value.faults] == [""]


def test_a_byte_order_mark_is_a_fault_and_hides_no_other() -> None:
    assert refusal_of(b"\xef\xbb\xbf" + TINY.encode()) == [""]
    assert refusal_of("\ufeff" + TINY.replace('"weeks": 6', '"weeks": 0')) == ["", "/term/weeks"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9" * 301, "9" * 10_000])
def test_a_number_that_is_not_finite_is_a_fault_at_its_place(number: str) -> None:
    assert refusal_of(TINY.replace('"lat": 59.35', f'"lat": {number}')) == ["/units/0/lat"]
    assert refusal_of(TINY.replace('"base_minutes": 10', f'"base_minutes": {number}')) == ["/travel/base_minutes"]


def test_a_field_that_stands_twice_is_a_fault_at_its_place() -> None:
    twice = TINY.replace('"weeks": 6', '"weeks": 6, "weeks": 6').replace('"solna": 20', '"solna": 20, "solna": 20')
    assert refusal_of(twice) == ["/term/weeks", "/travel/matrix/city/solna"]
    assert refusal_of('{"a": 1, "a": 2, "a": 3, "b": 4}')[:1] == ["/a"]


def test_a_lone_surrogate_is_a_fault_and_is_shown_as_an_escape() -> None:
    text = TINY.replace('"zone": "tumba"', '"zone": "\\ud83d"').replace('"city": {', '"\\udfff": {')
    with pytest.raises(InvalidProblem) as refused:
        read_problem(text)
    assert [fault.pointer for fault in refused.value.faults] == ["/units/1/zone", "/travel/matrix/\\udfff"]
    assert str(refused.value).encode().count(b"lone surrogate") == 2


def test_words_stay_short_whatever_the_value() -> None:
    faults = faults_of(changed(("/term/code", "x" * 10_000), ("/term/weeks", 10**5000), ("/travel", object())))
    assert [fault.words.en for fault in faults] == [
        f"must be a text of 1–128 characters, not '{'x' * 40}…'",
        "must be a whole number from 1 to 60, not a very large number",
        "must be an object, not something of the type object",
    ]
