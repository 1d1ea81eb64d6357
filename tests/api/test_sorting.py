"""Lists are sorted and filtered by the fields that their parameters name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import Student
from tests.api.test_contract import operations
from tests.api.world import World

UNSORTED = {
    "GET /v1/alf-professions": "by profession and first day",
    "GET /v1/education-levels": "the eight minimum levels first, as the reference data has them",
    "GET /v1/follow-up/figures": "by group, and by indicator in the order of the definitions",
    "GET /v1/follow-up/indicators": "in the order in which a reader needs them",
    "GET /v1/gap-reports/education-levels": "by provider and unit",
    "GET /v1/gap-reports/trainings": "by provider, unit and profession",
    "GET /v1/statements/{statementId}/lines": "by number, as the statement has them",
    "GET /v1/yearly-reports": "the latest year first, the county's before the municipalities'",
    "GET /v1/sessions": "the newest first, among one's own few",
    "GET /v1/fixed-lists": "in the order in which they are used",
    "GET /v1/site-rounds/{siteRoundId}/wishes": "by student",
    "GET /v1/site-rounds/{siteRoundId}/receipts": "in the order of the turns",
    "GET /v1/students/{studentId}/site-decisions": "in the order in which they were made",
    "GET /v1/agreement-templates/{templateId}/clauses": "by key and first day, as one wording follows another",
    "GET /v1/agreement-templates/{templateId}/comparisons": "by provider and institution, as the template is read",
    "GET /v1/reminders": "the last sent first; those that are due in the order in which they would be sent",
    "GET /v1/terms/{termId}/lottery-draws": "in the order in which they were drawn",
    "GET /v1/terms/{termId}/publications": "the latest first, which is in force",
    "GET /v1/terms/{termId}/waiting-requests": "in the order in which they are offered what comes free",
    "GET /v1/runs/{runId}/changes": "by request, as the placements in force are compared with the plan",
    "GET /v1/runs/{runId}/kept-remedies": "in the order of work, the cheapest group first",
    "GET /v1/shares": "the earliest term first, to see how they change",
    "GET /v1/terms/{termId}/unit-shares": "by provider and name",
    "GET /v1/placements/{placementId}/swap-candidates": "what makes the plan best first",
    "GET /v1/terms/{termId}/comparisons": "the differences as the drafts are compared",
    "GET /v1/surveys/{surveyId}/versions": "the latest first",
    "GET /v1/survey-figures": "round by round, then by level, subject and question",
    "GET /v1/survey-years": "by survey, level, subject and question, year after year",
    "GET /v1/survey-rounds/{roundId}/texts": "by question, at random",
    "GET /v1/protected-students": "by student",
    "GET /v1/protected-students/{studentId}/pins": "by id",
    "GET /v1/arrivals": "in the order in which they come",
    "GET /v1/retention-periods": "in the order of the kinds of records",
    "GET /v1/retention-rules": "the latest first, which holds from its day on",
    "GET /v1/legal-holds": "in the order in which they were placed",
}
"""The lists with a fixed order, and that order."""


def listed(client: TestClient, world: World, address: str, role: str = "coordinator") -> list[dict[str, Any]]:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}limit=200", headers=world.by(role))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def sortable(app: FastAPI) -> dict[str, list[str]]:
    """Return the fields by which each list may be sorted."""
    found = {}
    for name, operation in operations(app.openapi()):
        for parameter in operation.get("parameters", []):
            if parameter["name"] == "sort":
                [pattern] = [part["pattern"] for part in parameter["schema"]["anyOf"] if "pattern" in part]
                found[name] = re.findall(r"\w+", pattern.split(")")[0])
    return found


def test_every_field_that_a_list_says_it_can_be_sorted_by_sorts_it_both_ways(
    app: FastAPI, client: TestClient, world: World
) -> None:
    lists = {name: fields for name, fields in sortable(app).items() if "{" not in name}
    assert len(lists) > 10
    for name, fields in lists.items():
        for field in fields:
            address = name.split(" ")[1]
            upwards = [row.get(field) for row in listed(client, world, f"{address}?sort={field}")]
            downwards = [row.get(field) for row in listed(client, world, f"{address}?sort=-{field}")]
            there = [value for value in upwards if value is not None]
            assert upwards[len(there) :] == downwards[len(there) :], f"{address} {field}: empty ones come last"
            assert downwards[: len(there)] == there[::-1], f"{address} {field}"


def test_ties_are_sorted_by_id_and_several_fields_count_in_turn(client: TestClient, world: World) -> None:
    units = listed(client, world, "/v1/units?sort=-municipalityCode,name")
    names = [unit["name"] for unit in units]
    assert names == sorted(names)
    courses = listed(client, world, "/v1/courses?sort=-weeks")
    assert [course["id"] for course in courses] == sorted(course["id"] for course in courses)


def test_the_parts_of_a_sorted_list_are_the_whole(client: TestClient, world: World) -> None:
    whole = listed(client, world, "/v1/organisations?sort=-nameSv")
    parts = [
        client.get(f"/v1/organisations?sort=-nameSv&limit=1&offset={number}", headers=world.by("auditor")).json()
        for number in range(len(whole))
    ]
    assert [part["items"][0] for part in parts] == whole


@pytest.mark.parametrize("sort", ["lat", "name,", "--name", "", "name;id", "version", "name,id,name,id,name", "NAME"])
def test_a_list_is_not_sorted_by_anything_else(client: TestClient, world: World, sort: str) -> None:
    refused = client.get("/v1/units", params={"sort": sort}, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["parameter"] == "sort"


def test_protected_fields_cannot_be_sorted_by(app: FastAPI) -> None:
    assert set(sortable(app)["GET /v1/students"]).isdisjoint({"externalId", "lat", "lon", "zone", "priorityClass"})


def test_every_list_can_be_sorted_or_has_a_known_fixed_order(app: FastAPI) -> None:
    paged = {
        name
        for name, operation in operations(app.openapi())
        if {"limit", "offset"} <= {parameter["name"] for parameter in operation.get("parameters", [])}
    }
    assert paged - sortable(app).keys() == UNSORTED.keys()


FILTERS = [
    ("/v1/municipalities?inCounty=true", {"0180"}),
    ("/v1/municipalities?inCounty=false", set()),
    ("/v1/organisations?externalId=KI", {"org_ki"}),
    ("/v1/organisations?providerKind=region", {"org_far"}),
    ("/v1/organisations?municipalityCode=0180&kind=provider", {"org_city"}),
    ("/v1/sites?municipalityCode=0180", {"sit_a"}),
    ("/v1/sites?municipalityCode=2580", set()),
    ("/v1/units?hsaId=SE-1", {"unt_a"}),
    ("/v1/units?kind=primary-care", {"unt_free"}),
    ("/v1/units?kind=Prim%C3%A4rv%C3%A5rd", {"unt_free"}),
    ("/v1/units?kind=ward", set()),
    ("/v1/capacity-offers?providerId=org_far", {"off_b"}),
    ("/v1/supervisors?externalId=p-1", {"sup_b"}),
    ("/v1/supervisors?role=aka", {"sup_a"}),
    ("/v1/terms?code=HT2027", {"trm_idle"}),
    ("/v1/programmes?code=prg_b", {"prg_b"}),
    ("/v1/courses?code=crs_b", {"crs_b"}),
    ("/v1/cohorts?institutionId=org_b&sort=name", {"coh_b", "coh_idle_b"}),
    ("/v1/students?termId=trm_idle", set()),
    ("/v1/requests?courseId=crs_b", {"req_b"}),
    ("/v1/pins?requestId=req_a&unitId=unt_a", {"pin_a"}),
    ("/v1/pins?unitId=unt_b", set()),
    ("/v1/requests?cohortId=coh_b&studentId=stu_b&courseId=crs_b", {"req_b"}),
    ("/v1/requests?cohortId=coh_a&studentId=stu_b", set()),
]


@pytest.mark.parametrize(("address", "ids"), FILTERS)
def test_a_list_is_filtered_by_its_parameters(client: TestClient, world: World, address: str, ids: set[str]) -> None:
    assert {row["id"] for row in listed(client, world, address)} == ids


def test_a_laerosaete_finds_its_students_and_their_requests_by_its_own_ids(
    client: TestClient, world: World, store: Session
) -> None:
    student = store.get_one(Student, "stu_a")
    own = student.external_id
    store.rollback()  # or the entry about who looks would wait for this reader
    assert [row["id"] for row in listed(client, world, f"/v1/students?externalId={own}", "institution")] == ["stu_a"]
    found = listed(client, world, f"/v1/requests?studentExternalId={own}", "institution")
    assert {row["studentId"] for row in found} == {"stu_a"}
    assert listed(client, world, "/v1/requests?studentExternalId=p-stu_b", "institution") == []


def test_the_coordinator_cannot_ask_who_has_an_id_that_is_not_shown(client: TestClient, world: World) -> None:
    for address in ("/v1/students?externalId=p-stu_b", "/v1/requests?studentExternalId=p-stu_b"):
        assert listed(client, world, address) == []
