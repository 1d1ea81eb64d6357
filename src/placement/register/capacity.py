"""Capacity: what units offer in a term; to offer nothing, to say no and to be silent are not the same."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, true
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.events import feed, input_events
from placement.store.access import (
    CARE,
    FIRST,
    PLANNERS,
    Page,
    Span,
    add,
    allow,
    change,
    fault,
    found,
    matching,
    page_of,
    refer,
    remove,
    settle,
)
from placement.store.scopes import units_of
from placement.tables import (
    CapacityOffer,
    OfferInstitution,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Term,
    Unit,
    now,
)
from placement_solver.weeks import IsoWeek

ANSWER = {"status", "decline_reason", "weeks"}
"""What a unit says; whoever names one of these answers anew."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer, the lärosäten it is kept for (None: every one) and its places week by week."""

    row: CapacityOffer
    institutions: tuple[str, ...] | None
    weeks: Mapping[IsoWeek, int]


def list_offers(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    unit: str | None = None,
    provider: str | None = None,
    status: OfferStatus | None = None,
    span: Span = FIRST,
) -> Page[Offer]:
    """List the offers the caller may see, by term and unit; those of one term, unit, provider or status."""
    allow(by, PLANNERS)
    offer = CapacityOffer
    query = select(offer).where(_seen_by(by))
    query = query.order_by(col(offer.term_id), col(offer.unit_id), col(offer.id))
    query = matching(query, ((offer.term_id, term), (offer.unit_id, unit), (offer.status, status)))
    if provider is not None:
        query = query.where(col(offer.unit_id).in_(select(Unit.id).where(col(Unit.provider_id) == provider)))
    page = page_of(session, query, span)
    return Page(_with_places(session, page.rows), page.total)


def show_offer(session: Session, by: Caller, offer_id: str) -> Offer:
    """Show one offer."""
    allow(by, PLANNERS)
    row = session.exec(select(CapacityOffer).where(col(CapacityOffer.id) == offer_id, _seen_by(by))).first()
    return _with_places(session, [found(row, offer_id)])[0]


def offer_places(session: Session, by: Caller, given: Mapping[str, Any]) -> Offer:
    """Enter what a unit offers in a term, or that it has been asked and not answered yet."""
    allow(by, CARE)
    refer(session.get(Term, given["term_id"]), "/term_id", "term")
    unit = select(Unit).where(col(Unit.id) == given["unit_id"], units_of(by))
    refer(session.exec(unit).first(), "/unit_id", "unit")
    weeks, institutions = given["weeks"], given["institutions"]
    values = {name: value for name, value in given.items() if name not in {"weeks", "institutions"}}
    row = CapacityOffer(**values, every_institution=institutions is None, answered_at=moment_of(values))
    check_answer(session, row, weeks, institutions)
    add(session, by, row)
    _keep(session, by, row, weeks, institutions)
    feed.tell(session, [input_events.of_offer(input_events.CREATED, row)])
    return _with_places(session, [row])[0]


def change_offer(session: Session, by: Caller, offer_id: str, changes: Mapping[str, Any]) -> Offer:
    """Change an offer; one no longer answered loses its places, one no longer declined its reason."""
    allow(by, CARE)
    offer = show_offer(session, by, offer_id)
    row = offer.row
    for fixed in ("term_id", "unit_id"):
        if changes.get(fixed, getattr(row, fixed)) != getattr(row, fixed):
            raise fault(f"/{fixed}", "an offer stays with its term and its unit")
    values, weeks, institutions = answer_of(offer, changes)
    if ANSWER & changes.keys():
        values["answered_at"] = moment_of(values)
    flag_modified(row, "status")  # whom it is for and its weeks are the offer's own: its version moves on with them
    changed = change(session, by, row, values, lambda: check_answer(session, row, weeks, institutions))
    changed += _keep(session, by, row, weeks, institutions)
    if changed:
        feed.tell(session, [input_events.of_offer(input_events.CHANGED, row, changed)])
    return _with_places(session, [row])[0]


def withdraw_offer(session: Session, by: Caller, offer_id: str) -> None:
    """Remove an offer as if the unit had never been asked."""
    allow(by, CARE)
    row = show_offer(session, by, offer_id).row
    told = input_events.of_offer(input_events.WITHDRAWN, row)
    remove(session, by, row)
    feed.tell(session, [told])


