"""Sheets of placements: one row per placement in force or ended; its status, reason and weeks done can change.

Where a term asks its students whether they come, their answers stand last, to be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import inspect
from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.errors import ConflictError, Fault, InvalidError, NotAllowedError
from placement.events.feed import Happening, tell
from placement.fields.seeing import SUPERVISOR, shows
from placement.in_force.asking_students import days_by_term
from placement.in_force.placements import PlacedStudent, Wanted, list_placements, placements_of
from placement.in_force.settling import settle
from placement.in_force.weeks_done import hold_weeks
from placement.planning.runs import CONCERNED
from placement.register.writing import Replaced
from placement.sheets import names
from placement.sheets.cells import Value, as_text, read_switch
from placement.sheets.changes import tell_changes
from placement.sheets.faults import Faults, Source
from placement.sheets.importing import Outcome, every, named_in
from placement.sheets.writing import Sheet
from placement.store.access import allow, fault, refer
from placement.store.acting import beyond_own
from placement.store.batches import in_batches
from placement.tables import Course, Placement, PlacementStatus, Student, StudentAnswer, Supervisor, Unit
from placement.vocabulary import vocabulary_of
from placement_solver.words import Words

HEADS = (
    "id",
    "termId",
    "institutionId",
    "studentId",
    "courseId",
    "unitId",
    "unitName",
    "contactFunction",
    "contactEmail",
    "contactPhone",
    "firstWeek",
    "lastWeek",
    "supervisorId",
    "status",
    "reason",
    "weeksDone",
    "studentAnswer",
)
_ANSWER = len(HEADS) - 1
NEEDED = ("id",)
PROTECTED = frozenset({"studentId"})
R = TypeVar("R", Student, Course, Supervisor)
_STANDING = {
    "term_id": "termId",
    "institution_id": "institutionId",
    "student_id": "studentId",
    "course_id": "courseId",
    "unit_id": "unitId",
    "unit_name": "unitName",
    "contact_function": "contactFunction",
    "contact_email": "contactEmail",
    "contact_phone": "contactPhone",
    "first_week": "firstWeek",
    "last_week": "lastWeek",
    "supervisor_id": "supervisorId",
}
"""The columns that a row shows for information, and that cannot be changed in a sheet."""
_ANSWER_STAYS = Words(
    "Studentens svar ändras inte i ett kalkylblad; det som är sparat gäller.",
    "A student's answer is not changed in a sheet; what is stored holds.",
)
"""Told of an answer that differs: a student may have given it after the sheet was exported."""


def sheet(
    session: Session,
    by: Caller,
    *,
    term: str | None = None,
    unit: str | None = None,
    status: PlacementStatus | None = None,
) -> Sheet:
    """Write the placements that the caller may see: which student, which unit, which weeks, which supervisor."""
    wanted = Wanted(term_id=term, unit_id=unit, status=status)
    placed = list(every(lambda span: list_placements(session, by, wanted, span)))
    lines, asks = _Lines(session, by, placed), days_by_term(session)
    last = None if any(student.request.term_id in asks for student in placed) else _ANSWER
    return Sheet(HEADS[:last], [lines.line_of(student)[:last] for student in placed])


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Change the status of many placements, each as by the single operation."""
    allow(by, CONCERNED)
    placed = _placed(session, by, named_in({**rows, **faults.readable}, "id"))
    lines = _Lines(session, by, list(placed.values()))
    outcome, settled, replaced = Outcome(len(rows)), set(), list[tuple[Source, Replaced]]()
    happenings: list[Happening] = []
    with beyond_own(session):  # every row is read and locked as the caller's own: no policy need be asked for each
        for index, given in faults.each(rows):
            with faults.of(index):
                names.need(given, *NEEDED)
                student = refer(placed.get(given["id"]), "/id", nouns.PLACEMENT)
                if given["id"] in settled:
                    raise fault(
                        "/id",
                        "another row of the sheet is about the same placement",
                        "placeringen finns också på en annan rad i kalkylbladet",
                    )
                settled.add(given["id"])
                lines.hold(student, given)
                if "student_answer" in given and _answer_in(given["student_answer"]) != lines.answer_of(student):
                    outcome.assumed[_ANSWER_STAYS] += 1
                changes, happened = _settle(session, by, student, given)
                happenings += happened
                outcome.count(changed=bool(changes))
                replaced += [(faults.source(index), each) for each in changes]
        for index, given in faults.readable.items():
            with faults.of(index):
                if "id" in given:
                    lines.hold(refer(placed.get(given["id"]), "/id", nouns.PLACEMENT), given)
        faults.settle()
        tell(session, happenings)
    outcome.changes, outcome.changes_total = tell_changes(session, by, replaced)
    return outcome


