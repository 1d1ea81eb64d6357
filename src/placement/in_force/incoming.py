"""Incoming: who comes to the caller's units in a term, week by week, and who waits for the units' answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlmodel import Session, col, func

from placement.callers import Caller
from placement.fields.seeing import supervisor_seen
from placement.in_force.placements import placements_of
from placement.register.names import Names, Who, who_asks
from placement.store.access import CARE, FIRST, Page, Span, allow, matching
from placement.tables import HOLDING, Placement, PlacementStatus, Term, Unit
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Incoming:
    """A placement in force at one of the caller's units, whose it is, and what its supervisor is called.

    ``supervisor`` is None where nobody is named, or where the reader may not know whom.
    """

    placement: Placement
    unit: Unit
    who: Who
    supervisor: str | None

    @property
    def last_week(self) -> IsoWeek:
        """Return the last week of the placement."""
        return self.placement.start.plus(self.placement.weeks - 1)


@dataclass(frozen=True, slots=True)
class IncomingCounts:
    """How many begin in each week of a term, how many there are, and how many wait for the unit's answer."""

    by_week: Mapping[IsoWeek, int]
    total: int
    unanswered: int


def list_incoming(
    session: Session,
    by: Caller,
    term: Term,
    *,
    week: IsoWeek | None = None,
    unit: str | None = None,
    status: PlacementStatus | None = None,
    span: Span = FIRST,
) -> Page[Incoming]:
    """List who comes to the caller's units in a term, the first to come first, optionally in one week or to a unit."""
    allow(by, CARE)
    query = placements_of(by).where(col(Placement.term_id) == term.id, col(Placement.status).in_(HOLDING))
    wanted = ((Placement.start, week), (Placement.unit_id, unit), (Placement.status, status))
    query = matching(query, wanted)
    total = session.scalar(query.with_only_columns(func.count()).order_by(None)) or 0
    query = query.order_by(col(Placement.start), col(Unit.name), col(Placement.id))
    rows = session.exec(query.limit(span.limit).offset(span.offset)).all()
    who = who_asks(session, by, (request.id for _, _, request, _ in rows))
    supervisors = {row.id: supervisor_seen(by, row.supervisor_id) for row, *_ in rows}
    names = Names(session, by, supervisors.values())
    told = [Incoming(row, at, who[request.id], names.own_id_of(supervisors[row.id])) for row, _, request, at in rows]
    return Page(told, total)


def count_incoming(session: Session, by: Caller, term: Term, *, unit: str | None = None) -> IncomingCounts:
    """Count who comes to the caller's units in a term, optionally to one unit."""
    allow(by, CARE)
    query = placements_of(by).where(col(Placement.term_id) == term.id, col(Placement.status).in_(HOLDING))
    query = matching(query, ((Placement.unit_id, unit),))
    counted = query.with_only_columns(col(Placement.start), col(Placement.status), func.count())
    rows = session.execute(counted.group_by(col(Placement.start), col(Placement.status))).all()
    by_week: dict[IsoWeek, int] = {}
    for week, _, number in rows:
        by_week[week] = by_week.get(week, 0) + number
    unanswered = sum(number for _, status, number in rows if status is PlacementStatus.PUBLISHED)
    return IncomingCounts(dict(sorted(by_week.items())), sum(by_week.values()), unanswered)
