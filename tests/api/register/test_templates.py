"""A template of agreements is written clause by clause; a change is a new clause from a day on, and history stays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from fastapi.testclient import TestClient

from placement.clock import today
from tests.api.world import World

TEMPLATES = "/v1/agreement-templates"
CLAUSES = f"{TEMPLATES}/tpl_a/clauses"
NOTICE: dict[str, Any] = {
    "key": "notice",
    "clause": "§ 9",
    "headingSv": "Uppsägning",
    "headingEn": "Notice",
    "textSv": "Avtalet upphör efter sex månader.",
    "textEn": "The agreement ends after six months.",
    "figure": "notice",
    "number": 6,
    "validFrom": "2025-01-01",
}


def add(client: TestClient, world: World, status: int = 201, **given: object) -> dict[str, Any]:
    """Add a clause to our template."""
    answer = client.post(CLAUSES, headers=world.by("coordinator"), json={**NOTICE, **given})
    assert answer.status_code == status, answer.text
    added: dict[str, Any] = answer.json()
    return added


def listed(client: TestClient, world: World, on: str | None = None) -> list[tuple[str, int | None, str | None]]:
    """Return the clauses as anybody reads them: key, number and last day in force."""
    asked = {"limit": "200"} | ({} if on is None else {"on": on})
    rows = client.get(CLAUSES, headers=world.by("student"), params=asked).json()["items"]
    return [(row["key"], row["number"], row["inForceUntil"]) for row in rows]


def test_a_new_wording_takes_the_place_of_the_old_from_its_day_and_the_old_stays(
    client: TestClient, world: World
) -> None:
    add(client, world)
    add(client, world, number=9, validFrom="2027-01-01")
    assert ("notice", 6, "2026-12-31") in listed(client, world)
    assert ("notice", 9, None) in listed(client, world)
    assert ("notice", 6, "2026-12-31") in listed(client, world, on="2026-12-31")
    assert ("notice", 9, None) in listed(client, world, on="2027-01-01")
    assert all(key != "notice" for key, *_ in listed(client, world, on="2024-12-31"))


def test_a_clause_ends_and_nothing_takes_its_place(client: TestClient, world: World) -> None:
    made = add(client, world)
    tag = world.by("coordinator", **{"If-Match": '"1"'})
    ended = client.patch(f"{CLAUSES}/{made['id']}", headers=tag, json={"validTo": "2026-06-30"})
    assert (ended.status_code, ended.json()["inForceUntil"]) == (200, "2026-06-30")
    assert all(key != "notice" for key, *_ in listed(client, world, on="2026-07-01"))
    stale = client.patch(f"{CLAUSES}/{made['id']}", headers=tag, json={"validTo": None})
    assert stale.status_code == 412
    again = world.by("coordinator", **{"If-Match": '"2"'})
    assert (
        client.patch(f"{CLAUSES}/{made['id']}", headers=again, json={"validTo": "2026-06-30"}).headers["ETag"] == '"2"'
    )
    early = client.patch(f"{CLAUSES}/{made['id']}", headers=again, json={"validTo": "2024-12-31"})
    assert (early.status_code, early.json()["errors"][0]["pointer"]) == (422, "/validTo")


def test_only_a_clause_that_has_not_begun_is_removed(client: TestClient, world: World) -> None:
    tomorrow = (today() + dt.timedelta(days=1)).isoformat()
    coming = add(client, world, validFrom=tomorrow)
    tag = world.by("coordinator", **{"If-Match": '"1"'})
    assert client.delete(f"{CLAUSES}/{coming['id']}", headers=tag).status_code == 204
    begun = add(client, world, validFrom=today().isoformat())
    refused = client.delete(f"{CLAUSES}/{begun['id']}", headers=tag)
    assert (refused.status_code, "last day" in refused.json()["detail"]) == (409, True)


def test_a_wording_cannot_be_slipped_in_before_one_that_is_there(client: TestClient, world: World) -> None:
    add(client, world, validFrom="2026-01-01")
    for day in ("2026-01-01", "2025-06-01"):
        refused = add(client, world, 409, validFrom=day)
        assert refused["errors"][0]["pointer"] == "/validFrom"


def test_two_clauses_never_settle_the_same_thing_on_the_same_day(client: TestClient, world: World) -> None:
    add(client, world)
    assert add(client, world, 409, key="other-notice")["errors"][0]["pointer"] == "/figure"
    nurses: dict[str, Any] = {"key": "price-nurse", "figure": "price", "number": 1, "professions": ["nurse"]}
    assert add(client, world, 409, **nurses)["errors"][0]["pointer"] == "/figure"
    ended = client.patch(
        f"{CLAUSES}/tcl_a", headers=world.by("coordinator", **{"If-Match": '"1"'}), json={"validTo": "2024-12-31"}
    )
    assert ended.status_code == 200
    made = add(client, world, **nurses)
    assert made["professions"] == ["nurse"]
    add(client, world, key="price-midwife", figure="price", number=2, professions=["barnmorska"])
    add(client, world, 409, key="price-both", figure="price", number=2, professions=["midwife", "nurse"])


def test_what_takes_the_place_of_a_clause_cannot_be_removed_if_another_would_then_settle_the_same(
    client: TestClient, world: World
) -> None:
    add(client, world)
    day = (today() + dt.timedelta(days=30)).isoformat()
    without = add(client, world, figure=None, number=None, validFrom=day)
    add(client, world, key="other-notice", validFrom=day)
    tag = world.by("coordinator", **{"If-Match": '"1"'})
    assert client.delete(f"{CLAUSES}/{without['id']}", headers=tag).status_code == 409


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"number": None}, "/number"),
        ({"number": 121}, "/number"),
        ({"number": -1}, "/number"),
        ({"number": True}, "/number"),
        ({"figure": "validity", "number": 121}, "/number"),
        ({"figure": "units", "number": 1}, "/number"),
        ({"figure": None, "number": 1}, "/number"),
        ({"professions": ["nurse"]}, "/professions"),
        ({"professions": ["astronaut"]}, "/professions/0"),
        ({"validTo": "2024-12-31"}, "/validTo"),
        ({"cancellationSteps": [{"daysBefore": 14, "percent": 50}]}, "/cancellationSteps"),
        (
            {
                "figure": "cancellation",
                "number": None,
                "cancellationSteps": [{"daysBefore": 7, "percent": 1}, {"daysBefore": 14, "percent": 2}],
            },
            "/cancellationSteps/1/percent",
        ),
        ({"key": "Not a key"}, "/key"),
        ({"textSv": "ring 19811218-9876"}, "/textSv"),
        ({"figure": "weather"}, "/figure"),
    ],
)
def test_a_clause_that_cannot_hold_is_refused_where_it_is_wrong(
    client: TestClient, world: World, wrong: dict[str, Any], pointer: str
) -> None:
    assert [each["pointer"] for each in add(client, world, 422, **wrong)["errors"]] == [pointer]


def test_every_wrong_value_of_a_clause_is_told_at_once(client: TestClient, world: World) -> None:
    refused = add(client, world, 422, figure="units", professions=["nurse"], validTo="2024-01-01")
    assert [each["pointer"] for each in refused["errors"]] == ["/number", "/professions", "/validTo"]


def test_a_clause_about_cancellations_has_its_steps(client: TestClient, world: World) -> None:
    shown = client.get(f"{CLAUSES}/tcl_late", headers=world.by("unit")).json()
    assert shown["cancellationSteps"] == [{"daysBefore": 28, "percent": 50}]
    steps = [{"daysBefore": 14, "percent": 100}, {"daysBefore": 28, "percent": 50}]
    made = add(client, world, key="cancellation", figure="cancellation", number=None, cancellationSteps=steps)
    assert made["cancellationSteps"] == steps


def test_there_is_one_template_for_a_kind_of_provider_and_it_is_renamed(client: TestClient, world: World) -> None:
    given = {"providerKind": "kommun", "nameSv": "En till", "nameEn": "Another"}
    refused = client.post(TEMPLATES, headers=world.by("coordinator"), json=given)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, "/providerKind")
    tag = world.by("coordinator", **{"If-Match": '"1"'})
    for _ in range(2):  # the second time nothing changes, and nothing is told
        named = client.patch(f"{TEMPLATES}/tpl_a", headers=tag, json={"nameSv": "Länets mall"})
        assert (named.status_code, named.json()["version"]) == (200, 2)
        tag = world.by("coordinator", **{"If-Match": '"2"'})
    feed = client.get("/v1/events?kind=agreement-template.changed", headers=world.by("unit")).json()["items"]
    assert [event["details"] for event in feed] == [{"templateId": "tpl_a"}]
    found = client.get(f"{TEMPLATES}?providerKind=region", headers=world.by("unit")).json()
    assert (found["items"], found["total"]) == ([], 0)


def test_everyone_is_told_of_a_clause_and_from_when_it_is_in_force(client: TestClient, world: World) -> None:
    add(client, world)
    event = client.get("/v1/events?kind=agreement-template.changed", headers=world.by("institution")).json()["items"][
        -1
    ]
    assert event["details"] == {"templateId": "tpl_a", "key": "notice", "validFrom": "2025-01-01"}


def test_a_profession_that_a_clause_names_stays_in_the_list(client: TestClient, world: World) -> None:
    word = {"code": "naprapath", "nameSv": "naprapat", "nameEn": "naprapath"}
    assert client.post("/v1/professions", headers=world.by("coordinator"), json=word).status_code == 201
    add(client, world, key="professions", figure="professions", number=None, professions=["naprapath"])
    tag = client.get("/v1/professions/naprapath", headers=world.by("coordinator")).headers["ETag"]
    refused = client.delete("/v1/professions/naprapath", headers=world.by("coordinator", **{"If-Match": tag}))
    assert (refused.status_code, "1 clause of a template" in refused.json()["detail"]) == (409, True)