def _settle(
    session: Session, by: Caller, student: PlacedStudent, given: Mapping[str, Any]
) -> tuple[list[Replaced], list[Happening]]:
    """Change the status of one placement, and return what that replaces and what to tell of it."""
    placement = _published(student)
    status, reason = given.get("status", placement.status), given.get("reason", placement.reason)
    done = given.get("weeks_done", placement.weeks_done)
    if status is placement.status:
        if reason is not placement.reason:
            raise fault(
                "/reason",
                "the reason cannot be changed without the status",
                "skälet kan inte ändras utan att statusen ändras",
            )
        if done is None or done == placement.weeks_done:
            return [], []
        hold_weeks(placement, status, done)
    before = {name: getattr(placement, name) for name in ("status", "reason", "weeks_done")}
    try:
        happened = settle(session, by, student, status, reason, done, at_once=False)
    except (ConflictError, NotAllowedError) as error:
        raise fault("/status", error.en, error.sv) from error
    after = {name: getattr(placement, name) for name in before}
    return [Replaced(placement, name, old, after[name]) for name, old in before.items() if after[name] != old], happened


def _published(student: PlacedStudent) -> Placement:
    """Return the placement, which in a sheet is never part of a draft."""
    return cast("Placement", student.placement)


def _placed(session: Session, by: Caller, ids: Iterable[str]) -> dict[str, PlacedStudent]:
    """Return the caller's placements by id, locked until the transaction ends."""
    placed, days = {}, days_by_term(session)
    for part in in_batches(ids):
        query = placements_of(by).where(col(Placement.id).in_(part)).order_by(col(Placement.id))
        for row in session.exec(query.with_for_update(of=Placement)):
            placed[row[0].id] = PlacedStudent.published(by, days, *row)
    return placed


def _read(session: Session, table: type[R], ids: Iterable[str]) -> list[R]:
    """Return rows by their ids."""
    key = inspect(table).primary_key[0]
    return [row for part in in_batches(ids) for row in session.exec(select(table).where(key.in_(part)))]


def _answer_in(text: str) -> str:
    """Return a student's answer by its code, which a sheet may have in words."""
    return vocabulary_of(StudentAnswer).code_of(text) or text


def _as_shown(text: str) -> str:
    """Return yes or no as a line has it, which a sheet may have in words."""
    return as_text(read_switch(text))


class _Lines:
    """The lines of some placements, over everything that they refer to."""

    def __init__(self, session: Session, by: Caller, placed: Collection[PlacedStudent]) -> None:
        self._terms, self._units = names.terms(session), names.units(session)
        self._institutions = names.institutions(session)
        self._students = _read(session, Student, (student.request.student_id for student in placed))  # kept in memory
        self._institution_of = {row.id: row.institution_id for row in self._students}
        courses = _read(session, Course, (student.request.course_id for student in placed))
        self._codes = {row.id: row.code for row in courses}
        self._whether = not shows(by, SUPERVISOR, own=by.role is not Role.INSTITUTION)
        if by.role is Role.INSTITUTION:
            self._own = {row.id: row.external_id for row in self._students}
        else:
            named = (student.supervisor_id for student in placed)
            supervisors = _read(session, Supervisor, (supervisor for supervisor in named if supervisor))
            self._own = {row.id: row.external_id for row in supervisors}

    def line_of(self, student: PlacedStudent) -> Sequence[Value]:
        """Return the cells of a placement."""
        placement, request, unit = _published(student), student.request, cast("Unit", student.unit)
        return (
            placement.id,
            self._terms.name_of(request.term_id),
            self._institutions.name_of(self._institution_of[request.student_id]),
            self._own.get(request.student_id, request.student_id),
            self._codes[request.course_id],
            self._units.name_of(placement.unit_id),
            unit.name,
            unit.contact_function,
            unit.contact_email,
            unit.contact_phone,
            str(placement.start),
            str(placement.start.plus(student.weeks - 1)),
            self._supervisor(student),
            placement.status.value,
            placement.reason and placement.reason.value,
            placement.weeks_done,
            self.answer_of(student),
        )

    def answer_of(self, student: PlacedStudent) -> str | None:
        """Return whether a student has said that they come; None without an answer."""
        answer = _published(student).student_answer
        return answer and answer.value

    def _supervisor(self, student: PlacedStudent) -> Value:
        """Return who supervises by the provider's own id, or for a lärosäte only whether somebody is named."""
        if self._whether:
            return student.has_supervisor
        return student.supervisor_id and self._own.get(student.supervisor_id, student.supervisor_id)

    def hold(self, student: PlacedStudent, given: Mapping[str, Any]) -> None:
        """Refuse a row whose other columns differ from what is stored: cells have been moved, or the sheet is old."""
        shown = {head: as_text(value).strip() for head, value in zip(HEADS, self.line_of(student), strict=True)}
        faults = [
            Fault(
                f"/{field}",
                "this differs from what is stored, and cannot be changed here: export the sheet again",
                "detta skiljer sig från det som är sparat och kan inte ändras här: ta ut kalkylbladet på nytt",
            )
            for field, head in _STANDING.items()
            if field in given and given[field] != shown[head] and _as_shown(given[field]) != shown[head]
        ]
        if faults:
            raise InvalidError(*faults)
