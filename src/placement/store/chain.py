"""Chain: how entries of the audit trail get their numbers and hashes, as the last thing before a transaction commits.

An entry waits in its session until the commit, or until somebody reads the trail in the same session. Then the entries
that wait are numbered and chained to the last one that is committed. Nobody else can do so until this transaction ends:
on PostgreSQL an advisory lock sees to that, on SQLite there is only one writer. So numbers have no gap and follow the
order of the commits, and transactions wait for each other only for as long as their last statements take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, insert
from sqlmodel import Session, col, func, select

from placement.clock import now
from placement.store.hashes import BEFORE_THE_FIRST, hash_of_entry, hash_of_payload, new_salt
from placement.store.last_writes import LastWrites
from placement.store.people import ABOUT, Students, add_people
from placement.tables import AuditEntry

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


def _write(session: Session, entries: list[Entry]) -> None:
    """Store entries, each with the next number and chained to the one before."""
    add_people(session, entries)
    sequence, before = _last(session)
    for entry in entries:
        sequence += 1
        entry |= {"sequence": sequence, "salt": new_salt()}
        entry["payload_hash"] = hash_of_payload(entry)
        before = entry["hash"] = hash_of_entry(before, entry)
    for start in range(0, len(entries), _AT_A_TIME):
        session.connection().execute(insert(AuditEntry), entries[start : start + _AT_A_TIME])


def _last(session: Session) -> tuple[int, str]:
    """Take a turn, and return the number and the hash of the last entry.

    PostgreSQL does both by one statement. A statement of its own for the entry would have to come after the turn.
    """
    if session.get_bind().dialect.name == "postgresql":
        told = func.placement_last_entry(_TURN).table_valued("number", "digest")
        last = select(told.c.number, told.c.digest)
    else:
        last = select(col(AuditEntry.sequence), col(AuditEntry.hash)).order_by(col(AuditEntry.sequence).desc()).limit(1)
    found = session.connection().execute(last).first()
    return (0, BEFORE_THE_FIRST) if found is None else (found[0], found[1])


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
