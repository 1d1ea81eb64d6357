"""A county with a plan in force, through the API: every rule has something that it could be broken by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import (
    Course,
    Organisation,
    OrganisationKind,
    Programme,
    ProviderKind,
    Site,
    Student,
    Supervisor,
    TravelTime,
    Unit,
)
from tests.api.parties import token_of
from tests.placement.publishing import offer_places, plan, publish_run, settle

KIRUNA = {"lat": 67.86, "lon": 20.23}
ZONE = "väster/om ö/å"
"""The zone of the first student."""


class County:
    """A county with a plan in force: two students of a lärosäte at one unit, with one supervisor."""

    def __init__(self, client: TestClient, engine: Engine, tokens: dict[str, str]) -> None:
        self.client, self.engine, self.tokens = client, engine, tokens

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, by: str = "coordinator", language: str = "en"
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.tokens[by]}", "If-Match": "*", "Accept-Language": language}
        answer = self.client.request(method, f"/v1{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer

    def told(self, by: str) -> list[dict[str, Any]]:
        """Return the details of what a caller reads of impossible placements in the feed."""
        items = self.ask("GET", "/events?kind=placement.impossible", by=by).json()["items"]
        return [event["details"] for event in items]


@contextmanager
def standing(client: TestClient, url: str, tokens: dict[str, str]) -> Iterator[County]:
    """Yield the county in a database that it is settled in."""
    engine = engine_for(url)
    yield County(client, engine, tokens)
    engine.dispose()


def settle_standing(url: str) -> dict[str, str]:
    """Settle the county in a migrated database, publish a plan of it, and return everybody's token."""
    engine = engine_for(url)
    settle(engine)
    with open_session(engine) as session:
        session.get_one(Programme, "prg_a").decentralised = True
        session.get_one(Student, "stu_a").zone = ZONE
        course, unit = session.get_one(Course, "crs_a"), session.get_one(Unit, "unt_a")
        course.supervision_credits, course.university_healthcare, unit.university_healthcare = 7.5, True, True
        session.get_one(Supervisor, "sup_a").every_week = True
        offer_places(session, "off_a", "unt_a", 2)
        session.add_all(
            [
                Site(id="sit_b", institution_id="org_ki", name="Norr", municipality_code="0180"),
                TravelTime(origin="kiruna", destination="söder", minutes=955),
                Organisation(
                    id="org_north",
                    kind=OrganisationKind.PROVIDER,
                    provider_kind=ProviderKind.REGION,
                    name_sv="Norr",
                    name_en="North",
                ),
            ]
        )
    publish_run(engine, plan(engine))
    tokens = {
        "coordinator": token_of(engine, Role.COORDINATOR),
        "institution": token_of(engine, Role.INSTITUTION, "org_ki"),
        "provider": token_of(engine, Role.PROVIDER, "org_city"),
    }
    engine.dispose()
    return tokens
