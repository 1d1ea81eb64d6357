"""A call that lost a race is done again, a few times; then its caller is told to come back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import OperationalError

from placement.errors import StaleError
from placement.register import units
from placement_api import retrying
from tests.api.matrix.places import UNIT
from tests.api.world import World

pytestmark = pytest.mark.one_database

STALE = StaleError(sv="Ändrat.", en="Changed.")
DEADLOCK = OperationalError("", {}, DeadlockDetected())
UNSERIALIZABLE = OperationalError("", {}, SerializationFailure())


@pytest.fixture
def losing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception, int], list[int]]:
    """Let units be entered only after so many lost races; the list that is returned has one entry for each try."""

    def lose(why: Exception, times: int) -> list[int]:
        tries: list[int] = []
        enter = units.open_unit

        def open_unit(*given: Any) -> object:  # noqa: ANN401 (what the room's own function takes)
            tries.append(len(tries))
            made = enter(*given)
            if len(tries) <= times:
                raise why
            return made

        monkeypatch.setattr(units, "open_unit", open_unit)
        monkeypatch.setattr(retrying, "LONGEST_PAUSE", 0)
        return tries

    return lose


def count(client: TestClient, world: World) -> int:
    return int(client.get("/v1/units", headers=world.by("coordinator")).json()["total"])


@pytest.mark.parametrize("why", [STALE, DEADLOCK, UNSERIALIZABLE], ids=["stale", "deadlock", "unserializable"])
def test_what_lost_a_race_is_done_again_and_has_its_effect_once(
    client: TestClient, world: World, losing: Callable[[Exception, int], list[int]], why: Exception
) -> None:
    before, tries = count(client, world), losing(why, 3)
    headers = world.by("provider", **{"Idempotency-Key": "k-1"})
    answers = [client.post("/v1/units", json=UNIT, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert len(tries) == 4
    assert count(client, world) == before + 1


def test_what_always_loses_is_told_to_come_back_and_leaves_nothing(
    client: TestClient, world: World, losing: Callable[[Exception, int], list[int]]
) -> None:
    before, tries = count(client, world), losing(STALE, 99)
    answer = client.post("/v1/units", json=UNIT, headers=world.by("provider"))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/unavailable")
    assert answer.headers["Retry-After"]
    assert answer.json()["detail"].startswith("Several changed the same rows")
    assert len(tries) == retrying.MOST_TIMES
    assert count(client, world) == before


def test_a_database_that_does_not_answer_is_not_asked_again(
    client: TestClient, world: World, losing: Callable[[Exception, int], list[int]]
) -> None:
    tries = losing(OperationalError("", {}, OSError()), 99)
    assert client.post("/v1/units", json=UNIT, headers=world.by("provider")).status_code == 503
    assert len(tries) == 1


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "PUT"])
def test_an_address_of_a_list_s_sheet_is_never_that_of_a_row(client: TestClient, world: World, method: str) -> None:
    answer = client.request(method, "/v1/units/sheet", json={"name": "x"}, headers=world.by("coordinator"))
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET")
