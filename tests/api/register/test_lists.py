"""Professions, kinds of units, statuses and reasons are read in either language at every door, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.api.matrix.agreements import AGREEMENT
from tests.api.matrix.capacity import OFFER
from tests.api.matrix.institutions import COURSE, PROGRAMME
from tests.api.matrix.places import ORGANISATION, UNIT
from tests.api.sheeting import Desk
from tests.api.world import World

SUPERVISOR = {"unitId": "unt_a", "profession": "nurse", "externalId": "h-1"}
DOORS: list[tuple[str, dict[str, Any], str, Any, Any, str]] = [
    ("units", UNIT, "kinds", ["Hemsjukvård", "ELDERLY CARE"], ["home-care", "elderly-care"], "/kinds/0"),
    ("courses", COURSE, "kinds", ["hemsjukvard"], ["home-care"], "/kinds/0"),
    ("programmes", PROGRAMME, "profession", " Sjukskoterska ", "nurse", "/profession"),
    ("capacity-offers", OFFER, "professions", ["NURSE", "Barnmorska"], ["nurse", "midwife"], "/professions/0"),
    ("supervisors", SUPERVISOR, "profession", "Sjuksköterska", "nurse", "/profession"),
    ("agreements", AGREEMENT, "professions", ["Biomedicinsk analytiker"], ["biomedical_laboratory_scientist"],
     "/professions/0"),
]  # fmt: skip
FIXED: list[tuple[str, dict[str, Any], str, Any, Any, str]] = [
    ("capacity-offers", OFFER, "status", "Besvarat", "answered", "/status"),
    ("capacity-offers", {**OFFER, "weeks": [], "status": "declined"}, "declineReason", "Ingen handledare",
     "no-supervisor", "/declineReason"),
    ("organisations", ORGANISATION, "providerKind", "Privat", "private", "/providerKind"),
    ("organisations", ORGANISATION, "kind", "HUVUDMAN", "provider", "/kind"),
    ("supervisors", {**SUPERVISOR, "sharePercent": 30}, "role", "Adjungerad klinisk adjunkt", "aka", "/role"),
    ("courses", COURSE, "unitRule", "Annan enhet än tidigare", "another", "/unitRule"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "field", "given", "stored", "pointer"), [*DOORS, *FIXED])
def test_a_word_is_read_in_either_language_and_its_code_is_stored(
    client: TestClient, world: World, path: str, body: dict[str, Any], field: str, given: object, stored: object,
    pointer: str,
) -> None:  # fmt: skip
    by = world.by("coordinator", **{"If-Match": "*"})
    made = client.post(f"/v1/{path}", json={**body, field: given}, headers=by)
    assert made.status_code == 201, made.text
    assert made.json()[field] == stored
    assert pointer.startswith(f"/{field}")
    if path != "programmes":  # whose profession cannot be changed
        changed = client.patch(made.headers["Location"], json={field: given}, headers=by)
        assert (changed.status_code, changed.json()[field], changed.json()["version"]) == (200, stored, 1)


@pytest.mark.parametrize(("path", "body", "field", "given", "stored", "pointer"), [*DOORS, *FIXED])
def test_a_word_that_is_in_no_list_is_refused_with_the_nearest_in_the_callers_language(
    client: TestClient, world: World, path: str, body: dict[str, Any], field: str, given: object, stored: object,
    pointer: str,
) -> None:  # fmt: skip
    assert given
    code = stored[0] if isinstance(stored, list) else str(stored)
    wrong: Any = [f"{code}x"] if isinstance(stored, list) else f"{code}x"
    told = {}
    for language in ("sv", "en"):
        by = world.by("coordinator", **{"Accept-Language": language})
        refused = client.post(f"/v1/{path}", json={**body, field: wrong}, headers=by)
        (fault,) = refused.json()["errors"]
        assert (refused.status_code, fault["pointer"]) == (422, pointer)
        told[language] = fault["detail"]
    assert "did you mean" in told["en"]
    assert code in told["en"]
    assert "menade du" in told["sv"]


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("/v1/units?kind=Vårdcentral", {"unt_free"}),
        ("/v1/units?kind=Hemtjänst", None),
        ("/v1/units?kind=PRIMÄRVÅRD", {"unt_free"}),
        ("/v1/programmes?profession=Sjuksköterska&institutionId=org_b", {"prg_b", "prg_idle_b"}),
        ("/v1/programmes?profession=nurce", None),
        ("/v1/supervisors?profession=sjukskoterska", {"sup_a", "sup_b"}),
        ("/v1/supervisors?profession=x", None),
        ("/v1/supervisors?role=Adjungerad klinisk adjunkt", {"sup_a"}),
        ("/v1/capacity-offers?status=OBESVARAT&providerId=org_far", {"off_b"}),
        ("/v1/capacity-offers?status=kanske", None),
        ("/v1/runs/run_a/prices?profession=nurce", None),
        ("/v1/runs/run_a/prices?kind=nurce", None),
        ("/v1/supervisors/sheet?format=csv&profession=nurce", None),
    ],
)
def test_a_list_is_narrowed_by_a_word_in_either_language_and_by_nothing_else(
    client: TestClient, world: World, address: str, found: set[str] | None
) -> None:
    answer = client.get(address, headers=world.by("coordinator"))
    if found is None:
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["parameter"] in address
    else:
        assert {row["id"] for row in answer.json()["items"]} == found


def test_a_sheet_is_read_as_the_single_call_is(client: TestClient, world: World) -> None:
    desk = Desk(client, world, "coordinator")
    (row,) = [row for row in desk.table("capacity-offers") if row["id"] == "off_a"]
    named = {**row, "professions": "Sjuksköterska", "status": "BESVARAT"}
    assert desk.hand_in_table("capacity-offers", [named]).json()["unchanged"] == 1
    without_id = {name: value for name, value in named.items() if name != "id"}
    assert desk.hand_in_table("capacity-offers", [without_id]).json()["unchanged"] == 1
    refused = desk.hand_in_table("capacity-offers", [{**without_id, "professions": "nurce"}])
    (fault,) = refused.json()["errors"]
    assert (fault["row"], fault["column"], fault["value"]) == (2, "professions", "nurce")
    assert "did you mean nurse" in fault["detail"]
    several = {**without_id, "professions": "Biomedicinsk analytiker; Läkare"}
    made = desk.hand_in_table("capacity-offers", [several]).json()
    assert (made["created"], made["places"][0]["professions"]) == (1, ["biomedical_laboratory_scientist", "physician"])
    table = desk.table("supervisors")
    named_in_swedish = [{**row, "profession": "SJUKSKÖTERSKA"} for row in table]
    assert desk.hand_in_table("supervisors", named_in_swedish).json()["unchanged"] == len(table)


@pytest.mark.parametrize(
    ("listed", "column", "row", "given"),
    [
        ("units", "kinds", "unt_a", "ÄLDREOMSORG"),
        ("courses", "kinds", "crs_a", "Aldreomsorg"),
        ("programmes", "profession", "prg_a", "Sjuksköterska"),
        ("agreements", "professions", "agr_a", " sjukskoterska "),
        ("organisations", "providerKind", "org_city", "Kommun"),
        ("supervisors", "role", "sup_a", "Adjungerad klinisk adjunkt"),
        ("requests", "status", "req_a", "Öppen"),
    ],
)
def test_an_exported_word_may_be_replaced_with_its_name(
    client: TestClient, world: World, listed: str, column: str, row: str, given: str
) -> None:
    desk = Desk(client, world, "coordinator")
    table = [each for each in desk.table(listed) if each["id"] == row]
    assert table
    told = desk.hand_in_table(listed, [{**each, column: given} for each in table])
    assert (told.status_code, told.json()["unchanged"]) == (200, len(table)), told.text
    refused = desk.hand_in_table(listed, [{**each, column: "nurce"} for each in table])
    assert [(fault["row"], fault["column"]) for fault in refused.json()["errors"]] == [(2, column)]


def test_a_misspelt_profession_makes_no_second_offer(client: TestClient, world: World) -> None:
    by = world.by("unit", **{"Accept-Language": "sv"})
    before = client.get("/v1/capacity-offers", headers=by).json()["total"]
    refused = client.post("/v1/capacity-offers", json={**OFFER, "professions": ["nurce"]}, headers=by)
    assert refused.status_code == 422
    assert "menade du sjuksköterska (nurse)?" in refused.json()["errors"][0]["detail"]
    assert client.get("/v1/capacity-offers", headers=by).json()["total"] == before


def test_a_profession_that_a_coordinator_adds_can_be_named_at_once(client: TestClient, world: World) -> None:
    by = world.by("coordinator")
    named = {**PROGRAMME, "profession": "Naprapat"}
    assert client.post("/v1/programmes", json=named, headers=by).status_code == 422
    word = {"code": "naprapath", "nameSv": "naprapat", "nameEn": "naprapath"}
    made = client.post("/v1/professions", json=word, headers=by)
    assert made.status_code == 201, made.text
    assert client.post("/v1/programmes", json=named, headers=by).json()["profession"] == "naprapath"
    tag = {"If-Match": made.headers["ETag"]}
    assert client.delete(made.headers["Location"], headers={**by, **tag}).status_code == 409
    again = client.post("/v1/professions", json={**word, "code": "naprapat"}, headers=by)
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/code")


def test_everybody_reads_the_lists_with_names_in_both_languages(client: TestClient, world: World) -> None:
    professions = client.get("/v1/professions?limit=200", headers=world.by("student")).json()["items"]
    assert {"id": "nurse", "version": 1, "nameSv": "sjuksköterska", "nameEn": "nurse"} in professions
    kinds = client.get("/v1/unit-kinds?limit=200", headers=world.by("student")).json()["items"]
    assert {"id": "home-care", "version": 1, "nameSv": "hemsjukvård", "nameEn": "home care"} in kinds
    fixed = client.get("/v1/fixed-lists", headers=world.by("student")).json()["items"]
    reasons = next(each for each in fixed if each["id"] == "decline-reason")
    assert {"code": "short-of-staff", "nameSv": "personalbrist", "nameEn": "short of staff"} in reasons["words"]
