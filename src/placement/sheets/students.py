"""Sheets of students: one row per student, matched by the lärosäte's own pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller, Role
from placement.register.cohorts import cohorts_of
from placement.register.students import PROTECTED as HIDDEN
from placement.register.students import StudentBook, list_students
from placement.register.writing import Writer
from placement.sheets import names
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.importing import Outcome, every, named_in, take_all
from placement.sheets.keys import Key, Known
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow, fault
from placement.store.batches import read_in_batches
from placement.store.scopes import students_of
from placement.tables import Cohort, Programme, Student

HEADS = (
    "id",
    "cohortId",
    "externalId",
    "lat",
    "lon",
    "zone",
    "siteId",
    "maxTravel",
    "distinctUnits",
    "priorityClass",
    "blockedUnits",
)
NEEDED = ("cohort_id", "external_id", "lat", "lon")
PROTECTED = frozenset({"externalId", "lat", "lon", "zone", "priorityClass", "blockedUnits"})


def sheet(session: Session, by: Caller, *, cohort: str | None = None, institution: str | None = None) -> Sheet:
    """Write the caller's students, optionally of one cohort or lärosäte."""
    cohorts, sites, units = names.cohorts(session, by), names.sites(session), names.units(session)
    students = every(lambda span: list_students(session, by, cohort=cohort, institution=institution, span=span))
    lines = [
        (
            row.id,
            cohorts.name_of(row.cohort_id),
            row.external_id,
            row.lat,
            row.lon,
            row.zone,
            row.site_id and sites.name_of(row.site_id),
            row.max_travel,
            row.distinct_units,
            row.priority_class,
            words_as_text(units.words_of(row.blocked_units)),
        )
        for row in students
    ]
    return Sheet(HEADS, lines)


def bring_in(session: Session, by: Caller, rows: Mapping[int, dict[str, Any]], faults: Faults) -> Outcome:
    """Register the students who are new, and change those who are stored."""
    allow(by, INSTITUTIONS)
    return take_all(session, by, rows, faults, _Lines)


class _Lines:
    """The lines of one import, over everything that they refer to."""

    def __init__(self, writer: Writer, rows: Mapping[int, dict[str, Any]]) -> None:
        session, self._by = writer.session, writer.by
        cohorts, units = names.cohorts(session, self._by), names.units(session)
        self._references = {"cohort_id": cohorts, "site_id": names.sites(session), "blocked_units": units}
        in_cohort = select(col(Cohort.id), col(Programme.institution_id))
        in_cohort = in_cohort.join(Programme, col(Programme.id) == col(Cohort.programme_id))
        self._institution_of = dict(session.exec(in_cohort.where(cohorts_of(self._by))).all())
        wanted = names.students_called(session, self._by, named_in(rows, "id", "external_id"))
        own = select(Student).where(students_of(self._by))
        students = read_in_batches(session, own, Student.id, wanted)
        self._known = Known(
            nouns.STUDENT,
            students,
            lambda row: _key_of(row.model_dump()),
            personal=True,
        )
        self._book = StudentBook(
            writer,
            [student.id for student in students],
            self._institution_of,
            names.referred(rows, "blocked_units", units),
        )
        self.outcome = Outcome(len(rows))

    def refer(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return a line's values with ids in place of names."""
        return names.refer_all(values, self._references, self.outcome.assumed, of_people=True)

    def take(self, values: dict[str, Any]) -> None:
        """Register or change one student."""
        given = self.refer(values)
        blocked = given.pop("blocked_units", None)
        if self._by.role is Role.COORDINATOR:
            given = {name: value for name, value in given.items() if name not in HIDDEN or value is not None}
        key = _key_of({**given, "institution_id": self._institution(given.get("cohort_id"))})
        student = self._known.find(given, key, self.outcome.assumed)
        if student is None:
            names.need(given, *NEEDED)
            self._book.register(Student(**given), blocked or ())
            self._known.claim(None, key)
            self.outcome.created += 1
            return
        if self._by.role is Role.COORDINATOR:
            given = _without_hidden(student, given)
        changed = self._book.change(student, given, blocked)
        self._known.claim(student, _key_of(student.model_dump()))
        self.outcome.count(changed=changed)

    def _institution(self, cohort_id: str | None) -> str | None:
        """Return the lärosäte whose pseudonyms a line uses: the caller's, or the one that has the cohort."""
        if self._by.role is Role.INSTITUTION:
            return self._by.organisation
        return self._institution_of[cohort_id] if cohort_id is not None else None


def _key_of(values: Mapping[str, Any]) -> Key:
    """Return the key of a student: the pseudonym at the lärosäte."""
    return Key.of(values, "external_id", "institution_id")


def _without_hidden(student: Student, given: dict[str, Any]) -> dict[str, Any]:
    """Refuse the coordinator's change of a protected value; a pseudonym that only finds the student is no change."""
    if given.get("external_id") == student.external_id:
        given = {name: value for name, value in given.items() if name != "external_id"}
    for name in sorted(HIDDEN & given.keys()):
        raise fault(
            f"/{name}",
            "only the lärosäte may change a student's pseudonym and where travel starts",
            "bara lärosätet får ändra en students pseudonym och var resan börjar",
        )
    return given
