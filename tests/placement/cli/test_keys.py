"""``placement keys`` makes keys that the setting takes."""

from __future__ import annotations

from pydantic import SecretStr
from typer.testing import CliRunner

from placement.cli import open_rooms
from placement.keys import keys_of
from placement.settings import Settings


def test_a_new_key_is_printed_alone_and_the_setting_takes_it() -> None:
    first, second = (CliRunner().invoke(open_rooms(["keys"]), ["keys", "new"]).stdout for _ in range(2))
    assert first != second
    keys = keys_of(Settings(secret_keys=SecretStr(f"{first.strip()},{second.strip()}")))
    assert keys.decrypt(keys.encrypt("hemligt")) == "hemligt"
