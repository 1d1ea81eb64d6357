"""Keys encrypt and sign, an old one still decrypts, and on SQLite a file beside the database has them."""

from __future__ import annotations

import os
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from placement.keys import Keys, KeysError, keys_of, name_of_key, new_key, signed_by
from placement.settings import Settings


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key is set but those of the test."""
    monkeypatch.delenv("PLACEMENT_SECRET_KEYS", raising=False)


def test_what_is_encrypted_is_read_with_the_same_key_and_no_other() -> None:
    keys, others = Keys([new_key()]), Keys([new_key()])
    hidden = keys.encrypt("hemligt å")
    assert "hemligt" not in hidden
    assert keys.decrypt(hidden) == "hemligt å"
    for fails in (others, keys):
        with pytest.raises(KeysError):
            fails.decrypt(hidden if fails is others else hidden[:-8] + "AAAAAAA=")


def test_an_older_key_still_decrypts_and_the_newest_encrypts() -> None:
    old, new = new_key(), new_key()
    hidden = Keys([old]).encrypt("hemligt")
    both = Keys([new, old])
    assert both.decrypt(hidden) == "hemligt"
    assert not both.encrypted_by_first(hidden)
    assert Keys([new]).decrypt(both.encrypt("hemligt")) == "hemligt"
    assert both.encrypted_by_first(both.encrypt("hemligt"))


def test_a_signature_is_of_one_content_by_one_holder() -> None:
    keys, others = Keys([new_key()]), Keys([new_key()])
    signature = keys.sign(b"head")
    assert signed_by(keys.public_key, b"head", signature)
    assert not signed_by(keys.public_key, b"tail", signature)
    assert not signed_by(others.public_key, b"head", signature)
    assert not signed_by("no key", b"head", signature)
    assert not signed_by(keys.public_key, b"head", "no signature")
    assert len(name_of_key(keys.public_key)) == 16


def test_a_setting_names_the_keys_the_newest_first() -> None:
    old, new = new_key(), new_key()
    named = keys_of(Settings(secret_keys=SecretStr(f"{new}, {old}")))
    assert named.decrypt(Keys([old]).encrypt("hemligt")) == "hemligt"
    assert named.public_key == Keys([new]).public_key


@pytest.mark.parametrize("wrong", ["", "hemligt", "å" * 44, "A" * 43 + "=,"])
def test_a_key_of_another_form_is_refused_in_words(wrong: str) -> None:
    with pytest.raises(KeysError, match="placement keys new") as refused:
        keys_of(Settings(secret_keys=SecretStr(wrong)))
    assert "base64" in refused.value.sv
    assert wrong not in str(refused.value) or not wrong


def test_on_sqlite_the_keys_are_in_a_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/county.sqlite3")
    with ThreadPoolExecutor(8) as pool:
        known = {keys.public_key for keys in pool.map(lambda _: keys_of(settings), range(16))}
    assert len(known) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["county.sqlite3.keys"]
    assert stat.S_IMODE((tmp_path / "county.sqlite3.keys").stat().st_mode) == 0o600


def test_a_process_that_comes_second_takes_the_keys_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, first = Settings(database_url=f"sqlite:///{tmp_path}/county.sqlite3"), new_key()

    def come_second(_made: Path, file: Path) -> None:
        file.write_text(f"{first}\n", "ascii")
        raise FileExistsError

    monkeypatch.setattr(os, "link", come_second)
    assert keys_of(settings).public_key == Keys([first]).public_key
    assert [each.name for each in tmp_path.iterdir()] == ["county.sqlite3.keys"]


def test_a_database_in_memory_has_keys_of_its_own_process() -> None:
    assert (
        keys_of(Settings(database_url="sqlite://")).public_key == keys_of(Settings(database_url="sqlite://")).public_key
    )


def test_postgresql_needs_the_setting() -> None:
    with pytest.raises(KeysError, match="PLACEMENT_SECRET_KEYS"):
        keys_of(Settings(database_url="postgresql://placement@db/placement"))


def test_a_digest_cannot_be_made_without_the_key_and_is_known_by_the_older_keys_too() -> None:
    old, new = new_key(), new_key()
    [by_old], by_both = Keys([old]).digests("anna"), Keys([new, old]).digests("anna")
    assert by_both == [*Keys([new]).digests("anna"), by_old]
    assert len(set(by_both)) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in by_both)
    assert Keys([old]).digests("bo") != [by_old]
