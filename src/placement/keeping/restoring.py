"""Restoring: a backup is put back whole, in one transaction, or nothing is changed at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Integer, Table, delete, func, select, text
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlmodel import Session

from placement.database import engine_for, is_disk_full, migrations_of
from placement.errors import DiskFullError, UnavailableError
from placement.events.feed import tell_restored
from placement.keeping.contents import fill, measure, tables_of
from placement.keeping.files import Opened, opened
from placement.keeping.manifests import Manifest, head_of, revision_of
from placement.keeping.refusals import BackupError
from placement.keeping.rights import grant_again, grants_of, hold_all_seen
from placement.keys import Keys
from placement.outgoing.deliveries import release_all
from placement.running.claims import put_back_all
from placement_solver.words import Words

MADE_BY_MIGRATIONS = frozenset({"alf_profession", "listed_word", "reminder_rule"})
"""Tables that have rows in a database that nobody has used yet."""
LOCK_SECONDS = 10
"""How long others may hold a table before it is said that they use it."""
_NOT_EMPTY = Words(
    "Databasen är inte tom. Med --replace ersätts allt som finns i den.",
    "The database is not empty. With --replace everything in it is replaced.",
)
_NEWER = Words(
    "Säkerhetskopian är av en senare version ({version}) än den här: uppgradera först.",
    "The backup is of a newer version ({version}) than this one: upgrade first.",
)
_NEWER_DATABASE = Words(
    "Databasen är av en senare version än den här: uppgradera först.",
    "The database is of a newer version than this one: upgrade first.",
)
_NOT_OWNER = Words(
    "Bara den som äger tabellerna får återställa dem. Anslut som den rollen. Inget har ändrats.",
    "Only the owner of the tables may restore them. Connect as that role. Nothing has been changed.",
)
_UNLIKE = Words(
    "Det som lästes in är inte lika med säkerhetskopian ({name}). Inget har ändrats.",
    "What was read in does not equal the backup ({name}). Nothing has been changed.",
)
_IN_USE = Words(
    "Databasen används eller svarar inte. Stoppa tjänsten och försök igen. Inget har ändrats.",
    "The database is in use or does not answer. Stop the service and retry. Nothing has been changed.",
)


_WITH_TRIGGERS = text(
    "SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE NOT tgisinternal AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"
)
_TRIGGERS = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")


@dataclass(frozen=True, slots=True)
class Restored:
    """What has been put back, and how many runs went back to the queue."""

    manifest: Manifest
    runs: int


def restore_backup(url: str, path: Path, keys: Keys, *, replace: bool = False) -> Restored:
    """Put a backup back into an empty database, or in place of everything in one that is not.

    The backup is checked whole before the database is touched; what has been read in is checked against it before the
    transaction is committed. A backup of an earlier version is then migrated. A run that was under way returns to the
    queue. Partners' systems are told by an event, whose cursor is beyond every cursor that they may have seen.

    Raises:
        BackupError: the backup is not whole, not ours or newer, the database is not empty, or is another role's.
        KeysError: it is encrypted with another key.
        UnavailableError: others use the database, or its disk is full.

    """
    order = _revisions(url)
    with opened(path, keys) as backup:
        manifest = backup.manifest
        if manifest.revision not in order:
            raise BackupError(_NEWER, version=manifest.version)
        with _alone(url) as connection:
            runs = _put_in_place(connection, url, backup, order, replace=replace)
    return Restored(manifest, runs)


def _put_in_place(connection: Connection, url: str, backup: Opened, order: list[str], *, replace: bool) -> int:
    """Do everything that one transaction is for, and return how many runs went back to the queue."""
    hold_all_seen(connection)
    if not replace and _is_used(connection):
        raise BackupError(_NOT_EMPTY)
    grants = grants_of(connection)
    _empty(connection)
    _bring_to(connection, url, order, backup.manifest.revision)
    _empty(connection)  # of what the migrations have put in
    _read_in(connection, backup)
    _bring_to(connection, url, order, order[-1])
    grant_again(connection, grants)
    return _hand_over(connection, backup.manifest)


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Open the one transaction that changes everything."""
    engine = engine_for(url)
    try:
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                connection.connection.cursor().execute("PRAGMA foreign_keys = OFF")  # as migrations do
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'"))
                yield connection
    except OperationalError as error:
        if is_disk_full(error):
            raise DiskFullError from error
        raise UnavailableError(sv=_IN_USE.sv, en=_IN_USE.en) from error
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise BackupError(_NOT_OWNER) from error
        raise
    finally:
        engine.dispose()


