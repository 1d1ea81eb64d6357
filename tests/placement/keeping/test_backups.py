"""A backup holds everything, is of one moment and takes the place of no file."""

from __future__ import annotations

import threading
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from placement.callers import SYSTEM
from placement.database import engine_for, open_session
from placement.keeping import backups
from placement.keeping.backups import make_backup
from placement.keeping.files import written_to
from placement.keeping.refusals import BackupError
from placement.keeping.rights import Grant, grant_again
from placement.store import access
from placement.tables import Municipality
from tests.api.world import World
from tests.placement.keeping.backed_up import KEY, KEYS, Place, contents, new_municipality, refusal


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
