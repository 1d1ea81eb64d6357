"""Chain: how entries of the audit trail get their numbers and hashes, as the last thing before a transaction commits.

An entry waits in its session until the commit, or until somebody reads the trail in the same session. Then the entries
that wait are numbered and chained to the last one that is committed. Nobody else can do so until this transaction ends:
on PostgreSQL an advisory lock sees to that, on SQLite there is only one writer. So numbers have no gap and follow the
order of the commits, and transactions wait for each other only for as long as their last statements take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Select, cast, event, insert
from sqlmodel import Session, col, func, select

from placement.clock import now
from placement.database import each_statement_by_itself, open_session
from placement.store.hashes import (
    BEFORE_THE_FIRST,
    around_number,
    as_text,
    hash_of_entry,
    hash_of_payload,
    new_salt,
)
from placement.store.last_writes import LastWrites
from placement.store.people import ABOUT, Students, add_people
from placement.tables import AuditEntry
from placement.tables.columns import json_type

Entry = dict[str, Any]

_TURN = 2_027_0119
"""The number of the PostgreSQL lock by which writers of entries take turns until they commit."""
_COLUMNS = tuple(name for name in AuditEntry.model_fields if name not in {"sequence", "salt", "payload_hash", "hash"})
_AT_A_TIME = 1_000


def put(session: Session, entries: Sequence[Entry]) -> None:
    """Let entries wait for the commit, in their order after those that wait already."""
    at = now()
    _entries.of(session).extend({"at": at, **entry} for entry in entries)


def write(session: Session) -> None:
    """Store the entries that wait, numbered and chained; who else writes one waits until this transaction ends."""
    _entries.write(session)


def write_at_once(engine: Engine, entries: Sequence[Entry]) -> None:
    """Store entries in a transaction of their own; on PostgreSQL it is one statement, and the turn lasts no longer."""
    if engine.dialect.name == "postgresql":
        at = now()
        with each_statement_by_itself(engine) as connection:
            connection.execute(_appended([{"at": at, **entry} for entry in entries]))
    else:
        with open_session(engine) as session:
            put(session, entries)


def _write(session: Session, entries: list[Entry]) -> None:
    """Store entries, each with the next number and chained to the one before."""
    add_people(session, entries)
    connection = session.connection()
    parts = [entries[start : start + _AT_A_TIME] for start in range(0, len(entries), _AT_A_TIME)]
    if connection.dialect.name == "postgresql":
        for part in parts:
            connection.execute(_appended(part))
        return
    last = select(col(AuditEntry.sequence), col(AuditEntry.hash)).order_by(col(AuditEntry.sequence).desc()).limit(1)
    found = connection.execute(last).first()
    sequence, before = (0, BEFORE_THE_FIRST) if found is None else (found[0] or 0, found[1])
    for entry in entries:
        sequence += 1
        entry |= {"sequence": sequence, "salt": new_salt()}
        entry["payload_hash"] = hash_of_payload(entry)
        before = entry["hash"] = hash_of_entry(before, entry)
    for part in parts:
        connection.execute(insert(AuditEntry), part)


def _appended(entries: Sequence[Entry]) -> Select[Any]:
    """Return the statement by which PostgreSQL stores entries, with a turn; numbers and hashes are then its own."""
    told = [_ready(entry) for entry in entries]
    return select(func.placement_append_entries(_TURN, cast(told, json_type())))


def _ready(entry: Entry) -> Entry:
    """Return an entry as JSON, with all that its hash covers but its number and the hash before it."""
    ready: Entry = {name: entry.get(name) for name in _COLUMNS} | {"salt": new_salt()}
    ready["payload_hash"] = hash_of_payload(ready)
    head, tail = around_number(ready)
    return ready | {"at": as_text(ready["at"]), "head": head, "tail": tail}


_entries = LastWrites(AuditEntry, _write)


def people_waiting(session: Session) -> set[str]:
    """Return the students whom the entries that wait are about."""
    waiting = _entries.of(session)
    pairs = [pair for entry in waiting for pair in entry.get(ABOUT, ())]
    return Students(session, pairs).of(pairs).union(*(entry.get("people") or () for entry in waiting))


@event.listens_for(Session, "before_flush")
def _collect(session: Session, *_given: object) -> None:
    """Let entries that were added as rows wait as well."""
    added = [row for row in session.new if isinstance(row, AuditEntry)]
    for row in added:
        session.expunge(row)
        _entries.of(session).append({name: getattr(row, name) for name in _COLUMNS})
