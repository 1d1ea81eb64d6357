"""A county whose term is planned and published quickly: two students, two units with places."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import SYSTEM, Caller, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.in_force.placements import PlacedStudent, list_placements
from placement.in_force.publishing import publish
from placement.planning.gather import gather
from placement.planning.runs import start_run
from placement.running import claims
from placement.running.storing import Answer
from placement.tables import (
    AgreementUnit,
    BestSoFar,
    BlockedUnit,
    CapacityOffer,
    Event,
    KeptJourney,
    KeptProblem,
    KeptRemedies,
    LedgerEntry,
    OfferStatus,
    OfferWeek,
    Pin,
    Placement,
    Plan,
    PlanDocument,
    PlannedPlacement,
    Publication,
    RemedyWork,
    Request,
    Run,
    RunMode,
    RunPart,
    Student,
    SurveyInvitation,
    Swap,
    SwapSide,
    Unit,
    UnplacedRequest,
)
from placement.worker_names import new_worker
from placement_solver.documents import read_plan, read_problem, write_plan, write_problem
from placement_solver.explanation.unmet_wishes import find_unmet_wishes
from placement_solver.repair import repair
from placement_solver.serving import serve_waiting_list
from placement_solver.solve import solve
from tests.money import SETTLED
from tests.rows import WEEK, small_world

KI = Caller(Role.INSTITUTION, organisation="org_ki")
CITY = Caller(Role.PROVIDER, organisation="org_city")
FAR = Caller(Role.UNIT, unit="unt_far")
NEAR = Caller(Role.UNIT, unit="unt_a")

PLANNED = (
    BestSoFar,
    KeptProblem,
    RunPart,
    Swap,
    SwapSide,
    Run,
    Plan,
    PlanDocument,
    Event,
    Publication,
    Placement,
    KeptJourney,
    LedgerEntry,
    SurveyInvitation,
    PlannedPlacement,
    UnplacedRequest,
    Pin,
    BlockedUnit,
    OfferWeek,
    *SETTLED,
    KeptRemedies,
    RemedyWork,
)


@contextmanager
def unplanned_county(url: str) -> Iterator[Engine]:
    """Store a county where one student can be placed, for six weeks from 2026-W53 on; nothing is planned yet."""
    made = engine_for(url)
    with open_session(made) as session:
        session.add_all(row for row in small_world() if not isinstance(row, PLANNED))
        session.flush()
        session.get_one(Student, "stu_a").site_id = "sit_a"
        session.add_all(OfferWeek(offer_id="off_a", week=WEEK.plus(week), places=2) for week in range(6))
    yield made
    made.dispose()


def settle(engine: Engine) -> None:
    """Store the county: a place at the near unit for each of six weeks, and none yet at the far one."""
    with open_session(engine) as session:
        session.add_all(row for row in small_world() if not isinstance(row, PLANNED))
        session.flush()
        session.get_one(Student, "stu_a").site_id = "sit_a"
        session.get_one(CapacityOffer, "off_a").every_institution = True
        session.add_all(
            [
                Student(
                    id="stu_b",
                    cohort_id="coh_a",
                    institution_id="org_ki",
                    external_id="ki-0002",
                    lat=59.31,
                    lon=18.05,
                    site_id="sit_a",
                    lottery_number=1,
                ),
                Request(id="req_b", term_id="trm_a", student_id="stu_b", course_id="crs_a"),
                Unit(
                    id="unt_far",
                    name="Granbacken",
                    provider_id="org_city",
                    municipality_code="0180",
                    site_id="sit_a",
                    kinds=["elderly-care"],
                    lat=59.25,
                    lon=18.30,
                ),
            ]
        )
        session.add(AgreementUnit(agreement_id="agr_a", unit_id="unt_far"))
        offer_places(session, "off_a", "unt_a", 1)


def offer_places(session: Session, offer_id: str, unit_id: str, places: int) -> None:
    """Let a unit offer this many places in each week of the course."""
    if session.get(CapacityOffer, offer_id) is None:
        session.add(
            CapacityOffer(
                id=offer_id,
                term_id="trm_a",
                unit_id=unit_id,
                professions=["nurse"],
                status=OfferStatus.ANSWERED,
                answered_at=now(),
            )
        )
    for week in range(6):
        row = session.get(OfferWeek, (offer_id, WEEK.plus(week)))
        session.add(row or OfferWeek(offer_id=offer_id, week=WEEK.plus(week), places=places))
        if row is not None:
            row.places = places


def plan(engine: Engine, mode: RunMode = RunMode.PLAN, term_id: str = "trm_a") -> str:
    """Order a run and carry it out in this process; return its id."""
    with open_session(engine) as session:
        run = start_run(session, SYSTEM, term_id, 5, mode=mode)
        claim = claims.claim(session, run, new_worker())
        text = write_problem(gather(session, SYSTEM, term_id, mode))
    problem = read_problem(text)
    if mode is RunMode.WAITING_LIST:
        solved = serve_waiting_list(problem, time_limit=5).plan
    else:
        solved = repair(problem).plan if mode is RunMode.REPAIR else solve(problem, time_limit=5)
    document = write_plan(solved)
    wishes = find_unmet_wishes(problem, solved).items()
    unmet = {str(name): [asdict(each) for each in those] for name, those in wishes}
    with open_session(engine) as session:
        claims.finish(session, claim, Answer(problem, text, read_plan(document), document, {}, unmet=unmet))
    return run.id


def publish_run(engine: Engine, run_id: str, term_id: str = "trm_a") -> Publication:
    """Put the plan of a run in force, in a transaction of its own."""
    with open_session(engine) as session:
        return publish(session, SYSTEM, term_id, run_id, "Ada Lind")


def placed(session: Session, by: Caller = SYSTEM) -> list[PlacedStudent]:
    """Return all placements that a caller sees."""
    return list(list_placements(session, by).rows)


def the_placement(session: Session) -> Placement:
    """Return the one placement there is."""
    return session.exec(select(Placement)).one()


def at_once(*deeds: object) -> list[object]:
    """Call functions at the same moment, each in a thread; return the result of each, or the error it raised."""
    gate = threading.Barrier(len(deeds))
    outcomes: list[object] = [None] * len(deeds)

    def do(number: int, deed: object) -> None:
        gate.wait()
        try:
            outcomes[number] = deed()  # type: ignore[operator]
        except Exception as error:  # noqa: BLE001 (the outcome of a race may be a refusal)
            outcomes[number] = error

    threads = [threading.Thread(target=do, args=each) for each in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
