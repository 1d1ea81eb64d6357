"""Pins: placements that a coordinator decides by hand and that every later plan of the term keeps."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import Fault, InvalidError, NotFoundError, no_such
from placement.planning.excerpts import find_broken
from placement.register.names import Names
from placement.store import access
from placement.store.access import COORDINATORS, FIRST, Page, Span
from placement.tables import Pin, Request, RequestStatus, Supervisor, Term, Unit
from placement_solver.weeks import IsoWeek


def pin(
    session: Session,
    by: Caller,
    request_id: str,
    unit_id: str,
    start: IsoWeek,
    supervisor_id: str | None = None,
) -> Pin:
    """Decide where and when a request is placed, if no rule forbids that by itself in the term as it is now.

    Whether the rules allow it beside other pins, and after later changes, is checked when the term is planned.
    """
    access.allow(by, COORDINATORS)
    return decide(session, by, request_id, unit_id, start, supervisor_id)


def decide(
    session: Session,
    by: Caller,
    request_id: str,
    unit_id: str,
    start: IsoWeek,
    supervisor_id: str | None = None,
) -> Pin:
    """Write a decision of somebody who may decide about the request."""
    faults = []
    request = session.get(Request, request_id)
    if request is None or request.status is not RequestStatus.OPEN:
        faults.append(Fault("/request_id", "there is no such open request", "det finns ingen sådan öppen begäran"))
    if session.get(Unit, unit_id) is None:
        faults.append(no_such("/unit_id", nouns.UNIT))
    supervisor = None if supervisor_id is None else session.get(Supervisor, supervisor_id)
    if supervisor_id is not None and (supervisor is None or supervisor.unit_id != unit_id):
        faults.append(no_such("/supervisor_id", nouns.SUPERVISOR, nouns.AT_THE_UNIT))
    term = None if request is None else session.get(Term, request.term_id)
    if term is not None and not 0 <= term.first_week.until(start) < term.weeks:
        faults.append(Fault("/start", "the week is not in the term", "veckan ingår inte i terminen"))
    if faults or request is None or term is None:
        raise InvalidError(*faults)
    if session.exec(select(Pin.id).where(col(Pin.request_id) == request_id)).first() is not None:
        raise access.conflict(
            "/request_id",
            "the request is pinned already: remove that pin first",
            "begäran är redan låst: ta bort den låsningen först",
        )
    decided = Pin(
        term_id=request.term_id,
        request_id=request_id,
        unit_id=unit_id,
        start=start,
        supervisor_id=supervisor_id,
    )
    access.add(session, by, decided)
    broken = find_broken(session, term, decided, request.student_id)
    names = Names(session, by, texts=broken)
    if told := [names.put_in(words) for words in broken]:
        raise InvalidError(*(Fault("", words.en, words.sv) for words in told))
    return decided


def show_pin(session: Session, by: Caller, pin_id: str) -> Pin:
    """Show one placement decided by hand."""
    access.allow(by, COORDINATORS)
    decided = session.get(Pin, pin_id)
    if decided is None:
        raise NotFoundError(pin_id)
    return decided


def list_pins(
    session: Session,
    by: Caller,
    *,
    term_id: str | None = None,
    request_id: str | None = None,
    unit_id: str | None = None,
    span: Span = FIRST,
) -> Page[Pin]:
    """List the placements decided by hand, limited to a term, request or unit where one is given."""
    access.allow(by, COORDINATORS)
    wanted = (Pin.term_id, term_id), (Pin.request_id, request_id), (Pin.unit_id, unit_id)
    return access.page_of(session, access.matching(select(Pin).order_by(col(Pin.id)), wanted), span)


def unpin(session: Session, by: Caller, pin_id: str) -> None:
    """Remove a pin, so that planning decides the placement again."""
    access.remove(session, by, show_pin(session, by, pin_id))
