"""Agreement balances over HTTP: student-weeks, with sums and shares."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.tables import AgreementVolume
from tests.api.world import World

ADDRESS = "/v1/terms/trm_a/agreement-balances"


def read(client: TestClient, world: World, role: str, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{ADDRESS}?{query}", headers=world.by(role))
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def test_an_agreement_is_shown_with_its_sums_and_shares(client: TestClient, world: World, store: Session) -> None:
    store.get_one(AgreementVolume, ("agr_a", "trm_a")).min_student_weeks = 20
    store.commit()
    (shown,) = read(client, world, "provider")
    figures = {"asked": 11, "offered": 2, "inForce": 5, "completed": 0, "cancelledLate": 0}
    assert shown == {
        "id": "agr_a",
        "institutionId": "org_ki",
        "institutionName": "Karolinska Institutet",
        "providerId": "org_city",
        "providerName": "City of Stockholm",
        "validFrom": "2025-01-01",
        "endsOn": None,
        "minStudentWeeks": 20,
        "maxStudentWeeks": None,
        **figures,
        "shareOfFloor": 0.25,
        "shareOfAsked": 0.4545,
        "professions": [{"profession": "nurse", **figures}],
    }


@pytest.mark.parametrize("role", ["institution", "provider"])
def test_each_party_sees_its_own_and_the_coordinator_all(client: TestClient, world: World, role: str) -> None:
    assert [row["id"] for row in read(client, world, role)] == ["agr_a"]
    assert [row["id"] for row in read(client, world, "coordinator", "sort=-institutionId")] == ["agr_a", "agr_b"]
    assert [row["id"] for row in read(client, world, "coordinator", "institutionId=org_b")] == ["agr_b"]
    (theirs,) = read(client, world, "coordinator", "providerId=org_far")
    assert (theirs["shareOfFloor"], theirs["shareOfAsked"], theirs["minStudentWeeks"]) == (None, None, 0)
