"""A term small enough to take in at a glance. Each worked test changes it in the one way that it is about.

Anna and Bo study nursing at KI, live beside the ward and have a request each, ``anna-1`` and ``bo-1``, of two
weeks. The region offers two places a week at the ward, under one agreement; Karin supervises there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from placement_solver.plan import Placement
from placement_solver.problem import (
    Agreement,
    AgreementId,
    Capacity,
    CapacityId,
    Institution,
    InstitutionId,
    Problem,
    Provider,
    ProviderId,
    Request,
    RequestId,
    Student,
    StudentId,
    Supervisor,
    SupervisorId,
    Taken,
    TakenId,
    Term,
    Travel,
    Unit,
    UnitId,
    Weights,
)
from placement_solver.rules import RULES, Breach
from placement_solver.weeks import IsoWeek
from placement_solver.wishes import WISHES

KI, REGION, WARD = InstitutionId("ki"), ProviderId("region"), UnitId("ward")


def unit(name: str = "ward", **changes: Any) -> Unit:  # noqa: ANN401  (any field)
    """Make a unit of the region, like the ward but for some changes."""
    ward = Unit(WARD, REGION, None, ("medicine",), 59.0, 18.0, university_healthcare=False, max_students=None)
    return replace(ward, id=UnitId(name), **changes)


def capacity(name: str = "places", **changes: Any) -> Capacity:  # noqa: ANN401  (any field)
    """Make an offer of two places a week for nurses at the ward, with some changes."""
    return replace(Capacity(CapacityId(name), WARD, ("nurse",), None, 2), **changes)


def agreement(name: str = "ki-region", **changes: Any) -> Agreement:  # noqa: ANN401  (any field)
    """Make an agreement between KI and the region on everything, all term, with some changes."""
    whole = Agreement(AgreementId(name), KI, REGION, None, None, 0, 5, 0, None)
    return replace(whole, **changes)


def supervisor(name: str = "karin", **changes: Any) -> Supervisor:  # noqa: ANN401  (any field)
    """Make a nurse at the ward with 7.5 hp who takes one student at a time, with some changes."""
    return replace(Supervisor(SupervisorId(name), WARD, "nurse", 7.5, 1, None), **changes)


def student(name: str = "anna", **changes: Any) -> Student:  # noqa: ANN401  (any field)
    """Make a student of nursing at KI who lives beside the ward, with some changes."""
    anna = Student(StudentId(name), KI, "nurse", None, 59.0, 18.0, (), None, distinct_units=False)
    return replace(anna, **changes)


def request(name: str = "anna-1", **changes: Any) -> Request:  # noqa: ANN401  (any field)
    """Make a student's request for two weeks of medicine at any time, with some changes."""
    owner = StudentId(name.partition("-")[0])
    two_weeks = Request(
        id=RequestId(name),
        student=owner,
        kinds=("medicine",),
        weeks=2,
        starts=(0, 1, 2, 3, 4),
        supervision=None,
        university_healthcare=False,
        preferences=(),
        after=(),
        priority=1,
    )
    return replace(two_weeks, **changes)


def taken(name: str = "summer", **changes: Any) -> Taken:  # noqa: ANN401  (any field)
    """Make a stranger's placement of another term: a nurse of KI at the ward in weeks 1 and 2, with some changes."""
    summer = Taken(TakenId(name), "ST26", StudentId("stranger"), KI, "nurse", WARD, None, 1, 2)
    return replace(summer, **changes)


def problem(**changes: Any) -> Problem:  # noqa: ANN401  (any field)
    """Make the whole small term, with some changes."""
    term = Problem(
        term=Term("HT26", IsoWeek(2026, 50), 6),
        institutions=(Institution(KI), Institution(InstitutionId("rkh"))),
        providers=(Provider(REGION, "region"), Provider(ProviderId("nacka"), "municipality")),
        units=(unit(), unit("home", provider=ProviderId("nacka"), kinds=("elderly-care",))),
        capacities=(capacity(),),
        supervisors=(supervisor(),),
        agreements=(agreement(),),
        students=(student(), student("bo")),
        requests=(request(), request("bo-1")),
        travel=Travel(base_minutes=10, minutes_per_km=2, max_travel=None, long_after=60),
        pins=(),
        current=(),
        weights=Weights(unplaced=1000, travel=1, long_travel=3, preference=20, agreement_floor=40, change=100),
        sha256="0" * 64,
    )
    return replace(term, **changes)


def placed(name: str = "anna-1", at: str = "ward", start: int = 0, by: str | None = None) -> Placement:
    """Place a request: at the ward from the first week with no supervisor named, unless told otherwise."""
    return Placement(RequestId(name), UnitId(at), start, None if by is None else SupervisorId(by))


def breaches(rule: str, term: Problem, *placements: Placement) -> list[Breach]:
    """Return what one rule finds in a plan."""
    (the_rule,) = (each for each in RULES if each.key == rule)
    return list(the_rule.check(term, placements))


def broken_by(rule: str, term: Problem, *placements: Placement) -> list[tuple[str, ...]]:
    """Return the requests of each breach that one rule finds in a plan."""
    return [breach.requests for breach in breaches(rule, term, *placements)]


def cost(wish: str, term: Problem, *placements: Placement) -> int:
    """Return what a plan costs under one wish."""
    (the_wish,) = (each for each in WISHES if each.key == wish)
    return the_wish.score(term, placements)
