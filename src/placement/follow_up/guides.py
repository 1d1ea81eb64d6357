"""Guides: the supervisors of a term one by one, with the training that counts, and who lacks it or soon will."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, or_, true
from sqlmodel import Session, col, func, select

from placement.callers import Caller
from placement.clock import today
from placement.follow_up.counting import credits_on
from placement.follow_up.training import FOR_SUPERVISORS
from placement.register.lists import Lists
from placement.register.supervision import Guide, with_belongings
from placement.store.access import CARE, FIRST, Page, Span, allow, matching
from placement.store.scopes import units_of
from placement.tables import Supervisor, Term, Training, Unit
from placement_solver.words import Words


class GuidePart(enum.StrEnum):
    """A part of the supervisors: without the recommended training today, or without it at the end of the term."""

    MISSING = "missing"
    EXPIRING = "expiring"


@dataclass(frozen=True, slots=True)
class TrainedGuide:
    """A supervisor with the unit's name, the profession in words, the best training that counts, and what is wrong."""

    guide: Guide
    unit_name: str
    profession: Words
    training: Training | None
    part: GuidePart | None


def list_guides(
    session: Session,
    by: Caller,
    term: Term,
    *,
    part: GuidePart | None = None,
    unit: str | None = None,
    span: Span = FIRST,
) -> Page[TrainedGuide]:
    """List the supervisors at the caller's units, by unit, optionally a part of them or those of one unit."""
    allow(by, CARE)
    total = _count(session, by, term, part, unit)
    query = select(Supervisor, Unit.name).join(Unit, col(Unit.id) == col(Supervisor.unit_id))
    query = matching(query.where(units_of(by), _in_part(term, part)), ((Supervisor.unit_id, unit),))
    query = query.order_by(col(Unit.name), col(Unit.id), col(Supervisor.external_id), col(Supervisor.id))
    rows = session.exec(query.limit(span.limit).offset(span.offset)).all()
    return Page(_told(session, term, rows), total)


def count_guides(
    session: Session, by: Caller, term: Term, *, unit: str | None = None
) -> Mapping[GuidePart | None, int]:
    """Count the supervisors at the caller's units, and each part of them; all of them under None."""
    allow(by, CARE)
    return {part: _count(session, by, term, part, unit) for part in (None, *GuidePart)}


def _count(session: Session, by: Caller, term: Term, part: GuidePart | None, unit: str | None) -> int:
    query = select(func.count()).select_from(Supervisor).join(Unit, col(Unit.id) == col(Supervisor.unit_id))
    query = matching(query.where(units_of(by), _in_part(term, part)), ((Supervisor.unit_id, unit),))
    return session.exec(query).one()


def _in_part(term: Term, part: GuidePart | None) -> ColumnElement[bool]:
    """Return the condition for a part of the supervisors."""
    if part is None:
        return true()
    if part is GuidePart.MISSING:
        return ~_trained_on(today())
    return and_(_trained_on(today()), ~_trained_on(_last_day(term)))


def _trained_on(day: dt.date) -> ColumnElement[bool]:
    """Return the condition for the supervisors whose recommended training counts on a day."""
    return exists().where(
        col(Training.supervisor_id) == col(Supervisor.id),
        col(Training.credits) >= FOR_SUPERVISORS.credits,
        col(Training.completed_on) <= day,
        or_(col(Training.expires_on).is_(None), col(Training.expires_on) >= day),
    )


def _told(session: Session, term: Term, rows: Sequence[tuple[Supervisor, str]]) -> list[TrainedGuide]:
    """Return supervisors with what is told of each."""
    professions = Lists(session).professions
    guides = with_belongings(session, [row for row, _ in rows])
    return [
        TrainedGuide(
            guide, name, professions.name_of(guide.row.profession), _best(guide.trainings), _part_of(term, guide)
        )
        for guide, (_, name) in zip(guides, rows, strict=True)
    ]


def _best(trainings: Sequence[Training]) -> Training | None:
    """Return the best training that counts today; of several as good, the one that counts the longest."""
    counting = [each for each in trainings if credits_on([each], today()) is not None]
    return max(counting, key=lambda each: (each.credits, each.expires_on or dt.date.max), default=None)


def _part_of(term: Term, guide: Guide) -> GuidePart | None:
    """Return the part that a supervisor belongs to, as `_in_part` finds it."""
    now, then = (credits_on(guide.trainings, day) for day in (today(), _last_day(term)))
    if now is None or now < FOR_SUPERVISORS.credits:
        return GuidePart.MISSING
    return GuidePart.EXPIRING if then is None or then < FOR_SUPERVISORS.credits else None


def _last_day(term: Term) -> dt.date:
    """Return the last day of a term, or today if it is over."""
    return max(today(), term.first_week.plus(term.weeks - 1).sunday())
