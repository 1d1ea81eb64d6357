"""Changes: before a plan is published, every placement that it would end or change is listed, with its true reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from sqlmodel import select

from placement.database import open_session
from placement.tables import (
    EndReason,
    Placement,
    PlacementStatus,
    PlanDocument,
    Row,
    RunMode,
    Student,
    Supervisor,
    Training,
)
from tests.api.conftest import Connect
from tests.api.standing import KIRUNA, County, settle_standing, standing
from tests.databases import CopyOf
from tests.placement.publishing import offer_places, plan, publish_run
from tests.rows import WEEK

LAST = WEEK.plus(5)


@pytest.fixture
def county(copy_of: CopyOf[dict[str, str]], connect: Connect) -> Iterator[County]:
    """Two students of a lärosäte at one unit, with one supervisor."""
    url, tokens = copy_of(settle_standing)
    with standing(connect(url), url, tokens) as county:
        yield county


def changed(county: County, run: str, query: str = "", language: str = "en") -> list[dict[str, Any]]:
    """Return what a run's publication would change."""
    items: list[dict[str, Any]] = county.ask("GET", f"/runs/{run}/changes{query}", language=language).json()["items"]
    return items


def somebody_who_supervises(name: str, unit: str) -> list[Row]:
    return [
        Supervisor(
            id=f"sup_{name}",
            unit_id=unit,
            external_id=f"h-{name}",
            profession="nurse",
            every_week=True,
            max_students=2,
        ),
        Training(
            supervisor_id=f"sup_{name}", course="Handledarutbildning", credits=7.5, completed_on=dt.date(2024, 5, 1)
        ),
    ]


def changed_without_what_was_kept(county: County, run: str) -> list[dict[str, Any]]:
    """Return the same, found from the plan's whole problem."""
    with open_session(county.engine) as session:
        for documents in session.exec(select(PlanDocument)):
            documents.leaving = None
    return changed(county, run)


def replanned(county: County, mode: RunMode = RunMode.REPAIR) -> str:
    return plan(county.engine, mode)


def test_a_student_who_has_moved_to_kiruna_loses_the_placement_because_the_journey_is_too_long(county: County) -> None:
    county.ask("PATCH", "/students/stu_a", KIRUNA, by="institution")
    run = replanned(county)
    (told,) = changed(county, run)
    assert (told["kind"], told["studentId"], told["after"]) == ("ended", "stu_a", None)
    assert (told["institutionName"], told["courseCode"], told["courseName"]) == (
        "Karolinska Institutet",
        "1SJ021",
        "T2",
    )
    before = told["before"]
    assert (before["unitName"], before["firstWeek"], before["lastWeek"]) == ("Tallgården", str(WEEK), str(LAST))
    assert [broken["rule"] for broken in told["brokenRules"]] == ["travel-limit"]
    assert told["why"].endswith("minutes to Tallgården, but the limit is 90")
    (told,) = changed(county, run, language="sv")
    assert told["why"].endswith("minuter till Tallgården, men gränsen är 90")
    assert publish_run(county.engine, run).ended == 1
    (ended,) = county.ask("GET", "/placements?studentId=stu_a").json()["items"]
    assert (ended["reason"], [rule["rule"] for rule in ended["brokenRules"]]) == (
        "no-longer-possible",
        ["travel-limit"],
    )
    assert changed(county, run) == []


def test_a_placement_that_moves_is_listed_with_both_units_by_name_and_the_rule_that_it_broke(county: County) -> None:
    county.ask("PATCH", "/agreements/agr_a", {"units": ["unt_a", "unt_far"]})
    county.ask("PATCH", "/units/unt_far", {"universityHealthcare": True})
    county.ask("PATCH", "/units/unt_a", {"maxStudents": 1})
    with open_session(county.engine) as session:
        offer_places(session, "off_far", "unt_far", 2)
        session.add_all(somebody_who_supervises("far", "unt_far"))
    run = replanned(county)
    (told,) = changed(county, run)
    assert (told["kind"], [broken["rule"] for broken in told["brokenRules"]]) == ("moved", ["unit-ceiling"])
    assert (told["before"]["unitName"], told["after"]["unitName"]) == ("Tallgården", "Granbacken")
    assert told["after"]["supervisorName"] == "h-far"
    assert told["why"].startswith("Tallgården: more students than the unit's ceiling")
    assert changed_without_what_was_kept(county, run) == [told]


