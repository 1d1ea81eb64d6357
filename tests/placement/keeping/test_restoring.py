"""What is backed up is put back whole, on either database, also from an earlier version."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlmodel import Session, select

from placement.callers import SYSTEM
from placement.database import engine_for, migrate, migrations_of, open_session, read_session
from placement.events import feed
from placement.keeping import manifests, restoring
from placement.keeping.backups import make_backup
from placement.keeping.contents import Contents, tables_of
from placement.keeping.files import opened
from placement.keeping.restoring import MADE_BY_MIGRATIONS, restore_backup
from placement.settings import Settings
from placement.store import access
from placement.tables import METADATA, AuditEntry, Delivery, Event, Municipality, Run, RunStatus, RunWorker, Webhook
from placement_api.app import create_app
from tests.api.world import World
from tests.databases import APPLICATION, new_database
from tests.effort import SEED, has_long_form, only_in_long_form, tries
from tests.placement.keeping.backed_up import HANDED_OVER, KEY, KEYS, Place, contents, new_municipality, of
from tests.rows import small_world

EARLIER = "e5b0a7c94d12"
"""A revision from before the database had policies on rows, accounts of people and encrypted secrets."""


@pytest.mark.postgresql_counts
def test_a_restored_database_equals_the_one_that_was_backed_up(place: Place, database_url: str) -> None:
    made = place.backup()
    assert made.path.stat().st_mode & 0o777 == 0o600
    before = contents(place.engine)
    assert dict(made.manifest.tables) == before
    assert sum(each.rows for each in before.values()) == made.manifest.rows > 200
    with place.engine.connect() as connection:
        assert made.manifest.head == manifests.head_of(connection, tables_of(connection))
        assert made.manifest.head.sequence
        assert manifests.head_of(connection, {}) == manifests.Head(None, None)
    done = restore_backup(database_url, made.path, KEYS)
    after = of(database_url)
    assert {name for name in before if before[name] != after[name]} == HANDED_OVER
    assert {name: each.rows for name, each in after.items()} == {
        name: each.rows + (name == "event") for name, each in before.items()
    }
    assert done.runs == 1
    assert list(place.folder.iterdir()) == [made.path]


@pytest.mark.one_database
def test_an_encrypted_backup_is_put_back_alike(place: Place, unused: str) -> None:
    before = contents(place.engine)
    assert restore_backup(unused, place.backup(encrypt=True).path, KEYS).runs == 1
    after = of(unused)
    assert {name for name in before if before[name] != after[name]} == HANDED_OVER


def test_a_restored_service_works_and_a_run_that_was_under_way_is_in_the_queue_again(
    place: Place, settled: tuple[str, World], unused: str
) -> None:
    with open_session(place.engine) as session:
        last = session.exec(select(Event).order_by(text("sequence DESC"))).first()
    restore_backup(unused, place.backup().path, KEYS)
    engine = engine_for(unused)
    with open_session(engine) as session:
        assert session.exec(select(Run).where(Run.status == RunStatus.RUNNING)).all() == []
        assert session.exec(select(Delivery.worker).where(text("worker IS NOT NULL"))).all() == []
    engine.dispose()
    app = create_app(Settings(database_url=unused, runner="none", secret_keys=SecretStr(KEY)))
    by = settled[1].by("coordinator")
    with TestClient(app, raise_server_exceptions=False) as client:
        for path in ("municipalities", "units", "terms", "students", "runs", "placements", "audit-entries"):
            answer = client.get(f"/v1/{path}", headers=by)
            assert answer.status_code == 200, answer.text
            assert answer.json()["total"] > 0, path
        after = last.sequence or 0 if last else 0
        told = client.get("/v1/events", params={"after": after}, headers=by).json()["items"]
        assert [each["kind"] for each in told] == ["service.restored"]
        assert told[0]["cursor"] >= after + feed.BEYOND
        changed = client.post(
            "/v1/municipalities",
            json={"code": "0999", "name": "Nyort", "lat": 59.3, "lon": 18.1, "population": 1000, "inCounty": True},
            headers=by,
        )
        assert changed.status_code == 201, changed.text
        entries = client.get("/v1/audit-entries", params={"limit": 1}, headers=by).json()
        assert entries["total"] > 0


def test_a_backup_moves_a_county_from_one_database_to_the_other(
    place: Place, backend: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if backend == "sqlite":
        template = request.getfixturevalue("migrated_postgresql")
        with new_database(request.getfixturevalue("postgresql_server"), template=template) as url:
            other = url.render_as_string(hide_password=False)
            restore_backup(other, place.backup().path, KEYS)
            after = of(other)
    else:
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), tmp_path / "other.sqlite3")
        other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
        restore_backup(other, place.backup().path, KEYS)
        after = of(other)
    before = contents(place.engine)
    assert {name for name in before if before[name] != after[name]} == HANDED_OVER


@pytest.mark.one_database
def test_a_database_that_has_been_migrated_and_not_used_is_empty(unused: str) -> None:
    assert {name for name, each in of(unused).items() if each.rows} == MADE_BY_MIGRATIONS


@pytest.mark.postgresql_counts
def test_a_backup_of_an_earlier_version_is_put_back_and_migrated(
    place: Place, settled: tuple[str, World], unused: str
) -> None:
    command.downgrade(migrations_of(place.url), EARLIER)
    made = place.backup()
    assert made.manifest.revision == EARLIER
    restore_backup(unused, made.path, KEYS)
    migrate(place.url, APPLICATION if place.engine.dialect.name == "postgresql" else None)
    before, after = contents(place.engine), of(unused)
    assert before.keys() == after.keys()
    chained_anew = "audit_entry"
    assert {name for name in before if before[name] != after[name]} <= {*HANDED_OVER, "webhook", chained_anew}
    restore_backup(place.url, made.path, KEYS, replace=True)
    engine = engine_for(settled[0])  # the role that the service connects as may do what it could, also with new tables
    with open_session(engine) as session:
        access.add(session, SYSTEM, new_municipality("0999"))
        for table in METADATA.sorted_tables:
            session.connection().execute(table.select().limit(1)).all()
    engine.dispose()


@only_in_long_form
@pytest.mark.no_cover
def test_a_backup_of_any_earlier_version_is_put_back_and_migrated(place: Place, database_url: str) -> None:
    for revision in reversed(restoring._revisions(place.url)[:-1]):
        command.downgrade(migrations_of(place.url), revision)
        made = make_backup(place.engine, place.folder / revision, KEYS)
        restore_backup(database_url, made.path, KEYS, replace=True)
        assert of(database_url).keys() == {table.name for table in METADATA.sorted_tables} - {"run_worker"}


def test_what_workers_of_this_installation_say_of_themselves_is_no_part_of_a_backup(
    place: Place, database_url: str
) -> None:
    with open_session(place.engine) as session:
        session.add(RunWorker(number=7, memory_mb=4_096))
    made = place.backup()
    restore_backup(database_url, made.path, KEYS, replace=True)
    engine = engine_for(database_url)
    with read_session(engine) as session:
        assert session.exec(select(RunWorker)).all() == []
    engine.dispose()


@has_long_form("1 kill", "40 kills")
@pytest.mark.no_cover
def test_a_restore_that_is_killed_leaves_the_old_or_the_new(place: Place) -> None:
    whole = place.backup().path
    with open_session(place.engine) as session:
        access.add(session, SYSTEM, new_municipality("0999"))
    old = contents(place.engine)
    drawn = random.Random(SEED)
    code = (
        "import sys; from pathlib import Path; from placement.keys import Keys\n"
        "from placement.keeping.restoring import restore_backup\n"
        "print('ready', flush=True); restore_backup(sys.argv[1], Path(sys.argv[2]), Keys([sys.argv[3]]), replace=True)"
    )
    for _ in range(tries(1, 40)):
        process = subprocess.Popen(
            [sys.executable, "-c", code, place.url, str(whole), KEY], stdout=subprocess.PIPE, text=True
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            try:
                process.wait(drawn.uniform(0.05, 1.5))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
        left = contents(place.engine)
        assert left["municipality"] in {old["municipality"], _rows(whole)["municipality"]}
        if left["municipality"] == old["municipality"]:
            assert left == old
        else:
            assert {name for name in left if left[name] != _rows(whole)[name]} == HANDED_OVER
            restore_old(place, old)


def _rows(path: Path) -> dict[str, Contents]:
    with opened(path, KEYS) as backup:
        return dict(backup.manifest.tables)


def restore_old(place: Place, old: dict[str, Contents]) -> None:
    """Bring back the county that the next kill would keep."""
    with open_session(place.engine) as session:
        access.add(session, SYSTEM, new_municipality("0999"))
    old.update(contents(place.engine))


def test_every_kind_of_value_comes_back_as_it_was(unused: str, tmp_path: Path) -> None:
    engine = engine_for(unused)
    with open_session(engine) as session:
        session.add_all(small_world())
        for row in session.exec(select(AuditEntry)):
            row.after = {"å\u2028\n": [1.5, None, True, 2**53, {"b": 1, "a": "\\"}]}
    before, held = contents(engine), _held(engine)
    assert any(len(rows) > 0 for rows in held)
    restore_backup(unused, make_backup(engine, tmp_path / "one", KEYS).path, KEYS, replace=True)
    after = contents(engine)
    assert {name for name in before if before[name] != after[name]} <= HANDED_OVER
    assert _held(engine) == held
    engine.dispose()


def _held(engine: Engine) -> list[list[dict[str, Any]]]:
    """What Python reads of tables with moments, lists, numbers and documents."""
    with Session(engine) as session:
        return [
            [row.model_dump() for row in session.exec(select(kind))] for kind in (AuditEntry, Municipality, Webhook)
        ]
