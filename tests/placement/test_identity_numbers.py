"""A personal identity number is found in any dress, and what people write that is none is let through."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.identity_numbers import (
    hide_identity_numbers,
    holds_identity_number,
    places_of_identity_numbers,
    resembles_identity_number,
)
from placement.tables.columns import new_id
from tests.effort import drawn_by_hypothesis
from tests.identity import SCRIPTS, dressed, number_of, numbers

FULL_WIDTH = str.maketrans(SCRIPTS[0], SCRIPTS[1])
WORDS = st.sampled_from(["", "Anna ", "student ", "(", "ki", "nr. ", "å", "Rum 5, "])


@pytest.mark.no_cover
@drawn_by_hypothesis(1_000, 20_000)
@given(before=WORDS, number=dressed(), after=st.sampled_from(["", " i T2", ")", ", vt", "\nx", "."]))
def test_every_number_is_found_in_every_dress_wherever_it_stands(before: str, number: str, after: str) -> None:
    text = before + number + after
    assert holds_identity_number(text)
    assert resembles_identity_number(text)
    assert not holds_identity_number(hide_identity_numbers(text))


@pytest.mark.parametrize(
    "text",
    [
        "121212-1212",
        "19121212-1212",
        "121212–1212",
        "121212-1212".translate(FULL_WIDTH),
        "12.12.12-1212",
        "1912 1212 1212",
        "19 12 12 12 12 12",
        "1 9 1 2 1 2 1 2 1 2 1 2",
        "⑫⑫⑫⑫⑫",
        "12\N{ZERO WIDTH SPACE}1212-1212",
        "121212+1212",
        "ki191212121212",
        "Anna 19121212-1212",
        "12 121212-1212",
        number_of(dt.date(2000, 2, 29), 238)[2:],
        number_of(dt.date(1985, 7, 31), 1, 60),
    ],
)
def test_a_number_is_found(text: str) -> None:
    assert holds_identity_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "08-123 456 00",
        "070-174 06 05",
        "+46 70 174 06 07",
        "212000-0142",
        "SE2321000016-1A2B",
        "59.33258, 18.07121212",
        "2027-W03, 2027-W04",
        "10 11 12 13 14",
        "2027-01-18 12:00",
        "2026-11-15T09:00:00Z",
        "6f0c1d0e-2f4b-4c1b-9d57-0f6a8f4e2b11",
        "121212-1213",
        "121312-1212",
        "120230-1210",
        "19121212121219121212",
        "1.2.3.4.5.6.7.8.9.0.1.2.3",
        "1 2 3 4 5 6 7 8 9 1",
        number_of(dt.date(1923, 2, 28), 238).replace("0228", "0229"),
    ],
)
def test_what_is_no_number_passes(text: str) -> None:
    assert not holds_identity_number(text)


def test_a_period_of_two_days_is_none_even_if_its_digits_would_fit() -> None:
    day = next(day for day in range(1, 29) if number_of(dt.date(2026, 8, day), 202).endswith("7"))
    assert holds_identity_number(f"2026-08-{day:02d}-2027")
    assert not holds_identity_number(f"2026-08-{day:02d}–2027-01-17")
    assert not holds_identity_number(f"2026-08-{day:02d} – 2027-W02")


def test_an_id_of_ours_is_none_even_if_its_digits_would_fit() -> None:
    assert not holds_identity_number("req_ab1212121212cdef")
    assert holds_identity_number("req_ab1212121212xyzw")


@pytest.mark.no_cover
def test_none_of_many_ids_is_taken_for_one() -> None:
    assert [made for made in (new_id("stu") for _ in range(20_000)) if holds_identity_number(made)] == []


@pytest.mark.no_cover
@given(number=numbers, digits=st.from_regex(r"[1-9]{1,8}", fullmatch=True))
def test_a_longer_run_of_digits_is_none(number: str, digits: str) -> None:
    assert not holds_identity_number(number + digits)
    assert not holds_identity_number(digits + number)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("'121212–1212' finns inte.", "'…' finns inte."),
        ("19121212-1212, 121212 1212", "…, …"),
        ("Avdelning 12", "Avdelning 12"),
    ],
)
def test_a_number_is_hidden_and_the_rest_is_kept(text: str, hidden: str) -> None:
    assert hide_identity_numbers(text) == hidden


def test_every_place_in_a_document_is_found_names_too() -> None:
    document = {"a": ["x", "121212-1212", 1212121212], "121212-1212": None, "b": {"c": "Bo 1212121212"}}
    assert set(places_of_identity_numbers(document)) == {("a", 1), ("121212-1212",), ("b", "c")}


def test_a_very_deep_document_is_read_to_its_end() -> None:
    document: object = "121212-1212"
    for _ in range(5_000):
        document = [document]
    assert len(next(places_of_identity_numbers(document))) == 5_000


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("199001012384", True),
        ("19900101-2384", True),
        ("900101-2384", True),
        ("900101+2384", True),
        ("9001612384", True),
        ("student 900131 2384 i T2", True),
        ("ki-0001", False),
        ("901301-2384", False),
        ("900132-2384", False),
        ("900160-2384", False),
        ("900192-2384", False),
        ("1990010123845", False),
        ("", False),
    ],
)
def test_a_pseudonym_is_refused_by_its_date_whatever_its_last_digits(text: str, found: bool) -> None:  # noqa: FBT001
    assert resembles_identity_number(text) is found


@given(
    born=st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)),
    last=st.from_regex(r"[0-9]{4}", fullmatch=True),
    separator=st.sampled_from(["", "-", "+", " "]),
    form=st.sampled_from(["%Y%m%d", "%y%m%d"]),
    later=st.sampled_from([0, 60]),
)
def test_every_date_with_four_digits_resembles_a_number(
    born: dt.date, last: str, separator: str, form: str, later: int
) -> None:
    day = born.strftime(form)
    assert resembles_identity_number(f"{day[:-2]}{int(day[-2:]) + later:02d}{separator}{last}")
