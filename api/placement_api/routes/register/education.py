"""Routes of education: programmes, courses, and the weeks in which placements may start."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from placement.register import courses, programmes
from placement_api.callers import Institution
from placement_api.paging import Linked, Listed
from placement_api.preconditions import IfMatch, IfMatchLater, tag
from placement_api.routes.paths import CoursePath, ProgrammePath, TermPath
from placement_api.schemas.register.education import (
    CourseChange,
    CourseFilter,
    CourseGiven,
    CourseShown,
    ProgrammeChange,
    ProgrammeFilter,
    ProgrammeGiven,
    ProgrammeShown,
    WindowsGiven,
    WindowsShown,
)
from placement_api.transactions import Transaction

router = APIRouter(prefix="/v1", tags=["education"])


@router.get("/programmes", summary="List programmes")
def list_programmes(
    store: Transaction, by: Institution, asked: Annotated[ProgrammeFilter, Query()], links: Linked
) -> Listed[ProgrammeShown]:
    """List the programmes by code; a lärosäte sees its own.

    Listar programmen efter kod; ett lärosäte ser sina egna.
    """
    found = programmes.list_programmes(
        store,
        by,
        institution=asked.institution_id,
        profession=asked.profession,
        code=asked.code,
        span=asked.span,
    )
    return links.page(asked, found, ProgrammeShown.model_validate)


@router.post("/programmes", status_code=201, summary="Add a programme")
def set_up_programme(store: Transaction, by: Institution, given: ProgrammeGiven, response: Response) -> ProgrammeShown:
    """Add a programme; a lärosäte adds its own.

    Lägger till ett program; ett lärosäte lägger till sina egna.
    """
    made = programmes.set_up_programme(store, by, given.model_dump())
    shown = ProgrammeShown.model_validate(made)
    tag(response, shown)
    response.headers["Location"] = f"/v1/programmes/{shown.id}"
    return shown


@router.get("/programmes/{programmeId}", summary="Show a programme")
def show_programme(
    store: Transaction, by: Institution, programme_id: ProgrammePath, response: Response
) -> ProgrammeShown:
    """Show one programme.

    Visar ett program.
    """
    shown = ProgrammeShown.model_validate(programmes.show_programme(store, by, programme_id))
    tag(response, shown)
    return shown


@router.patch("/programmes/{programmeId}", summary="Change a programme")
def change_programme(
    store: Transaction,
    by: Institution,
    programme_id: ProgrammePath,
    change: ProgrammeChange,
    expected: IfMatch,
    response: Response,
) -> ProgrammeShown:
    """Change a programme's code or name; its profession and whether it is decentralised cannot be changed.

    Ändrar ett programs kod eller namn; yrket och om programmet är decentraliserat kan inte ändras.
    """
    expected.hold(ProgrammeShown.model_validate(programmes.show_programme(store, by, programme_id)))
    changed = programmes.change_programme(store, by, programme_id, change.changes())
    shown = ProgrammeShown.model_validate(changed)
    tag(response, shown)
    return shown


@router.delete("/programmes/{programmeId}", status_code=204, summary="Remove a programme")
def close_programme(store: Transaction, by: Institution, programme_id: ProgrammePath, expected: IfMatch) -> None:
    """Remove a programme that nothing refers to.

    Tar bort ett program som inget hänvisar till.
    """
    expected.hold(ProgrammeShown.model_validate(programmes.show_programme(store, by, programme_id)))
    programmes.close_programme(store, by, programme_id)


@router.get("/courses", summary="List courses")
def list_courses(
    store: Transaction, by: Institution, asked: Annotated[CourseFilter, Query()], links: Linked
) -> Listed[CourseShown]:
    """List the courses with clinical placements in the order in which they are taken; a lärosäte sees its own.

    Listar kurserna med VFU i den ordning de läses; ett lärosäte ser sina egna.
    """
    found = courses.list_courses(
        store, by, programme=asked.programme_id, code=asked.code, term=asked.term_id, span=asked.span
    )
    return links.page(asked, found, CourseShown.model_validate)


@router.post("/courses", status_code=201, summary="Add a course")
def set_up_course(store: Transaction, by: Institution, given: CourseGiven, response: Response) -> CourseShown:
    """Add a course with a clinical placement to a programme.

    Lägger till en kurs med VFU i ett program.
    """
    shown = CourseShown.model_validate(courses.set_up_course(store, by, given.model_dump()))
    tag(response, shown)
    response.headers["Location"] = f"/v1/courses/{shown.id}"
    return shown


@router.get("/courses/{courseId}", summary="Show a course")
def show_course(store: Transaction, by: Institution, course_id: CoursePath, response: Response) -> CourseShown:
    """Show one course.

    Visar en kurs.
    """
    shown = CourseShown.model_validate(courses.show_course(store, by, course_id))
    tag(response, shown)
    return shown


@router.patch("/courses/{courseId}", summary="Change a course")
def change_course(
    store: Transaction,
    by: Institution,
    course_id: CoursePath,
    change: CourseChange,
    expected: IfMatch,
    response: Response,
) -> CourseShown:
    """Change the fields that are sent; the others keep their values.

    Ändrar de fält som skickas; övriga fält behåller sina värden.
    """
    expected.hold(CourseShown.model_validate(courses.show_course(store, by, course_id)))
    shown = CourseShown.model_validate(courses.change_course(store, by, course_id, change.changes()))
    tag(response, shown)
    return shown


@router.delete("/courses/{courseId}", status_code=204, summary="Remove a course")
def close_course(store: Transaction, by: Institution, course_id: CoursePath, expected: IfMatch) -> None:
    """Remove a course without requests.

    Tar bort en kurs utan begäranden.
    """
    expected.hold(CourseShown.model_validate(courses.show_course(store, by, course_id)))
    courses.close_course(store, by, course_id)


@router.get("/courses/{courseId}/windows/{termId}", summary="Show when placements may start")
def show_windows(
    store: Transaction, by: Institution, course_id: CoursePath, term_id: TermPath, response: Response
) -> WindowsShown:
    """Show the weeks of a term in which a course's placement may start.

    Visar de veckor under en termin då kursens VFU får börja.
    """
    shown = WindowsShown.of(courses.show_windows(store, by, course_id, term_id))
    tag(response, shown)
    return shown


@router.put("/courses/{courseId}/windows/{termId}", summary="Set when placements may start")
def set_windows(
    store: Transaction,
    by: Institution,
    course_id: CoursePath,
    term_id: TermPath,
    given: WindowsGiven,
    expected: IfMatchLater,
    response: Response,
) -> WindowsShown:
    """Set when a course's placement may start in a term; the course's ETag is needed from then on, even if emptied.

    Anger de veckor under en termin då kursens VFU får börja; ETag är kursens och behövs inte första gången, men väl när
    veckorna har tömts.
    """
    standing = courses.show_windows(store, by, course_id, term_id)
    expected.hold(WindowsShown.of(standing), first=not courses.were_windows_set(store, standing))
    shown = WindowsShown.of(courses.set_windows(store, by, course_id, term_id, given.starts))
    tag(response, shown)
    return shown
