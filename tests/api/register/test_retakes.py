"""A placement is failed; a retake is requested once the action plan is done, and is planned."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.database import open_session
from placement.tables import Placement, PlacementStatus, Request
from placement_solver.weeks import IsoWeek
from tests.api.parties import Party, Round
from tests.api.test_round import (
    HOME,
    TRAVEL,
    WEEKS,
    WEIGHTS,
    agree,
    ask_for_places,
    county,
    offer,
    organise,
)
from tests.api.world import World

__all__ = ["county"]  # a fixture

AUTUMN = [f"2027-W{week:02}" for week in range(35, 50)]
FAILED = dt.datetime(2026, 9, 20, tzinfo=dt.UTC)
DONE = "2026-10-01"


def open_the_autumn(county: Round, institution: Party, provider: Party, unit: str, course: str) -> None:
    """Add a later term in which the course is given again, with one place at a unit."""
    term = {"code": "HT2027", "firstWeek": AUTUMN[0], "weeks": len(AUTUMN), "weights": WEIGHTS, "travel": TRAVEL}
    county.term = county.coordinator.enter("/v1/terms", term)
    institution.change(f"/v1/courses/{course}/windows/{county.term}", {"starts": AUTUMN[:1]}, "PUT")
    weeks = [{"week": week, "places": 1} for week in AUTUMN]
    answer = {"termId": county.term, "unitId": unit, "professions": ["nurse"], "status": "answered", "weeks": weeks}
    provider.enter("/v1/capacity-offers", answer)


def let_time_pass(county: Round, **then: object) -> None:
    """Put what has happened to the placements in the past, since the service takes the day from its own clock."""
    with open_session(county.engine) as session:
        for placement in session.exec(select(Placement)):
            for name, value in then.items():
                setattr(placement, name, value)


@pytest.mark.no_cover
def test_a_failed_placement_is_taken_again_and_planned_before_others(county: Round) -> None:
    institution, provider, ki, nacka = organise(county)
    unit = offer(provider, county, nacka)[0]
    agree(county, ki, nacka)
    ask_for_places(institution, county, ki)
    county.publish(county.run())
    failed = institution.all("/v1/placements")[0]
    refused = institution.ask("PATCH", f"/v1/placements/{failed['id']}", 409, {"status": "failed"}, **{"If-Match": "*"})
    assert refused.json()["detail"].startswith("The placement begins on 2027-01-18 and cannot be completed or failed")
    let_time_pass(county, start=IsoWeek(2026, 20))
    institution.change(f"/v1/placements/{failed['id']}", {"status": "failed"})
    (told,) = institution.get("/v1/events?kind=placement.failed")["items"]
    request, student, course = (told["details"][name] for name in ("requestId", "studentId", "courseId"))

    let_time_pass(county, changed_at=FAILED)
    open_the_autumn(county, institution, provider, unit, course)
    cohort = institution.get(f"/v1/students/{student}")["cohortId"]
    first_time = {"cohortId": cohort, "externalId": "ki-first-time", **HOME}
    newcomer = institution.enter("/v1/students", first_time)
    institution.enter("/v1/requests", {"termId": county.term, "studentId": newcomer, "courseId": course})
    again = {"termId": county.term, "studentId": student, "courseId": course}
    refused = institution.ask("POST", "/v1/requests", 422, again).json()
    assert [fault["pointer"] for fault in refused["errors"]] == ["/retakeOf"]
    refused = institution.ask("POST", "/v1/requests", 422, {**again, "retakeOf": request}).json()
    assert [fault["pointer"] for fault in refused["errors"]] == ["/actionPlanDoneOn"]
    retake = institution.enter("/v1/requests", {**again, "retakeOf": request, "actionPlanDoneOn": DONE})
    shown = institution.get(f"/v1/requests/{retake}")
    assert (shown["retakeOf"], shown["actionPlanDoneOn"]) == (request, DONE)

    assert county.publish(county.run())["placed"] == 1
    (placed,) = institution.all(f"/v1/placements?termId={county.term}")
    assert (placed["requestId"], placed["start"]) == (retake, AUTUMN[0])
    (event,) = institution.get(f"/v1/events?kind=placement.published&termId={county.term}")["items"]
    assert event["details"]["requestId"] == retake
    assert institution.get(f"/v1/placements/{failed['id']}")["status"] == "failed"
    assert WEEKS[0] < placed["start"]


def fail(store: Session) -> None:
    """Fail our student's placement in our course."""
    placement = store.get_one(Placement, "pla_a")
    placement.status, placement.changed_at = PlacementStatus.FAILED, FAILED
    store.commit()


def test_a_retake_comes_in_by_a_sheet_and_goes_out_again(client: TestClient, store: Session, world: World) -> None:
    fail(store)
    row = {"studentId": "ki-0001", "courseId": "1SJ021", "termId": "HT2027"}

    def hand_in(*rows: dict[str, str]) -> list[tuple[str, str]]:
        answer = client.post("/v1/requests/imports", json={"rows": rows}, headers=world.by("institution"))
        return [(fault["column"], fault["detail"]) for fault in answer.json().get("errors", [])]

    assert [column for column, _ in hand_in(row)] == ["retakeOf"]
    assert [column for column, _ in hand_in({**row, "retakeOf": "req_a"})] == ["actionPlanDoneOn"]
    assert hand_in({**row, "retakeOf": "req_a", "actionPlanDoneOn": DONE}) == []
    sheet = client.get("/v1/requests/sheet?format=csv&termId=trm_idle", headers=world.by("institution"))
    assert sheet.text.splitlines()[1].endswith(f",open,,req_a,{DONE}")
    headers = world.by("institution", **{"Content-Type": "text/csv"})
    again = client.post("/v1/requests/imports", content=sheet.content, headers=headers)
    assert again.json()["unchanged"] == 1
    changed = sheet.text.replace(DONE, "2026-09-01").encode()
    refused = client.post("/v1/requests/imports", content=changed, headers=headers)
    assert [fault["column"] for fault in refused.json()["errors"]] == ["actionPlanDoneOn"]


def test_a_second_open_retake_of_the_same_placement_is_a_conflict(
    client: TestClient, store: Session, world: World
) -> None:
    fail(store)
    body = {"studentId": "stu_a", "courseId": "crs_a", "retakeOf": "req_a", "actionPlanDoneOn": DONE}
    for term, status in (("trm_idle", 201), ("trm_next", 409)):
        asked = client.post("/v1/requests", json={**body, "termId": term}, headers=world.by("institution"))
        assert asked.status_code == status, asked.text


def test_a_course_says_how_many_attempts_it_allows(client: TestClient, store: Session, world: World) -> None:
    by = world.by("institution")
    tag = client.get("/v1/courses/crs_a", headers=by).headers["ETag"]
    changed = client.patch("/v1/courses/crs_a", json={"attempts": 2}, headers={**by, "If-Match": tag})
    assert changed.json()["attempts"] == 2
    for attempts in (0, 11, "2"):
        refused = client.patch(
            "/v1/courses/crs_a", json={"attempts": attempts}, headers={**by, "If-Match": changed.headers["ETag"]}
        )
        assert refused.status_code == 422
    assert store.get(Request, "req_a") is not None
