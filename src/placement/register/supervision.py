"""Supervision: the supervisors of students at each unit, their trainings and their weeks on duty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.events import input_events
from placement.register.lists import Lists
from placement.register.plausibility import AT_A_SUPERVISOR, Number, hold_usual
from placement.register.pseudonyms import check_pseudonym
from placement.register.writing import Writer, writing
from placement.store.access import CARE, FIRST, Page, Span, allow, fault, found, matching, page_of, refer_among
from placement.store.batches import by_owner, read_in_batches
from placement.store.scopes import units_of
from placement.tables import (
    Supervisor,
    SupervisorRole,
    SupervisorWeek,
    Training,
    Unit,
    WordList,
)
from placement_solver.weeks import IsoWeek


@dataclass(frozen=True, slots=True)
class Guide:
    """A supervisor, the weeks on duty (None: every week) and the completed trainings."""

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
    """List the supervisors at the caller's units, optionally of one unit, profession, role or external id."""
    allow(by, CARE)
    row, profession = Supervisor, Lists(session).asked(WordList.PROFESSION, profession, "profession")
    wanted = (row.unit_id, unit), (row.profession, profession), (row.role, role), (row.external_id, external_id)
    query = select(row).where(_of_units_of(by)).order_by(col(row.unit_id), col(row.external_id), col(row.id))
    page = page_of(session, matching(query, wanted), span)
    return Page(with_belongings(session, page.rows), page.total)


def show_supervisor(session: Session, by: Caller, supervisor_id: str) -> Guide:
    """Show one supervisor."""
    return with_belongings(session, [_own_supervisor(session, by, supervisor_id)])[0]


def name_supervisor(session: Session, by: Caller, given: Mapping[str, Any]) -> Guide:
    """Enter a supervisor at a unit, under the provider's own pseudonym."""
    allow(by, CARE)
    with writing(session, by) as writer:
        row = SupervisorBook(writer, units=[given["unit_id"]]).name(given)
    return with_belongings(session, [row])[0]


def change_supervisor(session: Session, by: Caller, supervisor_id: str, changes: Mapping[str, Any]) -> Guide:
    """Change a supervisor; their unit cannot be changed."""
    row = _own_supervisor(session, by, supervisor_id)
    with writing(session, by) as writer:
        SupervisorBook(writer, [row.id]).change(row, changes)
    return with_belongings(session, [row])[0]


def remove_supervisor(session: Session, by: Caller, supervisor_id: str) -> None:
    """Remove a supervisor who is in no plan."""
    row = _own_supervisor(session, by, supervisor_id)
    with writing(session, by) as writer:
        SupervisorBook(writer, [row.id]).remove(row)


def record_training(session: Session, by: Caller, supervisor_id: str, given: Mapping[str, Any]) -> Guide:
    """Record a course in supervision that a supervisor has completed."""
    row = _own_supervisor(session, by, supervisor_id)
    with writing(session, by) as writer:
        SupervisorBook(writer).record(row, Training(supervisor_id=row.id, **given))
    return with_belongings(session, [row])[0]


def strike_training(session: Session, by: Caller, supervisor_id: str, training_id: str) -> Guide:
    """Remove a training that was recorded by mistake."""
    row = _own_supervisor(session, by, supervisor_id)
    mistaken = select(Training).where(col(Training.id) == training_id, col(Training.supervisor_id) == supervisor_id)
    training = found(session.exec(mistaken).first(), training_id)
    with writing(session, by) as writer:
        SupervisorBook(writer).strike(row, training)
    return with_belongings(session, [row])[0]


