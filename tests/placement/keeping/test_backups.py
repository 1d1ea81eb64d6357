"""What is backed up is put back whole, on either database, and what is no whole backup of ours changes nothing."""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
import signal
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from fastapi.testclient import TestClient
from psycopg.errors import DiskFull, InsufficientPrivilege, UndefinedTable
from pydantic import SecretStr
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlmodel import Session, select

from placement import database
from placement.callers import SYSTEM
from placement.clock import now
from placement.database import engine_for, migrate, migrations_of, open_session
from placement.errors import DiskFullError, PlacementError, UnavailableError
from placement.events import feed
from placement.keeping import backups, files, manifests, restoring
from placement.keeping.backups import Made, make_backup
from placement.keeping.contents import Contents, measure, tables_of
from placement.keeping.files import opened, written_to
from placement.keeping.refusals import BackupError
from placement.keeping.restoring import MADE_BY_MIGRATIONS, restore_backup
from placement.keeping.rights import Grant, grant_again
from placement.keys import Keys, new_key
from placement.settings import Settings
from placement.store import access
from placement.tables import METADATA, AuditEntry, Delivery, Event, Municipality, Run, RunStatus, Webhook
from placement_api.app import create_app
from tests.api.world import World
from tests.databases import APPLICATION, as_owner, new_database
from tests.effort import SEED, has_long_form, only_in_long_form, tries
from tests.rows import small_world

KEY = new_key()
KEYS = Keys([KEY])
EARLIER = "e5b0a7c94d12"
"""A revision from before the database had policies on rows, accounts of people and encrypted secrets."""


@dataclass
class Place:
    """A county whose run is under way and whose webhook is being sent to, and somewhere to put its backups."""

    url: str
    folder: Path
    engine: Engine

    def backup(self, **how: Any) -> Made:  # noqa: ANN401 (as make_backup takes)
        return make_backup(self.engine, self.folder, KEYS, **how)


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


def contents(engine: Engine) -> dict[str, Contents]:
    """What every table holds."""
    with engine.connect() as connection:
        return {name: measure(connection, table) for name, table in tables_of(connection).items()}


def of(url: str) -> dict[str, Contents]:
    """What every table at an address holds."""
    engine = engine_for(url)
    try:
        return contents(engine)
    finally:
        engine.dispose()


def new_municipality(code: str) -> Municipality:
    return Municipality(code=code, name="Nyort", lat=59.3, lon=18.1, population=1_000, in_county=True)


HANDED_OVER = {"run", "delivery", "event"}


@pytest.fixture
def unused(migrated_url: str) -> str:
    """The address of another database, with tables that nobody has used yet, for its owner."""
    return as_owner(migrated_url)


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


@pytest.mark.postgresql_counts
def test_a_role_from_which_the_database_keeps_rows_neither_backs_up_nor_restores(
    place: Place, settled: tuple[str, World], backend: str
) -> None:
    url, whole, before = settled[0], place.backup().path, contents(place.engine)
    engine = engine_for(url)
    if backend == "sqlite":
        assert dict(make_backup(engine, place.folder / "own", KEYS).manifest.tables) == before
    else:
        with pytest.raises(BackupError, match="may not see every row"):
            make_backup(engine, place.folder / "own", KEYS)
        assert "may not see every row" in refusal(place, whole, url).en
        with place.engine.begin() as connection:
            for table in connection.scalars(text("SELECT relname FROM pg_class WHERE relrowsecurity")).all():
                connection.execute(text(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"))
        assert dict(make_backup(engine, place.folder / "own", KEYS).manifest.tables) == before
        assert "Only the owner of the tables may restore them." in refusal(place, whole, url).en
        with place.engine.begin() as connection:
            grant_again(connection, [Grant("table_of_an_earlier_version", is_sequence=False, role="x", right="SELECT")])
    engine.dispose()


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
def test_a_file_has_every_table_and_keys_are_not_in_it(place: Place) -> None:
    made = place.backup()
    with zipfile.ZipFile(made.path) as archive:
        assert len(archive.namelist()) == len(made.manifest.tables) + 1
        held = b"".join(archive.read(name) for name in archive.namelist())
    assert KEY.encode() not in held
    encrypted = place.folder / "hidden"
    make_backup(place.engine, encrypted, KEYS, encrypt=True)
    assert b"municipality" not in encrypted.read_bytes()


def refusal(place: Place, path: Path, url: str, keys: Keys = KEYS, *, replace: bool = True) -> PlacementError:
    """Put a backup back in place of a county, and hold that nothing has changed."""
    before = contents(place.engine)
    with pytest.raises((BackupError, UnavailableError)) as refused:
        restore_backup(url, path, keys, replace=replace)
    assert contents(place.engine) == before
    assert "\n" not in refused.value.en + refused.value.sv
    return refused.value


@has_long_form("20 altered and 20 truncated backups", "5000 altered and 2000 truncated")
@pytest.mark.one_database
@pytest.mark.parametrize("encrypt", [False, True])
def test_a_truncated_or_altered_backup_is_refused_before_anything_is_touched(place: Place, *, encrypt: bool) -> None:
    whole = place.backup(encrypt=encrypt).path.read_bytes()
    spoilt = place.folder / "spoilt"
    drawn = random.Random(SEED)
    for at in [len(whole) - 1, *drawn.sample(range(len(whole)), tries(19, 4_999))]:
        spoilt.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << drawn.randrange(8))]) + whole[at + 1 :])
        with pytest.raises(PlacementError), opened(spoilt, KEYS):
            pytest.fail(f"byte {at} of {len(whole)}")
    for left in [len(whole) - 1, *(drawn.randrange(len(whole)) for _ in range(tries(19, 1_999)))]:
        spoilt.write_bytes(whole[:left])
        with pytest.raises(PlacementError), opened(spoilt, KEYS):
            pytest.fail(f"{left} of {len(whole)} bytes")
    assert "is no whole backup of Placement: " in refusal(place, spoilt, place.url).en
    nowhere = place.folder / "never.sqlite3"
    with pytest.raises(PlacementError):
        restore_backup(f"sqlite:///{nowhere}", spoilt, KEYS)
    assert not nowhere.exists()


