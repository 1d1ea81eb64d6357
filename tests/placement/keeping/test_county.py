"""A planned county is backed up and put back within a minute, on either database."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from placement.cli import open_rooms
from placement.database import engine_for
from placement.keeping.backups import make_backup
from placement.keeping.restoring import restore_backup
from placement.keys import Keys, new_key
from tests.databases import as_owner
from tests.effort import only_in_long_form

MOST_SECONDS = 60


@only_in_long_form
@pytest.mark.no_cover
def test_a_planned_county_is_kept_and_put_back_within_a_minute(
    migrated_url: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = as_owner(migrated_url)
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", url)
    demo = CliRunner().invoke(open_rooms(["demo"]), ["demo", "--scale", "county", "--time-limit", "60"])
    assert demo.exit_code == 0, demo.output
    engine, keys = engine_for(url), Keys([new_key()])
    began = time.monotonic()
    made = make_backup(engine, tmp_path / "county", keys, encrypt=True)
    kept = time.monotonic()
    restore_backup(database_url, made.path, keys)
    ended = time.monotonic()
    engine.dispose()
    size = made.path.stat().st_size / 1_000_000
    print(f"{made.manifest.rows} rows, {size:.1f} MB: kept in {kept - began:.1f} s, put back in {ended - kept:.1f} s")  # noqa: T201
    assert ended - began < MOST_SECONDS
