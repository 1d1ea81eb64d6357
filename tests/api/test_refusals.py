"""Whatever is wrong with a value, the caller is told in plain Swedish or English, and never in a library's words."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic_core._pydantic_core import list_all_errors

from placement.refusals import words_of
from tests.api.lines import LETTERS, Line
from tests.api.matrix import LINES
from tests.api.test_poison import places_in
from tests.api.world import World
from tests.effort import drawn_from, draws, has_long_form, walks_every_operation

WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    1.5,
    2**70,
    "",
    " x",
    "x" * 50_000,
    "2027-02-31",
    "2027-01-18T12:00:00",
    [],
    ["x"] * 2_001,
    [[]],
    {},
    {"colour": "red"},
)
WRONG_QUERIES = ("", "-1", "1.5", "1" * 30, "x y", "Åä", "x" * 3_000)
THEIRS = re.compile(
    "|".join(
        re.escape(part)
        for error in list_all_errors()
        for template in (error["message_template_python"], error.get("message_template_json") or "")
        for part in re.split(r"\{\w+\}", template)
        if len(part) > len("Input should")
    ),
    re.IGNORECASE,
)
"""Finds the words of every message that pydantic can give."""
UNSAID = words_of({"type": "unheard-of", "loc": ()})
"""The words for a kind of error that no schema is known to give."""

pytestmark = [pytest.mark.one_database, walks_every_operation]


def wrong(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the body with a wrong value in every place of one depth at once, without any field, and with a new one."""
    places = list(places_in(body))
    for depth in {len(place) for place in places}:
        for value in WRONG:
            sick = copy.deepcopy(body)
            for place in places:
                if len(place) == depth:
                    room: Any = sick
                    for step in place[:-1]:
                        room = room[step]
                    room[place[-1]] = value
            yield sick
    yield {}
    yield {**body, "colour": "red"}


def faults(client: TestClient, line: Line, headers: dict[str, str], **sent: Any) -> list[dict[str, str]]:  # noqa: ANN401
    """Return the faults that a call is refused with."""
    answer = client.request(line.method, line.path(line.ours), headers=headers, **sent)
    return answer.json().get("errors", []) if answer.status_code == 422 else []


