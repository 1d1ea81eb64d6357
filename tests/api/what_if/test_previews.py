"""A provider previews the closing of a ward, in its own language, and nothing is saved."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from placement.register.names import Who
from placement.what_if.previews import Affected
from placement_api.schemas.what_if.previews import AffectedShown
from placement_solver.plan import Remaining
from placement_solver.weeks import IsoWeek
from placement_solver.words import Words
from tests.api.parties import Round
from tests.api.test_round import ROOM, STARTS, agree, ask_for_places, county, offer, organise, supervise
from tests.api.world import World

__all__ = ["county"]  # a fixture


@pytest.mark.one_database
@pytest.mark.no_cover
def test_the_preview_of_a_closed_ward_is_what_closing_it_does(county: Round) -> None:
    institution, provider, ki, nacka = organise(county)
    ward, second, _, silent = offer(provider, county, nacka)
    agree(county, ki, nacka)
    ask_for_places(institution, county, ki)
    county.publish(county.run())
    (answer,) = provider.all(f"/v1/capacity-offers?unitId={silent}")
    weeks = [
        {"week": place["week"], "places": 1}
        for place in provider.all(f"/v1/capacity-offers?unitId={second}")[0]["weeks"]
    ]
    provider.change(f"/v1/capacity-offers/{answer['id']}", {"status": "answered", "weeks": weeks})
    supervise(provider, silent, "h-new")
    (closing,) = provider.all(f"/v1/capacity-offers?unitId={ward}")
    closed = {"status": "declined", "declineReason": "no-supervisor", "weeks": []}
    cut = {"savedOn": "2026-10-01", "offers": [{"offerId": closing["id"], "change": closed}]}
    before = institution.all("/v1/placements")

    previewed = provider.ask("POST", f"/v1/terms/{county.term}/cut-previews", 200, cut).json()
    assert institution.all("/v1/placements") == before
    assert provider.get(f"/v1/capacity-offers/{closing['id']}") == closing
    at_the_ward = {row["id"] for row in before if row["unitId"] == ward}
    assert {row["placementId"] for row in previewed["placements"]} == at_the_ward
    assert len(at_the_ward) == ROOM // 2

    provider.change(f"/v1/capacity-offers/{closing['id']}", closed)
    repaired = county.publish(county.run(mode="repair", workers=1))
    assert (repaired["moved"], repaired["ended"]) == (previewed["canBeMoved"], previewed["cannotBeMoved"])
    assert previewed["canBeMoved"] == len(STARTS)
    after = {row["id"]: row for row in institution.all("/v1/placements")}
    for row in previewed["placements"]:
        now = after[row["placementId"]]
        moved = now["status"] == "published"
        assert moved is row["canBeMoved"]
        assert not moved or (now["unitId"], now["start"]) == (row["unitAfter"], row["startAfter"])
    assert previewed["deadlines"] == []


def preview(client: TestClient, world: World, body: dict[str, Any], language: str = "sv") -> dict[str, Any]:
    """Preview a reduction in a term without requests."""
    headers = world.by("provider", **{"Accept-Language": language})
    answer = client.post("/v1/terms/trm_next/cut-previews", json=body, headers=headers)
    told: dict[str, Any] = answer.json()
    return told


def test_one_who_is_left_without_a_place_is_shown_with_what_each_rule_leaves() -> None:
    lost = Affected(
        who=Who("req_a", "stu_a", None, "org_ki", Words("KI", "KI"), "crs_a", "1SJ021", "T2", 4),
        placement_id="pla_a",
        unit_id="unt_a",
        unit_name="Tallgården",
        start=IsoWeek(2027, 3),
        weeks=4,
        kind="lost",
        can_be_moved=False,
        unit_after=None,
        unit_name_after=None,
        start_after=None,
        supervisor_after=None,
        supervisor_name_after=None,
        withheld=False,
        rules=("agreement",),
        remaining=(Remaining("kind", 5), Remaining("agreement", 0)),
        words=Words("Platsen håller inte längre.", "The place no longer holds."),
    )
    shown = AffectedShown.of(lost, "sv").model_dump(by_alias=True, mode="json")
    assert (shown["start"], shown["text"]) == ("2027-W03", "Platsen håller inte längre.")
    assert (shown["unitName"], shown["institutionName"], shown["courseCode"]) == ("Tallgården", "KI", "1SJ021")
    assert shown["remainingUnits"] == [{"rule": "kind", "units": 5}, {"rule": "agreement", "units": 0}]


def test_the_deadlines_that_a_reduction_misses_are_told_in_the_callers_language(
    client: TestClient, world: World
) -> None:
    body = {"savedOn": "2031-06-01", "closures": [{"unitId": "unt_a", "firstWeek": "2031-W36", "lastWeek": None}]}
    told = preview(client, world, body)
    assert [row["text"] for row in told["deadlines"]] == ["Enheternas svar skulle vara inne den 2031-05-01."]
    (deadline,) = preview(client, world, body, "en")["deadlines"]
    assert deadline == {
        "kind": "answers-by",
        "day": "2031-05-01",
        "agreementId": None,
        "text": "The units' answers were due on 2031-05-01.",
    }
    assert (told["placements"], told["elsewhere"], told["canBeMoved"], told["cannotBeMoved"]) == ([], 0, 0, 0)


def test_what_is_not_the_providers_own_is_named_by_its_place(client: TestClient, world: World) -> None:
    for body, pointer in (
        ({"closures": [{"unitId": "unt_b"}]}, "/closures/0/unitId"),
        ({"absences": [{"supervisorId": "sup_b"}]}, "/absences/0/supervisorId"),
        ({"offers": [{"offerId": "off_b", "change": {}}]}, "/offers/0/offerId"),
        ({"agreements": [{"agreementId": "agr_b", "endsOn": "2031-12-31"}]}, "/agreements/0/agreementId"),
    ):
        refused = preview(client, world, body)
        assert (refused["status"], [fault["pointer"] for fault in refused["errors"]]) == (422, [pointer])
