"""Erasing: records that have had their time are archived first, and then erased in small transactions.

A run that is cut off leaves an archive without a manifest, or rows that the next run archives and erases. What is on
hold stays. Afterwards the database keeps no trace of what was erased, not even in pages that are free.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from placement.callers import Caller
from placement.clock import now, today
from placement.database import is_disk_full, open_session, read_session
from placement.errors import DiskFullError, UnavailableError
from placement.retention.archives import Archive, Cipher
from placement.retention.kinds import KINDS, Kind
from placement.retention.rules import days_kept, standing_holds
from placement.retention.work import WORK, texts_of
from placement.store.protection import names_of
from placement.tables import Action, AuditEntry

BATCH = 500
"""The most records that are erased in one transaction."""
RETENTION = "retention"


@dataclass(frozen=True, slots=True)
class Due:
    """A kind of record, how long it is kept, and the keys of those that have had their time and are not on hold."""

    kind: Kind
    days: int
    keys: tuple[Any, ...]
    on_hold: int


def find_due(session: Session, day: dt.date | None = None) -> list[Due]:
    """Return what has had its time on a day, by kind."""
    found, days = [], days_kept(session, day)
    for kind in KINDS:
        keys = tuple(WORK[kind.key].find(session, _last_day_of(days[kind.key], day)))
        kept = _on_hold(session, kind, keys)
        found.append(Due(kind, days[kind.key], tuple(key for key in keys if key not in kept), len(kept)))
    return found


def run_retention(
    engine: Engine,
    by: Caller,
    folder: Path,
    encrypt: Cipher | None = None,
    decrypt: Cipher | None = None,
    day: dt.date | None = None,
) -> list[Due]:
    """Archive and then erase what has had its time, and return what was erased.

    What is put on hold, or is needed again, between the archive and the erasing stays.
    """
    with read_session(engine) as session:
        due = [each for each in find_due(session, day) if each.keys]
        entries = []
        if due:
            archive = Archive(folder / f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}", encrypt, decrypt)
            entries = [archive.write(each.kind.key, _rows(session, each)) for each in due]
            archive.close(entries, now().isoformat())
    done = [_erase(engine, by, each, entry["sha256"], day) for each, entry in zip(due, entries, strict=True)]
    sweep(engine)  # also after a run that was cut off when it had erased everything
    return done


def _erase(engine: Engine, by: Caller, due: Due, archived: str, day: dt.date | None) -> Due:
    """Erase what is archived of a kind, and return what was erased of it."""
    work, erased, on_hold = WORK[due.kind.key], list[Any](), due.on_hold
    for start in range(0, len(due.keys), BATCH):
        with open_session(engine) as session:
            _without_remains(session)
            keys: Sequence[Any] = due.keys[start : start + BATCH]
            if work.may_be_needed_again:
                still = set(work.find(session, _last_day_of(due.days, day)))
                keys = [key for key in keys if key in still]
            held = _on_hold(session, due.kind, keys)
            keys = [key for key in keys if key not in held]
            work.erase(session, by, keys)
            session.add(_entry(by, due.kind, len(keys), archived))
        erased += keys
        on_hold += len(held)
    return replace(due, keys=tuple(erased), on_hold=on_hold)


def _last_day_of(days: int, day: dt.date | None) -> dt.date:
    """Return the last day that is too old for what is kept for some days."""
    return (day or today()) - dt.timedelta(days=days)


def sweep(engine: Engine) -> None:
    """Leave nothing of erased rows in the files of the database: on SQLite also in its log and its free pages."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 (the connection is open)
            raw.rollback()
            raw.execute("PRAGMA query_only = OFF")  # a reader may have had the connection
            try:
                raw.execute("VACUUM")
                in_use = bool(raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            except sqlite3.OperationalError as error:
                if is_disk_full(error):
                    raise DiskFullError from error
                if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                    raise
                in_use = True
            if in_use:
                raise UnavailableError(
                    sv="Allt är raderat, men databasen används, så spår kan finnas kvar i dess filer. "
                    "Kör kommandot igen när tjänsten har mindre att göra.",
                    en="All is erased, but the database is in use, so that traces may be left in its files. "
                    "Run the command again when the service has less to do.",
                )
        else:
            connection.exec_driver_sql("VACUUM")


def _without_remains(session: Session) -> None:
    """Overwrite what is deleted; on SQLite a deleted row otherwise stays in its page."""
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _rows(session: Session, due: Due) -> Any:  # noqa: ANN401 (an iterator of rows)
    """Yield what is archived of the records that are due."""
    for start in range(0, len(due.keys), BATCH):
        for rows in WORK[due.kind.key].read(session, due.keys[start : start + BATCH]).values():
            yield from rows


def _on_hold(session: Session, kind: Kind, keys: Sequence[Any]) -> set[Any]:
    """Return the keys of the records that are on hold: all of a kind, or those that name a student who is."""
    holds = standing_holds(session)
    if {hold.kind for hold in holds if hold.student_id is None} & {None, kind.key}:
        return set(keys)
    names = names_of(session, [hold.student_id for hold in holds if hold.student_id is not None])
    held: set[Any] = set()
    for start in range(0, len(keys) if names else 0, BATCH):
        for key, rows in WORK[kind.key].read(session, keys[start : start + BATCH]).items():
            told = texts_of(rows)
            if any(name in told for name in names):
                held.add(key)
    return held


def _entry(by: Caller, kind: Kind, number: int, archived: str) -> AuditEntry:
    """Return the entry of what was erased: how many, of what kind, and where it is archived."""
    return AuditEntry(
        actor_token=by.token,
        actor_role=by.role,
        actor_organisation=by.organisation,
        action=Action.REMOVED,
        object_type=RETENTION,
        object_id=kind.key,
        before={"records": number, "archive_sha256": archived},
        trace=by.trace,
    )
