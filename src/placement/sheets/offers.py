"""Sheets of offers: one row an offer, known by its unit, its term and its professions, with a column for each week."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.events import input_events
from placement.register.capacity import Offer, answer_of, check_answer, list_offers, moment_of
from placement.sheets import names
from placement.sheets.bulk import Bulk, Known, Outcome, by_owner, every, in_parts, named_in
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.writing import Sheet
from placement.store.access import CARE, allow, fault
from placement.store.scopes import units_of
from placement.tables import CapacityOffer, OfferInstitution, OfferStatus, OfferWeek, Organisation, Term, Unit
from placement_solver.weeks import IsoWeek

HEADS = ("id", "unitId", "unitName", "termId", "professions", "institutions", "status", "declineReason")
PROTECTED: frozenset[str] = frozenset()


def sheet(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    unit: str | None = None,
    status: OfferStatus | None = None,
) -> Sheet:
    """Write the offers the caller may see, with the places in every week of their terms."""
    offers = list(every(lambda span: list_offers(session, by, term=term, unit=unit, status=status, span=span)))
    terms, units, institutions = names.terms(session), names.units(session), names.institutions(session)
    called = dict(session.exec(select(col(Unit.id), col(Unit.name))).all())
    weeks = _weeks_of(session, {offer.row.term_id for offer in offers} | ({term} if term else set()))
    lines = [
        (
            offer.row.id,
            units.name_of(offer.row.unit_id),
            called[offer.row.unit_id],
            terms.name_of(offer.row.term_id),
            words_as_text(offer.row.professions),
            words_as_text(names.named(offer.institutions, institutions)),
            offer.row.status.value,
            offer.row.decline_reason and offer.row.decline_reason.value,
            *(offer.weeks.get(week) for week in weeks),
        )
        for offer in offers
    ]
    return Sheet((*HEADS, *map(str, weeks)), lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Enter the offers that are new, and change the answers that have become others."""
    allow(by, CARE)
    lines = _Lines(session, by, rows)
    for index, values in faults.each(rows):
        with faults.of(index), session.no_autoflush:
            lines.take(values)
    faults.settle()
    lines.bulk.finish()
    return lines.outcome


def _weeks_of(session: Session, terms: Collection[str]) -> list[IsoWeek]:
    """Return the weeks of some terms in their order."""
    rows = session.exec(select(Term).where(col(Term.id).in_(terms)))
    return sorted({term.first_week.plus(number) for term in rows for number in range(term.weeks)})


