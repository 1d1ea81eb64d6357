"""``placement keys`` makes keys that the setting takes."""

from __future__ import annotations

import shutil
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from placement.cli import open_rooms
from placement.database import engine_for, open_session
from placement.keys import keys_of, new_key
from placement.settings import Settings
from tests.placement.cli.conftest import Placement
from tests.rows import small_world


def test_a_new_key_is_printed_alone_and_the_setting_takes_it() -> None:
    first, second = (CliRunner().invoke(open_rooms(["keys"]), ["keys", "new"]).stdout for _ in range(2))
    assert first != second
    keys = keys_of(Settings(secret_keys=SecretStr(f"{first.strip()},{second.strip()}")))
    assert keys.decrypt(keys.encrypt("hemligt")) == "hemligt"


def test_rotating_says_how_many_secrets_no_key_could_read(placement: Placement) -> None:
    assert placement("migrate").exit_code == 0
    engine = engine_for(Settings().database_url)
    with open_session(engine) as session:
        session.add_all(small_world())
    engine.dispose()
    lost = placement("keys", "rotate")
    assert (lost.exit_code, lost.stdout) == (2, "Encrypted anew: 0. Could not be read with any key: 1.\n")


def test_rotating_says_how_many_secrets_are_encrypted_anew(placement: Placement) -> None:
    assert placement("migrate").exit_code == 0
    done = placement("keys", "rotate")
    assert (done.exit_code, done.stdout) == (0, "Encrypted anew: 0. Could not be read with any key: 0.\n")
    swedish = placement("keys", "rotate", "--lang", "sv")
    assert swedish.stdout == "Krypterade på nytt: 0. Kunde inte läsas med någon nyckel: 0.\n"


WEAK = {
    "none": "",
    "a word": "changeme",
    "one letter": "A" * 43 + "=",
    "one byte too few": urlsafe_b64encode(bytes(range(31))).decode(),
    "one byte too many": urlsafe_b64encode(bytes(range(33))).decode(),
    "few different bytes": urlsafe_b64encode(bytes(range(15)) + 17 * b"\0").decode(),
    "a weak one after a good one": f"{new_key()},{'A' * 43}=",
    "nothing after a good one": f"{new_key()},",
}


@pytest.fixture
def ready(migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database of this version, which the settings name."""
    shutil.copyfile(migrated_sqlite, tmp_path / "ready.sqlite3")
    monkeypatch.setenv("PLACEMENT_DATABASE_URL", f"sqlite:///{tmp_path / 'ready.sqlite3'}")


@pytest.mark.usefixtures("ready")
@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("weak", WEAK)
def test_the_service_does_not_start_with_a_key_that_can_be_guessed(
    placement: Placement, monkeypatch: pytest.MonkeyPatch, command: str, weak: str
) -> None:
    monkeypatch.setenv("PLACEMENT_SECRET_KEYS", WEAK[weak])
    refused = placement(command)
    assert refused.exit_code == 2
    assert "PLACEMENT_SECRET_KEYS has a wrong key" in " ".join(refused.stderr.split())
    assert WEAK[weak] not in refused.output or not WEAK[weak]


@pytest.mark.usefixtures("ready")
def test_nor_with_a_token_for_its_figures_that_can_be_guessed(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLACEMENT_METRICS_TOKEN", "changeme")
    refused = placement("serve")
    assert refused.exit_code == 2
    assert "PLACEMENT_METRICS_TOKEN" in refused.output
    assert "changeme" not in refused.output
