"""A day is read in every way that people in Sweden write one, if it has one meaning; else it is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.sheets.days import read_day
from placement.sheets.wrong import WrongError

DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2199, 12, 31))
MONTHS = ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september"]
MONTHS += ["oktober", "november", "december"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-31",
        "2024/05/31",
        "2024.05.31",
        "20240531",
        "31/5 2024",
        "31/05 2024",
        "31/5-2024",
        "31.5.2024",
        "31. 5. 2024",
        "31/5/2024",
        "5/31/2024",
        "31-05-2024",
        "31 maj 2024",
        "31 Maj 2024",
        "31:a maj 2024",
        "den 31 maj 2024",
        "31 may 2024",
        "May 31, 2024",
        "31-maj-2024",
        "31  maj\u00a02024",
        "2024-05-31 00:00:00",
        "2024-05-31T00:00",
        "31/ 5 2024",
        "31.5 2024",
        "2024 05 31",
        "31 maj 2024 (fredag)",
        "31/5 2024, fre",
        "31 / 5 2024",
        "31/5 - 2024",
        "fredag 31 maj 2024",
        "fredagen den 31 maj 2024",
        "Fre. 31/5 2024",
        "Friday, May 31, 2024",
        "2024\u201305\u201331",
        "2024\u201105\u201131",
        "2024 - 05 - 31",
        "31\u20135\u20132024",
        "\u200b2024-05-31",
    ],
)
def test_each_way_to_write_the_last_of_may_is_read(text: str) -> None:
    assert read_day(text) == dt.date(2024, 5, 31)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5/6/27", "one cannot tell which day"),
        ("5/6/2027", "one cannot tell which day"),
        ("05-06-2027", "one cannot tell which day"),
        ("31/5-24", "one cannot tell which day"),
        ("31 maj", "one cannot tell which day"),
        ("maj 2024", "one cannot tell which day"),
        ("i våras", "one cannot tell which day"),
        ("31 mai 2024", "no month has that name"),
        ("mai 31 2024", "no month has that name"),
        ("45443", "how Excel counts days"),
        ("45443,5", "how Excel counts days"),
        ("2024-02-30", "there is no such day"),
        ("20241301", "there is no such day"),
        ("2024-05-31 12:30", "a time of day"),
        ("torsdag 31 maj 2024", "2024-05-31 is a Friday"),
        ("31 maj 2024 (torsdag)", "2024-05-31 is a Friday"),
        ("fredag", "one cannot tell which day"),
        ("5 / 6 / 2027", "one cannot tell which day"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused_with_the_form_wanted(text: str, words: str) -> None:
    with pytest.raises(WrongError, match=words) as refusal:
        read_day(text)
    assert refusal.value.words.sv != refusal.value.words.en


def test_one_day_in_figures_alone_is_read_whichever_comes_first() -> None:
    assert read_day("5/5/2024") == dt.date(2024, 5, 5)


@given(DAYS)
def test_a_day_is_read_back_in_each_of_the_usual_forms(day: dt.date) -> None:
    named = f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    for text in (str(day), f"{day.day}/{day.month} {day.year}", f"{day:%Y%m%d}", named):
        assert read_day(text) == day
