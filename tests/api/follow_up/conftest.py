"""A made-up county with a published term that has been changed in many ways, and the callers who follow it up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session, select

from placement.callers import Role
from placement.database import engine_for
from placement.settings import Settings
from placement.tables import Organisation, OrganisationKind
from placement_api.app import create_app
from tests.api.parties import Party, token_of
from tests.followed import settle


@dataclass
class Followed:
    """The county and its callers; a caller's token is made when it is first asked for."""

    client: TestClient
    engine: Engine

    def by(self, role: Role, organisation: str | None = None) -> Party:
        """Return a caller."""
        return Party(self.client, token_of(self.engine, role, organisation, "Eva Ek"), organisation)

    def organisations(self, kind: OrganisationKind) -> list[str]:
        """Return the ids of the organisations of a kind."""
        with Session(self.engine) as session:
            return list(session.exec(select(Organisation.id).where(Organisation.kind == kind)))

    def named(self, name: str) -> str:
        """Return the id of an organisation by its Swedish name."""
        with Session(self.engine) as session:
            return session.exec(select(Organisation.id).where(Organisation.name_sv == name)).one()


@pytest.fixture(scope="package")
def followed(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Followed]:
    """The small county; its plan, and with it who is where, differs a little from one time to the next."""
    yield from follow(migrated_sqlite, tmp_path_factory.mktemp("followed") / "county.sqlite3", 1)


def follow(empty: Path, file: Path, seed: int) -> Iterator[Followed]:
    """Settle a county and serve it."""
    url = settle(empty, file, "small", seed)
    engine = engine_for(url)
    with TestClient(create_app(Settings(database_url=url, runner="none")), raise_server_exceptions=False) as client:
        yield Followed(client, engine)
    engine.dispose()