def sealed(path: Path, source: Path, change: Callable[[str, bytes], bytes | None], keys: Keys = KEYS) -> Path:
    """Copy a backup, with what ``change`` makes of each part, and seal it as the holder of the keys."""
    with zipfile.ZipFile(source) as old, written_to(path, keys, encrypt=False) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return path


def told(path: Path, source: Path, **changed: object) -> Path:
    """Copy a backup with another manifest, sealed as ours."""

    def change(name: str, part: bytes) -> bytes:
        return json.dumps({**json.loads(part), **changed}).encode() if name == files.MANIFEST else part

    return sealed(path, source, change)


@pytest.mark.one_database
def test_what_is_no_whole_backup_of_ours_says_why_it_is_refused(place: Place) -> None:
    whole, folder, strange = place.backup().path, place.folder, Keys([new_key()])
    content = whole.read_bytes()
    before = contents(place.engine)
    for name, bad in {
        "text": b"Hej",
        "nothing": b"",
        "archive": content[: -files._SEAL_BYTES],
        "longer": content + b"\n",
        "seal of another's": content[:-96] + sealed(folder / "x", whole, lambda _n, p: p, strange).read_bytes()[-96:],
        "keys line": files.ENCRYPTED,
        "no piece": files.ENCRYPTED + b"hej\n",
    }.items():
        (folder / name).write_bytes(bad)
        with pytest.raises(BackupError, match=r"is no whole backup of Placement: .* or is something else\.$"):
            restore_backup(place.url, folder / name, KEYS, replace=True)
    hidden = folder / "hidden"
    make_backup(place.engine, hidden, KEYS, encrypt=True)
    later = told(folder / "10", whole, format="placement-backup/2", version="9.0")
    for path, keys, why in (
        (folder / "x", KEYS, "made with other keys"),
        (whole, strange, "made with other keys"),
        (hidden, strange, "cannot be read with the keys"),
        (later, KEYS, f"(9.0) than this one ({version('placement')})"),
        (told(folder / "11", whole, revision="later", version="9.0"), KEYS, "newer version (9.0)"),
    ):
        with pytest.raises(PlacementError) as refused:
            restore_backup(place.url, path, keys, replace=True)
        assert why in refused.value.en
        assert "\n" not in refused.value.en + refused.value.sv
    assert contents(place.engine) == before
    assert restore_backup(place.url, whole, Keys([new_key(), KEY]), replace=True).runs == 1


@pytest.mark.one_database
def test_damage_behind_the_first_piece_of_an_encrypted_backup_is_no_wrong_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "PIECE", 1_000)
    hidden = place.folder / "hidden"
    make_backup(place.engine, hidden, KEYS, encrypt=True)
    with opened(hidden, KEYS) as backup:
        assert dict(backup.manifest.tables) == contents(place.engine)
    lines = hidden.read_bytes().splitlines(keepends=True)
    hidden.write_bytes(b"".join([*lines[:3], Keys([new_key()]).encrypt_bytes(b"x") + b"\n", *lines[3:]]))
    assert "is no whole backup of Placement" in refusal(place, hidden, place.url).en
    hidden.write_bytes(b"".join([*lines[:3], lines[4], lines[3], *lines[5:]]))
    assert "is no whole backup of Placement" in refusal(place, hidden, place.url).en


@pytest.mark.one_database
def test_a_database_that_is_not_empty_is_replaced_only_if_that_is_meant(place: Place) -> None:
    whole = place.backup().path
    with open_session(place.engine) as session:
        access.add(session, SYSTEM, new_municipality("0999"))
    assert "With --replace" in refusal(place, whole, place.url, replace=False).en
    restore_backup(place.url, whole, KEYS, replace=True)
    with open_session(place.engine) as session:
        assert session.get(Municipality, "0999") is None


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
        assert of(database_url).keys() == {table.name for table in METADATA.sorted_tables}


