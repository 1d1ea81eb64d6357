"""Notice is counted to the day from its receipt, foreseen before it is given, and withdrawn only by both parties."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st

from placement.clock import months_later, today
from tests.api.world import World

OURS = "/v1/agreements/agr_a"


def give(client: TestClient, world: World, status: int = 200, role: str = "institution", **days: str) -> dict[str, Any]:
    answer = client.post(f"{OURS}/notice", headers=world.by(role), json=days)
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


def withdraw(client: TestClient, world: World, role: str, status: int = 200) -> dict[str, Any]:
    answer = client.post(f"{OURS}/notice-withdrawals", headers=world.by(role))
    assert answer.status_code == status, answer.text
    told: dict[str, Any] = answer.json()
    return told


def change(client: TestClient, world: World, **values: object) -> Any:  # noqa: ANN401 (an answer)
    tag = client.get(OURS, headers=world.by("provider")).headers["ETag"]
    return client.patch(OURS, headers=world.by("provider", **{"If-Match": tag}), json=values)


@pytest.mark.parametrize(
    ("months", "day", "received", "ends", "last_week"),
    [
        (6, "2026-08-31", None, "2027-02-28", "2027-W08"),
        (6, "2027-08-31", None, "2028-02-29", "2028-W08"),
        (6, "2026-09-25", "2026-10-02", "2027-04-02", "2027-W12"),
        (12, "2028-02-29", None, "2029-02-28", "2029-W08"),
        (0, "2026-12-01", None, "2026-12-01", "2026-W48"),
        (1, "2027-01-31", "2027-01-31", "2027-02-28", "2027-W08"),
    ],
)
def test_notice_runs_whole_months_from_the_day_it_was_received(
    client: TestClient, world: World, months: int, day: str, received: str | None, ends: str, last_week: str
) -> None:
    assert change(client, world, noticeMonths=months).status_code == 200
    days: dict[str, Any] = {"givenOn": day} | ({} if received is None else {"receivedOn": received})
    foreseen = client.get(f"{OURS}/notice", headers=world.by("provider"), params=days).json()
    told = give(client, world, **days)
    assert (told["endsOn"], told["lastWeek"]) == (ends, last_week) == (foreseen["endsOn"], foreseen["lastWeek"])
    assert (told["noticeGivenOn"], told["noticeReceivedOn"], told["noticeMonths"]) == (day, received, months)


@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2199, 12, 31)), months=st.integers(0, 120))
@settings(max_examples=300)
def test_a_day_some_months_later_has_the_same_number_or_ends_its_month(day: dt.date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later.day < day.day and (later + dt.timedelta(days=1)).day == 1)


def test_a_notice_may_run_out_after_the_last_year_that_can_be_given(client: TestClient, world: World) -> None:
    told = give(client, world, givenOn="2199-12-31")
    assert (told["endsOn"], told["lastWeek"]) == ("2200-06-30", "2200-W26")


def test_what_is_foreseen_names_the_terms_and_the_weeks_that_are_lost_and_gives_no_notice(
    client: TestClient, world: World
) -> None:
    params = {"givenOn": "2026-09-25"}
    foreseen = client.get(f"{OURS}/notice", headers=world.by("institution"), params=params).json()
    lost = {term["termId"]: (term["code"], term["firstWeek"], term["weeks"]) for term in foreseen["terms"]}
    assert lost["trm_a"] == ("VT2027", "2027-W12", 8)
    assert foreseen["lastWeek"] == "2027-W11"
    assert client.get(OURS, headers=world.by("institution")).json()["noticeGivenOn"] is None
    today_is = client.get(f"{OURS}/notice", headers=world.by("institution")).json()
    assert today_is["givenOn"] == today().isoformat()


def test_a_term_that_the_agreement_was_not_to_reach_is_not_lost_by_notice(client: TestClient, world: World) -> None:
    assert change(client, world, validTo="2026-12-20").status_code == 200
    foreseen = client.get(f"{OURS}/notice?givenOn=2026-12-01", headers=world.by("provider")).json()
    assert (foreseen["endsOn"], foreseen["terms"]) == ("2026-12-20", [])


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        ({"givenOn": "2026-12-01", "receivedOn": "2026-11-30"}, "/receivedOn"),
        ({"givenOn": "2024-01-01"}, "/givenOn"),
        ({"givenOn": "1999-01-01"}, "/givenOn"),
    ],
)
def test_a_notice_that_makes_no_sense_is_refused(
    client: TestClient, world: World, days: dict[str, str], pointer: str
) -> None:
    assert give(client, world, 422, **days)["errors"][0]["pointer"] == pointer
    asked = client.get(f"{OURS}/notice", headers=world.by("institution"), params=days)
    assert asked.status_code == 422


def test_the_answer_to_a_notice_names_the_placements_in_force_that_end_after_the_last_week(
    client: TestClient, world: World
) -> None:
    change(client, world, units=None)
    told = give(client, world, role="coordinator", givenOn="2026-07-01")
    assert told["endsOn"] == "2027-01-01"
    assert "pla_a" in {each["placementId"] for each in told["impossiblePlacements"]}
    back = withdraw(client, world, "coordinator")
    assert "impossiblePlacements" not in back


def test_a_notice_stands_until_both_parties_want_it_withdrawn(client: TestClient, world: World) -> None:
    day = today().isoformat()
    give(client, world, givenOn=day)
    for _ in range(2):
        asked = withdraw(client, world, "provider")
        assert (asked["noticeGivenOn"], asked["withdrawalById"]) == (day, "org_city")
    done = withdraw(client, world, "institution")
    assert (done["noticeGivenOn"], done["noticeReceivedOn"], done["withdrawalById"], done["endsOn"]) == (None,) * 4
    kinds = [
        event["kind"]
        for event in client.get("/v1/events?subjectId=agr_a", headers=world.by("provider")).json()["items"]
    ]
    assert kinds == ["agreement.notice-given", "agreement.withdrawal-asked", "agreement.notice-withdrawn"]
    withdraw(client, world, "institution", 409)


def test_the_coordinator_withdraws_a_notice_on_the_word_of_both(client: TestClient, world: World) -> None:
    give(client, world, givenOn=today().isoformat())
    assert withdraw(client, world, "coordinator")["endsOn"] is None


def test_a_notice_that_has_run_out_cannot_be_withdrawn(client: TestClient, world: World) -> None:
    give(client, world, givenOn=months_later(today(), -7).isoformat())
    withdraw(client, world, "coordinator", 409)


def test_a_notice_is_not_withdrawn_once_another_agreement_takes_over(client: TestClient, world: World) -> None:
    ends = give(client, world, givenOn=today().isoformat())["endsOn"]
    follower = {
        "institutionId": "org_ki",
        "providerId": "org_city",
        "validFrom": (dt.date.fromisoformat(ends) + dt.timedelta(days=1)).isoformat(),
    }
    assert client.post("/v1/agreements", headers=world.by("provider"), json=follower).status_code == 201
    refused = withdraw(client, world, "coordinator", 409)
    assert refused["errors"][0]["pointer"] == "/validFrom"


def test_months_of_notice_are_not_changed_once_notice_has_been_given(client: TestClient, world: World) -> None:
    assert change(client, world, noticeMonths=3).json()["noticeMonths"] == 3
    assert change(client, world, noticeMonths=None).json()["noticeMonths"] == 3
    give(client, world, givenOn=today().isoformat())
    refused = change(client, world, noticeMonths=12)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/noticeMonths")
    assert change(client, world, noticeMonths=3, priceOre=1).status_code == 200


def test_a_new_agreement_has_the_templates_months_of_notice_or_those_of_the_letter(
    client: TestClient, world: World
) -> None:
    def sign(**more: object) -> int:
        given = {"institutionId": "org_b", "providerId": "org_city", "validFrom": "2026-01-01", **more}
        signed = client.post("/v1/agreements", headers=world.by("coordinator"), json=given)
        assert signed.status_code == 201, signed.text
        months: int = signed.json()["noticeMonths"]
        return months

    assert sign(professions=["midwife"]) == 6
    clause = {
        "key": "notice",
        "headingSv": "Uppsägning",
        "headingEn": "Notice",
        "textSv": "Nio månader.",
        "textEn": "Nine months.",
        "figure": "notice",
        "number": 9,
        "validFrom": "2025-01-01",
    }
    posted = client.post("/v1/agreement-templates/tpl_a/clauses", headers=world.by("coordinator"), json=clause)
    assert posted.status_code == 201
    assert sign(professions=["nurse"]) == 9
    assert sign(professions=["dentist"], noticeMonths=2) == 2
    assert sign(providerId="org_care", professions=["optometrist"]) == 9  # care run privately has its funder's template
    assert sign(providerId="org_far", professions=["dentist"], institutionId="org_ki") == 6


def test_the_check_list_of_a_term_names_an_agreement_under_notice(client: TestClient, world: World) -> None:
    give(client, world, givenOn="2026-09-25")
    checks = client.get("/v1/terms/trm_a/readiness", headers=world.by("coordinator")).json()["checks"]
    found = next(check for check in checks if check["code"] == "agreements-for-a-part")
    assert "agr_a" in {item["id"] for item in found["items"]}
