"""Agreements are read by their parties, kept by the provider, and end six months after notice."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.register import agreements
from placement.register.agreements import AgreementBook
from placement.register.notices import give_notice
from placement.register.writing import writing
from placement.tables import Figure, Organisation
from tests.placement.sides import (
    COORDINATOR,
    INSTITUTION,
    OTHER_INSTITUTION,
    PROVIDER,
    STRANGER,
    STUDENT,
    UNIT,
    entries,
)

NEW: dict[str, Any] = {
    "institution_id": "org_b",
    "provider_id": "org_city",
    "valid_from": dt.date(2026, 1, 1),
    "valid_to": None,
    "professions": ["physician"],
    "units": ["unt_free"],
    "price_ore": 98_000,
    "currency": "SEK",
    "volumes": [{"term_id": "trm_a", "min_student_weeks": 10, "max_student_weeks": 40}],
    "clauses": [{"figure": Figure.PRICE, "clause": "7 §"}],
}


@pytest.mark.parametrize("by", [COORDINATOR, PROVIDER])
def test_a_provider_enters_what_it_has_agreed_on(store: Session, by: Caller) -> None:
    made = agreements.sign_agreement(store, by, NEW).row.id
    signed = agreements.show_agreement(store, OTHER_INSTITUTION, made)
    assert signed.units == ("unt_free",)
    assert [(volume.min_student_weeks, volume.max_student_weeks) for volume in signed.volumes] == [(10, 40)]
    assert [(clause.figure, clause.clause) for clause in signed.clauses] == [(Figure.PRICE, "7 §")]
    assert signed.ends_on is None
    assert [kind for _, kind, _ in entries(store)] == [
        "agreement",
        "agreement_unit",
        "agreement_volume",
        "agreement_clause",
    ]


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (COORDINATOR, {"agr_a", "agr_b"}),
        (INSTITUTION, {"agr_a"}),
        (OTHER_INSTITUTION, {"agr_b"}),
        (PROVIDER, {"agr_a"}),
        (STRANGER, {"agr_b"}),
    ],
)
def test_the_parties_read_their_agreements(store: Session, by: Caller, seen: set[str]) -> None:
    assert {signed.row.id for signed in agreements.list_agreements(store, by).rows} == seen


def test_agreements_are_found_by_their_parties(store: Session) -> None:
    assert agreements.list_agreements(store, COORDINATOR, institution="org_b").total == 1
    assert agreements.list_agreements(store, COORDINATOR, provider="org_city").total == 1
    assert agreements.list_agreements(store, INSTITUTION, provider="org_far").total == 0


def test_what_is_not_named_stays_and_what_is_named_is_replaced(store: Session) -> None:
    changed = agreements.change_agreement(
        store,
        PROVIDER,
        "agr_a",
        {
            "price_ore": 99_000,
            "volumes": [{"term_id": "trm_a", "min_student_weeks": 5, "max_student_weeks": None}],
        },
    )
    assert (changed.row.price_ore, changed.row.version) == (99_000, 2)
    assert [volume.min_student_weeks for volume in changed.volumes] == [5]
    assert changed.units == ("unt_a",)
    assert [clause.clause for clause in changed.clauses] == ["7 §"]
    opened = agreements.change_agreement(store, PROVIDER, "agr_a", {"units": None, "clauses": []})
    assert (opened.units, opened.clauses, opened.row.version) == (None, (), 3)


@pytest.mark.parametrize("by", [COORDINATOR, INSTITUTION, PROVIDER])
def test_notice_by_either_party_ends_an_agreement_six_months_later(store: Session, by: Caller) -> None:
    assert give_notice(store, by, "agr_a", dt.date(2026, 8, 31)).ends_on == dt.date(2027, 2, 28)
    with pytest.raises(ConflictError):
        give_notice(store, by, "agr_a", dt.date(2026, 9, 1))


def test_notice_does_not_prolong_an_agreement(store: Session) -> None:
    agreements.change_agreement(store, PROVIDER, "agr_a", {"valid_to": dt.date(2026, 12, 31)})
    assert give_notice(store, PROVIDER, "agr_a", dt.date(2026, 9, 1)).ends_on == dt.date(2026, 12, 31)


@pytest.mark.parametrize(
    ("by", "wrong", "pointer"),
    [
        (COORDINATOR, {"institution_id": "org_none"}, "/institution_id"),
        (COORDINATOR, {"institution_id": "org_far"}, "/institution_id"),
        (COORDINATOR, {"provider_id": "org_ki"}, "/provider_id"),
        (PROVIDER, {"provider_id": "org_far"}, "/provider_id"),
        (PROVIDER, {"valid_to": dt.date(2025, 12, 31)}, "/valid_to"),
        (PROVIDER, {"units": ["unt_free", "unt_b"]}, "/units/1"),
        (PROVIDER, {"units": ["unt_none"]}, "/units/0"),
        (
            PROVIDER,
            {"volumes": [{"term_id": "trm_none", "min_student_weeks": 0, "max_student_weeks": None}]},
            "/volumes/0/term_id",
        ),
        (
            PROVIDER,
            {"volumes": [{"term_id": "trm_a", "min_student_weeks": 9, "max_student_weeks": 8}]},
            "/volumes/0/max_student_weeks",
        ),
    ],
)
def test_an_agreement_that_cannot_hold_is_refused(
    store: Session, by: Caller, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        agreements.sign_agreement(store, by, {**NEW, **wrong})
    assert refused.value.faults[0].pointer == pointer


@pytest.mark.parametrize(
    ("other", "clash"),
    [
        ({}, True),
        ({"units": None}, True),
        ({"professions": None}, True),
        ({"professions": ["nurse"]}, False),
        ({"units": ["unt_a"]}, False),
        ({"valid_to": dt.date(2026, 3, 1), "valid_from": dt.date(2025, 3, 1)}, True),
        ({"valid_to": dt.date(2025, 12, 31), "valid_from": dt.date(2025, 3, 1)}, False),
        ({"institution_id": "org_ki", "units": ["unt_free"]}, False),
    ],
)
def test_two_agreements_may_not_cover_the_same_placement(store: Session, *, other: dict[str, Any], clash: bool) -> None:
    agreements.sign_agreement(store, PROVIDER, NEW)
    if clash:
        with pytest.raises(ConflictError):
            agreements.sign_agreement(store, PROVIDER, {**NEW, **other})
    else:
        assert agreements.sign_agreement(store, PROVIDER, {**NEW, **other}).row.version == 1


@pytest.mark.parametrize(
    ("ends", "sv", "en"),
    [
        (None, "från 2026-01-01 tills vidare", "from 2026-01-01 until further notice"),
        (dt.date(2027, 6, 30), "från 2026-01-01 till 2027-06-30", "from 2026-01-01 to 2027-06-30"),
    ],
)
def test_the_agreement_that_another_overlaps_is_told_by_its_parties_and_dates(
    store: Session, ends: dt.date | None, sv: str, en: str
) -> None:
    signed = {**NEW, "valid_from": dt.date(2026, 1, 1), "valid_to": ends}
    agreements.sign_agreement(store, PROVIDER, signed)
    one, two = (store.get_one(Organisation, str(NEW[party])) for party in ("institution_id", "provider_id"))
    with pytest.raises(ConflictError) as refused:
        agreements.sign_agreement(store, PROVIDER, signed)
    assert refused.value.sv == (
        f"Avtalet mellan {one.name_sv} och {two.name_sv}, {sv}, gäller redan för samma enheter, yrken och tid."
    )
    assert refused.value.en == (
        f"The agreement between {one.name_en} and {two.name_en}, {en}, already covers the same units, professions"
        " and time."
    )


def test_an_agreement_may_follow_one_that_has_been_given_notice(store: Session) -> None:
    first = agreements.sign_agreement(store, PROVIDER, NEW).row.id
    give_notice(store, PROVIDER, first, dt.date(2026, 6, 30))
    follower = {**NEW, "valid_from": dt.date(2026, 12, 31)}
    assert agreements.sign_agreement(store, PROVIDER, follower).row.id != first


def test_an_agreement_does_not_grow_over_another(store: Session) -> None:
    agreements.sign_agreement(store, PROVIDER, NEW)
    other = agreements.sign_agreement(store, PROVIDER, {**NEW, "units": ["unt_a"]}).row.id
    with pytest.raises(ConflictError):
        agreements.change_agreement(store, PROVIDER, other, {"units": None})


@pytest.mark.parametrize("moved", [{"institution_id": "org_b"}, {"provider_id": "org_far"}])
def test_the_parties_of_an_agreement_stay(store: Session, moved: dict[str, str]) -> None:
    with pytest.raises(InvalidError):
        agreements.change_agreement(store, COORDINATOR, "agr_a", moved)


def test_only_the_coordinator_removes_an_agreement(store: Session) -> None:
    with pytest.raises(NotAllowedError):
        agreements.remove_agreement(store, PROVIDER, "agr_a")
    made = agreements.sign_agreement(store, COORDINATOR, NEW).row.id
    agreements.remove_agreement(store, COORDINATOR, made)
    store.commit()
    with pytest.raises(NotFoundError):
        agreements.show_agreement(store, COORDINATOR, made)


def test_an_agreement_that_has_been_settled_is_kept(store: Session) -> None:
    with pytest.raises(ConflictError, match=r"used by 1 statement\. Statements are kept"):
        agreements.remove_agreement(store, COORDINATOR, "agr_a")


@pytest.mark.parametrize("by", [UNIT, STUDENT])
def test_a_caller_who_is_no_party_reads_no_agreement(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        agreements.list_agreements(store, by)


@pytest.mark.parametrize("by", [INSTITUTION, UNIT])
def test_a_caller_who_gives_no_care_enters_no_agreement(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        agreements.sign_agreement(store, by, NEW)
    with pytest.raises(NotAllowedError):
        agreements.change_agreement(store, by, "agr_a", {})


def test_the_volume_of_one_term_is_set_and_those_of_other_terms_stay(store: Session) -> None:
    row = agreements.show_agreement(store, PROVIDER, "agr_a").row
    with writing(store, PROVIDER) as writer:
        book = AgreementBook(writer, ["agr_a"])
        assert book.set_volume(row, "trm_idle", {"min_student_weeks": 7})
        assert book.set_volume(row, "trm_a", {"min_student_weeks": 5, "max_student_weeks": None})
        assert not book.set_volume(row, "trm_idle", {"min_student_weeks": 7})
    signed = agreements.show_agreement(store, PROVIDER, "agr_a")
    assert {kept.term_id: kept.min_student_weeks for kept in signed.volumes} == {"trm_a": 5, "trm_idle": 7}
    assert signed.row.version == 2


def test_one_book_lets_no_two_agreements_cover_the_same_placement(store: Session) -> None:
    with writing(store, PROVIDER) as writer:
        book = AgreementBook(writer, units=["unt_free", "unt_a"])
        book.enter(NEW)
        book.enter({**NEW, "units": ["unt_a"]})
        with pytest.raises(ConflictError):
            book.enter(NEW)
    assert agreements.list_agreements(store, PROVIDER, institution="org_b").total == 2
