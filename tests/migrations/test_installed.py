"""The migrations are found wherever the package is installed, by the placement command and by Alembic's own."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from alembic.script import ScriptDirectory

from placement.database import migrations_of

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the packages of a wheel that was built from this checkout."""
    place = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(place)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = place.glob("*.whl")
    with ZipFile(wheel) as packed:
        packed.extractall(place / "packages")
    return place / "packages"


def run(folder: Path, packages: Path | None, database: Path, *command: str) -> str:
    """Run Python in a folder and return what it prints; with ``packages`` these come before the checkout's."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment["PLACEMENT_DATABASE_URL"] = f"sqlite:///{database}"
    if packages is not None:
        environment["PYTHONPATH"] = str(packages)
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def newest(database: Path) -> bool:
    """Tell whether a database has been brought to the newest revision."""
    with closing(sqlite3.connect(database)) as connection:
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return bool(revision == ScriptDirectory.from_config(migrations_of("")).get_current_head())


def test_an_installed_wheel_migrates_with_the_placement_command(installed: Path, tmp_path: Path) -> None:
    database = tmp_path / "placement.sqlite3"
    command = "import placement, placement.cli; print(placement.__file__, flush=True); placement.cli.main()"
    printed = run(tmp_path, installed, database, "-c", command, "migrate")
    assert Path(printed.splitlines()[0]).is_relative_to(installed)
    assert newest(database)


def test_an_installed_wheel_migrates_with_the_alembic_command(installed: Path, tmp_path: Path) -> None:
    database = tmp_path / "placement.sqlite3"
    configuration = str(installed / "placement_migrations" / "alembic.ini")
    run(tmp_path, installed, database, "-m", "alembic", "--config", configuration, "upgrade", "head")
    assert newest(database)


def test_a_checkout_migrates_with_the_alembic_command(tmp_path: Path) -> None:
    database = tmp_path / "placement.sqlite3"
    run(ROOT, None, database, "-m", "alembic", "upgrade", "head")
    assert newest(database)
