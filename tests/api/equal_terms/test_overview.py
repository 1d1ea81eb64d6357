"""The county's overview: every agreement clause by clause, and every municipality that has none."""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi.testclient import TestClient
from openpyxl import load_workbook

from tests.api.world import World

OVERVIEW = "/v1/agreement-templates/tpl_a/comparisons"
DAY = "2026-12-01"
HULT = {"code": "0127", "name": "=Botkyrka", "lat": 59.2, "lon": 17.83, "population": 95_000, "inCounty": True}
NACKA = {"kind": "provider", "providerKind": "municipality", "nameSv": "Nacka kommun", "nameEn": "Nacka Municipality"}


def furnish(client: TestClient, world: World) -> str:
    """Add a municipality that is no provider, and a provider without agreement; return the latter's id."""
    assert client.post("/v1/municipalities", headers=world.by("coordinator"), json=HULT).status_code == 201
    nacka = {**HULT, "code": "0182", "name": "Nacka"}
    assert client.post("/v1/municipalities", headers=world.by("coordinator"), json=nacka).status_code == 201
    given = {**NACKA, "municipalityCode": "0182"}
    made = client.post("/v1/organisations", headers=world.by("coordinator"), json=given)
    assert made.status_code == 201, made.text
    name: str = made.json()["id"]
    return name


def lines(client: TestClient, world: World, role: str = "coordinator", **asked: str) -> list[dict[str, Any]]:
    answer = client.get(OVERVIEW, headers=world.by(role), params={"on": DAY, "limit": "200", **asked})
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def test_every_agreement_is_listed_and_so_is_each_municipality_without_one(client: TestClient, world: World) -> None:
    nacka = furnish(client, world)
    found = lines(client, world)
    assert [(line["providerName"], line["providerId"], line["agreementId"], line["equal"]) for line in found] == [
        ("=Botkyrka", None, None, False),
        ("Nacka Municipality", nacka, None, False),
        ("City of Stockholm", "org_city", "agr_a", False),
    ]
    ours = found[-1]
    assert ours["counts"] == {"same": 1, "differs": 1, "missing": 0, "beyond": 0}
    assert [(each["key"], each["standing"]) for each in ours["clauses"]] == [
        ("cancellation", "differs"),
        ("price", "same"),
    ]
    assert ours["letter"] == {"joinedOn": "2024-01-01", "noticeGivenOn": None, "leavesOn": None}
    assert ours["institutionLetter"]["joinedOn"] == "2024-01-01"
    assert ours["institutionName"] == "Karolinska Institutet"


def test_only_those_that_are_as_the_template_or_only_the_others_are_listed_when_asked(
    client: TestClient, world: World
) -> None:
    assert lines(client, world, equal="true") == []
    tag = client.get("/v1/agreements/agr_a", headers=world.by("provider")).headers["ETag"]
    steps = {"cancellationSteps": [{"daysBefore": 28, "percent": 50}]}
    changed = client.patch("/v1/agreements/agr_a", headers=world.by("provider", **{"If-Match": tag}), json=steps)
    assert changed.status_code == 200
    assert [line["agreementId"] for line in lines(client, world, equal="true")] == ["agr_a"]
    assert lines(client, world, equal="false") == []


def test_a_party_sees_its_own_and_a_stranger_nothing_of_others(client: TestClient, world: World) -> None:
    furnish(client, world)
    assert [line["agreementId"] for line in lines(client, world, "provider")] == ["agr_a"]
    assert [line["agreementId"] for line in lines(client, world, "institution")] == [None, None, "agr_a"]
    ended = {"givenOn": "2025-01-01"}
    assert client.post("/v1/agreements/agr_a/notice", headers=world.by("provider"), json=ended).status_code == 200
    own = lines(client, world, "provider")
    assert [(line["providerId"], line["agreementId"]) for line in own] == [("org_city", None)]


def test_the_overview_is_paged_in_a_stable_order(client: TestClient, world: World) -> None:
    furnish(client, world)
    parts = [lines(client, world, limit="1", offset=str(number)) for number in range(4)]
    assert [[line["providerName"] for line in part] for part in parts] == [
        ["=Botkyrka"],
        ["Nacka Municipality"],
        ["City of Stockholm"],
        [],
    ]


def test_the_overview_is_a_sheet_in_which_no_name_is_a_formula(client: TestClient, world: World) -> None:
    furnish(client, world)
    by = world.by("coordinator", **{"Accept-Language": "sv"})
    left = client.post("/v1/letter-parties/ltr_a/notice", headers=world.by("provider"), json={"givenOn": "2026-11-30"})
    assert left.status_code == 200
    answer = client.get(f"{OVERVIEW}/sheet?format=csv&on={DAY}", headers=by)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["Huvudman"], row["Klausul"], row["Jämförelse"]) for row in rows] == [
        ("'=Botkyrka", "", "inget avtal"),
        ("Nacka kommun", "", "inget avtal"),
        ("Stockholms stad", "cancellation", "skiljer sig"),
        ("Stockholms stad", "price", "samma"),
    ]
    assert (rows[2]["Bättre för"], rows[2]["Sämre för"]) == ("lärosäte", "huvudman")
    assert (rows[2]["Part i avsiktsförklaringen från"], rows[2]["Part till"]) == ("2024-01-01", "2027-05-30")
    book = load_workbook(io.BytesIO(client.get(f"{OVERVIEW}/sheet?on={DAY}", headers=world.by("provider")).content))
    heads, *own = [[cell.value for cell in row] for row in book.active.rows]  # type: ignore[union-attr]
    assert heads[0] == "Provider"
    assert [row[8] for row in own] == ["differs", "same"]


def test_care_that_is_run_privately_for_a_municipality_is_on_the_same_terms(client: TestClient, world: World) -> None:
    given = {"institutionId": "org_ki", "providerId": "org_care", "validFrom": "2026-01-01", "priceOre": 98_000}
    assert client.post("/v1/agreements", headers=world.by("coordinator"), json=given).status_code == 201
    assert "Omsorgen Ltd" in {line["providerName"] for line in lines(client, world)}


def test_of_a_template_for_regions_no_municipality_is_missing(client: TestClient, world: World) -> None:
    given = {"providerKind": "region", "nameSv": "Regionens mall", "nameEn": "The region's template"}
    made = client.post("/v1/agreement-templates", headers=world.by("coordinator"), json=given).json()["id"]
    path = f"/v1/agreement-templates/{made}/comparisons?on={DAY}"
    found = client.get(path, headers=world.by("coordinator")).json()["items"]
    assert [(line["providerId"], line["agreementId"], line["equal"]) for line in found] == [("org_far", "agr_b", True)]
