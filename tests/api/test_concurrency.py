"""Many callers at once: no change is lost, and no two requests wait for each other."""

from __future__ import annotations

import asyncio
from collections import Counter

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.api.matrix.sheets import OFFER
from tests.api.world import World

CROWD = 80


def test_when_many_change_one_offer_at_once_one_succeeds_and_the_others_get_412(
    app: FastAPI, client: TestClient, world: World
) -> None:
    async def rush() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://placement") as crowd:
            calls = (
                crowd.patch(
                    "/v1/capacity-offers/off_a",
                    json={"weeks": [{"week": "2027-W03", "places": number}]},
                    headers=world.by("coordinator", **{"If-Match": '"1"'}),
                )
                for number in range(CROWD)
            )
            return await asyncio.gather(*calls)

    answers = asyncio.run(rush())
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: CROWD - 1}
    winner = next(answer for answer in answers if answer.status_code == 200)
    kept = client.get("/v1/capacity-offers/off_a", headers=world.by("unit"))
    answered = {name: value for name, value in winner.json().items() if name != "impossiblePlacements"}
    assert kept.json() == answered
    assert kept.headers["ETag"] == '"2"'


def test_when_many_import_the_same_sheet_at_once_one_creates_its_rows(
    app: FastAPI, client: TestClient, world: World
) -> None:
    async def rush() -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://placement") as crowd:
            calls = (
                crowd.post("/v1/capacity-offers/imports", json={"rows": [OFFER]}, headers=world.by("provider"))
                for _ in range(CROWD // 4)
            )
            return await asyncio.gather(*calls)

    answers = asyncio.run(rush())
    assert Counter(answer.json()["created"] for answer in answers) == {1: 1, 0: CROWD // 4 - 1}
    offers = client.get("/v1/capacity-offers?termId=trm_idle", headers=world.by("provider")).json()
    assert offers["total"] == 1
