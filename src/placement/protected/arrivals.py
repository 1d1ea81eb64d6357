"""Arrivals: a protected student as a unit meets them: one student, from which week, and whom to turn to.

There is no pseudonym, course, term or home, and no id that stands anywhere else.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.in_force.settling import settle_placement
from placement.store import access, looks, protection
from placement.store.access import FIRST, Page, Span
from placement.store.acting import beyond_own
from placement.store.protection import Aliased
from placement.store.scopes import units_of
from placement.tables import HOLDING, EndReason, Placement, PlacementStatus, ProtectedStudent, Request, Unit

HOSTS = frozenset({Role.PROVIDER, Role.UNIT})
"""Those who receive students. The coordinator is not among them."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One student who comes to a unit, and the function at the lärosäte to turn to."""

    id: str
    version: int
    placement: Placement
    unit_name: str
    contact: ProtectedStudent


def list_arrivals(session: Session, by: Caller, *, unit_id: str | None = None, span: Span = FIRST) -> Page[Arrival]:
    """List those who come to the caller's units, the first to come first."""
    access.allow(by, HOSTS)
    found = [each for each in _arrivals(session, by) if unit_id in {None, each.placement.unit_id}]
    shown = found[span.offset : span.offset + span.limit]
    _note(session, shown)
    return Page(shown, len(found))


def show_arrival(session: Session, by: Caller, arrival_id: str) -> Arrival:
    """Show one who comes to one of the caller's units."""
    access.allow(by, HOSTS)
    found = access.found(next((each for each in _arrivals(session, by) if each.id == arrival_id), None), arrival_id)
    _note(session, [found])
    return found


def answer_arrival(
    session: Session, by: Caller, arrival_id: str, status: PlacementStatus, reason: EndReason | None = None
) -> Arrival:
    """Accept or decline one who comes; only those who may see the student are told."""
    arrival = show_arrival(session, by, arrival_id)
    with protection.in_full(session):
        settle_placement(session, by, arrival.placement.id, status, reason)
    return Arrival(arrival.id, arrival.placement.version, arrival.placement, arrival.unit_name, arrival.contact)


def _arrivals(session: Session, by: Caller) -> list[Arrival]:
    """Return everyone who comes to the caller's units, in order."""
    students = {each.student_id: each for each in protection.protected_of(session)}
    if not students:
        return []
    with protection.in_full(session), beyond_own(session):
        rows = session.exec(
            select(Placement, Request.student_id, Unit.name, ProtectedStudent)
            .join(Request, col(Request.id) == col(Placement.request_id))
            .join(ProtectedStudent, col(ProtectedStudent.student_id) == col(Request.student_id))
            .join(Unit, col(Unit.id) == col(Placement.unit_id))
            .where(units_of(by), col(Placement.status).in_(HOLDING))
        ).all()
    found = [
        Arrival(_id_of(students[student], placement), placement.version, placement, unit, contact)
        for placement, student, unit, contact in rows
    ]
    return sorted(found, key=lambda each: (each.placement.start, each.id))


def _id_of(student: Aliased, placement: Placement) -> str:
    """Return what an arrival is called: an alias of the placement, the same each time."""
    return f"arr_{student.alias(placement.id, 'arrival').rpartition('_')[2]}"


def _note(session: Session, shown: list[Arrival]) -> None:
    """Note that some students are looked at."""
    looks.note(session, (each.contact.student_id for each in shown))
