"""Capacity: what units offer in a term. An offer without places, a no and no answer are three different things."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, true
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.clock import now
from placement.errors import NotFoundError
from placement.events import input_events
from placement.register.lists import Lists
from placement.register.plausibility import PLACES, Number, hold_usual
from placement.register.writing import Writer, writing
from placement.store.access import (
    CARE,
    FIRST,
    PLANNERS,
    Page,
    Span,
    allow,
    fault,
    found,
    matching,
    page_of,
    refer_among,
)
from placement.store.batches import by_owner, read_in_batches
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
)
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer, the lärosäten that it is kept for (None: all of them) and its places in each week."""

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
    """List the offers that the caller may see, by term and unit, optionally of one term, unit, provider or status."""
    allow(by, PLANNERS)
    offer = CapacityOffer
    query = select(offer).where(_seen_by(by))
    query = query.order_by(col(offer.term_id), col(offer.unit_id), col(offer.id))
    query = matching(query, ((offer.term_id, term), (offer.unit_id, unit), (offer.status, status)))
    if provider is not None:
        query = query.where(col(offer.unit_id).in_(select(Unit.id).where(col(Unit.provider_id) == provider)))
    page = page_of(session, query, span)
    return Page(with_places(session, page.rows), page.total)


def show_offer(session: Session, by: Caller, offer_id: str) -> Offer:
    """Show one offer."""
    allow(by, PLANNERS)
    return with_places(session, [_seen(session, by, offer_id)])[0]


def offer_places(session: Session, by: Caller, given: Mapping[str, Any]) -> Offer:
    """Enter what a unit offers in a term, or that it has been asked and has not answered yet."""
    allow(by, CARE)
    with writing(session, by) as writer:
        row = OfferBook(writer, units=[given["unit_id"]]).enter(given)
    return with_places(session, [row])[0]


def change_offer(session: Session, by: Caller, offer_id: str, changes: Mapping[str, Any]) -> Offer:
    """Change an offer; a week that is not named keeps its places.

    One that is no longer answered loses its places; one no longer declined loses its reason.
    """
    allow(by, CARE)
    row = _seen(session, by, offer_id)
    with writing(session, by) as writer:
        OfferBook(writer, [row.id]).change(row, changes)
    return with_places(session, [row])[0]


def replace_offer(session: Session, by: Caller, offer_id: str, given: Mapping[str, Any]) -> Offer:
    """Replace all of an offer; a week that is not named has no places any more."""
    allow(by, CARE)
    offer = show_offer(session, by, offer_id)
    unnamed = dict.fromkeys(offer.weeks.keys() - given["weeks"].keys())
    return change_offer(session, by, offer_id, {**given, "weeks": {**given["weeks"], **unnamed}})


