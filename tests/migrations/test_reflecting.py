"""The tests' shorter way of migrating SQLite makes the tables that the service's own way makes."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import text

from placement.database import engine_for, migrate
from tests.reflecting import as_outside_the_tests


def declared(file: Path) -> dict[str, list[str]]:
    """Return what SQLite has written down of each table, index and trigger, clause by clause."""
    engine = engine_for(f"sqlite:///{file}")
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT type, name, sql FROM sqlite_master")).all()
    engine.dispose()
    return {f"{kind} {name}": sorted(re.split(r",?\s*\n\s*", said or "")) for kind, name, said in rows}


def test_the_tables_are_the_same_whichever_way_they_were_migrated(migrated_sqlite: Path, tmp_path: Path) -> None:
    with as_outside_the_tests():
        migrate(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    assert declared(tmp_path / "other.sqlite3") == declared(migrated_sqlite)
