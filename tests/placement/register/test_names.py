"""Names: a sentence says what the reader calls a row, and keeps the id of what the reader may not see."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.register.names import Names, who_asks
from placement_solver.words import Words
from tests.placement.publishing import CITY, KI, NEAR

OTHER = Caller(Role.INSTITUTION, organisation="org_b")
FARAWAY = Caller(Role.PROVIDER, organisation="org_far")
SENTENCE = "{id}: {id}, {id}."


def told(store: Session, by: Caller, row_id: str) -> tuple[str, str]:
    """Return what a reader is told of a row, in Swedish and English."""
    sentence = SENTENCE.format(id=row_id)
    words = Words(sentence, sentence)
    said = Names(store, by, texts=[words]).put_in(words)
    (sv, *_), (en, *_) = said.sv.split(":"), said.en.split(":")
    assert (said.sv, said.en) == (SENTENCE.format(id=sv), SENTENCE.format(id=en))
    return sv, en


@pytest.mark.parametrize(
    ("by", "row_id", "sv", "en"),
    [
        (SYSTEM, "unt_a", "Tallgården", "Tallgården"),
        (KI, "unt_a", "Tallgården", "Tallgården"),
        (FARAWAY, "unt_a", "unt_a", "unt_a"),
        (NEAR, "off_a", "Tallgården – sjuksköterska", "Tallgården – nurse"),
        (FARAWAY, "off_a", "off_a", "off_a"),
        (KI, "stu_a", "ki-0001", "ki-0001"),
        (SYSTEM, "stu_a", "stu_a", "stu_a"),
        (CITY, "stu_a", "stu_a", "stu_a"),
        (OTHER, "stu_a", "stu_a", "stu_a"),
        (KI, "req_a", "ki-0001 (1SJ021)", "ki-0001 (1SJ021)"),
        (SYSTEM, "req_a", "stu_a (1SJ021)", "stu_a (1SJ021)"),
        (CITY, "req_a", "stu_a (1SJ021)", "stu_a (1SJ021)"),
        (FARAWAY, "req_a", "req_a", "req_a"),
        (OTHER, "req_a", "req_a", "req_a"),
        (CITY, "sup_a", "p-17", "p-17"),
        (KI, "sup_a", "en handledare vid Tallgården", "a supervisor at Tallgården"),
        (FARAWAY, "sup_a", "en handledare", "a supervisor"),
        (KI, "agr_a", "Karolinska Institutet – Stockholms stad", "Karolinska Institutet – City of Stockholm"),
        (OTHER, "agr_a", "agr_a", "agr_a"),
        (OTHER, "org_ki", "Karolinska Institutet", "Karolinska Institutet"),
        (OTHER, "sit_a", "Söder", "Söder"),
        (OTHER, "nurse", "sjuksköterska", "nurse"),
        (OTHER, "elderly-care", "äldreomsorg", "elderly care"),
        (SYSTEM, "unt_none", "unt_none", "unt_none"),
    ],
)
def test_a_reader_is_told_names_of_what_the_reader_may_see(
    store: Session, by: Caller, row_id: str, sv: str, en: str
) -> None:
    assert told(store, by, row_id) == (sv, en)


def test_only_the_student_s_institution_reads_the_pseudonym(store: Session) -> None:
    for by, known in ((KI, "ki-0001"), (OTHER, None), (SYSTEM, None), (CITY, None), (NEAR, None)):
        assert who_asks(store, by, ["req_a"])["req_a"].student_external_id == known
    assert who_asks(store, KI, []) == {}
