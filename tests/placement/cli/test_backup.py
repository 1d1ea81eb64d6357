"""``placement backup`` and ``placement restore`` say in one line what they have done, or why they have not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from placement.database import engine_for, open_session
from placement.keeping.files import opened
from placement.keys import Keys, new_key
from tests.api.serving import COMMAND
from tests.placement.cli.conftest import Placement
from tests.rows import small_world


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> str:
    """The key that the setting names."""
    made = new_key()
    monkeypatch.setenv("PLACEMENT_SECRET_KEYS", made)
    return made


@pytest.fixture
def county(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A small county in the database that the setting names."""
    url = f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'county.sqlite3')}"
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add_all(small_world())
    engine.dispose()
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", url)
    return url


@pytest.mark.usefixtures("county")
def test_a_county_is_kept_and_put_back(
    placement: Placement, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept"
    made = placement("backup", file, "--encrypt", "--lang", "sv")
    assert made.exit_code == 0, made.output
    assert made.stdout.startswith(f"{file}: ")
    assert made.stdout.endswith(" är inte med; förvara den för sig.\n")
    with opened(file, Keys([key])) as backup:
        assert f"{backup.manifest.rows} rader i {len(backup.manifest.tables)} tabeller" in made.stdout
    again = placement("backup", file)
    assert (again.exit_code, again.stdout) == (2, "")
    assert again.stderr == f"The file {file} is there already and is kept as it is.\n"
    refused = placement("restore", file, "--lang", "sv")
    assert refused.stderr == "Databasen är inte tom. Med --replace ersätts allt som finns i den.\n"
    assert placement("restore", file, "--replace").exit_code == 0
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", f"sqlite:///{tmp_path / 'another.sqlite3'}")
    restored = placement("restore", file)
    assert restored.exit_code == 0, restored.output
    assert restored.stdout.endswith("Runs back in the queue: 0.\n")


@pytest.mark.usefixtures("key")
def test_what_is_no_backup_is_refused_before_there_is_a_database(placement: Placement, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("Hej")
    for name, why in (("text", "is no whole backup of Placement: "), ("nowhere", "No such file or directory")):
        refused = placement("restore", tmp_path / name)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert len(refused.stderr.splitlines()) == 1
        assert why in refused.stderr
    assert not (tmp_path / "own.sqlite3").exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("keys", ["", "hemligt", "A" * 43 + "="])
def test_nothing_is_served_with_an_empty_or_guessable_key(
    placement: Placement, monkeypatch: pytest.MonkeyPatch, county: str, command: str, keys: str
) -> None:
    assert county
    monkeypatch.setenv("PLACEMENT_SECRET_KEYS", keys)
    refused = placement(command)
    assert refused.exit_code == 2
    assert "PLACEMENT_SECRET_KEYS" in refused.stderr


def test_a_worker_logs_as_the_setting_says(county: str) -> None:
    settings = {"PLACEMENT_DATABASE_URL": county, "PLACEMENT_LOG_FORMAT": "json"}
    worker = subprocess.Popen([COMMAND, "worker"], env=os.environ | settings, stderr=subprocess.PIPE, text=True)
    assert worker.stderr is not None
    with worker.stderr:
        told = json.loads(worker.stderr.readline())
        worker.send_signal(signal.SIGTERM)
        rest = [json.loads(line) for line in worker.stderr]
    assert worker.wait(60) == 0
    assert told["message"].startswith("the ")
    assert all(line["level"] in {"info", "warning"} for line in rest)
