"""What the state pays for is data with days, and is reported by university healthcare unit and programme term."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from placement.callers import SYSTEM
from placement.errors import ConflictError, InvalidError, NotAllowedError, NotFoundError
from placement.settlement import alf_professions
from placement.settlement.alf_report import report_alf
from placement.tables import Course, PlacementStatus, ProviderKind
from tests.placement.settlement.market import H1, H2, INSTITUTION, PROVIDER, STRANGER, Market

DENTIST: dict[str, Any] = {
    "profession": "tandläkare",
    "provider_kind": ProviderKind.REGION,
    "valid_from": dt.date(2026, 1, 1),
    "valid_to": None,
}


def test_physicians_and_speech_therapists_in_regions_are_there_from_the_start(market: Market) -> None:
    rows = alf_professions.list_alf_professions(market.session, PROVIDER).rows
    assert [(row.profession, row.provider_kind.value, str(row.valid_from)) for row in rows] == [
        ("physician", "region", "2015-01-01"),
        ("speech_therapist", "region", "2015-01-01"),
    ]


def test_a_coordinator_adds_ends_and_removes_one(market: Market) -> None:
    row = alf_professions.add_alf_profession(market.session, SYSTEM, DENTIST)
    assert row.profession == "dentist"
    changed = alf_professions.change_alf_profession(market.session, SYSTEM, row.id, {"valid_to": dt.date(2026, 12, 31)})
    assert (changed.valid_to, changed.version) == (dt.date(2026, 12, 31), 2)
    alf_professions.add_alf_profession(market.session, SYSTEM, {**DENTIST, "valid_from": dt.date(2027, 1, 1)})
    alf_professions.remove_alf_profession(market.session, SYSTEM, row.id)
    with pytest.raises(NotFoundError):
        alf_professions.show_alf_profession(market.session, PROVIDER, row.id)


def test_what_contradicts_itself_or_is_there_already_is_refused(market: Market) -> None:
    row = alf_professions.add_alf_profession(market.session, SYSTEM, DENTIST)
    with pytest.raises(ConflictError, match="another row says the same from 2026-01-01"):
        alf_professions.add_alf_profession(market.session, SYSTEM, {**DENTIST, "valid_from": dt.date(2028, 1, 1)})
    for wrong in ({"valid_to": dt.date(2025, 12, 31)}, {"profession": "nurse"}, {"profession": "kosmonaut"}):
        with pytest.raises(InvalidError):
            alf_professions.change_alf_profession(market.session, SYSTEM, row.id, wrong)
    with pytest.raises(NotAllowedError):
        alf_professions.add_alf_profession(market.session, PROVIDER, DENTIST)


def test_the_report_says_weeks_by_unit_and_by_programme_term(market: Market) -> None:
    market.place("ward", "2027-W05", 5, profession="physician", done=4)
    market.place("ward", "2027-W25", 3, profession="physician")
    market.place("clinic", "2027-W05", 2, PlacementStatus.PUBLISHED, profession="physician")
    for unit, profession in (("ward", "nurse"), ("home", "physician")):
        market.place(unit, "2027-W05", 5, profession=profession)
    report = report_alf(market.session, SYSTEM, H1)
    assert [(unit.id, planned, done) for unit, planned, done in report.by_unit()] == [("ward", 7, 6), ("clinic", 2, 0)]
    assert [(of.id, term, planned, done) for of, term, planned, done in report.by_programme_term()] == [
        ("prg_physician", 7, 9, 6)
    ]
    market.session.get_one(Course, "crs_physician").programme_term = None
    assert [row.programme_term for row in report_alf(market.session, INSTITUTION, H2).rows] == [None]
    assert [row.unit.id for row in report_alf(market.session, STRANGER, H1).rows] == ["ward", "clinic"]
    assert report_alf(market.session, PROVIDER, H1).rows == ()
