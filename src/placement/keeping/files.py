"""Files: how a backup lies in a file, plain or encrypted, and how one is opened and checked whole.

A backup is a ZIP archive: the lines of each table, and last the manifest and its signature. An encrypted one is a first
line that says so, and then the archive in pieces, each a line (Fernet, by the keys of ``placement.keys``).
"""

from __future__ import annotations

import io
import os
import secrets
import zipfile
import zlib
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
from placement.keys import Keys, KeysError
from placement_solver.words import Words

ENCRYPTED = b"placement-backup-encrypted/1\n"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
PIECE = 1 << 20
_MOST_OF_MANIFEST = 10_000_000
_LONGEST_LINE = 2 * PIECE
_MODE = 0o600
_NONE = Words("{path} är ingen hel säkerhetskopia av Placement.", "{path} is no whole backup of Placement.")
_DAMAGED = Words(
    "Säkerhetskopian {path} är ändrad eller skadad ({name}).",
    "The backup {path} has been altered or damaged ({name}).",
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
            with zipfile.ZipFile(pieces or file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
                yield archive
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


def put_manifest(archive: zipfile.ZipFile, manifest: Manifest, keys: Keys) -> None:
    """Write the manifest and its signature, which ends the backup."""
    written = manifests.write(manifest)
    archive.writestr(MANIFEST, written)
    archive.writestr(SIGNATURE, keys.sign(written))


@contextmanager
def opened(path: Path, keys: Keys) -> Iterator[Opened]:
    """Open a backup, once every byte of it has been checked against its manifest, and that against its signature.

    Raises:
        BackupError: it is no backup, is not whole, has been changed, is another's, or is of a newer version.
        KeysError: it is encrypted with another key.

    """
    with path.open("rb") as file, _plain(file, path, keys) as plain:
        try:
            with zipfile.ZipFile(plain) as archive:
                backup = Opened(archive, _manifest_in(archive, path, keys))
                for name, said in backup.manifest.tables.items():
                    _hold_true(backup, name, said, path)
                yield backup
        except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, KeyError, EOFError, NotImplementedError) as error:
            raise BackupError(_NONE, path=path) from error


def _manifest_in(archive: zipfile.ZipFile, path: Path, keys: Keys) -> Manifest:
    """Return the manifest of an archive, in which there is nothing that the manifest does not know."""
    if archive.getinfo(MANIFEST).file_size > _MOST_OF_MANIFEST:
        raise BackupError(_NONE, path=path)
    manifest = manifests.read(archive.read(MANIFEST), archive.read(SIGNATURE).decode("ascii", "replace"), keys)
    known = sorted([*map(_place, manifest.tables), MANIFEST, SIGNATURE])
    if sorted(archive.namelist()) != known:
        raise BackupError(_DAMAGED, path=path, name=MANIFEST)
    return manifest


def _hold_true(backup: Opened, name: str, said: Contents, path: Path) -> None:
    """Refuse a table whose lines are not what the manifest says; reads no more than it should have."""
    tally = Tally()
    with backup.lines(name) as lines:
        for _line in tally.pass_on(lines):
            if tally.bytes > said.bytes:
                break
    if tally.contents(said.columns) != said:
        raise BackupError(_DAMAGED, path=path, name=name)


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
            try:
                decrypted.write(keys.decrypt_bytes(line.rstrip(b"\n")))
            except KeysError as error:
                if decrypted.tell() == 0:  # otherwise the key is the right one
                    raise
                raise BackupError(_NONE, path=path) from error
        decrypted.seek(0)
        yield decrypted
