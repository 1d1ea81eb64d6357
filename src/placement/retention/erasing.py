"""Erasing: records that have had their time are archived first, and then erased in small transactions.

A run that is cut off leaves an archive without a manifest, or rows that the next run archives and erases. What is on
hold stays. Afterwards the database keeps no trace of what was erased, not even in pages that are free.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from placement.callers import Caller
from placement.clock import now, today
from placement.database import open_session, read_session
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
    holds = standing_holds(session)
    whole = {hold.kind for hold in holds if hold.student_id is None}
    held = names_of(session, [hold.student_id for hold in holds if hold.student_id is not None])
    found = []
    for kind in KINDS:
        days = days_kept(session, kind, day)
        keys = tuple(WORK[kind.key].find(session, (day or today()) - dt.timedelta(days=days)))
        kept = keys if whole & {None, kind.key} else tuple(_held(session, kind, keys, held))
        found.append(Due(kind, days, tuple(key for key in keys if key not in set(kept)), len(kept)))
    return found


def run_retention(
    engine: Engine,
    by: Caller,
    folder: Path,
    encrypt: Cipher | None = None,
    decrypt: Cipher | None = None,
    day: dt.date | None = None,
) -> list[Due]:
    """Archive and then erase what has had its time, and return what it was."""
    with read_session(engine) as session:
        due = [each for each in find_due(session, day) if each.keys]
        if not due:
            return []
        archive = Archive(folder / f"{now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}", encrypt, decrypt)
        entries = [archive.write(each.kind.key, _rows(session, each)) for each in due]
    archive.close(entries, now().isoformat())
    for each, entry in zip(due, entries, strict=True):
        for start in range(0, len(each.keys), BATCH):
            with open_session(engine) as session:
                _without_remains(session)
                keys = each.keys[start : start + BATCH]
                WORK[each.kind.key].erase(session, by, keys)
                session.add(_entry(by, each.kind, len(keys), entry["sha256"]))
    sweep(engine)
    return due


def sweep(engine: Engine) -> None:
    """Leave nothing of erased rows in the files of the database: on SQLite also in its log and its free pages."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "sqlite":
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 (the connection is open)
            raw.rollback()
            for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
                raw.execute(statement)
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


def _held(session: Session, kind: Kind, keys: Sequence[Any], names: frozenset[str]) -> list[Any]:
    """Return the keys of the records that name somebody who is on hold."""
    if not names:
        return []
    held = []
    for start in range(0, len(keys), BATCH):
        for key, rows in WORK[kind.key].read(session, keys[start : start + BATCH]).items():
            told = texts_of(rows)
            if any(name in told for name in names):
                held.append(key)
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
