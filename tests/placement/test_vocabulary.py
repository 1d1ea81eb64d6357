"""A word of a closed list is read however it is spelt, and what is not in the list is asked about."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from placement.standard_lists import (
    PERHAPS_PROFESSIONS,
    PERHAPS_UNIT_KINDS,
    PROFESSIONS,
    SHORT_PROFESSIONS,
    SHORT_UNIT_KINDS,
    UNIT_KINDS,
)
from placement.tables import DeclineReason, OfferStatus
from placement.vocabulary import Named, Vocabulary, vocabulary_of
from placement_solver.words import Words

LISTED = Words("alla finns här", "all are here")
PROFESSION = Vocabulary(PROFESSIONS, Words("yrket finns inte", "there is no such profession"), LISTED)
KIND = Vocabulary(UNIT_KINDS, Words("slaget finns inte", "there is no such kind"), LISTED)
EVERY_WORD = [
    (vocabulary, code, name)
    for vocabulary in (PROFESSION, KIND, vocabulary_of(OfferStatus), vocabulary_of(DeclineReason))
    for code, words in vocabulary.names.items()
    for name in (code, words.sv, words.en)
]
WITHOUT_ACCENTS = str.maketrans("åäöÅÄÖ", "aaoAAO")


@pytest.mark.parametrize(
    "text", ["nurse", "Nurse", "NURSE", " nurse ", "Sjuksköterska", "sjukskoterska", "SJUKSKÖTERSKA", "Sjuk-sköterska"]
)
def test_a_profession_is_read_in_either_language_and_any_case(text: str) -> None:
    assert PROFESSION.code_of(text) == "nurse"


def test_every_word_is_read_with_and_without_accents_spaces_and_capitals() -> None:
    def dressed(name: str) -> set[str]:
        bare = name.translate(WITHOUT_ACCENTS)
        cased = {text for each in (name, bare) for text in (each, each.upper(), each.lower(), each.capitalize())}
        return {f"{text.replace(' ', gap)}\N{NO-BREAK SPACE}" for text, gap in product(cased, ("-", "_", "  ", " "))}

    unread = [
        (code, text)
        for vocabulary, code, name in EVERY_WORD
        for text in dressed(name)
        if vocabulary.code_of(text) != code
    ]
    assert unread == []


@pytest.mark.parametrize(
    ("vocabulary", "text", "code"),
    [
        (PROFESSION, "nurce", "nurse"),
        (PROFESSION, "sjukskötrska", "nurse"),
        (PROFESSION, "sjuksköterskor", "nurse"),
        (PROFESSION, "fysioterapist", "physiotherapist"),
        (KIND, "hemsjukvard och hemtjänst", "home-care"),
        (KIND, "elderly", "elderly-care"),
        (vocabulary_of(OfferStatus), "deklined", "declined"),
        (vocabulary_of(DeclineReason), "ombygnad", "rebuilding"),
    ],
)
def test_what_is_almost_a_word_is_not_read_but_asked_about(vocabulary: Vocabulary, text: str, code: str) -> None:
    assert vocabulary.code_of(text) is None
    assert vocabulary.nearest(text)[0] == code


def test_the_question_is_asked_in_both_languages_and_says_where_the_list_is() -> None:
    assert PROFESSION.refusal("nurce") == Words(
        "yrket finns inte: menade du sjuksköterska (nurse)? Alla finns här",
        "there is no such profession: did you mean nurse? All are here",
    )
    assert PROFESSION.refusal("kosmonaut") == Words(
        "yrket finns inte; alla finns här", "there is no such profession; all are here"
    )


SHORT_KINDS = (SHORT_UNIT_KINDS, PERHAPS_UNIT_KINDS)
SHORT = Vocabulary(
    PROFESSIONS,
    Words("yrket finns inte", "there is no such profession"),
    LISTED,
    {**SHORT_PROFESSIONS, "x": "none"},
    {**PERHAPS_PROFESSIONS, "y": "none"},
)


def test_what_people_write_for_a_profession_is_read_and_what_may_be_two_is_asked_about() -> None:
    read = {
        text: SHORT.code_of(text) for text in ("SSK", "ssk", "Usk", "BM", "LÄK", "läk.", "FT", "Sjukgymnast", "BMA")
    }
    assert list(read.values()) == [
        *("nurse", "nurse", "assistant_nurse", "midwife", "physician", "physician"),
        *("physiotherapist", "physiotherapist", "biomedical_laboratory_scientist"),
    ]
    assert (SHORT.code_of("AT"), SHORT.code_of("x"), SHORT.code_of("y")) == (None, None, None)
    assert SHORT.refusal("AT").sv.startswith("yrket finns inte: menade du arbetsterapeut (occupational_therapist)?")
    named = {**PROFESSIONS, "ssk": Words("ssk", "ssk")}
    assert Vocabulary(named, LISTED, LISTED, SHORT_PROFESSIONS).code_of("SSK") == "ssk"


def test_what_people_write_for_a_kind_of_unit_is_read_and_what_may_be_another_is_asked_about() -> None:
    kinds = Vocabulary(UNIT_KINDS, Words("slaget finns inte", "there is no such kind"), LISTED, *SHORT_KINDS)
    read = {text: kinds.code_of(text) for text in ("Vårdcentral", "vårdcentraler", "BVC", "Säbo", "AKUTEN", "BUP")}
    assert list(read.values()) == [
        *("primary-care", "primary-care", "child-health", "elderly-care", "emergency", "child-psychiatry"),
    ]
    assert kinds.code_of("hemtjänst") is None
    assert kinds.refusal("Hemtjänst").en.startswith("there is no such kind: did you mean elderly care (elderly-care)?")


def test_every_short_word_is_one_of_its_list_and_of_no_other_word() -> None:
    for words, short in ((UNIT_KINDS, SHORT_KINDS), (PROFESSIONS, (SHORT_PROFESSIONS, PERHAPS_PROFESSIONS))):
        bare = Vocabulary(words, LISTED, LISTED)
        for texts in short:
            assert set(texts.values()) <= words.keys()
            assert [text for text in texts if bare.code_of(text)] == []


def test_yes_and_no_are_answers_of_a_unit() -> None:
    answer = vocabulary_of(OfferStatus)
    assert [answer.code_of(text) for text in ("Ja", "NEJ", "yes", "no", "kanske")] == [
        *("answered", "declined", "answered", "declined", None),
    ]


@pytest.mark.parametrize(
    "text", ["sjuksköterska/läkare", "sjuksköterska och läkare", "SSK + läk", "Nurse & physician", "ssk / LÄKARE"]
)
def test_several_words_in_one_are_told_to_be_separated_by_a_comma(text: str) -> None:
    assert SHORT.refusal(text, several=True) == Words(
        "yrket finns inte: flera skiljs åt med kommatecken, som sjuksköterska, läkare",
        "there is no such profession: several are separated by a comma, as in nurse, physician",
    )
    assert SHORT.refusal(text) == Words(
        "yrket finns inte: ange bara ett av sjuksköterska, läkare",
        "there is no such profession: give only one of nurse, physician",
    )
    assert "comma" not in SHORT.refusal("sjuksköterska och kosmonaut", several=True).en


def test_several_words_that_are_as_near_are_all_asked_about() -> None:
    colours = {code: Words(f"{code}t", code) for code in ("red-a", "red-b", "red-c", "red-d", "blue")}
    list_of_colours = Vocabulary(colours, Words("färgen finns inte", "there is no such colour"), LISTED)
    assert list_of_colours.refusal("red").en.split("? ")[0] == (
        "there is no such colour: did you mean red-a, red-b or red-c"
    )


@pytest.mark.parametrize("text", ["", "   ", "!", "\0", "x" * 200])
def test_what_says_nothing_is_no_word(text: str) -> None:
    assert PROFESSION.code_of(text) is None
    assert PROFESSION.nearest(text) == []


def test_an_empty_list_knows_nothing_and_suggests_nothing() -> None:
    nothing = Vocabulary({}, Words("finns inte", "there is none"), LISTED)
    assert (nothing.code_of("nurse"), nothing.nearest("nurse")) == (None, [])


def test_a_code_of_one_word_goes_before_a_name_of_another() -> None:
    words = {"psykiatri": Words("psykiatri", "psykiatri"), "psychiatry": Words("Psykiatri", "psychiatry")}
    assert Vocabulary(words, LISTED, LISTED).code_of("psykiatri") == "psykiatri"


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading(text: str) -> None:
    code = PROFESSION.code_of(text)
    assert code is None or code in PROFESSIONS
    assert PROFESSION.refusal(text).en


def test_every_list_in_the_code_has_a_name_for_each_word_and_no_two_are_read_alike() -> None:
    for words in Named.__subclasses__():
        vocabulary = vocabulary_of(words)
        for member in words:
            for text in (member.value, member.words.sv, member.words.en):
                assert vocabulary.code_of(text) == member.value, (words, text)


def test_a_member_is_read_from_its_names_and_what_is_no_text_is_left_to_be_refused() -> None:
    status = TypeAdapter(OfferStatus)
    assert status.validate_python("Tackat nej") is OfferStatus.DECLINED
    assert status.validate_json('"BESVARAT"') is OfferStatus.ANSWERED
    assert status.validate_python(OfferStatus.ANSWERED) is OfferStatus.ANSWERED
    assert status.dump_json(OfferStatus.DECLINED) == b'"declined"'
    assert status.json_schema()["enum"] == ["answered", "declined", "unanswered"]
    for wrong in (3, None, "kanske"):
        with pytest.raises(ValidationError):
            status.validate_python(wrong)
