"""The demo county with its students placed: one by one at the cheapest place left, by a draft that keeps every rule."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import select

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.demo.build import build_term
from placement.demo.scales import ScaleName
from placement.planning.gather import gather
from placement.tables import Course, Placement, Publication, Request, Run, Term
from placement_solver.check import check
from placement_solver.columns import Columns
from placement_solver.search.draft import Draft
from placement_solver.search.options import open_market
from placement_solver.search.placing import complete
from placement_solver.search.teams import Teams


def place_county(file: Path, scale: ScaleName) -> int:
    """Fill a migrated database with the demo county of a scale and its placements; return how many there are."""
    engine = engine_for(f"sqlite:///{file}")
    with open_session(engine) as session:
        build_term(session, scale, seed=1)
    with open_session(engine) as session:
        term = session.exec(select(Term)).one()
        problem = gather(session, SYSTEM, term.id)
        columns = Columns(problem)
        draft = Draft(open_market(columns), Teams(columns))
        complete(draft)
        placed = sorted(draft.placements(), key=lambda each: each.request)
        assert check(problem, placed) == ()
        weeks = {course.id: course.weeks for course in session.exec(select(Course))}
        courses = {request.id: request.course_id for request in session.exec(select(Request))}
        session.add(Run(id="run_demo", term_id=term.id, time_limit_seconds=1, requested_by="system"))
        session.add(
            Publication(
                id="pub_demo",
                term_id=term.id,
                run_id="run_demo",
                number=1,
                published_by="CKU",
                placed=len(placed),
                moved=0,
                ended=0,
            )
        )
        session.add_all(
            Placement(
                id=f"pla_{number:05d}",
                term_id=term.id,
                request_id=each.request,
                publication_id="pub_demo",
                unit_id=each.unit,
                start=term.first_week.plus(each.start),
                weeks=weeks[courses[each.request]],
                supervisor_id=each.supervisor,
            )
            for number, each in enumerate(placed)
        )
    engine.dispose()
    return len(placed)
