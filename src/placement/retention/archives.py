"""Archives: what is erased is first written to files: one line of JSON for each row, and a manifest with hashes.

Only whoever runs it may read them. What is written is on the disk, also if the power is cut, before anything is erased.

An archive is complete once its manifest is there, and the manifest is written only when every file has been read again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from placement.errors import PlacementError
from placement.tables import Row

FORMAT = "placement-archive/1"
MANIFEST = "manifest.json"
Cipher = Callable[[str], str]


class ArchiveError(PlacementError):
    """An archive is not what its manifest says."""

    code = "archive"


@dataclass(slots=True)
class Archive:
    """A folder with the files of one run; ``encrypt`` and ``decrypt`` are what every line goes through, if given."""

    folder: Path
    encrypt: Cipher | None = None
    decrypt: Cipher | None = None

    def write(self, kind: str, rows: Iterable[Row]) -> dict[str, Any]:
        """Write a kind's rows, read them again, and return the file's line of the manifest."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self.folder / f"{kind}.jsonl"
        seen = hashlib.sha256()
        number = 0
        with _written(file) as out:
            for row in rows:
                line = json.dumps({"table": type(row).__name__, **plain_of(row)}, ensure_ascii=False, sort_keys=True)
                seen.update(line.encode())
                out.write((line if self.encrypt is None else self.encrypt(line)) + "\n")
                number += 1
        entry = {"kind": kind, "file": file.name, "rows": number, "sha256": seen.hexdigest()}
        self.verify(entry)
        return {**entry, "encrypted": self.encrypt is not None}

    def verify(self, entry: dict[str, Any]) -> None:
        """Read a file and hold it against its line of the manifest."""
        seen, number = hashlib.sha256(), 0
        with (self.folder / entry["file"]).open(encoding="utf-8") as lines:
            for line in lines:
                text = line.rstrip("\n")
                seen.update((text if self.decrypt is None else self.decrypt(text)).encode())
                number += 1
        if (number, seen.hexdigest()) != (entry["rows"], entry["sha256"]):
            raise ArchiveError(
                sv=f"Arkivfilen {entry['file']} går inte att läsa tillbaka. Inget har raderats.",
                en=f"The archive file {entry['file']} cannot be read back. Nothing has been erased.",
            )

    def close(self, entries: list[dict[str, Any]], made_at: str) -> None:
        """Write the manifest."""
        manifest = {"format": FORMAT, "madeAt": made_at, "files": entries}
        with _written(self.folder / MANIFEST) as out:
            out.write(json.dumps(manifest, ensure_ascii=False, indent=1))
        _settle(self.folder)
        _settle(self.folder.parent)


@contextmanager
def _written(file: Path) -> Iterator[IO[str]]:
    """Write a new file that nobody else may read; it is on the disk when the block ends."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        yield out
        out.flush()
        os.fsync(out.fileno())


def _settle(folder: Path) -> None:
    """Put on the disk which files a folder has."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def plain_of(row: Row) -> dict[str, Any]:
    """Return a row as JSON has it; bytes are told as text."""
    return {name: _plain(value) for name, value in row.model_dump().items()}


def _plain(value: Any) -> Any:  # noqa: ANN401 (a column holds what it holds)
    """Return a value as JSON has it."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    return str(value)