@pytest.mark.one_database
def test_a_database_of_a_newer_version_is_left_alone(place: Place) -> None:
    whole = place.backup().path
    with place.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    assert refusal(place, whole, place.url).en == "The database is of a newer version than this one: upgrade first."


@pytest.mark.one_database  # PostgreSQL refuses a reference that leads nowhere when it is written
@pytest.mark.parametrize("broken", ["rows", "columns", "head", "references"])
def test_what_does_not_come_out_as_it_went_in_is_not_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    whole = place.backup().path
    if broken == "rows":
        monkeypatch.setattr(restoring, "fill", lambda *_given: None)
    elif broken == "columns":
        with zipfile.ZipFile(whole) as archive:
            tables = json.loads(archive.read(files.MANIFEST))["tables"]
        whole = told(place.folder / "changed", whole, tables={**tables, "term": {**tables["term"], "columns": ["id"]}})
    elif broken == "head":
        whole = told(place.folder / "changed", whole, head={"sequence": 1, "hash": None})
    else:
        raw = place.engine.raw_connection()
        for pragma in ("query_only = OFF", "foreign_keys = OFF"):
            raw.cursor().execute(f"PRAGMA {pragma}")
        raw.cursor().execute("DELETE FROM municipality WHERE code = (SELECT municipality_code FROM site LIMIT 1)")
        raw.invalidate()
        whole = make_backup(place.engine, place.folder / "orphans", KEYS).path
    assert "Nothing has been changed" in refusal(place, whole, place.url).en


def test_a_database_in_use_is_left_alone(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = place.backup().path
    monkeypatch.setattr(restoring, "LOCK_SECONDS", 1)
    monkeypatch.setattr(database, "_BUSY_SECONDS", 1)
    with open_session(place.engine) as session:
        access.add(session, SYSTEM, new_municipality("0999"))
        session.flush()
        with pytest.raises(UnavailableError, match="Stop the service and retry"):
            restore_backup(place.url, whole, KEYS, replace=True)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "said_by_driver", "raised"),
    [
        (OperationalError, DiskFull, DiskFullError),
        (ProgrammingError, InsufficientPrivilege, BackupError),
        (ProgrammingError, UndefinedTable, ProgrammingError),
    ],
)
def test_what_the_database_refuses_midway_changes_nothing(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[DBAPIError],
    said_by_driver: type[Exception],
    raised: type[Exception],
) -> None:
    def refuse(*_given: object) -> None:
        error = kind("INSERT", {}, said_by_driver())
        error.__context__ = error.orig
        raise error

    monkeypatch.setattr(restoring, "fill", refuse)
    whole, before = place.backup().path, contents(place.engine)
    with pytest.raises(raised):
        restore_backup(place.url, whole, KEYS, replace=True)
    assert contents(place.engine) == before


def test_a_backup_is_of_one_moment_while_others_write(place: Place) -> None:
    stopping, written = threading.Event(), list[str]()

    def write(writer: int) -> None:
        while not stopping.is_set():
            with open_session(place.engine) as session:
                code = f"{writer}{len(written):03}"[:4]
                if session.get(Municipality, code) is None:
                    access.add(session, SYSTEM, new_municipality(code))
                    written.append(code)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in (7, 8)]
    start = contents(place.engine)
    for thread in threads:
        thread.start()
    try:
        made = [make_backup(place.engine, place.folder / f"{number}", KEYS) for number in range(5)]
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
    assert written
    grown = [
        {name: each.manifest.tables[name].rows - start[name].rows for name in ("municipality", "audit_entry")}
        for each in made
    ]
    assert all(each["municipality"] == each["audit_entry"] for each in grown), grown


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


@pytest.mark.one_database
def test_a_file_that_is_there_is_kept_and_nothing_half_written_is_left(place: Place, tmp_path: Path) -> None:
    there = place.folder / "there"
    there.write_text("mine")
    with pytest.raises(BackupError, match="is there already"):
        make_backup(place.engine, there, KEYS)
    with pytest.raises(RuntimeError), written_to(place.folder / "half", KEYS, encrypt=True):
        raise RuntimeError
    with pytest.raises(BackupError), written_to(place.folder / "raced", KEYS, encrypt=False):
        (place.folder / "raced").write_text("mine")
    assert {path.name for path in place.folder.iterdir()} == {"there", "raced"}
    assert there.read_text() == (place.folder / "raced").read_text() == "mine"
    empty = engine_for(f"sqlite:///{tmp_path / 'nothing.sqlite3'}")
    with pytest.raises(BackupError, match="no tables"):
        make_backup(empty, place.folder / "nothing", KEYS)
    empty.dispose()
    assert backups.SUFFIX in place.backup().path.name


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
