"""Shares over REST: each party reads them beside sizes, of what is in force; the coordinator of drafts too."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.world import World

FIGURES = ["placed", "minutes", "first-wish", "weeks-by-offered", "weeks-by-supervisors", "weeks-by-inhabitants"]


def test_a_term_s_shares_are_read_by_each_party_in_its_language(client: TestClient, world: World) -> None:
    told = client.get("/v1/terms/trm_a/shares", headers=world.by("provider", **{"Accept-Language": "en"})).json()
    assert (told["termCode"], [each["figure"] for each in told["evenness"]]) == ("VT2027", FIGURES)
    ours = next(each for each in told["institutions"] if each["institutionId"] == "org_ki")
    assert (ours["name"], ours["fared"]) == ("Karolinska Institutet", None)
    city = next(each for each in told["hosts"] if each["providerId"] == "org_city")
    assert (city["name"], city["kind"], city["population"]) == ("City of Stockholm", "municipality", 995_574)
    assert (city["weeks"], city["weeksPerInhabitants"]) == (5, 1_000 * 5 * 10_000 // 995_574)
    own = client.get("/v1/terms/trm_a/shares", headers=world.by("institution", **{"Accept-Language": "sv"})).json()
    ours = next(each for each in own["institutions"] if each["institutionId"] == "org_ki")
    assert ours["fared"] == {
        "placed": 1,
        "weeks": 5,
        "minutes": 75,
        "meanMinutes": 75,
        "long": 1,
        "wishing": 1,
        "anyWish": 1,
        "firstWish": 0,
    }
    theirs = next(each for each in own["institutions"] if each["institutionId"] == "org_b")
    assert theirs["fared"] is None


def test_the_terms_are_listed_the_earliest_first_and_the_units_of_one_by_provider(
    client: TestClient, world: World
) -> None:
    listed = client.get("/v1/shares", headers=world.by("coordinator")).json()
    weeks = [each["firstWeek"] for each in listed["items"]]
    assert weeks == sorted(weeks)
    assert listed["total"] == len(weeks) > 1
    units = client.get("/v1/terms/trm_a/unit-shares?limit=200", headers=world.by("provider")).json()["items"]
    assert {each["unitId"]: each["weeks"] for each in units} == {"unt_free": 0, "unt_a": 5}
    unit = next(each for each in units if each["unitId"] == "unt_a")
    assert (unit["unitName"], unit["providerId"], unit["operatorId"]) == ("Tallgården", "org_city", "org_care")


def test_a_draft_s_shares_are_the_coordinator_s(client: TestClient, world: World) -> None:
    told = client.get("/v1/runs/run_over/shares", headers=world.by("coordinator"))
    assert told.status_code == 200
    assert [each["fared"]["placed"] for each in told.json()["institutions"]] == [0, 0], "no student can be placed"
    assert client.get("/v1/runs/run_none/shares", headers=world.by("coordinator")).status_code == 404
