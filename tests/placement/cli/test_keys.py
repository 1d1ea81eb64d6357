"""``placement keys`` makes keys that the setting takes."""

from __future__ import annotations

from pydantic import SecretStr
from typer.testing import CliRunner

from placement.cli import open_rooms
from placement.database import engine_for, open_session
from placement.keys import keys_of
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
