"""Units, cohorts and terms in sheets over HTTP: a name goes to the row that has it, or to none."""

from __future__ import annotations

from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import Cohort
from placement_api.media_types import CSV
from tests.api.sheeting import Desk, faults, outcome
from tests.api.world import World
from tests.rows import one

OFFERS = "capacity-offers"
UNIT = {"municipalityCode": "0180", "kinds": "hemsjukvård", "lat": "59.3", "lon": "18.1"}


def called(desk: Desk, *names: str) -> dict[str, str]:
    """Enter units of these names, and return the id of each by its name or, where it has one, its HSA id."""
    rows = [
        {**UNIT, "name": name.partition("=")[0], "hsaId": name.partition("=")[2], "lat": f"59.{place + 10}"}
        for place, name in enumerate(names)
    ]
    assert outcome(desk.hand_in_table("units", rows)) == (len(names), 0, 0)
    return {row["hsaId"] or row["name"]: row["id"] for row in desk.table("units")}


def offer(unit: str) -> dict[str, str]:
    return {"Enhet": unit, "Termin": "VT2027", "Yrke": "läkare", "2027-W01": "2"}


def test_a_units_name_is_not_read_as_another_units_and_the_exact_name_is_read(provider: Desk) -> None:
    ids = called(provider, "Zeta avd 11=SE2321000016-Z11", "Zeta avd 1/2", "Delta 1-1", "Delta 11")
    for name in ("Zeta avd 1:1", "Zeta avd 1-1", "Zeta avd 1 1", "Zeta avd 12", "SE2321000016-Z1-1"):
        told = faults(provider.hand_in_table(OFFERS, [offer(name)]))
        assert told == [(2, "Enhet", name, "there is no such unit")]
    for name in ("Delta 1-1", "Delta 11"):
        assert outcome(provider.hand_in_table(OFFERS, [offer(name)])) == (1, 0, 0)
        assert ids[name] in {row["unitId"] for row in provider.table(OFFERS)}


def test_a_name_without_its_accents_is_told(provider: Desk) -> None:
    answer = provider.hand_in_table(OFFERS, [offer("Tallgarden")], "?dryRun=true")
    assert "'Tallgarden' is read as 'Tallgården'. (1)" in answer.json()["assumptions"]


def test_a_cohorts_name_is_not_read_as_another_cohorts(client: TestClient, world: World, store: Session) -> None:
    store.add(Cohort(**{**one(Cohort).model_dump(), "id": "coh_five", "name": "Termin 5"}))
    store.commit()
    desk = Desk(client, world, "institution")
    row = {"Pseudonym": "s-9", "lat": "59.3", "lon": "18"}
    for name in ("1SJ2/4VT202/7Termin5", "1SJ24/VT2027/Termin 55"):
        assert faults(desk.hand_in_table("students", [{"Kull": name, **row}])) == [
            (2, "Kull", name, "there is no such cohort")
        ]
    assert outcome(desk.hand_in_table("students", [{"Kull": "1sj24 / vt2027 / termin 5", **row}])) == (1, 0, 0)


def test_two_units_of_one_name_are_told_with_their_hsa_ids(provider: Desk) -> None:
    called(provider, "Björken=SE2321000016-B1", "Björken=SE2321000016-B2")
    told = faults(provider.hand_in_table(OFFERS, [offer("Björken")]))
    assert told == [
        (
            2,
            "Enhet",
            "Björken",
            "several have this name: give the HSA-id of the one that is meant (SE2321000016-B1, SE2321000016-B2)",
        )
    ]


def test_the_unit_name_beside_an_id_is_held_to_the_stored_one(provider: Desk) -> None:
    ids = called(provider, "Zeta avd 11=SE2321000016-Z11")
    line = f"unitId;unitName;termId;professions;2027-W01\n{ids['SE2321000016-Z11']};%s;VT2027;läkare;2"
    assert provider.hand_in(OFFERS, (line % "Zeta avd 1:1").encode(), CSV, "?dryRun=true").status_code == 422
    assert provider.hand_in(OFFERS, (line % "ZETA  avd 11").encode(), CSV, "?dryRun=true").status_code == 200


def test_a_unit_with_a_comma_in_its_name_is_wished_for_and_barred(client: TestClient, world: World) -> None:
    homes = "Botkyrka, Särskilt boende 5", "Botkyrka, Särskilt boende 6"
    ids = called(Desk(client, world, "provider"), *homes)
    desk = Desk(client, world, "institution")
    row = {"id": "req_a", "Önskemål": f"{homes[1]}, {homes[0]}; Tallgården"}
    assert outcome(desk.hand_in_table("requests", [row])) == (0, 1, 0)
    assert desk.found("/v1/requests/req_a")["preferences"] == [ids[homes[1]], ids[homes[0]], "unt_a"]
    row = {"id": "stu_a", "Spärrade enheter": homes[0]}
    assert outcome(desk.hand_in_table("students", [row])) == (0, 1, 0)
    assert desk.found("/v1/students/stu_a")["blockedUnits"] == [ids[homes[0]]]
    again = faults(desk.hand_in_table("requests", [{"id": "req_a", "Önskemål": "Tallgården, tallgården"}]))
    assert again == [(2, "Önskemål", "tallgården", "named twice")]
