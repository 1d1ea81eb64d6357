"""Surveys have versions that are never changed, and a key keeps its meaning."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.starting.parts import Part
from placement.starting.taking import take
from tests.api.matrix.surveys import CHOICE, QUESTION, SURVEY
from tests.api.world import World

NO_LOW = {"lowSv": None, "lowEn": None}

pytestmark = pytest.mark.one_database


def faults_of(answer: Any) -> list[str]:  # noqa: ANN401 (a response)
    return [fault["pointer"] for fault in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("question", "places"),
    [
        ({**QUESTION, "steps": None}, ["/questions/0/steps"]),
        ({**QUESTION, "lowSv": None, "highEn": None}, ["/questions/0/lowSv", "/questions/0/highEn"]),
        (
            {**QUESTION, "kind": "yes-no", "lowSv": None},
            [f"/questions/0/{it}" for it in ("steps", "lowEn", "highSv", "highEn")],
        ),
        ({**QUESTION, "choices": CHOICE["choices"]}, ["/questions/0/choices"]),
        ({**CHOICE, "choices": None}, ["/questions/0/choices"]),
        ({**CHOICE, "choices": [CHOICE["choices"][0]] * 2}, ["/questions/0/choices/1/code"]),
        ({**QUESTION, "key": "two words"}, ["/questions/0/key"]),
        ({**QUESTION, "textSv": " "}, ["/questions/0/textSv"]),
        ({**QUESTION, "steps": 4}, ["/questions/0/steps"]),
        ({**QUESTION, "textEn": "Ring 19121212-1212"}, ["/questions/0/textEn"]),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_its_place(
    client: TestClient, world: World, question: dict[str, Any], places: list[str]
) -> None:
    refused = client.post("/v1/surveys", json={**SURVEY, "questions": [question]}, headers=world.by("coordinator"))
    assert (refused.status_code, faults_of(refused)) == (422, places)


def test_a_key_occurs_once_and_keeps_its_way_to_answer(client: TestClient, world: World) -> None:
    headers = world.by("coordinator")
    twice = client.post("/v1/surveys", json={**SURVEY, "questions": [QUESTION, QUESTION]}, headers=headers)
    assert faults_of(twice) == ["/questions/1/key"]
    made = client.post("/v1/surveys", json=SURVEY, headers=headers)
    assert made.headers["Location"] == f"/v1/surveys/{made.json()['surveyId']}"
    path = f"{made.headers['Location']}/versions"
    longer = client.post(path, json={"questions": [{**QUESTION, "steps": 6}]}, headers=headers)
    assert (longer.status_code, faults_of(longer)) == (422, ["/questions/0/key"])
    second = client.post(path, json={"questions": [{**QUESTION, "textEn": "I was received well."}]}, headers=headers)
    assert (second.status_code, second.json()["number"]) == (201, 2)
    versions = client.get(path, headers=headers).json()
    assert [version["number"] for version in versions["items"]] == [2, 1]
    assert versions["items"][1] == made.json()


def test_two_surveys_have_two_names(client: TestClient, world: World) -> None:
    headers = world.by("coordinator")
    assert client.post("/v1/surveys", json=SURVEY, headers=headers).status_code == 201
    again = client.post("/v1/surveys", json=SURVEY, headers=headers)
    assert (again.status_code, faults_of(again)) == (409, ["/nameSv"])


def test_the_surveys_that_come_with_the_service_can_be_asked(client: TestClient, world: World, store: Session) -> None:
    [taken] = take(store, [Part.SURVEYS])
    assert len(taken.stored) == 2
    store.commit()
    surveys = client.get("/v1/surveys", headers=world.by("unit")).json()["items"]
    ids = {survey["nameSv"]: survey["id"] for survey in surveys}
    for name, audience in (("VFU-enkäten", "students"), ("Kommunernas enkät om samverkan", "municipalities")):
        shown = client.get(f"/v1/surveys/{ids[name]}", headers=world.by("unit")).json()
        [version] = client.get(f"/v1/surveys/{ids[name]}/versions", headers=world.by("unit")).json()["items"]
        assert (shown["audience"], version["number"]) == (audience, 1)
        assert {question["kind"] for question in version["questions"]} == {"scale", "yes-no", "choice", "text"}
    assert [len(each.known) for each in take(store, [Part.SURVEYS])] == [2]
