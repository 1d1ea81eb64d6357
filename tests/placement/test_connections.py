"""Connections: one that has stood idle is asked whether it lives before it is used; one used a moment ago is not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from placement import database
from placement.database import engine_for, open_session
from placement.errors import UnavailableError
from tests.databases import as_owner, end_backend

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    made = engine_for(migrated_url)
    yield made
    made.dispose()


def ask(engine: Engine) -> int:
    with open_session(engine) as session:
        return int(session.connection().scalar(text("SELECT 1")) or 0)


def end_the_idle(engine: Engine, url: str) -> None:
    """End the one connection that stands in the pool, as a database does that is started again."""
    with open_session(engine) as session:
        backend = session.connection().execute(text("SELECT pg_backend_pid()")).scalar_one()
    end_backend(as_owner(url), backend)


def test_a_connection_that_ended_while_it_stood_idle_is_replaced(
    engine: Engine, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_IDLE_SECONDS", 0.0)
    end_the_idle(engine, migrated_url)
    assert ask(engine) == 1


def test_one_that_ended_a_moment_after_it_was_used_costs_one_call_and_no_other(
    engine: Engine, migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_IDLE_SECONDS", 3_600.0)
    end_the_idle(engine, migrated_url)
    with pytest.raises(UnavailableError):
        ask(engine)
    assert ask(engine) == 1


def test_a_process_that_freezes_in_a_transaction_keeps_its_locks_from_nobody_for_long(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_FROZEN_SECONDS", 1)
    frozen, other = engine_for(migrated_url), engine_for(migrated_url)
    lock = text("SELECT pg_advisory_xact_lock(7)")

    def freeze() -> None:
        with open_session(frozen) as session:
            session.connection().execute(lock)
            time.sleep(1.5)

    with pytest.raises(UnavailableError):
        freeze()
    with open_session(other) as session:
        session.connection().execute(lock)
    frozen.dispose()
    other.dispose()
