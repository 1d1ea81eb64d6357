"""The commands as they are typed, and the database that their setting names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from placement.cli import open_rooms

Placement = Callable[..., Result]


@pytest.fixture(autouse=True)
def settings_of_nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Replace the machine's own settings: an empty SQLite file, and English."""
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", f"sqlite:///{tmp_path / 'own.sqlite3'}")
    monkeypatch.delenv("PLACEMENT_LANG", raising=False)
    monkeypatch.setenv("COLUMNS", "100")


@pytest.fixture
def migrated_own(migrated_sqlite: Path, tmp_path: Path) -> Path:
    """The commands' database, with every table already: that takes a second, and few tests are about it."""
    return shutil.copyfile(migrated_sqlite, tmp_path / "own.sqlite3")


@pytest.fixture
def placement() -> Placement:
    """Run a command with arguments; return its exit status and output."""

    def run(*arguments: object) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(open_rooms(words), words)

    return run
