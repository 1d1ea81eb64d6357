"""A lärosäte learns whether a supervisor is named but not who; the unit, its provider and the coordinator see who."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.tables import Event, Placement, Plan, SwapSide, UnplacedRequest
from tests.api.sheeting import Desk
from tests.api.world import World

SEES = {"coordinator": "sup_a", "institution": None, "provider": "sup_a", "unit": "sup_a"}


@pytest.fixture(autouse=True)
def supervised(store: Session) -> None:
    """Our placement, its side of a swap and its event have our supervisor; a request is unplaced for want of one."""
    store.get_one(Placement, "pla_a").supervisor_id = "sup_a"
    for side in store.exec(select(SwapSide).where(SwapSide.unit_id == "unt_a")):
        side.supervisor_id = "sup_a"
    for event in store.exec(select(Event).where(Event.subject_id == "pla_a")):
        event.details = {**event.details, "supervisorId": "sup_a"}
    plan = store.exec(select(Plan).where(Plan.run_id == "run_a")).one()
    left = store.get_one(UnplacedRequest, (plan.id, "req_a"))
    left.reasons = {"supervisors": [{"id": "sup_a", "weeks": [1]}], "remaining": [], "dearer_units": 0}
    store.commit()


def asked(client: TestClient, world: World, role: str, path: str) -> Any:  # noqa: ANN401 (any JSON)
    answer = client.get(path, headers=world.by(role))
    assert answer.status_code == 200, answer.text
    assert ("sup_a" in answer.text) == (SEES[role] is not None)
    return answer.json()


@pytest.mark.parametrize("role", SEES)
def test_in_placements(client: TestClient, world: World, role: str) -> None:
    shown = asked(client, world, role, "/v1/placements/pla_a")
    assert (shown["supervisorId"], shown["hasSupervisor"]) == (SEES[role], True)
    (listed,) = (each for each in asked(client, world, role, "/v1/placements")["items"] if each["id"] == "pla_a")
    assert listed == shown


@pytest.mark.parametrize("role", SEES)
def test_in_swaps(client: TestClient, world: World, role: str) -> None:
    swaps = asked(client, world, role, "/v1/swaps")["items"]
    places = [place for swap in swaps for side in swap["sides"] for place in (side["before"], side["after"]) if place]
    ours = [place for place in places if place["unitId"] == "unt_a"]
    assert {(place["supervisorId"], place["hasSupervisor"]) for place in ours} == {(SEES[role], True)}


@pytest.mark.parametrize("role", SEES)
def test_in_the_feed(client: TestClient, world: World, store: Session, role: str) -> None:
    (event,) = asked(client, world, role, "/v1/events?subjectId=pla_a")["items"]
    assert (event["details"]["supervisorId"], event["details"]["hasSupervisor"]) == (SEES[role], True)
    kept = store.exec(select(Event).where(col(Event.subject_id) == "pla_a")).one()
    assert kept.details["supervisorId"] == "sup_a", "what is told to one does not change what is kept"


@pytest.mark.parametrize("role", SEES)
def test_in_the_sheet_of_placements(client: TestClient, world: World, role: str) -> None:
    desk = Desk(client, world, role)
    (row,) = (each for each in desk.table("placements") if each["id"] == "pla_a")
    assert row["supervisorId"] == ("true" if SEES[role] is None else "p-17")
    assert desk.hand_in_table("placements", [row]).status_code == 200


def test_in_the_reasons_of_an_unplaced_request(client: TestClient, world: World) -> None:
    for role, seen in (("coordinator", "sup_a"), ("institution", None)):
        for path in ("/v1/unplaced-requests", "/v1/runs/run_a/explanations"):
            items = asked(client, world, role, f"{path}?limit=200")["items"]
            (left,) = (each for each in items if each["requestId"] == "req_a" and each["reasons"].get("supervisors"))
            assert left["reasons"]["supervisors"] == [{"id": seen, "weeks": [1]}]
