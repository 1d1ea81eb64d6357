"""Sheets of students: one row a student, known by the lärosäte's own pseudonym."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.register.cohorts import cohorts_of
from placement.register.students import (
    PROTECTED as HIDDEN,
)
from placement.register.students import (
    check_student,
    checked_changes,
    list_students,
)
from placement.sheets import names
from placement.sheets.bulk import Bulk, Known, Outcome, by_owner, every, in_parts, named_in
from placement.sheets.cells import words_as_text
from placement.sheets.faults import Faults
from placement.sheets.writing import Sheet
from placement.store.access import INSTITUTIONS, allow, fault
from placement.store.scopes import students_of
from placement.tables import BlockedUnit, Cohort, Programme, Site, Student

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
PROTECTED = frozenset({"externalId", "lat", "lon", "zone", "priorityClass", "blockedUnits"})


def sheet(session: Session, by: Caller, *, cohort: str | None = None, institution: str | None = None) -> Sheet:
    """Write the caller's students, those of one cohort or lärosäte where one is named."""
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
    """Register the students who are new, and change what has become another of those who are there."""
    allow(by, INSTITUTIONS)
    lines = _Lines(session, by, rows)
    for index, values in faults.each(rows):
        with faults.of(index), session.no_autoflush:
            lines.take(values)
    faults.settle()
    lines.bulk.finish()
    return lines.outcome


class _Lines:
    """The rows of one import, over everything that they refer to."""

    def __init__(self, session: Session, by: Caller, rows: Mapping[int, dict[str, Any]]) -> None:
        self._session = session
        self._by = by
        self._references = {
            "cohort_id": names.cohorts(session, by),
            "site_id": names.sites(session),
            "blocked_units": names.units(session),
        }
        in_cohort = select(Cohort, Programme).join(Programme, col(Programme.id) == col(Cohort.programme_id))
        self._cohorts = {
            cohort.id: (cohort, programme) for cohort, programme in session.exec(in_cohort.where(cohorts_of(by)))
        }
        self._sites = session.exec(select(Site)).all()  # held, so that each check finds them without asking again
        students = [
            student
            for part in in_parts(named_in(rows, "id", "external_id"))
            for student in session.exec(
                select(Student).where(
                    students_of(by), or_(col(Student.id).in_(part), col(Student.external_id).in_(part))
                )
            )
        ]
        blocked = (
            row
            for part in in_parts(student.id for student in students)
            for row in session.exec(select(BlockedUnit).where(col(BlockedUnit.student_id).in_(part)))
        )
        self._blocked = by_owner(blocked, lambda row: row.student_id)
        self._known = Known("student", students, lambda row: (row.institution_id, row.external_id), "/external_id")
        self.bulk = Bulk(session, by)
        self.outcome = Outcome(len(rows))

    def take(self, values: dict[str, Any]) -> None:
        """Register or change one student."""
        given = names.refer_all(values, self._references)
        row_id, blocked = given.pop("id", None), given.pop("blocked_units", None)
        if self._by.role is Role.COORDINATOR:
            given = {name: value for name, value in given.items() if name not in HIDDEN or value is not None}
        key = (self._institution(given.get("cohort_id")), given.get("external_id"))
        student = self._known.find(row_id, key)
        if student is None:
            self._register(given, blocked or [])
        else:
            self._change(student, given, blocked)

    def _institution(self, cohort_id: str | None) -> str | None:
        """Return whose pseudonyms a row holds: the caller's, or those of the lärosäte that has the cohort."""
        if self._by.role is Role.INSTITUTION:
            return self._by.organisation
        return self._cohorts[cohort_id][1].institution_id if cohort_id is not None else None

    def _register(self, given: dict[str, Any], blocked: list[str]) -> None:
        """Register a student as the single operation does."""
        names.need(given, "cohort_id", "external_id", "lat", "lon")
        _cohort, programme = self._cohorts[given["cohort_id"]]
        student = Student(**given, institution_id=programme.institution_id)
        check_student(self._session, student, programme)
        self._known.claim(None, (student.institution_id, student.external_id))
        self.bulk.add(student)
        self.bulk.settle((), [BlockedUnit(student_id=student.id, unit_id=unit) for unit in sorted(blocked)])
        self.outcome.created += 1

    def _change(self, student: Student, given: dict[str, Any], blocked: list[str] | None) -> None:
        """Change a student as the single operation does."""
        if self._by.role is Role.COORDINATOR:
            given = self._without_hidden(student, given)
        before, _ = self._cohorts[student.cohort_id]
        after, programme = self._cohorts[given.get("cohort_id", before.id)]
        changes = checked_changes(self._session, student, given, (before, after), programme)
        self._known.claim(student, (student.institution_id, given.get("external_id", student.external_id)))
        changed = self.bulk.change(student, changes)
        if blocked is not None:
            wanted = [BlockedUnit(student_id=student.id, unit_id=unit) for unit in sorted(blocked)]
            if self.bulk.settle(self._blocked.get(student.id, ()), wanted):
                self.bulk.touch(student, "max_travel")
                changed.append("blocked_units")
        self.outcome.count(changed=bool(changed))

    def _without_hidden(self, student: Student, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse that the coordinator changes who a student is; to have found them by their pseudonym is no change."""
        if given.get("external_id") == student.external_id:
            given = {name: value for name, value in given.items() if name != "external_id"}
        for name in sorted(HIDDEN & given.keys()):
            raise fault(f"/{name}", "only the lärosäte changes who a student is and where travel starts")
        return given
