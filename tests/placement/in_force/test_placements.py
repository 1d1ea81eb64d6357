"""Placements: each party sees the placements that concern it, and no others."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.callers import SYSTEM, Caller, Role
from placement.errors import NotAllowedError
from placement.in_force.placements import Wanted, list_placements, list_planned, list_unplaced
from placement.store.access import Span
from placement.tables import (
    Cohort,
    Course,
    Organisation,
    OrganisationKind,
    Placement,
    PlacementStatus,
    Plan,
    PlannedPlacement,
    PlanStatus,
    Programme,
    ProviderKind,
    Publication,
    Request,
    Run,
    Student,
    Unit,
    UnplacedRequest,
)
from tests.rows import WEEK, small_world

KI = Caller(Role.INSTITUTION, organisation="org_ki")
UMEA = Caller(Role.INSTITUTION, organisation="org_umea")
CITY = Caller(Role.PROVIDER, organisation="org_city")
NORTH = Caller(Role.PROVIDER, organisation="org_north")
WARD = Caller(Role.UNIT, unit="unt_a")


@pytest.fixture
def stored(session: Session) -> Session:
    """Two lärosäten with a student each, both placed by one plan, and only one of them by a newer plan."""
    session.add_all(small_world())
    session.add_all(
        [
            Organisation(id="org_umea", kind=OrganisationKind.INSTITUTION, name_sv="Umeå", name_en="Umeå"),
            Organisation(
                id="org_north",
                kind=OrganisationKind.PROVIDER,
                provider_kind=ProviderKind.REGION,
                name_sv="Norr",
                name_en="North",
            ),
            Unit(
                id="unt_north",
                name="Avdelning 7",
                provider_id="org_north",
                municipality_code="0180",
                kinds=["ward"],
                lat=65,
                lon=22,
            ),
            Programme(id="prg_umea", institution_id="org_umea", profession="physician", code="L", name="Läkare"),
            Course(id="crs_umea", programme_id="prg_umea", code="T8", name="T8", weeks=4, kinds=["ward"]),
            Cohort(id="coh_umea", programme_id="prg_umea", term_id="trm_a", name="T8", size=1),
            Student(
                id="stu_umea",
                cohort_id="coh_umea",
                institution_id="org_umea",
                external_id="umu-1",
                lat=65,
                lon=22,
            ),
            Request(id="req_umea", term_id="trm_a", student_id="stu_umea", course_id="crs_umea"),
            PlannedPlacement(id="plp_umea", plan_id="pln_a", request_id="req_umea", unit_id="unt_north", start=WEEK),
            UnplacedRequest(plan_id="pln_a", request_id="req_umea", reasons={}),
            Run(id="run_new", term_id="trm_a", time_limit_seconds=9, requested_by="system"),
            Plan(
                id="pln_new",
                run_id="run_new",
                term_id="trm_a",
                problem_sha256="c" * 64,
                status=PlanStatus.FEASIBLE,
                objective=9,
                bound=1,
                created_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC),
            ),
            Publication(
                id="pub_new",
                term_id="trm_a",
                run_id="run_new",
                number=2,
                published_by="Ada Lind",
                placed=1,
                moved=0,
                ended=0,
            ),
            Placement(
                id="pla_umea",
                term_id="trm_a",
                request_id="req_umea",
                publication_id="pub_new",
                unit_id="unt_north",
                start=WEEK.plus(1),
                weeks=4,
            ),
            PlannedPlacement(id="plp_new", plan_id="pln_new", request_id="req_umea", unit_id="unt_a", start=WEEK),
        ]
    )
    session.flush()
    return session


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (SYSTEM, ["pla_a", "pla_umea"]),
        (KI, ["pla_a"]),
        (UMEA, ["pla_umea"]),
        (CITY, ["pla_a"]),
        (NORTH, ["pla_umea"]),
        (WARD, ["pla_a"]),
    ],
    ids=["coordinator", "ki", "umea", "city", "north", "ward"],
)
def test_each_sees_its_own_of_what_has_been_published(by: Caller, seen: list[str], stored: Session) -> None:
    page = list_placements(stored, by)
    assert ([placed.placement.id for placed in page.rows], page.total) == (seen, len(seen))


def test_a_placement_tells_its_run_its_request_and_its_weeks(stored: Session) -> None:
    (placed,) = list_placements(stored, NORTH).rows
    assert (placed.run_id, placed.request.id, placed.weeks) == ("run_new", "req_umea", 4)


def test_placements_are_listed_by_what_they_are_of_and_in_parts(stored: Session) -> None:
    for wanted in (
        Wanted(unit_id="unt_north"),
        Wanted(request_id="req_umea"),
        Wanted(student_id="stu_umea"),
        Wanted(term_id="trm_a", unit_id="unt_north", status=PlacementStatus.PUBLISHED),
    ):
        assert [each.placement.id for each in list_placements(stored, SYSTEM, wanted).rows] == ["pla_umea"]
    part = list_placements(stored, SYSTEM, span=Span(limit=1, offset=1))
    assert ([each.placement.id for each in part.rows], part.total) == (["pla_umea"], 2)


def test_a_laerosaete_finds_a_placement_by_its_own_name_for_the_student(stored: Session) -> None:
    named = Wanted(student_external_id="umu-1")
    assert [each.placement.id for each in list_placements(stored, UMEA, named).rows] == ["pla_umea"]
    assert list_placements(stored, KI, named).total == 0


def test_drafts_are_the_coordinator_s_alone(stored: Session) -> None:
    assert [each.placement.id for each in list_planned(stored, SYSTEM, "run_new").rows] == ["plp_new"]
    at_a = list_planned(stored, SYSTEM, "run_a", unit_id="unt_a")
    assert ([each.placement.id for each in at_a.rows], at_a.total) == (["plp_a"], 1)
    with pytest.raises(NotAllowedError):
        list_planned(stored, UMEA, "run_new")


def test_a_laerosaete_sees_which_of_its_students_are_left_without(stored: Session) -> None:
    assert [left.request.id for left in list_unplaced(stored, SYSTEM).rows] == ["req_a", "req_umea"]
    assert [left.request.id for left in list_unplaced(stored, UMEA).rows] == ["req_umea"]
    assert list_unplaced(stored, UMEA, run_id="run_new").total == 0


def test_who_has_no_part_in_a_plan_sees_nothing_of_it(stored: Session) -> None:
    with pytest.raises(NotAllowedError):
        list_placements(stored, Caller(Role.AUDITOR))
    with pytest.raises(NotAllowedError):
        list_unplaced(stored, CITY)
