"""What is no whole backup of ours, and what does not come out as it went in, changes nothing."""

from __future__ import annotations

import json
import random
import zipfile
from importlib.metadata import version

import pytest
from psycopg.errors import DiskFull, InsufficientPrivilege, UndefinedTable
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from placement import database
from placement.callers import SYSTEM
from placement.database import open_session
from placement.errors import DiskFullError, PlacementError, UnavailableError
from placement.keeping import files, restoring
from placement.keeping.backups import make_backup
from placement.keeping.files import opened
from placement.keeping.refusals import BackupError
from placement.keeping.restoring import restore_backup
from placement.keys import Keys, new_key
from placement.store import access
from placement.tables import Municipality
from tests.effort import SEED, has_long_form, tries
from tests.placement.keeping.backed_up import KEY, KEYS, Place, contents, new_municipality, refusal, sealed, told


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
