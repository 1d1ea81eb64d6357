"""A county to back up and a database to put it back in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from placement.clock import now
from placement.database import engine_for, open_session
from placement.tables import Delivery, Run, RunStatus
from tests.api.world import World
from tests.databases import as_owner
from tests.placement.keeping.backed_up import Place


@pytest.fixture
def place(settled: tuple[str, World], tmp_path: Path) -> Iterator[Place]:
    """The small county, as its owner sees it."""
    folder = tmp_path / "backups"
    folder.mkdir()
    engine = engine_for(as_owner(settled[0]))
    with open_session(engine) as session:
        run = session.exec(select(Run).where(Run.status == RunStatus.QUEUED)).first()
        assert run is not None
        run.status, run.worker, run.started_at, run.heartbeat_at = RunStatus.RUNNING, "elsewhere:1:a", now(), now()
        delivery = session.exec(select(Delivery)).first()
        assert delivery is not None
        delivery.worker, delivery.leased_until = "elsewhere:1:a", now() + dt.timedelta(minutes=2)
        session.add_all([run, delivery])
    yield Place(as_owner(settled[0]), folder, engine)
    engine.dispose()


@pytest.fixture
def unused(migrated_url: str) -> str:
    """The address of another database, with tables that nobody has used yet, for its owner."""
    return as_owner(migrated_url)
