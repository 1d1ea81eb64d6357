"""Chain: how entries of the audit trail get their numbers and hashes, as the last thing before a transaction commits.

An entry waits in its session until the commit, or until somebody reads the trail in the same session. Then the entries
that wait are numbered and chained to the last one that is committed. Nobody else can do so until this transaction ends:
on PostgreSQL an advisory lock sees to that, on SQLite there is only one writer. So numbers have no gap and follow the
order of the commits, and transactions wait for each other only for as long as their last statements take.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import event, func, insert, text
from sqlalchemy.orm import ORMExecuteState, SessionTransaction
from sqlmodel import Session, col, select

from placement.clock import now
from placement.store.acting import beyond_own
from placement.store.hashes import BEFORE_THE_FIRST, hash_of_entry, hash_of_payload, new_salt
from placement.store.people import ABOUT, Students, add_people
from placement.tables import AuditEntry

Entry = dict[str, Any]

_TURN = 2_027_0119
"""The number of the PostgreSQL lock by which writers of entries take turns until they commit."""
_WAITING = "audit.waiting"
_STAGES = "audit.stages"
_COLUMNS = tuple(name for name in AuditEntry.model_fields if name not in {"sequence", "salt", "payload_hash", "hash"})
_AT_A_TIME = 1_000


def put(session: Session, entries: Sequence[Entry]) -> None:
    """Let entries wait for the commit, in their order after those that wait already."""
    if not session.in_transaction():
        session.begin()  # so that undoing it is noticed, whether or not it has read or written anything by then
    at = now()
    _waiting(session).extend({"at": at, **entry} for entry in entries)


def write(session: Session) -> None:
    """Store the entries that wait, numbered and chained; who else writes one waits until this transaction ends."""
    session.flush()
    waiting = _waiting(session)
    if not waiting:
        return
    entries = list(waiting)
    waiting.clear()
    with beyond_own(session):
        add_people(session, entries)
        _take_turn(session)
        last = select(AuditEntry.sequence, AuditEntry.hash).order_by(col(AuditEntry.sequence).desc()).limit(1)
        sequence, before = session.connection().execute(last).first() or (0, BEFORE_THE_FIRST)
        for entry in entries:
            sequence += 1
            entry |= {"sequence": sequence, "salt": new_salt()}
            entry["payload_hash"] = hash_of_payload(entry)
            before = entry["hash"] = hash_of_entry(before, entry)
        for start in range(0, len(entries), _AT_A_TIME):
            session.connection().execute(insert(AuditEntry), entries[start : start + _AT_A_TIME])


def people_waiting(session: Session) -> set[str]:
    """Return the students whom the entries that wait are about."""
    waiting = _waiting(session)
    pairs = [pair for entry in waiting for pair in entry.get(ABOUT, ())]
    return Students(session, pairs).of(pairs).union(*(entry.get("people") or () for entry in waiting))


def _take_turn(session: Session) -> None:
    """Wait until nobody else is writing entries, with everything behind this transaction that others may wait for."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(text("SET CONSTRAINTS ALL IMMEDIATE"))  # checks may wait for others, turns may not
        session.connection().execute(select(func.pg_advisory_xact_lock(_TURN)))


def _waiting(session: Session) -> list[Entry]:
    waiting: list[Entry] = session.info.setdefault(_WAITING, [])
    return waiting


@event.listens_for(Session, "before_flush")
def _collect(session: Session, *_given: object) -> None:
    """Let entries that were added as rows wait as well."""
    added = [row for row in session.new if isinstance(row, AuditEntry)]
    for row in added:
        session.expunge(row)
        _waiting(session).append({name: getattr(row, name) for name in _COLUMNS})


@event.listens_for(Session, "before_commit")
def _write_last(session: Session) -> None:
    if not session.in_nested_transaction():
        write(session)


@event.listens_for(Session, "do_orm_execute")
def _write_before_reading(state: ORMExecuteState) -> None:
    """Store the entries that wait before the trail is read, as SQLAlchemy does with rows."""
    session = state.session
    if session.info.get(_WAITING) and state.is_select and AuditEntry.__mapper__ in state.all_mappers:  # type: ignore[attr-defined]
        write(session)  # type: ignore[arg-type]


@event.listens_for(Session, "after_transaction_create")
def _remember_stage(session: Session, stage: SessionTransaction) -> None:
    if stage.nested:
        session.info.setdefault(_STAGES, {})[stage] = len(_waiting(session))


@event.listens_for(Session, "after_soft_rollback")
def _forget_since(session: Session, stage: SessionTransaction) -> None:
    """Forget the entries since a savepoint, as what they tell of is undone."""
    if stage.nested:
        del _waiting(session)[session.info[_STAGES].pop(stage) :]


@event.listens_for(Session, "after_transaction_end")
def _forget_all(session: Session, stage: SessionTransaction) -> None:
    """Forget what has not been written by the end of the transaction, which is then undone."""
    if stage.parent is None:
        _waiting(session).clear()
