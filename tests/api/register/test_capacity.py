"""A unit's answer over HTTP: places week by week, then a no; each change names the version that it changes."""

from __future__ import annotations

from fastapi.testclient import TestClient

from tests.api.world import World, row_in

OFFERS = "/v1/capacity-offers"
OFFER = {
    "termId": "trm_a",
    "unitId": "unt_a",
    "professions": ["nurse"],
    "weeks": [{"week": "2027-W01", "places": 1}, {"week": "2026-W53", "places": 2}],
}


def test_a_unit_offers_places_and_then_has_to_say_no(client: TestClient, world: World) -> None:
    made = client.post(OFFERS, json=OFFER, headers=world.by("unit"))
    offer = row_in(made)
    assert offer["weeks"] == [{"week": "2026-W53", "places": 2}, {"week": "2027-W01", "places": 1}]
    assert (offer["institutions"], offer["status"], offer["synthetic"]) == (None, "answered", False)
    assert offer["answeredAt"].endswith("Z")

    no = {"status": "declined", "declineReason": "short-of-staff"}
    seen = world.by("unit", **{"If-Match": made.headers["ETag"]})
    said = client.patch(made.headers["Location"], json=no, headers=seen)
    assert said.status_code == 200
    assert row_in(said) == {**offer, **no, "weeks": [], "version": 2, "answeredAt": said.json()["answeredAt"]}
    assert client.patch(made.headers["Location"], json=no, headers=seen).status_code == 412


def test_a_replaced_offer_keeps_nothing_that_is_not_named(client: TestClient, world: World) -> None:
    changed = client.put(f"{OFFERS}/off_a", json=OFFER, headers=world.by("provider", **{"If-Match": '"1"'}))
    assert changed.json()["institutions"] is None
    assert len(changed.json()["weeks"]) == 2
    assert changed.headers["ETag"] == '"2"'


def test_an_institution_finds_the_offers_open_to_it(client: TestClient, world: World) -> None:
    found = client.get(f"{OFFERS}?termId=trm_a&status=answered", headers=world.by("institution")).json()
    assert [offer["id"] for offer in found["items"]] == ["off_a"]


def test_a_withdrawn_offer_is_not_there(client: TestClient, world: World) -> None:
    headers = world.by("provider", **{"If-Match": '"1"'})
    gone = client.delete(f"{OFFERS}/off_a", headers=headers)
    assert (gone.status_code, row_in(gone)) == (200, {})  # with the placement that has no place any more
    assert client.get(f"{OFFERS}/off_a", headers=headers).status_code == 404
