"""Units are entered and changed by their provider, and seen by everybody who plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError, PlacementError
from placement.register import places
from placement.store.access import Span
from placement.tables import OrganisationKind, ProviderKind
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
NEW_PROVIDER = {
    "kind": OrganisationKind.PROVIDER,
    "provider_kind": ProviderKind.PRIVATE,
    "name_sv": "Vård AB",
    "name_en": "Care Ltd",
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
    page = places.list_units(store, by, span=Span(limit=200))
    assert {place.unit.id for place in page.rows} == seen
    assert page.total == len(seen)


@pytest.mark.parametrize("by", [STUDENT, AUDITOR])
def test_a_caller_who_plans_nothing_sees_no_unit(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        places.list_units(store, by)


def test_units_are_found_by_provider_municipality_and_site(store: Session) -> None:
    assert places.list_units(store, COORDINATOR, provider="org_far").total == 2
    assert places.list_units(store, COORDINATOR, municipality="0180").total == 4
    assert [place.unit.id for place in places.list_units(store, COORDINATOR, site="sit_a").rows] == ["unt_a"]


def test_organisations_are_found_by_kind_and_sites_by_institution(store: Session) -> None:
    found = places.list_organisations(store, AUDITOR, kind=OrganisationKind.PROVIDER)
    assert {row.id for row in found.rows} == {"org_city", "org_care", "org_far"}
    assert places.list_sites(store, STUDENT, institution="org_ki").total == 1
    assert places.list_sites(store, STUDENT, institution="org_b").total == 0
    assert places.list_sites(store, STUDENT).total == 1
    assert places.list_municipalities(store, STUDENT).total == 1


def test_a_new_unit_leaves_its_mark_in_the_audit_trail(store: Session) -> None:
    unit = places.open_unit(store, PROVIDER, NEW_UNIT).unit
    assert entries(store) == [("created", "unit", unit.id)]


def test_a_change_keeps_what_is_not_named_and_moves_the_version_on(store: Session) -> None:
    unit = places.change_unit(store, PROVIDER, "unt_free", {"max_students": 7}).unit
    assert (unit.max_students, unit.name, unit.version) == (7, "Nya vårdcentralen", 2)
    assert entries(store) == [("changed", "unit", "unt_free")]


def test_a_change_to_what_it_was_already_is_no_event(store: Session) -> None:
    assert places.change_unit(store, PROVIDER, "unt_free", {"name": "Nya vårdcentralen"}).unit.version == 1
    assert entries(store) == []


def test_a_closed_unit_is_gone(store: Session) -> None:
    places.close_unit(store, PROVIDER, "unt_free")
    with pytest.raises(NotFoundError):
        places.show_unit(store, PROVIDER, "unt_free")
    assert entries(store) == [("removed", "unit", "unt_free")]


@pytest.mark.parametrize("by", [STRANGER, OPERATOR])
def test_nobody_changes_a_unit_they_do_not_answer_for(store: Session, by: Caller) -> None:
    with pytest.raises(NotFoundError):
        places.change_unit(store, by, "unt_free", {"max_students": 1})
    with pytest.raises(NotFoundError):
        places.close_unit(store, by, "unt_free")


@pytest.mark.parametrize("by", [INSTITUTION, UNIT, STUDENT])
def test_only_providers_and_the_coordinator_keep_units(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        places.open_unit(store, by, NEW_UNIT)


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
        places.open_unit(store, by, {**NEW_UNIT, **wrong})
    assert pointer_of(refused) == pointer
    with pytest.raises(InvalidError):
        places.change_unit(store, by, "unt_free", wrong)


def test_of_an_education_level_the_latest_judgement_counts(store: Session) -> None:
    for met, day in ((False, 1), (True, 9), (False, 5)):
        places.judge_level(store, PROVIDER, "unt_a", "follow-up", met=met, judged_on=dt.date(2026, 10, day))
    place = places.show_unit(store, INSTITUTION, "unt_a")
    assert [(level.level, level.met) for level in place.levels] == [("follow-up", True), ("goals-known", True)]
    assert place.unit.version == 4


def test_a_level_judged_again_on_the_same_day_has_the_last_word(store: Session) -> None:
    day = dt.date(2026, 10, 1)
    places.judge_level(store, PROVIDER, "unt_free", "follow-up", met=True, judged_on=day)
    place = places.judge_level(store, PROVIDER, "unt_free", "follow-up", met=False, judged_on=day)
    assert [(level.judged_on, level.met) for level in place.levels] == [(day, False)]


def test_a_private_provider_names_who_funds_it(store: Session) -> None:
    added = places.add_organisation(store, COORDINATOR, {**NEW_PROVIDER, "funded_by_id": "org_city"})
    assert places.show_organisation(store, STUDENT, added.id).funded_by_id == "org_city"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"provider_kind": None}, "/provider_kind"),
        ({"municipality_code": "9999"}, "/municipality_code"),
        ({"funded_by_id": "org_none"}, "/funded_by_id"),
        ({"funded_by_id": "org_care"}, "/funded_by_id"),
        ({"funded_by_id": "org_ki"}, "/funded_by_id"),
        ({"provider_kind": ProviderKind.REGION, "funded_by_id": "org_city"}, "/funded_by_id"),
    ],
)
def test_an_organisation_whose_kinds_do_not_fit_is_refused(store: Session, wrong: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidError) as refused:
        places.add_organisation(store, COORDINATOR, {**NEW_PROVIDER, **wrong})
    assert pointer_of(refused) == pointer


def test_an_institution_does_not_become_a_provider(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        places.change_organisation(store, COORDINATOR, "org_ki", {"kind": OrganisationKind.PROVIDER})
    assert pointer_of(refused) == "/kind"


def test_an_organisation_is_renamed_and_an_idle_one_removed(store: Session) -> None:
    assert places.change_organisation(store, COORDINATOR, "org_ki", {"name_en": "KI"}).name_en == "KI"
    places.remove_organisation(store, COORDINATOR, "org_idle")
    store.commit()
    with pytest.raises(NotFoundError):
        places.show_organisation(store, COORDINATOR, "org_idle")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"institution_id": "org_none"}, "/institution_id"),
        ({"institution_id": "org_city"}, "/institution_id"),
        ({"municipality_code": "9999"}, "/municipality_code"),
    ],
)
def test_a_site_is_an_institutions_in_a_municipality(store: Session, wrong: dict[str, str], pointer: str) -> None:
    site = {"institution_id": "org_ki", "name": "Norr", "municipality_code": "0180"}
    added = places.add_site(store, COORDINATOR, site)
    assert places.show_site(store, STUDENT, added.id).name == "Norr"
    with pytest.raises(InvalidError) as refused:
        places.add_site(store, COORDINATOR, {**site, **wrong})
    assert pointer_of(refused) == pointer


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_organisations_and_sites(store: Session, by: Caller) -> None:
    attempts = (
        lambda: places.add_organisation(store, by, NEW_PROVIDER),
        lambda: places.change_organisation(store, by, "org_ki", {"name_sv": "X"}),
        lambda: places.remove_organisation(store, by, "org_idle"),
        lambda: places.add_site(store, by, {}),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()


def test_what_is_not_there_is_not_found(store: Session) -> None:
    attempts = (
        lambda: places.show_municipality(store, STUDENT, "9999"),
        lambda: places.show_site(store, STUDENT, "sit_none"),
        lambda: places.show_unit(store, COORDINATOR, "unt_none"),
        lambda: places.judge_level(store, UNIT, "unt_a", "follow-up", met=True, judged_on=dt.date(2026, 1, 1)),
    )
    for attempt in attempts:
        with pytest.raises(PlacementError):
            attempt()
