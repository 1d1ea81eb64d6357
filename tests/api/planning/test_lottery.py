"""The lottery over HTTP: drawn by the coordinator, with a seed that every lärosäte can read."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.world import World


def test_the_lottery_is_drawn_once_and_its_seed_is_there_for_every_institution(
    client: TestClient, world: World
) -> None:
    draws = "/v1/terms/trm_a/lottery-draws"
    drawn = client.post(draws, json={"seed": "trisslott 4711"}, headers=world.by("coordinator"))
    assert drawn.status_code == 201, drawn.text
    told = drawn.json()
    assert (told["seed"], told["students"], told["firstNumber"], told["lastNumber"]) == ("trisslott 4711", 2, 1, 2)
    assert client.get(draws, headers=world.by("institution")).json()["items"] == [told]
    numbers = client.get("/v1/students", headers=world.by("coordinator")).json()["items"]
    assert sorted(row["lotteryNumber"] for row in numbers if row["lotteryNumber"]) == [1, 2]
    assert client.post(draws, json={}, headers=world.by("coordinator")).status_code == 409