def change_offers(session: Session, by: Caller, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Change several offers of the caller's, by their ids: all of them, with one reading, or none."""
    allow(by, CARE)
    own = col(CapacityOffer.unit_id).in_(select(Unit.id).where(units_of(by)))
    rows = read_in_batches(session, select(CapacityOffer).where(own), CapacityOffer.id, changes)
    if missing := changes.keys() - {row.id for row in rows}:
        raise NotFoundError(min(missing))
    with writing(session, by) as writer:
        book = OfferBook(writer, changes)
        for row in rows:
            book.change(row, changes[row.id])


def withdraw_offer(session: Session, by: Caller, offer_id: str) -> None:
    """Remove an offer, as if the unit had never been asked."""
    allow(by, CARE)
    row = _seen(session, by, offer_id)
    with writing(session, by) as writer:
        OfferBook(writer).withdraw(row)


class OfferBook:
    """The one place where offers are written: rules, places, lärosäten, audit entries and events.

    A book is opened over the ids of the stored offers that are changed and of the units that new offers name. It reads
    what it needs about all of them at once, when it is first needed.
    """

    def __init__(self, writer: Writer, offers: Iterable[str] = (), units: Iterable[str] = ()) -> None:
        self._writer = writer
        self._session = writer.session
        self._lists = Lists(writer.session)
        self._offer_ids = set(offers)
        self._unit_ids = set(units)

    def enter(self, given: Mapping[str, Any]) -> CapacityOffer:
        """Add an offer of a unit of the caller's in a term, and return the row."""
        refer_among(self._terms, given["term_id"], "/term_id", nouns.TERM)
        refer_among(self._units, given["unit_id"], "/unit_id", nouns.UNIT)
        values = self._lists.coded(given)
        weeks, institutions = _named(values.pop("weeks", {})), values.pop("institutions", None)
        row = CapacityOffer(**values, every_institution=institutions is None, answered_at=_moment_of(values["status"]))
        self._check_answer(row.model_dump(), weeks, institutions, list(given.get("weeks", ())))
        self._hold_usual(given.get("weeks", {}), {})
        self._writer.add(row)
        self._keep(row, weeks, institutions)
        self._writer.tell(input_events.of_offer(input_events.CREATED, row))
        return row

    def change(self, row: CapacityOffer, changes: Mapping[str, Any]) -> bool:
        """Change an offer and tell whether anything changed; the same answer again is not a new answer."""
        for fixed in ("term_id", "unit_id"):
            if changes.get(fixed, getattr(row, fixed)) != getattr(row, fixed):
                raise fault(
                    f"/{fixed}",
                    "the term and the unit of an offer cannot be changed",
                    "erbjudandets termin och enhet kan inte ändras",
                )
        standing = self._standing(row)
        values, weeks, institutions = _answer_of(standing, self._lists.coded(changes))
        self._check_answer({**row.model_dump(), **values}, weeks, institutions, list(changes.get("weeks", ())))
        self._hold_usual(changes.get("weeks", {}), standing.weeks)
        answer = values["status"], values.get("decline_reason", row.decline_reason), weeks
        if answer != (row.status, row.decline_reason, standing.weeks):
            values["answered_at"] = _moment_of(values["status"])
        kept = [each and sorted(each) for each in (standing.institutions, institutions)]
        self._writer.note(row, "institutions", *kept)
        changed = self._writer.change(row, values)
        if belongings := self._keep(row, weeks, institutions):
            self._writer.touch(row, "status")
            changed += belongings
        if changed:
            self._writer.tell(input_events.of_offer(input_events.CHANGED, row, changed))
        return bool(changed)

    def withdraw(self, row: CapacityOffer) -> None:
        """Remove an offer; the database removes its places and lärosäten."""
        self._writer.remove(row)
        self._writer.tell(input_events.of_offer(input_events.WITHDRAWN, row))

    def places_of(self, row: CapacityOffer) -> Mapping[IsoWeek, int]:
        """Return the places of a stored offer, as they were before this book changed anything."""
        return self._standing(row).weeks

    def institutions_of(self, row: CapacityOffer) -> Sequence[str] | None:
        """Return the lärosäten that a stored offer is reserved for, as they were before this book changed anything."""
        return self._standing(row).institutions

    def _standing(self, row: CapacityOffer) -> Offer:
        """Return an offer as it is stored."""
        kept = tuple(institution.institution_id for institution in self._kept.get(row.id, ()))
        weeks = {week.week: week.places for week in self._weeks.get(row.id, ())}
        return Offer(row, None if row.every_institution else kept, weeks)

    def _check_answer(
        self,
        values: Mapping[str, Any],
        weeks: Mapping[IsoWeek, int],
        institutions: Sequence[str] | None,
        given: Sequence[IsoWeek],
    ) -> None:
        """Refuse an answer that contradicts itself or refers to what does not exist.

        ``given`` are the weeks as the caller listed them, by which a fault's pointer counts.
        """
        status: OfferStatus = values["status"]
        if (status is OfferStatus.DECLINED) != (values["decline_reason"] is not None):
            raise fault(
                "/decline_reason",
                "a declined offer has a reason; other offers have none",
                "ett erbjudande som enheten tackat nej till har ett skäl; andra erbjudanden har inget",
            )
        if weeks and status is not OfferStatus.ANSWERED:
            raise fault("/weeks", "only an answered offer has places", "bara ett besvarat erbjudande har platser")
        term = self._terms[values["term_id"]]
        for number, week in enumerate(given):
            if not 0 <= term.first_week.until(week) < term.weeks:
                raise fault(f"/weeks/{number}/week", "the week lies outside the term", "veckan ligger utanför terminen")
        for number, institution in enumerate(institutions or ()):
            refer_among(self._institutions, institution, f"/institutions/{number}", nouns.INSTITUTION)

    def _hold_usual(self, given: Mapping[IsoWeek, int | None], standing: Mapping[IsoWeek, int]) -> None:
        """Ask about very many places in a week; ``given`` are the weeks as the caller listed them."""
        numbers = (
            Number(f"/weeks/{number}/places", places, PLACES, standing.get(week))
            for number, (week, places) in enumerate(given.items())
        )
        hold_usual(self._writer.by, numbers)

    def _keep(self, row: CapacityOffer, weeks: Mapping[IsoWeek, int], institutions: Sequence[str] | None) -> list[str]:
        """Store the places of each week and the lärosäten; return the names of those fields that changed."""
        places = [OfferWeek(offer_id=row.id, week=week, places=number) for week, number in weeks.items()]
        named = [OfferInstitution(offer_id=row.id, institution_id=name) for name in institutions or ()]
        other_weeks = self._writer.settle(self._weeks.get(row.id, ()), places)
        other_institutions = self._writer.settle(self._kept.get(row.id, ()), named)
        return ["weeks"] * other_weeks + ["institutions"] * other_institutions

    @cached_property
    def _terms(self) -> Mapping[str, Term]:
        return {term.id: term for term in self._session.exec(select(Term))}

    @cached_property
    def _units(self) -> Collection[str]:
        query = select(Unit.id).where(units_of(self._writer.by))
        return set(read_in_batches(self._session, query, Unit.id, self._unit_ids))

    @cached_property
    def _institutions(self) -> Collection[str]:
        query = select(Organisation.id).where(Organisation.kind == OrganisationKind.INSTITUTION)
        return set(self._session.exec(query))

    @cached_property
    def _weeks(self) -> Mapping[str, Sequence[OfferWeek]]:
        found = read_in_batches(self._session, select(OfferWeek), OfferWeek.offer_id, self._offer_ids)
        return by_owner(found, lambda week: week.offer_id)

    @cached_property
    def _kept(self) -> Mapping[str, Sequence[OfferInstitution]]:
        found = read_in_batches(self._session, select(OfferInstitution), OfferInstitution.offer_id, self._offer_ids)
        return by_owner(found, lambda institution: institution.offer_id)


def _seen(session: Session, by: Caller, offer_id: str) -> CapacityOffer:
    """Return an offer that the caller may see."""
    return found(
        session.exec(select(CapacityOffer).where(col(CapacityOffer.id) == offer_id, _seen_by(by))).first(), offer_id
    )


def _seen_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the offers a caller sees: a lärosäte those open to it, others those of their units."""
    if by.role is Role.COORDINATOR:
        return true()
    if by.role is Role.INSTITUTION:
        kept = exists().where(
            col(OfferInstitution.offer_id) == col(CapacityOffer.id),
            col(OfferInstitution.institution_id) == by.organisation,
        )
        return or_(col(CapacityOffer.every_institution), kept)
    return exists().where(col(Unit.id) == col(CapacityOffer.unit_id), units_of(by))


def _answer_of(
    offer: Offer, changes: Mapping[str, Any]
) -> tuple[dict[str, Any], Mapping[IsoWeek, int], Sequence[str] | None]:
    """Return an offer's values, places by week and lärosäten after the changes.

    A week that is not named keeps its places, and one whose places are None loses them.
    One that is no longer answered loses its places; one no longer declined loses its reason.
    """
    values = dict(changes)
    status = values.setdefault("status", offer.row.status)
    if status is not OfferStatus.DECLINED:
        values.setdefault("decline_reason", None)
    kept = offer.weeks if status is OfferStatus.ANSWERED else {}
    weeks = _named({**kept, **values.pop("weeks", {})})
    institutions = values.pop("institutions", offer.institutions)
    values["every_institution"] = institutions is None
    return values, weeks, institutions


def _named(weeks: Mapping[IsoWeek, int | None]) -> dict[IsoWeek, int]:
    """Return the weeks that have places, in order; none and zero are two answers."""
    return {week: places for week, places in sorted(weeks.items()) if places is not None}


def _moment_of(status: OfferStatus) -> dt.datetime | None:
    """Return when an answer was given: now, or None while there is no answer."""
    return None if status is OfferStatus.UNANSWERED else now()


def with_places(session: Session, rows: Sequence[CapacityOffer]) -> list[Offer]:
    """Return several stored offers with their places and lärosäten."""
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
