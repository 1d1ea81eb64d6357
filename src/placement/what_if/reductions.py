"""Reductions: what a party intends to take away from a term, and the deadlines that the reduction breaks.

A reduction is made by the same functions that save it, in a transaction that the caller rolls back. So only those who
may save a reduction may preview it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session, select

from placement import nouns
from placement.callers import Caller
from placement.errors import InvalidError, NotFoundError
from placement.register.agreements import change_agreement, show_agreement
from placement.register.capacity import change_offer, list_offers, show_offer
from placement.register.rounds import NOTICE
from placement.register.supervision import change_supervisor, show_supervisor
from placement.register.units import own_unit
from placement.store.access import Span, fault, missing
from placement.tables import Agreement, OfferStatus, Term, ends_on
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_MOST_OFFERS = 10_000


@dataclass(frozen=True, slots=True)
class OfferReduction:
    """An offer, and the change to it, with the fields that `change_offer` takes."""

    offer_id: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """A unit that is closed, or a supervisor who is away, in some weeks; None means the term's first or last week."""

    id: str
    first_week: IsoWeek | None = None
    last_week: IsoWeek | None = None


@dataclass(frozen=True, slots=True)
class AgreementEnd:
    """An agreement, and its new last day."""

    agreement_id: str
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Reduction:
    """Everything that is to be taken away, and the day on which the reduction would be saved."""

    saved_on: dt.date
    offers: Sequence[OfferReduction] = ()
    closures: Sequence[Absent] = ()
    absences: Sequence[Absent] = ()
    agreements: Sequence[AgreementEnd] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that has passed when the reduction is saved, or an agreement's notice date that its new end precedes."""

    kind: str
    day: dt.date
    words: Words
    agreement_id: str | None = None


def make_reduction(session: Session, by: Caller, term: Term, reduction: Reduction) -> list[Deadline]:
    """Make a reduction as saving it would, and return the deadlines that it breaks.

    Raises `InvalidError`, with a pointer into the reduction, for a part that does not exist, is not the caller's or
    is wrong.
    """
    for number, offer in enumerate(reduction.offers):
        with _within(f"/offers/{number}", nouns.OFFER):
            if show_offer(session, by, offer.offer_id).row.term_id != term.id:
                raise NotFoundError(offer.offer_id)
        with _within(f"/offers/{number}/change", nouns.OFFER):
            change_offer(session, by, offer.offer_id, offer.change)
    for number, closure in enumerate(reduction.closures):
        with _within(f"/closures/{number}", nouns.UNIT):
            _close_unit(session, by, term, closure)
    for number, absence in enumerate(reduction.absences):
        with _within(f"/absences/{number}", nouns.SUPERVISOR):
            _take_off_duty(session, by, term, absence)
    notices: list[Deadline] = []
    for number, end in enumerate(reduction.agreements):
        with _within(f"/agreements/{number}", nouns.AGREEMENT):
            notices += _end_agreement(session, by, end, reduction.saved_on)
    places = bool(reduction.offers or reduction.closures or reduction.absences)
    return notices + (_dates_of_the_round(term, reduction.saved_on) if places else [])


@contextmanager
def _within(pointer: str, what: Words) -> Iterator[None]:
    """Point faults at their part of the reduction; a part that the caller does not have is a fault too."""
    try:
        yield
    except NotFoundError:
        raise missing(f"{pointer.removesuffix('/change')}/{what.en}_id", what) from None
    except InvalidError as error:
        raise InvalidError(*(replace(each, pointer=pointer + each.pointer) for each in error.faults)) from error


def _close_unit(session: Session, by: Caller, term: Term, closure: Absent) -> None:
    """Remove the unit's places in the weeks in which it is closed."""
    unit, closed = own_unit(session, by, closure.id), _weeks_of(term, closure)
    span = Span(_MOST_OFFERS)
    for offer in list_offers(session, by, term=term.id, unit=unit.id, status=OfferStatus.ANSWERED, span=span).rows:
        change_offer(session, by, offer.row.id, {"weeks": dict.fromkeys(closed & offer.weeks.keys())})


def _take_off_duty(session: Session, by: Caller, term: Term, absence: Absent) -> None:
    """Remove the weeks in which a supervisor is away from their weeks on duty, which may be every week of all terms."""
    away = _weeks_of(term, absence)
    on_duty = show_supervisor(session, by, absence.id).weeks
    if on_duty is None:
        terms = session.exec(select(Term)).all()
        on_duty = tuple({each.first_week.plus(week) for each in terms for week in range(each.weeks)})
    change_supervisor(session, by, absence.id, {"weeks": sorted(set(on_duty) - away)})


def _weeks_of(term: Term, absent: Absent) -> set[IsoWeek]:
    """Return the weeks of the term in which a unit is closed or a supervisor away."""
    first = 0 if absent.first_week is None else max(0, term.first_week.until(absent.first_week))
    last = term.weeks - 1
    if absent.last_week is not None:
        last = min(last, term.first_week.until(absent.last_week))
    if last < first:
        raise fault("/last_week", "no week of the term is meant", "ingen av terminens veckor avses")
    return {term.first_week.plus(week) for week in range(first, last + 1)}


def _end_agreement(session: Session, by: Caller, end: AgreementEnd, saved_on: dt.date) -> Iterator[Deadline]:
    """End an agreement; yield the earliest day that notice allows, if the new end comes before it."""
    row = show_agreement(session, by, end.agreement_id).row
    under_notice = Agreement(**{**row.model_dump(), "valid_to": ends_on(row), "notice_given_on": saved_on})
    earliest = ends_on(under_notice)
    change_agreement(session, by, end.agreement_id, {"valid_to": end.ends_on})
    if earliest is not None and end.ends_on < earliest:
        words = Words(
            f"Avtalet {row.id} kan med uppsägning den {saved_on} upphöra tidigast den {earliest}.",
            f"With notice given on {saved_on} the agreement {row.id} can end on {earliest} at the earliest.",
        )
        yield Deadline("notice", earliest, words, row.id)


def _dates_of_the_round(term: Term, saved_on: dt.date) -> list[Deadline]:
    """Return the round's dates that have passed when the reduction is saved."""
    dates = (
        ("answers-by", term.answers_by, "Enheternas svar skulle vara inne den", "The units' answers were due on"),
        ("publish-by", term.publish_by, "Planen skulle vara publicerad den", "The plan was to be published by"),
    )
    return [Deadline(kind, day, Words(f"{sv} {day}.", f"{en} {day}.")) for kind, day, sv, en in dates if saved_on > day]


def late_for(starts: Sequence[IsoWeek], saved_on: dt.date) -> list[Deadline]:
    """Return the date by which the affected students should have been told, if it has passed for any of them."""
    late = [start for start in starts if saved_on > start.monday() - NOTICE]
    if not late:
        return []
    day = min(late).monday() - NOTICE
    number = len(late)
    sv, en = ("1 student", "1 student is") if number == 1 else (f"{number} studenter", f"{number} students are")
    words = Words(
        f"{sv} får veta det mindre än {NOTICE.days // 7} veckor före start.",
        f"{en} told less than {NOTICE.days // 7} weeks before the start.",
    )
    return [Deadline("start", day, words)]
