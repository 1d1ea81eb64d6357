"""Offer rows: the offers of a term as a grid of units and weeks, part by part, with what is counted beside it."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.clock import STOCKHOLM
from placement.register.capacity import Offer, with_places
from placement.register.lists import Lists
from placement.store.access import CARE, FIRST, Span, allow, matching
from placement.store.scopes import units_of
from placement.tables import CapacityOffer, OfferStatus, OfferWeek, Term, Unit
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words


class OfferPart(enum.StrEnum):
    """A part of a term's offers: not answered, declined, or answered after the last day for answers."""

    SILENT = "silent"
    DECLINED = "declined"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class OfferRow:
    """An offer with its unit's name and its professions in words."""

    offer: Offer
    unit_name: str
    professions: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class OfferGrid:
    """The rows asked for and how many there are of that part; of all offers: their numbers, units and places.

    ``total`` counts the part, ``every`` all offers, ``in_part`` each part. ``places`` are of every answered offer.
    """

    rows: Sequence[OfferRow]
    total: int
    every: int
    units: int
    in_part: Mapping[OfferPart, int]
    places: Mapping[IsoWeek, int]


def read_grid(
    session: Session,
    by: Caller,
    term: Term,
    *,
    part: OfferPart | None = None,
    provider: str | None = None,
    unit: str | None = None,
    span: Span = FIRST,
) -> OfferGrid:
    """Read a part of the offers of the caller's units in a term, by unit, optionally of one provider or unit."""
    allow(by, CARE)
    wanted = _offers_of(by, term, provider, unit)
    count = select(func.count(), func.count(func.distinct(col(CapacityOffer.unit_id)))).select_from(CapacityOffer)
    count = count.join(Unit, col(Unit.id) == col(CapacityOffer.unit_id)).where(*wanted)
    every, units = session.exec(count).one()
    in_part = {each: session.exec(count.where(_in_part(term, each))).one()[0] for each in OfferPart}
    query = select(CapacityOffer, Unit.name).join(Unit, col(Unit.id) == col(CapacityOffer.unit_id)).where(*wanted)
    query = query.where(true() if part is None else _in_part(term, part))
    query = query.order_by(col(Unit.name), col(Unit.id), col(CapacityOffer.id)).limit(span.limit).offset(span.offset)
    return OfferGrid(
        rows=_told(session, session.exec(query).all()),
        total=every if part is None else in_part[part],
        every=every,
        units=units,
        in_part=in_part,
        places=_places(session, wanted),
    )


def read_rows(session: Session, by: Caller, term: Term, offer_ids: Collection[str]) -> Sequence[OfferRow]:
    """Read some offers of the caller's units in a term, by unit; one that is not there any more is left out."""
    allow(by, CARE)
    query = select(CapacityOffer, Unit.name).join(Unit, col(Unit.id) == col(CapacityOffer.unit_id))
    query = query.where(*_offers_of(by, term), col(CapacityOffer.id).in_(offer_ids))
    return _told(session, session.exec(query.order_by(col(Unit.name), col(Unit.id), col(CapacityOffer.id))).all())


def _offers_of(
    by: Caller, term: Term, provider: str | None = None, unit: str | None = None
) -> list[ColumnElement[bool]]:
    """Return the conditions for the offers of a caller's units in a term, for a query that joins the unit."""
    asked = matching(select(Unit.id), ((Unit.provider_id, provider), (Unit.id, unit)))
    return [units_of(by), col(CapacityOffer.term_id) == term.id, col(Unit.id).in_(asked)]


def _in_part(term: Term, part: OfferPart) -> ColumnElement[bool]:
    """Return the condition for a part of the offers."""
    if part is OfferPart.CHANGED:
        day_after = term.answers_by + dt.timedelta(days=1)
        return col(CapacityOffer.answered_at) >= dt.datetime.combine(day_after, dt.time(), STOCKHOLM)
    status = OfferStatus.UNANSWERED if part is OfferPart.SILENT else OfferStatus.DECLINED
    return col(CapacityOffer.status) == status


def _places(session: Session, wanted: Collection[ColumnElement[bool]]) -> dict[IsoWeek, int]:
    """Return the places of each week of the answered offers."""
    query = select(col(OfferWeek.week), func.sum(OfferWeek.places))
    query = query.join(CapacityOffer, col(CapacityOffer.id) == col(OfferWeek.offer_id))
    query = query.join(Unit, col(Unit.id) == col(CapacityOffer.unit_id)).where(*wanted).group_by(col(OfferWeek.week))
    return {week: int(places) for week, places in session.exec(query)}


def _told(session: Session, found: Sequence[tuple[CapacityOffer, str]]) -> list[OfferRow]:
    """Return offers with their places and professions in words."""
    professions = Lists(session).professions
    offers = with_places(session, [row for row, _ in found])
    return [
        OfferRow(offer, name, tuple(professions.name_of(each) for each in offer.row.professions))
        for offer, (_, name) in zip(offers, found, strict=True)
    ]
