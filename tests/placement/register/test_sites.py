"""Studieorter belong to a lärosäte, lie in a municipality, and are kept by the coordinator."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import sites
from placement.register.sites import SiteBook
from placement.register.writing import writing
from tests.placement.sides import AUDITOR, COORDINATOR, INSTITUTION, PROVIDER, STUDENT, entries

NORR = {"institution_id": "org_ki", "name": "Norr", "municipality_code": "0180"}


def test_sites_are_found_by_institution(store: Session) -> None:
    assert sites.list_sites(store, STUDENT, institution="org_ki").total == 1
    assert sites.list_sites(store, STUDENT, institution="org_b").total == 0
    assert sites.list_sites(store, STUDENT).total == 1


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"institution_id": "org_none"}, "/institution_id"),
        ({"institution_id": "org_city"}, "/institution_id"),
        ({"municipality_code": "9999"}, "/municipality_code"),
    ],
)
def test_a_site_is_an_institutions_in_a_municipality(store: Session, wrong: dict[str, str], pointer: str) -> None:
    added = sites.add_site(store, COORDINATOR, NORR)
    assert sites.show_site(store, STUDENT, added.id).name == "Norr"
    with pytest.raises(InvalidError) as refused:
        sites.add_site(store, COORDINATOR, {**NORR, **wrong})
    assert [fault.pointer for fault in refused.value.faults] == [pointer]
    with pytest.raises(InvalidError) as refused:
        sites.change_site(store, COORDINATOR, "sit_a", wrong)
    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_a_site_is_renamed(store: Session) -> None:
    changed = sites.change_site(store, COORDINATOR, "sit_a", {"name": "Sunderbyn"})
    assert (changed.name, changed.version) == ("Sunderbyn", 2)
    assert entries(store) == [("changed", "site", "sit_a")]


def test_one_book_writes_several_sites_at_once(store: Session) -> None:
    with writing(store, COORDINATOR) as writer:
        book = SiteBook(writer)
        added = book.enter(NORR)
        assert not book.change(sites.show_site(store, COORDINATOR, "sit_a"), {"municipality_code": "0180"})
    assert entries(store) == [("created", "site", added.id)]


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_sites(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        sites.add_site(store, by, NORR)
    with pytest.raises(NotAllowedError):
        sites.change_site(store, by, "sit_a", {"name": "X"})


def test_a_site_that_is_not_there_is_not_found(store: Session) -> None:
    with pytest.raises(NotFoundError):
        sites.show_site(store, STUDENT, "sit_none")
