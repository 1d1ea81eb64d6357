"""Units are entered and changed by their provider, and seen by everybody who plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import units
from placement.register.units import UnitBook, own_unit
from placement.register.writing import writing
from placement.store.access import Span
from tests.placement.sides import (
    AUDITOR,
    COORDINATOR,
    INSTITUTION,
    OPERATOR,
    PROVIDER,
    STRANGER,
    STUDENT,
    UNIT,
    entries,
)

NEW_UNIT = {
    "name": "Hemtjänst Öst",
    "provider_id": "org_city",
    "operator_id": None,
    "municipality_code": "0180",
    "kinds": ["home-care"],
    "lat": 59.3,
    "lon": 18.2,
}


def pointer_of(error: pytest.ExceptionInfo[InvalidError]) -> str:
    (fault,) = error.value.faults
    return fault.pointer


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (COORDINATOR, {"unt_a", "unt_b", "unt_free", "unt_idle"}),
        (INSTITUTION, {"unt_a", "unt_b", "unt_free", "unt_idle"}),
        (PROVIDER, {"unt_a", "unt_free"}),
        (OPERATOR, {"unt_a"}),
        (STRANGER, {"unt_b", "unt_idle"}),
        (UNIT, {"unt_a"}),
    ],
)
def test_everybody_sees_the_units_that_concern_them(store: Session, by: Caller, seen: set[str]) -> None:
    page = units.list_units(store, by, span=Span(limit=200))
    assert {place.unit.id for place in page.rows} == seen
    assert page.total == len(seen)


@pytest.mark.parametrize("by", [STUDENT, AUDITOR])
def test_a_caller_who_plans_nothing_sees_no_unit(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        units.list_units(store, by)


def test_units_are_found_by_provider_municipality_and_site(store: Session) -> None:
    assert units.list_units(store, COORDINATOR, provider="org_far").total == 2
    assert units.list_units(store, COORDINATOR, municipality="0180").total == 4
    assert [place.unit.id for place in units.list_units(store, COORDINATOR, site="sit_a").rows] == ["unt_a"]


def test_a_new_unit_leaves_its_mark_in_the_audit_trail(store: Session) -> None:
    unit = units.open_unit(store, PROVIDER, NEW_UNIT).unit
    assert entries(store) == [("created", "unit", unit.id)]


def test_a_change_keeps_what_is_not_named_and_moves_the_version_on(store: Session) -> None:
    unit = units.change_unit(store, PROVIDER, "unt_free", {"max_students": 7}).unit
    assert (unit.max_students, unit.name, unit.version) == (7, "Nya vårdcentralen", 2)
    assert entries(store) == [("changed", "unit", "unt_free")]


def test_a_change_to_what_it_was_already_is_no_event(store: Session) -> None:
    assert units.change_unit(store, PROVIDER, "unt_free", {"name": "Nya vårdcentralen"}).unit.version == 1
    assert entries(store) == []


def test_a_closed_unit_is_gone(store: Session) -> None:
    units.close_unit(store, PROVIDER, "unt_free")
    with pytest.raises(NotFoundError):
        units.show_unit(store, PROVIDER, "unt_free")
    assert entries(store) == [("removed", "unit", "unt_free")]


@pytest.mark.parametrize("by", [STRANGER, OPERATOR])
def test_nobody_changes_a_unit_they_do_not_answer_for(store: Session, by: Caller) -> None:
    with pytest.raises(NotFoundError):
        units.change_unit(store, by, "unt_free", {"max_students": 1})
    with pytest.raises(NotFoundError):
        units.close_unit(store, by, "unt_free")


@pytest.mark.parametrize("by", [INSTITUTION, UNIT, STUDENT])
def test_only_providers_and_the_coordinator_keep_units(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        units.open_unit(store, by, NEW_UNIT)


@pytest.mark.parametrize(
    ("by", "wrong", "pointer"),
    [
        (COORDINATOR, {"provider_id": "org_none"}, "/provider_id"),
        (COORDINATOR, {"provider_id": "org_ki"}, "/provider_id"),
        (COORDINATOR, {"operator_id": "org_ki"}, "/operator_id"),
        (COORDINATOR, {"municipality_code": "9999"}, "/municipality_code"),
        (COORDINATOR, {"site_id": "sit_none"}, "/site_id"),
        (COORDINATOR, {"excluded_from_agreement": True}, "/excluded_from_agreement"),
        (PROVIDER, {"provider_id": "org_far"}, "/provider_id"),
    ],
)
def test_a_unit_that_contradicts_itself_or_refers_to_nothing_is_refused(
    store: Session, by: Caller, wrong: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        units.open_unit(store, by, {**NEW_UNIT, **wrong})
    assert pointer_of(refused) == pointer
    with pytest.raises(InvalidError):
        units.change_unit(store, by, "unt_free", wrong)


def test_of_an_education_level_the_latest_judgement_counts(store: Session) -> None:
    for met, day in ((False, 1), (True, 9), (False, 5)):
        units.judge_level(store, PROVIDER, "unt_a", "follow-up", met=met, judged_on=dt.date(2026, 10, day))
    place = units.show_unit(store, INSTITUTION, "unt_a")
    assert [(level.level, level.met) for level in place.levels] == [("follow-up", True), ("goals-known", True)]
    assert place.unit.version == 4


def test_a_level_judged_again_on_the_same_day_has_the_last_word(store: Session) -> None:
    day = dt.date(2026, 10, 1)
    units.judge_level(store, PROVIDER, "unt_free", "follow-up", met=True, judged_on=day)
    place = units.judge_level(store, PROVIDER, "unt_free", "follow-up", met=False, judged_on=day)
    assert [(level.judged_on, level.met) for level in place.levels] == [(day, False)]


def test_a_unit_that_is_not_there_is_not_found(store: Session) -> None:
    with pytest.raises(NotFoundError):
        units.show_unit(store, COORDINATOR, "unt_none")


def test_a_unit_judges_no_level_of_its_own(store: Session) -> None:
    with pytest.raises(NotAllowedError):
        units.judge_level(store, UNIT, "unt_a", "follow-up", met=True, judged_on=dt.date(2026, 1, 1))


def test_the_same_judgement_again_is_no_new_version(store: Session) -> None:
    for _ in range(2):
        place = units.judge_level(store, PROVIDER, "unt_a", "follow-up", met=True, judged_on=dt.date(2026, 10, 1))
    assert place.unit.version == 2


def test_one_book_writes_several_units_at_once(store: Session) -> None:
    with writing(store, PROVIDER) as writer:
        book = UnitBook(writer)
        added = book.enter({**NEW_UNIT, "name": "Hemtjänst Väst"})
        changed = book.change(own_unit(store, PROVIDER, "unt_free"), {"max_students": 3})
        same = book.change(own_unit(store, PROVIDER, "unt_a"), {"max_students": 4})
    assert (changed, same) == (True, False)
    assert entries(store) == [("created", "unit", added.id), ("changed", "unit", "unt_free")]
