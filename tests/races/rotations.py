"""Rotations: a county of six alike students and three units with two places each, planned in three ways that are alike.

In a rotation two students are at each unit, and no student is where another rotation has them. So whoever reads some
placements of one rotation and some of another can tell.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from placement.callers import SYSTEM
from placement.database import open_session
from placement.planning.gather import gather
from placement.planning.runs import start_run
from placement.running import claims
from placement.running.storing import Answer
from placement.tables import AgreementUnit, Preference, Request, Student, Term, Unit
from placement.worker_names import new_worker
from placement_solver import plan as solved
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.solve import solve
from tests.placement.exchanging import classmate
from tests.placement.publishing import offer_places, settle

UNITS = ("unt_a", "unt_c", "unt_far")
STUDENTS = ("a", "b", "c", "d", "e", "f")
ROTATIONS = (0, 1, 2)


def rotating_county(engine: Engine) -> None:
    """Store the county."""
    settle(engine)
    with open_session(engine) as session:
        for preference in session.exec(select(Preference)):
            session.delete(preference)
        session.get_one(Term, "trm_a").weight_change = 0
        session.get_one(Student, "stu_a").max_travel = None
        session.get_one(Student, "stu_a").zone = None
        place: dict[str, Any] = {
            "provider_id": "org_city",
            "municipality_code": "0180",
            "site_id": "sit_a",
            "kinds": ["elderly-care"],
        }
        session.add(Unit(id="unt_c", name="Björken", lat=59.27, lon=18.2, **place))
        session.flush()
        session.add(AgreementUnit(agreement_id="agr_a", unit_id="unt_c"))
        for name in STUDENTS[2:]:
            session.add(classmate(name))
            session.add(Request(id=f"req_{name}", term_id="trm_a", student_id=f"stu_{name}", course_id="crs_a"))
        session.flush()
        for unit, offer in zip(UNITS, ("off_a", "off_c", "off_far"), strict=True):
            offer_places(session, offer, unit, 2)


class Drafts:
    """Makes drafts of the county's term, each a rotation of one plan."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with open_session(engine) as session:
            self._base = solve(gather(session, SYSTEM, "trm_a"), time_limit=10)
        places = sorted(self._base.placements, key=lambda placed: placed.unit)
        assert [placed.unit for placed in places] == [unit for unit in UNITS for _ in range(2)]
        self._places = places

    def draft(self, rotation: int) -> str:
        """Order a run and end it with a rotation; return the run's id."""
        with open_session(self._engine) as session:
            run = start_run(session, SYSTEM, "trm_a", 5)
            claim = claims.claim(session, run, new_worker())
            text = write_problem(gather(session, SYSTEM, "trm_a"))
        problem = read_problem(text)
        plan = replace(self._base, problem_sha256=problem.sha256, placements=self._turned(rotation))
        document = write_plan(plan)
        with open_session(self._engine) as session:
            claims.finish(session, claim, Answer(problem, text, read_plan(document), document, {}))
        return run.id

    def _turned(self, rotation: int) -> tuple[solved.Placement, ...]:
        requests = sorted(placed.request for placed in self._base.placements)
        turned = [
            replace(self._places[(number + 2 * rotation) % len(requests)], request=request)
            for number, request in enumerate(requests)
        ]
        return tuple(turned)


def at_units(rotation: int) -> dict[str, str]:
    """Return the unit of each request in a rotation."""
    return {
        f"req_{name}": UNITS[((number + 2 * rotation) % len(STUDENTS)) // 2] for number, name in enumerate(STUDENTS)
    }


@contextmanager
def looking_on(readers: int, stop: threading.Event, look: Callable[[], None]) -> Iterator[list[BaseException]]:
    """Let some readers look on, again and again, until the block ends; yield what they stumble over."""
    stumbled: list[BaseException] = []

    def keep_looking() -> None:
        try:
            while not stop.is_set():
                look()
        except BaseException as error:  # noqa: BLE001 (raised again by the test)
            stumbled.append(error)
            stop.set()

    threads = [threading.Thread(target=keep_looking) for _ in range(readers)]
    for reader in threads:
        reader.start()
    try:
        yield stumbled
    finally:
        stop.set()
        for reader in threads:
            reader.join(60)
