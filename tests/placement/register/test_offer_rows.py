"""A term's offers are read as a grid, part by part, and several are changed in one go."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.errors import NotAllowedError, NotFoundError
from placement.register import capacity
from placement.register.offer_rows import OfferPart, read_grid, read_rows
from placement.store.access import Span
from placement.tables import CapacityOffer, OfferStatus, Term
from tests.placement.sides import COORDINATOR, INSTITUTION, PROVIDER, STRANGER, UNIT
from tests.rows import WEEK

pytestmark = pytest.mark.one_database


def term_of(store: Session) -> Term:
    return store.get_one(Term, "trm_a")


def test_each_side_reads_its_own_offers_with_what_is_counted_beside_them(store: Session) -> None:
    every = read_grid(store, COORDINATOR, term_of(store))
    assert [row.unit_name for row in every.rows] == ["Avdelning 7", "Tallgården"]
    assert (every.total, every.every, every.units, every.places) == (2, 2, 2, {WEEK: 2})
    assert every.in_part == {OfferPart.SILENT: 1, OfferPart.DECLINED: 0, OfferPart.CHANGED: 0}
    for by, units in ((PROVIDER, ["Tallgården"]), (UNIT, ["Tallgården"]), (STRANGER, ["Avdelning 7"])):
        assert [row.unit_name for row in read_grid(store, by, term_of(store)).rows] == units
    with pytest.raises(NotAllowedError):
        read_grid(store, INSTITUTION, term_of(store))


def test_a_grid_has_one_part_one_provider_one_unit_or_one_page(store: Session) -> None:
    term = term_of(store)
    silent = read_grid(store, COORDINATOR, term, part=OfferPart.SILENT)
    assert ([row.offer.row.id for row in silent.rows], silent.total, silent.every) == (["off_b"], 1, 2)
    assert read_grid(store, COORDINATOR, term, provider="org_city").units == 1
    assert read_grid(store, COORDINATOR, term, unit="unt_b").every == 1
    assert [row.offer.row.id for row in read_grid(store, COORDINATOR, term, span=Span(1, 1)).rows] == ["off_a"]
    assert [row.offer.row.id for row in read_rows(store, PROVIDER, term, ["off_a", "off_b", "off_x"])] == ["off_a"]


def test_an_answer_is_changed_when_it_was_given_after_the_last_day_in_stockholm(store: Session) -> None:
    offer = store.get_one(CapacityOffer, "off_a")
    for hour, changed in ((22, 0), (23, 1)):  # midnight in Stockholm is 23 in UTC
        offer.answered_at = dt.datetime(2026, 11, 1, hour, 30, tzinfo=dt.UTC)
        store.add(offer)
        store.flush()
        assert read_grid(store, COORDINATOR, term_of(store)).in_part[OfferPart.CHANGED] == changed


def test_of_several_changes_those_without_faults_are_kept(store: Session) -> None:
    faulty = capacity.change_offers(
        store,
        COORDINATOR,
        {"off_a": {"weeks": {WEEK: 3}}, "off_b": {"status": OfferStatus.DECLINED}},
    )
    assert list(faulty) == ["off_b"]
    assert capacity.show_offer(store, COORDINATOR, "off_a").weeks == {WEEK: 3}
    assert capacity.show_offer(store, COORDINATOR, "off_b").row.status is OfferStatus.UNANSWERED


def test_of_several_offers_none_is_another_providers(store: Session) -> None:
    with pytest.raises(NotFoundError):
        capacity.change_offers(store, PROVIDER, {"off_a": {"weeks": {}}, "off_b": {"weeks": {}}})
    with pytest.raises(NotAllowedError):
        capacity.change_offers(store, INSTITUTION, {"off_a": {"weeks": {}}})
