"""Tokens that existed before they could expire keep working, and none may do more after a step down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import Engine, text

from placement.callers import SYSTEM, Caller, Role
from placement.clock import today
from placement.database import engine_for, migrate, migrations_of, open_session
from placement.store.tokens import Refused, caller_of, create_token, id_of
from placement.tables import ApiToken

BEFORE = "e5b0a7c94d12"


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    """A migrated database."""
    engine = engine_for(migrated_url)
    yield engine
    engine.dispose()


def test_a_step_down_and_up_shuts_nobody_out_and_lets_nobody_do_more(engine: Engine, migrated_url: str) -> None:
    with open_session(engine) as session:
        whole = create_token(session, SYSTEM, Role.AUDITOR)
        limited = create_token(session, SYSTEM, Role.AUDITOR, scopes=["read"])
        old = create_token(session, SYSTEM, Role.AUDITOR)
        session.get_one(ApiToken, id_of(old)).expires_on = today() - dt.timedelta(days=3)
    command.downgrade(migrations_of(migrated_url), BEFORE)
    with engine.connect() as connection:
        revoked = set(connection.execute(text("SELECT id FROM api_token WHERE revoked_at IS NOT NULL")).scalars())
    assert revoked == {id_of(limited), id_of(old)}
    migrate(migrated_url)
    with open_session(engine) as session:
        caller = caller_of(session, whole)
        assert isinstance(caller, Caller)
        assert caller.expires_on is not None
        assert abs((caller.expires_on - today()).days - 400) <= 1
        assert caller.scopes is None
        assert [caller_of(session, token) for token in (limited, old)] == [Refused.REVOKED] * 2