def test_a_withdrawn_request_is_listed_with_that_reason(county: County) -> None:
    county.ask("PATCH", "/requests/req_a", {"status": "withdrawn"})
    (told,) = changed(county, replanned(county))
    assert (told["requestId"], told["kind"]) == ("req_a", "ended")
    assert [broken["rule"] for broken in told["brokenRules"]] == ["request-withdrawn"]


def test_a_placement_that_breaks_nothing_and_yet_ends_is_said_to_break_nothing(county: County) -> None:
    county.ask("PATCH", "/units/unt_a", {"maxStudents": 1})
    publish_run(county.engine, replanned(county))
    (kept,) = county.ask("GET", "/placements?status=published").json()["items"]
    with open_session(county.engine) as session:
        session.get_one(Student, ({"stu_a", "stu_b"} - {kept["studentId"]}).pop()).priority_class = 9
    (told,) = changed(county, replanned(county, RunMode.PLAN), language="sv")
    assert (told["studentId"], told["kind"], told["brokenRules"]) == (kept["studentId"], "ended", [])
    assert told["why"] == "bryter inte mot någon regel, men planen har ingen plats för begäran"


def test_a_course_that_has_become_shorter_moves_its_placements_and_says_why(county: County) -> None:
    county.ask("PATCH", "/courses/crs_a", {"weeks": 5})
    run = replanned(county)
    told = changed(county, run)
    assert [(each["kind"], each["brokenRules"][0]["rule"]) for each in told] == [("moved", "course-window")] * 2
    assert {(each["before"]["lastWeek"], each["after"]["lastWeek"]) for each in told} == {(str(LAST), "2027-W04")}
    assert changed(county, run, "?limit=1&offset=1") == told[1:]
    assert county.ask("GET", f"/runs/{run}/changes?limit=1").json()["total"] == 2


def test_another_supervisor_is_a_change_of_its_own(county: County) -> None:
    with open_session(county.engine) as session:
        session.add_all(somebody_who_supervises("new", "unt_a"))
    county.ask("PATCH", "/supervisors/sup_a", {"weeks": [str(WEEK)]})
    told = changed(county, replanned(county))
    assert {(each["kind"], each["brokenRules"][0]["rule"]) for each in told} == {("supervisor", "supervision")}
    assert {each["after"]["supervisorId"] for each in told} == {"sup_new"}


def test_reasons_that_were_found_with_the_plan_are_found_anew_once_something_else_is_in_force(county: County) -> None:
    county.ask("PATCH", "/units/unt_a", {"maxStudents": 1})
    run = replanned(county)
    (told,) = changed(county, run)
    assert [broken["rule"] for broken in told["brokenRules"]] == ["unit-ceiling"]
    assert changed_without_what_was_kept(county, run) == [told]
    with open_session(county.engine) as session:
        for placement in session.exec(select(Placement).where(Placement.request_id != told["requestId"])):
            placement.status, placement.reason = PlacementStatus.CANCELLED, EndReason.OTHER
    (alone,) = changed(county, run)
    assert (alone["requestId"], alone["kind"], alone["brokenRules"]) == (told["requestId"], "ended", [])


def test_what_is_over_does_not_change_and_where_nothing_is_in_force_nothing_is_listed(county: County) -> None:
    county.ask("PATCH", "/courses/crs_a", {"weeks": 5})
    run = replanned(county)
    with open_session(county.engine) as session:
        for placement in session.exec(select(Placement)):
            placement.status = PlacementStatus.COMPLETED
    assert changed(county, run) == []
    with open_session(county.engine) as session:
        for placement in session.exec(select(Placement)):
            placement.status, placement.reason = PlacementStatus.DROPPED_OUT, EndReason.REQUEST_WITHDRAWN
    assert changed(county, run) == []


def test_a_run_without_a_plan_has_no_changes_to_show(county: County) -> None:
    run = county.ask("POST", "/terms/trm_a/runs", {}).json()["id"]
    headers = {"Authorization": f"Bearer {county.tokens['coordinator']}"}
    assert county.client.get(f"/v1/runs/{run}/changes", headers=headers).status_code == 404
