"""A summer term beside the spring term of the small world, with a student of its own or the same, placed in it."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session, select

from placement.clock import now
from placement.tables import (
    HOLDING,
    CapacityOffer,
    EndReason,
    OfferStatus,
    OfferWeek,
    Placement,
    PlacementStatus,
    Publication,
    Request,
    Run,
    RunStatus,
    Student,
    Term,
)
from placement_solver.weeks import IsoWeek
from tests.rows import WEEK

SUMMER = "trm_summer"


def open_term(session: Session, first_week: IsoWeek, weeks: int, term_id: str = SUMMER, code: str = "ST2027") -> Term:
    """Open a term beside the small world's, whose first week is 2026-W53 and which has 20 weeks."""
    day = dt.date(2026, 9, 1)
    term = Term(
        id=term_id,
        code=code,
        first_week=first_week,
        weeks=weeks,
        requests_by=day,
        answers_by=day,
        outside_answers_by=day,
        publish_by=day,
    )
    session.add(term)
    session.flush()
    return term


def publication(session: Session, term_id: str = SUMMER) -> str:
    """Add a publication for a term's placements, and return its id."""
    over = now()
    run = Run(
        term_id=term_id,
        status=RunStatus.CANCELLED,
        time_limit_seconds=1,
        requested_by="system",
        started_at=over,
        finished_at=over,
    )
    number = 90 + len(session.exec(select(Publication)).all())
    made = Publication(term_id=term_id, run_id=run.id, number=number, published_by="Ada", placed=0, moved=0, ended=0)
    session.add_all([run, made])
    session.flush()
    return made.id


def place_elsewhere(
    session: Session,
    start: IsoWeek = WEEK,
    weeks: int = 2,
    *,
    student: str | None = None,
    unit: str = "unt_a",
    supervisor: str | None = None,
    status: PlacementStatus = PlacementStatus.PUBLISHED,
    term_id: str = SUMMER,
) -> Placement:
    """Put a placement of another term in force, of a new student unless one is named."""
    if student is None:
        name = f"ki-{term_id}-{start}"
        row = Student(cohort_id="coh_a", institution_id="org_ki", external_id=name, lat=59.3, lon=18.1)
        session.add(row)
        student = row.id
    request = Request(term_id=term_id, student_id=student, course_id="crs_a")
    placement = Placement(
        term_id=term_id,
        request_id=request.id,
        publication_id=publication(session, term_id),
        unit_id=unit,
        start=start,
        weeks=weeks,
        supervisor_id=supervisor,
        status=status,
        reason=None if status in HOLDING else EndReason.OTHER,
    )
    session.add_all([request, placement])
    session.flush()
    return placement


def offer_all_term(session: Session, offer_id: str, term: Term, unit: str, places: int) -> None:
    """Let a unit offer nurses this many places in every week of a term."""
    session.add(
        CapacityOffer(
            id=offer_id,
            term_id=term.id,
            unit_id=unit,
            professions=["nurse"],
            status=OfferStatus.ANSWERED,
            answered_at=now(),
        )
    )
    weeks = [term.first_week.plus(week) for week in range(term.weeks)]
    session.add_all(OfferWeek(offer_id=offer_id, week=week, places=places) for week in weeks)
    session.flush()