def _revisions(url: str) -> list[str]:
    """Return the revisions that this version knows, the oldest first."""
    return [each.revision for each in ScriptDirectory.from_config(migrations_of(url)).walk_revisions()][::-1]


def _is_used(connection: Connection) -> bool:
    """Tell whether a database has rows that no migration has put there."""
    tables = tables_of(connection).items()
    return any(_has_rows(connection, table) for name, table in tables if name not in MADE_BY_MIGRATIONS)


def _has_rows(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is not None


def _empty(connection: Connection) -> None:
    """Remove every row of every table, also of those that nobody else may remove."""
    tables = tables_of(connection)
    with _unguarded(connection):
        if connection.dialect.name == "postgresql" and tables:
            quote = connection.dialect.identifier_preparer.quote_identifier
            connection.execute(text(f"TRUNCATE {', '.join(map(quote, tables))}"))
            return
        for table in tables.values():
            connection.execute(delete(table))


@contextmanager
def _unguarded(connection: Connection) -> Iterator[None]:
    """Set the triggers aside that keep the audit trail as it is; the whole trail gives way to another."""
    if connection.dialect.name == "postgresql":
        guarded = connection.execute(_WITH_TRIGGERS).scalars().all()
        for name in guarded:
            connection.execute(text(f'ALTER TABLE "{name}" DISABLE TRIGGER USER'))
        yield
        for name in guarded:
            connection.execute(text(f'ALTER TABLE "{name}" ENABLE TRIGGER USER'))
        return
    triggers = connection.execute(_TRIGGERS).all()
    for name, _ in triggers:
        connection.execute(text(f'DROP TRIGGER "{name}"'))
    yield
    for _, made in triggers:
        connection.exec_driver_sql(made)


def _bring_to(connection: Connection, url: str, order: list[str], revision: str) -> None:
    """Migrate the tables, up or down, within the transaction."""
    now = revision_of(connection)
    if now is not None and now not in order:
        raise BackupError(_NEWER_DATABASE)
    config = migrations_of(url)
    config.attributes["connection"] = connection
    at, to = -1 if now is None else order.index(now), order.index(revision)
    if to < at:
        command.downgrade(config, revision)
    for step in order[at + 1 : to + 1]:
        command.upgrade(config, step)
        _settle_references(connection)


def _read_in(connection: Connection, backup: Opened) -> None:
    """Write every row of a backup, and find out that the database then holds just what the backup does."""
    manifest, tables = backup.manifest, tables_of(connection)
    if {name: tuple(table.columns.keys()) for name, table in tables.items()} != {
        name: said.columns for name, said in manifest.tables.items()
    }:
        raise BackupError(_UNLIKE, name=manifest.revision)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL DEFERRED"))  # rows come in the order of the tables' names
    for name, table in tables.items():
        with backup.lines(name) as lines:
            fill(connection, table, lines)
    for name, table in tables.items():
        if measure(connection, table) != manifest.tables[name]:
            raise BackupError(_UNLIKE, name=name)
    if head_of(connection, tables) != manifest.head:
        raise BackupError(_UNLIKE, name="audit")
    _hold_references(connection)
    if connection.dialect.name == "postgresql":
        _number_on(connection, tables)


def _number_on(connection: Connection, tables: Mapping[str, Table]) -> None:
    """Let the database number new rows from the last one on."""
    for name, table in tables.items():
        for key in table.primary_key:
            if isinstance(key.type, Integer):
                sequence = connection.scalar(select(func.pg_get_serial_sequence(name, key.name)))
                last = connection.scalar(select(func.max(key)))
                if sequence is not None and last is not None:
                    connection.execute(select(func.setval(sequence, last)))


def _hand_over(connection: Connection, manifest: Manifest) -> int:
    """Put back what was under way, tell partners, and return how many runs there were."""
    with Session(connection, expire_on_commit=False) as session:
        runs = put_back_all(session)
        release_all(session)
        tell_restored(session, manifest.made_at)
        session.commit()  # what the session did; the transaction goes on
    return runs


def _hold_references(connection: Connection) -> None:
    """Refuse a reference that leads nowhere."""
    _settle_references(connection)
    if connection.dialect.name == "sqlite":
        orphan = connection.execute(text("PRAGMA foreign_key_check")).first()
        if orphan is not None:
            raise BackupError(_UNLIKE, name=orphan[0])


def _settle_references(connection: Connection) -> None:
    """Let PostgreSQL check references at once from here on: no table is altered while rows of it wait for that."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
