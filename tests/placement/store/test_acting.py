"""Acting for the service within a block: where the database goes away meanwhile, that is what is told, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from placement.database import NOBODY_YET, THE_SERVICE, Acting, act, engine_for, open_session
from placement.errors import UnavailableError
from placement.store.acting import as_the_service, beyond_own
from tests.databases import as_owner, end_backend

PROVIDER = Acting("provider", "org_city", None)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    made = engine_for(migrated_url)
    yield made
    made.dispose()


def backend_of(session: Session) -> int:
    """Return the number of the server's process that a session is connected to."""
    return int(session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one())


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("block", [beyond_own, as_the_service])
def test_a_database_that_goes_away_within_the_block_is_told_as_such(
    engine: Engine, migrated_url: str, block: Callable[[Session], AbstractContextManager[None]]
) -> None:
    def lose_the_database() -> None:
        with open_session(engine, acting=PROVIDER) as session, block(session):
            end_backend(as_owner(migrated_url), backend_of(session))
            session.connection().execute(text("SELECT 1"))

    with pytest.raises(UnavailableError):
        lose_the_database()


def whom(session: Session) -> tuple[str, str]:
    """Return for whom PostgreSQL takes a session's transaction to act."""
    told = "SELECT current_setting('placement.role', true), current_setting('placement.organisation', true)"
    role, organisation = session.connection().execute(text(told)).one()
    return role, organisation


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_each_statement_acts_for_whom_its_session_does_at_that_moment(engine: Engine) -> None:
    with open_session(engine, acting=NOBODY_YET) as session:
        assert not any(whom(session))
        act(session, PROVIDER)
        act(session, THE_SERVICE)
        act(session, PROVIDER)
        assert whom(session) == ("provider", "org_city")
        with as_the_service(session):
            assert whom(session) == ("service", "")
        assert whom(session) == ("provider", "org_city")
        session.commit()
        assert whom(session) == ("provider", "org_city")
        act(session, NOBODY_YET)
        assert whom(session) == ("nobody", "")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize("within", [THE_SERVICE, PROVIDER])
def test_what_a_savepoint_undoes_is_told_anew(engine: Engine, within: Acting) -> None:
    with open_session(engine, acting=PROVIDER) as session:
        assert whom(session) == ("provider", "org_city")
        with suppress(LookupError), session.begin_nested():
            act(session, THE_SERVICE)
            assert whom(session) == ("service", "")
            raise LookupError
        act(session, within)
        assert whom(session) == (within.role, within.organisation or "")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_fails_within_a_savepoint_is_told_as_what_it_is_and_the_transaction_goes_on(engine: Engine) -> None:
    full = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    with open_session(engine, acting=PROVIDER) as session:
        with pytest.raises(OperationalError, match="could not extend file"), session.begin_nested():
            session.connection().exec_driver_sql(full)
        assert whom(session) == ("provider", "org_city")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_connection_that_was_given_back_acts_for_nobody(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    with open_session(engine, acting=PROVIDER) as session:
        backend = session.connection().scalar(text("SELECT pg_backend_pid()"))
        assert whom(session) == ("provider", "org_city")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT pg_backend_pid()")) == backend
        assert not connection.scalar(text("SELECT current_setting('placement.role', true)"))
    engine.dispose()
