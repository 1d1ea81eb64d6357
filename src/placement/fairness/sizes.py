"""Sizes: how large lärosäten, units and providers are in some terms, read for all of the terms at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, or_, select

from placement.store.acting import reaching_beyond_own
from placement.tables import (
    HOLDING,
    CapacityOffer,
    Municipality,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Placement,
    ProviderKind,
    Request,
    RequestStatus,
    Student,
    Supervisor,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a lärosäte asks for in a term: requests that are open or have a placement, and the students behind them."""

    institution: str
    requests: int
    students: int


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider, its units, and its inhabitants if it is a municipality."""

    id: str
    kind: ProviderKind
    population: int | None
    units: tuple[str, ...]


def asked_in(session: Session, term_ids: Sequence[str]) -> Mapping[str, list[Asked]]:
    """Return what each lärosäte asks for in each term, in the order of their ids."""
    in_terms = col(Request.term_id).in_(term_ids)
    held = select(Placement.request_id).where(col(Placement.term_id).in_(term_ids), col(Placement.status).in_(HOLDING))
    rows = session.exec(
        select(
            col(Request.term_id),
            col(Student.institution_id),
            func.count(),
            func.count(func.distinct(col(Student.id))),
        )
        .join(Student, col(Student.id) == col(Request.student_id))
        .where(in_terms, or_(col(Request.status) == RequestStatus.OPEN, col(Request.id).in_(held)))
        .group_by(col(Request.term_id), col(Student.institution_id))
        .order_by(col(Student.institution_id))
    )
    asked: defaultdict[str, list[Asked]] = defaultdict(list)
    for term, institution, requests, students in rows:
        asked[term].append(Asked(institution, requests, students))
    return asked


def institutions_in(session: Session, term_ids: Sequence[str]) -> Mapping[str, str]:
    """Return the lärosäte of each student who has asked for a placement in some terms."""
    asking = select(Request.student_id).where(col(Request.term_id).in_(term_ids))
    query = select(col(Student.id), col(Student.institution_id)).where(col(Student.id).in_(asking))
    return dict(session.exec(query).all())


def offered_in(session: Session, term_ids: Sequence[str]) -> Mapping[str, Counter[str]]:
    """Count the student-weeks that each unit offers in each term; a place for several professions counts once."""
    rows = session.exec(
        select(col(CapacityOffer.term_id), col(CapacityOffer.unit_id), func.sum(OfferWeek.places))
        .join(OfferWeek, col(OfferWeek.offer_id) == col(CapacityOffer.id))
        .where(col(CapacityOffer.term_id).in_(term_ids), col(CapacityOffer.status) == OfferStatus.ANSWERED)
        .group_by(col(CapacityOffer.term_id), col(CapacityOffer.unit_id))
    )
    offered: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for term, unit, places in rows:
        offered[term][unit] = int(places)
    return offered


@reaching_beyond_own
def supervisors_at(session: Session) -> Counter[str]:
    """Count the supervisors at each unit, as they are now."""
    counts = select(col(Supervisor.unit_id), func.count()).group_by(col(Supervisor.unit_id))
    return Counter(dict(session.exec(counts).all()))


def every_provider(session: Session) -> list[Provider]:
    """Return the providers with their units, in the order of their ids."""
    units: defaultdict[str, list[str]] = defaultdict(list)
    for unit, provider in session.exec(select(col(Unit.id), col(Unit.provider_id)).order_by(col(Unit.id))):
        units[provider].append(unit)
    rows = session.exec(
        select(col(Organisation.id), col(Organisation.provider_kind), col(Municipality.population))
        .outerjoin(Municipality, col(Municipality.code) == col(Organisation.municipality_code))
        .where(Organisation.kind == OrganisationKind.PROVIDER)
        .order_by(col(Organisation.id))
    )
    return [
        Provider(name, kind, population if kind is ProviderKind.MUNICIPALITY else None, tuple(units[name]))
        for name, kind, population in rows
        if kind is not None  # which it never is for a provider
    ]
