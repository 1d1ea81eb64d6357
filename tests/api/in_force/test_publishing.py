"""Publishing over HTTP: one step for everyone, what each party does next, and the feed of events."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.world import World

NEXT = "/v1/terms/trm_next/publications"
OURS = "/v1/placements/pla_a"


def test_a_named_person_publishes_a_plan_once(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    answer = client.post(NEXT, headers=by, json={"runId": "run_next", "publishedBy": "Ada Lind"})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["publishedBy"], answer.json()["number"]) == ("Ada Lind", 1)
    again = client.post(NEXT, headers=by, json={"runId": "run_next"})
    assert (again.status_code, again.json()["detail"]) == (409, "The plan has already been published.")
    listed = client.get(NEXT, headers=world.by("student")).json()
    assert [row["runId"] for row in listed["items"]] == ["run_next"]


def test_the_label_of_the_token_is_named_if_no_person_is_given(client: TestClient, world: World) -> None:
    answer = client.post(NEXT, headers=world.by("coordinator"), json={"runId": "run_next"})
    assert answer.json()["publishedBy"] == "coordinator"


def test_what_has_changed_since_the_run_is_named(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    unit = client.get("/v1/units/unt_a", headers=by)
    changed = client.patch("/v1/units/unt_a", headers={**by, "If-Match": unit.headers["ETag"]}, json={"maxStudents": 3})
    assert changed.status_code == 200, changed.text
    answer = client.post(NEXT, headers=world.by("coordinator", **{"Accept-Language": "sv"}), json={"runId": "run_next"})
    assert answer.status_code == 409
    assert [error["detail"] for error in answer.json()["errors"]] == ["enheter Tallgården: ändrad"]
    assert answer.json()["detail"] == "Underlaget har ändrats sedan körningen: enheter Tallgården: ändrad"


def test_the_unit_accepts_the_laerosaete_cancels_and_each_hears_of_it(client: TestClient, world: World) -> None:
    seen = client.get(OURS, headers=world.by("unit"))
    assert (seen.json()["status"], seen.headers["ETag"]) == ("published", '"1"')
    accepted = client.patch(OURS, headers=world.by("unit", **{"If-Match": '"1"'}), json={"status": "accepted"})
    assert (accepted.json()["status"], accepted.headers["ETag"]) == ("accepted", '"2"')
    stale = client.patch(OURS, headers=world.by("institution", **{"If-Match": '"1"'}), json={"status": "cancelled"})
    assert (stale.status_code, stale.json()["current"]["status"]) == (412, "accepted")
    ended = client.patch(OURS, headers=world.by("institution", **{"If-Match": '"2"'}), json={"status": "cancelled"})
    assert (ended.json()["status"], ended.json()["reason"]) == ("cancelled", "request-withdrawn")
    asked = client.get("/v1/requests/req_a", headers=world.by("institution"))
    assert asked.json()["status"] == "withdrawn"
    for role in ("institution", "provider", "unit", "coordinator", "auditor"):
        history = client.get("/v1/events?subjectId=pla_a", headers=world.by(role)).json()
        assert [event["kind"] for event in history["items"]][-2:] == ["placement.accepted", "placement.cancelled"]
        on = client.get(f"/v1/events?subjectId=pla_a&after={history['next']}", headers=world.by(role)).json()
        assert on == {"items": [], "next": history["next"]}


def test_a_unit_that_declines_says_why(client: TestClient, world: World) -> None:
    by = world.by("unit", **{"If-Match": '"1"'})
    answer = client.patch(OURS, headers=by, json={"status": "declined"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/reason")
    answer = client.patch(OURS, headers=by, json={"status": "declined", "reason": "no-supervisor"})
    assert answer.json()["reason"] == "no-supervisor"
    waiting = client.get("/v1/terms/trm_a/waiting-requests", headers=world.by("institution")).json()
    (row,) = [row for row in waiting["items"] if row["id"] == "req_a"]
    assert (row["requestId"], row["studentId"], row["studentExternalId"]) == ("req_a", "stu_a", "ki-0001")
    assert (row["courseCode"], row["courseName"], row["institutionName"]) == ("1SJ021", "T2", "Karolinska Institutet")
    everyone = client.get("/v1/terms/trm_a/waiting-requests", headers=world.by("coordinator")).json()["items"]
    assert {row["studentExternalId"] for row in everyone} == {None}


def test_nobody_hears_of_the_other_side_s_placements(client: TestClient, world: World) -> None:
    for role in ("institution", "provider", "unit"):
        told = client.get("/v1/events", headers=world.by(role)).json()["items"]
        assert "pla_b" not in [event["subjectId"] for event in told]
    everything = client.get("/v1/events", headers=world.by("coordinator")).json()["items"]
    assert "pla_b" in [event["subjectId"] for event in everything]


def test_a_draft_is_seen_by_the_coordinator_alone(client: TestClient, world: World) -> None:
    draft = client.get("/v1/placements?runId=run_a", headers=world.by("coordinator")).json()
    assert {row["status"] for row in draft["items"]} == {"draft"}
    for role in ("institution", "provider", "unit"):
        assert client.get("/v1/placements?runId=run_a", headers=world.by(role)).status_code == 403


def test_a_laerosaete_finds_a_placement_by_its_own_name_for_the_student(client: TestClient, world: World) -> None:
    found = client.get("/v1/placements?studentExternalId=ki-0001", headers=world.by("institution")).json()
    assert [row["id"] for row in found["items"]] == ["pla_a"]
    assert client.get("/v1/placements?status=declined", headers=world.by("institution")).json()["total"] == 0


@pytest.mark.parametrize("asked", ["studentId=stu_a", "studentId=stu_a&status=cancelled", "studentExternalId=ki-0001"])
def test_cancelled_placements_are_listed_when_asked_for_by_student(
    client: TestClient, world: World, asked: str
) -> None:
    by = world.by("institution")
    client.patch(OURS, headers={**by, "If-Match": '"1"'}, json={"status": "cancelled"})
    found = client.get(f"/v1/placements?{asked}", headers=by).json()
    assert [(row["id"], row["status"]) for row in found["items"]] == [("pla_a", "cancelled")]
    left = client.get("/v1/placements?studentId=stu_a&status=published", headers=by).json()
    assert left["items"] == []


def test_the_parameter_of_the_status_says_that_nothing_is_left_out_without_it(app: FastAPI) -> None:
    asked = {
        each["name"]: each["description"] for each in app.openapi()["paths"]["/v1/placements"]["get"]["parameters"]
    }
    assert "Nothing is left out" in asked["status"]
    assert "utelämnas inget" in asked["status"]
