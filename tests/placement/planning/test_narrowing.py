"""In weeks that two terms have, the smaller of their offers holds while the other term has students there."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.planning.gather import gather
from placement.tables import CapacityOffer, OfferInstitution, Term, Unit
from tests.placement.gathering import World
from tests.placement.overlapping import SUMMER, offer_all_term, open_term, place_elsewhere
from tests.rows import WEEK, one

FIRST, LAST = 4, 13
"""The weeks of the spring that the summer has too."""


@pytest.fixture
def terms(session: Session) -> Session:
    """A spring of twenty weeks with nine places at the near unit in each, and a summer of ten within it with two."""
    session.add_all(World(session).rows)
    session.flush()
    spring = session.get_one(Term, "trm_a")
    session.delete(session.get_one(CapacityOffer, "off_a"))
    session.flush()
    offer_all_term(session, "off_spring", spring, "unt_a", 9)
    offer_all_term(session, "off_summer", open_term(session, WEEK.plus(FIRST), LAST - FIRST + 1), "unt_a", 2)
    return session


def places(session: Session, offer: str = "off_spring", term: str = "trm_a") -> dict[int, int]:
    """Return the places of an offer by week, where they are not nine."""
    (found,) = (each for each in gather(session, SYSTEM, term).capacities if each.id == offer)
    assert isinstance(found.places, tuple)
    return {week: number for week, number in enumerate(found.places) if number != 9}


def test_where_the_other_term_has_nobody_each_offer_holds_as_it_is(terms: Session) -> None:
    assert places(terms) == {}
    terms.add(Unit(**{**one(Unit).model_dump(), "id": "unt_far", "hsa_id": None, "site_id": None}))
    place_elsewhere(terms, WEEK.plus(5), 2, unit="unt_far")
    assert places(terms) == {}


def test_in_the_weeks_in_which_the_other_term_has_students_its_smaller_offer_holds(terms: Session) -> None:
    place_elsewhere(terms, WEEK.plus(5), 2)
    assert places(terms) == {5: 2, 6: 2}


def test_a_greater_offer_of_the_other_term_gives_nothing(terms: Session) -> None:
    place_elsewhere(terms, WEEK.plus(12), 1, term_id="trm_a")
    (summer,) = (each for each in gather(terms, SYSTEM, SUMMER).capacities if each.id == "off_summer")
    assert set(summer.places if isinstance(summer.places, tuple) else ()) == {2}


def test_what_is_in_force_already_is_not_narrowed_away(terms: Session) -> None:
    for start in (5, 6):
        place_elsewhere(terms, WEEK.plus(start), 1)
        place_elsewhere(terms, WEEK.plus(start - 1), 6, term_id="trm_a")
    assert places(terms) == {5: 3, 6: 3}


@pytest.mark.parametrize(
    ("professions", "institutions", "narrowed"),
    [
        (["nurse", "midwife"], None, True),
        (["midwife"], None, False),
        (["nurse"], ["org_ki"], False),
    ],
)
def test_an_offer_that_is_not_open_to_all_of_this_term_s_leaves_them_their_number(
    terms: Session, professions: list[str], institutions: list[str] | None, *, narrowed: bool
) -> None:
    summer = terms.get_one(CapacityOffer, "off_summer")
    summer.professions = professions
    if institutions is not None:
        summer.every_institution = False
        terms.add_all(OfferInstitution(offer_id="off_summer", institution_id=each) for each in institutions)
    place_elsewhere(terms, WEEK.plus(5), 1)
    assert places(terms) == ({5: 2} if narrowed else {})


def test_offers_for_the_same_laerosaete_narrow_each_other_and_its_own_students_alone_are_counted(
    terms: Session,
) -> None:
    for offer in ("off_spring", "off_summer"):
        terms.get_one(CapacityOffer, offer).every_institution = False
        terms.add(OfferInstitution(offer_id=offer, institution_id="org_ki"))
    place_elsewhere(terms, WEEK.plus(5), 1)
    assert places(terms) == {5: 2}