def _seen_by(by: Caller) -> ColumnElement[bool]:
    """Return which offers a caller may see: a lärosäte those open to it, others those of their units."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.INSTITUTION:
        kept = exists().where(
            col(OfferInstitution.offer_id) == col(CapacityOffer.id),
            col(OfferInstitution.institution_id) == by.organisation,
        )
        return or_(col(CapacityOffer.every_institution), kept)
    return exists().where(col(Unit.id) == col(CapacityOffer.unit_id), units_of(by))


def answer_of(
    offer: Offer, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], Mapping[IsoWeek, int], Sequence[str] | None]:
    """Return what an offer becomes: its values, its weeks and its lärosäten.

    One no longer answered loses its places, one no longer declined its reason.
    """
    values = dict(changes)
    status = values.setdefault("status", offer.row.status)
    if status is not OfferStatus.DECLINED:
        values.setdefault("decline_reason", None)
    weeks = values.pop("weeks", offer.weeks if status is OfferStatus.ANSWERED else {})
    institutions = values.pop("institutions", offer.institutions)
    values["every_institution"] = institutions is None
    return values, weeks, institutions


def moment_of(values: Mapping[str, Any]) -> dt.datetime | None:
    """Return when an answer was given: now, or never while it is not given."""
    return None if values["status"] is OfferStatus.UNANSWERED else now()


def check_answer(
    session: Session, row: CapacityOffer, weeks: Mapping[IsoWeek, int], institutions: Sequence[str] | None
) -> None:
    """Refuse an answer that contradicts itself, or that refers to what is not there."""
    if (row.status is OfferStatus.DECLINED) != (row.decline_reason is not None):
        raise fault("/decline_reason", "a declined offer has a reason, another one has none")
    if weeks and row.status is not OfferStatus.ANSWERED:
        raise fault("/weeks", "only an answered offer has places")
    term = session.get_one(Term, row.term_id)
    for number, week in enumerate(weeks):
        if not 0 <= term.first_week.until(week) < term.weeks:
            raise fault(f"/weeks/{number}/week", "the week lies outside the term")
    for number, institution_id in enumerate(institutions or ()):
        organisation = session.get(Organisation, institution_id)
        if organisation is None or organisation.kind is not OrganisationKind.INSTITUTION:
            raise fault(f"/institutions/{number}", "there is no such institution")


def _keep(
    session: Session,
    by: Caller,
    row: CapacityOffer,
    weeks: Mapping[IsoWeek, int],
    institutions: Sequence[str] | None,
) -> list[str]:
    """Store the places week by week, and for whom they are; name which of them were others before."""
    old_weeks = session.exec(select(OfferWeek).where(col(OfferWeek.offer_id) == row.id)).all()
    new_weeks = [OfferWeek(offer_id=row.id, week=week, places=places) for week, places in weeks.items()]
    other_weeks = settle(session, by, old_weeks, new_weeks)
    old = session.exec(select(OfferInstitution).where(col(OfferInstitution.offer_id) == row.id)).all()
    new = [OfferInstitution(offer_id=row.id, institution_id=named) for named in institutions or ()]
    other_institutions = settle(session, by, old, new)
    return ["weeks"] * other_weeks + ["institutions"] * other_institutions


def _with_places(session: Session, rows: Sequence[CapacityOffer]) -> list[Offer]:
    """Read the places and the lärosäten of several offers at once."""
    ids = [row.id for row in rows]
    weeks: dict[str, dict[IsoWeek, int]] = defaultdict(dict)
    named: dict[str, list[str]] = defaultdict(list)
    offered = select(col(OfferWeek.offer_id), col(OfferWeek.week), col(OfferWeek.places)).where(
        col(OfferWeek.offer_id).in_(ids)
    )
    for offer_id, week, places in session.exec(offered.order_by(col(OfferWeek.week))):
        weeks[offer_id][week] = places
    kept = select(OfferInstitution).where(col(OfferInstitution.offer_id).in_(ids))
    for institution in session.exec(kept.order_by(col(OfferInstitution.institution_id))):
        named[institution.offer_id].append(institution.institution_id)
    return [Offer(row, None if row.every_institution else tuple(named[row.id]), weeks[row.id]) for row in rows]
