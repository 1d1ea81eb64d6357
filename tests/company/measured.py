"""The plans that docs/student-dense.md tells of: how they were made, and the plans themselves.

``python -m tests.company.measured`` plans the small demo county again under each of `ASKED`, a minute and a half each,
and writes what it finds to `plans.json`. A test checks the plans kept there and finds their figures in the documents.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from sqlmodel import col, select

from placement.callers import SYSTEM
from placement.database import engine_for, migrate, open_session, read_session
from placement.demo.build import build_term
from placement.planning.gather import gather
from placement.tables import Course, Programme
from placement_solver.documents import problem_document, problem_of
from placement_solver.plan import Placement
from placement_solver.solve import solve

if TYPE_CHECKING:
    from placement_solver.problem import Problem

KEPT = Path(__file__).with_name("plans.json")
SECONDS = 90
ASKED = {
    "off": {},
    "interprofessional": {"interprofessional": 4},
    "pairs": {"pairs": 10},
    "both": {"interprofessional": 4, "pairs": 10},
}
"""The weights of each plan; all other weights are the demo's."""


@dataclass(frozen=True)
class Measured:
    """A plan of the county under some weights, and the bound that was proven when it was made."""

    problem: Problem
    placements: tuple[Placement, ...]
    bound: int


def county() -> Problem:
    """Make up the small county, in which all nursing courses teach in pairs, and gather its term."""
    with TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/term.sqlite3"
        migrate(url)
        engine = engine_for(url)
        try:
            with open_session(engine) as session:
                term = build_term(session, "small", 1).id
                nursing = select(Course).join(Programme, col(Programme.id) == Course.programme_id)
                for course in session.exec(nursing.where(Programme.profession == "nurse")):
                    course.teaches_in_pairs = True
                session.flush()
            with read_session(engine) as session:
                return gather(session, SYSTEM, term)
        finally:
            engine.dispose()


def weighed(problem: Problem, asked: dict[str, int]) -> Problem:
    """Return the problem with some weights changed."""
    return problem_of(problem_document(replace(problem, weights=replace(problem.weights, **asked))))


def kept() -> dict[str, Measured]:
    """Return the plans that are kept, by the names of `ASKED`."""
    problem = county()
    return {name: _read(weighed(problem, ASKED[name]), plan) for name, plan in json.loads(KEPT.read_text()).items()}


def _read(problem: Problem, plan: dict[str, Any]) -> Measured:
    placements = tuple(
        Placement(
            problem.requests[request].id,
            problem.units[unit].id,
            start,
            None if supervisor is None else problem.supervisors[supervisor].id,
        )
        for request, unit, start, supervisor in plan["placements"]
    )
    return Measured(problem, placements, plan["bound"])


def _written(problem: Problem) -> dict[str, Any]:
    plan = solve(problem, time_limit=SECONDS, workers=1)
    requests = {each.id: number for number, each in enumerate(problem.requests)}
    units = {each.id: number for number, each in enumerate(problem.units)}
    supervisors = {each.id: number for number, each in enumerate(problem.supervisors)}
    return {
        "bound": plan.bound,
        "placements": [
            [requests[each.request], units[each.unit], each.start, each.supervisor and supervisors[each.supervisor]]
            for each in plan.placements
        ],
    }


def main() -> None:
    """Plan the county under each of the weights, and keep the plans."""
    problem = county()
    plans = {name: _written(weighed(problem, asked)) for name, asked in ASKED.items()}
    KEPT.write_text(json.dumps(plans, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
