"""Followed: a made-up county whose term is published, changed in many ways, and followed by an autumn term."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

from sqlmodel import Session, col, select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.demo.build import build_term
from placement.demo.scales import ScaleName
from placement.events import feed
from placement.in_force.happenings import happening
from placement.in_force.publishing import publish
from placement.in_force.settling import settle_placement
from placement.planning.gather import gather
from placement.register.rounds import usual_dates
from placement.running.storing import Answer, store_plan
from placement.tables import (
    CapacityOffer,
    EndReason,
    Event,
    OfferStatus,
    OfferWeek,
    Placement,
    PlacementStatus,
    Publication,
    Request,
    RequestStatus,
    Run,
    RunStatus,
    Student,
    Supervisor,
    Term,
    Training,
)
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.solve import solve
from placement_solver.weeks import IsoWeek

AUTUMN = IsoWeek(2027, 35)
_SHIFT = 32
BEGUN = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def settle(empty: Path, file: Path, scale: ScaleName, seed: int) -> str:
    """Fill a copy of a migrated database with the county, and return its address; the seed decides what happens."""
    shutil.copyfile(empty, file)
    url, throws = f"sqlite:///{file}", Random(seed)
    engine = engine_for(url)
    with open_session(engine) as session:
        term = build_term(session, scale, seed)
    with open_session(engine) as session:
        _publish(session, term.id)
    with open_session(engine) as session:
        _change(session, term.id, throws)
    with open_session(engine) as session:
        _go_on(session, term.id, throws)
    with open_session(engine) as session:
        _spread(session, throws)
    engine.dispose()
    return url


def _publish(session: Session, term_id: str) -> None:
    """Plan the term and publish the plan."""
    run = Run(id="run_first", term_id=term_id, time_limit_seconds=10, requested_by="system")
    text = write_problem(gather(session, SYSTEM, term_id))
    plan = write_plan(solve(read_problem(text), time_limit=2))
    session.add(run)
    store_plan(session, run, Answer(read_problem(text), text, read_plan(plan), plan, {"format": "placement-report/1"}))
    session.flush()
    publish(session, SYSTEM, term_id, run.id, "Ada Lind")


def _change(session: Session, term_id: str, throws: Random) -> None:
    """End some placements in each way, move some, and give some a supervisor of any profession."""
    rows = list(session.exec(select(Placement).where(Placement.term_id == term_id).order_by(col(Placement.id))))
    throws.shuffle(rows)
    part = max(3, len(rows) // 12)
    settle_all(session, rows[:part], PlacementStatus.DECLINED, EndReason.NO_SUPERVISOR)
    settle_all(session, rows[part : 2 * part], PlacementStatus.CANCELLED)
    settle_all(session, rows[2 * part : 3 * part], PlacementStatus.DROPPED_OUT)
    for row in rows[3 * part : 5 * part]:
        move(session, row, row.start.plus(throws.choice((0, 1, 2))))
    supervisors = session.exec(select(Supervisor).order_by(col(Supervisor.id))).all()
    for row in rows[5 * part : 7 * part]:
        row.supervisor_id = throws.choice(supervisors).id
    for training in session.exec(select(Training).order_by(col(Training.id))):
        if throws.random() < 0.2:
            training.expires_on = training.completed_on + dt.timedelta(days=throws.randrange(30, 900))
    waiting = session.exec(select(Request).where(Request.term_id == term_id).order_by(col(Request.id))).all()
    placed = {row.request_id for row in rows}
    for request in [each for each in waiting if each.id not in placed][::3]:
        request.status = RequestStatus.WITHDRAWN


def settle_all(
    session: Session, rows: Sequence[Placement], status: PlacementStatus, reason: EndReason | None = None
) -> None:
    """End some placements in one way."""
    for row in rows:
        settle_placement(session, SYSTEM, row.id, status, reason)


def move(session: Session, row: Placement, start: IsoWeek) -> None:
    """Move a placement to another start, and tell of it."""
    row.start = start
    session.flush()
    request = session.get_one(Request, row.request_id)
    institution = session.get_one(Student, request.student_id).institution_id
    feed.tell(session, [happening("moved", row, request, institution)])


def _go_on(session: Session, term_id: str, throws: Random) -> None:
    """Give the year an autumn term, with offers and with placements brought from elsewhere, which no event tells of."""
    term = Term(id="trm_autumn", code="HT2027", first_week=AUTUMN, weeks=20, **usual_dates(AUTUMN))
    run = Run(
        id="run_autumn",
        term_id=term.id,
        status=RunStatus.SUCCEEDED,
        time_limit_seconds=10,
        requested_by="system",
        started_at=BEGUN,
        finished_at=BEGUN,
    )
    session.add_all([term, run])
    publication = Publication(
        id="pub_autumn", term_id=term.id, run_id=run.id, number=1, published_by="Ada Lind", placed=0, moved=0, ended=0
    )
    session.add(publication)
    spring = (Placement.term_id == term_id, col(Placement.status) == PlacementStatus.PUBLISHED)
    held = list(session.exec(select(Placement).where(*spring).order_by(col(Placement.id))))
    for row in throws.sample(held, len(held) // 4):
        request = session.get_one(Request, row.request_id)
        again = Request(
            id=f"{request.id}-a", term_id=term.id, student_id=request.student_id, course_id=request.course_id
        )
        session.add(again)
        if throws.random() < 0.8:
            session.add(
                Placement(
                    id=f"{row.id}-a",
                    term_id=term.id,
                    request_id=again.id,
                    publication_id=publication.id,
                    unit_id=row.unit_id,
                    start=row.start.plus(_SHIFT),
                    weeks=row.weeks,
                    supervisor_id=row.supervisor_id,
                )
            )
    offers = session.exec(
        select(CapacityOffer)
        .where(CapacityOffer.term_id == term_id, CapacityOffer.status == OfferStatus.ANSWERED)
        .order_by(col(CapacityOffer.id))
    ).all()
    for offer in throws.sample(list(offers), len(offers) // 3):
        values = offer.model_dump(exclude={"version"}) | {"id": f"{offer.id}-a", "term_id": term.id}
        session.add(CapacityOffer(**values))
        weeks = session.exec(select(OfferWeek).where(OfferWeek.offer_id == offer.id)).all()
        session.add_all(
            OfferWeek(offer_id=f"{offer.id}-a", week=week.week.plus(_SHIFT), places=week.places) for week in weeks
        )


def _spread(session: Session, throws: Random) -> None:
    """Let the events, and the publications, have happened at different times, in their order."""
    at = BEGUN
    for event in session.exec(select(Event).order_by(col(Event.sequence))):
        at += dt.timedelta(minutes=throws.randrange(600))
        event.at = at
    for publication in session.exec(select(Publication)):
        publication.published_at = BEGUN + dt.timedelta(days=throws.randrange(250))
