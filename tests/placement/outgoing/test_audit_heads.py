"""The head of the audit trail is written every hour to a folder and to the log."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, read_session
from placement.keys import keys_of
from placement.outgoing import audit_heads
from placement.outgoing.audit_heads import EVERY, HeadKeeper
from placement.settings import Settings
from placement.store.heads import read_head
from placement.store.verifying import verify
from placement.working import tasks_for
from tests.placement.store.trails import LAST, write_trail


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = engine_for(migrated_url)
    with Session(engine) as session:
        write_trail(session)
    yield engine
    engine.dispose()


def test_a_head_is_written_when_the_newest_is_an_hour_old(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = HeadKeeper(engine, Settings(), str(tmp_path / "heads"))
    with caplog.at_level("INFO"):
        made = keeper.keep()
    assert made is not None
    assert json.loads(caplog.messages[-1].removeprefix("audit head "))["sequence"] == LAST
    assert keeper.keep() is None
    monkeypatch.setattr(audit_heads, "now", lambda: now() + EVERY)
    assert keeper.keep() is not None
    files = [read_head(file.read_text("utf-8")) for file in (tmp_path / "heads").iterdir()]
    with read_session(engine) as session:
        assert verify(session, SYSTEM, files, frozenset({keys_of(Settings()).public_key})).wrong is None


def test_it_works_while_the_service_does_and_only_where_a_folder_is_named(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns, turn = threading.Semaphore(0), HeadKeeper.turn

    def counted(keeper: HeadKeeper, worker: str) -> bool:
        worked = turn(keeper, worker)
        turns.release()
        return worked

    monkeypatch.setattr(HeadKeeper, "turn", counted)
    assert not [task for task in tasks_for(engine, Settings()) if isinstance(task, HeadKeeper)]
    (tmp_path / "audit-head-of-a-friend-1.json").write_text("{}")
    named = Settings(audit_heads_folder=str(tmp_path))
    (keeper,) = [task for task in tasks_for(engine, named) if isinstance(task, HeadKeeper)]
    monkeypatch.setattr(keeper, "_pause", 0.001)
    keeper.start()
    try:
        assert all(turns.acquire(timeout=30) for _ in range(3))
    finally:
        keeper.stop()
    assert len(list(tmp_path.glob("audit-head-2*.json"))) == 1
    assert dt.timedelta(hours=1) == EVERY
