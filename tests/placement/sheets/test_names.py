"""A name in a sheet is the row's whose name it is, never that of a row whose name is only like it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placement import nouns
from placement.errors import InvalidError
from placement.sheets.names import Names, refer_all
from placement.spelling import alike, nearly
from placement_solver.words import Words

UNITS = Names(
    nouns.UNIT,
    [
        ("u1", "SE2321000016-Z11"),
        ("u2", "SE2321000016-Z9"),
        ("u3", None),
        ("u4", None),
        ("u5", None),
        ("u6", None),
        ("u7", "556677-8899"),
    ],
    [
        ("u1", "Zeta avd 11"),
        ("u2", "Zeta avd 1/2"),
        ("u3", "Tallgården, Söder"),
        ("u4", "Björken"),
        ("u5", "Björken"),
        ("u6", "Sankt Göran A-B"),
    ],
)


@pytest.mark.parametrize(
    "name",
    [
        *("Zeta avd 1:1", "Zeta avd 1-1", "Zeta avd 1 1", "Zeta avd 1.1", "Zeta avd 12", "Zeta avd 1-2", "Zetaavd 11"),
        *(
            "SE2321000016-Z1-1",
            "SE2321000016Z11",
            "SE232100001-6Z11",
            "55667-78899",
            "Sankt Göran AB",
            "Tall gården, Söder",
            "",
            "!",
        ),
    ],
)
def test_a_sign_or_blank_between_figures_or_within_an_id_tells_two_names_apart(name: str) -> None:
    assert UNITS.id_of(name) is None


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("  zeta  AVD\u00a011 ", "u1"),
        ("zeta avd 1 / 2", "u2"),
        ("se2321000016\u2011z11", "u1"),
        ("Tallg\u0061\u030arden ,Söder", "u3"),
        ("SANKT GÖRAN A \u2013 B", "u6"),
        ("Tall\u00adgården, Söder", "u3"),
        ("556677 8899", "u7"),
        ("5566778899", "u7"),
    ],
)
def test_what_is_only_typing_does_not_count(name: str, row: str) -> None:
    assert (UNITS.id_of(name), UNITS.understood(name)) == (row, None)


def test_a_name_without_accents_or_signs_is_read_where_it_can_be_only_one_and_that_is_told() -> None:
    assumed: Counter[Words] = Counter()
    for name in ("Tallgarden Soder", "Tallgården, Söder"):
        assert refer_all({"unit_id": name}, {"unit_id": UNITS}, assumed) == {"unit_id": "u3"}
    assert assumed == {
        Words(
            "\u201dTallgarden Soder\u201d läses som \u201dTallgården, Söder\u201d.",
            "'Tallgarden Soder' is read as 'Tallgården, Söder'.",
        ): 1
    }
    assert UNITS.id_of("Bjorken") is None


def test_the_name_as_it_is_stored_goes_before_every_name_like_it() -> None:
    stored = ["Delta 1-1", "Delta 11", "DELTA 11", "Håbo", "Habo", "Delta 1 - 1"]
    names = Names(nouns.UNIT, [(text, None) for text in "abcdef"], zip("abcdef", stored, strict=True))
    assert [names.id_of(name) for name in stored] == list("abcdef")
    assert names.id_of("delta 11") is None


def test_a_name_that_several_have_is_told_with_the_ids_of_all() -> None:
    with pytest.raises(InvalidError) as refusal:
        refer_all({"unit_id": "björken", "units": ["u1", "Björken", "none", "Zeta avd 11"]}, WHERE, Counter())
    assert [(fault.pointer, fault.en) for fault in refusal.value.faults] == [
        ("/unit_id", "several have this name: give the HSA-id of the one that is meant (u4, u5)"),
        ("/units/1", "several have this name: give the HSA-id of the one that is meant (u4, u5)"),
        ("/units/2", "there is no such unit"),
        ("/units/3", "named twice"),
    ]
    assert all(fault.sv != fault.en for fault in refusal.value.faults)


WHERE = {"unit_id": UNITS, "units": UNITS}


@given(st.text(max_size=30))
def test_a_spelling_is_the_same_when_it_is_spelt_again(text: str) -> None:
    assert alike(alike(text)) == alike(text)
    assert nearly(alike(text)) == nearly(text)


HOMES = Names(
    nouns.UNIT,
    [(text, None) for text in "abcdefg"],
    zip(
        "abcdefg",
        [
            *("Botkyrka, Särskilt boende 5", "Botkyrka, Särskilt boende 6", "Gran", "Tall", "Tall, Gran"),
            *("Alm,Ask; Asp", "Asp"),
        ],
        strict=True,
    ),
)


def listed(*parts: str) -> object:
    try:
        return refer_all({"units": list(parts)}, {"units": HOMES}, Counter())["units"]
    except InvalidError as refusal:
        return [(fault.pointer, fault.en) for fault in refusal.faults]


def test_a_name_with_a_comma_is_put_together_again() -> None:
    assert listed("Botkyrka", "Särskilt boende 5") == ["a"]
    assert listed("Botkyrka", "Särskilt boende 5", "Botkyrka", "särskilt boende 6", "Gran") == ["a", "b", "c"]
    assert listed("Alm", "Ask", "Asp", "Asp") == ["f", "g"]
    assert listed("Botkyrka, Särskilt boende 5", "Tall") == ["a", "d"]


def test_names_that_are_no_names_together_either_are_refused_one_by_one() -> None:
    assert listed("Botkyrka", "Särskilt boende 9", "Botkyrka", "Särskilt boende 6") == [
        ("/units/0", "there is no such unit"),
        ("/units/1", "there is no such unit"),
    ]
    assert listed("Gran", "Botkyrka", "Särskilt boende 5", "Botkyrka", "Särskilt boende 5") == [
        ("/units/3", "named twice")
    ]


def test_what_is_both_one_name_and_two_is_refused() -> None:
    assert listed("Gran", "Tall", "Gran") == [
        ("/units/1", "this can be read as one name with a comma or as several names: give the ids instead")
    ]
    assert HOMES.ids_of(["Tall, Gran"]) == {"e"}


def test_a_row_is_called_by_the_name_that_is_its_alone_else_by_its_code_or_id() -> None:
    assert [UNITS.called(row_id) for row_id in ("u1", "u4", "u6")] == ["Zeta avd 11", "u4", "Sankt Göran A-B"]
