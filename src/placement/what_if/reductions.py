"""Cuts: what a party means to take away from a term, made as saving it would make it, and the dates it comes after.

Whoever may save a cut may suppose it, and nobody else: it is made by the same functions, in a transaction that the
caller takes back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from placement.callers import Caller
from placement.errors import InvalidError, NotFoundError
from placement.register.agreements import change_agreement, show_agreement
from placement.register.capacity import change_offer, list_offers, show_offer
from placement.register.places import own_unit
from placement.register.rounds import NOTICE
from placement.register.supervision import change_supervisor, show_supervisor
from placement.store.access import Span, fault
from placement.tables import Agreement, OfferStatus, Term, ends_on
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words

_MOST_OFFERS = 10_000


@dataclass(frozen=True, slots=True)
class OfferCut:
    """An offer, and what would become another of it, as a change of it names that."""

    offer_id: str
    change: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Absent:
    """A unit that takes nobody, or a supervisor who is away, in some weeks; None is the term's own first or last."""

    id: str
    first_week: IsoWeek | None = None
    last_week: IsoWeek | None = None


@dataclass(frozen=True, slots=True)
class AgreementEnd:
    """An agreement, and the day that would be its last."""

    agreement_id: str
    ends_on: dt.date


@dataclass(frozen=True, slots=True)
class Cut:
    """All that is to be taken away, and the day on which it would be saved."""

    saved_on: dt.date
    offers: Sequence[OfferCut] = ()
    closures: Sequence[Absent] = ()
    absences: Sequence[Absent] = ()
    agreements: Sequence[AgreementEnd] = ()


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date that has passed when the cut is saved, or that it does not wait for."""

    kind: str
    day: dt.date
    words: Words
    agreement_id: str | None = None


def make_cut(session: Session, by: Caller, term: Term, cut: Cut) -> list[Deadline]:
    """Make a cut as saving it would, and return the deadlines that it breaks; what is not the caller's is a fault."""
    for number, offer in enumerate(cut.offers):
        with _within(f"/offers/{number}", "offer"):
            if show_offer(session, by, offer.offer_id).row.term_id != term.id:
                raise NotFoundError(offer.offer_id)
        with _within(f"/offers/{number}/change", "offer"):
            change_offer(session, by, offer.offer_id, offer.change)
    for number, closure in enumerate(cut.closures):
        with _within(f"/closures/{number}", "unit"):
            _close(session, by, term, closure)
    for number, absence in enumerate(cut.absences):
        with _within(f"/absences/{number}", "supervisor"):
            _send_away(session, by, term, absence)
    notices: list[Deadline] = []
    for number, end in enumerate(cut.agreements):
        with _within(f"/agreements/{number}", "agreement"):
            notices += _end(session, by, end, cut.saved_on)
    places = bool(cut.offers or cut.closures or cut.absences)
    return notices + (_dates_of_the_round(term, cut.saved_on) if places else [])


@contextmanager
def _within(pointer: str, name: str) -> Iterator[None]:
    """Let faults of one part of a cut name it; a part that is not the caller's is one."""
    try:
        yield
    except NotFoundError:
        raise fault(f"{pointer.removesuffix('/change')}/{name}_id", f"there is no such {name}") from None
    except InvalidError as error:
        raise InvalidError(*(replace(each, pointer=pointer + each.pointer) for each in error.faults)) from error


def _close(session: Session, by: Caller, term: Term, closure: Absent) -> None:
    """Take the places of a unit away in the weeks in which it is closed."""
    unit, closed = own_unit(session, by, closure.id), _weeks_of(term, closure)
    span = Span(_MOST_OFFERS)
    for offer in list_offers(session, by, term=term.id, unit=unit.id, status=OfferStatus.ANSWERED, span=span).rows:
        open_weeks = {week: places for week, places in offer.weeks.items() if week not in closed}
        change_offer(session, by, offer.row.id, {"weeks": open_weeks})


def _send_away(session: Session, by: Caller, term: Term, absence: Absent) -> None:
    """Take a supervisor off duty in the weeks in which they are away."""
    away = _weeks_of(term, absence)
    guide = show_supervisor(session, by, absence.id)
    on_duty = [term.first_week.plus(week) for week in range(term.weeks)] if guide.weeks is None else guide.weeks
    change_supervisor(session, by, absence.id, {"weeks": [week for week in on_duty if week not in away]})


def _weeks_of(term: Term, absent: Absent) -> set[IsoWeek]:
    """Return the weeks of the term that are meant."""
    first = 0 if absent.first_week is None else max(0, term.first_week.until(absent.first_week))
    last = term.weeks - 1
    if absent.last_week is not None:
        last = min(last, term.first_week.until(absent.last_week))
    if last < first:
        raise fault("/last_week", "no week of the term is meant")
    return {term.first_week.plus(week) for week in range(first, last + 1)}


def _end(session: Session, by: Caller, end: AgreementEnd, saved_on: dt.date) -> Iterator[Deadline]:
    """End an agreement, and yield the day before which notice would not let it end."""
    row = show_agreement(session, by, end.agreement_id).row
    told = Agreement(**{**row.model_dump(), "valid_to": ends_on(row), "notice_given_on": saved_on})
    earliest = ends_on(told)
    change_agreement(session, by, end.agreement_id, {"valid_to": end.ends_on})
    if earliest is not None and end.ends_on < earliest:
        words = Words(
            f"Avtalet kan med uppsägning den {saved_on} upphöra tidigast den {earliest}.",
            f"With notice given on {saved_on} the agreement can end on {earliest} at the earliest.",
        )
        yield Deadline("notice", earliest, words, row.id)


def _dates_of_the_round(term: Term, saved_on: dt.date) -> list[Deadline]:
    """Return the dates of the round that have passed."""
    dates = (
        ("answers-by", term.answers_by, "Enheternas svar skulle vara inne den", "The units' answers were due on"),
        ("publish-by", term.publish_by, "Planen skulle vara publicerad den", "The plan was to be published by"),
    )
    return [Deadline(kind, day, Words(f"{sv} {day}.", f"{en} {day}.")) for kind, day, sv, en in dates if saved_on > day]


def late_for(starts: Sequence[IsoWeek], saved_on: dt.date) -> list[Deadline]:
    """Return the date that has passed for students who would be told too shortly before they start."""
    late = [start for start in starts if saved_on > start.monday() - NOTICE]
    if not late:
        return []
    day = min(late).monday() - NOTICE
    words = Words(
        f"{len(late)} studenter får veta det mindre än {NOTICE.days // 7} veckor före start.",
        f"{len(late)} students are told less than {NOTICE.days // 7} weeks before they start.",
    )
    return [Deadline("start", day, words)]
