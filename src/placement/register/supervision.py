"""Supervision: who guides students at a unit, with what training, in which weeks on duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm.attributes import flag_modified
from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.events import feed, input_events
from placement.store.access import (
    CARE,
    FIRST,
    Page,
    Span,
    add,
    allow,
    change,
    fault,
    found,
    matching,
    page_of,
    refer,
    remove,
    settle,
    touch,
)
from placement.store.scopes import units_of
from placement.tables import (
    Supervisor,
    SupervisorRole,
    SupervisorWeek,
    Training,
    Unit,
    holds_identity_number,
)
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Guide:
    """A supervisor, the weeks on duty (None: every week) and the training completed."""

    row: Supervisor
    weeks: tuple[IsoWeek, ...] | None
    trainings: tuple[Training, ...]


def list_supervisors(
    session: Session,
    by: Caller,
    *,
    unit: str | None = None,
    profession: str | None = None,
    role: SupervisorRole | None = None,
    external_id: str | None = None,
    span: Span = FIRST,
) -> Page[Guide]:
    """List the supervisors of the caller's units; of one unit, profession, role or external id where named."""
    allow(by, CARE)
    row = Supervisor
    wanted = (row.unit_id, unit), (row.profession, profession), (row.role, role), (row.external_id, external_id)
    query = select(row).where(_of_units_of(by)).order_by(col(row.unit_id), col(row.external_id), col(row.id))
    page = page_of(session, matching(query, wanted), span)
    return Page(_with_belongings(session, page.rows), page.total)


def show_supervisor(session: Session, by: Caller, supervisor_id: str) -> Guide:
    """Show one supervisor."""
    allow(by, CARE)
    query = select(Supervisor).where(col(Supervisor.id) == supervisor_id, _of_units_of(by))
    return _with_belongings(session, [found(session.exec(query).first(), supervisor_id)])[0]


def name_supervisor(session: Session, by: Caller, given: Mapping[str, Any]) -> Guide:
    """Name a supervisor at a unit, by the provider's own pseudonym for them."""
    allow(by, CARE)
    unit = select(Unit).where(col(Unit.id) == given["unit_id"], units_of(by))
    refer(session.exec(unit).first(), "/unit_id", "unit")
    values = dict(given)
    weeks: Sequence[IsoWeek] | None = values.pop("weeks")
    row = Supervisor(**values, every_week=weeks is None)
    check_supervisor(row)
    add(session, by, row)
    _keep_weeks(session, by, row, weeks)
    feed.tell(session, [input_events.of_supervisor(input_events.CREATED, row)])
    return _with_belongings(session, [row])[0]


def change_supervisor(session: Session, by: Caller, supervisor_id: str, changes: Mapping[str, Any]) -> Guide:
    """Change what is known of a supervisor; they stay at their unit."""
    allow(by, CARE)
    guide = show_supervisor(session, by, supervisor_id)
    row, values = guide.row, dict(changes)
    if values.get("unit_id", row.unit_id) != row.unit_id:
        raise fault("/unit_id", "a supervisor at another unit is named there anew")
    weeks = values.pop("weeks", guide.weeks)
    values["every_week"] = weeks is None
    flag_modified(row, "profession")  # with the weeks on duty, the version moves on
    changed = change(session, by, row, values, lambda: check_supervisor(row))
    if _keep_weeks(session, by, row, weeks):
        changed.append("weeks")
    if changed:
        feed.tell(session, [input_events.of_supervisor(input_events.CHANGED, row, changed)])
    return _with_belongings(session, [row])[0]


def remove_supervisor(session: Session, by: Caller, supervisor_id: str) -> None:
    """Remove a supervisor whom no plan names."""
    allow(by, CARE)
    row = show_supervisor(session, by, supervisor_id).row
    told = input_events.of_supervisor(input_events.LEFT, row)
    remove(session, by, row)
    feed.tell(session, [told])


def record_training(session: Session, by: Caller, supervisor_id: str, given: Mapping[str, Any]) -> Guide:
    """Record a course in supervision that a supervisor has completed."""
    allow(by, CARE)
    row = show_supervisor(session, by, supervisor_id).row
    training = Training(supervisor_id=row.id, **given)
    check_training(training)
    add(session, by, training)
    touch(session, row, "profession")
    feed.tell(session, [input_events.of_supervisor(input_events.CHANGED, row, ["trainings"])])
    return _with_belongings(session, [row])[0]


def strike_training(session: Session, by: Caller, supervisor_id: str, training_id: str) -> Guide:
    """Strike a training that was recorded by mistake."""
    allow(by, CARE)
    row = show_supervisor(session, by, supervisor_id).row
    mistaken = select(Training).where(col(Training.id) == training_id, col(Training.supervisor_id) == supervisor_id)
    remove(session, by, found(session.exec(mistaken).first(), training_id))
    touch(session, row, "profession")
    feed.tell(session, [input_events.of_supervisor(input_events.CHANGED, row, ["trainings"])])
    return _with_belongings(session, [row])[0]


def _of_units_of(by: Caller) -> ColumnElement[bool]:
    """Return which supervisors work at the caller's units."""
    return exists().where(col(Unit.id) == col(Supervisor.unit_id), units_of(by))


def check_supervisor(row: Supervisor) -> None:
    """Refuse a supervisor who could be recognised, or whose engagement contradicts itself."""
    if holds_identity_number(row.external_id):
        raise fault("/external_id", "a personal identity number may not stand here; give a pseudonym")
    if (row.role is SupervisorRole.SUPERVISOR) != (row.share_percent is None):
        raise fault("/share_percent", "an AKA or a clinical adjunct has a share of full time, others none")


def check_training(training: Training) -> None:
    """Refuse a training that would never have counted."""
    if training.expires_on is not None and training.expires_on < training.completed_on:
        raise fault("/expires_on", "a training does not expire before it is completed")


def _keep_weeks(session: Session, by: Caller, row: Supervisor, weeks: Sequence[IsoWeek] | None) -> bool:
    """Store the weeks on duty, and tell whether they were others before."""
    present = session.exec(select(SupervisorWeek).where(col(SupervisorWeek.supervisor_id) == row.id)).all()
    return settle(session, by, present, [SupervisorWeek(supervisor_id=row.id, week=week) for week in weeks or ()])


def _with_belongings(session: Session, rows: Sequence[Supervisor]) -> list[Guide]:
    """Read the weeks and the trainings of several supervisors at once."""
    ids = [row.id for row in rows]
    weeks: dict[str, list[IsoWeek]] = defaultdict(list)
    trainings: dict[str, list[Training]] = defaultdict(list)
    on_duty = select(col(SupervisorWeek.supervisor_id), col(SupervisorWeek.week))
    on_duty = on_duty.where(col(SupervisorWeek.supervisor_id).in_(ids)).order_by(col(SupervisorWeek.week))
    for supervisor_id, week in session.exec(on_duty):
        weeks[supervisor_id].append(week)
    completed = select(Training).where(col(Training.supervisor_id).in_(ids))
    for training in session.exec(completed.order_by(col(Training.completed_on), col(Training.id))):
        trainings[training.supervisor_id].append(training)
    return [Guide(row, None if row.every_week else tuple(weeks[row.id]), tuple(trainings[row.id])) for row in rows]
