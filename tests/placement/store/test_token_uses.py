"""The last use of a token is written at most once an hour, beside the calls, and later if the database is busy."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import engine_for, open_session
from placement.store.token_uses import MOST_TOLD, TOLD_EVERY_SECONDS, TokenUses, UseKeeper, this_hour
from placement.store.tokens import Refused, caller_of, create_token, id_of, revoke_token
from placement.tables import ApiToken
from placement.worker_names import new_worker
from tests.token_clock import be_days_later


def engine_of(session: Session) -> Engine:
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return engine


def last_use(session: Session, token: str) -> dt.datetime | None:
    session.rollback()
    session.expire_all()
    return session.get_one(ApiToken, id_of(token)).last_used_at


def use(session: Session, token: str, uses: TokenUses) -> None:
    caller_of(session, token, uses)
    session.rollback()
    session.expire_all()


@pytest.mark.postgresql_counts
def test_the_hour_of_a_use_is_written_once_and_changes_no_version(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR)
    session.commit()
    uses, engine = TokenUses(), engine_of(session)
    assert last_use(session, token) is None
    use(session, token, uses)
    session.rollback()
    assert uses.write(engine)
    assert last_use(session, token) == this_hour() <= now()
    assert session.get_one(ApiToken, id_of(token)).version == 1
    session.rollback()
    written: list[str] = []
    use(session, token, uses)
    event.listen(engine, "before_cursor_execute", lambda *told: written.append(told[2]))
    assert uses.write(engine)
    assert written == []
    be_days_later(monkeypatch, 1)
    use(session, token, uses)
    session.rollback()
    assert uses.write(engine)
    assert last_use(session, token) == this_hour()


@pytest.mark.one_database
def test_a_busy_database_is_not_waited_for_and_the_use_is_written_later(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR)
    session.commit()
    uses, engine = TokenUses(), engine_of(session)
    use(session, token, uses)
    with open_session(engine) as other:
        other.connection()  # on SQLite it has the turn to write
        assert not uses.write(engine)
    assert last_use(session, token) is None
    session.rollback()
    assert uses.write(engine)
    assert last_use(session, token) == this_hour()


@pytest.mark.one_database
def test_a_database_without_tables_is_no_fault(session: Session, tmp_path: Path) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR)
    session.commit()
    uses = TokenUses()
    use(session, token, uses)
    empty = engine_for(f"sqlite:///{tmp_path / 'nothing.sqlite3'}")
    assert not uses.write(empty)
    empty.dispose()


def test_the_keeper_writes_what_waits_and_then_pauses(session: Session) -> None:
    token = create_token(session, SYSTEM, Role.AUDITOR)
    session.commit()
    uses, engine = TokenUses(), engine_of(session)
    use(session, token, uses)
    assert not UseKeeper(uses, lambda: engine).turn(new_worker())
    assert last_use(session, token) == this_hour()


@pytest.mark.one_database
def test_a_refused_use_of_a_right_secret_is_logged_now_and_then_without_the_secret(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = [0.0]
    uses = TokenUses(clock=lambda: seconds[0])
    token = create_token(session, SYSTEM, Role.AUDITOR)
    revoke_token(session, SYSTEM, id_of(token))
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            assert caller_of(session, token, uses) is Refused.REVOKED
        assert caller_of(session, token[:-2] + "AA", uses) is Refused.UNKNOWN
        seconds[0] = TOLD_EVERY_SECONDS
        caller_of(session, token, uses)
    assert [record.getMessage() for record in caplog.records] == [f"the token {id_of(token)} was refused: revoked"] * 2
    assert token.split("_", 2)[2] not in caplog.text


@pytest.mark.one_database
def test_what_is_remembered_of_refusals_is_bounded(session: Session) -> None:
    uses = TokenUses()
    for at in range(MOST_TOLD + 1):
        uses.tell_refused(str(at), "revoked")
    assert len(uses._told) == 1
    assert session.is_active
