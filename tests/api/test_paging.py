"""Lists are returned in parts, which together are the whole list in one order, with links between them."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from tests.api.world import World


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
