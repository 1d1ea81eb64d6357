"""A personal identity number is found in any dress, and what people write that is none is let through."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from contextlib import closing
from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement.identity_numbers import (
    _is_number,
    hide_identity_numbers,
    holds_identity_number,
    places_of_identity_numbers,
    resembles_identity_number,
)
from placement.tables.columns import new_id
from placement.tables.pseudonyms import no_identity_number
from tests.effort import drawn_by_hypothesis
from tests.identity import SCRIPTS, dressed, number_of, numbers

FULL_WIDTH = str.maketrans(SCRIPTS[0], SCRIPTS[1])
WORDS = st.sampled_from(["", "Anna ", "student ", "(", "ki", "nr. ", "å", "Rum 5, "])


@pytest.mark.no_cover
@drawn_by_hypothesis(400, 20_000)
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


def fitting(form: str) -> list[str]:
    """Return a text for each day of a month whose first ten or twelve digits have the check digit of a number."""
    texts = [form.format(day) for day in range(1, 29)]
    fit = [
        text
        for text in texts
        if _is_number("".join(re.findall(r"\d", text))[: 12 if form.startswith(("19", "20")) else 10])
    ]
    assert fit
    return fit


@pytest.mark.parametrize(
    "beside",
    [" 08-55 12 34", " 05-12", " W05", " (07-30)", "/01/02", "–2027-01-17", " kl 13:00", " 2027"],
)
@pytest.mark.parametrize("number", ["811228-9874", "8112289874", "19811228-9874", "1981-12-28-9874", "81 12 28 9874"])
def test_a_number_is_found_whatever_comes_after_it(number: str, beside: str) -> None:
    assert holds_identity_number(f"Anna {number}{beside}")
    assert hide_identity_numbers(f"Anna {number}{beside}") == f"Anna …{beside}"


@pytest.mark.parametrize(
    "text",
    [
        "811228;9874",
        "811228,9874",
        "811228, 9874",
        "811228 -  9874",
        "811228 -- 9874",
        "811228    9874",
        "811228\N{NO-BREAK SPACE}-\N{NO-BREAK SPACE}9874",
        "198112 289874",
        "19811 228 9874",
        "8112 28-9874",
        "81 1228 9874",
        "811 228 9874",
        "1981 12 28 98 74",
        "19 81 12 28 9874",
        "81 12 28 98 74",
        "811228-98 74",
        "8 1 1 2 2 8 - 9 8 7 4",
        "8 1 1 2 2 8 9 8 7 4",
        "pnr 8 1 1 2 2 8 9 8 7 4",
        "8\N{NO-BREAK SPACE}1\N{NO-BREAK SPACE}1 2 2 8 9 8 7 4",
        "8  1  1  2  2  8  9  8  7  4",
        "8.1.1.2.2.8.9.8.7.4",
        "8-1-1-2-2-8-9-8-7-4",
        "8 - 1 - 1 - 2 - 2 - 8 - 9 - 8 - 7 - 4",
        "⒏⒈⒈⒉⒉⒏⒐⒏⒎⒋",
        "811228----------9874",
        "811228 — — — — 9874",
        "811228" + 60 * "." + "9874",
        "8 112 289 874",
        "8,112,289,874",
        "198,112,289,874",
        "811228-987 4",
        "8 11228 9874",
        "8112-2898-7-4",
        "0811228-9874",
        "00811228-9874",
        "000198112289874",
        "811228%252D9874",
        "811228&amp;nbsp;9874",
        "https://a.se/%38112289874",
        "811228%2D9874",
        "811228%9874",
        "811228&nbsp;9874",
        "<b>811228</b>9874",
        "811<i>228</i>-9874",
    ],
)
def test_a_number_is_found_and_hidden_in_odd_dress(text: str) -> None:
    assert holds_identity_number(text)
    assert not holds_identity_number(hide_identity_numbers(text))


@pytest.mark.parametrize(
    "form",
    [
        "2027-01-{:02d} 1300-1600",
        "2004-01-{:02d} 13.00",
        "2024-06-{:02d} - 2028",
        "2004-06-{:02d} - 2028",
        "2026-04-{:02d}–2027",
        "2026-04-{:02d}–2027-01-17",
        "2026-04-{:02d} – 2027-W02",
        "2026-08-{:02d}-2027",
        "202405{:02d}1230",
        "202704{:02d}-0612",
        "2004-05-{:02d}/06-12",
        "2704{:02d} 08:00",
        "2704{:02d} 08-16",
        "2004-01-{:02d} 13-16",
    ],
)
def test_a_moment_or_a_period_is_none_even_if_its_digits_would_fit(form: str) -> None:
    assert [text for text in fitting(form) if holds_identity_number(f"avtal {text}")] == []


@pytest.mark.parametrize("form", ["200406{:02d}-2028", "2004-06-{:02d}-2028", "1981-05-{:02d} 1300", "8106{:02d} 1300"])
def test_a_day_of_birth_and_four_digits_are_a_number_even_if_they_could_be_an_hour_or_a_year(form: str) -> None:
    assert all(map(holds_identity_number, fitting(form)))


@pytest.mark.parametrize(
    "text",
    [
        "4, 6, 0, 6, 1, 1, 8, 3, 5, 6",
        "+46 11 12 10 00",
        "08-12 10 20 30",
        "0910-12 10 20",
        "+47 11 12 34 56",
        "0047 11 12 34 56",
        "040-11 22 3",
        "0701-12 1 234",
    ],
)
def test_groups_that_no_number_has_are_none_even_if_their_digits_would_fit(text: str) -> None:
    for last in range(10):
        assert not holds_identity_number(f"{text[:-1]}{last}")


def test_an_id_of_ours_is_none_even_if_its_digits_would_fit() -> None:
    assert not holds_identity_number("req_ab1212121212cdef")
    assert holds_identity_number("req_ab1212121212xyzw")


def test_an_escape_is_resolved_a_few_times_only() -> None:
    assert holds_identity_number(f"811228%{3 * '25'}2D9874")
    assert not holds_identity_number(f"811228%{6 * '25'}2D9874")


def test_a_digest_is_none_unless_the_digits_were_put_before_or_after_it() -> None:
    assert not holds_identity_number("ab8112289874abcdef0123456789abcd")
    assert not holds_identity_number("ab0c1d0e-2f4b-4c1b-9d57-a8112289874b")
    for digest in (
        "8112289874abcdef0123456789",
        "8112289874abcdef0123456789abcdef",
        "abcdef0123456789abcdef8112289874",
    ):
        assert holds_identity_number(digest)


@pytest.mark.no_cover
def test_none_of_many_ids_is_taken_for_one_nor_a_pseudonym_made_of_it() -> None:
    ids = [new_id("unt") for _ in range(20_000)]
    assert [made for made in ids if holds_identity_number(made) or resembles_identity_number(f"h{made}12")] == []


@pytest.mark.no_cover
@given(number=numbers, digits=st.from_regex(r"[1-9]{1,8}", fullmatch=True))
def test_a_longer_run_of_digits_is_none(number: str, digits: str) -> None:
    assert not holds_identity_number(number + digits)
    assert not holds_identity_number(digits + number)


DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2035, 12, 31))
HOURS = st.times().map(lambda time: f"{time:%H:%M}")
PAIRS = st.integers(0, 99).map("{:02d}".format)
HEX = "0123456789ABCDEF"


@st.composite
def organisation_numbers(draw: st.DrawFn) -> str:
    """Draw an organisation number with its check digit: the third digit is at least 2."""
    nine = f"{draw(st.integers(10, 99))}{draw(st.integers(20, 99))}{draw(st.integers(0, 99_999)):05d}"
    weighed = (int(digit) * factor for digit, factor in zip(nine, cycle((2, 1)), strict=False))
    ten = f"{nine}{-sum(each // 10 + each % 10 for each in weighed) % 10}"
    return draw(st.sampled_from([ten, f"{ten[:6]}-{ten[6:]}", f"16{ten[:6]}-{ten[6:]}"]))


@st.composite
def periods(draw: st.DrawFn) -> str:
    """Draw a day with hours, or a day and a later one, as people write them."""
    day, later, start, end = draw(DAYS), draw(DAYS), draw(HOURS), draw(HOURS)
    return draw(
        st.sampled_from(
            [
                f"{day} {start}",
                f"{day} {start}-{end}",
                f"{day} kl. {start}–{end}".replace(":", "."),
                f"{day} {start}-{end}".replace(":", ""),
                f"kl {start}-{end} {day}",
                f"{day}T{start}:00Z",
                f"{day} – {later}",
                f"{day}–{later.year}",
                f"{day}, {later}",
                f"{day.day}/{day.month} - {later.day}/{later.month} {later.year}",
                f"{day:%d/%m}-{later:%d/%m} {later.year}",
                f"{day:%Y%m%d}–{later:%Y%m%d}",
                f"{day:%y%m%d} {start}-{end}",
                f"{day} {start[:2]}-{end[:2]}",
                f"{day:%y%m%d} {start[:2]}–{end[:2]}",
                f"{max(day, dt.date(2015, 1, 1)):%Y%m%d}{start.replace(':', '')}",
                f"{max(day, dt.date(2015, 1, 1)):%Y%m%d}-{later:%m%d}",
            ]
        )
    )


@st.composite
def telephone_numbers(draw: st.DrawFn) -> str:
    """Draw a telephone number in groups, from Sweden or from abroad."""
    area = draw(st.sampled_from(["8", "10", "11", "31", "70", "73", "611", "910", "911"]))
    groups = [draw(PAIRS) for _ in range(draw(st.integers(2, 4)))]
    if draw(st.booleans()):
        groups[0] += draw(st.sampled_from("0123456789"))
    number = f"{area}{draw(st.sampled_from(['-', ' ', ' - ']))}{draw(st.sampled_from([' ', '']))}".rstrip(" ") + " "
    return draw(st.sampled_from(["0", "+46 ", "+46"])) + number + " ".join(groups)


@st.composite
def coordinates(draw: st.DrawFn) -> str:
    """Draw a latitude, a longitude, or both in either order, with any number of decimals."""
    decimals = draw(st.integers(1, 13))
    fraction = st.integers(0, 10**decimals - 1).map(lambda number: f"{number:0{decimals}d}")
    point, between = draw(st.sampled_from([".", ","])), draw(st.sampled_from([" ", ", ", "; ", " / "]))
    lat = f"{draw(st.integers(55, 69))}{point}{draw(fraction)}"
    lon = f"{draw(st.integers(10, 24))}{point}{draw(fraction)}"
    return draw(st.sampled_from([lat, lon, lat + between + lon, lon + between + lat]))


@st.composite
def opening_hours(draw: st.DrawFn) -> str:
    """Draw hours, or the days of two spells, as people write them: some with one digit and some with two."""
    hours = [f"{draw(st.integers(1, 23))}" for _ in range(6)]
    return draw(
        st.sampled_from(
            [
                f"{hours[0]}-{hours[1]} {hours[2]}-{hours[3]} {hours[4]}-{hours[5]}".replace("11", "9"),
                f"{hours[0]}.30-{hours[1]}.00 9-{hours[2]}",
                f"{hours[0]}/10-{hours[1]}/12 2027",
            ]
        )
    )


weeks = st.lists(DAYS.map(lambda day: "{}-W{:02d}".format(*day.isocalendar())), min_size=1, max_size=6)
places_of_a_list = st.lists(st.integers(0, 40), min_size=1, max_size=14)
hsa_ids = st.builds("SE{}-{}".format, st.just("2321000016"), st.text(HEX, min_size=4, max_size=4))


@pytest.mark.no_cover
@drawn_by_hypothesis(800, 40_000)
@given(
    before=WORDS,
    text=st.one_of(
        periods(),
        telephone_numbers(),
        organisation_numbers(),
        hsa_ids,
        coordinates(),
        opening_hours(),
        weeks.map(", ".join),
        weeks.map("–".join),
        places_of_a_list.map(lambda places: ", ".join(map(str, places))),
        st.lists(st.integers(0, 9), max_size=20)
        .filter(lambda list_: len(list_) not in {10, 12})
        .map(lambda list_: " ".join(map(str, list_))),
    ),
    after=st.sampled_from(["", " i T2", ")", ", vt", "\nx", "."]),
)
def test_no_ordinary_text_is_taken_for_a_number(before: str, text: str, after: str) -> None:
    assert not holds_identity_number(before + text + after)


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
        ("811228,9874", True),
        ("0046811228-9874", True),
        ("811228%252D9874", True),
        ("kih_0000198112289874", True),
        ("kih_0081122898740000", True),
        ("kih_0000198112289873", True),
        ("a0811228-98740", True),
        ("77198112289874", True),
        ("77198112289873", False),
        ("20270115123456", False),
        ("SE2120000175-40191", False),
        ("19811228T987", True),
        ("811228-T987", True),
        ("kih_19811228-tf98", True),
        ("19811228T12", False),
        ("811228-A987", False),
        ("811328-T987", False),
        ("811228 sista fyra 9874", True),
        ("8x112x289x874", True),
        ("811228x9874", True),
        ("811228nr9871", True),
        ("81 12 28 98 74", True),
        ("8112 2898 74", True),
        ("102032380", True),
        ("102032381", False),
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


@st.composite
def dressed_dates(draw: st.DrawFn) -> str:
    """Draw ten or twelve digits, six of them a date, with anything that the table ignores between them."""
    century = draw(st.sampled_from(["", "19", "55"]))
    digits = f"{century}{draw(st.dates()):%y%m%d}{draw(st.integers(0, 9999)):04d}"
    return "".join(digit + draw(st.sampled_from(["", "", "-", "+", " "])) for digit in digits)


@given(text=st.text("0123456789-+ ", min_size=10, max_size=18) | dressed_dates())
def test_no_pseudonym_passes_that_the_table_would_refuse(text: str) -> None:
    check = str(no_identity_number("pseudonym").sqltext)
    with closing(sqlite3.connect(":memory:")) as table:
        accepted = table.execute(f"SELECT {check} FROM (SELECT ? AS pseudonym)", (text,)).fetchone()[0]  # noqa: S608
    assert accepted or resembles_identity_number(text)
