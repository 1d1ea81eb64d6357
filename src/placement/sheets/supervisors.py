"""Sheets of supervisors: one row per supervisor with trainings, matched by unit and the provider's pseudonym.

A training is found by its course, and keeps what the row does not give of it. A training that the row does not name is
struck if the sheet has columns for as many trainings as the supervisor has, counted from the first, as an exported
sheet has; with fewer columns the sheet cannot show them all, and the others stay. A list in JSON is always whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.errors import Fault, InvalidError
from placement.register.lists import Lists
from placement.register.supervision import Guide, SupervisorBook, list_supervisors
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import NONE, Value, as_text, words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, named_in, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.spelling import alike
from placement.store.access import CARE, allow
from placement.store.scopes import units_of
from placement.tables import Supervisor, Training, Unit

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
NEEDED = ("unit_id", "external_id", "profession")
PROTECTED = frozenset({"externalId"})


def sheet(session: Session, by: Caller, *, unit: str | None = None, profession: str | None = None) -> Sheet:
    """Write the supervisors at the caller's units, optionally of one unit or profession."""
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
    """Enter the supervisors who are new, and change those who are stored."""
    allow(by, CARE)
    return take_all(session, by, rows, faults, partial(_Lines, places=faults.places_for("trainings")))


def _trained(guide: Guide, most: int) -> list[Value]:
    """Return the cells of a supervisor's trainings, side by side."""
    cells: list[Value] = []
    for training in guide.trainings:
        days = [as_text(day) for day in (training.completed_on, training.expires_on)]
        cells += [training.course, training.credits, *days]
    return cells + [None] * (len(TRAINING) * most - len(cells))


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]], places: int | None) -> None:
        session = writer.session
        self._places = places
        self._units = names.OwnUnits(session, writer.by)
        at_units = col(Supervisor.unit_id).in_(select(Unit.id).where(units_of(writer.by)))
        supervisors = session.exec(select(Supervisor).where(at_units)).all()
        self._known = Known(nouns.SUPERVISOR, supervisors, lambda row: _key_of(row.model_dump()), personal=True)
        units = self._units.names.ids_of(named_in(rows, "unit_id", "unit_name"))
        self._lists = Lists(session)
        self._book = SupervisorBook(writer, [row.id for row in supervisors], units)
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(
            names.by_unit_name(values),
            {"unit_id": self._units.names},
            self.outcome.assumed,
            self._lists,
            of_people=True,
        )

    def take(self, values: dict[str, Any]) -> None:
        """Enter or change one supervisor."""
        given = self.refer(values)
        called = given.pop("unit_name", None)
        row = self._known.find(given, _key_of(given), self.outcome.assumed)
        self._units.hold_name(given.get("unit_id") if row is None else row.unit_id, called)
        if "trainings" in given:
            given["trainings"] = self._trainings(row, given["trainings"])
        if row is None:
            names.need(given, *NEEDED)
            self._known.claim(None, _key_of(given))
            self._book.name(given)
            self.outcome.created += 1
            return
        names.hold(row, given, "unit_id")
        self._known.claim(row, _key_of({**row.model_dump(), **given}))
        self.outcome.count(changed=self._book.change(row, given))

    def _trainings(self, row: Supervisor | None, given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return a supervisor's trainings after a line: those that it names, and the others if it is not about all."""
        standing = [] if row is None else list(self._book.trainings_of(row))
        whole = self._places is None or self._places >= len(standing)
        named, faults = list[dict[str, Any]](), list[Fault]()
        for place, values in enumerate(given):
            known = _same(standing, values)
            if known is not None:
                standing.remove(known)
            named.append({**({} if known is None else _values(known)), **values})
            faults += [
                Fault(f"/trainings/{place}/{name}", "a new training needs this", "en ny utbildning behöver detta")
                for name in ("course", "credits", "completed_on")
                if name not in named[-1]
            ]
        if faults:
            raise InvalidError(*faults)
        return named if whole else [*named, *map(_values, standing)]


def _same(standing: Sequence[Training], given: Mapping[str, Any]) -> Training | None:
    """Return the training with the same course, of several the one completed on the same day; None if it is new."""
    found = [training for training in standing if alike(training.course) == alike(given.get("course", ""))]
    that_day = (training for training in found if training.completed_on == given.get("completed_on"))
    return next(that_day, found[0] if found else None)


def _values(training: Training) -> dict[str, Any]:
    """Return what a training is."""
    return training.model_dump(exclude={"id", "supervisor_id"})


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a supervisor: the provider's pseudonym at the unit."""
    return Key.of(values, "external_id", "unit_id")
