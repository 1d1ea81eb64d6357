"""A pseudonym that looks like a person's name is asked about, and one that looks like a code is not."""

from __future__ import annotations

import pytest

from placement.register.pseudonyms import looks_like_a_name


@pytest.mark.parametrize(
    "text",
    [
        "Åsa Öberg",
        "Anna Svensson",
        "Svensson, Anna",
        "ANNA SVENSSON",
        "anna svensson",
        "Anna  Maria Svensson",
        "Bo Ek",
        "A. Svensson",
        "Svensson A",
        "Karl-Erik Lind",
        "KARL-ERIK LIND",
        "Carl von Linné",
        "Maria O'Brien",
        "Maria O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        "anna.svensson",
        "Anna_Svensson",
        "anna.svensson@example.se",
        "Łukasz Żółć",
    ],
)
def test_a_name_in_any_dress_looks_like_one(text: str) -> None:
    assert looks_like_a_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ki-0001",
        "h-0417",
        "p-stu_b",
        "p-stu_idle",
        "Alfa",
        "Anna",
        "AB CD",
        "ab cd",
        "Anna 17",
        "student 4",
        "7f3a 91bc",
        "A B",
        "von der",
        "ki@example.se",
        "Öberg-Lind",
        "--- ---",
        "Anna #Svensson",
    ],
)
def test_a_code_or_a_single_word_does_not(text: str) -> None:
    assert not looks_like_a_name(text)
