"""An excerpt of a term judges the placements that a change touches as the whole term does."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlmodel import Session, col, select

from placement.database import engine_for
from placement.in_force.impossible import _held, _judged
from placement.in_force.touched import Touched
from placement.tables import (
    STANDING,
    Action,
    Agreement,
    CapacityOffer,
    Course,
    CourseWindow,
    Placement,
    Plan,
    PlanStatus,
    Publication,
    Request,
    Run,
    Student,
    Supervisor,
    Term,
    Unit,
)
from tests.effort import fresh, has_long_form

CHANGED = {
    "student": (Student, "max_travel"),
    "request": (Request, "status"),
    "unit": (Unit, "provider_id"),
    "capacity_offer": (CapacityOffer, "professions"),
    "supervisor": (Supervisor, "max_students"),
    "course": (Course, "weeks"),
    "agreement": (Agreement, "valid_to"),
}


@pytest.fixture
def county(small_county: Path, tmp_path: Path) -> Iterator[Session]:
    """A small county where every request has been placed somewhere, whatever the rules say."""
    file = tmp_path / "placement.sqlite3"
    shutil.copyfile(small_county, file)
    engine = engine_for(f"sqlite:///{file}")
    with Session(engine) as session:
        yield session
    engine.dispose()


def place_at_random(session: Session, draw: random.Random) -> None:
    """Place every request at one of the units of its kind, in one of its course's weeks, with somebody there."""
    term = session.exec(select(Term)).one()
    run = Run(term_id=term.id, time_limit_seconds=1, requested_by="system")
    plan = Plan(
        run_id=run.id, term_id=term.id, problem_sha256="0" * 64, status=PlanStatus.FEASIBLE, objective=1, bound=0
    )
    publication = Publication(term_id=term.id, run_id=run.id, number=1, published_by="Ada", placed=0, moved=0, ended=0)
    session.add_all([run, plan, publication])
    units, courses = session.exec(select(Unit)).all(), {row.id: row for row in session.exec(select(Course))}
    starts = {row.course_id: row.start for row in session.exec(select(CourseWindow))}
    for request in session.exec(select(Request)):
        course = courses[request.course_id]
        unit = draw.choice([unit for unit in units if not set(unit.kinds).isdisjoint(course.kinds)] or list(units))
        there = session.exec(select(Supervisor).where(col(Supervisor.unit_id) == unit.id)).all()
        session.add(
            Placement(
                term_id=term.id,
                request_id=request.id,
                publication_id=publication.id,
                unit_id=unit.id,
                start=starts[course.id],
                weeks=course.weeks + (draw.random() < 0.1),
                supervisor_id=draw.choice(there).id if there else None,
            )
        )
    session.commit()


def entry_of(kind: str, row_id: str) -> dict[str, Any]:
    """Return an audit entry of a change of a row."""
    changed = {CHANGED[kind][1]: None}
    return {"object_type": kind, "object_id": row_id, "action": Action.CHANGED, "before": changed, "after": changed}


@pytest.mark.no_cover
@has_long_form("12 changes", "300 changes")
def test_the_placements_that_a_change_touches_are_judged_as_in_the_whole_term(county: Session) -> None:
    seeds = fresh(12, 300)
    place_at_random(county, random.Random(seeds[0]))
    everything = Touched([entry_of("agreement", str(number)) for number in range(2_000)])
    whole = {held.placement.id: set(broken) for held, broken in _judged(county, everything)}
    assert everything.many
    assert everything.ceilings
    met: set[str | None] = set()
    for seed in seeds:
        draw = random.Random(seed)
        kind = draw.choice(list(CHANGED))
        key = inspect(CHANGED[kind][0]).primary_key[0]
        ids = [str(row_id) for row_id in county.exec(select(key))]
        touched = Touched([entry_of(kind, row_id) for row_id in draw.sample(ids, min(3, len(ids)))])
        judged = {held.placement.id: set(broken) for held, broken in _judged(county, touched)}
        for held in _held(county, touched.placements(), STANDING):
            ours, all_of_it = judged.get(held.placement.id, set()), whole.get(held.placement.id, set())
            met.update(broken.rule for broken in ours)
            if not touched.ceilings:
                all_of_it = {broken for broken in all_of_it if broken.rule != "agreement-ceiling"}
            assert ours == all_of_it, (kind, held.placement.id)
    assert len(met) > 3
