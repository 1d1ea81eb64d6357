"""Who is a party to the letter of intent, from when, and until when: six months after telling that it leaves."""

from __future__ import annotations

import datetime as dt

import pytest
from fastapi.testclient import TestClient

from placement.clock import months_later, today
from tests.api.world import World

PARTIES = "/v1/letter-parties"


def test_a_party_leaves_six_months_after_it_has_told_counted_to_the_day(client: TestClient, world: World) -> None:
    told = client.post(f"{PARTIES}/ltr_a/notice", headers=world.by("provider"), json={"givenOn": "2027-08-31"})
    assert (told.status_code, told.json()["leavesOn"]) == (200, "2028-02-29")
    again = client.post(f"{PARTIES}/ltr_a/notice", headers=world.by("provider"), json={"givenOn": "2027-09-01"})
    assert again.status_code == 409
    feed = client.get("/v1/events?kind=letter-of-intent.notice-given", headers=world.by("unit")).json()["items"]
    assert [event["details"]["organisationId"] for event in feed] == ["org_city"]


def test_a_party_that_was_to_leave_stays_until_its_last_day_has_passed(client: TestClient, world: World) -> None:
    def tell(day: dt.date) -> int:
        answer = client.post(
            f"{PARTIES}/ltr_a/notice", headers=world.by("coordinator"), json={"givenOn": day.isoformat()}
        )
        return answer.status_code

    def stay() -> int:
        return client.post(f"{PARTIES}/ltr_a/notice-withdrawals", headers=world.by("provider")).status_code

    assert stay() == 409
    assert tell(today()) == 200
    assert stay() == 200
    assert tell(months_later(today(), -7)) == 200
    assert stay() == 409


def test_an_organisation_joins_again_only_when_it_has_left(client: TestClient, world: World) -> None:
    def join(day: str) -> int:
        given = {"organisationId": "org_city", "joinedOn": day}
        return client.post(PARTIES, headers=world.by("coordinator"), json=given).status_code

    assert join("2026-01-01") == 409
    leaving = {"givenOn": "2026-01-31"}
    client.post(f"{PARTIES}/ltr_a/notice", headers=world.by("coordinator"), json=leaving)
    assert join("2026-07-31") == 409
    tag = world.by("coordinator", **{"If-Match": '"1"'})
    assert client.delete(f"{PARTIES}/ltr_leaving", headers=tag).status_code == 204
    assert join("2026-08-01") == 201
    listed = client.get(f"{PARTIES}?organisationId=org_city", headers=world.by("auditor")).json()
    assert [(row["joinedOn"], row["leavesOn"]) for row in listed["items"]] == [
        ("2024-01-01", "2026-07-31"),
        ("2026-08-01", None),
    ]


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"organisationId": "org_far", "joinedOn": "2026-01-01"}, "/organisationId"),
        ({"organisationId": "org_none", "joinedOn": "2026-01-01"}, "/organisationId"),
        ({"organisationId": "org_idle", "joinedOn": "1926-01-01"}, "/joinedOn"),
        ({"organisationId": "org_idle", "joinedOn": "2026-01-01", "noticeMonths": 121}, "/noticeMonths"),
    ],
)
def test_only_municipalities_and_institutions_that_exist_join(
    client: TestClient, world: World, given: dict[str, object], pointer: str
) -> None:
    refused = client.post(PARTIES, headers=world.by("coordinator"), json=given)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


def test_nobody_leaves_before_it_has_joined(client: TestClient, world: World) -> None:
    refused = client.post(f"{PARTIES}/ltr_a/notice", headers=world.by("provider"), json={"givenOn": "2023-12-31"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/givenOn")


def test_an_organisation_that_is_a_party_is_not_removed(client: TestClient, world: World) -> None:
    given = {"organisationId": "org_idle", "joinedOn": "2026-01-01"}
    assert client.post(PARTIES, headers=world.by("coordinator"), json=given).status_code == 201
    refused = client.delete("/v1/organisations/org_idle", headers=world.by("coordinator", **{"If-Match": '"1"'}))
    assert (refused.status_code, "1 party to the letter" in refused.json()["detail"]) == (409, True)
