"""Prices: what one more would be worth to the county, shown to the parties that could offer it."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.tables import Plan, PlanDocument
from tests.api.world import World

PRICES = "/v1/runs/run_a/prices"


def line(rule: str, name: str, unit: str | None, provider: str, **more: object) -> dict[str, object]:
    """A line of the report's prices."""
    usual = {"professions": ["nurse"], "credits": None, "weeks": [1, 2, 4], "prices": [10.5, 2.25, 1]}
    return {"rule": rule, "id": name, "unit": unit, "provider": provider} | usual | more


SCARCE = [
    line("capacity", "off_a", "unt_a", "org_city"),
    line("unit-ceiling", "unt_a", "unt_a", "org_city", professions=[], prices=[1, 1, 1]),
    line("supervisor-load", "unt_a", "unt_a", "org_city", credits=7.5, weeks=[3], prices=[40.0]),
    line("agreement-ceiling", "agr_a", None, "org_city", professions=[], weeks=[], prices=[5.0]),
    line("capacity", "off_b", "unt_b", "org_far", professions=["midwife", "nurse"], weeks=[0], prices=[900.0]),
    line("agreement-ceiling", "agr_b", None, "org_far", professions=[], weeks=[], prices=[6.0]),
]


@pytest.fixture
def priced(store: Session) -> Session:
    """A published plan with prices."""
    store.get_one(PlanDocument, "pln_a").report = {"prices": {"scarce": SCARCE}}
    store.commit()
    return store


def listed(client: TestClient, world: World, role: str, query: str = "") -> list[str]:
    answer = client.get(f"{PRICES}?{query}", headers=world.by(role))
    assert answer.status_code == 200, answer.text
    return [price["id"] for price in answer.json()["items"]]


@pytest.mark.usefixtures("priced")
def test_the_dearest_comes_first_and_a_list_comes_in_parts(client: TestClient, world: World) -> None:
    assert listed(client, world, "coordinator") == [
        "capacity.off_b.midwife.nurse",
        "supervisor-load.unt_a.nurse.7.5",
        "capacity.off_a.nurse",
        "agreement-ceiling.agr_b",
        "agreement-ceiling.agr_a",
        "unit-ceiling.unt_a",
    ]
    assert listed(client, world, "coordinator", "limit=2&offset=1") == [
        "supervisor-load.unt_a.nurse.7.5",
        "capacity.off_a.nurse",
    ]


@pytest.mark.usefixtures("priced")
def test_prices_come_in_the_order_asked_for_and_what_is_empty_last(client: TestClient, world: World) -> None:
    assert listed(client, world, "coordinator", "sort=-unitId,worth") == [
        "capacity.off_b.midwife.nurse",
        "unit-ceiling.unt_a",
        "capacity.off_a.nurse",
        "supervisor-load.unt_a.nurse.7.5",
        "agreement-ceiling.agr_a",
        "agreement-ceiling.agr_b",
    ]


@pytest.mark.usefixtures("priced")
def test_a_provider_sees_its_units_and_agreements_and_a_unit_its_own(client: TestClient, world: World) -> None:
    own = ["supervisor-load.unt_a.nurse.7.5", "capacity.off_a.nurse", "unit-ceiling.unt_a"]
    assert listed(client, world, "unit") == own
    assert listed(client, world, "provider") == [*own[:2], "agreement-ceiling.agr_a", own[2]]


@pytest.mark.usefixtures("priced")
def test_a_price_tells_the_weeks_and_the_worth_in_both_languages(client: TestClient, world: World) -> None:
    told = client.get(f"{PRICES}?limit=6", headers=world.by("coordinator")).json()["items"]
    by_id = {price["id"]: price for price in told}
    place = by_id["capacity.off_a.nurse"]
    assert place["weeks"] == [
        {"week": "2027-W01", "price": 10.5},
        {"week": "2027-W02", "price": 2.25},
        {"week": "2027-W04", "price": 1.0},
    ]
    assert (place["worth"], place["unit"], place["kinds"]) == (13.75, "Tallgården", ["elderly-care"])
    assert place["words"] == {
        "sv": "En plats till vid Tallgården (sjuksköterska), 2027-W01–W02, 2027-W04: värd högst 14 för länet, i"
        " målvärdets mått.",
        "en": "One more place at Tallgården (nurse), 2027-W01–W02, 2027-W04: worth at most 14 to the county,"
        " in the measure of the objective.",
    }
    assert by_id["supervisor-load.unt_a.nurse.7.5"]["words"]["sv"].startswith("Handledare med minst 7,5 hp för")
    assert by_id["agreement-ceiling.agr_a"]["words"]["sv"].startswith(
        "En studentvecka till i avtalet Karolinska Institutet – Stockholms stad, hela terminen: "
    )
    words = {name: price["words"]["en"].split(":")[0] for name, price in by_id.items()}
    assert words["supervisor-load.unt_a.nurse.7.5"] == (
        "A supervisor with at least 7.5 hp for one more student (nurse) at Tallgården, 2027-W03"
    )
    assert words["unit-ceiling.unt_a"].startswith("One more student under the ceiling of Tallgården")
    assert words["agreement-ceiling.agr_a"] == (
        "One more student-week in the agreement Karolinska Institutet – City of Stockholm, all term"
    )
    assert "midwife or nurse" in words["capacity.off_b.midwife.nurse"]


@pytest.mark.usefixtures("priced")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("unitId=unt_b", ["capacity.off_b.midwife.nurse"]),
        ("providerId=org_far", ["capacity.off_b.midwife.nurse", "agreement-ceiling.agr_b"]),
        ("kind=elderly-care&week=2027-W03", ["supervisor-load.unt_a.nurse.7.5"]),
        ("profession=midwife&providerId=org_city", ["agreement-ceiling.agr_a", "unit-ceiling.unt_a"]),
        ("week=2026-W53&unitId=unt_b", ["capacity.off_b.midwife.nurse"]),
    ],
)
def test_prices_are_found_by_unit_provider_kind_profession_and_week(
    client: TestClient, world: World, query: str, found: list[str]
) -> None:
    assert listed(client, world, "coordinator", query) == found


def test_a_plan_without_prices_has_an_empty_list(store: Session, client: TestClient, world: World) -> None:
    plan = store.exec(select(Plan).where(Plan.run_id == "run_over")).one()
    store.get_one(PlanDocument, plan.id).report = None
    store.commit()
    told = client.get("/v1/runs/run_over/prices", headers=world.by("coordinator")).json()
    assert (told["items"], told["total"]) == ([], 0)


@pytest.mark.usefixtures("priced")
def test_a_place_for_any_profession_is_told_so_and_a_large_price_is_readable(
    store: Session, client: TestClient, world: World
) -> None:
    dear = line("capacity", "off_a", "unt_a", "org_city", professions=[], prices=[10_000, 2_000, 0.5])
    report = {"prices": {"scarce": [dear]}}
    store.get_one(PlanDocument, "pln_a").report = report
    store.commit()
    (price,) = client.get(PRICES, headers=world.by("unit")).json()["items"]
    assert "Tallgården (any profession)" in price["words"]["en"]
    assert "Tallgården (alla yrken)" in price["words"]["sv"]
    assert "12\N{NO-BREAK SPACE}001" in price["words"]["sv"]
    assert "12,001" in price["words"]["en"]