def unfit(sv: list[dict[str, str]], en: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Return what is told in a library's words, in one language only, with a pattern, or in words that say nothing."""
    told = [(one["detail"], other["detail"]) for one, other in zip(sv, en, strict=True)]
    return [
        (swedish, english)
        for swedish, english in told
        if swedish == english
        or (swedish, english) == (UNSAID.sv, UNSAID.en)
        or any(THEIRS.search(text) or "^" in text for text in (swedish, english))
    ]


@draws(20, "operations")
@pytest.mark.parametrize("line", [line for line in LINES if line.body is not None], ids=lambda line: line.operation)
def test_no_wrong_body_is_answered_in_a_librarys_words(client: TestClient, world: World, line: Line) -> None:
    own = world.by(LETTERS[line.may[0]]) if line.may else {}
    sv, en = ({**own, "Accept-Language": language, "If-Match": "*"} for language in ("sv", "en"))
    found = []
    for body in wrong(line.body or {}):
        content = json.dumps(body)
        told = [
            faults(client, line, {"Content-Type": "application/json", **headers}, content=content)
            for headers in (en, sv)
        ]
        if len(told[0]) == len(told[1]):
            found += unfit(told[1], told[0])
    assert found == []


@has_long_form("40 parameters", "every parameter")
def test_no_wrong_parameter_is_answered_in_a_librarys_words(app: FastAPI, client: TestClient, world: World) -> None:
    found = []
    every = [
        (path, parameter["name"], parameter["in"])
        for path, methods in app.openapi()["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", [])
    ]
    for path, name, where in drawn_from(every, 40, "parameters"):
        for value in WRONG_QUERIES:
            place = f"{path}?{name}={value}" if where == "query" else path.replace(f"{{{name}}}", value)
            answers = [
                client.get(place, headers=world.by("coordinator", **{"Accept-Language": language}))
                for language in ("sv", "en")
            ]
            sv, en = (answer.json()["errors"] if answer.status_code == 422 else [] for answer in answers)
            found += unfit(sv, en)
    assert found == []


@pytest.mark.parametrize(
    ("body", "pointer", "sv", "en"),
    [
        ({"maxStudent": 1}, "/maxStudent", "det finns inget sådant fält: menar du maxStudents?", None),
        ({"colour": 1}, "/colour", "det finns inget sådant fält", "there is no such field"),
        (
            {"kinds": ["Vård"]},
            "/kinds/0",
            "slaget av enhet finns inte: menade du",
            "there is no such kind of unit: did you mean",
        ),
        (
            {"maxStudents": 1_000_001},
            "/maxStudents",
            "talet får vara högst 1\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000",
            None,
        ),
        ({"maxStudents": 1_000_001}, "/maxStudents", None, "the number may be at most 1,000,000"),
        ({"maxStudents": 1.5}, "/maxStudents", "ange ett heltal", "give a whole number"),
        ({"name": ""}, "/name", "texten får inte vara tom", "the text must not be empty"),
        ({"name": "x" * 201}, "/name", "texten får ha högst 200 tecken", "the text may have at most 200 characters"),
        ({"kinds": []}, "/kinds", "listan får inte vara tom", "the list must not be empty"),
        ({"universityHealthcare": 1}, "/universityHealthcare", "ange true eller false", None),
    ],
)
def test_a_fault_says_what_is_expected(
    client: TestClient, world: World, body: dict[str, Any], pointer: str, sv: str | None, en: str | None
) -> None:
    for language, told in (("sv", sv), ("en", en)):
        headers = world.by("coordinator", **{"Accept-Language": language, "If-Match": "*"})
        (fault,) = client.patch("/v1/units/unt_a", json=body, headers=headers).json()["errors"]
        assert fault["pointer"] == pointer
        assert told is None or fault["detail"].startswith(told)


def test_an_unknown_field_within_a_list_is_told_the_nearest_one_there(client: TestClient, world: World) -> None:
    body = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "weeks": [{"week": "2027-W03", "place": 1}]}
    answer = client.post("/v1/capacity-offers", json=body, headers=world.by("coordinator")).json()
    told = {fault["pointer"]: fault["detail"] for fault in answer["errors"]}
    assert told == {
        "/weeks/0/places": "a value is needed here",
        "/weeks/0/place": "there is no such field: do you mean places?",
    }


def test_no_more_than_a_thousand_faults_are_told(client: TestClient, world: World) -> None:
    body = {f"colour{number}": number for number in range(2_000)}
    headers = world.by("coordinator", **{"If-Match": "*"})
    assert len(client.patch("/v1/units/unt_a", json=body, headers=headers).json()["errors"]) == 1_000


def test_an_unknown_parameter_is_told_the_nearest_one(client: TestClient, world: World) -> None:
    answer = client.get("/v1/units?providerID=org_city&unit=x", headers=world.by("coordinator")).json()
    told = {fault["parameter"]: fault["detail"] for fault in answer["errors"]}
    assert told == {
        "providerID": "there is no such parameter: do you mean providerId?",
        "unit": "there is no such parameter",
    }


def test_a_word_outside_a_closed_list_is_told_the_allowed_ones_and_the_nearest(
    client: TestClient, world: World
) -> None:
    headers = world.by("coordinator", **{"Accept-Language": "sv"})
    body = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "status": "Answerd"}
    (fault,) = client.post("/v1/capacity-offers", json=body, headers=headers).json()["errors"]
    assert fault["detail"] == (
        "ordet finns inte: menade du besvarat (answered)? Ange något av besvarat, tackat nej, obesvarat"
    )


@pytest.mark.parametrize("address", ["/v1/units", "/v1/cohorts/imports"])
@pytest.mark.parametrize(
    ("content", "line", "character"), [('{\n  "name": x}', 2, 11), ('{"åäö": x}', 1, 9), ("\n", 2, 1)]
)
def test_a_body_that_is_not_json_is_told_where_it_stops_being_so(
    client: TestClient, world: World, address: str, content: str, line: int, character: int
) -> None:
    headers = world.by("coordinator", **{"Content-Type": "application/json"})
    refused = client.post(address, content=content.encode(), headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/malformed")
    told = f"the body is not JSON from line {line}, character {character}"
    assert refused.json()["errors"] == [{"pointer": "", "detail": told}]
