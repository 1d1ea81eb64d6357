"""Routes of students, who are known by their lärosäte's pseudonyms."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import students
from placement.tables import Student
from placement_api.callers import Institution, InstitutionConfirming
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, tag
from placement_api.routes.paths import StudentPath
from placement_api.schemas.register.students import StudentChange, StudentFilter, StudentGiven, StudentShown
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["cohorts"])


@router.get("/students", summary="List students")
def list_students(
    store: Transaction, by: Institution, asked: Annotated[StudentFilter, Query()], links: Linked
) -> Listed[StudentShown]:
    """List the students by id. A lärosäte sees its own; only it sees their pseudonyms and where their journeys start.

    Listar studenterna efter id. Ett lärosäte ser sina egna; bara det ser pseudonymer och var resorna börjar.
    """
    found = students.list_students(
        store,
        by,
        cohort=asked.cohort_id,
        term=asked.term_id,
        institution=asked.institution_id,
        external_id=asked.external_id,
        span=asked.span,
    )
    return links.page(asked, found, StudentShown.model_validate)


@router.post("/students", status_code=201, summary="Register a student")
def register_student(
    store: Transaction, by: InstitutionConfirming, given: StudentGiven, response: Response
) -> StudentShown:
    """Register a student under a pseudonym; a personal identity number is refused.

    Registrerar en student under pseudonym; ett personnummer avvisas.
    """
    student = Student(**given.model_dump(exclude={"blocked_units"}))
    shown = StudentShown.model_validate(students.register_student(store, by, student, given.blocked_units))
    tag(response, shown)
    response.headers["Location"] = f"/v1/students/{shown.id}"
    return shown


@router.get("/students/{studentId}", summary="Show a student")
def show_student(store: Transaction, by: Institution, student_id: StudentPath, response: Response) -> StudentShown:
    """Show one student.

    Visar en student.
    """
    shown = StudentShown.model_validate(students.show_student(store, by, student_id))
    tag(response, shown)
    return shown


@router.patch("/students/{studentId}", summary="Change a student")
def change_student(
    store: Transaction,
    by: InstitutionConfirming,
    student_id: StudentPath,
    change: StudentChange,
    expected: IfMatch,
    response: Response,
) -> StudentShown:
    """Change the fields that are sent; only the lärosäte changes the pseudonym and where journeys start.

    Ändrar de fält som skickas; bara lärosätet ändrar pseudonymen och var resorna börjar.
    """
    expected.hold(StudentShown.model_validate(students.show_student(store, by, student_id)))
    changes = change.changes()
    blocked_units = changes.pop("blocked_units", None)
    changed = students.change_student(store, by, student_id, changes, blocked_units)
    shown = StudentShown.model_validate(changed)
    tag(response, shown)
    return shown


@router.delete("/students/{studentId}", status_code=204, summary="Remove a student")
def remove_student(store: Transaction, by: Institution, student_id: StudentPath, expected: IfMatch) -> None:
    """Remove a student without requests.

    Tar bort en student utan begäranden.
    """
    expected.hold(StudentShown.model_validate(students.show_student(store, by, student_id)))
    students.remove_student(store, by, student_id)
