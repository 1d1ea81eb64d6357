"""A machine proposes and a person decides: only what somebody has published is in force; every place has its reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from placement.callers import Role
from placement.database import engine_for, open_session
from placement.tables import Placement, Publication
from tests.api.conftest import Connect
from tests.api.parties import token_of
from tests.placement.publishing import offer_places, plan, settle

RUN = "/v1/runs/{run}/explanations/{request}/remedies"


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A county with two students, one of whom can be placed."""
    made = engine_for(migrated_url)
    settle(made)
    yield made
    made.dispose()


class Coordinator:
    """The coordinator Eva Ek, and what she reads."""

    def __init__(self, client: TestClient, engine: Engine) -> None:
        self._client = client
        self._token = token_of(engine, Role.COORDINATOR, label="Eva Ek")

    def ask(self, path: str, language: str = "en", body: object = None) -> Any:  # noqa: ANN401 (a JSON document)
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": language}
        told = self._client.request("GET" if body is None else "POST", path, headers=headers, json=body)
        assert told.is_success, told.text
        return told.json()

    def in_force(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/v1/placements?limit=200")["items"]
        return found


@pytest.fixture
def coordinator(engine: Engine, connect: Connect, migrated_url: str) -> Coordinator:
    return Coordinator(connect(migrated_url), engine)


def test_runs_put_nothing_in_force_and_what_is_in_force_names_who_published_it(
    engine: Engine, coordinator: Coordinator
) -> None:
    first = plan(engine)
    assert coordinator.in_force() == []
    coordinator.ask("/v1/terms/trm_a/publications", body={"runId": first, "publishedBy": "Ada Lind"})
    placed = coordinator.in_force()
    assert [each["requestId"] for each in placed] != []
    with open_session(engine) as session:
        offer_places(session, "off_far", "unt_far", 2)
    second = plan(engine)
    assert coordinator.in_force() == placed, "a run that nobody has published changes nothing"
    coordinator.ask("/v1/terms/trm_a/publications", body={"runId": second})
    publications = coordinator.ask("/v1/terms/trm_a/publications")["items"]
    assert [each["publishedBy"] for each in publications] == ["Eva Ek", "Ada Lind"]
    assert len(coordinator.in_force()) == 2
    with open_session(engine) as session:
        of_persons = select(Publication.id).where(col(Publication.published_by) != "")
        unsigned = select(Placement).where(col(Placement.publication_id).not_in(of_persons))
        assert session.exec(unsigned).all() == []


@pytest.mark.parametrize("nobody", ["", None])
def test_the_database_takes_no_publication_without_a_person(engine: Engine, nobody: str | None) -> None:
    plan(engine)
    columns = "id, term_id, run_id, number, published_by, published_at, placed, moved, ended"
    values = "'pub_x', term_id, id, 1, CAST(:nobody AS varchar), requested_at, 0, 0, 0"
    with engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text(f"INSERT INTO publication ({columns}) SELECT {values} FROM run"), {"nobody": nobody})  # noqa: S608


@pytest.mark.parametrize(
    ("language", "placed", "left"),
    [
        (
            "sv",
            "är placerad: Tallgården, 2026-W53–2027-W05",
            "Tallgården – sjuksköterska, Tallgården, 2026-W53–2027-W05: 1/1",
        ),
        ("en", "is placed: Tallgården, 2026-W53–2027-W05", "Tallgården – nurse, Tallgården, 2026-W53–2027-W05: 1/1"),
    ],
)
def test_every_request_of_a_plan_has_a_reason_that_a_person_can_read(
    engine: Engine, coordinator: Coordinator, language: str, placed: str, left: str
) -> None:
    run = plan(engine)
    said = {request: coordinator.ask(RUN.format(run=run, request=request), language) for request in ("req_a", "req_b")}
    assert sorted(each["placed"] for each in said.values()) == [False, True]
    for told in said.values():
        reason = " ".join(told["sentences"])
        assert (placed if told["placed"] else left) in reason, reason
