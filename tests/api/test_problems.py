"""Every refusal is a problem document, in the caller's language, that says what is wrong and where."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.register import units
from placement_api.problem_types import PROBLEM_TYPES
from tests.api.world import World

pytestmark = pytest.mark.one_database

FIELDS = {"type", "title", "status", "detail", "instance", "trace", "errors"}


def test_an_unknown_address_is_a_problem_document(client: TestClient) -> None:
    refused = client.get("/v1/nothing-here")
    assert refused.headers["content-type"] == "application/problem+json"
    problem = refused.json()
    assert problem.keys() == FIELDS
    assert (problem["status"], problem["type"]) == (refused.status_code, "/problems/not-found")
    assert problem["instance"].startswith("urn:uuid:")


def test_each_occurrence_has_its_own_number(client: TestClient) -> None:
    instances = {client.get("/v1/nothing-here").json()["instance"] for _ in range(3)}
    assert len(instances) == 3


@pytest.mark.parametrize(
    ("address", "methods"),
    [
        ("/v1/capacity-offers/off_a", "DELETE, GET, PATCH, PUT"),
        ("/v1/units", "GET, POST"),
        ("/healthz", "GET"),
    ],
)
def test_a_method_that_is_not_used_is_refused_with_all_those_that_are(
    client: TestClient, address: str, methods: str
) -> None:
    refused = client.request("TRACE", address)
    assert refused.status_code == 405
    assert refused.headers["Allow"] == methods
    assert refused.json()["type"] == "/problems/method-not-allowed"


def test_a_body_that_is_not_json_cannot_be_read(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", **{"Content-Type": "application/json"})
    refused = client.post("/v1/units", content=b'{"name": ', headers=headers)
    assert refused.status_code == 400
    assert refused.json()["type"] == "/problems/malformed"


def test_every_fault_of_a_body_is_pointed_out_at_once(client: TestClient, world: World) -> None:
    body = {
        "termId": "trm_a",
        "unitId": "unt_a",
        "professions": [],
        "weeks": [{"week": "2027-W53", "places": -1}],
        "a/b~c": 1,
    }
    refused = client.post("/v1/capacity-offers", json=body, headers=world.by("coordinator"))
    assert refused.status_code == 422
    pointers = {error["pointer"] for error in refused.json()["errors"]}
    assert pointers == {"/professions", "/weeks/0/week", "/weeks/0/places", "/a~1b~0c"}


def test_a_fault_that_only_the_store_can_see_is_pointed_out_too(client: TestClient, world: World) -> None:
    body = {
        "name": "Ny",
        "providerId": "org_city",
        "municipalityCode": "9999",
        "kinds": ["ward"],
        "lat": 1,
        "lon": 1,
    }
    refused = client.post("/v1/units", json=body, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert refused.json()["errors"] == [{"pointer": "/municipalityCode", "detail": "there is no such municipality"}]


def test_a_fault_in_a_parameter_names_the_parameter(client: TestClient, world: World) -> None:
    refused = client.get("/v1/units?limit=201&colour=red", headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert {error["parameter"] for error in refused.json()["errors"]} == {"limit", "colour"}


def test_without_a_token_one_is_told_to_show_one(client: TestClient) -> None:
    refused = client.get("/v1/units")
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_token_is_called_wrong(client: TestClient) -> None:
    refused = client.get("/v1/units", headers={"Authorization": "Bearer plc_" + "0" * 16 + "_" + "x" * 43})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


def test_a_change_without_its_version_is_refused(client: TestClient, world: World) -> None:
    refused = client.patch("/v1/units/unt_a", json={"maxStudents": 1}, headers=world.by("provider"))
    assert refused.status_code == 428
    assert refused.json()["type"] == "/problems/precondition-required"


def test_a_change_of_an_old_version_is_refused_and_shown_the_current_one(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"If-Match": '"1"'})
    assert client.patch("/v1/units/unt_a", json={"maxStudents": 1}, headers=headers).status_code == 200
    refused = client.patch("/v1/units/unt_a", json={"maxStudents": 2}, headers=headers)
    assert refused.status_code == 412
    assert refused.headers["ETag"] == '"2"'
    assert refused.json()["current"] == client.get("/v1/units/unt_a", headers=headers).json()


def test_what_is_theirs_and_what_is_not_there_get_the_same_answer(client: TestClient, world: World) -> None:
    answers = [client.get(f"/v1/units/{unit}", headers=world.by("provider")) for unit in ("unt_b", "unt_zzzzz")]
    told = [
        {name: value for name, value in answer.json().items() if name not in {"instance", "trace", "detail"}}
        for answer in answers
    ]
    assert told[0] == told[1]
    assert answers[0].json()["detail"].replace("unt_b", "unt_zzzzz") == answers[1].json()["detail"]


def test_removing_what_is_in_use_is_a_conflict(client: TestClient, world: World) -> None:
    headers = world.by("coordinator", **{"If-Match": '"1"'})
    refused = client.delete("/v1/organisations/org_ki", headers=headers)
    assert refused.status_code == 409
    assert client.get("/v1/organisations/org_ki", headers=headers).status_code == 200


def test_a_breakdown_tells_its_number_and_nothing_else(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def break_down(*_: object, **__: object) -> None:
        message = "a secret detail"
        raise RuntimeError(message)

    monkeypatch.setattr(units, "list_units", break_down)
    with caplog.at_level(logging.ERROR, logger="placement_api.problems"):
        answer = client.get("/v1/units", headers=world.by("coordinator"))
    assert answer.status_code == 500
    assert answer.json()["type"] == "/problems/internal"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "secret" not in answer.text
    assert answer.json()["instance"] in caplog.text


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("sv", "Det finns inte"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "Det finns inte"),
        ("en, sv;q=0.5", "Not found"),
        ("sv;q=0.2, en-GB;q=0.7", "Not found"),
        ("sv;q=much", "Not found"),
        ("fi", "Not found"),
        ("", "Not found"),
    ],
)
def test_a_problem_is_in_the_language_that_the_caller_prefers(client: TestClient, header: str, title: str) -> None:
    assert client.get("/v1/nothing", headers={"Accept-Language": header}).json()["title"] == title


def test_the_stores_own_words_come_in_swedish_too(client: TestClient, world: World) -> None:
    refused = client.get("/v1/units/unt_x", headers=world.by("unit", **{"Accept-Language": "sv"}))
    assert refused.json()["detail"] == "'unt_x' finns inte."


@pytest.mark.parametrize("code", PROBLEM_TYPES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_type_of_every_problem_leads_to_a_text(app: FastAPI, code: str, language: str) -> None:
    answer = TestClient(app).get(f"/problems/{code}", headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(f"{PROBLEM_TYPES[code].status} {PROBLEM_TYPES[code].title[language]}")


def test_an_unknown_type_of_problem_is_not_found(client: TestClient) -> None:
    assert client.get("/problems/unheard-of").json()["type"] == "/problems/not-found"
