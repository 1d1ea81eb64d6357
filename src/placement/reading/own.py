"""Own: what one student reads of their own placements at the secret address that their lärosäte has given them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from placement.clock import today
from placement.errors import NotFoundError
from placement.fairness.ledger import latest_of, lines_of
from placement.in_force import placements
from placement.in_force.placements import PlacedStudent, Wanted
from placement.in_force.publishing import list_publications
from placement.in_force.student_answers import Answer, answer
from placement.outgoing.calendars import Agenda, agenda_of
from placement.outgoing.student_pages import Opened, open_own
from placement.reading.why_here import say_why, units_in
from placement.register import requests, terms
from placement.register.names import Names, Who, who_asks
from placement.store.access import EVERY, Span
from placement.tables import HOLDING, CalendarSubject, LedgerEntry, Placement, Request, RequestStatus, Term
from placement_solver.words import Words


@dataclass(frozen=True, slots=True)
class OwnPlacement:
    """A placement: where, when and in which course, its journey when it was told, why it is there, and its state."""

    placed: PlacedStudent
    placement: Placement
    who: Who
    provider: Words
    line: LedgerEntry | None
    why: tuple[Words, ...]

    @property
    def unit_name(self) -> str:
        """Return what the unit is called."""
        return self.placed.unit.name if self.placed.unit else ""

    @property
    def may_answer(self) -> bool:
        """Tell whether the student may still answer whether they come."""
        return self.placed.answer_by is not None and today() <= self.placed.answer_by

    @property
    def last_day(self) -> dt.date:
        """Return the Sunday of its last week."""
        return self.placement.start.plus(self.placed.weeks - 1).sunday()

    @property
    def holds(self) -> bool:
        """Tell whether it is in force."""
        return self.placement.status in HOLDING

    @property
    def is_over(self) -> bool:
        """Tell whether it has ended, or its last day has passed."""
        return not self.holds or self.last_day < today()


@dataclass(frozen=True, slots=True)
class OwnWait:
    """A request that waits for a place, its term, and whether a plan of that term has been published."""

    who: Who
    term: Term
    published: bool


@dataclass(frozen=True, slots=True)
class Own:
    """A student's own placements, the first to come first, those that are over, and the requests that wait."""

    opened: Opened
    ahead: tuple[OwnPlacement, ...]
    over: tuple[OwnPlacement, ...]
    waiting: tuple[OwnWait, ...]


def read_own(session: Session, secret: str) -> Own:
    """Return what a student reads at their address, found by its secret."""
    opened = open_own(session, secret)
    by, student = opened.by, opened.student.id
    every = placements.list_placements(session, by, Wanted(student_id=student), EVERY).rows
    asked = [
        each.request
        for each in requests.list_requests(session, by, student=student, status=RequestStatus.OPEN, span=EVERY).rows
    ]
    who = who_asks(session, by, {*(each.request.id for each in every), *(request.id for request in asked)})
    lines = latest_of(lines_of(session, by, student))
    wished = (unit for line in lines.values() for unit in units_in(line))
    names = Names(session, by, [*(each.unit.provider_id for each in every if each.unit), *wished])
    own = [
        OwnPlacement(
            each,
            each.placement,
            who[each.request.id],
            names.words_of(each.unit.provider_id) if each.unit else Words("", ""),
            lines.get(each.placement.id),
            say_why(session, names, each.placement, lines.get(each.placement.id)),
        )
        for each in every
        if isinstance(each.placement, Placement)
    ]
    held = {each.placed.request.id for each in own if each.holds}
    return Own(
        opened,
        tuple(each for each in own if not each.is_over),
        tuple(reversed([each for each in own if each.is_over])),
        tuple(_wait(session, opened, request, who) for request in _still_to_come(session, opened, asked, held)),
    )


def answer_own(session: Session, secret: str, placement_id: str, answered: Answer) -> OwnPlacement:
    """Store what a student answers at their address about one of their placements, and return it as it is then."""
    opened = open_own(session, secret)
    answer(session, opened.by, opened.student.id, placement_id, answered)
    return show_own_placement(session, secret, placement_id)


def show_own_placement(session: Session, secret: str, placement_id: str) -> OwnPlacement:
    """Return one of the placements at a student's address."""
    own = read_own(session, secret)
    found = next((each for each in (*own.ahead, *own.over) if each.placement.id == placement_id), None)
    if found is None:
        raise NotFoundError(placement_id)
    return found


def read_own_agenda(session: Session, secret: str) -> Agenda:
    """Return a student's placements as a calendar shows them, at the same address."""
    opened = open_own(session, secret)
    return agenda_of(session, opened.by, CalendarSubject.STUDENT, opened.student.id)


def _still_to_come(session: Session, opened: Opened, asked: Sequence[Request], held: set[str]) -> list[Request]:
    """Return the requests without a placement in terms that are not over."""
    waiting = [request for request in asked if request.id not in held]
    every = {request.term_id: terms.show_term(session, opened.by, request.term_id) for request in waiting}
    over = {name for name, term in every.items() if term.first_week.plus(term.weeks).monday() <= today()}
    return [request for request in waiting if request.term_id not in over]


def _wait(session: Session, opened: Opened, request: Request, who: dict[str, Who]) -> OwnWait:
    """Return what is known of a request that waits."""
    published = list_publications(session, opened.by, request.term_id, span=Span(limit=1)).total > 0
    return OwnWait(who[request.id], terms.show_term(session, opened.by, request.term_id), published)
