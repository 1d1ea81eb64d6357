"""Manifests: what a backup says of itself."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from sqlalchemy import Connection, Table, func, select, text

from placement.clock import now
from placement.keeping.contents import OF_ALEMBIC, Contents
from placement.keeping.refusals import BackupError
from placement.keys import Keys
from placement_solver.words import Words

FORMAT = "placement-backup/1"
_TRAIL = "audit_entry"
_NEWER = Words(
    "Säkerhetskopian är av en senare version ({version}) än den här ({own}).",
    "The backup is of a newer version ({version}) than this one ({own}).",
)


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the audit trail: its sequence, and its hash where entries have one."""

    sequence: int | None
    hash: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """When a backup was made, by which version, at which revision of the tables, and what it holds.

    ``public_key`` is the key that its seal is checked with. The secret key itself is not in the backup.
    """

    version: str
    revision: str
    made_at: dt.datetime
    database: str
    public_key: str
    head: Head
    tables: Mapping[str, Contents]

    @property
    def rows(self) -> int:
        """Return how many rows the backup has in all."""
        return sum(each.rows for each in self.tables.values())


def describe(
    connection: Connection, keys: Keys, tables: Mapping[str, Table], contents: Mapping[str, Contents]
) -> Manifest:
    """Return the manifest of the tables that have been read from a database."""
    return Manifest(
        version=version("placement"),
        revision=revision_of(connection) or "",
        made_at=now(),
        database=connection.dialect.name,
        public_key=keys.public_key,
        head=head_of(connection, tables),
        tables=contents,
    )


def revision_of(connection: Connection) -> str | None:
    """Return the revision of a database's tables; None if it has none."""
    if not connection.dialect.has_table(connection, OF_ALEMBIC):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {OF_ALEMBIC}"))  # noqa: S608 (our own word)
    return found


def head_of(connection: Connection, tables: Mapping[str, Table]) -> Head:
    """Return the last entry of a database's audit trail; the earliest versions had none."""
    trail = tables.get(_TRAIL)
    if trail is None:
        return Head(None, None)
    last = connection.scalar(select(func.max(trail.c.sequence)))
    chained = "hash" in trail.c and last is not None
    return Head(last, connection.scalar(select(trail.c.hash).where(trail.c.sequence == last)) if chained else None)


def write(manifest: Manifest) -> bytes:
    """Write a manifest as JSON."""
    told = {"format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def read(written: bytes) -> Manifest:
    """Read a manifest, if it is of this form.

    Raises:
        BackupError: a newer version has made it.

    """
    told = json.loads(written)
    if told["format"] != FORMAT:
        raise BackupError(_NEWER, version=told.get("version"), own=version("placement"))
    return Manifest(
        version=told["version"],
        revision=told["revision"],
        made_at=dt.datetime.fromisoformat(told["made_at"]),
        database=told["database"],
        public_key=told["public_key"],
        head=Head(**told["head"]),
        tables={name: Contents(**{**each, "columns": tuple(each["columns"])}) for name, each in told["tables"].items()},
    )
