"""What a term lacks is shown over REST in the caller's language, to each party its own part."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from tests.api.test_statements import copies, counted
from tests.api.world import World

ADDRESS = "/v1/terms/trm_a/readiness"


def checks(client: TestClient, world: World, role: str, language: str = "en") -> dict[str, dict[str, Any]]:
    """Return the check list that a role is shown, by code."""
    answer = client.get(ADDRESS, headers=world.by(role, **{"Accept-Language": language}))
    assert answer.status_code == 200, answer.text
    return {check["code"]: check for check in answer.json()["checks"]}


def test_a_coordinator_sees_what_a_term_lacks_in_words(client: TestClient, world: World) -> None:
    told = {language: checks(client, world, "coordinator", language) for language in ("sv", "en")}
    assert told["sv"].keys() == told["en"].keys()
    assert all(check["text"] != told["en"][code]["text"] for code, check in told["sv"].items())
    assert all(len(check["items"]) <= check["total"] for check in told["sv"].values())
    ready = client.get(ADDRESS, headers=world.by("coordinator")).json()
    assert ready["id"] == "trm_a"
    assert ready["ready"] == all(check["severity"] != "blocking" for check in ready["checks"])


def test_a_row_is_named_as_the_reader_knows_it_with_its_owner(client: TestClient, world: World) -> None:
    found = checks(client, world, "coordinator", "sv")["units-without-offers"]
    assert (found["severity"], found["counts"]["units"]) == ("warning", found["total"])
    (free,) = (item for item in found["items"] if item["id"] == "unt_free")
    assert free == {
        "id": "unt_free",
        "name": "Nya vårdcentralen",
        "ownId": None,
        "owner": "Stockholms stad",
        "counts": {},
        "reason": None,
    }


@pytest.mark.parametrize("role", ["institution", "provider", "unit"])
def test_a_party_sees_nothing_of_anyone_elses(client: TestClient, world: World, role: str) -> None:
    answer = client.get(ADDRESS, headers=world.by(role))
    theirs = ("org_b", "org_far", "unt_b", "unt_idle", "off_b", "sup_b", "agr_b", "Ume", "Region N", "Avdelning 7")
    assert [word for word in theirs if word in answer.text] == []


def test_each_party_sees_the_checks_that_are_its_own_part(client: TestClient, world: World) -> None:
    everything = checks(client, world, "coordinator").keys()
    own = {role: checks(client, world, role).keys() for role in ("institution", "provider", "unit")}
    assert everything == (own["institution"] | own["provider"]) - {"places-unusable"}
    assert own["unit"] < own["provider"]
    assert {"courses-without-windows", "no-agreement"} <= own["institution"] - own["provider"]
    assert {"units-unanswered", "trainings-expire"} <= own["unit"] - own["institution"]


def test_fifty_times_as_many_rows_take_as_many_statements(
    app: FastAPI, client: TestClient, world: World, store: Session
) -> None:
    def statements() -> list[str]:
        with counted(app) as asked:
            checks(client, world, "coordinator")
        return asked

    store.add_all(copies(0))
    store.commit()
    few = statements()
    store.add_all([row for number in range(1, 50) for row in copies(number)])
    store.commit()
    assert len(statements()) == len(few)
