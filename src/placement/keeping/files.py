"""Files: how a backup lies in a file, plain or encrypted, and how one is opened and checked whole.

A backup is a ZIP archive, the lines of each table and last the manifest, and after it a seal: a public key, and the
signature of every byte before. An encrypted one is a first line that says so, and then all that in pieces, each a line
(Fernet, by the keys of ``placement.keys``).
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from typing_extensions import override

from placement.keeping import manifests
from placement.keeping.contents import Contents, Tally
from placement.keeping.manifests import Manifest
from placement.keeping.refusals import BackupError
from placement.keys import Keys, KeysError, name_of_key, signed_by
from placement_solver.words import Words

ENCRYPTED = b"placement-backup-encrypted/1\n"
MANIFEST = "manifest.json"
PIECE = 1 << 20
_KEY_BYTES, _SEAL_BYTES = 32, 96
_LONGEST_LINE = 2 * PIECE
_MODE = 0o600
_NONE = Words(
    "{path} är ingen hel säkerhetskopia av Placement: den är avkortad, ändrad eller något annat.",
    "{path} is no whole backup of Placement: it has been cut short or altered, or is something else.",
)
_STRANGE = Words(
    "Säkerhetskopian är gjord med andra nycklar ({name}). Ange dem i PLACEMENT_SECRET_KEYS, efter de egna.",
    "The backup was made with other keys ({name}). Name them in PLACEMENT_SECRET_KEYS, after your own.",
)
_THERE = Words(
    "Filen {path} finns redan och har inte skrivits över.", "The file {path} is there already and is kept as it is."
)


class Opened:
    """A backup that has been found whole: its manifest, and the lines of each table."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self._archive = archive
        self.manifest = manifest

    @contextmanager
    def lines(self, table: str) -> Iterator[Iterator[bytes]]:
        """Give a table's lines."""
        with self._archive.open(_place(table)) as held:
            yield iter(held)


@contextmanager
def written_to(path: Path, keys: Keys, *, encrypt: bool) -> Iterator[zipfile.ZipFile]:
    """Give an archive to write to, which becomes the file when all of it is on the disk, and otherwise is gone.

    Raises:
        BackupError: the file is there already.

    """
    if path.exists():
        raise BackupError(_THERE, path=path)
    made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as file:
            pieces = _Encrypting(file, keys) if encrypt else None
            sealed = _Sealed(pieces or file)
            with zipfile.ZipFile(sealed, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
            sealed.end(keys)
            if pieces is not None:
                pieces.end()
            file.flush()
            os.fsync(file.fileno())
        os.link(made, path)  # only if nobody else has made it since
    except FileExistsError as error:
        raise BackupError(_THERE, path=path) from error
    finally:
        made.unlink(missing_ok=True)
    _settle(path.parent)


def put_table(archive: zipfile.ZipFile, name: str, columns: tuple[str, ...], lines: Iterator[bytes]) -> Contents:
    """Write a table's lines, and return what they are."""
    tally = Tally()
    with archive.open(_place(name), "w", force_zip64=True) as held:
        for line in tally.pass_on(lines):
            held.write(line)
    return tally.contents(columns)


def put_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Write the manifest, which is the last part."""
    archive.writestr(MANIFEST, manifests.write(manifest))


@contextmanager
def opened(path: Path, keys: Keys) -> Iterator[Opened]:
    """Open a backup, once its seal has been found to be one of ours and to be of every byte of it.

    Raises:
        BackupError: it is no backup, is not whole, has been changed, is another's, or is of a newer version.
        KeysError: it is encrypted with another key.

    """
    with path.open("rb") as file, _plain(file, path, keys) as plain:
        _hold_sealed(plain, path, keys)
        with zipfile.ZipFile(plain) as archive:
            yield Opened(archive, manifests.read(archive.read(MANIFEST)))


def _hold_sealed(plain: IO[bytes], path: Path, keys: Keys) -> None:
    """Refuse what does not end with the signature of all that is before it, by one of our keys."""
    digest, left = hashlib.sha256(), plain.seek(0, os.SEEK_END) - _SEAL_BYTES
    plain.seek(0)
    while left > 0 and (piece := plain.read(min(PIECE, left))):
        digest.update(piece)
        left -= len(piece)
    seal = plain.read(_SEAL_BYTES)
    public_key, signature = (base64.b64encode(part).decode() for part in (seal[:_KEY_BYTES], seal[_KEY_BYTES:]))
    if not signed_by(public_key, _said_of(digest.hexdigest()), signature):
        raise BackupError(_NONE, path=path)
    if public_key not in keys.public_keys:
        raise BackupError(_STRANGE, name=name_of_key(public_key))


def _said_of(digest: str) -> bytes:
    """Return what is signed, which is nothing else that our keys sign."""
    return f"placement-backup {digest}".encode()


def _place(table: str) -> str:
    """Return where in the archive a table's lines are."""
    return f"tables/{table}.jsonl"


def _settle(folder: Path) -> None:
    """Wait until a folder's list of files is on the disk."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


class _Sealed(io.RawIOBase):
    """Passes on what it is given, and ends it with its seal."""

    def __init__(self, to: IO[bytes] | _Encrypting) -> None:
        self._to, self._digest = to, hashlib.sha256()

    @override
    def write(self, given: bytes) -> int:  # type: ignore[override]  # only bytes are given
        """Pass some bytes on."""
        self._digest.update(given)
        self._to.write(given)
        return len(given)

    def end(self, keys: Keys) -> None:
        """Write the seal."""
        signature = keys.sign(_said_of(self._digest.hexdigest()))
        self._to.write(base64.b64decode(keys.public_key) + base64.b64decode(signature))


class _Encrypting(io.RawIOBase):
    """Writes what it is given to a file in encrypted pieces."""

    def __init__(self, file: IO[bytes], keys: Keys) -> None:
        self._file, self._keys, self._held = file, keys, bytearray()
        file.write(ENCRYPTED)

    @override
    def write(self, given: bytes) -> int:  # type: ignore[override]  # only bytes are given
        """Take some bytes, and write the pieces that have become full."""
        self._held += given
        while len(self._held) >= PIECE:
            self._put(PIECE)
        return len(given)

    def end(self) -> None:
        """Write the last piece."""
        self._put(len(self._held))

    def _put(self, size: int) -> None:
        piece = bytes(self._held[:size])
        del self._held[:size]
        self._file.write(self._keys.encrypt_bytes(piece) + b"\n")


@contextmanager
def _plain(file: IO[bytes], path: Path, keys: Keys) -> Iterator[IO[bytes]]:
    """Give a backup's archive, decrypted if need be into a file that has no name and is gone afterwards."""
    if file.read(len(ENCRYPTED)) != ENCRYPTED:
        file.seek(0)
        yield file
        return
    with TemporaryFile() as decrypted:
        while line := file.readline(_LONGEST_LINE):
            if not _is_as_written(line):
                raise BackupError(_NONE, path=path)
            try:
                decrypted.write(keys.decrypt_bytes(line[:-1]))
            except KeysError as error:
                if decrypted.tell() == 0:  # otherwise the key is the right one
                    raise
                raise BackupError(_NONE, path=path) from error
        decrypted.seek(0)
        yield decrypted


def _is_as_written(line: bytes) -> bool:
    """Tell whether a line is a whole piece; base64 can be read that nobody has written so."""
    try:
        return base64.urlsafe_b64encode(base64.urlsafe_b64decode(line)) + b"\n" == line
    except ValueError:
        return False
