"""Acting for the service within a block: where the database goes away meanwhile, that is what is told, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlmodel import Session

from placement.database import Acting, engine_for, open_session
from placement.errors import UnavailableError
from placement.store.acting import as_the_service, beyond_own
from tests.databases import as_owner

PROVIDER = Acting("provider", "org_city", None)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    made = engine_for(migrated_url)
    yield made
    made.dispose()


def end_connection_of(session: Session, owner: str) -> None:
    """End a session's connection from outside, as a server does that stops at once."""
    backend = session.connection().scalar(text("SELECT pg_backend_pid()"))
    other = create_engine(owner)
    with other.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
    other.dispose()


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("block", [beyond_own, as_the_service])
def test_a_database_that_goes_away_within_the_block_is_told_as_such(
    engine: Engine, migrated_url: str, block: Callable[[Session], AbstractContextManager[None]]
) -> None:
    def lose_the_database() -> None:
        with open_session(engine, acting=PROVIDER) as session, block(session):
            end_connection_of(session, as_owner(migrated_url))
            session.connection().execute(text("SELECT 1"))

    with pytest.raises(UnavailableError):
        lose_the_database()
