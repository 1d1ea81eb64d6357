"""A county where two students of one course are placed at two units, near and far, ten weeks apart."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Engine
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.database import open_session
from placement.tables import (
    CapacityOffer,
    Course,
    CourseWindow,
    OfferStatus,
    OfferWeek,
    Organisation,
    OrganisationKind,
    Placement,
    PlacementStatus,
    Preference,
    ProviderKind,
    Publication,
    Request,
    Row,
    Run,
    RunStatus,
    Site,
    Student,
    Supervisor,
    Training,
    Unit,
)
from placement_solver.weeks import IsoWeek
from tests.placement.publishing import settle
from tests.rows import WEEK

LATER = WEEK.plus(10)
"""When the course begins the second time; it is six weeks long."""
PUBLISHED = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)
TODAY = dt.datetime(2026, 12, 10, 12, tzinfo=dt.UTC)
"""Before both placements begin: the first does on 28 December."""
KI = Caller(Role.INSTITUTION, organisation="org_ki")
NEAR, FAR = Caller(Role.UNIT, unit="unt_a"), Caller(Role.UNIT, unit="unt_far")
ONE, OTHER = "pla_one", "pla_other"


def exchange_county(engine: Engine) -> None:
    """Store the county: the first student is at the near unit and wants the far one, the second the other way round."""
    settle(engine)
    with open_session(engine) as session:
        course = session.get_one(Course, "crs_a")
        course.supervision_credits = 7.5
        session.add(CourseWindow(course_id="crs_a", term_id="trm_a", start=LATER))
        session.get_one(Supervisor, "sup_a").every_week = True
        session.add_all(_far_supervisor())
        one = session.get_one(Student, "stu_a")
        one.lat, one.lon = 59.26, 18.28
        offer(session, "off_a", "unt_a")
        offer(session, "off_far", "unt_far")
        session.add(Preference(request_id="req_a", rank=1, unit_id="unt_far"))
        session.add(Preference(request_id="req_b", rank=0, unit_id="unt_a"))
        session.flush()
        publish(session, "pub_a", "trm_a")
        session.add_all(
            [
                placed(ONE, "req_a", "unt_a", WEEK, "sup_a"),
                placed(OTHER, "req_b", "unt_far", LATER, "sup_far"),
            ]
        )


def publish(session: Session, publication: str, term: str) -> None:
    """Add a publication for the placements of a term."""
    run = Run(
        id=f"run_{publication}",
        term_id=term,
        status=RunStatus.CANCELLED,
        time_limit_seconds=1,
        requested_by="system",
        started_at=PUBLISHED,
        finished_at=PUBLISHED,
    )
    made = Publication(
        id=publication,
        term_id=term,
        run_id=run.id,
        number=1,
        published_by="Ada",
        published_at=PUBLISHED,
        placed=2,
        moved=0,
        ended=0,
    )
    session.add_all([run, made])
    session.flush()


def placed(
    name: str,
    request: str,
    unit: str,
    start: IsoWeek,
    supervisor: str | None = None,
    *,
    weeks: int = 6,
    status: PlacementStatus = PlacementStatus.PUBLISHED,
) -> Placement:
    """Make a placement of the county's term."""
    return Placement(
        id=name,
        term_id="trm_a",
        request_id=request,
        publication_id="pub_a",
        unit_id=unit,
        start=start,
        weeks=weeks,
        supervisor_id=supervisor,
        status=status,
    )


def offer(session: Session, name: str, unit: str, places: int = 1) -> None:
    """Let a unit offer nurses this many places in every week of the term."""
    if session.get(CapacityOffer, name) is None:
        session.add(
            CapacityOffer(
                id=name,
                term_id="trm_a",
                unit_id=unit,
                professions=["nurse"],
                status=OfferStatus.ANSWERED,
                answered_at=PUBLISHED,
            )
        )
    for week in range(20):
        row = session.get(OfferWeek, (name, WEEK.plus(week)))
        if row is None:
            session.add(OfferWeek(offer_id=name, week=WEEK.plus(week), places=places))
        else:
            row.places = places
    session.flush()


def classmate(name: str) -> Student:
    """Make a student of the same cohort."""
    return Student(
        id=f"stu_{name}",
        cohort_id="coh_a",
        institution_id="org_ki",
        external_id=f"ki-{name}",
        lat=59.31,
        lon=18.05,
        site_id="sit_a",
    )


def another_student(session: Session, name: str, course: str = "crs_a") -> str:
    """Add a student of the same cohort with a request; return the request."""
    session.add(classmate(name))
    return another_request(session, f"stu_{name}", course)


def another_request(session: Session, student: str, course: str) -> str:
    """Ask for another placement for a student; return the request."""
    made = Request(id=f"req_{student}_{course}", term_id="trm_a", student_id=student, course_id=course)
    session.add(made)
    session.flush()
    return made.id


def another_course(session: Session, sequence: int, weeks: int = 2) -> str:
    """Add a course of the same programme that may begin in any week; return it."""
    course = Course(
        id=f"crs_{sequence}",
        programme_id="prg_a",
        code=f"1SJ0{sequence}",
        name=f"T{sequence}",
        weeks=weeks,
        sequence=sequence,
        kinds=["elderly-care"],
    )
    starts = [CourseWindow(course_id=course.id, term_id="trm_a", start=WEEK.plus(week)) for week in range(19)]
    session.add_all([course, *starts])
    session.flush()
    return course.id


def another_unit(session: Session, name: str, lon: float = 18.2) -> str:
    """Add a unit of the same municipality, with places and under the agreement of everybody; return it."""
    unit = Unit(
        id=name,
        name=f"Hus {name}",
        provider_id="org_open",
        municipality_code="0180",
        site_id="sit_a",
        kinds=["elderly-care"],
        lat=59.30,
        lon=lon,
    )
    session.add(unit)
    session.flush()
    offer(session, f"off_{name}", name, 3)
    return name


def _far_supervisor() -> list[Row]:
    """Return what the small world lacks for the county."""
    return [
        Supervisor(id="sup_far", unit_id="unt_far", profession="nurse", external_id="p-18"),
        Training(
            id="trn_far",
            supervisor_id="sup_far",
            course="Handledarutbildning",
            credits=7.5,
            completed_on=dt.date(2024, 5, 1),
        ),
        Site(id="sit_b", institution_id="org_ki", name="Norr", municipality_code="0180"),
        Organisation(
            id="org_open",
            kind=OrganisationKind.PROVIDER,
            provider_kind=ProviderKind.MUNICIPALITY,
            name_sv="Nacka kommun",
            name_en="Nacka Municipality",
        ),
    ]
