"""Lists are returned in parts, which together are the whole list in one order, with links between them."""

from __future__ import annotations

import re
from random import Random

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World
from tests.effort import SEED, has_long_form, tries


def links_of(header: str) -> dict[str, str]:
    return {name: address for address, name in re.findall(r'<([^>]*)>; rel="(\w+)"', header)}


def test_the_parts_of_a_list_follow_their_links_to_the_whole(client: TestClient, world: World) -> None:
    headers = world.by("coordinator")
    whole = client.get("/v1/organisations?limit=200", headers=headers).json()
    seen, address = [], "/v1/organisations?limit=2"
    while address:
        answer = client.get(address, headers=headers)
        assert answer.json()["total"] == whole["total"] == len(whole["items"])
        seen += answer.json()["items"]
        address = links_of(answer.headers["Link"]).get("next", "")
    assert seen == whole["items"]


def test_the_links_keep_the_filters_and_name_no_host(client: TestClient, world: World) -> None:
    answer = client.get("/v1/organisations?kind=provider&limit=1&offset=1", headers=world.by("auditor"))
    assert links_of(answer.headers["Link"]) == {
        "first": "/v1/organisations?kind=provider&limit=1&offset=0",
        "prev": "/v1/organisations?kind=provider&limit=1&offset=0",
        "next": "/v1/organisations?kind=provider&limit=1&offset=2",
        "last": "/v1/organisations?kind=provider&limit=1&offset=2",
    }


def test_a_list_that_is_not_asked_for_in_parts_has_twenty_at_most(client: TestClient, world: World) -> None:
    answer = client.get("/v1/units", headers=world.by("coordinator")).json()
    assert (answer["limit"], answer["offset"]) == (20, 0)


def test_beyond_the_end_of_a_list_there_is_nothing_but_the_total(client: TestClient, world: World) -> None:
    answer = client.get("/v1/units?offset=1000000000", headers=world.by("provider"))
    assert answer.json()["items"] == []
    assert answer.json()["total"] == 2
    assert set(links_of(answer.headers["Link"])) == {"first", "prev", "last"}


@pytest.mark.parametrize("asked", ["limit=0", "limit=201", "limit=-1", "offset=-1", "offset=1000000001", "limit=x"])
def test_a_part_outside_the_bounds_is_refused(client: TestClient, world: World, asked: str) -> None:
    assert client.get(f"/v1/units?{asked}", headers=world.by("coordinator")).status_code == 422


@pytest.mark.no_cover
@has_long_form("3 times the feed is read while rows come and go", "200 times")
def test_who_reads_the_feed_while_rows_come_and_go_misses_nothing_and_reads_nothing_twice(
    client: TestClient, world: World
) -> None:
    dice, made, first = Random(SEED), dict[str, str](), 0
    for number in range(tries(3, 200)):
        before = everything_told(client, world, first)
        seen: list[int] = []
        cursor = first
        while part := feed_after(client, world, cursor):
            told = part[: dice.randint(1, 40)]  # read less than was given, then go on
            seen, cursor = seen + told, told[-1]
            for _ in range(dice.randint(0, 2)):
                come_or_go(client, world, dice, made)
        assert seen == everything_told(client, world, first), number
        assert seen[: len(before)] == before != [], number
        first = seen[-60] if len(seen) > 60 else first  # the next reading begins before the end of this one


def feed_after(client: TestClient, world: World, cursor: int) -> list[int]:
    """Return the cursors of a part of a provider's feed."""
    answer = client.get(f"/v1/events?after={cursor}&limit=200", headers=world.by("provider"))
    return [event["cursor"] for event in answer.json()["items"]]


def everything_told(client: TestClient, world: World, first: int) -> list[int]:
    """Return the cursors of every event after a first, read while nothing happens."""
    told: list[int] = []
    while part := feed_after(client, world, told[-1] if told else first):
        told += part
    return told


def come_or_go(client: TestClient, world: World, dice: Random, made: dict[str, str]) -> None:
    """Offer places, or withdraw an offer; both are told in the feed."""
    if made and dice.random() < 0.5:
        address = dice.choice(sorted(made))
        gone = client.delete(address, headers=world.by("provider", **{"If-Match": made.pop(address)}))
        assert gone.status_code in {200, 204}, gone.text
        return
    offer = {"termId": "trm_a", "unitId": "unt_a", "professions": ["nurse"], "weeks": []}
    answer = client.post("/v1/capacity-offers", json=offer, headers=world.by("provider"))
    assert answer.status_code == 201, answer.text
    made[answer.headers["Location"]] = answer.headers["ETag"]
