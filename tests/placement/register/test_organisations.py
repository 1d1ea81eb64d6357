"""Organisations are kept by the coordinator and read by everybody; only private providers are funded by others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import organisations
from placement.register.organisations import OrganisationBook
from placement.register.writing import writing
from placement.tables import OrganisationKind, ProviderKind
from tests.placement.sides import AUDITOR, COORDINATOR, INSTITUTION, PROVIDER, STUDENT, entries

NEW_PROVIDER: dict[str, Any] = {
    "kind": OrganisationKind.PROVIDER,
    "provider_kind": ProviderKind.PRIVATE,
    "name_sv": "Vård AB",
    "name_en": "Care Ltd",
}


def pointer_of(error: pytest.ExceptionInfo[InvalidError]) -> str:
    (fault,) = error.value.faults
    return fault.pointer


def test_organisations_are_found_by_kind(store: Session) -> None:
    found = organisations.list_organisations(store, AUDITOR, kind=OrganisationKind.PROVIDER)
    assert {row.id for row in found.rows} == {"org_city", "org_care", "org_far"}


def test_a_private_provider_names_who_funds_it(store: Session) -> None:
    added = organisations.add_organisation(store, COORDINATOR, {**NEW_PROVIDER, "funded_by_id": "org_city"})
    assert organisations.show_organisation(store, STUDENT, added.id).funded_by_id == "org_city"
    assert entries(store) == [("created", "organisation", added.id)]


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
        organisations.add_organisation(store, COORDINATOR, {**NEW_PROVIDER, **wrong})
    assert pointer_of(refused) == pointer
    added = organisations.add_organisation(store, COORDINATOR, NEW_PROVIDER)
    with pytest.raises(InvalidError):
        organisations.change_organisation(store, COORDINATOR, added.id, wrong)


def test_an_institution_does_not_become_a_provider(store: Session) -> None:
    with pytest.raises(InvalidError) as refused:
        organisations.change_organisation(store, COORDINATOR, "org_ki", {"kind": OrganisationKind.PROVIDER})
    assert pointer_of(refused) == "/kind"


def test_an_organisation_is_renamed_and_an_idle_one_removed(store: Session) -> None:
    assert organisations.change_organisation(store, COORDINATOR, "org_ki", {"name_en": "KI"}).name_en == "KI"
    organisations.remove_organisation(store, COORDINATOR, "org_idle")
    store.commit()
    with pytest.raises(NotFoundError):
        organisations.show_organisation(store, COORDINATOR, "org_idle")
    assert entries(store) == [("changed", "organisation", "org_ki"), ("removed", "organisation", "org_idle")]


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_organisations(store: Session, by: Caller) -> None:
    attempts = (
        lambda: organisations.add_organisation(store, by, NEW_PROVIDER),
        lambda: organisations.change_organisation(store, by, "org_ki", {"name_sv": "X"}),
        lambda: organisations.remove_organisation(store, by, "org_idle"),
    )
    for attempt in attempts:
        with pytest.raises(NotAllowedError):
            attempt()


def test_one_book_enters_a_region_and_the_private_provider_that_it_funds(store: Session) -> None:
    region = {"name_sv": "Region Norr", "name_en": "Region Norr", "provider_kind": ProviderKind.REGION}
    with writing(store, COORDINATOR) as writer:
        book = OrganisationBook(writer)
        funder = book.enter({**NEW_PROVIDER, **region})
        funded = book.enter({**NEW_PROVIDER, "funded_by_id": funder.id})
        with pytest.raises(InvalidError):
            book.enter({**NEW_PROVIDER, "funded_by_id": funded.id})
    store.commit()
    assert organisations.show_organisation(store, STUDENT, funded.id).funded_by_id == funder.id
