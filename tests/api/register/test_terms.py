"""Terms over HTTP: opened with the usual dates and weights, and changed field by field."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import Session

from placement.tables import Term
from tests.api.world import World

TERM = {"code": "VT2033", "firstWeek": "2032-W53", "weeks": 20}


def test_a_term_that_begins_in_week_53_is_opened_with_its_usual_dates(client: TestClient, world: World) -> None:
    made = client.post("/v1/terms", json=TERM, headers=world.by("coordinator"))
    assert made.status_code == 201, made.text
    assert made.json() == {
        "id": made.json()["id"],
        "version": 1,
        **TERM,
        "requestsBy": "2032-09-15",
        "answersBy": "2032-11-01",
        "outsideAnswersBy": "2032-11-15",
        "publishBy": "2032-11-29",
        "studentsAnswerBy": None,
        "weights": {
            "unplaced": 10000,
            "travel": 1,
            "longTravel": 3,
            "preference": 5,
            "agreementFloor": 20,
            "change": 60,
            "interprofessional": 0,
            "pairs": 0,
            "carriedBurden": 0,
        },
        "travel": {"baseMinutes": 12.0, "minutesPerKm": 2.2, "maxMinutes": 120, "longAfter": 60},
    }
    shown = client.get(made.headers["Location"], headers=world.by("unit"))
    assert shown.json() == made.json()
    assert shown.headers["ETag"] == made.headers["ETag"] == '"1"'


@pytest.mark.parametrize("week", ["2027-W53", "2027-W00", "2027-3", "1999-W01", "2200-W01", 202703])
def test_a_week_the_year_does_not_have_is_refused(client: TestClient, world: World, week: object) -> None:
    refused = client.post("/v1/terms", json={**TERM, "firstWeek": week}, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/firstWeek"]


def test_one_weight_is_changed_and_the_others_stay(client: TestClient, world: World) -> None:
    change = {"weights": {"travel": 2}, "travel": {"maxMinutes": None}, "publishBy": None}
    changed = client.patch("/v1/terms/trm_a", json=change, headers=world.by("coordinator", **{"If-Match": '"1"'}))
    assert changed.status_code == 200, changed.text
    assert changed.headers["ETag"] == '"2"'
    assert (changed.json()["weights"]["travel"], changed.json()["weights"]["unplaced"]) == (2, 10000)
    assert (changed.json()["travel"]["maxMinutes"], changed.json()["travel"]["longAfter"]) == (None, 60)
    assert changed.json()["publishBy"] == "2026-11-30"


def test_a_term_asks_for_company_at_units_and_stops_asking(client: TestClient, world: World) -> None:
    def weighed(version: int, **weights: object) -> Response:
        asked = world.by("coordinator", **{"If-Match": f'"{version}"'})
        return client.patch("/v1/terms/trm_a", json={"weights": weights}, headers=asked)

    on = weighed(1, interprofessional=4, pairs=10).json()["weights"]
    assert (on["interprofessional"], on["pairs"], on["travel"]) == (4, 10, 1)
    off = weighed(2, pairs=0).json()["weights"]
    assert (off["interprofessional"], off["pairs"]) == (4, 0)
    refused = weighed(3, interprofessional=-1, pairs=1_000_001)
    assert refused.status_code == 422
    assert {fault["pointer"] for fault in refused.json()["errors"]} == {"/weights/interprofessional", "/weights/pairs"}


@pytest.mark.parametrize("change", [{"weights": None}, {"code": None}, {"weights": {"wages": 1}}, {"weeks": 0}])
def test_a_term_keeps_what_it_must_have(client: TestClient, world: World, change: dict[str, object]) -> None:
    asked = world.by("coordinator", **{"If-Match": '"1"'})
    assert client.patch("/v1/terms/trm_a", json=change, headers=asked).status_code == 422


def test_dates_out_of_order_are_pointed_at(client: TestClient, world: World) -> None:
    late = {**TERM, "answersBy": "2032-11-20"}
    refused = client.post("/v1/terms", json=late, headers=world.by("coordinator"))
    assert refused.status_code == 422
    assert refused.json()["errors"] == [
        {"pointer": "/outsideAnswersBy", "detail": "2032-11-15 comes before 2032-11-20"}
    ]


def test_a_code_is_given_to_one_term_only(client: TestClient, world: World) -> None:
    again = client.post("/v1/terms", json={**TERM, "code": "VT2027"}, headers=world.by("coordinator"))
    assert again.status_code == 409


def test_a_term_in_use_is_not_removed_nor_cut_short(client: TestClient, world: World) -> None:
    asked = world.by("coordinator", **{"If-Match": '"1"', "Accept-Language": "sv"})
    assert client.delete("/v1/terms/trm_a", headers=asked).status_code == 409
    cut = client.patch("/v1/terms/trm_a", json={"firstWeek": "2027-W01"}, headers=asked)
    assert cut.status_code == 409
    assert cut.json()["detail"] == (
        "Vecka 2026-W53 skulle hamna utanför terminen. "
        "Veckor utanför den används av 1 erbjudande, 1 kurs med startveckor och 1 låst placering: ändra det först."
    )


UNADDRESSABLE = (".", "..", "VT/2033", "VT\\2033", "VT?2033", "VT2033#", "VT%2033", "VT2033\N{NO-BREAK SPACE}", "new")


@pytest.mark.one_database
def test_a_code_that_cannot_stand_in_an_address_is_refused(client: TestClient, world: World) -> None:
    coordinator = world.by("coordinator", **{"If-Match": '"1"'})
    for code in UNADDRESSABLE:
        opened = client.post("/v1/terms", json={**TERM, "code": code}, headers=coordinator)
        renamed = client.patch("/v1/terms/trm_a", json={"code": code}, headers=coordinator)
        for refused in (opened, renamed):
            assert refused.status_code == 422, code
            assert [fault["pointer"] for fault in refused.json()["errors"]] == ["/code"]
            assert "addresses of the term's pages" in refused.json()["detail"]
    assert client.post("/v1/terms", json={**TERM, "code": "VT 2033 å.1"}, headers=coordinator).status_code == 201


@pytest.mark.one_database
def test_a_term_that_has_such_a_code_is_read_changed_and_renamed(
    client: TestClient, world: World, store: Session
) -> None:
    term = store.get_one(Term, "trm_a")
    term.code = ".."
    store.add(term)
    store.commit()
    assert client.get("/v1/terms/trm_a", headers=world.by("unit")).json()["code"] == ".."
    for change in ({"code": "..", "weights": {"travel": 2}}, {"code": "VT2027"}):
        tag = client.get("/v1/terms/trm_a", headers=world.by("coordinator")).headers["ETag"]
        headers = world.by("coordinator", **{"If-Match": tag})
        assert client.patch("/v1/terms/trm_a", json=change, headers=headers).status_code == 200
