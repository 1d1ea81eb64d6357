"""A full disk: it is said, nothing is half written, what is there can be read, and it is over when there is room."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlmodel import Session

from placement import disk
from placement.database import engine_for, open_session
from placement.errors import DiskFullError
from tests.api.conftest import Connect
from tests.api.world import World
from tests.small_disks import NoSmallDiskError, fill
from tests.small_disks import small_disk as disk_of

UNIT = "/v1/units/unt_a"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of our own with 16 MB; where there is none to be had, the test is skipped."""
    place = tmp_path / "disk"
    place.mkdir()
    with ExitStack() as stack:
        try:
            made = stack.enter_context(disk_of(place, 16))
        except NoSmallDiskError as missing:
            pytest.skip(f"A FULL DISK CANNOT BE TRIED HERE: {missing}")
        yield made


@pytest.fixture(autouse=True)
def doubtful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at the disk whenever somebody asks."""
    monkeypatch.setattr(disk, "TRUST_SECONDS", -1)


def change(client: TestClient, world: World, number: int, version: str) -> tuple[int, str]:
    """Change a unit, and return status and text."""
    answer = client.patch(UNIT, json={"maxStudents": number}, headers=world.by("provider", **{"If-Match": version}))
    return answer.status_code, answer.text


@pytest.mark.one_database
def test_a_full_disk_is_told_of_and_over_when_there_is_room(
    connect: Connect, settled_sqlite: tuple[Path, World], small_disk: Path
) -> None:
    file, world = small_disk / "county.sqlite3", settled_sqlite[1]
    shutil.copyfile(settled_sqlite[0], file)
    client = connect(f"sqlite:///{file}")
    headers = world.by("provider")
    assert change(client, world, 1, '"1"')[0] == 200
    filler = fill(small_disk)
    for _ in range(40):  # the log beside the database has some room left at first
        status, text = change(client, world, 2, client.get(UNIT, headers=headers).headers["ETag"])
        if status != 200:
            break
    assert (status, "/problems/disk-full" in text) == (507, True)
    before = client.get(UNIT, headers=headers)
    assert before.status_code == 200
    refused = client.post("/v1/units", json={"nonsense": 1}, headers=world.by("provider", **{"Accept-Language": "sv"}))
    assert refused.status_code == 422
    unready = client.get("/readyz", headers={"Accept-Language": "sv"})
    assert (unready.status_code, "Databasens disk är full" in unready.json()["detail"]) == (503, True)
    assert client.get("/healthz").status_code == 200
    rows = {"rows": [{"unitId": "unt_a", "profession": "nurse", "externalId": f"p-{each}"} for each in range(500)]}
    assert client.post("/v1/supervisors/imports", json=rows, headers=headers).status_code == 507
    filler.unlink()
    assert client.get("/readyz").status_code == 200
    assert client.get(UNIT, headers=headers).json() == before.json()
    assert change(client, world, 3, before.headers["ETag"])[0] == 200
    assert client.get("/v1/supervisors?limit=200", headers=headers).json()["total"] < 100


@pytest.mark.one_database
def test_a_database_that_may_not_grow_is_a_full_disk(
    connect: Connect, settled: tuple[str, World], caplog: pytest.LogCaptureFixture
) -> None:
    url, world = settled
    client = connect(url)
    engine = client.app.state.engine  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def hold_small(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    rows = {"rows": [{"unitId": "unt_a", "profession": "nurse", "externalId": f"p-{each}"} for each in range(500)]}
    answer = client.post("/v1/supervisors/imports", json=rows, headers=world.by("provider"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (507, "60")
    assert "The database's disk is full" in answer.json()["detail"]
    assert "Traceback" not in caplog.text
    assert client.get("/v1/supervisors", headers=world.by("provider")).status_code == 200


@pytest.mark.postgresql_counts
@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_what_postgresql_says_of_its_disk_is_understood(migrated_url: str) -> None:
    engine = engine_for(migrated_url)
    said = "DO $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
    with pytest.raises(DiskFullError), open_session(engine) as session:
        session.connection().exec_driver_sql(said)
    engine.dispose()


@pytest.mark.postgresql_counts
def test_the_disk_is_looked_at_where_the_tables_are(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_for(migrated_url)
    looked: list[Callable[..., object]] = []
    disk.hold_roomy(engine)
    monkeypatch.setattr(disk, "TRUST_SECONDS", 1e9)
    monkeypatch.setattr(disk, "_write_beside", looked.append)
    monkeypatch.setattr(disk, "_write_within", looked.append)
    disk.hold_roomy(engine)
    assert looked == []
    engine.dispose()


def test_a_folder_that_nobody_else_may_write_to_says_nothing_of_its_room(tmp_path: Path) -> None:
    disk._write_beside(tmp_path / "no" / "such" / "folder")


def test_sqlite_waits_for_the_disk_unless_a_setting_says_otherwise(migrated_sqlite: Path) -> None:
    kept = {}
    for chosen in ("full", "normal"):
        engine = engine_for(f"sqlite:///{migrated_sqlite}", chosen)
        with Session(engine) as session:
            kept[chosen] = session.connection().exec_driver_sql("PRAGMA synchronous").scalar_one()
        engine.dispose()
    assert kept == {"full": 2, "normal": 1}