class _Lines:
    """The rows of one import, over everything that they refer to."""

    def __init__(self, session: Session, by: Caller, rows: Mapping[int, dict[str, Any]]) -> None:
        self._session = session
        own = session.exec(select(col(Unit.id), col(Unit.hsa_id), col(Unit.name)).where(units_of(by))).all()
        self._called = {unit: name for unit, _hsa_id, name in own}
        self._references = {
            "unit_id": names.Names("unit", ((unit, hsa_id) for unit, hsa_id, _name in own)),
            "term_id": names.terms(session),
            "institutions": names.institutions(session),
        }
        # Held, so that each check finds them; and locked, for nothing but this keeps two imports from one offer twice.
        used = {self._references["term_id"].id_of(name) for name in named_in(rows, "term_id")}
        locked = select(Term).where(col(Term.id).in_(used)).order_by(col(Term.id))
        self._held = [
            *session.exec(locked.with_for_update(key_share=True)),
            *session.exec(select(Term)),
            *session.exec(select(Organisation)),
        ]
        offers = _offers(session, by, used, named_in(rows, "id"))
        self._weeks: dict[str, list[OfferWeek]] = {}
        self._kept: dict[str, list[OfferInstitution]] = {}
        for part in in_parts(offer.id for offer in offers):
            weeks = session.exec(select(OfferWeek).where(col(OfferWeek.offer_id).in_(part)))
            self._weeks.update(by_owner(weeks, lambda week: week.offer_id))
            kept = session.exec(select(OfferInstitution).where(col(OfferInstitution.offer_id).in_(part)))
            self._kept.update(by_owner(kept, lambda row: row.offer_id))
        self._known = Known(
            "offer",
            offers,
            lambda row: (row.unit_id, row.term_id, frozenset(row.professions)),
            "/unit_id",
            unique=False,
        )
        self.bulk = Bulk(session, by)
        self.outcome = Outcome(len(rows))

    def take(self, values: dict[str, Any]) -> None:
        """Enter or change one offer."""
        given = names.refer_all(values, self._references)
        row_id, called = given.pop("id", None), given.pop("unit_name", None)
        key = (given.get("unit_id"), given.get("term_id"), frozenset(given.get("professions", ())))
        row = self._known.find(row_id, key)
        self._known.claim(row, key)
        unit = given.get("unit_id") if row is None else row.unit_id
        if called is not None and unit is not None and called != self._called[unit].strip():
            raise fault("/unit_name", "the unit of this row has another name: have cells been moved?")
        if row is None:
            self._offer(given)
        else:
            self._change(row, given)

    def _offer(self, given: dict[str, Any]) -> None:
        """Enter an offer as the single operation does; what the unit has said is never guessed."""
        names.need(given, "unit_id", "term_id", "professions", "status")
        weeks, institutions = given.pop("weeks", {}), given.pop("institutions", None)
        row = CapacityOffer(**given, every_institution=institutions is None, answered_at=moment_of(given))
        check_answer(self._session, row, weeks, institutions)
        self.bulk.add(row)
        self._keep(row, weeks, institutions)
        self.bulk.tell(input_events.of_offer(input_events.CREATED, row))
        self.outcome.created += 1

    def _change(self, row: CapacityOffer, given: dict[str, Any]) -> None:
        """Change an offer as the single operation does; the same answer again is no new one."""
        names.hold(row, given, "unit_id", "term_id")
        standing = self._standing(row)
        values, weeks, institutions = answer_of(standing, given)
        answered = (values["status"], values.get("decline_reason", row.decline_reason), dict(weeks))
        if answered != (row.status, row.decline_reason, dict(standing.weeks)):
            values["answered_at"] = moment_of(values)
        changed = self.bulk.change(row, values)
        check_answer(self._session, row, weeks, institutions)
        if other := self._keep(row, weeks, institutions):
            self.bulk.touch(row, "status")
            changed += other
        if changed:
            self.bulk.tell(input_events.of_offer(input_events.CHANGED, row, changed))
        self.outcome.count(changed=bool(changed))

    def _standing(self, row: CapacityOffer) -> Offer:
        """Return an offer as it stands, with its places and for whom it is kept."""
        kept = tuple(institution.institution_id for institution in self._kept.get(row.id, ()))
        weeks = {week.week: week.places for week in self._weeks.get(row.id, ())}
        return Offer(row, None if row.every_institution else kept, weeks)

    def _keep(
        self, row: CapacityOffer, weeks: Mapping[IsoWeek, int], institutions: Collection[str] | None
    ) -> list[str]:
        """Let these be the places and the lärosäten of an offer, and name which of them were others before."""
        places = [OfferWeek(offer_id=row.id, week=week, places=number) for week, number in weeks.items()]
        named = [OfferInstitution(offer_id=row.id, institution_id=name) for name in institutions or ()]
        other_weeks = self.bulk.settle(self._weeks.get(row.id, ()), places)
        other_institutions = self.bulk.settle(self._kept.get(row.id, ()), named)
        return ["weeks"] * other_weeks + ["institutions"] * other_institutions


def _offers(session: Session, by: Caller, terms: Collection[str | None], ids: Collection[str]) -> list[CapacityOffer]:
    """Read the offers of the caller's units that rows may be about."""
    own = col(CapacityOffer.unit_id).in_(select(Unit.id).where(units_of(by)))
    found = {
        offer.id: offer
        for part in (*in_parts(ids), ())
        for offer in session.exec(
            select(CapacityOffer).where(
                own, or_(col(CapacityOffer.term_id).in_(terms), col(CapacityOffer.id).in_(part))
            )
        )
    }
    return list(found.values())