class SupervisorBook:
    """The one place where supervisors are written: rules, weeks, trainings, audit entries and events.

    A book is opened over the ids of the stored supervisors who are changed and of the units that new ones work at. It
    reads what it needs about all of them at once, when it is first needed.
    """

    def __init__(self, writer: Writer, supervisors: Iterable[str] = (), units: Iterable[str] = ()) -> None:
        self._writer = writer
        self._session = writer.session
        self._lists = Lists(writer.session)
        self._supervisor_ids = set(supervisors)
        self._unit_ids = set(units)

    def name(self, given: Mapping[str, Any]) -> Supervisor:
        """Add a supervisor at a unit of the caller's, with the weeks and trainings given, and return the row."""
        refer_among(self._units, given["unit_id"], "/unit_id", nouns.UNIT)
        values = self._lists.coded(given)
        weeks, trainings = values.pop("weeks", None), values.pop("trainings", ())
        row = Supervisor(**values, every_week=weeks is None)
        self._check(row.model_dump())
        self._writer.add(row)
        self._keep_weeks(row, weeks)
        self._keep_trainings(row, trainings)
        self._writer.tell(input_events.of_supervisor(input_events.CREATED, row))
        return row

    def change(self, row: Supervisor, given: Mapping[str, Any]) -> bool:
        """Change a supervisor's values, weeks and trainings, each if given; tell whether anything changed."""
        values = self._lists.coded(given)
        if values.get("unit_id", row.unit_id) != row.unit_id:
            raise fault(
                "/unit_id",
                "a supervisor's unit cannot be changed: enter them anew at the other unit",
                "en handledares enhet kan inte ändras: lägg in handledaren på nytt vid den andra enheten",
            )
        keepers: dict[str, Callable[[Supervisor, Any], bool]] = {
            "weeks": self._keep_weeks,
            "trainings": self._keep_trainings,
        }
        given_of = {name: values.pop(name) for name in keepers if name in values}
        if "weeks" in given_of:
            standing = None if row.every_week else sorted(week.week for week in self._weeks.get(row.id, ()))
            self._writer.note(row, "weeks", standing, given_of["weeks"] and sorted(given_of["weeks"]))
            values["every_week"] = given_of["weeks"] is None
        self._check({**row.model_dump(), **values}, row)
        changed = self._writer.change(row, values)
        belongings = [name for name, rows in given_of.items() if keepers[name](row, rows)]
        if belongings:
            self._writer.touch(row, "profession")
        if changed or belongings:
            self._writer.tell(input_events.of_supervisor(input_events.CHANGED, row, changed + belongings))
        return bool(changed or belongings)

    def trainings_of(self, row: Supervisor) -> Sequence[Training]:
        """Return the trainings of a stored supervisor, the earliest first, as before this book changed anything."""
        return self._trainings.get(row.id, ())

    def remove(self, row: Supervisor) -> None:
        """Remove a supervisor; the database removes the weeks and the trainings."""
        for training in self.trainings_of(row):
            self._writer.lose(training)
        self._writer.remove(row)
        self._writer.tell(input_events.of_supervisor(input_events.LEFT, row))

    def record(self, row: Supervisor, training: Training) -> None:
        """Add a training of a supervisor."""
        _check_training(training)
        self._writer.add(training)
        self._tell_trainings(row)

    def strike(self, row: Supervisor, training: Training) -> None:
        """Remove a training of a supervisor."""
        self._writer.remove(training)
        self._tell_trainings(row)

    def _check(self, values: Mapping[str, Any], standing: Supervisor | None = None) -> None:
        """Refuse a supervisor with no pseudonym, or with a share of full time that the role cannot have."""
        by, known = self._writer.by, None if standing is None else standing.external_id
        check_pseudonym(by, values["external_id"], known)
        students = None if standing is None else standing.max_students
        hold_usual(by, [Number("/max_students", values["max_students"], AT_A_SUPERVISOR, students)])
        if (values["role"] is SupervisorRole.SUPERVISOR) != (values["share_percent"] is None):
            raise fault(
                "/share_percent",
                "an AKA or a clinical adjunct has a share of full time, other supervisors have none",
                "en AKA eller klinisk adjunkt har en andel av heltid, andra handledare har ingen",
            )

    def _tell_trainings(self, row: Supervisor) -> None:
        """Count a change of the trainings as a change of the supervisor."""
        self._writer.touch(row, "profession")
        self._writer.tell(input_events.of_supervisor(input_events.CHANGED, row, ["trainings"]))

    def _keep_weeks(self, row: Supervisor, weeks: Sequence[IsoWeek] | None) -> bool:
        """Store the weeks on duty, and tell whether they changed."""
        wanted = [SupervisorWeek(supervisor_id=row.id, week=week) for week in weeks or ()]
        return self._writer.settle(self._weeks.get(row.id, ()), wanted)

    def _keep_trainings(self, row: Supervisor, given: Sequence[Mapping[str, Any]]) -> bool:
        """Store the trainings, each checked, and tell whether they changed; one with the same content stays."""
        wanted = [Training(supervisor_id=row.id, **values) for values in given]
        for place, training in enumerate(wanted):
            _check_training(training, f"/trainings/{place}")
        standing = self._trainings.get(row.id, ())
        self._writer.note(row, "trainings", *(sorted(map(_content, each), key=str) for each in (standing, wanted)))
        return self._writer.settle(standing, wanted, _content)

    @cached_property
    def _units(self) -> Collection[str]:
        query = select(Unit.id).where(units_of(self._writer.by))
        return set(read_in_batches(self._session, query, Unit.id, self._unit_ids))

    @cached_property
    def _weeks(self) -> Mapping[str, Sequence[SupervisorWeek]]:
        query = select(SupervisorWeek)
        found = read_in_batches(self._session, query, SupervisorWeek.supervisor_id, self._supervisor_ids)
        return by_owner(found, lambda week: week.supervisor_id)

    @cached_property
    def _trainings(self) -> Mapping[str, Sequence[Training]]:
        query = select(Training).order_by(col(Training.completed_on), col(Training.id))
        found = read_in_batches(self._session, query, Training.supervisor_id, self._supervisor_ids)
        return by_owner(found, lambda training: training.supervisor_id)


def _own_supervisor(session: Session, by: Caller, supervisor_id: str) -> Supervisor:
    """Return a supervisor at one of the caller's units; another one is not found."""
    allow(by, CARE)
    query = select(Supervisor).where(col(Supervisor.id) == supervisor_id, _of_units_of(by))
    return found(session.exec(query).first(), supervisor_id)


def _of_units_of(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the supervisors at the caller's units."""
    return exists().where(col(Unit.id) == col(Supervisor.unit_id), units_of(by))


def _check_training(training: Training, at: str = "") -> None:
    """Refuse a training that expires before it is completed; ``at`` is the pointer to the training."""
    if training.expires_on is not None and training.expires_on < training.completed_on:
        raise fault(
            f"{at}/expires_on",
            "a training cannot expire before it is completed",
            "en utbildning kan inte upphöra att gälla innan den är genomförd",
        )


def _content(training: Training) -> tuple[Any, ...]:
    """Return the values by which two trainings of a supervisor are the same."""
    return training.course, training.credits, training.completed_on, training.expires_on


def with_belongings(session: Session, rows: Sequence[Supervisor]) -> list[Guide]:
    """Return several supervisors with their weeks and trainings."""
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
