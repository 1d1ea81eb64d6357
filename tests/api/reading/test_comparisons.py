"""Comparisons: a coordinator sees drafts side by side, and whose placements differ between each pair."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.tables import Plan, PlanDocument, PlannedPlacement, Run, Supervisor, Unit, UnplacedRequest
from tests.api.drafts import draft
from tests.api.world import World
from tests.rows import WEEK

TERM = "/v1/terms/trm_a/comparisons"


@pytest.fixture
def drafts(store: Session) -> Session:
    """Two drafts of the term: in `run_over` our student has no place, in `run_more` one more week of places each."""
    draft(store, "run_more", weeks=6)
    store.commit()
    return store


def compared(client: TestClient, world: World, query: str = "runId=run_over&runId=run_more") -> dict[str, Any]:
    answer = client.get(f"{TERM}?{query}", headers=world.by("coordinator"))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.usefixtures("drafts")
def test_drafts_are_shown_side_by_side_in_the_order_asked_for(client: TestClient, world: World) -> None:
    few, more = compared(client, world)["drafts"]
    assert (few["runId"], more["runId"]) == ("run_over", "run_more")
    for shown in (few, more):
        assert sum(shown["terms"].values()) == shown["objective"] >= shown["bound"]
        assert shown["fairness"]["everyone"]["requests"] == sum(
            group["placed"] + group["unplaced"] for group in shown["unplaced"]
        )
        assert "agreements" not in shown["fairness"]
    ours = [next(group for group in shown["unplaced"] if group["institutionId"] == "org_ki") for shown in (few, more)]
    assert [(group["profession"], group["placed"], group["unplaced"]) for group in ours] == [
        ("nurse", 0, 1),
        ("nurse", 1, 0),
    ]
    assert few["objective"] > more["objective"]


@pytest.mark.usefixtures("drafts")
@pytest.mark.parametrize(("language", "name"), [("sv", "Karolinska Institutet"), ("en", "Karolinska Institutet")])
def test_the_figures_of_drafts_name_who_they_are_about_beside_the_ids(
    client: TestClient, world: World, language: str, name: str
) -> None:
    headers = {**world.by("coordinator"), "Accept-Language": language}
    told = client.get(f"{TERM}?runId=run_over&runId=run_more", headers=headers).json()["drafts"][0]
    figures = told["fairness"]
    assert ("org_ki", name) in [(each["institutionId"], each["institutionName"]) for each in told["unplaced"]]
    assert ("org_ki", name) in [(each["name"], each["label"]) for each in figures["institutions"]]
    assert figures["homes"] == []  # of so few students nobody but their lärosäte reads where they live
    for each in (*figures["institutions"], *figures["homes"]):
        assert (each["label"] is None) is (each["name"] is None)
        assert "_" not in (each["label"] or "")
    for each in figures["evenness"]:
        assert "_" not in (each["worst_label"] or "")
    assert figures["providers"]
    for each in figures["providers"]:
        assert each["provider_name"]
        assert "_" not in each["provider_name"]


@pytest.mark.usefixtures("drafts")
def test_whose_placement_differs_is_counted_and_named(client: TestClient, world: World) -> None:
    (difference,) = compared(client, world)["differences"]
    requests = difference.pop("requests")
    assert [each["requestId"] for each in requests] == ["req_a"]
    assert difference == {
        "firstRunId": "run_over",
        "secondRunId": "run_more",
        "same": 0,
        "moved": 0,
        "otherSupervisor": 0,
        "onlyFirst": 0,
        "onlySecond": 1,
        "requestIds": ["req_a"],
    }
    (difference,) = compared(client, world, "runId=run_over&runId=run_more&offset=1")["differences"]
    assert (difference["onlySecond"], difference["requestIds"]) == (1, [])


def test_each_request_that_differs_is_told_with_student_course_and_both_places(
    drafts: Session, client: TestClient, world: World
) -> None:
    plan = drafts.exec(select(Plan).where(Plan.run_id == "run_over")).one()
    drafts.add(
        PlannedPlacement(
            plan_id=plan.id, request_id="req_a", unit_id="unt_b", start=WEEK.plus(1), supervisor_id="sup_b"
        )
    )
    drafts.commit()
    (difference,) = compared(client, world)["differences"]
    (told,) = difference["requests"]
    assert (told["studentId"], told["studentExternalId"], told["institutionName"]) == (
        "stu_a",
        None,
        "Karolinska Institutet",
    )
    assert (told["courseCode"], told["courseName"]) == ("1SJ021", "T2")
    assert told["first"] == {
        "unitId": "unt_b",
        "unitName": drafts.get_one(Unit, "unt_b").name,
        "firstWeek": "2027-W01",
        "lastWeek": "2027-W06",
        "supervisorId": "sup_b",
        "supervisorName": drafts.get_one(Supervisor, "sup_b").external_id,
    }
    assert (told["second"]["unitName"], told["second"]["firstWeek"]) == ("Tallgården", "2026-W53")
    drafts.rollback()  # or the entry about who looks would wait for this reader
    (difference,) = compared(client, world, "runId=run_more&runId=run_over&offset=1")["differences"]
    assert difference["requests"] == []


def test_a_request_with_a_place_in_one_draft_alone_has_null_in_the_other(
    drafts: Session, client: TestClient, world: World
) -> None:
    del drafts
    (difference,) = compared(client, world)["differences"]
    assert difference["requests"][0]["first"] is None
    assert difference["requests"][0]["second"]["unitName"] == "Tallgården"


def test_who_moves_and_who_only_changes_supervisor_are_told_apart(
    drafts: Session, client: TestClient, world: World
) -> None:
    plan = drafts.exec(select(Plan).where(Plan.run_id == "run_over")).one()
    drafts.add(
        PlannedPlacement(plan_id=plan.id, request_id="req_a", unit_id="unt_a", start=WEEK, supervisor_id="sup_a")
    )
    drafts.commit()
    (difference,) = compared(client, world)["differences"]
    assert (difference["otherSupervisor"], difference["moved"], difference["same"]) == (1, 0, 0)
    line = drafts.exec(select(PlannedPlacement).where(PlannedPlacement.plan_id == plan.id)).one()
    line.supervisor_id = None
    drafts.commit()
    (difference,) = compared(client, world)["differences"]
    assert (difference["same"], difference["requestIds"]) == (1, [])
    line.start = WEEK.plus(1)
    drafts.commit()
    (difference,) = compared(client, world)["differences"]
    assert (difference["moved"], difference["requestIds"]) == (1, ["req_a"])


def test_without_names_the_latest_drafts_of_the_term_are_compared(
    drafts: Session, client: TestClient, world: World
) -> None:
    for table in (PlannedPlacement, UnplacedRequest, PlanDocument):
        for row in drafts.exec(select(table).where(col(table.plan_id) == "pln_a")):
            drafts.delete(row)
    drafts.commit()
    found = compared(client, world, "limit=1")
    assert [shown["runId"] for shown in found["drafts"]] == ["run_more", "run_over"]
    assert found["termId"] == "trm_a"


def test_a_scenario_is_marked_and_a_plan_without_a_report_has_no_figures(
    drafts: Session, client: TestClient, world: World
) -> None:
    drafts.get_one(Run, "run_more").options = {"scenario": {"travel_max_minutes": 30}}
    plan = drafts.exec(select(Plan).where(Plan.run_id == "run_over")).one()
    drafts.get_one(PlanDocument, plan.id).report = None
    drafts.commit()
    old, supposed = compared(client, world)["drafts"]
    assert (old["whatIf"], old["fairness"], old["unplaced"]) == (False, None, [])
    assert supposed["whatIf"]


@pytest.mark.parametrize(
    "query",
    [
        "runId=run_over",
        "runId=run_over&runId=run_over",
        "&".join(f"runId=run_{number}" for number in range(6)),
        "runId=run_over&runId=run_none",
        "runId=run_over&runId=run_next",
    ],
    ids=["one", "twice", "six", "unknown", "of another term"],
)
def test_what_cannot_be_compared_is_refused(client: TestClient, world: World, query: str) -> None:
    answer = client.get(f"{TERM}?{query}", headers=world.by("coordinator"))
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
