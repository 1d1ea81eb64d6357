"""A change that is refused as stale says who was before it, to those of the same organisation and to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.store.changers import last_changer
from placement.tables import ApiToken, AuditEntry
from tests.api.world import World

UNIT = "/v1/units/unt_a"
NAMES = {Role.PROVIDER: "VIL coordinator", Role.UNIT: "Ward manager", Role.COORDINATOR: "CKU"}


@pytest.fixture
def named(store: Session, world: World) -> Session:
    """The same county, in which each access is called something."""
    for role, name in NAMES.items():
        store.get_one(ApiToken, world.by(role)["Authorization"].split("_")[1]).label = name
    store.commit()
    return store


def change(client: TestClient, world: World, role: str, most: int, path: str = UNIT) -> None:
    """Change a unit as somebody."""
    headers = world.by(role, **{"If-Match": "*"})
    assert client.patch(path, json={"maxStudents": most}, headers=headers).status_code == 200


def told(client: TestClient, world: World, role: str, path: str = UNIT) -> dict[str, Any]:
    """Return what is told of who changed a row that has changed since somebody read it."""
    refused = client.patch(path, json={"maxStudents": 9}, headers=world.by(role, **{"If-Match": '"0"'}))
    assert refused.status_code == 412
    return {name: value for name, value in refused.json().items() if name.startswith("changed")}


def test_whoever_is_of_the_same_organisation_is_named_with_the_moment(
    client: TestClient, named: Session, world: World
) -> None:
    change(client, world, "provider", 5)
    latest = select(AuditEntry.at).where(AuditEntry.object_id == "unt_a").order_by(col(AuditEntry.sequence).desc())
    at = named.exec(latest).first()
    assert at is not None
    named.rollback()
    found = told(client, world, "provider")
    assert found["changedBy"] == "VIL coordinator"
    assert found["changedAt"].startswith(f"{at:%Y-%m-%dT%H:%M:%S}")


@pytest.mark.one_database
@pytest.mark.parametrize(("changes", "reads"), [("coordinator", "provider"), ("provider", "coordinator")])
def test_nobody_of_another_organisation_is_named(
    client: TestClient, named: Session, world: World, changes: str, reads: str
) -> None:
    del named
    change(client, world, changes, 5)
    assert told(client, world, reads) == {}
    assert told(client, world, changes)["changedBy"] == NAMES[Role(changes)]


def test_another_provider_s_access_is_not_named_though_it_has_the_same_role(
    client: TestClient, named: Session, world: World
) -> None:
    change(client, world, "provider", 5)
    assert last_changer(named, Caller(Role.PROVIDER, organisation="org_city"), "unt_a") is not None
    for stranger in (
        Caller(Role.PROVIDER, organisation="org_far"),
        Caller(Role.UNIT, unit="unt_b"),
        Caller(Role.UNIT, unit="unt_none"),
        Caller(Role.AUDITOR),
    ):
        assert last_changer(named, stranger, "unt_a") is None


@pytest.mark.one_database
def test_a_unit_and_its_provider_are_one_organisation(client: TestClient, named: Session, world: World) -> None:
    del named
    path, headers = "/v1/capacity-offers/off_a", world.by("unit", **{"If-Match": "*"})
    body = {"institutions": ["org_ki", "org_b"]}
    assert client.patch(path, json=body, headers=headers).status_code == 200
    refused = client.patch(path, json=body, headers=world.by("provider", **{"If-Match": '"0"'}))
    assert (refused.status_code, refused.json()["changedBy"]) == (412, "Ward manager")


@pytest.mark.one_database
def test_what_was_entered_on_the_machine_or_has_no_trail_has_nobody(
    client: TestClient, named: Session, world: World
) -> None:
    del named
    assert told(client, world, "provider") == {}
    headers = world.by("coordinator", **{"If-Match": '"0"'})
    refused = client.patch("/v1/municipalities/0180", json={"name": "Stockholm"}, headers=headers)
    assert (refused.status_code, "changedBy" in refused.json()) == (412, False)
