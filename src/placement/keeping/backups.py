"""Backups: everything that is stored, as it is at one moment, while others go on writing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from placement.clock import now
from placement.database import read_session
from placement.keeping.contents import lines_of, tables_of
from placement.keeping.files import put_manifest, put_table, written_to
from placement.keeping.manifests import Manifest, describe, revision_of
from placement.keeping.refusals import BackupError
from placement.keeping.rights import hold_all_seen
from placement.keys import Keys
from placement_solver.words import Words

SUFFIX = ".backup"
_NOTHING = Words(
    "Databasen har inga tabeller att säkerhetskopiera (placement migrate).",
    "The database has no tables to back up (placement migrate).",
)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that has been made: where it is, and what it holds."""

    path: Path
    manifest: Manifest


def make_backup(engine: Engine, to: Path, keys: Keys, *, encrypt: bool = False) -> Made:
    """Write a database to a file, or to a file of its own in a folder, which is there only when it is whole.

    The keys are not in it: without them neither an encrypted backup nor the secrets in any backup can be read.

    Raises:
        BackupError: the file is there already, the database has no tables, or it may keep rows from its role.
        KeysError: there are no keys to sign it with.

    """
    path = to / f"placement-{now():%Y-%m-%dT%H%M%SZ}{SUFFIX}" if to.is_dir() else to
    with read_session(engine) as session:
        connection = session.connection()
        if revision_of(connection) is None:
            raise BackupError(_NOTHING)
        hold_all_seen(connection)
        tables = tables_of(connection)
        with written_to(path, keys, encrypt=encrypt) as archive:
            contents = {
                name: put_table(archive, name, tuple(table.columns.keys()), lines_of(connection, table))
                for name, table in tables.items()
            }
            manifest = describe(connection, keys, tables, contents)
            put_manifest(archive, manifest)
    return Made(path, manifest)
