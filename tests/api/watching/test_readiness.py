"""The service says that it is ready when it is, and otherwise what is wrong, in words and without secrets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from time import monotonic

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from placement.clock import now
from placement.database import engine_for, open_session
from placement.keys import Keys, new_key
from placement.settings import Settings
from placement.tables import Delivery, Run, RunStatus, Webhook
from placement.watching import checks
from tests.api.conftest import Connect
from tests.api.world import World
from tests.databases import APPLICATION, as_owner


@pytest.fixture
def engine(settled: tuple[str, World]) -> Iterator[Engine]:
    """The county's database, for its owner."""
    made = engine_for(as_owner(settled[0]))
    yield made
    made.dispose()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds by which the clock that counts waiting is ahead."""
    ahead = [0.0]
    monkeypatch.setattr(checks, "monotonic", lambda: monotonic() + ahead[0])
    return ahead


def asked(client: TestClient, language: str = "en") -> tuple[int, str]:
    answer = client.get("/readyz", headers={"Accept-Language": language})
    return answer.status_code, answer.json().get("detail", "")


def test_a_county_in_order_is_ready_and_tells_nothing_else(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok"}
    assert asked(client) == (200, "")


def test_beside_newer_processes_an_older_one_is_ready_during_an_upgrade(client: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    assert asked(client) == (200, "")


def test_tables_of_an_earlier_version_are_told(client: TestClient, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'e5b0a7c94d12'"))
    assert asked(client) == (503, checks.NOT_MIGRATED.en)
    assert asked(client, "sv") == (503, checks.NOT_MIGRATED.sv)
    assert client.get("/healthz").status_code == 200


@pytest.mark.postgresql_counts
def test_tables_that_the_service_may_not_use_are_told(client: TestClient, engine: Engine, backend: str) -> None:
    assert asked(client)[0] == 200
    if backend == "postgresql":
        with engine.begin() as connection:
            connection.execute(text(f"REVOKE INSERT ON term FROM {APPLICATION}"))
        assert asked(client) == (503, checks.NOT_GRANTED.en)
        with engine.begin() as connection:
            connection.execute(text(f"REVOKE ALL ON run FROM {APPLICATION}"))
        assert asked(client, "sv") == (503, checks.NOT_GRANTED.sv)


def test_keys_that_do_not_read_what_is_stored_are_told(client: TestClient, engine: Engine) -> None:
    with open_session(engine) as session:
        webhook = session.exec(select(Webhook).order_by(col(Webhook.id))).first()
        assert webhook is not None
        webhook.secret = Keys([new_key()]).encrypt("whsec_x")
        session.add(webhook)
    status, told = asked(client)
    assert (status, told) == (503, "What is encrypted cannot be read with the keys in PLACEMENT_SECRET_KEYS.")


def test_runs_that_nobody_takes_are_told_once_they_have_been_seen_to_wait(
    client: TestClient, engine: Engine, later: list[float]
) -> None:
    assert asked(client)[0] == 200
    later[0] = 119.0
    assert asked(client)[0] == 200
    later[0] = 121.0
    assert asked(client) == (503, checks.NO_WORKER.en)
    with open_session(engine) as session:
        run = session.exec(select(Run).where(Run.status == RunStatus.QUEUED)).first()
        assert run is not None
        run.status, run.started_at, run.heartbeat_at, run.worker = RunStatus.RUNNING, now(), now(), "here:1:a"
        session.add(run)
    assert asked(client)[0] == 200
    later[0] = 1_000.0
    assert asked(client)[0] == 200
    with open_session(engine) as session:
        run = session.get_one(Run, run.id)
        run.heartbeat_at = now() - dt.timedelta(minutes=1)
        session.add(run)
        _leave_one_waiting(session, run)
    assert asked(client)[0] == 200
    later[0] += 121.0
    assert asked(client) == (503, checks.NO_WORKER.en)


def _leave_one_waiting(session: Session, run: Run) -> None:
    waiting = Run(
        term_id=run.term_id,
        time_limit_seconds=1,
        requested_by=run.requested_by,
        requested_at=now(),
        status=RunStatus.QUEUED,
    )
    session.add(waiting)


def test_events_that_nobody_sends_are_told(client: TestClient, engine: Engine, later: list[float]) -> None:
    with open_session(engine) as session:
        for run in session.exec(select(Run).where(Run.status == RunStatus.QUEUED)):
            run.status, run.finished_at = RunStatus.CANCELLED, now()
            session.add(run)
        for webhook in session.exec(select(Webhook)):
            webhook.active = True
            session.add(webhook)
        for delivery in session.exec(select(Delivery)):
            delivery.cursor, delivery.due_at, delivery.leased_until = 0, now(), None
            session.add(delivery)
    assert asked(client)[0] == 200
    later[0] = 601.0
    assert asked(client) == (503, checks.NO_COURIER.en)
    with open_session(engine) as session:
        for delivery in session.exec(select(Delivery)):
            delivery.attempts += 1
            session.add(delivery)
    assert asked(client)[0] == 200


def test_everything_that_is_wrong_is_told_at_once(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, connect: Connect
) -> None:
    monkeypatch.setattr(
        checks, "CHECKS", (lambda *_given: checks.NO_WORKER, lambda *_given: None, lambda *_given: checks.NO_COURIER)
    )
    assert asked(client) == (503, f"{checks.NO_WORKER.en} {checks.NO_COURIER.en}")
    nothing = connect("sqlite://")
    assert asked(nothing)[1].startswith("The database does not answer")


def test_keys_are_missed_where_there_are_none(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLACEMENT_SECRET_KEYS")
    settings = Settings(database_url="postgresql://placement@db.example.org/placement")
    with open_session(engine) as session:
        told = checks.has_keys(engine, session, settings)
    assert told is not None
    assert told.en.startswith("Set PLACEMENT_SECRET_KEYS")
