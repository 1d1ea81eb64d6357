"""By hand: the lärosäte decides itself where a protected student is placed; every later plan keeps it."""

from __future__ import annotations

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.planning.pins import decide
from placement.protected.marks import show_protected
from placement.store import access
from placement.store.access import FIRST, Page, Span
from placement.tables import Pin, Request
from placement_solver.weeks import IsoWeek


def pin_protected(session: Session, by: Caller, student_id: str, request_id: str, unit_id: str, start: IsoWeek) -> Pin:
    """Decide where and when a protected student is placed, if no rule forbids that by itself."""
    show_protected(session, by, student_id)
    own = select(Request.id).where(col(Request.id) == request_id, col(Request.student_id) == student_id)
    access.refer(session.exec(own).first(), "/request_id", nouns.REQUEST)
    return decide(session, by, request_id, unit_id, start)


def list_pins(session: Session, by: Caller, student_id: str, *, span: Span = FIRST) -> Page[Pin]:
    """List what is decided by hand for a protected student."""
    show_protected(session, by, student_id)
    query = select(Pin).join(Request, col(Request.id) == col(Pin.request_id))
    return access.page_of(session, query.where(col(Request.student_id) == student_id).order_by(col(Pin.id)), span)


def show_pin(session: Session, by: Caller, student_id: str, pin_id: str) -> Pin:
    """Show one placement decided by hand for a protected student."""
    show_protected(session, by, student_id)
    query = select(Pin).join(Request, col(Request.id) == col(Pin.request_id))
    return access.found(
        session.exec(query.where(col(Request.student_id) == student_id, col(Pin.id) == pin_id)).first(), pin_id
    )


def unpin_protected(session: Session, by: Caller, student_id: str, pin_id: str) -> None:
    """Leave it to planning again."""
    access.remove(session, by, show_pin(session, by, student_id, pin_id))
