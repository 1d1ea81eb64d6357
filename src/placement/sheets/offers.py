"""Sheets of offers: one row per offer, with a column for each week.

An offer is matched by its unit, its term, its professions and the lärosäten that it is reserved for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.register.capacity import OfferBook, list_offers
from placement.register.lists import Lists
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, PlacesTold, every, named_in, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.store.access import CARE, allow, fault
from placement.store.batches import in_batches
from placement.store.scopes import units_of
from placement.tables import CapacityOffer, OfferStatus, Term, Unit
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

HEADS = ("id", "unitId", "unitName", "termId", "professions", "institutions", "status", "declineReason")
NEEDED = ("unit_id", "term_id", "professions", "status")
PROTECTED: frozenset[str] = frozenset()


def sheet(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    unit: str | None = None,
    status: OfferStatus | None = None,
) -> Sheet:
    """Write the offers that the caller may see, with the places in each week of their terms."""
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
    """Enter the offers that are new, and change those that are stored."""
    allow(by, CARE)
    return take_all(session, by, rows, faults, _Lines)


def _weeks_of(session: Session, terms: Collection[str]) -> list[IsoWeek]:
    """Return the weeks of some terms in order."""
    rows = session.exec(select(Term).where(col(Term.id).in_(terms)))
    return sorted({term.first_week.plus(number) for term in rows for number in range(term.weeks)})


ANSWERED = Words(
    "En rad utan status men med platser läses som ett svar.",
    "A row without a status but with places is read as answered.",
)
UNANSWERED = Words(
    "En rad utan status och utan platser läses som ännu inte besvarad.",
    "A row without a status and without places is read as not answered yet.",
)


READ_AS_OPEN = Words(
    "En rad utan lärosäten läses som erbjudandet som är öppet för alla, inte som det som är reserverat.",
    "A row without lärosäten is read as the offer that is open to all, not as one that is reserved.",
)
BESIDE_ANOTHER = Words(
    "Ett nytt erbjudande läggs bredvid ett som enheten redan har för samma termin och yrken men andra lärosäten.",
    "A new offer is added beside one that the unit has already for the same term and professions but other lärosäten.",
)
_Kind = tuple[str | None, str | None, frozenset[str]]
_Kept = frozenset[str] | None


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, by = writer.session, writer.by
        self._lists = Lists(session)
        self._units = names.OwnUnits(session, by)
        terms = names.terms(session)
        self._references = {
            "unit_id": self._units.names,
            "term_id": terms,
            "institutions": names.institutions(session),
        }
        used = terms.ids_of(named_in(rows, "term_id"))
        # Locked, because nothing else keeps two imports from entering the same offer twice.
        locked = select(Term).where(col(Term.id).in_(used)).order_by(col(Term.id))
        session.exec(locked.with_for_update(key_share=True)).all()
        offers = _offers(session, by, used, named_in(rows, "id"))
        units = self._units.names.ids_of(named_in(rows, "unit_id", "unit_name"))
        self._book = OfferBook(writer, [offer.id for offer in offers], units)
        self._known = Known(
            nouns.OFFER, offers, lambda row: _key_of(_kind_of(row.model_dump()), self._kept_for(row)), unique=False
        )
        self._kept_in: dict[_Kind, set[_Kept]] = defaultdict(set)
        for offer in offers:
            self._kept_in[_kind_of(offer.model_dump())].add(self._kept_for(offer))
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(names.by_unit_name(values), self._references, self.outcome.assumed, self._lists)

    def take(self, values: dict[str, Any]) -> None:
        """Enter or change one offer, and tell what became of its places."""
        given = self.refer(values)
        called = given.pop("unit_name", None)
        row = self._find(given)
        self._units.hold_name(given.get("unit_id") if row is None else row.unit_id, called)
        self._understand_status(row, given)
        before = {} if row is None else dict(self._book.places_of(row))
        if row is None:
            names.need(given, *NEEDED)
            row = self._book.enter(given)
            self.outcome.created += 1
        else:
            names.hold(row, given, "unit_id", "term_id")
            self.outcome.count(changed=self._book.change(row, given))
        self._tell(row, before, given.get("weeks", {}))

    def _find(self, given: dict[str, Any]) -> CapacityOffer | None:
        """Return the offer that a line is about, or None if it is a new one; no other line is about the same."""
        if given.get("id") is not None:
            row = self._known.with_id(given.pop("id"))
            self._known.claim(row, _key_of(_kind_of(given), None))
            self._tell_whom(row, given)
            return row
        kind = _kind_of(given)
        kept = _as_kept(given["institutions"]) if "institutions" in given else self._usual(kind)
        key = _key_of(kind, kept)
        found = self._known.find(given, key, self.outcome.assumed)
        self._known.claim(found, key)
        if found is None and self._kept_in[kind]:
            self.outcome.assumed[BESIDE_ANOTHER] += 1
        return found

    def _usual(self, kind: _Kind) -> _Kept:
        """Return whom the offer is for that a line without lärosäten is about: the open one, or else the only one."""
        among = self._kept_in[kind]
        if len(among) < 2:  # noqa: PLR2004 (several)
            return next(iter(among), None)
        if None not in among:
            raise fault(
                "/unit_id",
                "the unit has offers for several lärosäten: give the lärosäten, or the id of one",
                "enheten har erbjudanden för flera lärosäten: ange lärosäten, eller id för ett av dem",
            )
        self.outcome.assumed[READ_AS_OPEN] += 1
        return None

    def _kept_for(self, row: CapacityOffer) -> _Kept:
        """Return the lärosäten that a stored offer is reserved for; None if it is open to all."""
        return _as_kept(self._book.institutions_of(row))

    def _tell_whom(self, row: CapacityOffer, given: Mapping[str, Any]) -> None:
        """Tell of an offer that is found by its id, and is to be for other lärosäten than before."""
        before = self._kept_for(row)
        after = _as_kept(given.get("institutions", before))
        if after != before:
            old, new = self._whom(before), self._whom(after)
            self.outcome.assumed[
                Words(
                    f"Ett erbjudande som var till för {old.sv} blir till för {new.sv}.",
                    f"An offer that was for {old.en} becomes one for {new.en}.",
                )
            ] += 1

    def _whom(self, kept: _Kept) -> Words:
        """Return the lärosäten that an offer is for, in words."""
        if kept is None:
            return Words("alla lärosäten", "all lärosäten")
        told = ", ".join(sorted(map(self._references["institutions"].name_of, kept)))
        return Words(told, told)

    def _understand_status(self, row: CapacityOffer | None, given: dict[str, Any]) -> None:
        """Give a row without a status the one that it can only mean: answered with places, unanswered without."""
        if given.get("status") is not None or "weeks" not in given:
            return
        offered = any(places is not None for places in given.get("weeks", {}).values())
        if offered and (row is None or row.status is not OfferStatus.ANSWERED):
            given["status"] = OfferStatus.ANSWERED
            self.outcome.assumed[ANSWERED] += 1
        elif row is None:
            given["status"] = OfferStatus.UNANSWERED
            self.outcome.assumed[UNANSWERED] += 1

    def _tell(self, row: CapacityOffer, before: Mapping[IsoWeek, int], given: Mapping[IsoWeek, int | None]) -> None:
        """Tell the places of an offer before and after, and each week that changed."""
        if row.status is not OfferStatus.ANSWERED:
            after: Mapping[IsoWeek, int] = {}
        else:
            after = {week: places for week, places in {**before, **given}.items() if places is not None}
        changed = [
            (week, before.get(week), after.get(week))
            for week in sorted(before.keys() | after.keys())
            if before.get(week) != after.get(week)
        ]
        if not changed:
            return
        self.outcome.places.append(
            PlacesTold(
                row.unit_id,
                self._units.called[row.unit_id],
                row.term_id,
                row.professions,
                sum(before.values()),
                sum(after.values()),
                changed,
            )
        )


def _kind_of(values: Mapping[str, Any]) -> _Kind:
    """Return what the offers of a unit to different lärosäten have in common: the unit, the term, the professions."""
    return values.get("unit_id"), values.get("term_id"), frozenset(values.get("professions") or ())


def _as_kept(institutions: Iterable[str] | None) -> _Kept:
    """Return lärosäten in no order; None stays None."""
    return None if institutions is None else frozenset(institutions)


def _key_of(kind: _Kind, kept: _Kept) -> Key:
    """Return the key of an offer, of which nothing is a text of its own."""
    return Key("unit_id", "", (kind, kept))


def _offers(session: Session, by: Caller, terms: Collection[str], ids: Collection[str]) -> list[CapacityOffer]:
    """Return the offers of the caller's units that lines may be about."""
    own = col(CapacityOffer.unit_id).in_(select(Unit.id).where(units_of(by)))
    found = {
        offer.id: offer
        for part in (*in_batches(ids), ())
        for offer in session.exec(
            select(CapacityOffer).where(
                own, or_(col(CapacityOffer.term_id).in_(terms), col(CapacityOffer.id).in_(part))
            )
        )
    }
    return list(found.values())
