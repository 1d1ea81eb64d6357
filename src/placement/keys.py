"""Keys: what the service encrypts and signs with. The first key is used; the others still decrypt what is older.

On SQLite a file beside the database has them, made when they are first needed. On PostgreSQL several machines need the
same keys, so that a setting must name them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import make_url

from placement.errors import UnavailableError
from placement.settings import Settings

_BYTES = 32
_LEAST_DIFFERENT = 16
"""A key with fewer different bytes has been made up: of random ones not one in a million million has so few."""
_SIGNING = b"placement/signing/1"
_DIGESTING = b"placement/digesting/1"
_MODE = 0o600


class KeysError(UnavailableError):
    """The keys are missing or unusable; ``sv`` and ``en`` say what to do."""

    def __init__(self, sv: str, en: str) -> None:
        super().__init__(sv=sv, en=en)


def _wrong_key() -> KeysError:
    return KeysError(
        "PLACEMENT_SECRET_KEYS har fel nyckel: 32 byte i URL-säker base64, som placement keys new gör.",
        "PLACEMENT_SECRET_KEYS has a wrong key: 32 bytes in URL-safe base64, as placement keys new makes.",
    )


class Keys:
    """Some keys, the newest first.

    Encryption is Fernet (AES-128-CBC with HMAC-SHA256). Signatures are Ed25519 (RFC 8032) by a key that is derived from
    the first one (HKDF, RFC 5869), so that whoever has only the public key can check them.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            fernets = [Fernet(key) for key in keys]
            self._first, self._all = fernets[0], MultiFernet(fernets)
        except ValueError as error:
            raise _wrong_key() from error
        if any(len(set(base64.urlsafe_b64decode(key))) < _LEAST_DIFFERENT for key in keys):
            raise _wrong_key()
        self._digesting = [
            HKDF(hashes.SHA256(), length=_BYTES, salt=None, info=_DIGESTING).derive(base64.urlsafe_b64decode(key))
            for key in keys
        ]
        self._signing = [
            Ed25519PrivateKey.from_private_bytes(
                HKDF(hashes.SHA256(), length=_BYTES, salt=None, info=_SIGNING).derive(base64.urlsafe_b64decode(key))
            )
            for key in keys
        ]

    def encrypt(self, text: str) -> str:
        """Return a text encrypted by the first key."""
        return self.encrypt_bytes(text.encode()).decode()

    def encrypt_bytes(self, content: bytes) -> bytes:
        """Return a content encrypted by the first key, in URL-safe base64."""
        return self._first.encrypt(content)

    def decrypt(self, encrypted: str) -> str:
        """Return what was encrypted by any of the keys.

        Raises:
            KeysError: none of the keys fits, or it has been changed since.

        """
        return self.decrypt_bytes(encrypted.encode()).decode()

    def decrypt_bytes(self, encrypted: bytes) -> bytes:
        """Return the content that was encrypted by any of the keys; raises as ``decrypt`` does."""
        try:
            return self._all.decrypt(encrypted)
        except InvalidToken as error:
            raise KeysError(
                "Det som är krypterat går inte att läsa med nycklarna i PLACEMENT_SECRET_KEYS.",
                "What is encrypted cannot be read with the keys in PLACEMENT_SECRET_KEYS.",
            ) from error

    def encrypted_by_first(self, encrypted: str) -> bool:
        """Tell whether a text is encrypted by the first key, so that the others are not needed for it."""
        try:
            self._first.decrypt(encrypted.encode())
        except InvalidToken:
            return False
        return True

    def sign(self, content: bytes) -> str:
        """Return the signature of a content, in base64."""
        return base64.b64encode(self._signing[0].sign(content)).decode()

    def digests(self, text: str) -> list[str]:
        """Return the digests of a text under each key, the first key's first; without a key nobody can make them."""
        return [hmac.new(key, text.encode(), hashlib.sha256).hexdigest() for key in self._digesting]

    @property
    def public_key(self) -> str:
        """Return the key that signatures are checked with, in base64; it is no secret."""
        return self.public_keys[0]

    @property
    def public_keys(self) -> list[str]:
        """Return the public key of each key, the newest first: what was signed before keys changed is still ours."""
        return [base64.b64encode(each.public_key().public_bytes_raw()).decode() for each in self._signing]


def new_key() -> str:
    """Make a key from the system's own random numbers."""
    return Fernet.generate_key().decode()


def signed_by(public_key: str, content: bytes, signature: str) -> bool:
    """Tell whether a signature is of this content, by the holder of this public key."""
    try:
        known = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True))
        known.verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def name_of_key(public_key: str) -> str:
    """Return a short name of a public key: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(public_key.encode()).hexdigest()[:16]


def keys_of(settings: Settings) -> Keys:
    """Return the keys that the settings name, or those in the file beside a SQLite database.

    Raises:
        KeysError: there are none, or they are unusable.

    """
    if settings.secret_keys is not None:
        return Keys([key.strip() for key in settings.secret_keys.get_secret_value().split(",")])
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite":
        raise KeysError(
            "Ange PLACEMENT_SECRET_KEYS, samma på alla maskiner; placement keys new gör en nyckel.",
            "Set PLACEMENT_SECRET_KEYS, the same on every machine; placement keys new makes a key.",
        )
    if address.database in {None, "", ":memory:"}:
        return _of_this_process()
    return Keys(_kept_in(Path(f"{address.database}.keys")))


@cache
def _of_this_process() -> Keys:
    """Return keys for a database in memory, which ends with the process as they do."""
    return Keys([new_key()])


def _kept_in(file: Path) -> list[str]:
    """Return the keys in a file, a line each, which only its owner can read; make it if there is none."""
    made = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    if not file.exists():
        try:
            made.touch(_MODE, exist_ok=False)
            made.write_text(f"{new_key()}\n", "ascii")
            os.link(made, file)  # whole at once, and only if no other process has been first
        except FileExistsError:
            pass
        finally:
            made.unlink(missing_ok=True)
    return file.read_text("ascii").split()
