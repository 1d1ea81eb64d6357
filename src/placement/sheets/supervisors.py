"""Sheets of supervisors: one row a supervisor, known by unit and the provider's pseudonym, with their trainings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import Caller
from placement.errors import Fault, InvalidError
from placement.events import input_events
from placement.register.supervision import Guide, check_supervisor, check_training, list_supervisors
from placement.sheets import names
from placement.sheets.bulk import Bulk, Known, Outcome, by_owner, every, in_parts
from placement.sheets.cells import NONE, Value, as_text, words_as_text
from placement.sheets.faults import Faults
from placement.sheets.writing import Sheet
from placement.store.access import CARE, allow, fault
from placement.store.scopes import units_of
from placement.tables import Supervisor, SupervisorWeek, Training, Unit

HEADS = (
    "id",
    "unitId",
    "unitName",
    "externalId",
    "profession",
    "role",
    "sharePercent",
    "maxStudents",
    "weeks",
)
TRAINING = ("Course", "Credits", "CompletedOn", "ExpiresOn")
PROTECTED = frozenset({"externalId"})


def sheet(session: Session, by: Caller, *, unit: str | None = None, profession: str | None = None) -> Sheet:
    """Write the supervisors of the caller's units, of one unit or profession where named."""
    guides = list(every(lambda span: list_supervisors(session, by, unit=unit, profession=profession, span=span)))
    units = names.units(session)
    called = dict(session.exec(select(col(Unit.id), col(Unit.name))).all())
    most = max((len(guide.trainings) for guide in guides), default=1) or 1
    lines = [
        (
            guide.row.id,
            units.name_of(guide.row.unit_id),
            called[guide.row.unit_id],
            guide.row.external_id,
            guide.row.profession,
            guide.row.role.value,
            guide.row.share_percent,
            guide.row.max_students,
            words_as_text(guide.weeks, NONE),
            *_trained(guide, most),
        )
        for guide in guides
    ]
    heads = (f"training{number}{name}" for number in range(1, most + 1) for name in TRAINING)
    return Sheet((*HEADS, *heads), lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Name the supervisors who are new, and change what has become another of those who are there."""
    allow(by, CARE)
    lines = _Lines(session, by, rows)
    for index, values in faults.each(rows):
        with faults.of(index), session.no_autoflush:
            lines.take(values)
    faults.settle()
    lines.bulk.finish()
    return lines.outcome


def _trained(guide: Guide, most: int) -> list[Value]:
    """Write a supervisor's trainings side by side."""
    cells: list[Value] = []
    for training in guide.trainings:
        days = [as_text(day) for day in (training.completed_on, training.expires_on)]
        cells += [training.course, training.credits, *days]
    return cells + [None] * (len(TRAINING) * most - len(cells))


class _Lines:
    """The rows of one import, over everything that they refer to."""

    def __init__(self, session: Session, by: Caller, rows: Mapping[int, dict[str, Any]]) -> None:
        own = session.exec(select(col(Unit.id), col(Unit.hsa_id), col(Unit.name)).where(units_of(by))).all()
        self._called = {unit: name for unit, _hsa_id, name in own}
        self._units = {"unit_id": names.Names("unit", ((unit, hsa_id) for unit, hsa_id, _name in own))}
        at_units = col(Supervisor.unit_id).in_(select(Unit.id).where(units_of(by)))
        supervisors = session.exec(select(Supervisor).where(at_units)).all()
        self._weeks: dict[str, list[SupervisorWeek]] = {}
        self._trainings: dict[str, list[Training]] = {}
        for part in in_parts(row.id for row in supervisors):
            weeks = session.exec(select(SupervisorWeek).where(col(SupervisorWeek.supervisor_id).in_(part)))
            self._weeks.update(by_owner(weeks, lambda week: week.supervisor_id))
            trainings = session.exec(select(Training).where(col(Training.supervisor_id).in_(part)))
            self._trainings.update(by_owner(trainings, lambda training: training.supervisor_id))
        self._known = Known("supervisor", supervisors, lambda row: (row.unit_id, row.external_id), "/external_id")
        self.bulk = Bulk(session, by)
        self.outcome = Outcome(len(rows))

    def take(self, values: dict[str, Any]) -> None:
        """Name or change one supervisor."""
        given = names.refer_all(values, self._units)
        row_id, called = given.pop("id", None), given.pop("unit_name", None)
        row = self._known.find(row_id, (given.get("unit_id"), given.get("external_id")))
        unit = given.get("unit_id") if row is None else row.unit_id
        if called is not None and unit is not None and called != self._called[unit].strip():
            raise fault("/unit_name", "the unit of this row has another name: have cells been moved?")
        trainings = given.pop("trainings", None)
        if row is None:
            self._name(given, trainings or [])
        else:
            self._change(row, given, trainings)

    def _name(self, given: dict[str, Any], trainings: Sequence[Mapping[str, Any]]) -> None:
        """Name a supervisor as the single operation does."""
        names.need(given, "unit_id", "external_id", "profession")
        self._known.claim(None, (given["unit_id"], given["external_id"]))
        weeks = given.pop("weeks", None)
        row = Supervisor(**given, every_week=weeks is None)
        check_supervisor(row)
        self.bulk.add(row)
        self.bulk.settle((), [SupervisorWeek(supervisor_id=row.id, week=week) for week in weeks or ()])
        self.bulk.settle((), _completed(row, trainings), _content)
        self.bulk.tell(input_events.of_supervisor(input_events.CREATED, row))
        self.outcome.created += 1

    def _change(self, row: Supervisor, given: dict[str, Any], trainings: Sequence[Mapping[str, Any]] | None) -> None:
        """Change a supervisor as the single operations do."""
        names.hold(row, given, "unit_id")
        self._known.claim(row, (row.unit_id, given.get("external_id", row.external_id)))
        other: list[str] = []
        if "weeks" in given:
            weeks = given.pop("weeks")
            given["every_week"] = weeks is None
            wanted = [SupervisorWeek(supervisor_id=row.id, week=week) for week in weeks or ()]
            other += ["weeks"] * self.bulk.settle(self._weeks.get(row.id, ()), wanted)
        if trainings is not None:
            standing = self._trainings.get(row.id, ())
            other += ["trainings"] * self.bulk.settle(standing, _completed(row, trainings), _content)
        changed = self.bulk.change(row, given)
        check_supervisor(row)
        if other:
            self.bulk.touch(row, "profession")
        if changed + other:
            self.bulk.tell(input_events.of_supervisor(input_events.CHANGED, row, changed + other))
        self.outcome.count(changed=bool(changed + other))


def _completed(row: Supervisor, trainings: Sequence[Mapping[str, Any]]) -> list[Training]:
    """Return the trainings of a supervisor, each checked."""
    rows = [Training(supervisor_id=row.id, **training) for training in trainings]
    for place, training in enumerate(rows):
        try:
            check_training(training)
        except InvalidError as error:
            raise InvalidError(
                *(Fault(f"/trainings/{place}{fault.pointer}", fault.detail) for fault in error.faults)
            ) from None
    return rows


def _content(training: Training) -> tuple[Any, ...]:
    return training.course, training.credits, training.completed_on, training.expires_on
