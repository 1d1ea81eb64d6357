"""Municipalities are kept by the coordinator, and read by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotAllowedError, NotFoundError
from placement.register import municipalities
from placement.register.municipalities import MunicipalityBook
from placement.register.writing import writing
from tests.placement.sides import AUDITOR, COORDINATOR, INSTITUTION, PROVIDER, STUDENT, entries

NACKA: dict[str, Any] = {
    "code": "0182",
    "name": "Nacka",
    "lat": 59.31,
    "lon": 18.16,
    "population": 112_112,
    "in_county": True,
}


def test_the_coordinator_enters_a_municipality_and_everybody_reads_it(store: Session) -> None:
    municipalities.add_municipality(store, COORDINATOR, NACKA)
    assert municipalities.show_municipality(store, STUDENT, "0182").name == "Nacka"
    assert municipalities.list_municipalities(store, STUDENT).total == 2
    assert entries(store) == [("created", "municipality", "0182")]


def test_a_municipality_is_changed_and_keeps_its_code(store: Session) -> None:
    changed = municipalities.change_municipality(store, COORDINATOR, "0180", {"population": 1_000_000})
    assert (changed.population, changed.name, changed.version) == (1_000_000, "Stockholm", 2)
    assert entries(store) == [("changed", "municipality", "0180")]
    with pytest.raises(InvalidError) as refused:
        municipalities.change_municipality(store, COORDINATOR, "0180", {"code": "0182"})
    assert [fault.pointer for fault in refused.value.faults] == ["/code"]


def test_one_book_writes_several_municipalities_at_once(store: Session) -> None:
    with writing(store, COORDINATOR) as writer:
        book = MunicipalityBook(writer)
        book.enter(NACKA)
        stockholm = municipalities.show_municipality(store, COORDINATOR, "0180")
        assert not book.change(stockholm, {"name": "Stockholm"})
        assert book.change(stockholm, {"name": "Stockholms stad"})
    assert entries(store) == [("created", "municipality", "0182"), ("changed", "municipality", "0180")]


@pytest.mark.parametrize("by", [INSTITUTION, PROVIDER, AUDITOR])
def test_only_the_coordinator_keeps_municipalities(store: Session, by: Caller) -> None:
    with pytest.raises(NotAllowedError):
        municipalities.add_municipality(store, by, NACKA)
    with pytest.raises(NotAllowedError):
        municipalities.change_municipality(store, by, "0180", {"name": "X"})


def test_a_municipality_that_is_not_there_is_not_found(store: Session) -> None:
    with pytest.raises(NotFoundError):
        municipalities.show_municipality(store, STUDENT, "9999")
