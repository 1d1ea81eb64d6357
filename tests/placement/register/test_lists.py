"""The lists are kept by the coordinator and read by everybody, and no word of them can be read as another."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.register import lists
from placement.register.lists import Lists, contents, lines_of
from placement.standard_lists import PROFESSIONS, UNIT_KINDS
from placement.store.access import Span
from placement.tables import WordList
from tests.placement.sides import AUDITOR, COORDINATOR, INSTITUTION, PROVIDER, STUDENT, entries

NAPRAPATH = {"code": "naprapath", "name_sv": "naprapat", "name_en": "naprapath"}
PROFESSION, KIND = WordList.PROFESSION, WordList.UNIT_KIND


def test_a_new_database_has_the_standard_lists(session: Session) -> None:
    known = Lists(session)
    assert known.professions.names == PROFESSIONS
    assert known.unit_kinds.names == UNIT_KINDS


def test_a_word_is_added_renamed_and_removed_by_the_coordinator(store: Session) -> None:
    lists.add_word(store, COORDINATOR, PROFESSION, NAPRAPATH)
    assert Lists(store).professions.code_of("Naprapat") == "naprapath"
    renamed = lists.rename_word(store, COORDINATOR, PROFESSION, "naprapath", {"name_en": "manual therapist"})
    assert (renamed.name_en, renamed.version) == ("manual therapist", 2)
    assert lists.show_word(store, STUDENT, PROFESSION, "naprapath").name_sv == "naprapat"
    lists.remove_word(store, COORDINATOR, PROFESSION, "naprapath")
    store.commit()
    with pytest.raises(NotFoundError):
        lists.show_word(store, STUDENT, PROFESSION, "naprapath")
    assert entries(store) == [
        (what, "listed_word", "profession/naprapath") for what in ("created", "changed", "removed")
    ]


def test_the_same_code_may_be_in_both_lists(store: Session) -> None:
    lists.add_word(store, COORDINATOR, KIND, NAPRAPATH)
    lists.add_word(store, COORDINATOR, PROFESSION, NAPRAPATH)
    assert lists.list_words(store, STUDENT, KIND, Span(200)).total == len(UNIT_KINDS) + 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"code": "nurse"}, "/code"),
        ({"code": "sjukskoterska"}, "/code"),
        ({"name_sv": "Sjuksköterska"}, "/name_sv"),
        ({"name_en": "Nurse"}, "/name_en"),
        ({"name_en": "sjuk sköterska"}, "/name_en"),
    ],
)
def test_a_word_that_is_read_as_another_is_not_added(store: Session, wrong: dict[str, str], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        lists.add_word(store, COORDINATOR, PROFESSION, {**NAPRAPATH, **wrong})
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    if pointer != "/code":
        with pytest.raises(InvalidError):
            lists.rename_word(store, COORDINATOR, PROFESSION, "midwife", wrong)


def test_a_word_keeps_its_code_and_may_be_spelt_anew(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        lists.rename_word(store, COORDINATOR, PROFESSION, "nurse", {"code": "registered_nurse"})
    assert [fault.pointer for fault in refused.value.faults] == ["/code"]
    lists.rename_word(store, COORDINATOR, PROFESSION, "nurse", {"name_sv": "Sjuksköterska"})


@pytest.mark.parametrize(
    ("of", "code"), [(PROFESSION, "nurse"), (KIND, "elderly-care"), (KIND, "primary-care"), (KIND, "psychiatry")]
)
def test_a_word_that_rows_name_is_not_removed(store: Session, of: WordList, code: str) -> None:
    if code == "psychiatry":
        lists.remove_word(store, COORDINATOR, of, code)
    else:
        with pytest.raises(ConflictError):
            lists.remove_word(store, COORDINATOR, of, code)


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_the_lists(store: Session, by: Caller) -> None:
    attempts = (
        lambda: lists.add_word(store, by, PROFESSION, NAPRAPATH),
        lambda: lists.rename_word(store, by, PROFESSION, "nurse", {"name_en": "x"}),
        lambda: lists.remove_word(store, by, PROFESSION, "dietitian"),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()


def test_every_word_that_is_wrong_or_named_twice_is_pointed_out(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        Lists(store).coded({"professions": ["Nurse", "nurce", "sjuksköterska"], "kinds": ["hemsjukvård", "okänd"]})
    assert [fault.pointer for fault in refused.value.faults] == ["/professions/1", "/professions/2", "/kinds/1"]


def test_words_become_codes_and_other_values_stay(store: Session) -> None:
    values = {"profession": " Barnmorska", "professions": None, "kinds": ["HEMSJUKVÅRD", "elderly care"], "name": "Öst"}
    coded = {"profession": "midwife", "professions": None, "kinds": ["home-care", "elderly-care"], "name": "Öst"}
    assert Lists(store).coded(values) == coded


def test_the_lists_are_written_with_codes_and_both_names_with_a_database_or_without(store: Session) -> None:
    written = list(lines_of(contents(store), lambda words: words.sv))
    assert written[0] == "Yrken"
    assert any(line.split() == ["nurse", "sjuksköterska", "·", "nurse"] for line in written)
    assert any(line.split() == ["naturopath", "naturläkare", "·", "naturopath"] for line in written)
    assert any("personalbrist" in line for line in written)
    standing = list(lines_of(contents(), lambda words: words.en))
    assert standing[0] == "Professions"
    assert not any("naturopath" in line for line in standing)
