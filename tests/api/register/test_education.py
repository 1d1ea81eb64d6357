"""Programmes and courses over HTTP: a lärosäte manages its own, and sets when placements may start."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.matrix.institutions import COURSE, PROGRAMME
from tests.api.world import World, row_in

FIRST = {"If-Match": '"1"'}
WINDOWS = "/v1/courses/crs_a/windows/trm_a"


@pytest.mark.parametrize(("path", "given"), [("/v1/programmes", PROGRAMME), ("/v1/courses", COURSE)])
def test_what_is_set_up_is_found_again(client: TestClient, world: World, path: str, given: dict[str, object]) -> None:
    made = client.post(path, json=given, headers=world.by("institution"))
    assert made.status_code == 201, made.text
    assert {name: made.json()[name] for name in given} == given
    shown = client.get(made.headers["Location"], headers=world.by("institution"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"] == '"1"'
    assert client.post(path, json=given, headers=world.by("institution")).status_code == 409


@pytest.mark.parametrize("fixed", [{"profession": "midwife"}, {"institutionId": "org_ki"}, {"decentralised": True}])
def test_what_a_programme_is_does_not_change(client: TestClient, world: World, fixed: dict[str, object]) -> None:
    asked = world.by("institution", **FIRST)
    refused = client.patch("/v1/programmes/prg_a", json=fixed, headers=asked)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [f"/{name}" for name in fixed]


def test_programmes_and_courses_are_filtered(client: TestClient, world: World) -> None:
    def ids(path: str) -> list[str]:
        return [row["id"] for row in client.get(path, headers=world.by("coordinator")).json()["items"]]

    assert ids("/v1/programmes?institutionId=org_b&profession=nurse") == ["prg_b", "prg_idle_b"]
    assert ids("/v1/programmes?profession=midwife") == []
    assert ids("/v1/courses?termId=trm_a") == ["crs_a"]
    assert ids("/v1/courses?programmeId=prg_b&limit=2") == ["crs_asked_b", "crs_b"]


def test_a_course_teaches_in_pairs_if_its_larosate_says_so(client: TestClient, world: World) -> None:
    path, by = "/v1/courses/crs_a", world.by("institution", **FIRST)
    assert client.get(path, headers=by).json()["teachesInPairs"] is False
    changed = client.patch(path, json={"teachesInPairs": True}, headers=by)
    assert row_in(changed)["teachesInPairs"] is True
    assert client.get(path, headers=by).json()["teachesInPairs"] is True
    odd = client.patch(path, json={"teachesInPairs": "two"}, headers=world.by("institution", **{"If-Match": '"2"'}))
    assert [fault["pointer"] for fault in odd.json()["errors"]] == ["/teachesInPairs"]


def test_the_windows_of_a_course_change_with_its_version(client: TestClient, world: World) -> None:
    shown = client.get(WINDOWS, headers=world.by("institution"))
    assert shown.json() == {"id": "crs_a", "version": 1, "termId": "trm_a", "starts": ["2026-W53"]}
    later = {"starts": ["2027-W06", "2027-W01"]}
    assert client.put(WINDOWS, json=later, headers=world.by("institution")).status_code == 428
    put = client.put(WINDOWS, json=later, headers=world.by("institution", **FIRST))
    assert row_in(put) == {"id": "crs_a", "version": 2, "termId": "trm_a", "starts": ["2027-W01", "2027-W06"]}
    stale = client.put(WINDOWS, json=later, headers=world.by("institution", **FIRST))
    assert stale.status_code == 412
    assert stale.json()["current"] == row_in(put)
    assert client.get("/v1/courses/crs_a", headers=world.by("institution")).headers["ETag"] == '"2"'


def test_the_windows_of_a_course_need_no_if_match_the_first_time_and_do_later(client: TestClient, world: World) -> None:
    by, path = world.by("institution"), "/v1/courses/crs_a/windows/trm_idle"
    first = client.put(path, json={"starts": ["2027-W36"]}, headers=by)
    assert (first.status_code, first.json()["starts"], first.headers["ETag"]) == (200, ["2027-W36"], '"2"')
    assert client.put(path, json={"starts": ["2027-W37"]}, headers=by).status_code == 428
    stale = client.put("/v1/courses/crs_a/windows/trm_next", json={"starts": []}, headers={**by, **FIRST})
    assert stale.status_code == 412
    later = client.put(path, json={"starts": ["2027-W37"]}, headers={**by, "If-Match": first.headers["ETag"]})
    assert later.json()["starts"] == ["2027-W37"]


def test_windows_that_have_been_emptied_are_not_set_again_unseen(client: TestClient, world: World) -> None:
    by, path = world.by("institution"), "/v1/courses/crs_a/windows/trm_idle"
    client.put(path, json={"starts": ["2027-W36"]}, headers=by)
    emptied = client.put(path, json={"starts": []}, headers={**by, "If-Match": '"2"'})
    assert (emptied.status_code, emptied.json()["starts"]) == (200, [])
    assert client.put(path, json={"starts": ["2027-W37"]}, headers=by).status_code == 428
    again = client.put(path, json={"starts": ["2027-W37"]}, headers={**by, "If-Match": emptied.headers["ETag"]})
    assert again.json()["starts"] == ["2027-W37"]


def test_the_contract_says_that_if_match_is_not_required_the_first_time(app: FastAPI) -> None:
    operations = app.openapi()["paths"]
    (later,) = (
        parameter
        for parameter in operations["/v1/courses/{courseId}/windows/{termId}"]["put"]["parameters"]
        if parameter["name"] == "if-match"
    )
    assert not later["required"]
    assert "not needed the first time" in later["description"]


@pytest.mark.parametrize(
    ("starts", "pointer"),
    [
        (["2026-W53", "2027-W40"], "/starts/1"),
        (["2027-W53"], "/starts/0"),
        (["2027-W01", "2027-W01"], "/starts"),
    ],
)
def test_a_placement_may_start_in_weeks_of_the_term_only(
    client: TestClient, world: World, starts: list[str], pointer: str
) -> None:
    refused = client.put(WINDOWS, json={"starts": starts}, headers=world.by("institution", **FIRST))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


def test_a_programme_or_a_course_in_use_is_not_removed(client: TestClient, world: World) -> None:
    for path in ("/v1/programmes/prg_a", "/v1/courses/crs_a"):
        assert client.delete(path, headers=world.by("institution", **FIRST)).status_code == 409
        assert client.get(path, headers=world.by("institution")).status_code == 200


def test_a_course_that_grows_too_long_is_pointed_at(client: TestClient, world: World) -> None:
    client.put(WINDOWS, json={"starts": ["2027-W10"]}, headers=world.by("institution", **FIRST))
    asked = world.by("institution", **{"If-Match": '"2"'})
    refused = client.patch("/v1/courses/crs_a", json={"weeks": 12}, headers=asked)
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/weeks"]
